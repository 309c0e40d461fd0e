"""Use cases that write disputes."""

import datetime as dt
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client
from core import audit
from core.errors import Refusal, stated
from core.models import User
from core.money import is_rounded
from core.transactions import in_transaction, refusing
from disputes.models import Dispute
from disputes.states import TRANSITIONS, DisputeState
from payments.models import Invoice


class UnableToDispute(Refusal):
    """This cannot be noted as a dispute."""


@in_transaction
def open_dispute(
    *,
    invoice: Invoice,
    amount: Decimal,
    reason: str,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    note: str = "",
) -> Dispute:
    """Hold part or all of an invoice apart; the rest stays collectible.

    A queued reminder that would ask for nothing else is taken back in this transaction.
    Raises UnableToDispute above the amount that is open and not yet disputed.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=invoice.client_id)
    row = Invoice.objects.select_for_update(no_key=True).get(pk=invoice.pk)
    if amount <= 0 or not is_rounded(amount, row.currency):
        raise UnableToDispute(_("Give the amount that is disputed."), field="amount")
    if amount > row.collectible:
        raise UnableToDispute(
            _("Only %s of this invoice is open and undisputed.")
            % stated(row.collectible, row.currency),
            field="amount",
        )
    with refusing(
        UnableToDispute,
        {"invoice_disputed_within_amount": gettext_lazy("More than the invoice's amount.")},
    ):
        dispute = Dispute.objects.create(
            client_id=row.client_id,
            invoice=row,
            amount=amount,
            reason=reason,
            note=note[:500],
            opened_on=on,
            created_at=at,
            created_by=actor,
        )
    audit.record(
        action="disputes.open",
        actor=actor,
        at=at,
        subject=dispute,
        stream=f"client:{row.client_id}",
        payload={"invoice": row.pk, "amount": amount, "reason": reason},
    )
    return dispute


@in_transaction
def close_dispute(
    *,
    dispute: Dispute,
    state: DisputeState,
    resolution: str,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> bool:
    """End a dispute; its amount is collectible again. Upheld ones need a credit note as well.

    False when somebody ended it before. Raises UnableToDispute without a resolution.
    """
    if state not in TRANSITIONS[DisputeState.OPEN]:
        raise UnableToDispute(_("A dispute ends upheld, not upheld or withdrawn."))
    if not resolution.strip():
        raise UnableToDispute(_("Say how it was resolved."), field="resolution")
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=dispute.client_id)
    done = Dispute.objects.filter(pk=dispute.pk, state=DisputeState.OPEN).update(
        state=state, resolved_on=max(on, dispute.opened_on), resolution=resolution.strip()[:500]
    )
    if done:
        audit.record(
            action="disputes.close",
            actor=actor,
            at=at,
            subject=dispute,
            stream=f"client:{dispute.client_id}",
            payload={"state": state, "resolution": resolution},
        )
    return bool(done)
