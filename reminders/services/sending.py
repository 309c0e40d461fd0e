"""Send the reminders that are queued: the rounds are `core.messaging`, the claim is ours."""

import datetime as dt
from collections.abc import Callable

from clients.models import Creditor
from core.messaging import BUDGET, Claim, Clock, Sender, SendReport
from reminders.models import Message
from reminders.selectors.policy import Ladder, ladder_of
from reminders.services.claims import claim_message
from reminders.services.machine import REMINDERS

__all__ = ["SendReport", "recover_stale", "send_queued"]


def send_queued(
    *, clock: Clock, limit: int | None = None, budget: dt.timedelta = BUDGET
) -> SendReport:
    """Send what may go now. Several workers may run this at once: each message has one winner.

    Ends when nothing is left, `limit` messages were sent, the time budget is spent, or the mail
    server is in trouble (the rest stays queued for the next round).
    """
    return _SENDER.send(clock=clock, limit=limit, budget=budget)


def recover_stale(*, at: dt.datetime) -> int:
    """Find what a worker that died left in flight; how many. What may have left is in doubt."""
    return _SENDER.recover_stale(at=at)


def _claims() -> Callable[[Message, dt.datetime], Claim]:
    """Claims of one batch; each creditor's ladder is read once for all of them."""
    ladders: dict[int, Ladder] = {}

    def claim(message: Message, at: dt.datetime) -> Claim:
        creditor_id = message.creditor_id
        if creditor_id not in ladders:
            ladders[creditor_id] = ladder_of(Creditor.objects.get(pk=creditor_id))
        return claim_message(message_id=message.pk, ladder=ladders[creditor_id], at=at)

    return claim


_SENDER = Sender(
    machine=REMINDERS, claims=_claims, taken_back="suppressed", columns=("creditor_id",)
)
