"""Tables of this room."""

from credit.models.appeals import (
    Appeal,
    AppealTerms,
    AppealTransition,
)
from credit.models.behaviours import (
    BehaviourEvidence,
    BehaviourTransition,
    ProposalRule,
    RiskBehaviour,
)
from credit.models.freeloading import (
    ClientMargin,
    CourseDecision,
    CreditReading,
    FreeEntry,
    FreeJudgement,
    MarginAssumption,
)
from credit.models.holds import CreditHold, HoldTransition
from credit.models.limits import LimitDecision, LimitRequest
from credit.models.monitoring import (
    ClientLook,
    CreditNotice,
    Monitoring,
    NoticeDigest,
    NoticeTo,
)
from credit.models.policy import CreditPolicy, HoldRule, PolicyDraft, PolicyRow
from credit.models.related import RelatedKey, RelatedLook, RelatedPair, RelatedTransition
from credit.models.reports import (
    CreditReport,
    CreditReportFact,
    CreditReportFigure,
    CreditReportPaper,
    CreditReportWithdrawal,
    ReportProvider,
    ReportValidity,
)
from credit.models.score import Calibration, CurrentScore, FactorWeight, ScoreRun, ScoreSnapshot
from credit.models.screening import (
    Checklist,
    ChecklistItem,
    Reference,
    Screening,
    ScreeningAnswer,
    ScreeningTransition,
)
from credit.models.standing import Standing, StandingChange, StandingOverride

__all__ = [
    "Appeal",
    "AppealTerms",
    "AppealTransition",
    "BehaviourEvidence",
    "BehaviourTransition",
    "Calibration",
    "Checklist",
    "ChecklistItem",
    "ClientLook",
    "ClientMargin",
    "CourseDecision",
    "CreditHold",
    "CreditNotice",
    "CreditPolicy",
    "CreditReading",
    "CreditReport",
    "CreditReportFact",
    "CreditReportFigure",
    "CreditReportPaper",
    "CreditReportWithdrawal",
    "CurrentScore",
    "FactorWeight",
    "FreeEntry",
    "FreeJudgement",
    "HoldRule",
    "HoldTransition",
    "LimitDecision",
    "LimitRequest",
    "MarginAssumption",
    "Monitoring",
    "NoticeDigest",
    "NoticeTo",
    "PolicyDraft",
    "PolicyRow",
    "ProposalRule",
    "Reference",
    "RelatedKey",
    "RelatedLook",
    "RelatedPair",
    "RelatedTransition",
    "ReportProvider",
    "ReportValidity",
    "RiskBehaviour",
    "ScoreRun",
    "ScoreSnapshot",
    "Screening",
    "ScreeningAnswer",
    "ScreeningTransition",
    "Standing",
    "StandingChange",
    "StandingOverride",
]
