"""Use cases that write the log."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Contact
from core import audit
from core.documents import AUDIO_TYPES
from core.errors import Refusal
from core.models import Document, User
from core.transactions import in_transaction
from interactions.models import Interaction, InteractionDocument, InteractionLink, Recording
from interactions.states import Consent


class UnableToLog(Refusal):
    """The entry does not hold together."""


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """A kept recording of the conversation, and whether the other side knew of it."""

    document: Document
    consent: str
    jurisdiction: str = ""
    note: str = ""


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
    links: Sequence[models.Model] = (),
    documents: Sequence[Document] = (),
    recording: RecordingFacts | None = None,
) -> Interaction:
    """Add an entry to a client's log. It can never be edited; a correction names it.

    `about` is the record that the entry tells of, or what it was first about; `links` are all the
    other things. `documents` are kept files, `recording` the one that was recorded.
    Raises UnableToLog when it lies in the future, says nothing, or mixes two clients.
    """
    _require_sense(occurred_at=occurred_at, at=at, said=(subject, body, outcome))
    _require_one_client(client, contact=contact, corrects=corrects)
    things = [about, *links] if about is not None else list(links)
    _require_own(client, things)
    if recording is not None:
        _require_recording(recording)
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
    )
    _link(entry, things, at=at)
    if corrects is not None:
        _carry_links(corrects, entry, at=at)
    files = [one for one in (document, *documents, recording and recording.document) if one]
    _attach(entry, files, recording=recording, at=at)
    _record(entry, things, files, recording)
    return entry


@in_transaction
def link_interaction(
    *, interaction: Interaction, about: Sequence[models.Model], actor: User | None, at: dt.datetime
) -> None:
    """Link an entry to what came of it: the promise or the dispute that it led to."""
    _require_own(interaction.client, about)
    _link(interaction, about, at=at)
    audit.record(
        action="interactions.link",
        actor=actor,
        at=at,
        subject=interaction,
        stream=f"client:{interaction.client_id}",
        payload={"about": [_name(thing) for thing in about]},
    )


def _record(
    entry: Interaction,
    things: Sequence[models.Model],
    files: Sequence[Document],
    recording: RecordingFacts | None,
) -> None:
    audit.record(
        action="interactions.correct" if entry.corrects_id else "interactions.log",
        actor=entry.recorded_by,
        at=entry.recorded_at,
        subject=entry,
        stream=f"client:{entry.client_id}",
        payload={
            "kind": entry.kind,
            "corrects": entry.corrects_id,
            "about": [_name(thing) for thing in things],
            "files": [one.sha256 for one in files],
            "consent": recording.consent if recording else None,
        },
    )


def _require_sense(*, occurred_at: dt.datetime, at: dt.datetime, said: Iterable[str]) -> None:
    if occurred_at > at:
        raise UnableToLog(
            _("This lies in the future. Log it when it has happened, or plan a follow-up."),
            field="occurred_at",
        )
    if not any(text.strip() for text in said):
        raise UnableToLog(_("Say in a few words what it was about."), field="body")


def _require_one_client(
    client: Client, *, contact: Contact | None, corrects: Interaction | None
) -> None:
    if contact is not None and contact.client_id != client.pk:
        raise UnableToLog(_("This contact belongs to another client."), field="contact")
    if corrects is not None and corrects.client_id != client.pk:
        raise UnableToLog(_("A correction stays with the same client."))


def _require_own(client: Client, things: Iterable[models.Model]) -> None:
    for thing in things:
        if getattr(thing, "client_id", client.pk) != client.pk:
            raise UnableToLog(_("This belongs to another client."), field="links")


def _require_recording(recording: RecordingFacts) -> None:
    if recording.document.mime not in AUDIO_TYPES:
        raise UnableToLog(
            _("This is no recording. MP3, WAV, M4A and OGG files are."), field="recording"
        )
    if recording.consent not in Consent.values:
        raise UnableToLog(
            _("Say whether the other side knew that it was recorded."), field="consent"
        )


def _name(thing: models.Model) -> str:
    return f"{thing._meta.label_lower}:{thing.pk}"


def _link(entry: Interaction, things: Iterable[models.Model], *, at: dt.datetime) -> None:
    named = dict.fromkeys((thing._meta.label_lower, str(thing.pk)) for thing in things)
    InteractionLink.objects.bulk_create(
        [
            InteractionLink(interaction=entry, about_type=kind, about_id=key, created_at=at)
            for kind, key in named
        ],
        ignore_conflicts=True,
    )


def _carry_links(first: Interaction, correction: Interaction, *, at: dt.datetime) -> None:
    """A correction stands for the entry: it is about the same things."""
    InteractionLink.objects.bulk_create(
        [
            InteractionLink(
                interaction=correction,
                about_type=link.about_type,
                about_id=link.about_id,
                created_at=at,
            )
            for link in first.links.all()
        ],
        ignore_conflicts=True,
    )


def _attach(
    entry: Interaction,
    files: Iterable[Document],
    *,
    recording: RecordingFacts | None,
    at: dt.datetime,
) -> None:
    for one in {file.pk: file for file in files}.values():
        row = InteractionDocument.objects.create(interaction=entry, document=one, created_at=at)
        if recording is not None and one.pk == recording.document.pk:
            Recording.objects.create(
                attachment=row,
                consent=recording.consent,
                jurisdiction=recording.jurisdiction[:10],
                note=recording.note.strip()[:300],
            )
