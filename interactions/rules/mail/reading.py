"""Raw bytes to a read mail. The one exception is `UnreadableMail`."""

from __future__ import annotations

import email.parser
import email.policy
from email.message import Message
from typing import Final

from interactions.rules.mail.bodies import content_type, read_bodies
from interactions.rules.mail.headers import (
    BROKEN,
    header_text,
    mailboxes,
    message_ids,
    sent_date,
)
from interactions.rules.mail.parsed import (
    MAX_LINES,
    MAX_SUBJECT,
    Damage,
    Mailbox,
    ParsedMail,
    UnreadableMail,
)

_SIGNS: Final = (
    "auto-submitted",
    "x-autoreply",
    "x-autorespond",
    "x-auto-response-suppress",
    "precedence",
    "x-failed-recipients",
    "return-path",
    "x-envelope-from",
    "list-id",
)
# A mail has at least one of these; a file without any is something else.
_TELLING: Final = ("From", "To", "Subject", "Date", "Message-ID", "Received", "Return-Path")
_BOM: Final = b"\xef\xbb\xbf"


def read_mail(raw: bytes) -> ParsedMail:
    """Read a mail as far as it can be read; what was broken is in its `damage`.

    Raises UnreadableMail for what is no mail, or is built to exhaust who reads it.
    """
    if not raw.strip():
        raise UnreadableMail("empty")
    if raw.count(b"\n") + raw.count(b"\r") > 2 * MAX_LINES:
        raise UnreadableMail("too_many_lines")
    damage = Damage()
    if b"\x00" in raw:
        damage.note("nul_bytes")
    message = _parsed(raw.removeprefix(_BOM).lstrip(b"\r\n"))
    if not any(header_text(message, name, Damage()) for name in _TELLING):
        raise UnreadableMail("no_mail")
    try:
        return _read(message, damage)
    except RecursionError as error:
        raise UnreadableMail("nested_too_deep") from error


def _parsed(raw: bytes) -> Message:
    try:
        return email.parser.BytesParser(policy=email.policy.compat32).parsebytes(raw)
    except RecursionError as error:
        raise UnreadableMail("nested_too_deep") from error
    except BROKEN as error:
        raise UnreadableMail("no_mail") from error


def _read(message: Message, damage: Damage) -> ParsedMail:
    bodies = read_bodies(message, damage)
    ids = message_ids(message, "Message-ID", damage)
    if not ids:
        damage.note("message_id_missing")
    senders = mailboxes(message, "From", damage) or mailboxes(message, "Sender", damage)
    if not any(one.email for one in senders):
        damage.note("sender_missing")
    answers = message_ids(message, "In-Reply-To", damage)
    subject = header_text(message, "Subject", damage)
    if len(subject) > MAX_SUBJECT:
        damage.note("subject_cut")
    return ParsedMail(
        message_id=ids[0] if ids else "",
        in_reply_to=answers[0] if answers else "",
        references=message_ids(message, "References", damage),
        sender=senders[0] if senders else Mailbox("", ""),
        reply_to=mailboxes(message, "Reply-To", damage),
        to=mailboxes(message, "To", damage),
        cc=mailboxes(message, "Cc", damage),
        bcc=mailboxes(message, "Bcc", damage),
        subject=subject[:MAX_SUBJECT],
        sent_at=sent_date(message, damage),
        text=bodies.text(damage),
        html=bodies.html(damage),
        attachments=tuple(bodies.files),
        content_type=content_type(message),
        signs={name: header_text(message, name, damage)[:500] for name in _SIGNS},
        reports=tuple(bodies.reports),
        returned=bodies.returned,
        damage=damage.codes,
    )
