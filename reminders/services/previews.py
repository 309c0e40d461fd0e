"""What would go to a client, written by the very functions that the claim uses."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from clients.models import Client
from core.money import ZERO
from reminders.models import Cycle, Decision, Message, ReminderRun
from reminders.selectors.policy import ladder_of
from reminders.services.assessment import Assessment, assess, draft_message
from reminders.services.texts import Draft, Text, write_text
from reminders.states import Outcome, Reason


@dataclass(frozen=True, slots=True)
class Preview:
    """The message to one client as it would go on a day, or why none would."""

    assessment: Assessment
    draft: Draft | None
    text: Text | None
    planned: Decimal
    planned_level: int | None

    @property
    def has_changed(self) -> bool:
        """Whether something happened since the plan, so that another message or none goes."""
        if self.draft is None:
            return True
        return self.draft.total != self.planned or self.draft.level != self.planned_level


def preview_planned(*, run: ReminderRun, client: Client, currency: str, on: dt.date) -> Preview:
    """The message that approving a plan leads to, as of `on` (the day it would be sent)."""
    planned = list(
        Decision.objects.filter(
            run=run, client=client, currency=currency, outcome=Outcome.SEND, reason=Reason.DUE
        ).values_list("asked", "level")
    )
    return _preview(
        run=run,
        client=client,
        currency=currency,
        on=on,
        planned=sum((asked or ZERO for asked, _level in planned), ZERO),
        level=max((level or 0 for _asked, level in planned), default=None),
        message_id=None,
    )


def preview_queued(*, message: Message, on: dt.date) -> Preview:
    """The message that would go if it were claimed now."""
    planned = Decision.objects.filter(
        run=message.run,
        client=message.client,
        currency=message.currency,
        outcome=Outcome.SEND,
        reason=Reason.DUE,
    ).values_list("asked", flat=True)
    return _preview(
        run=message.run,
        client=message.client,
        currency=message.currency,
        on=on,
        planned=sum((asked or ZERO for asked in planned), ZERO),
        level=message.level,
        message_id=message.pk,
    )


def _preview(
    *,
    run: ReminderRun,
    client: Client,
    currency: str,
    on: dt.date,
    planned: Decimal,
    level: int | None,
    message_id: int | None,
) -> Preview:
    ladder = ladder_of(run.creditor)
    assessment = assess(
        creditor=run.creditor,
        client_id=client.pk,
        currency=currency,
        ladder=ladder,
        on=on,
        message_id=message_id,
    )
    cycle = Cycle.objects.filter(
        creditor=run.creditor, client=client, currency=currency, closed_on=None
    ).first()
    draft = draft_message(
        creditor=run.creditor,
        client=client,
        currency=currency,
        assessment=assessment,
        ladder=ladder,
        on=on,
        wrote_before=cycle is not None and cycle.level >= 1,
    )
    return Preview(
        assessment=assessment,
        draft=draft,
        text=write_text(draft) if draft is not None else None,
        planned=planned,
        planned_level=level,
    )
