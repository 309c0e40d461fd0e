"""States and choices of credit."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.states import Role


class LimitAction(TextChoices):
    """What happens at the edge of a contract when the client is over its limit."""

    WARN = "WARN", _("Warn")
    BLOCK = "BLOCK", _("Block")


class StandingPart(TextChoices):
    """A part of what a client gets; all but the hold may be set by hand for a time."""

    GRADE = "GRADE", _("Grade")
    LIMIT = "LIMIT", _("Credit limit")
    DEPOSIT = "DEPOSIT", _("Deposit ratio")
    TERMS = "TERMS", _("Payment terms")
    HOLD = "HOLD", _("Credit hold")


class StandingCause(TextChoices):
    """Why a standing changed."""

    GRADE = "GRADE", pgettext_lazy("cause", "New grade")
    POLICY = "POLICY", pgettext_lazy("cause", "New policy")
    DAILY = "DAILY", pgettext_lazy("cause", "Daily refresh")
    SET = "SET", pgettext_lazy("cause", "Set by hand")
    ENDED = "ENDED", pgettext_lazy("cause", "Own setting ended")
    EXPIRED = "EXPIRED", pgettext_lazy("cause", "Own setting expired")
    CONFIRMED = "CONFIRMED", pgettext_lazy("cause", "Rise confirmed")
    HELD = "HELD", pgettext_lazy("cause", "Hold decided")
    RELEASED = "RELEASED", pgettext_lazy("cause", "Hold ended")


class OverrideEnd(TextChoices):
    """How a setting by hand came to its end."""

    ENDED = "ENDED", pgettext_lazy("setting", "Ended")
    REPLACED = "REPLACED", pgettext_lazy("setting", "Replaced")
    EXPIRED = "EXPIRED", pgettext_lazy("setting", "Expired")


class HoldRuleCode(TextChoices):
    """What proposes a hold."""

    OVERDUE_DAYS = "OVERDUE_DAYS", _("Oldest overdue beyond … days")
    OVER_LIMIT = "OVER_LIMIT", _("Over the limit by … percent")
    GRADE = "GRADE", _("Grade E")
    BROKEN_PROMISES = "BROKEN_PROMISES", _("Broken promises")


#: Who may decide, from the least to the most; a policy names the least role of a grade.
APPROVER_ORDER: tuple[Role, ...] = (Role.FINANCE, Role.MANAGER, Role.ADMIN)
#: Their names as choices.
APPROVERS = [(role.value, role.label) for role in APPROVER_ORDER]


def may_decide(role: str, least: str) -> bool:
    """Whether somebody of this role decides where the policy asks for at least the other."""
    if role not in APPROVER_ORDER:
        return False
    return APPROVER_ORDER.index(Role(role)) >= APPROVER_ORDER.index(Role(least))


class HoldState(TextChoices):
    """Life of a hold: proposed by a rule or a colleague, decided by a person, never for ever."""

    PROPOSED = "PROPOSED", pgettext_lazy("hold", "Proposed")
    HELD = "HELD", pgettext_lazy("hold", "On hold")
    DECLINED = "DECLINED", pgettext_lazy("hold", "Declined")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("hold", "No longer so")
    RELEASED = "RELEASED", pgettext_lazy("hold", "Lifted")
    EXPIRED = "EXPIRED", pgettext_lazy("hold", "Run out")


HOLD_TRANSITIONS: dict[HoldState, frozenset[HoldState]] = {
    HoldState.PROPOSED: frozenset({HoldState.HELD, HoldState.DECLINED, HoldState.WITHDRAWN}),
    HoldState.HELD: frozenset({HoldState.RELEASED, HoldState.EXPIRED}),
    HoldState.DECLINED: frozenset(),
    HoldState.WITHDRAWN: frozenset(),
    HoldState.RELEASED: frozenset(),
    HoldState.EXPIRED: frozenset(),
}
#: There is one of them a client at most.
HOLD_OPEN: tuple[HoldState, ...] = (HoldState.PROPOSED, HoldState.HELD)


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


class Factor(TextChoices):
    """What the points of a score are for, in the order of `credit.rules.score.FACTORS`."""

    LATE_0 = "late_0", pgettext_lazy("score factor", "Paid late")
    LATE_7 = "late_7", pgettext_lazy("score factor", "Paid over 7 days late")
    LATE_30 = "late_30", pgettext_lazy("score factor", "Paid over 30 days late")
    RECENT = "recent", pgettext_lazy("score factor", "Days late recently")
    BROKEN_PROMISES = "broken_promises", pgettext_lazy("score factor", "Broken promises")
    DISPUTES_LOST = "disputes_lost", pgettext_lazy("score factor", "Disputes without ground")
    RETURNS = "returns", pgettext_lazy("score factor", "Frequent returns")
    DEMANDS = "demands", pgettext_lazy("score factor", "Demands that were never agreed")
    ABUSE = "abuse", pgettext_lazy("score factor", "Abuse")
    FREELOADING = "freeloading", pgettext_lazy("score factor", "Work obtained for free")
    REPORTS = "reports", pgettext_lazy("score factor", "Reports of third parties")

    @property
    def is_behaviour(self) -> bool:
        """Whether it is more than how invoices are paid."""
        return not self.value.startswith("late_") and self is not Factor.RECENT


class RelatedSign(TextChoices):
    """What two clients have in common."""

    REGISTRATION = "REGISTRATION", pgettext_lazy("sign", "Same registration number")
    LEGAL_REPRESENTATIVE = (
        "LEGAL_REPRESENTATIVE",
        pgettext_lazy("sign", "Same legal representative"),
    )
    ADDRESS = "ADDRESS", pgettext_lazy("sign", "Same address")
    PHONE = "PHONE", pgettext_lazy("sign", "Same phone number")
    MAIL_DOMAIN = "MAIL_DOMAIN", pgettext_lazy("sign", "Same e-mail domain")
    PAYER = "PAYER", pgettext_lazy("sign", "Same payer")
    NAME = "NAME", pgettext_lazy("sign", "Similar name")


class RelatedState(TextChoices):
    """Life of a proposal that two clients belong together."""

    PROPOSED = "PROPOSED", pgettext_lazy("related", "To be decided")
    CONFIRMED = "CONFIRMED", pgettext_lazy("related", "Belong together")
    DISMISSED = "DISMISSED", pgettext_lazy("related", "Not related")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("related", "No sign is left")


R = RelatedState
RELATED_TRANSITIONS: dict[RelatedState, frozenset[RelatedState]] = {
    R.PROPOSED: frozenset({R.CONFIRMED, R.DISMISSED, R.WITHDRAWN}),
    R.CONFIRMED: frozenset({R.DISMISSED}),
    R.DISMISSED: frozenset({R.CONFIRMED, R.PROPOSED}),
    R.WITHDRAWN: frozenset({R.PROPOSED}),
}


class WarningLevel(TextChoices):
    """How soon somebody should look."""

    URGENT = "URGENT", pgettext_lazy("early warning", "Act now")
    WATCH = "WATCH", pgettext_lazy("early warning", "Watch")
    CALM = "CALM", pgettext_lazy("early warning", "Calm")


class LimitRequestState(TextChoices):
    """What became of a request to let a contract pass over the limit."""

    ASKED = "ASKED", pgettext_lazy("limit", "Waiting for a decision")
    RELEASED = "RELEASED", pgettext_lazy("limit", "Released")
    REJECTED = "REJECTED", pgettext_lazy("limit", "Rejected")
    SETTLED = "SETTLED", pgettext_lazy("limit", "Within the limit again")
    REVOKED = "REVOKED", pgettext_lazy("limit", "Release taken back")


LIMIT_TRANSITIONS: dict[LimitRequestState, frozenset[LimitRequestState]] = {
    LimitRequestState.ASKED: frozenset(
        {LimitRequestState.RELEASED, LimitRequestState.REJECTED, LimitRequestState.SETTLED}
    ),
    LimitRequestState.RELEASED: frozenset({LimitRequestState.REVOKED}),
    LimitRequestState.REJECTED: frozenset(),
    LimitRequestState.SETTLED: frozenset(),
    LimitRequestState.REVOKED: frozenset(),
}


class LimitOutcome(TextChoices):
    """A decision on a contract over the limit."""

    RELEASE = "RELEASE", pgettext_lazy("decision", "Release")
    REJECT = "REJECT", pgettext_lazy("decision", "Reject")
    RECHECK = "RECHECK", pgettext_lazy("decision", "Check again")
    REVOKE = "REVOKE", pgettext_lazy("decision", "Take back")


class FreeWork(TextChoices):
    """What a client was given that was not paid for."""

    CONSULTATION = "CONSULTATION", pgettext_lazy("free work", "Free consultation")
    TRIAL = "TRIAL", pgettext_lazy("free work", "Trial or sample")
    SCOPE_CREEP = "SCOPE_CREEP", pgettext_lazy("free work", "Work beyond the contract")
    CONCESSION = "CONCESSION", pgettext_lazy("free work", "Concession")
    REFUND = "REFUND", pgettext_lazy("free work", "Refund")
    REWORK = "REWORK", pgettext_lazy("free work", "Rework")
    COLLECTION = "COLLECTION", pgettext_lazy("free work", "Collection effort")


class WorkKind(TextChoices):
    """Kinds of work, each with its own cost of an hour."""

    CONSULTING = "CONSULTING", pgettext_lazy("kind of work", "Consulting")
    SALES = "SALES", pgettext_lazy("kind of work", "Sales")
    DELIVERY = "DELIVERY", pgettext_lazy("kind of work", "Delivery and service")
    COLLECTION = "COLLECTION", pgettext_lazy("kind of work", "Collection")


#: Whose hours each kind of free work takes, unless somebody says otherwise.
USUAL_WORK: dict[FreeWork, WorkKind] = {
    FreeWork.CONSULTATION: WorkKind.CONSULTING,
    FreeWork.TRIAL: WorkKind.SALES,
    FreeWork.SCOPE_CREEP: WorkKind.DELIVERY,
    FreeWork.CONCESSION: WorkKind.SALES,
    FreeWork.REFUND: WorkKind.SALES,
    FreeWork.REWORK: WorkKind.DELIVERY,
    FreeWork.COLLECTION: WorkKind.COLLECTION,
}


class CollectionAct(TextChoices):
    """Contacts of the log that cost minutes of collection."""

    CALL = "CALL", pgettext_lazy("collection", "Call")
    EMAIL = "EMAIL", pgettext_lazy("collection", "E-mail written by hand")
    REMINDER = "REMINDER", pgettext_lazy("collection", "Reminder sent by the ladder")
    LETTER = "LETTER", pgettext_lazy("collection", "Demand letter")
    MESSAGE = "MESSAGE", pgettext_lazy("collection", "SMS / WeChat")
    VISIT = "VISIT", pgettext_lazy("collection", "Visit")
    MEETING = "MEETING", pgettext_lazy("collection", "Meeting")


class Assumed(TextChoices):
    """What the net margin assumes; each is a dated row that a manager edits."""

    HOUR_COST = "HOUR_COST", pgettext_lazy("assumption", "Cost of an hour")
    MINUTES = "MINUTES", pgettext_lazy("assumption", "Minutes of a contact")
    GROSS_MARGIN = "GROSS_MARGIN", pgettext_lazy("assumption", "Gross margin (%)")
    CAPITAL = "CAPITAL", pgettext_lazy("assumption", "Cost of money (% a year)")
    LOST_AFTER = "LOST_AFTER", pgettext_lazy("assumption", "Likely lost after (days past due)")
    LOST_SHARE = "LOST_SHARE", pgettext_lazy("assumption", "Share likely lost (%)")
    KEEP_AT = "KEEP_AT", pgettext_lazy("assumption", "Keep from a net margin of (%)")
    MIN_INVOICES = "MIN_INVOICES", pgettext_lazy("assumption", "Fewest invoices for advice")


class CreditNature(TextChoices):
    """What a credit note or refund was, for the margin."""

    GIVEN = "GIVEN", pgettext_lazy("nature", "Given away")
    RETURNED = "RETURNED", pgettext_lazy("nature", "Goods or money came back")
    CORRECTED = "CORRECTED", pgettext_lazy("nature", "A bill of ours was wrong")


class MarginLine(TextChoices):
    """Lines of the arithmetic of a client's net margin."""

    INVOICED = "INVOICED", pgettext_lazy("margin", "Invoiced")
    RETURNED = "RETURNED", pgettext_lazy("margin", "Returned, or billed wrongly")
    DISCOUNT = "DISCOUNT", pgettext_lazy("margin", "Price reduced by amendment")
    CREDITED = "CREDITED", pgettext_lazy("margin", "Credit notes that are not returns")
    REFUNDED = "REFUNDED", pgettext_lazy("margin", "Refunds that were given away")
    CONSULTATION = "CONSULTATION", pgettext_lazy("margin", "Free consultations")
    TRIAL = "TRIAL", pgettext_lazy("margin", "Trials and samples")
    SCOPE_CREEP = "SCOPE_CREEP", pgettext_lazy("margin", "Work beyond the contract")
    CONCESSION = "CONCESSION", pgettext_lazy("margin", "Concessions")
    REFUND = "REFUND", pgettext_lazy("margin", "Refunds entered by hand")
    REWORK = "REWORK", pgettext_lazy("margin", "Rework")
    COLLECTION = "COLLECTION", pgettext_lazy("margin", "Collection effort entered by hand")
    CONTACTS = "CONTACTS", pgettext_lazy("margin", "Collection effort from the log")
    MONEY = "MONEY", pgettext_lazy("margin", "Cost of money paid late")
    LOST = "LOST", pgettext_lazy("margin", "Likely lost")


class ClientAdvice(TextChoices):
    """What the arithmetic suggests; from the best to the worst, then nothing."""

    KEEP = "KEEP", pgettext_lazy("advice", "Keep")
    PREPAY = "PREPAY", pgettext_lazy("advice", "Prepayment only")
    EXIT = "EXIT", pgettext_lazy("advice", "Part ways")
    TOO_LITTLE = "TOO_LITTLE", pgettext_lazy("advice", "Too little to say")


class ClientCourse(TextChoices):
    """What a person decided about working with a client."""

    KEEP = "KEEP", pgettext_lazy("course", "Keep")
    PREPAY = "PREPAY", pgettext_lazy("course", "Prepayment only")
    EXIT = "EXIT", pgettext_lazy("course", "Part ways")


class FreeVerdict(TextChoices):
    """What a manager said of an entry: only a confirmed one counts against the client."""

    CONFIRMED = "CONFIRMED", pgettext_lazy("verdict", "Confirmed: obtained for free")
    OURS = "OURS", pgettext_lazy("verdict", "Our own choice, not held against the client")


class ScreeningState(TextChoices):
    """Life of a screening. EXPIRED is never stored: it is how a decided one is shown afterwards."""

    IN_WORK = "IN_WORK", pgettext_lazy("screening", "In work")
    SUBMITTED = "SUBMITTED", pgettext_lazy("screening", "Waits for a decision")
    ACCEPTED = "ACCEPTED", pgettext_lazy("screening", "Accepted")
    CONDITIONAL = "CONDITIONAL", pgettext_lazy("screening", "Accepted with conditions")
    REJECTED = "REJECTED", pgettext_lazy("screening", "Rejected")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("screening", "Given up")
    EXPIRED = "EXPIRED", pgettext_lazy("screening", "Expired")


SCREENING_TRANSITIONS: dict[ScreeningState, frozenset[ScreeningState]] = {
    ScreeningState.IN_WORK: frozenset({ScreeningState.SUBMITTED, ScreeningState.WITHDRAWN}),
    ScreeningState.SUBMITTED: frozenset(
        {
            ScreeningState.IN_WORK,
            ScreeningState.ACCEPTED,
            ScreeningState.CONDITIONAL,
            ScreeningState.REJECTED,
        }
    ),
    ScreeningState.ACCEPTED: frozenset(),
    ScreeningState.CONDITIONAL: frozenset(),
    ScreeningState.REJECTED: frozenset(),
    ScreeningState.WITHDRAWN: frozenset(),
}

#: Somebody still works on it, or has to decide.
SCREENING_OPEN = (ScreeningState.IN_WORK, ScreeningState.SUBMITTED)
#: It counts until its date.
SCREENING_PASSED = (ScreeningState.ACCEPTED, ScreeningState.CONDITIONAL)
SCREENING_DECIDED = (*SCREENING_PASSED, ScreeningState.REJECTED)


class CheckKind(TextChoices):
    """What a line of the checklist is about; INTERVIEW lines are the questions of the interview."""

    REGISTRATION = "REGISTRATION", pgettext_lazy("check", "Registration")
    OWNERSHIP = "OWNERSHIP", pgettext_lazy("check", "Ownership")
    INTERVIEW = "INTERVIEW", pgettext_lazy("check", "Interview")
    REFERENCES = "REFERENCES", pgettext_lazy("check", "References")
    BANK = "BANK", pgettext_lazy("check", "Bank reference")
    REPORT = "REPORT", pgettext_lazy("check", "Credit report")
    DOCUMENT = "DOCUMENT", pgettext_lazy("check", "Document")
    COOPERATION = "COOPERATION", pgettext_lazy("check", "Cooperation so far")
    OTHER = "OTHER", pgettext_lazy("check", "Other")


class Verdict(TextChoices):
    """What came of a line of the checklist."""

    GOOD = "GOOD", pgettext_lazy("verdict", "As it should be")
    CONCERN = "CONCERN", pgettext_lazy("verdict", "Raises a concern")
    NOT_NEEDED = "NOT_NEEDED", pgettext_lazy("verdict", "Does not apply")


class PaysOnTime(TextChoices):
    """How a reference says that the client pays."""

    ALWAYS = "ALWAYS", pgettext_lazy("reference", "On time")
    MOSTLY = "MOSTLY", pgettext_lazy("reference", "Mostly on time")
    LATE = "LATE", pgettext_lazy("reference", "Late")
    UNSAID = "UNSAID", pgettext_lazy("reference", "Does not say")
