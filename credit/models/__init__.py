"""Tables of this room."""

from credit.models.holds import CreditHold, HoldTransition
from credit.models.limits import LimitDecision, LimitRequest
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
from credit.models.standing import Standing, StandingChange, StandingOverride

__all__ = [
    "Calibration",
    "CreditHold",
    "CreditPolicy",
    "CreditReport",
    "CreditReportFact",
    "CreditReportFigure",
    "CreditReportPaper",
    "CreditReportWithdrawal",
    "CurrentScore",
    "FactorWeight",
    "HoldRule",
    "HoldTransition",
    "LimitDecision",
    "LimitRequest",
    "PolicyDraft",
    "PolicyRow",
    "RelatedKey",
    "RelatedLook",
    "RelatedPair",
    "RelatedTransition",
    "ReportProvider",
    "ReportValidity",
    "ScoreRun",
    "ScoreSnapshot",
    "Standing",
    "StandingChange",
    "StandingOverride",
]
