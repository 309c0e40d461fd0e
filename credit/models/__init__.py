"""Tables of this room."""

from credit.models.holds import CreditHold, HoldTransition
from credit.models.policy import CreditPolicy, HoldRule, PolicyDraft, PolicyRow
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
    "Calibration",
    "Checklist",
    "ChecklistItem",
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
    "PolicyDraft",
    "PolicyRow",
    "Reference",
    "ReportProvider",
    "ReportValidity",
    "ScoreRun",
    "ScoreSnapshot",
    "Screening",
    "ScreeningAnswer",
    "ScreeningTransition",
    "Standing",
    "StandingChange",
    "StandingOverride",
]
