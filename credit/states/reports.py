"""Credit reports of third parties."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CreditReportState(TextChoices):
    """Whether a report may be relied upon. Derived from the rows, never stored."""

    VALID = "VALID", pgettext_lazy("credit report", "Valid")
    EXPIRING = "EXPIRING", pgettext_lazy("credit report", "Expires soon")
    EXPIRED = "EXPIRED", pgettext_lazy("credit report", "Expired")
    EARLIER = "EARLIER", pgettext_lazy("credit report", "A newer one is on file")
    CORRECTED = "CORRECTED", pgettext_lazy("credit report", "Corrected")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("credit report", "Withdrawn")


class ReportFigure(TextChoices):
    """What a figure of a report says. Registers write the ones from COMPANY_STATUS on."""

    TURNOVER = "TURNOVER", pgettext_lazy("figure", "Turnover")
    PROFIT = "PROFIT", pgettext_lazy("figure", "Profit after tax")
    EQUITY = "EQUITY", pgettext_lazy("figure", "Equity")
    ASSETS = "ASSETS", pgettext_lazy("figure", "Total assets")
    CAPITAL = "CAPITAL", pgettext_lazy("figure", "Registered capital")
    PAID_IN = "PAID_IN", pgettext_lazy("figure", "Paid-in capital")
    EMPLOYEES = "EMPLOYEES", pgettext_lazy("figure", "Employees")
    DAYS_BEYOND_TERMS = "DAYS_BEYOND_TERMS", pgettext_lazy("figure", "Days beyond terms")
    OTHER = "OTHER", pgettext_lazy("figure", "Another figure")
    COMPANY_STATUS = "COMPANY_STATUS", pgettext_lazy("figure", "Status in the register")
    COMPANY_TYPE = "COMPANY_TYPE", pgettext_lazy("figure", "Legal form")
    INCORPORATED_ON = "INCORPORATED_ON", pgettext_lazy("figure", "Incorporated")
    ADDRESS = "ADDRESS", pgettext_lazy("figure", "Registered office")
    INDUSTRY = "INDUSTRY", pgettext_lazy("figure", "Industry (SIC)")
    ACCOUNTS_UP_TO = "ACCOUNTS_UP_TO", pgettext_lazy("figure", "Last accounts made up to")
    ACCOUNTS_TYPE = "ACCOUNTS_TYPE", pgettext_lazy("figure", "Kind of accounts")
    ACCOUNTS_DUE = "ACCOUNTS_DUE", pgettext_lazy("figure", "Next accounts due")
    STATEMENT_DUE = "STATEMENT_DUE", pgettext_lazy("figure", "Confirmation statement due")
    LATEST_FILING = "LATEST_FILING", pgettext_lazy("figure", "Latest filing")
    CHARGES_OPEN = "CHARGES_OPEN", pgettext_lazy("figure", "Charges outstanding")
    CHARGES_DONE = "CHARGES_DONE", pgettext_lazy("figure", "Charges satisfied")
    INSOLVENCY_CASES = "INSOLVENCY_CASES", pgettext_lazy("figure", "Insolvency cases")


#: What a person enters; the others come from a register.
ENTERED_FIGURES = (
    ReportFigure.TURNOVER,
    ReportFigure.PROFIT,
    ReportFigure.EQUITY,
    ReportFigure.ASSETS,
    ReportFigure.CAPITAL,
    ReportFigure.PAID_IN,
    ReportFigure.EMPLOYEES,
    ReportFigure.DAYS_BEYOND_TERMS,
    ReportFigure.OTHER,
)
#: Amounts of money: they need a currency.
MONEY_FIGURES = frozenset(
    {
        ReportFigure.TURNOVER,
        ReportFigure.PROFIT,
        ReportFigure.EQUITY,
        ReportFigure.ASSETS,
        ReportFigure.CAPITAL,
        ReportFigure.PAID_IN,
    }
)


class AdverseKind(TextChoices):
    """What a report holds against a company."""

    INSOLVENCY = "INSOLVENCY", pgettext_lazy("adverse fact", "Insolvency")
    DISSOLVED = "DISSOLVED", pgettext_lazy("adverse fact", "Dissolved or closed")
    STRIKE_OFF = "STRIKE_OFF", pgettext_lazy("adverse fact", "Strike-off proposed")
    JUDGMENT = "JUDGMENT", pgettext_lazy("adverse fact", "Court judgment")
    EXECUTED = "EXECUTED", pgettext_lazy("adverse fact", "Judgment debtor (被执行人)")
    DISHONEST = (
        "DISHONEST",
        pgettext_lazy("adverse fact", "Dishonest judgment debtor (失信被执行人)"),
    )
    ABNORMAL = "ABNORMAL", pgettext_lazy("adverse fact", "List of abnormal operations")
    TAX = "TAX", pgettext_lazy("adverse fact", "Tax arrears or penalty")
    CHARGE = "CHARGE", pgettext_lazy("adverse fact", "Charge outstanding")
    ACCOUNTS_LATE = "ACCOUNTS_LATE", pgettext_lazy("adverse fact", "Accounts overdue")
    STATEMENT_LATE = (
        "STATEMENT_LATE",
        pgettext_lazy("adverse fact", "Confirmation statement overdue"),
    )
    OFFICE = "OFFICE", pgettext_lazy("adverse fact", "Registered office in doubt")
    OTHER = "OTHER", pgettext_lazy("adverse fact", "Another fact")


class PaperKind(TextChoices):
    """What a kept file of a report is."""

    REPORT = "REPORT", _("The report")
    ANSWER = "ANSWER", _("The provider's answer, as it came")
