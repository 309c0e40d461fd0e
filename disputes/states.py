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
