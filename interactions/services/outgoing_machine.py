"""The life of a written mail: each edge is one compare-and-swap with its row of history.

    QUEUED -> INFLIGHT -> SENT | FAILED | IN_DOUBT | QUEUED (only before the text was handed over)
    QUEUED -> CANCELLED           IN_DOUBT -> SENT | FAILED (a person decides)

The same rules as for reminders (see docs/reminders.md): a claim is known by its count of
attempts, and what may have been delivered is never sent again by itself.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from clients.services import note_failed_address
from core import audit
from core.errors import Refusal
from core.mailing import MAX_ATTEMPTS, wait_after
from core.models import User
from core.transactions import in_transaction
from interactions.models import OutgoingMail, OutgoingTransition
from interactions.services.log import log_interaction
from interactions.services.mail import archive_sent
from interactions.states import Direction, InteractionKind, OutgoingState


class UnableToDecide(Refusal):
    """This mail cannot be decided on now."""


def move(
    *,
    pk: int,
    attempt: int | None,
    from_states: tuple[OutgoingState, ...],
    to: OutgoingState,
    at: dt.datetime,
    actor: User | None = None,
    note: str = "",
    **fields: Any,
) -> bool:
    """Change a mail's state if it is still where the caller believes, and write it down.

    `attempt` None takes any claim. False when somebody was faster; nothing changes then.
    In the caller's transaction.
    """
    rows = OutgoingMail.objects.select_for_update(no_key=True).filter(pk=pk, state__in=from_states)
    if attempt is not None:
        rows = rows.filter(attempts=attempt)
    if to == OutgoingState.QUEUED:
        rows = rows.filter(data_at=None)
    before = rows.values_list("state", flat=True).first()
    if before is None:
        return False
    OutgoingMail.objects.filter(pk=pk).update(state=to, **fields)
    OutgoingTransition.objects.create(
        outgoing_id=pk,
        from_state=before,
        to_state=to,
        at=at,
        actor=actor,
        note=" ".join(note.split())[:300],
    )
    return True


def hand_over(*, pk: int, attempt: int, at: dt.datetime) -> bool:
    """Note, durably, that the text is about to leave. False when the claim was lost."""
    return bool(
        OutgoingMail.objects.filter(
            pk=pk, state=OutgoingState.INFLIGHT, attempts=attempt, data_at=None
        ).update(data_at=at)
    )


@in_transaction
def mark_sent(*, pk: int, attempt: int, at: dt.datetime, reply: str) -> bool:
    """The mail server took it (250). A late 250 also settles a mail in doubt."""
    return _sent(
        pk=pk,
        attempt=attempt,
        from_states=(OutgoingState.INFLIGHT, OutgoingState.IN_DOUBT),
        sent_at=at,
        actor=None,
        at=at,
        note=reply,
    )


def _sent(
    *,
    pk: int,
    attempt: int,
    from_states: tuple[OutgoingState, ...],
    sent_at: dt.datetime,
    actor: User | None,
    at: dt.datetime,
    note: str,
) -> bool:
    """Log and archive it, then change the state: all of it or nothing."""
    row = (
        OutgoingMail.objects.select_for_update(of=("self",), no_key=True)
        .select_related("client", "contact", "created_by")
        .filter(pk=pk, state__in=from_states, attempts=attempt)
        .first()
    )
    if row is None or row.raw is None:
        return False
    contact = row.contact if row.contact and row.contact.client_id == row.client_id else None
    entry = log_interaction(
        client=row.client,
        kind=InteractionKind.EMAIL,
        direction=Direction.OUT,
        occurred_at=sent_at,
        subject=row.subject,
        body=row.body,
        contact=contact,
        about=row,
        actor=row.created_by,
        at=at,
    )
    mail = archive_sent(
        raw=bytes(row.raw),
        client=row.client,
        contact=contact,
        interaction=entry,
        actor=row.created_by,
        at=at,
    )
    move(
        pk=pk,
        attempt=attempt,
        from_states=from_states,
        to=OutgoingState.SENT,
        at=at,
        actor=actor,
        note=note,
        sent_at=sent_at,
        last_error="",
        decided_by=actor,
        interaction=entry,
        mail=mail,
    )
    _record("interactions.mail_sent", row, actor, at, sha256=row.raw_sha256)
    return True


@in_transaction
def mark_failed(
    *, pk: int, attempt: int, at: dt.datetime, reply: str, bad_mailbox: bool = False
) -> bool:
    """It certainly did not arrive and is not tried again."""
    moved = move(
        pk=pk,
        attempt=attempt,
        from_states=(OutgoingState.INFLIGHT,),
        to=OutgoingState.FAILED,
        at=at,
        note=reply,
        last_error=reply[:500],
    )
    if moved:
        row = OutgoingMail.objects.select_related("contact").get(pk=pk)
        if bad_mailbox and row.contact and row.contact.email == row.to_email:
            note_failed_address(contact=row.contact, at=at)
        _record("interactions.mail_failed", row, None, at, reply=reply)
    return moved


@in_transaction
def requeue(*, pk: int, attempt: int, at: dt.datetime, reply: str) -> OutgoingState | None:
    """The text never left: try again later, at most MAX_ATTEMPTS times, then it has failed.

    Returns the new state; None when the claim was lost.
    """
    if attempt >= MAX_ATTEMPTS:
        failed = mark_failed(pk=pk, attempt=attempt, at=at, reply=reply)
        return OutgoingState.FAILED if failed else None
    moved = move(
        pk=pk,
        attempt=attempt,
        from_states=(OutgoingState.INFLIGHT,),
        to=OutgoingState.QUEUED,
        at=at,
        note=reply,
        last_error=reply[:500],
        available_at=at + wait_after(attempt),
    )
    return OutgoingState.QUEUED if moved else None


@in_transaction
def doubt(*, pk: int, attempt: int, at: dt.datetime, reply: str) -> bool:
    """The text left and nobody knows whether it arrived: a person decides."""
    moved = move(
        pk=pk,
        attempt=attempt,
        from_states=(OutgoingState.INFLIGHT,),
        to=OutgoingState.IN_DOUBT,
        at=at,
        note=reply,
        last_error=reply[:500],
    )
    if moved:
        row = OutgoingMail.objects.get(pk=pk)
        _record("interactions.mail_in_doubt", row, None, at, reply=reply)
    return moved


@in_transaction
def decide_mail(
    *, outgoing: OutgoingMail, arrived: bool, note: str, actor: User, at: dt.datetime
) -> None:
    """A person decides a mail in doubt, from the client's word or the mail server's journal.

    It arrived: it counts as sent when its text left. It did not: it has failed, and may be
    written anew. Deciding twice the same way is harmless. Raises UnableToDecide otherwise.
    """
    if not note.strip():
        raise UnableToDecide(_("Say how you know."), field="note")
    wanted = OutgoingState.SENT if arrived else OutgoingState.FAILED
    row = OutgoingMail.objects.select_for_update(no_key=True).get(pk=outgoing.pk)
    if row.state == wanted and row.decided_by_id:
        return
    if row.state != OutgoingState.IN_DOUBT or row.data_at is None:
        raise UnableToDecide(_("This mail is not in doubt any more."))
    if arrived:
        _sent(
            pk=row.pk,
            attempt=row.attempts,
            from_states=(OutgoingState.IN_DOUBT,),
            sent_at=row.data_at,
            actor=actor,
            at=at,
            note=note,
        )
    else:
        move(
            pk=row.pk,
            attempt=row.attempts,
            from_states=(OutgoingState.IN_DOUBT,),
            to=OutgoingState.FAILED,
            at=at,
            actor=actor,
            note=note,
            decided_by=actor,
        )
    _record("interactions.decide_mail", row, actor, at, arrived=arrived, note=note)


def _record(
    action: str, row: OutgoingMail, actor: User | None, at: dt.datetime, **payload: object
) -> None:
    audit.record(
        action=action,
        actor=actor,
        at=at,
        subject=row,
        stream=f"client:{row.client_id}",
        payload={"message_id": row.message_id, **payload},
    )
