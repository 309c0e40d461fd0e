"""Send the written mails that are queued: the rounds are `core.messaging`, the claim is ours."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from core.documents import read_document
from core.mailing import MAIL_POLICY, ascii_mailbox, header_address, one_line, sender_address
from core.messaging import BUDGET, Claim, ClaimOutcome, Clock, Sender
from core.transactions import in_transaction
from interactions.models import OutgoingMail
from interactions.selectors.outgoing import mail_leaves_at
from interactions.services.outgoing_machine import WRITTEN
from interactions.states import OutgoingState

BATCH: Final = 100


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
        return Claim(ClaimOutcome.TAKEN, pk)
    against = _against(row)
    if against:
        WRITTEN.take_back(pk=pk, at=at, note=against, last_error=against)
        return Claim(ClaimOutcome.TAKEN_BACK, pk)
    opening = mail_leaves_at(row.client, at)
    if opening > at:
        OutgoingMail.objects.filter(pk=pk).update(available_at=opening)
        return Claim(ClaimOutcome.WAITS, pk)
    raw = compose(row, at=at)
    attempt = WRITTEN.freeze(row, raw=raw, at=at)
    if attempt is None:
        return Claim(ClaimOutcome.TAKEN, pk)
    return Claim(
        ClaimOutcome.CLAIMED,
        pk,
        attempt=attempt,
        raw=raw,
        sender=sender_address(),
        recipient=ascii_mailbox(row.to_email),
    )


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
    return _SENDER.send(clock=clock, budget=budget).counts


def recover_stale(*, at: dt.datetime) -> int:
    """Find what a worker that died left in flight; how many. What may have left is in doubt."""
    return _SENDER.recover_stale(at=at)


def _claim(mail: OutgoingMail, at: dt.datetime) -> Claim:
    return claim_mail(pk=mail.pk, at=at)


_SENDER = Sender(
    machine=WRITTEN,
    claims=lambda: _claim,
    taken_back="cancelled",
    recovered="recovered",
    batch=BATCH,
)
