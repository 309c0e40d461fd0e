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

__all__ = [
    "CreditReport",
    "CreditReportFact",
    "CreditReportFigure",
    "CreditReportPaper",
    "CreditReportWithdrawal",
    "ReportProvider",
    "ReportValidity",
]
