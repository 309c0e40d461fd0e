"""The life of a message: each edge is one compare-and-swap with its row of history.

    QUEUED -> INFLIGHT -> SENT | FAILED | IN_DOUBT | QUEUED (only before the text was handed over)
    QUEUED -> SUPPRESSED          IN_DOUBT -> SENT | FAILED (a person decides)

A worker's claim is known by the message's count of attempts: a worker that was believed dead
and wakes up finds another count and can change nothing.
"""

import datetime as dt
from typing import Any

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import translation
from django.utils.translation import gettext as _

from clients.services import note_failed_address
from core import audit
from core.dates import UnknownCalendar, day_in, next_business_day
from core.errors import Refusal
from core.mailing import MAX_ATTEMPTS, wait_after
from core.models import User
from core.transactions import in_transaction
from interactions.services import add_follow_up, log_interaction
from interactions.states import Direction, InteractionKind
from reminders.models import Cycle, Message, MessageTransition
from reminders.rules.decisions import NO_FACTS, Facts
from reminders.selectors.policy import ladder_of
from reminders.states import Channel, MessageState, Reason


class UnableToResolve(Refusal):
    """This message cannot be decided on now."""


def move(
    *,
    message_id: int,
    attempt: int | None,
    from_states: tuple[MessageState, ...],
    to: MessageState,
    at: dt.datetime,
    actor: User | None = None,
    note: str = "",
    **fields: Any,
) -> bool:
    """Change a message's state if it is still where the caller believes, and write it down.

    `attempt` None takes any claim. False when somebody was faster; nothing changes then.
    In the caller's transaction.
    """
    rows = Message.objects.select_for_update(no_key=True).filter(
        pk=message_id, state__in=from_states
    )
    if attempt is not None:
        rows = rows.filter(attempts=attempt)
    if to == MessageState.QUEUED:
        rows = rows.filter(data_at=None)
    before = rows.values_list("state", flat=True).first()
    if before is None:
        return False
    Message.objects.filter(pk=message_id).update(state=to, **fields)
    MessageTransition.objects.create(
        message_id=message_id,
        from_state=before,
        to_state=to,
        at=at,
        actor=actor,
        note=" ".join(note.split())[:300],
    )
    return True


def hand_over(*, message_id: int, attempt: int, at: dt.datetime) -> bool:
    """Note, durably, that the text is about to leave. False when the claim was lost."""
    return bool(
        Message.objects.filter(
            pk=message_id, state=MessageState.INFLIGHT, attempts=attempt, data_at=None
        ).update(data_at=at)
    )


@in_transaction
def mark_sent(*, message_id: int, attempt: int | None, at: dt.datetime, reply: str) -> bool:
    """The mail server took it (250). A late 250 also settles a message in doubt."""
    return _sent(
        message_id=message_id,
        attempt=attempt,
        from_states=(MessageState.INFLIGHT, MessageState.IN_DOUBT),
        sent_at=at,
        actor=None,
        at=at,
        note=reply,
    )


def _sent(
    *,
    message_id: int,
    attempt: int | None,
    from_states: tuple[MessageState, ...],
    sent_at: dt.datetime,
    actor: User | None,
    at: dt.datetime,
    note: str,
) -> bool:
    moved = move(
        message_id=message_id,
        attempt=attempt,
        from_states=from_states,
        to=MessageState.SENT,
        at=at,
        actor=actor,
        note=note,
        sent_at=sent_at,
        last_error="",
        decided_by=actor,
    )
    if not moved:
        return False
    message = Message.objects.select_related(
        "client", "client__owner", "contact", "creditor", "run__approved_by"
    ).get(pk=message_id)
    on = day_in(sent_at, message.creditor.time_zone)
    Cycle.objects.filter(pk=message.cycle_id).update(
        level=Greatest(F("level"), message.level), last_sent_on=_latest(message, on)
    )
    entry = log_interaction(
        client=message.client,
        kind=InteractionKind.EMAIL,
        direction=Direction.OUT,
        occurred_at=sent_at,
        subject=message.subject,
        body=message.body,
        contact=message.contact,
        about=message,
        actor=actor or message.run.approved_by,
        at=at,
    )
    _plan_call(message, entry_id=entry.pk, on=on, at=at)
    _record("reminders.sent", message, actor, at, sha256=message.raw_sha256, amount=message.amount)
    return True


def _latest(message: Message, on: dt.date) -> dt.date:
    before = Cycle.objects.values_list("last_sent_on", flat=True).get(pk=message.cycle_id)
    return max(before, on) if before else on


def _plan_call(message: Message, *, entry_id: int, on: dt.date, at: dt.datetime) -> None:
    """A step by call and e-mail, or by letter, leaves a person something to do."""
    from interactions.models import Interaction

    channel = ladder_of(message.creditor).channel(message.level)
    owner = message.client.owner or message.run.approved_by
    if owner is None or channel not in {Channel.CALL_EMAIL, Channel.LETTER}:
        return
    with translation.override(owner.language or None):
        text = (
            _("Call the client about the reminder “%s”.")
            if channel == Channel.CALL_EMAIL
            else _("Consider a formal letter after the reminder “%s”.")
        ) % message.subject[:200]
    add_follow_up(
        client=message.client,
        due_on=_next_workday(on, message.creditor.country),
        owner=owner,
        text=text,
        interaction=Interaction(pk=entry_id),
        actor=None,
        at=at,
    )


def _next_workday(on: dt.date, country: str) -> dt.date:
    try:
        return next_business_day(on, country)
    except UnknownCalendar:
        return next_business_day(on)


@in_transaction
def mark_failed(
    *, message_id: int, attempt: int, at: dt.datetime, reply: str, bad_mailbox: bool = False
) -> bool:
    """It certainly did not arrive and is not tried again; the next plan may write anew."""
    moved = move(
        message_id=message_id,
        attempt=attempt,
        from_states=(MessageState.INFLIGHT,),
        to=MessageState.FAILED,
        at=at,
        note=reply,
        last_error=reply[:500],
    )
    if moved:
        message = Message.objects.select_related("contact").get(pk=message_id)
        if bad_mailbox and message.contact and message.contact.email == message.to_email:
            note_failed_address(contact=message.contact, at=at)
        _record("reminders.failed", message, None, at, reply=reply)
    return moved


@in_transaction
def requeue(*, message_id: int, attempt: int, at: dt.datetime, reply: str) -> MessageState | None:
    """The text never left: try again later, at most MAX_ATTEMPTS times, then it has failed.

    Returns the new state; None when the claim was lost.
    """
    if attempt >= MAX_ATTEMPTS:
        failed = mark_failed(message_id=message_id, attempt=attempt, at=at, reply=reply)
        return MessageState.FAILED if failed else None
    moved = move(
        message_id=message_id,
        attempt=attempt,
        from_states=(MessageState.INFLIGHT,),
        to=MessageState.QUEUED,
        at=at,
        note=reply,
        last_error=reply[:500],
        available_at=at + wait_after(attempt),
    )
    return MessageState.QUEUED if moved else None


@in_transaction
def doubt(*, message_id: int, attempt: int, at: dt.datetime, reply: str) -> bool:
    """The text left and nobody knows whether it arrived: a person decides."""
    moved = move(
        message_id=message_id,
        attempt=attempt,
        from_states=(MessageState.INFLIGHT,),
        to=MessageState.IN_DOUBT,
        at=at,
        note=reply,
        last_error=reply[:500],
    )
    if moved:
        message = Message.objects.get(pk=message_id)
        _record("reminders.in_doubt", message, None, at, reply=reply)
    return moved


@in_transaction
def suppress(
    *,
    message_id: int,
    reason: Reason,
    at: dt.datetime,
    facts: Facts = NO_FACTS,
    actor: User | None = None,
    note: str = "",
) -> bool:
    """Take a queued message back. False when it is not queued any more."""
    return move(
        message_id=message_id,
        attempt=None,
        from_states=(MessageState.QUEUED,),
        to=MessageState.SUPPRESSED,
        at=at,
        actor=actor,
        note=note,
        suppressed_reason=reason,
        suppressed_facts=dict(facts),
    )


@in_transaction
def resolve(*, message: Message, arrived: bool, note: str, actor: User, at: dt.datetime) -> None:
    """A person decides a message in doubt, from the client's word or the mail server's journal.

    It arrived: it counts as sent when its text left. It did not: it has failed, and the next
    plan may write again. Deciding twice the same way is harmless. Raises UnableToResolve when it
    is not in doubt, or was decided the other way.
    """
    if not note.strip():
        raise UnableToResolve(_("Say how you know."), field="note")
    wanted = MessageState.SENT if arrived else MessageState.FAILED
    row = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if row.state == wanted and row.decided_by_id:
        return
    if row.state != MessageState.IN_DOUBT or row.data_at is None:
        raise UnableToResolve(_("This message is not in doubt any more."))
    if arrived:
        _sent(
            message_id=row.pk,
            attempt=row.attempts,
            from_states=(MessageState.IN_DOUBT,),
            sent_at=row.data_at,
            actor=actor,
            at=at,
            note=note,
        )
    else:
        move(
            message_id=row.pk,
            attempt=row.attempts,
            from_states=(MessageState.IN_DOUBT,),
            to=MessageState.FAILED,
            at=at,
            actor=actor,
            note=note,
            decided_by=actor,
        )
    _record("reminders.resolve", row, actor, at, arrived=arrived, note=note)


def _record(
    action: str, message: Message, actor: User | None, at: dt.datetime, **payload: object
) -> None:
    audit.record(
        action=action,
        actor=actor,
        at=at,
        subject=message,
        stream=f"client:{message.client_id}",
        payload={"message_id": message.message_id, "level": message.level, **payload},
    )
