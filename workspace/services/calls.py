"""One conversation and all that came of it, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import models

from clients.models import Client, Contact, Creditor
from core.models import Document, User
from core.transactions import in_transaction
from disputes.services import open_dispute
from interactions.models import FollowUp, Interaction
from interactions.services import (
    RecordingFacts,
    add_follow_up,
    complete_follow_up,
    contact_check,
    link_interaction,
    log_interaction,
    note_breaches,
    require_contact,
)
from interactions.states import Direction, InteractionKind
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
    owner: User | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept with an entry: what it was about, files, and a recording."""

    links: Sequence[models.Model] = ()
    documents: Sequence[Document] = ()
    recording: RecordingFacts | None = None


NOTHING_KEPT = Kept()
# Ways of contacting a person of which the rules are asked; a letter and a note are not.
_ASKED_OF = frozenset({InteractionKind.CALL, InteractionKind.VISIT, InteractionKind.MESSAGE})


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
    subject: str = "",
    kept: Kept = NOTHING_KEPT,
    took_place: bool = False,
) -> Interaction:
    """Log a conversation with the promise, dispute and next action it led to; all or nothing.

    `done` is the follow-up that this was. What we began is held to the rules of contact: where
    they block it, it is refused unless it `took_place` all the same; whatever was not kept is
    noted with the entry. Raises the refusal of whichever part does not hold.
    """
    # One at a time per client, so that two calls cannot both be the last that is allowed.
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client.pk)
    verdict = None
    if direction == Direction.OUT and kind in _ASKED_OF and occurred_at <= at:
        verdict = contact_check(client, contact, kind, occurred_at)
        if not took_place:
            require_contact(verdict)
    entry = log_interaction(
        client=client,
        kind=kind,
        direction=direction,
        occurred_at=occurred_at,
        subject=subject,
        body=body,
        outcome=outcome,
        contact=contact,
        about=dispute.invoice if dispute else None,
        links=kept.links,
        documents=kept.documents,
        recording=kept.recording,
        actor=actor,
        at=at,
    )
    if verdict is not None:
        note_breaches(entry=entry, verdict=verdict)
    _agree(entry, promise, dispute, on=on, actor=actor, at=at)
    _plan(entry, next_action, done, actor=actor, at=at)
    return entry


def _agree(
    entry: Interaction,
    promise: PromiseMade | None,
    dispute: DisputeRaised | None,
    *,
    on: dt.date,
    actor: User,
    at: dt.datetime,
) -> None:
    """What was promised or contested; the entry names it."""
    made: list[models.Model] = []
    if promise is not None:
        row = record_promise(
            creditor=promise.creditor,
            client=entry.client,
            currency=promise.currency,
            amount=promise.amount,
            due_on=promise.due_on,
            interaction=entry,
            on=on,
            actor=actor,
            at=at,
        )
        made.append(row)
    if dispute is not None:
        contested = open_dispute(
            invoice=dispute.invoice,
            amount=dispute.amount,
            reason=dispute.reason,
            note=entry.body,
            on=on,
            actor=actor,
            at=at,
        )
        made.append(contested)
    if made:
        link_interaction(interaction=entry, about=made, actor=actor, at=at)


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
            owner=next_action.owner or actor,
            text=next_action.text,
            interaction=entry,
            actor=actor,
            at=at,
        )
    if done is not None:
        complete_follow_up(follow_up=done, actor=actor, at=at)
