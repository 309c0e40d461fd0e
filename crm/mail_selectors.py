"""Reads what the mail catcher caught: bytes from outside, shown as plain text only."""

from __future__ import annotations

import datetime as dt
import email.policy
import mailbox
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from django.utils.html import strip_tags

# The list reads headers of this many mails; a page is for watching, not for archiving.
LIST_LIMIT = 200
_PARSER: BytesParser[EmailMessage] = BytesParser(EmailMessage, policy=email.policy.default)


@dataclass(frozen=True)
class CaughtMail:
    """One mail as the list shows it."""

    key: str
    caught_at: dt.datetime
    sender: str
    recipients: str
    subject: str


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail; ``size`` in bytes."""

    name: str
    mime: str
    size: int


@dataclass(frozen=True)
class OpenMail:
    """One mail as its page shows it."""

    mail: CaughtMail
    headers: list[tuple[str, str]]
    text: str
    attachments: list[Attachment]


def caught_mails(folder: Path) -> list[CaughtMail]:
    """The newest mails first, at most ``LIST_LIMIT``."""
    paths = sorted(_files(folder), key=lambda path: (path.stat().st_mtime_ns, path.name))
    return [_summary(path, _headers(path)) for path in reversed(paths[-LIST_LIMIT:])]


def caught_mail(folder: Path, key: str) -> OpenMail | None:
    """One mail by its key, or None. The key is looked up in the folder, never made a path."""
    path = next((path for path in _files(folder) if _key(path) == key), None)
    if path is None:
        return None
    with path.open("rb") as file:
        message = _PARSER.parse(file)
    return OpenMail(
        mail=_summary(path, message),
        headers=[(name, str(value)) for name, value in message.items()],
        text=_text(message),
        attachments=[_attachment(part) for part in message.iter_attachments()],
    )


def _files(folder: Path) -> list[Path]:
    # A mail is complete once it is in new/ or cur/: that is what a Maildir promises.
    return [path for part in ("new", "cur") for path in (folder / part).glob("*")]


def _key(path: Path) -> str:
    return path.name.partition(mailbox.Maildir.colon)[0]


def _headers(path: Path) -> EmailMessage:
    with path.open("rb") as file:
        return _PARSER.parse(file, headersonly=True)


def _summary(path: Path, message: EmailMessage) -> CaughtMail:
    return CaughtMail(
        key=_key(path),
        caught_at=dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC),
        sender=str(message.get("From", "")),
        recipients=str(message.get("To", message.get("X-RcptTo", ""))),
        subject=str(message.get("Subject", "")),
    )


def _text(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    try:
        content = str(body.get_content())
    except (LookupError, ValueError):
        # A charset nobody knows: show the bytes as they are.
        payload = body.get_payload(decode=True)
        content = payload.decode("ascii", "replace") if isinstance(payload, bytes) else ""
    return strip_tags(content) if body.get_content_subtype() == "html" else content


def _attachment(part: EmailMessage) -> Attachment:
    payload = part.get_payload(decode=True)
    return Attachment(
        name=part.get_filename() or "",
        mime=part.get_content_type(),
        size=len(payload) if isinstance(payload, bytes) else 0,
    )
