"""Write a mail: queued with all it says, so that what the preview showed is what goes."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from clients.models import Client, Contact, Creditor
from core import audit, outbox
from core.display import format_bytes
from core.errors import Refusal
from core.mailing import AddressUnusable, ascii_mailbox, one_line, sender_address
from core.models import Document, User
from core.transactions import in_transaction
from interactions.models import (
    Interaction,
    MailMessage,
    MessageTemplateVersion,
    OutgoingAttachment,
    OutgoingMail,
    OutgoingTransition,
)
from interactions.rules.placeholders import names_in
from interactions.selectors.facts import known_facts
from interactions.selectors.outgoing import answerable, files_of, mail_leaves_at, reply_to
from interactions.services.contact_rules import contact_check, require_contact
from interactions.services.log import log_interaction
from interactions.services.outgoing_machine import WRITTEN
from interactions.services.tone import keep_override, require_calm
from interactions.states import Direction, InteractionKind, OutgoingState

SEND_MAIL: Final = "interactions.send_mail"
LONGEST_BODY: Final = 20_000
MOST_FILES: Final = 10


class UnableToWrite(Refusal):
    """This mail cannot be sent as it is."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a person wrote, to whom. `quoted` mail is the one it answers."""

    client: Client
    creditor: Creditor
    contact: Contact
    subject: str
    body: str
    language: str
    replies_to: MailMessage | None = None
    template: MessageTemplateVersion | None = None
    documents: tuple[Document, ...] = ()
    tone_reason: str = ""


def text_of(letter: Letter) -> str:
    """The whole text as it goes: the words, then what they wrote, as a quotation."""
    words = letter.body.replace("\r\n", "\n").strip()
    if letter.replies_to is None:
        return words
    quoted = reply_to(letter.replies_to, language=letter.language).quoted
    return f"{words}\n\n{quoted}" if quoted else words


@in_transaction
def queue_mail(*, letter: Letter, key: str, actor: User, at: dt.datetime) -> OutgoingMail:
    """Queue a mail to one contact of its client. The same form sent twice gives the same mail.

    Raises UnableToWrite naming the field, UnableToSay for what is not calm, UnableToContact
    where a rule of contact forbids it. Outside the contact hours it waits for them.
    """
    Client.objects.select_for_update(no_key=True).get(pk=letter.client.pk)
    known = OutgoingMail.objects.filter(created_by=actor, key=key).first()
    if known is not None:
        return known
    check_letter(letter, at=at)
    hits = require_calm(
        f"{letter.subject}\n\n{letter.body}",
        language=letter.language,
        client=letter.client,
        reason=letter.tone_reason,
        field="body",
    )
    row = _create(letter, key, actor=actor, at=at)
    keep_override(
        about=row, client=letter.client, hits=hits, reason=letter.tone_reason, actor=actor, at=at
    )
    outbox.enqueue(task=SEND_MAIL, key=f"{SEND_MAIL}:{row.pk}", args={}, at=row.available_at)
    audit.record(
        action="interactions.queue_mail",
        actor=actor,
        at=at,
        subject=row,
        stream=f"client:{letter.client.pk}",
        payload={"message_id": row.message_id, "contact": letter.contact.pk},
    )
    return row


def check_letter(letter: Letter, *, at: dt.datetime) -> None:
    """Refuse what must not go, before anything is written; the preview asks the same."""
    contact = letter.contact
    if contact.client_id != letter.client.pk:
        raise UnableToWrite(_("This contact belongs to another client."), field="contact")
    if contact.opted_out_at is not None:
        raise UnableToWrite(
            _("%(name)s asked not to be written to.") % {"name": contact.name}, field="contact"
        )
    if not contact.email or contact.email_failed_at is not None:
        raise UnableToWrite(_("This contact has no working address."), field="contact")
    try:
        ascii_mailbox(contact.email)
    except AddressUnusable as unusable:
        raise UnableToWrite(
            _("This is no address that can be written to: %s.") % unusable, field="contact"
        ) from unusable
    verdict = contact_check(letter.client, contact, InteractionKind.EMAIL, at)
    require_contact(verdict)
    _check_text(letter)
    _check_files(letter)
    if letter.replies_to and answerable(letter.client, letter.replies_to.pk) is None:
        raise UnableToWrite(_("The mail that this answers belongs to another client."))


def _check_text(letter: Letter) -> None:
    if not one_line(letter.subject):
        raise UnableToWrite(_("A mail has a subject."), field="subject")
    if not letter.body.strip():
        raise UnableToWrite(_("Write what you want to say."), field="body")
    if len(text_of(letter)) > 2 * LONGEST_BODY:
        raise UnableToWrite(_("This is too long for a mail; attach it as a file."), field="body")
    known = known_facts()
    left = [name for name in names_in(f"{letter.subject} {letter.body}") if name in known]
    if left:
        raise UnableToWrite(
            _("A fact is missing: %s. Write it in, or leave the sentence out.")
            % ", ".join(f"{{{name}}} ({known[name]})" for name in left),
            field="body",
        )


def _check_files(letter: Letter) -> None:
    allowed = {document.pk for document, _title in files_of(letter.client)}
    if any(document.pk not in allowed for document in letter.documents):
        raise UnableToWrite(_("This file does not belong to this client."), field="documents")
    if len(letter.documents) > MOST_FILES:
        raise UnableToWrite(_("At most %d files go with a mail.") % MOST_FILES, field="documents")
    # A file grows by a third on its way, and the whole mail is kept as one document.
    limit = settings.DOCUMENT_MAX_BYTES * 2 // 3
    if sum(document.size for document in letter.documents) > limit:
        raise UnableToWrite(
            _("The files are larger than %s together.") % format_bytes(limit), field="documents"
        )


def _create(letter: Letter, key: str, *, actor: User, at: dt.datetime) -> OutgoingMail:
    answer = reply_to(letter.replies_to, language=letter.language) if letter.replies_to else None
    row = OutgoingMail.objects.create(
        client=letter.client,
        creditor=letter.creditor,
        contact=letter.contact,
        template=letter.template,
        replies_to=letter.replies_to,
        language=letter.language,
        to_name=one_line(letter.contact.name)[:120],
        to_email=letter.contact.email,
        subject=one_line(letter.subject)[:300],
        body=text_of(letter),
        in_reply_to=answer.in_reply_to if answer else "",
        references=list(answer.references) if answer else [],
        key=key,
        message_id=message_id_of(actor, key),
        queued_at=at,
        available_at=mail_leaves_at(letter.client, at),
        created_by=actor,
    )
    _attach(row, letter.documents, letter.client)
    OutgoingTransition.objects.create(
        outgoing=row, from_state="", to_state=OutgoingState.QUEUED, at=at, actor=actor
    )
    return row


def _attach(row: OutgoingMail, documents: Sequence[Document], client: Client) -> None:
    titles = {document.pk: document.original_name for document, _title in files_of(client)}
    OutgoingAttachment.objects.bulk_create(
        OutgoingAttachment(
            outgoing=row,
            document=document,
            name=one_line(titles[document.pk])[:200],
            position=position,
        )
        for position, document in enumerate(dict.fromkeys(documents))
    )


def message_id_of(actor: User, key: str) -> str:
    """The same form gives the same Message-ID, whatever happens in between."""
    domain = sender_address().rpartition("@")[2] or "localhost"
    digest = hashlib.sha256(f"{actor.pk}:{key}".encode()).hexdigest()[:32]
    return f"<mail-{digest}@{domain}>"


@in_transaction
def cancel_mail(*, outgoing: OutgoingMail, actor: User, at: dt.datetime) -> None:
    """Take back a mail that has not left. Raises UnableToWrite when it is on its way already."""
    row = OutgoingMail.objects.select_for_update(no_key=True).get(pk=outgoing.pk)
    if row.state == OutgoingState.CANCELLED:
        return
    if row.state != OutgoingState.QUEUED:
        raise UnableToWrite(_("This mail is on its way already and cannot be taken back."))
    WRITTEN.take_back(pk=row.pk, at=at, actor=actor, decided_by=actor)
    audit.record(
        action="interactions.cancel_mail",
        actor=actor,
        at=at,
        subject=row,
        stream=f"client:{row.client_id}",
        payload={"message_id": row.message_id},
    )


@in_transaction
def log_short_message(
    *,
    client: Client,
    contact: Contact,
    body: str,
    language: str,
    tone_reason: str = "",
    actor: User,
    at: dt.datetime,
) -> Interaction:
    """Log an SMS or WeChat text that a person copied and sent, after its check.

    Raises UnableToSay for what is not calm, UnableToWrite for another client's contact or one
    who asked not to be written to.
    """
    if contact.client_id != client.pk:
        raise UnableToWrite(_("This contact belongs to another client."), field="contact")
    if contact.opted_out_at is not None:
        raise UnableToWrite(
            _("%(name)s asked not to be written to.") % {"name": contact.name}, field="contact"
        )
    require_contact(contact_check(client, contact, InteractionKind.MESSAGE, at))
    left = [name for name in names_in(body) if name in known_facts()]
    if left:
        raise UnableToWrite(
            _("A fact is missing: %s. Write it in, or leave the sentence out.")
            % ", ".join(f"{{{name}}}" for name in left),
            field="body",
        )
    hits = require_calm(body, language=language, client=client, reason=tone_reason, field="body")
    entry = log_interaction(
        client=client,
        kind=InteractionKind.MESSAGE,
        direction=Direction.OUT,
        occurred_at=at,
        body=body,
        contact=contact,
        actor=actor,
        at=at,
    )
    keep_override(about=entry, client=client, hits=hits, reason=tone_reason, actor=actor, at=at)
    return entry
