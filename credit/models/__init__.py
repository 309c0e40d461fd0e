"""Tables of this room."""

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

__all__ = [
    "Calibration",
    "CreditReport",
    "CreditReportFact",
    "CreditReportFigure",
    "CreditReportPaper",
    "CreditReportWithdrawal",
    "CurrentScore",
    "FactorWeight",
    "ReportProvider",
    "ReportValidity",
    "ScoreRun",
    "ScoreSnapshot",
]
