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
