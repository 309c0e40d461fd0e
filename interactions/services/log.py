"""Use cases that write the log."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Contact
from core import audit
from core.errors import Refusal
from core.models import Document, User
from core.transactions import in_transaction
from interactions.models import Interaction


class UnableToLog(Refusal):
    """The entry does not hold together."""


@in_transaction
def log_interaction(
    *,
    client: Client,
    kind: str,
    direction: str,
    occurred_at: dt.datetime,
    actor: User | None,
    at: dt.datetime,
    subject: str = "",
    body: str = "",
    outcome: str = "",
    contact: Contact | None = None,
    about: models.Model | None = None,
    corrects: Interaction | None = None,
    document: Document | None = None,
) -> Interaction:
    """Add an entry to a client's log. It can never be edited; a correction names it.

    Raises UnableToLog when it lies in the future, says nothing, or mixes two clients.
    """
    if occurred_at > at:
        raise UnableToLog(
            _("This lies in the future. Log it when it has happened, or plan a follow-up."),
            field="occurred_at",
        )
    if not (subject.strip() or body.strip()):
        raise UnableToLog(_("Say in a few words what it was about."), field="body")
    if contact is not None and contact.client_id != client.pk:
        raise UnableToLog(_("This contact belongs to another client."), field="contact")
    if corrects is not None and corrects.client_id != client.pk:
        raise UnableToLog(_("A correction stays with the same client."))
    entry = Interaction.objects.create(
        client=client,
        kind=kind,
        direction=direction,
        occurred_at=occurred_at,
        recorded_at=at,
        recorded_by=actor,
        contact=contact,
        subject=subject.strip()[:200],
        body=body.strip(),
        outcome=outcome,
        about_type=about._meta.label_lower if about else "",
        about_id=str(about.pk) if about else "",
        corrects=corrects,
        document=document,
    )
    audit.record(
        action="interactions.correct" if corrects else "interactions.log",
        actor=actor,
        at=at,
        subject=entry,
        stream=f"client:{client.pk}",
        payload={"kind": kind, "corrects": corrects.pk if corrects else None},
    )
    return entry
