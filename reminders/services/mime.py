"""The bytes of a message, RFC 5322: made once, at the claim, and sent as they are."""

import datetime as dt
import hashlib
from email.message import EmailMessage
from email.utils import format_datetime

from core.mailing import MAIL_POLICY, ascii_mailbox, header_address, sender_address
from reminders.services.texts import Draft, Text


def compose(draft: Draft, text: Text, *, message_id: str, reply_to: str, at: dt.datetime) -> bytes:
    """Headers and bodies of a message. The same arguments give the same bytes.

    Raises AddressUnusable when the contact's address is none.
    """
    sender = sender_address()
    mail = EmailMessage(policy=MAIL_POLICY)
    mail["From"] = header_address(
        draft.sender_name or draft.creditor.name_in(draft.language), sender
    )
    mail["To"] = header_address(draft.contact.name, ascii_mailbox(draft.contact.email))
    if answers := reply_to or draft.creditor.email:
        mail["Reply-To"] = header_address("", ascii_mailbox(answers))
    mail["Subject"] = text.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id
    # Keeps out-of-office answers from answering a machine (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text.body, cte="base64")
    mail.add_alternative(text.html, subtype="html", cte="base64")
    mail["Content-Language"] = "zh-Hans" if draft.language == "zh-hans" else "en"
    mail.set_boundary(f"=_{hashlib.sha256(message_id.encode()).hexdigest()[:32]}")
    return mail.as_bytes()
