"""Archive a mail: whole or not at all.

The raw bytes, what was read of them, the files, the log entry and the marks on addresses are
written in one transaction. Archiving a mail again finds the row that is there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Contact
from core import audit
from core.documents import store_document, type_by_content
from core.errors import Refusal
from core.models import Document, User
from core.transactions import in_transaction
from interactions.models import (
    Interaction,
    MailAttachment,
    MailMessage,
    MailSuggestion,
    MailThread,
)
from interactions.rules.mail.files import is_harmful
from interactions.rules.mail.kinds import Nature, nature_of
from interactions.rules.mail.parsed import Attached, Mailbox, ParsedMail, UnreadableMail
from interactions.rules.mail.reading import read_mail
from interactions.selectors.mail_matching import Match, match_mail, thread_of
from interactions.services.mail_filing import file_mail
from interactions.states import Direction, MailSource

MIME: Final = "message/rfc822"
_OTHER_TYPE: Final = "application/octet-stream"


class UnableToArchive(Refusal):
    """The bytes are not a mail that can be kept."""


_REASONS: Final[Mapping[str, str | Promise]] = {
    "empty": _("The file is empty. Choose a mail saved as .eml."),
    "no_mail": _(
        "This is not an e-mail: it has no sender, date or subject. Save the mail as .eml and try"
        " again."
    ),
    "too_many_lines": _("This mail has more lines than can be read. Keep it as a document."),
    "nested_too_deep": _("This mail is nested too deeply to be read. Keep it as a document."),
}


@dataclass(frozen=True, slots=True)
class Archived:
    """A kept mail, and whether it is new."""

    mail: MailMessage
    is_new: bool


@in_transaction
def archive_mail(
    *, raw: bytes, source: MailSource | str, actor: User | None, at: dt.datetime
) -> Archived:
    """Keep a mail and file it with its client, or put it in the tray.

    Raises UnableToArchive for what is no mail, writing nothing. A mail that was archived before,
    also another copy of it, gives the row that is there.
    """
    parsed = _read(raw)
    nature = nature_of(parsed)
    match = match_mail(parsed, nature)
    if (known := _known(raw, parsed, match.direction)) is not None:
        return Archived(known, is_new=False)
    mail = _keep(raw, parsed, nature, match, source=MailSource(source), actor=actor, at=at)
    if match.client is not None:
        file_mail(
            mail=mail, client=match.client, contact=match.contact, by=None, actor=actor, at=at
        )
    else:
        _suggest(mail, match, actor=actor, at=at)
    return Archived(mail, is_new=True)


@in_transaction
def archive_sent(
    *,
    raw: bytes,
    client: Client,
    actor: User | None,
    at: dt.datetime,
    contact: Contact | None = None,
    interaction: Interaction | None = None,
) -> MailMessage:
    """Keep a mail that was sent from here. `interaction` is its log entry when it has one."""
    parsed = _read(raw)
    match = Match(Direction.OUT, client, contact)
    if (known := _known(raw, parsed, Direction.OUT)) is not None:
        return known
    nature = Nature("NORMAL")
    mail = _keep(raw, parsed, nature, match, source=MailSource.SENT, actor=actor, at=at)
    file_mail(
        mail=mail,
        client=client,
        contact=contact,
        by=None,
        actor=actor,
        at=at,
        interaction=interaction,
    )
    return mail


def _read(raw: bytes) -> ParsedMail:
    if len(raw) > settings.DOCUMENT_MAX_BYTES:
        raise UnableToArchive(
            _("The mail is larger than %(limit)d MB. Save its attachments one by one instead.")
            % {"limit": settings.DOCUMENT_MAX_BYTES // (1024 * 1024)}
        )
    try:
        return read_mail(raw)
    except UnreadableMail as error:
        raise UnableToArchive(_REASONS[error.code]) from error


def _known(raw: bytes, parsed: ParsedMail, direction: Direction) -> MailMessage | None:
    """The row of this mail if it is there. Two who archive it at once wait for each other."""
    content = content_hash(parsed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [content])
    found = MailMessage.objects.filter(raw_sha256=hashlib.sha256(raw).hexdigest())
    known = found.order_by("pk").first()
    if known is None and parsed.message_id:
        copies = MailMessage.objects.filter(
            message_id=parsed.message_id, content_sha256=content, direction=direction
        )
        known = copies.order_by("pk").first()
    return known


def content_hash(parsed: ParsedMail) -> str:
    """Hash over what a mail says, which is the same in each of its copies."""
    said = [
        parsed.message_id,
        parsed.sender.email,
        parsed.subject,
        parsed.sent_at.isoformat() if parsed.sent_at else "",
        parsed.text,
        parsed.html,
        [[one.name, hashlib.sha256(one.data).hexdigest()] for one in parsed.attachments],
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def _keep(
    raw: bytes,
    parsed: ParsedMail,
    nature: Nature,
    match: Match,
    *,
    source: MailSource,
    actor: User | None,
    at: dt.datetime,
) -> MailMessage:
    document = store_document(data=raw, name="mail.eml", actor=actor, at=at, mime=MIME)
    failures = [
        {"email": one.email, "status": one.status, "said": one.said} for one in nature.failures
    ]
    mail = MailMessage.objects.create(
        raw=document,
        raw_sha256=document.sha256,
        content_sha256=content_hash(parsed),
        direction=match.direction,
        kind=nature.kind,
        source=source,
        message_id=parsed.message_id,
        in_reply_to=parsed.in_reply_to,
        references=list(parsed.references),
        from_name=parsed.sender.name,
        from_email=parsed.sender.email,
        to=_pairs(parsed.to),
        cc=_pairs(parsed.cc),
        subject=parsed.subject,
        sent_at=parsed.sent_at,
        received_at=at,
        occurred_at=min(parsed.sent_at or at, at),
        text=parsed.text,
        html=parsed.html,
        damage=list(parsed.damage),
        failures=failures,
        about_message_id=nature.about_id,
        forwarded_from=match.forwarded_from,
        thread=_thread(parsed, match.client, at=at),
    )
    for position, one in enumerate(parsed.attachments):
        _attach(mail, position, one, actor=actor, at=at)
    return mail


def _pairs(boxes: tuple[Mailbox, ...]) -> list[list[str]]:
    return [[one.name, one.email] for one in boxes]


def _thread(parsed: ParsedMail, client: Client | None, *, at: dt.datetime) -> MailThread:
    """The conversation a mail joins, or a new one. Never one of another client."""
    found = thread_of(parsed)
    if found is not None and (client is None or found.client_id in {None, client.pk}):
        return found
    roots = [*parsed.references, parsed.in_reply_to, parsed.message_id]
    return MailThread.objects.create(
        client=client,
        subject=parsed.subject,
        root_id=next((one for one in roots if one), ""),
        started_at=at,
    )


def _attach(
    mail: MailMessage, position: int, file: Attached, *, actor: User | None, at: dt.datetime
) -> None:
    withheld, document = "", None
    if not file.data:
        withheld = "empty"
    elif is_harmful(file.name, file.data):
        withheld = "harmful"
    else:
        document = _store(file, actor=actor, at=at)
    MailAttachment.objects.create(
        mail=mail,
        document=document,
        position=position,
        name=file.name,
        declared_type=file.declared,
        size=len(file.data),
        sha256=hashlib.sha256(file.data).hexdigest(),
        is_inline=file.is_inline,
        withheld=withheld,
    )


def _store(file: Attached, *, actor: User | None, at: dt.datetime) -> Document:
    """Kinds that the house does not know are kept as bytes: nothing opens those by itself."""
    mime = type_by_content(file.data, file.name) or _OTHER_TYPE
    return store_document(data=file.data, name=file.name, actor=actor, at=at, mime=mime)


def _suggest(mail: MailMessage, match: Match, *, actor: User | None, at: dt.datetime) -> None:
    MailSuggestion.objects.bulk_create(
        MailSuggestion(
            mail=mail, client=one.client, contact=one.contact, why=one.why, position=position
        )
        for position, one in enumerate(match.suggestions)
    )
    audit.record(
        action="interactions.archive_mail",
        actor=actor,
        at=at,
        subject=mail,
        payload={"sha256": mail.raw_sha256, "kind": mail.kind, "state": mail.state},
    )
