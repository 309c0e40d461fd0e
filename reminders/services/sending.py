"""Send what is queued: claim, talk to the mail server, write down how it ended.

The messages themselves are the list of what is to be done, so nothing is lost with a broker, a
beat or a worker: whoever runs this next goes on. Every round is bounded in number and in time.
"""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import OperationalError

from clients.models import Creditor
from core.mailing import STALE_AFTER, firmly
from core.smtp import Delivery, Fate, Mailer
from core.transactions import sqlstate
from reminders.models import Message
from reminders.selectors.policy import Ladder, ladder_of
from reminders.services import machine
from reminders.services.claims import Claim, ClaimOutcome, claim_message
from reminders.states import MessageState

logger = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]

BATCH = 200
BUDGET = dt.timedelta(minutes=4)
LOCK_NOT_AVAILABLE = "55P03"
# Refusals in a row that look like trouble at our end rather than at the recipients'.
REFUSALS_IN_A_ROW = 5


@dataclass(slots=True)
class SendReport:
    """What a round of sending came to."""

    counts: Counter[str] = field(default_factory=Counter)
    trouble: str = ""

    def note(self, what: str) -> None:
        """Count one more."""
        self.counts[what] += 1


def send_queued(
    *, clock: Clock, limit: int | None = None, budget: dt.timedelta = BUDGET
) -> SendReport:
    """Send what may go now. Several workers may run this at once: each message has one winner.

    Ends when nothing is left, `limit` messages were sent, the time budget is spent, or the mail
    server is in trouble (the rest stays queued for the next round).
    """
    report = SendReport()
    recover_stale(at=clock(), report=report)
    ends_at = clock() + budget
    seen: set[int] = set()
    refused_in_a_row = 0
    with Mailer() as mailer:
        while batch := _batch(at=clock(), seen=seen):
            ladders: dict[int, Ladder] = {}
            for message_id, creditor_id in batch:
                seen.add(message_id)
                fate = _send_one(message_id, _ladder(ladders, creditor_id), mailer, clock, report)
                refused_in_a_row = refused_in_a_row + 1 if fate is Fate.REFUSED else 0
                if refused_in_a_row >= REFUSALS_IN_A_ROW:
                    report.trouble = report.trouble or "refusals in a row"
                if report.trouble or clock() >= ends_at or _reached(report, limit):
                    return report
    return report


def _reached(report: SendReport, limit: int | None) -> bool:
    return limit is not None and report.counts["sent"] >= limit


def _batch(*, at: dt.datetime, seen: set[int]) -> list[tuple[int, int]]:
    rows = (
        Message.objects.filter(state=MessageState.QUEUED, available_at__lte=at)
        .exclude(pk__in=seen)
        .order_by("available_at", "pk")
        .values_list("pk", "creditor_id")
    )
    return list(rows[:BATCH])


def _ladder(ladders: dict[int, Ladder], creditor_id: int) -> Ladder:
    if creditor_id not in ladders:
        ladders[creditor_id] = ladder_of(Creditor.objects.get(pk=creditor_id))
    return ladders[creditor_id]


def _send_one(
    message_id: int, ladder: Ladder, mailer: Mailer, clock: Clock, report: SendReport
) -> Fate | None:
    """Claim and send one message. One that cannot be claimed does not stop the others."""
    try:
        claim = claim_message(message_id=message_id, ladder=ladder, at=clock())
    except OperationalError as error:
        if sqlstate(error) != LOCK_NOT_AVAILABLE:
            raise
        report.note("busy")
        return None
    except Exception as error:
        logger.exception("message %s could not be claimed", message_id)
        _put_off(message_id, error, at=clock())
        report.note("error")
        return None
    if claim.outcome is not ClaimOutcome.CLAIMED:
        report.note(_CLAIM_WORDS[claim.outcome])
        return None
    delivery = mailer.deliver(
        sender=claim.sender,
        recipient=claim.recipient,
        raw=claim.raw,
        handing_over=lambda: machine.hand_over(
            message_id=claim.message_id, attempt=claim.attempt, at=clock()
        ),
    )
    report.note(_settle(claim, delivery, at=clock()))
    if delivery.server_trouble:
        report.trouble = delivery.reply
    return delivery.fate


def _put_off(message_id: int, error: Exception, *, at: dt.datetime) -> None:
    """One that cannot be written (a broken template, say) shows why and holds up nobody."""
    Message.objects.filter(pk=message_id, state=MessageState.QUEUED).update(
        available_at=at + STALE_AFTER, last_error=f"{type(error).__name__}: {error}"[:500]
    )


_CLAIM_WORDS = {
    ClaimOutcome.SUPPRESSED: "suppressed",
    ClaimOutcome.WAITS: "waits",
    ClaimOutcome.TAKEN: "taken",
}


def _settle(claim: Claim, delivery: Delivery, *, at: dt.datetime) -> str:
    """Write down how it ended; the word to count it under."""
    pk, attempt, reply = claim.message_id, claim.attempt, delivery.reply
    if delivery.fate is Fate.ACCEPTED:
        done = firmly(lambda: machine.mark_sent(message_id=pk, attempt=attempt, at=at, reply=reply))
        if not done:
            logger.error("message %s was taken by the server after it was decided on", pk)
        return "sent"
    if delivery.fate is Fate.REFUSED:
        firmly(
            lambda: machine.mark_failed(
                message_id=pk,
                attempt=attempt,
                at=at,
                reply=reply,
                bad_mailbox=delivery.bad_mailbox,
            )
        )
        return "failed"
    if delivery.fate is Fate.UNKNOWN:
        firmly(lambda: machine.doubt(message_id=pk, attempt=attempt, at=at, reply=reply))
        return "in doubt"
    state = firmly(lambda: machine.requeue(message_id=pk, attempt=attempt, at=at, reply=reply))
    return _REQUEUED_WORDS[state] if state is not None else "taken"


_REQUEUED_WORDS = {MessageState.FAILED: "failed", MessageState.QUEUED: "queued again"}


def recover_stale(*, at: dt.datetime, report: SendReport | None = None) -> int:
    """Find what a worker that died left in flight.

    Its text never left: queued again. Its text left: in doubt, for a person. Returns how many.
    """
    rows = Message.objects.filter(
        state=MessageState.INFLIGHT, claimed_at__lt=at - STALE_AFTER
    ).order_by("pk")
    found = 0
    for pk, attempt, data_at in rows.values_list("pk", "attempts", "data_at")[:BATCH]:
        reply = "the sender stopped"
        if data_at is None:
            done = machine.requeue(message_id=pk, attempt=attempt, at=at, reply=reply) is not None
            word = "queued again"
        else:
            done = machine.doubt(message_id=pk, attempt=attempt, at=at, reply=reply)
            word = "in doubt"
        if done:
            found += 1
            if report is not None:
                report.note(word)
    return found
