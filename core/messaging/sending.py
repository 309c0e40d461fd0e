"""Send what is queued: claim, talk to the mail server, write down how it ended.

The mails themselves are the list of what is to be done, so nothing is lost with a broker, a
beat or a worker: whoever runs this next goes on. Every round is bounded in number and in time.
"""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Generic

from django.db import OperationalError

from core.mailing import STALE_AFTER, firmly
from core.messaging.life import Machine, MailT
from core.smtp import Delivery, Fate, Mailer
from core.states import MailState
from core.transactions import sqlstate

logger = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]

BUDGET: Final = dt.timedelta(minutes=4)
LOCK_NOT_AVAILABLE: Final = "55P03"
# Refusals in a row that look like trouble at our end rather than at the recipients'.
REFUSALS_IN_A_ROW: Final = 5


class ClaimOutcome(Enum):
    """What a claim came to."""

    CLAIMED = "claimed"
    TAKEN_BACK = "taken back"
    WAITS = "waits for its hour"
    TAKEN = "taken by somebody else"


@dataclass(frozen=True, slots=True)
class Claim:
    """A mail frozen for sending; what else a claim came to has no bytes."""

    outcome: ClaimOutcome
    pk: int
    attempt: int = 0
    raw: bytes = b""
    sender: str = ""
    recipient: str = ""


@dataclass(slots=True)
class SendReport:
    """What a round of sending came to."""

    counts: Counter[str] = field(default_factory=Counter)
    trouble: str = ""

    def note(self, what: str) -> None:
        """Count one more."""
        self.counts[what] += 1


@dataclass(frozen=True, slots=True)
class Sender(Generic[MailT]):
    """The rounds that send the mails of one machine."""

    machine: Machine[MailT]
    #: Called for each batch; what it returns claims one mail of it, in a transaction of its own.
    claims: Callable[[], Callable[[MailT, dt.datetime], Claim]]
    #: The word to count a mail under that was taken back at its claim.
    taken_back: str
    #: The word for what a dead worker left; "" counts it under what became of it.
    recovered: str = ""
    #: Columns that a claim wants to know before it reads the mail itself.
    columns: tuple[str, ...] = ()
    batch: int = 200

    def send(
        self, *, clock: Clock, limit: int | None = None, budget: dt.timedelta = BUDGET
    ) -> SendReport:
        """Send what may go now. Several workers may run this at once: each mail has one winner.

        Ends when nothing is left, `limit` mails were sent, the time budget is spent, or the mail
        server is in trouble (the rest stays queued for the next round).
        """
        report = SendReport()
        self.recover_stale(at=clock(), report=report)
        ends_at = clock() + budget
        seen: set[int] = set()
        refused_in_a_row = 0
        with Mailer() as mailer:
            while waiting := self._waiting(at=clock(), seen=seen):
                claim = self.claims()
                for mail in waiting:
                    seen.add(mail.pk)
                    fate = self._send_one(mail, claim, mailer, clock, report)
                    refused_in_a_row = refused_in_a_row + 1 if fate is Fate.REFUSED else 0
                    if refused_in_a_row >= REFUSALS_IN_A_ROW:
                        report.trouble = report.trouble or "refusals in a row"
                    if report.trouble or clock() >= ends_at or _reached(report, limit):
                        return report
        return report

    def _waiting(self, *, at: dt.datetime, seen: set[int]) -> list[MailT]:
        rows = self.machine.rows.filter(state=MailState.QUEUED, available_at__lte=at)
        rows = rows.exclude(pk__in=seen).order_by("available_at", "pk")
        return list(rows.only("pk", *self.columns)[: self.batch])

    def _send_one(
        self,
        mail: MailT,
        claim_mail: Callable[[MailT, dt.datetime], Claim],
        mailer: Mailer,
        clock: Clock,
        report: SendReport,
    ) -> Fate | None:
        """Claim and send one mail. One that cannot be claimed does not stop the others."""
        pk = mail.pk
        try:
            claim = claim_mail(mail, clock())
        except OperationalError as error:
            if sqlstate(error) != LOCK_NOT_AVAILABLE:
                raise
            report.note("busy")
            return None
        except Exception as error:
            logger.exception("%s %s could not be claimed", self._name, pk)
            self._put_off(pk, error, at=clock())
            report.note("error")
            return None
        if claim.outcome is not ClaimOutcome.CLAIMED:
            report.note(self._word(claim.outcome))
            return None
        delivery = mailer.deliver(
            sender=claim.sender,
            recipient=claim.recipient,
            raw=claim.raw,
            handing_over=lambda: self.machine.hand_over(pk=pk, attempt=claim.attempt, at=clock()),
        )
        report.note(self._settle(claim, delivery, at=clock()))
        if delivery.server_trouble:
            report.trouble = delivery.reply
        return delivery.fate

    @property
    def _name(self) -> str:
        return self.machine.mails._meta.label

    def _word(self, outcome: ClaimOutcome) -> str:
        if outcome is ClaimOutcome.TAKEN_BACK:
            return self.taken_back
        return "waits" if outcome is ClaimOutcome.WAITS else "taken"

    def _put_off(self, pk: int, error: Exception, *, at: dt.datetime) -> None:
        """One that cannot be written (a broken template, say) shows why and holds up nobody."""
        self.machine.rows.filter(pk=pk, state=MailState.QUEUED).update(
            available_at=at + STALE_AFTER, last_error=f"{type(error).__name__}: {error}"[:500]
        )

    def _settle(self, claim: Claim, delivery: Delivery, *, at: dt.datetime) -> str:
        """Write down how it ended; the word to count it under."""
        machine, pk, attempt, reply = self.machine, claim.pk, claim.attempt, delivery.reply
        if delivery.fate is Fate.ACCEPTED:
            done = firmly(lambda: machine.mark_sent(pk=pk, attempt=attempt, at=at, reply=reply))
            if not done:
                logger.error(
                    "%s %s was taken by the server after it was decided on", self._name, pk
                )
            return "sent"
        if delivery.fate is Fate.REFUSED:
            bad = delivery.bad_mailbox
            firmly(
                lambda: machine.mark_failed(
                    pk=pk, attempt=attempt, at=at, reply=reply, bad_mailbox=bad
                )
            )
            return "failed"
        if delivery.fate is Fate.UNKNOWN:
            firmly(lambda: machine.doubt(pk=pk, attempt=attempt, at=at, reply=reply))
            return "in doubt"
        state = firmly(lambda: machine.requeue(pk=pk, attempt=attempt, at=at, reply=reply))
        return _REQUEUED_WORDS[state] if state is not None else "taken"

    def recover_stale(self, *, at: dt.datetime, report: SendReport | None = None) -> int:
        """Find what a worker that died left in flight.

        Its text never left: queued again. Its text left: in doubt, for a person. Returns how many.
        """
        rows = self.machine.rows.filter(
            state=MailState.INFLIGHT, claimed_at__lt=at - STALE_AFTER
        ).order_by("pk")
        found = 0
        for pk, attempt, data_at in rows.values_list("pk", "attempts", "data_at")[: self.batch]:
            word = self._recover(pk=pk, attempt=attempt, handed_over=data_at is not None, at=at)
            if word:
                found += 1
                if report is not None:
                    report.note(self.recovered or word)
        return found

    def _recover(self, *, pk: int, attempt: int, handed_over: bool, at: dt.datetime) -> str:
        """What becomes of one that a dead worker left; "" when it came back to life."""
        reply = "the sender stopped"
        if handed_over:
            done = self.machine.doubt(pk=pk, attempt=attempt, at=at, reply=reply)
            return "in doubt" if done else ""
        state = self.machine.requeue(pk=pk, attempt=attempt, at=at, reply=reply)
        return "queued again" if state is not None else ""


_REQUEUED_WORDS = {MailState.FAILED: "failed", MailState.QUEUED: "queued again"}


def _reached(report: SendReport, limit: int | None) -> bool:
    return limit is not None and report.counts["sent"] >= limit
