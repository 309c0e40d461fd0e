"""Money of a receipt that left again, or never really came."""

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refusal, stated
from core.models import User
from core.money import is_rounded
from core.transactions import in_transaction, refusing
from payments.models import Receipt, Refund
from payments.services.ledger import CLOSED, lock_client, record_act
from payments.services.prepaid import settle_state
from payments.states import NEVER_CAME, PLAIN_REFUNDS, RefundKind


class UnableToRefund(Refusal):
    """This receipt cannot be refunded like this."""


@in_transaction
def refund_receipt(
    *,
    receipt: Receipt,
    amount: Decimal,
    kind: RefundKind,
    reason: str,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> Refund:
    """Note that unapplied money of a receipt left again. Raises UnableToRefund above that."""
    lock_client(receipt.client_id)
    row = Receipt.objects.select_for_update(no_key=True).get(pk=receipt.pk)
    _check_kind(row, kind)
    if not reason.strip():
        raise UnableToRefund(_("Say why."), field="reason")
    if amount <= 0 or not is_rounded(amount, row.currency):
        raise UnableToRefund(_("The amount is more than zero."), field="amount")
    if amount > row.unallocated:
        raise UnableToRefund(
            _("Only %s of this receipt is not applied. Reverse an allocation first.")
            % stated(row.unallocated, row.currency),
            field="amount",
        )
    with refusing(
        UnableToRefund,
        {
            "receipt_not_over_used": gettext_lazy("More than is left of this receipt."),
            "refund_after_receipt": gettext_lazy("The refund lies before the receipt."),
            "books_closed": CLOSED,
        },
    ):
        refund = Refund.objects.create(
            receipt=row,
            amount=amount,
            refunded_on=on,
            kind=kind,
            reason=reason.strip()[:300],
            created_at=at,
            created_by=actor,
        )
    record_act(
        row.client_id, "refund", refund, actor=actor, at=at, amount=amount, kind=kind, reason=reason
    )
    settle_state(receipt=row, on=on, actor=actor, at=at)
    return refund


def _check_kind(receipt: Receipt, kind: RefundKind) -> None:
    if receipt.prepayment_id and kind not in NEVER_CAME:
        raise UnableToRefund(
            _("Money of a prepayment leaves with an approval; ask for it on its own page."),
            field="kind",
        )
    if kind not in PLAIN_REFUNDS:
        raise UnableToRefund(_("Only money of a prepayment leaves like this."), field="kind")
