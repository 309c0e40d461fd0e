"""What the ledger has to know of prepayments: whose contract money is for, and what it clears."""

from __future__ import annotations

import datetime as dt

from clients.models import Client
from contracts.models import Contract
from core import audit
from core.models import User
from core.money import ZERO
from payments.models import CreditNote, Prepayment, Receipt
from payments.selectors.prepayments import figures_of
from payments.states import PrepaymentState


def own_contract(source: Receipt | CreditNote) -> Contract | None:
    """The contract whose invoices alone this money may settle; None: any of the client's."""
    if not isinstance(source, Receipt) or source.prepayment_id is None:
        return None
    return Contract.objects.get(prepayments=source.prepayment_id)


def settle_state(
    *, receipt: Receipt, on: dt.date, actor: User | None, at: dt.datetime
) -> PrepaymentState | None:
    """Bring the state of a receipt's prepayment in line with its money; part of a transaction.

    Enough came in: cleared. The bank took some back: requested again. An application was taken
    back, so that an ended one holds money again: it is not ended. None where nothing changed.
    """
    if receipt.prepayment_id is None:
        return None
    row = Prepayment.objects.select_for_update(no_key=True).get(pk=receipt.prepayment_id)
    figures = figures_of([row.pk])[row.pk]
    before, after = PrepaymentState(row.state), PrepaymentState(row.state)
    if before in {PrepaymentState.REQUESTED, PrepaymentState.CLEARED}:
        is_cleared = figures.received >= row.amount
        after = PrepaymentState.CLEARED if is_cleared else PrepaymentState.REQUESTED
    elif before == PrepaymentState.CLOSED and figures.balance > ZERO:
        after = PrepaymentState.CLEARED
    elif before == PrepaymentState.CANCELLED and figures.balance > ZERO:
        after = PrepaymentState.REQUESTED
    if before == after:
        return None
    move_state(row, after, on=on, actor=actor, at=at)
    return after


def move_state(
    row: Prepayment,
    to: PrepaymentState,
    *,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    reason: str = "",
) -> None:
    """Write a new state of a locked prepayment, and record it."""
    before = row.state
    row.state = to
    row.closing_reason = reason[:300]
    if to == PrepaymentState.CLEARED:
        row.cleared_on = row.cleared_on or on
    elif to == PrepaymentState.REQUESTED:
        row.cleared_on = None
    row.save(update_fields=["state", "closing_reason", "cleared_on"])
    audit.record(
        action="payments.prepayment_state",
        actor=actor,
        at=at,
        subject=row,
        stream=f"client:{row.contract.client_id}",
        payload={"from": before, "to": to, "reason": reason},
    )


def locked_prepayment(prepayment: Prepayment) -> Prepayment:
    """The row under its lock, its client locked first."""
    client_id = prepayment.contract.client_id
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client_id)
    rows = Prepayment.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("contract__client", "contract__creditor").get(pk=prepayment.pk)


def record_prepayment_act(
    row: Prepayment, action: str, actor: User | None, at: dt.datetime, **payload: object
) -> None:
    """Add an act on a prepayment to its client's stream."""
    audit.record(
        action=f"payments.{action}",
        actor=actor,
        at=at,
        subject=row,
        stream=f"client:{row.contract.client_id}",
        payload=payload,
    )
