"""One conversation and all that came of it, in one transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from clients.models import Client, Contact, Creditor
from core.models import User
from core.transactions import in_transaction
from disputes.services import open_dispute
from interactions.models import FollowUp, Interaction
from interactions.services import add_follow_up, complete_follow_up, log_interaction
from payments.models import Invoice
from payments.services import record_promise


@dataclass(frozen=True, slots=True)
class PromiseMade:
    """The client said it would pay so much by a day."""

    creditor: Creditor
    currency: str
    amount: Decimal
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class DisputeRaised:
    """The client contested an amount of an invoice."""

    invoice: Invoice
    amount: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class NextAction:
    """What is to be done next, and by when."""

    due_on: dt.date
    text: str


@in_transaction
def log_conversation(
    *,
    client: Client,
    kind: str,
    direction: str,
    occurred_at: dt.datetime,
    body: str,
    on: dt.date,
    actor: User,
    at: dt.datetime,
    outcome: str = "",
    contact: Contact | None = None,
    promise: PromiseMade | None = None,
    dispute: DisputeRaised | None = None,
    next_action: NextAction | None = None,
    done: FollowUp | None = None,
) -> Interaction:
    """Log a conversation with the promise, dispute and next action it led to; all or nothing.

    `done` is the follow-up that this was. Raises the refusal of whichever part does not hold.
    """
    entry = log_interaction(
        client=client,
        kind=kind,
        direction=direction,
        occurred_at=occurred_at,
        body=body,
        outcome=outcome,
        contact=contact,
        about=dispute.invoice if dispute else None,
        actor=actor,
        at=at,
    )
    if promise is not None:
        record_promise(
            creditor=promise.creditor,
            client=client,
            currency=promise.currency,
            amount=promise.amount,
            due_on=promise.due_on,
            interaction=entry,
            on=on,
            actor=actor,
            at=at,
        )
    if dispute is not None:
        open_dispute(
            invoice=dispute.invoice,
            amount=dispute.amount,
            reason=dispute.reason,
            note=body,
            on=on,
            actor=actor,
            at=at,
        )
    _plan(entry, next_action, done, actor=actor, at=at)
    return entry


def _plan(
    entry: Interaction,
    next_action: NextAction | None,
    done: FollowUp | None,
    *,
    actor: User,
    at: dt.datetime,
) -> None:
    """What was planned is done; what comes next is planned."""
    if next_action is not None:
        add_follow_up(
            client=entry.client,
            due_on=next_action.due_on,
            owner=actor,
            text=next_action.text,
            interaction=entry,
            actor=actor,
            at=at,
        )
    if done is not None:
        complete_follow_up(follow_up=done, actor=actor, at=at)
