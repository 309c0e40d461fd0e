"""States and choices of what is owed and paid."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class InvoiceState(TextChoices):
    """What an invoice's figures say; derived, never stored."""

    OPEN = "OPEN", pgettext_lazy("invoice", "Not due")
    PARTLY_PAID = "PARTLY_PAID", pgettext_lazy("invoice", "Partly paid")
    OVERDUE = "OVERDUE", pgettext_lazy("invoice", "Overdue")
    DISPUTED = "DISPUTED", pgettext_lazy("invoice", "Disputed")
    PAID = "PAID", pgettext_lazy("invoice", "Settled")


class ReceiptMethod(TextChoices):
    """How the money came."""

    BANK_TRANSFER = "BANK_TRANSFER", _("Bank transfer")
    CHEQUE = "CHEQUE", _("Cheque")
    CARD = "CARD", _("Card")
    CASH = "CASH", _("Cash")
    WALLET = "WALLET", _("Mobile wallet")
    ACCEPTANCE = "ACCEPTANCE", _("Bank acceptance bill")
    OTHER = "OTHER", pgettext_lazy("receipt method", "Other")


class RefundKind(TextChoices):
    """Why money of a receipt left again."""

    REFUND = "REFUND", _("Refund to the client")
    RETURNED = "RETURNED", _("Returned by the bank")
    ENTRY_ERROR = "ENTRY_ERROR", _("Entered by mistake")
    # Of prepayments only, each after an approved release:
    FORFEITED = "FORFEITED", _("Earnest money forfeited to us")
    TWICE = "TWICE", _("Earnest money returned twice")
    DEPOSIT = "DEPOSIT", _("Security deposit returned")


#: What money of any receipt may do.
PLAIN_REFUNDS: tuple[RefundKind, ...] = (
    RefundKind.REFUND,
    RefundKind.RETURNED,
    RefundKind.ENTRY_ERROR,
)
#: The money never really came: no approval is asked for saying so.
NEVER_CAME: tuple[RefundKind, ...] = (RefundKind.RETURNED, RefundKind.ENTRY_ERROR)


class Measure(IntegerChoices):
    """Rows of the aging flow. Summed over all days up to D they give the figure at D."""

    OPEN = 0, _("Receivables")
    PAST_0 = 1, _("Overdue")
    PAST_30 = 2, _("Overdue more than 30 days")
    PAST_60 = 3, _("Overdue more than 60 days")
    PAST_90 = 4, _("Overdue more than 90 days")
    PAST_180 = 5, _("Overdue more than 180 days")
    PAST_365 = 6, _("Overdue more than 365 days")
    SALES = 10, _("Credit sales")
    CREDIT = 11, _("Unapplied credit")
    COLLECTED = 12, _("Collected")
    PREPAID = 13, _("Prepayments held")


class PromiseState(TextChoices):
    """What became of a promise to pay; judged from receipts."""

    OPEN = "OPEN", pgettext_lazy("promise", "Waiting")
    KEPT = "KEPT", pgettext_lazy("promise", "Kept")
    PART_KEPT = "PART_KEPT", pgettext_lazy("promise", "Partly kept")
    BROKEN = "BROKEN", pgettext_lazy("promise", "Broken")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("promise", "Withdrawn")


PROMISE_TRANSITIONS: dict[PromiseState, frozenset[PromiseState]] = {
    PromiseState.OPEN: frozenset(
        {
            PromiseState.KEPT,
            PromiseState.PART_KEPT,
            PromiseState.BROKEN,
            PromiseState.WITHDRAWN,
        }
    ),
    PromiseState.KEPT: frozenset(),
    PromiseState.PART_KEPT: frozenset(),
    PromiseState.BROKEN: frozenset(),
    PromiseState.WITHDRAWN: frozenset(),
}


class PlanState(TextChoices):
    """Life of an instalment plan."""

    ACTIVE = "ACTIVE", pgettext_lazy("plan", "Active")
    COMPLETED = "COMPLETED", pgettext_lazy("plan", "Completed")
    BROKEN = "BROKEN", pgettext_lazy("plan", "Broken")
    CANCELLED = "CANCELLED", pgettext_lazy("plan", "Cancelled")


PLAN_TRANSITIONS: dict[PlanState, frozenset[PlanState]] = {
    PlanState.ACTIVE: frozenset({PlanState.COMPLETED, PlanState.BROKEN, PlanState.CANCELLED}),
    PlanState.COMPLETED: frozenset(),
    PlanState.BROKEN: frozenset(),
    PlanState.CANCELLED: frozenset(),
}


class PrepaymentState(TextChoices):
    """Life of a prepayment. Its balance follows from its receipts, whatever the state."""

    REQUESTED = "REQUESTED", pgettext_lazy("prepayment", "Requested")
    CLEARED = "CLEARED", pgettext_lazy("prepayment", "Cleared")
    CLOSED = "CLOSED", pgettext_lazy("prepayment", "Closed")
    CANCELLED = "CANCELLED", pgettext_lazy("prepayment", "Cancelled")


# CLEARED -> REQUESTED: the bank took a payment back. CLOSED -> CLEARED, CANCELLED -> REQUESTED: an
# application was taken back, so there is money in it again.
PREPAYMENT_TRANSITIONS: dict[PrepaymentState, frozenset[PrepaymentState]] = {
    PrepaymentState.REQUESTED: frozenset({PrepaymentState.CLEARED, PrepaymentState.CANCELLED}),
    PrepaymentState.CLEARED: frozenset({PrepaymentState.REQUESTED, PrepaymentState.CLOSED}),
    PrepaymentState.CLOSED: frozenset({PrepaymentState.CLEARED}),
    PrepaymentState.CANCELLED: frozenset({PrepaymentState.REQUESTED}),
}
#: Money may come in for it.
TAKES_MONEY: tuple[PrepaymentState, ...] = (PrepaymentState.REQUESTED, PrepaymentState.CLEARED)


class ReleaseKind(TextChoices):
    """Where money of a prepayment goes, other than to invoices; the same words as `RefundKind`."""

    REFUND = "REFUND", pgettext_lazy("release", "Refund to the client")
    FORFEITED = "FORFEITED", pgettext_lazy("release", "Forfeit the earnest money")
    TWICE = "TWICE", pgettext_lazy("release", "Return the earnest money twice")
    DEPOSIT = "DEPOSIT", pgettext_lazy("release", "Return the security deposit")


#: Which releases each kind of prepayment knows (PRC Civil Code art. 586-588).
RELEASES: dict[str, tuple[ReleaseKind, ...]] = {
    "PREPAYMENT": (ReleaseKind.REFUND,),
    "EARNEST": (ReleaseKind.REFUND, ReleaseKind.FORFEITED, ReleaseKind.TWICE),
    "DEPOSIT": (ReleaseKind.DEPOSIT,),
}


class ReleaseState(TextChoices):
    """What became of the request to let money go. Asked by one person, decided by another."""

    ASKED = "ASKED", pgettext_lazy("release", "Waits for approval")
    APPROVED = "APPROVED", pgettext_lazy("release", "Approved")
    REFUSED = "REFUSED", pgettext_lazy("release", "Refused")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("release", "Withdrawn")


RELEASE_TRANSITIONS: dict[ReleaseState, frozenset[ReleaseState]] = {
    ReleaseState.ASKED: frozenset(
        {ReleaseState.APPROVED, ReleaseState.REFUSED, ReleaseState.WITHDRAWN}
    ),
    ReleaseState.APPROVED: frozenset(),
    ReleaseState.REFUSED: frozenset(),
    ReleaseState.WITHDRAWN: frozenset(),
}
