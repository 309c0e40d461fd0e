"""The bytes of a message, RFC 5322: made once, at the claim, and sent as they are."""

import datetime as dt
import hashlib
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from django.conf import settings

from core.errors import Refusal
from reminders.services.texts import Draft, Text, one_line

# Lines end in CRLF, headers and bodies are 7-bit: any mail server passes them on unchanged.
_POLICY = policy.SMTP.clone(cte_type="7bit", max_line_length=76)


class AddressUnusable(Refusal):
    """A mailbox that cannot be written to."""


def sender_address() -> str:
    """The envelope's sender: the mailbox of DEFAULT_FROM_EMAIL, where bounces go."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def ascii_mailbox(email: str) -> str:
    """A mailbox as SMTP wants it; an international domain in its ASCII form.

    Raises AddressUnusable for what is no mailbox, or has a local part that is not ASCII.
    """
    mailbox = email.strip()
    local, _at_sign, domain = mailbox.rpartition("@")
    # Control characters never reach an envelope or a header.
    if not (local and domain) or one_line(mailbox) != mailbox or " " in mailbox:
        raise AddressUnusable(one_line(email))
    try:
        return f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise AddressUnusable(one_line(email)) from error


def compose(draft: Draft, text: Text, *, message_id: str, reply_to: str, at: dt.datetime) -> bytes:
    """Headers and bodies of a message. The same arguments give the same bytes.

    Raises AddressUnusable when the contact's address is none.
    """
    sender = sender_address()
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _address(draft.sender_name or draft.creditor.name_in(draft.language), sender)
    mail["To"] = _address(draft.contact.name, ascii_mailbox(draft.contact.email))
    if answers := reply_to or draft.creditor.email:
        mail["Reply-To"] = _address("", ascii_mailbox(answers))
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


def _address(name: str, mailbox: str) -> Address:
    return Address(display_name=one_line(name), addr_spec=mailbox)
