"""States and choices of disputes."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class DisputeState(TextChoices):
    """Life of a dispute. Only an open one holds its amount apart."""

    OPEN = "OPEN", pgettext_lazy("dispute", "Open")
    UPHELD = "UPHELD", pgettext_lazy("dispute", "Upheld")
    REJECTED = "REJECTED", pgettext_lazy("dispute", "Not upheld")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("dispute", "Withdrawn")


TRANSITIONS: dict[DisputeState, frozenset[DisputeState]] = {
    DisputeState.OPEN: frozenset(
        {DisputeState.UPHELD, DisputeState.REJECTED, DisputeState.WITHDRAWN}
    ),
    DisputeState.UPHELD: frozenset(),
    DisputeState.REJECTED: frozenset(),
    DisputeState.WITHDRAWN: frozenset(),
}


class DisputeReason(TextChoices):
    """Why an amount is contested."""

    QUALITY = "QUALITY", pgettext_lazy("dispute reason", "Quality")
    QUANTITY = "QUANTITY", pgettext_lazy("dispute reason", "Quantity")
    PRICE = "PRICE", pgettext_lazy("dispute reason", "Price")
    NOT_DELIVERED = "NOT_DELIVERED", pgettext_lazy("dispute reason", "Not delivered")
    NOT_ORDERED = "NOT_ORDERED", pgettext_lazy("dispute reason", "Not ordered")
    ALREADY_PAID = "ALREADY_PAID", pgettext_lazy("dispute reason", "Says it is paid")
    PAPERWORK = "PAPERWORK", pgettext_lazy("dispute reason", "Paperwork missing")
    IMPORTED = "IMPORTED", pgettext_lazy("dispute reason", "Flagged in the imported ledger")
    OTHER = "OTHER", pgettext_lazy("dispute reason", "Other")


class ComplaintState(TextChoices):
    """Life of a complaint."""

    RECEIVED = "RECEIVED", pgettext_lazy("complaint", "Received")
    IN_WORK = "IN_WORK", pgettext_lazy("complaint", "In work")
    ANSWERED = "ANSWERED", pgettext_lazy("complaint", "Answered")
    CLOSED = "CLOSED", pgettext_lazy("complaint", "Closed")
    REOPENED = "REOPENED", pgettext_lazy("complaint", "Reopened")


COMPLAINT_TRANSITIONS: dict[ComplaintState, frozenset[ComplaintState]] = {
    ComplaintState.RECEIVED: frozenset({ComplaintState.IN_WORK}),
    ComplaintState.IN_WORK: frozenset({ComplaintState.ANSWERED}),
    ComplaintState.ANSWERED: frozenset({ComplaintState.CLOSED, ComplaintState.REOPENED}),
    ComplaintState.CLOSED: frozenset({ComplaintState.REOPENED}),
    ComplaintState.REOPENED: frozenset({ComplaintState.IN_WORK}),
}

#: The client waits for us: the deadline counts.
COMPLAINT_WAITING = (ComplaintState.RECEIVED, ComplaintState.IN_WORK, ComplaintState.REOPENED)


class ComplaintChannel(TextChoices):
    """How it reached us."""

    CALL = "CALL", pgettext_lazy("complaint channel", "By telephone")
    MAIL = "MAIL", pgettext_lazy("complaint channel", "By mail")
    VISIT = "VISIT", pgettext_lazy("complaint channel", "On a visit")
    LINK = "LINK", pgettext_lazy("complaint channel", "By client link")
    SURVEY = "SURVEY", pgettext_lazy("complaint channel", "In a survey")


class ComplaintCategory(TextChoices):
    """What kind of thing went wrong."""

    QUALITY = "QUALITY", pgettext_lazy("complaint category", "Quality")
    DELIVERY = "DELIVERY", pgettext_lazy("complaint category", "Delivery")
    SERVICE = "SERVICE", pgettext_lazy("complaint category", "Service")
    BILLING = "BILLING", pgettext_lazy("complaint category", "Invoices and payments")
    CONDUCT = "CONDUCT", pgettext_lazy("complaint category", "How we spoke to them")
    OTHER = "OTHER", pgettext_lazy("complaint category", "Other")


class ComplaintReason(TextChoices):
    """The reason within a category; its code begins with the category's."""

    QUALITY_DEFECT = "QUALITY_DEFECT", pgettext_lazy("complaint reason", "Does not work")
    QUALITY_SPEC = "QUALITY_SPEC", pgettext_lazy("complaint reason", "Not as agreed")
    DELIVERY_LATE = "DELIVERY_LATE", pgettext_lazy("complaint reason", "Late")
    DELIVERY_SHORT = "DELIVERY_SHORT", pgettext_lazy("complaint reason", "Incomplete")
    SERVICE_SLOW = "SERVICE_SLOW", pgettext_lazy("complaint reason", "Slow to answer")
    SERVICE_PROMISE = "SERVICE_PROMISE", pgettext_lazy("complaint reason", "Promise not kept")
    BILLING_AMOUNT = "BILLING_AMOUNT", pgettext_lazy("complaint reason", "Wrong amount")
    BILLING_PAPER = "BILLING_PAPER", pgettext_lazy("complaint reason", "Invoice or papers wrong")
    BILLING_PAID = "BILLING_PAID", pgettext_lazy("complaint reason", "Asked again after paying")
    CONDUCT_TONE = "CONDUCT_TONE", pgettext_lazy("complaint reason", "Tone")
    CONDUCT_OFTEN = "CONDUCT_OFTEN", pgettext_lazy("complaint reason", "Contacted too often")
    OTHER_UNSORTED = "OTHER_UNSORTED", pgettext_lazy("complaint reason", "Not sorted yet")
    OTHER_REASON = "OTHER_REASON", pgettext_lazy("complaint reason", "Another reason")

    @property
    def category(self) -> ComplaintCategory:
        """The category it stands in."""
        return ComplaintCategory(self.value.partition("_")[0])
