"""Send the written mails that are queued: claim, talk to the mail server, write down the end.

The rows themselves are the list of what is to be done, so nothing is lost with a broker, a beat
or a worker: whoever runs this next goes on. Every round is bounded in number and in time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from core.documents import read_document
from core.mailing import (
    MAIL_POLICY,
    STALE_AFTER,
    ascii_mailbox,
    firmly,
    header_address,
    one_line,
    sender_address,
)
from core.smtp import Delivery, Fate, Mailer
from core.transactions import in_transaction
from interactions.models import OutgoingMail
from interactions.selectors.outgoing import mail_leaves_at
from interactions.services import outgoing_machine as machine
from interactions.states import OutgoingState

logger = logging.getLogger(__name__)

Clock = Callable[[], dt.datetime]
BATCH: Final = 100
BUDGET: Final = dt.timedelta(minutes=4)
REFUSALS_IN_A_ROW: Final = 5


@dataclass(frozen=True, slots=True)
class Claim:
    """A mail frozen for sending; without bytes it is not to be sent now."""

    pk: int
    word: str
    attempt: int = 0
    raw: bytes = b""
    recipient: str = ""


def compose(row: OutgoingMail, *, at: dt.datetime) -> bytes:
    """Headers, text and files of a mail. The same arguments give the same bytes."""
    mail = EmailMessage(policy=MAIL_POLICY)
    mail["From"] = header_address(row.creditor.name_in(row.language), sender_address())
    mail["To"] = header_address(row.to_name, ascii_mailbox(row.to_email))
    if row.creditor.email:
        mail["Reply-To"] = header_address("", ascii_mailbox(row.creditor.email))
    mail["Subject"] = one_line(row.subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = row.message_id
    if row.in_reply_to:
        mail["In-Reply-To"] = one_line(row.in_reply_to)
    if row.references:
        mail["References"] = " ".join(one_line(one) for one in row.references)
    mail.set_content(row.body + "\n", cte="base64")
    mail["Content-Language"] = "zh-Hans" if row.language == "zh-hans" else "en"
    files = row.attachments.select_related("document").order_by("position")
    for file in files:
        maintype, _slash, subtype = file.document.mime.partition("/")
        mail.add_attachment(
            read_document(file.document),
            maintype=maintype,
            subtype=subtype or "octet-stream",
            filename=one_line(file.name),
        )
    if mail.is_multipart():
        mail.set_boundary(f"=_{hashlib.sha256(row.message_id.encode()).hexdigest()[:32]}")
    return mail.as_bytes()


@in_transaction
def claim_mail(*, pk: int, at: dt.datetime) -> Claim:
    """Take one queued mail, in one transaction. Never waits for another worker.

    What has changed since it was written is looked at again: the contact, its wish not to be
    written to, its address, the hours.
    """
    row = (
        OutgoingMail.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("client", "creditor", "contact")
        .filter(pk=pk, state=OutgoingState.QUEUED, available_at__lte=at)
        .first()
    )
    if row is None:
        return Claim(pk, "taken")
    against = _against(row)
    if against:
        machine.move(
            pk=pk,
            attempt=None,
            from_states=(OutgoingState.QUEUED,),
            to=OutgoingState.CANCELLED,
            at=at,
            note=against,
            last_error=against,
        )
        return Claim(pk, "cancelled")
    opening = mail_leaves_at(row.client, at)
    if opening > at:
        OutgoingMail.objects.filter(pk=pk).update(available_at=opening)
        return Claim(pk, "waits")
    raw = compose(row, at=at)
    attempt = row.attempts + 1
    machine.move(
        pk=pk,
        attempt=row.attempts,
        from_states=(OutgoingState.QUEUED,),
        to=OutgoingState.INFLIGHT,
        at=at,
        attempts=attempt,
        claimed_at=at,
        raw=raw,
        raw_sha256=hashlib.sha256(raw).hexdigest(),
    )
    return Claim(pk, "claimed", attempt, raw, ascii_mailbox(row.to_email))


def _against(row: OutgoingMail) -> str:
    """Why it must not go any more, in the words of the log; "" when it may."""
    contact = row.contact
    if contact is None or contact.client_id != row.client_id:
        return "the contact is not there any more"
    if contact.opted_out_at is not None:
        return "the contact opted out meanwhile"
    if contact.email != row.to_email or contact.email_failed_at is not None:
        return "the address changed or failed meanwhile"
    return ""


def send_written(*, clock: Clock, budget: dt.timedelta = BUDGET) -> Counter[str]:
    """Send what may go now. Several workers may run this at once: each mail has one winner.

    Ends when nothing is left, the time budget is spent, or the mail server is in trouble (the
    rest stays queued for the next round).
    """
    counts: Counter[str] = Counter()
    recover_stale(at=clock(), counts=counts)
    ends_at = clock() + budget
    seen: set[int] = set()
    refused = 0
    with Mailer() as mailer:
        while batch := _batch(at=clock(), seen=seen):
            for pk in batch:
                seen.add(pk)
                delivery = _send_one(pk, mailer, clock, counts)
                if delivery is None:
                    continue
                refused = refused + 1 if delivery.fate is Fate.REFUSED else 0
                in_trouble = delivery.server_trouble or refused >= REFUSALS_IN_A_ROW
                if in_trouble or clock() >= ends_at:
                    return counts
    return counts


def _batch(*, at: dt.datetime, seen: set[int]) -> list[int]:
    rows = OutgoingMail.objects.filter(state=OutgoingState.QUEUED, available_at__lte=at)
    rows = rows.exclude(pk__in=seen).order_by("available_at", "pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _send_one(pk: int, mailer: Mailer, clock: Clock, counts: Counter[str]) -> Delivery | None:
    """Claim and send one mail. One that cannot be claimed does not stop the others."""
    try:
        claim = claim_mail(pk=pk, at=clock())
    except Exception as error:
        logger.exception("mail %s could not be claimed", pk)
        OutgoingMail.objects.filter(pk=pk, state=OutgoingState.QUEUED).update(
            available_at=clock() + STALE_AFTER, last_error=f"{type(error).__name__}: {error}"[:500]
        )
        counts["error"] += 1
        return None
    if not claim.raw:
        counts[claim.word] += 1
        return None
    delivery = mailer.deliver(
        sender=sender_address(),
        recipient=claim.recipient,
        raw=claim.raw,
        handing_over=lambda: machine.hand_over(pk=pk, attempt=claim.attempt, at=clock()),
    )
    counts[_settle(claim, delivery, at=clock())] += 1
    return delivery


def _settle(claim: Claim, delivery: Delivery, *, at: dt.datetime) -> str:
    """Write down how it ended; the word to count it under."""
    pk, attempt, reply = claim.pk, claim.attempt, delivery.reply
    if delivery.fate is Fate.ACCEPTED:
        done = firmly(lambda: machine.mark_sent(pk=pk, attempt=attempt, at=at, reply=reply))
        if not done:
            logger.error("mail %s was taken by the server after it was decided on", pk)
        return "sent"
    if delivery.fate is Fate.REFUSED:
        firmly(
            lambda: machine.mark_failed(
                pk=pk, attempt=attempt, at=at, reply=reply, bad_mailbox=delivery.bad_mailbox
            )
        )
        return "failed"
    if delivery.fate is Fate.UNKNOWN:
        firmly(lambda: machine.doubt(pk=pk, attempt=attempt, at=at, reply=reply))
        return "in doubt"
    state = firmly(lambda: machine.requeue(pk=pk, attempt=attempt, at=at, reply=reply))
    return "failed" if state == OutgoingState.FAILED else "queued again"


def recover_stale(*, at: dt.datetime, counts: Counter[str] | None = None) -> int:
    """Find what a worker that died left in flight.

    Its text never left: queued again. Its text left: in doubt, for a person. Returns how many.
    """
    rows = OutgoingMail.objects.filter(
        state=OutgoingState.INFLIGHT, claimed_at__lt=at - STALE_AFTER
    ).order_by("pk")
    found = 0
    for pk, attempt, data_at in rows.values_list("pk", "attempts", "data_at")[:BATCH]:
        reply = "the sender stopped"
        if data_at is None:
            done = machine.requeue(pk=pk, attempt=attempt, at=at, reply=reply) is not None
        else:
            done = machine.doubt(pk=pk, attempt=attempt, at=at, reply=reply)
        found += done
        if counts is not None and done:
            counts["recovered"] += 1
    return found
