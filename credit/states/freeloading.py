"""Work obtained for free, and the net margin."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


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
