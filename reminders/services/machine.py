"""The life of a reminder. The machine is `core.messaging`; here is what a reminder adds to it.

QUEUED -> INFLIGHT -> SENT | FAILED | IN_DOUBT | QUEUED (only before the text was handed over)
QUEUED -> SUPPRESSED          IN_DOUBT -> SENT | FAILED (a person decides)
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import translation
from django.utils.translation import gettext as _

from clients.services import note_failed_address
from core.dates import UnknownCalendar, day_in, next_business_day
from core.errors import Refusal
from core.messaging import Acts, Machine
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


class _Reminders(Machine[Message]):
    """A sent message moves its climb on, is logged, and may leave somebody a call to make."""

    mails = Message
    history = MessageTransition
    history_key = "message_id"
    taken_back = MessageState.SUPPRESSED
    acts = Acts(
        sent="reminders.sent",
        failed="reminders.failed",
        in_doubt="reminders.in_doubt",
        decided="reminders.resolve",
    )
    read_with_sent = ("client__owner", "contact", "creditor", "run__approved_by")

    def leave_traces(
        self, mail: Message, *, sent_at: dt.datetime, actor: User | None, at: dt.datetime
    ) -> Mapping[str, Any]:
        """The climb, the log, and what is to be done next."""
        on = day_in(sent_at, mail.creditor.time_zone)
        Cycle.objects.filter(pk=mail.cycle_id).update(
            level=Greatest(F("level"), mail.level), last_sent_on=_latest(mail, on)
        )
        entry = log_interaction(
            client=mail.client,
            kind=InteractionKind.EMAIL,
            direction=Direction.OUT,
            occurred_at=sent_at,
            subject=mail.subject,
            body=mail.body,
            contact=mail.contact,
            about=mail,
            actor=actor or mail.run.approved_by,
            at=at,
        )
        _plan_call(mail, entry_id=entry.pk, on=on, at=at)
        return {}

    def blame_address(self, mail: Message, *, at: dt.datetime) -> None:
        """The contact's address does not work, if it is still the one written to."""
        if mail.contact and mail.contact.email == mail.to_email:
            note_failed_address(contact=mail.contact, at=at)

    def facts(self, mail: Message) -> Mapping[str, object]:
        """Which step it was."""
        return {"level": mail.level}

    def facts_sent(self, mail: Message) -> Mapping[str, object]:
        """What was asked for."""
        return {"sha256": mail.raw_sha256, "amount": mail.amount}


REMINDERS = _Reminders()


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


def hand_over(*, message_id: int, attempt: int, at: dt.datetime) -> bool:
    """Note, durably, that the text is about to leave. False when the claim was lost."""
    return REMINDERS.hand_over(pk=message_id, attempt=attempt, at=at)


def mark_sent(*, message_id: int, attempt: int | None, at: dt.datetime, reply: str) -> bool:
    """The mail server took it (250). A late 250 also settles a message in doubt."""
    return REMINDERS.mark_sent(pk=message_id, attempt=attempt, at=at, reply=reply)


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
    return REMINDERS.take_back(
        pk=message_id,
        at=at,
        actor=actor,
        note=note,
        suppressed_reason=reason,
        suppressed_facts=dict(facts),
    )


@in_transaction
def resolve(*, message: Message, arrived: bool, note: str, actor: User, at: dt.datetime) -> None:
    """A person decides a message in doubt, from the client's word or the mail server's journal.

    When it did not arrive, the next plan may write again. Deciding twice the same way is
    harmless. Raises UnableToResolve when it is not in doubt, or was decided the other way.
    """
    REMINDERS.decide(
        pk=message.pk,
        arrived=arrived,
        note=note,
        actor=actor,
        at=at,
        unable=UnableToResolve,
        settled=_("This message is not in doubt any more."),
    )
