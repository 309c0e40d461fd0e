"""Where a mail belongs: filed with a client by matching or by a person, or set aside."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext_lazy as _

from clients.models import Client, Contact
from clients.services import note_failed_address, save_contact
from core import audit
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from interactions.models import Interaction, MailMessage, MailThread
from interactions.rules.mail.folding import own_words
from interactions.rules.mail.kinds import Failure
from interactions.services.log import log_interaction
from interactions.services.mail_proposals import propose_from
from interactions.states import (
    MAIL_TRANSITIONS,
    Direction,
    InteractionKind,
    MailDismissal,
    MailKind,
    MailState,
)

_LOGGED_TEXT: Final = 20_000


class UnableToFile(Refusal):
    """The mail has its place already, or that place does not hold together."""


def file_mail(
    *,
    mail: MailMessage,
    client: Client,
    contact: Contact | None,
    by: User | None,
    actor: User | None,
    at: dt.datetime,
    interaction: Interaction | None = None,
) -> None:
    """Give a mail its client: a log entry, its conversation, what a bounce says of an address.

    `by` is the person who decided, None for the matching. Inside the caller's transaction.
    """
    mail.thread = _thread_with(mail, client, at=at)
    mail.client, mail.contact, mail.state = client, contact, MailState.FILED
    mail.interaction = interaction or _log(mail, client, contact, actor=actor, at=at)
    mail.decided_by, mail.decided_at = by, at
    mail.dismissal = ""
    mail.save(
        update_fields=[
            "thread",
            "interaction",
            "client",
            "contact",
            "state",
            "decided_by",
            "decided_at",
            "dismissal",
        ]
    )
    propose_from(mail=mail, client=client, at=at)
    if mail.kind == MailKind.BOUNCE:
        _mark_addresses(mail, client, at=at)
    audit.record(
        action="interactions.file_mail",
        actor=actor,
        at=at,
        subject=mail,
        stream=f"client:{client.pk}",
        payload={
            "sha256": mail.raw_sha256,
            "direction": mail.direction,
            "kind": mail.kind,
            "interaction": mail.interaction.pk,
        },
    )


def _thread_with(mail: MailMessage, client: Client, *, at: dt.datetime) -> MailThread:
    """The mail's conversation when it can be this client's, else one of its own."""
    taken = MailThread.objects.filter(pk=mail.thread_id, client=None).update(client=client)
    if taken:
        mail.thread.client = client
    if mail.thread.client_id == client.pk:
        return mail.thread
    return MailThread.objects.create(
        client=client, subject=mail.subject, root_id=mail.message_id, started_at=at
    )


def _log(
    mail: MailMessage,
    client: Client,
    contact: Contact | None,
    *,
    actor: User | None,
    at: dt.datetime,
) -> Interaction:
    body = own_words(mail.text)[:_LOGGED_TEXT]
    # A forwarded mail was said by the client, sent on by us: neither way is the truth.
    direction = Direction.INTERNAL if mail.forwarded_from else mail.direction
    # A mail may say nothing at all; who wrote it is then all there is.
    subject = mail.subject or ("" if body else mail.from_email or mail.message_id or "@")
    files = mail.attachments.exclude(document=None).select_related("document")
    return log_interaction(
        client=client,
        kind=InteractionKind.EMAIL,
        direction=direction,
        occurred_at=mail.occurred_at,
        subject=subject,
        body=body,
        contact=contact,
        about=mail,
        documents=[one.document for one in files if one.document is not None],
        actor=actor,
        at=at,
    )


def _mark_addresses(mail: MailMessage, client: Client, *, at: dt.datetime) -> None:
    """Contacts of the client whose address is at fault for good are not written to again."""
    failed = {
        one["email"]
        for one in mail.failures
        if Failure(one["email"], one["status"], one["said"]).blames_address
    }
    for contact in client.contacts.exclude(email="").order_by("pk"):
        if contact.email.lower() in failed:
            note_failed_address(contact=contact, at=at)


@in_transaction
def assign_mail(
    *,
    mail: MailMessage,
    client: Client,
    contact: Contact | None = None,
    keep_sender: bool = False,
    actor: User,
    at: dt.datetime,
) -> MailMessage:
    """File a mail from the tray, or one that was set aside by mistake, with a client.

    `keep_sender` makes the writer a contact of the client, so that the next mail finds its way.
    Raises UnableToFile when the mail has a client already.
    """
    row = _locked(mail)
    if MailState.FILED not in MAIL_TRANSITIONS[MailState(row.state)]:
        raise UnableToFile(_("This mail is filed with a client already and stays there."))
    if contact is not None and contact.client_id != client.pk:
        raise UnableToFile(_("This contact belongs to another client."), field="contact")
    if contact is None:
        contact = _contact_of(row, client)
    if contact is None and keep_sender and row.from_email and row.direction == Direction.IN:
        contact = save_contact(
            client=client,
            name=(row.from_name or row.from_email)[:120],
            email=row.from_email[:254],
            receives_reminders=False,
            actor=actor,
            at=at,
        )
    file_mail(mail=row, client=client, contact=contact, by=actor, actor=actor, at=at)
    return row


def _contact_of(mail: MailMessage, client: Client) -> Contact | None:
    """The contact of the client with the address this mail is with."""
    if mail.direction == Direction.IN:
        wanted = [mail.from_email, *(one["email"] for one in mail.failures)]
    else:
        wanted = [mail.forwarded_from, *(email for _name, email in [*mail.to, *mail.cc])]
    known = {one.email.lower(): one for one in client.contacts.exclude(email="").order_by("-pk")}
    return next((known[one] for one in wanted if one in known), None)


@in_transaction
def dismiss_mail(
    *, mail: MailMessage, reason: MailDismissal | str, actor: User, at: dt.datetime
) -> MailMessage:
    """Set a mail of the tray aside. It is kept, and can still be filed."""
    row = _locked(mail)
    if MailState.DISMISSED not in MAIL_TRANSITIONS[MailState(row.state)]:
        raise UnableToFile(_("Only a mail in the tray can be set aside."))
    row.state, row.dismissal = MailState.DISMISSED, MailDismissal(reason)
    row.decided_by, row.decided_at = actor, at
    row.save(update_fields=["state", "dismissal", "decided_by", "decided_at"])
    audit.record(
        action="interactions.dismiss_mail",
        actor=actor,
        at=at,
        subject=row,
        payload={"reason": row.dismissal},
    )
    return row


def _locked(mail: MailMessage) -> MailMessage:
    return (
        MailMessage.objects.select_for_update(of=("self",), no_key=True)
        .select_related("thread")
        .get(pk=mail.pk)
    )
