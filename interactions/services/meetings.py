"""Meetings: planned, held, cancelled; the draft of their minutes, and their files."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from clients.models import Client, Creditor
from core import audit
from core.documents import store_document
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from interactions.models import Meeting, MeetingFile
from interactions.rules.minutes import Draft, draft_as_json
from interactions.services.agreements import agreement_choices
from interactions.states import MEETING_TRANSITIONS, MeetingState

MOST_FILES = 20


class UnableToMeet(Refusal):
    """This meeting cannot be written or changed so."""


@in_transaction
def plan_meeting(
    *,
    client: Client,
    creditor: Creditor,
    subject: str,
    starts_at: dt.datetime,
    time_zone: str,
    actor: User | None,
    at: dt.datetime,
    place: str = "",
    online_url: str = "",
    about: str = "",
) -> Meeting:
    """Write down a meeting: one to come is planned, one that has begun was held.

    `about` names an agreement as `agreement_choices` does. Raises UnableToMeet without a subject
    or a place, for an unknown time zone, and for an agreement of somebody else.
    """
    _check_place(subject=subject, time_zone=time_zone, place=place, online_url=online_url)
    label, pk = _checked_about(client, creditor, about)
    meeting = Meeting.objects.create(
        client=client,
        creditor=creditor,
        subject=subject.strip()[:200],
        starts_at=starts_at,
        time_zone=time_zone,
        place=place.strip(),
        online_url=online_url.strip(),
        about_type=label,
        about_id=pk,
        state=MeetingState.PLANNED if starts_at > at else MeetingState.HELD,
        created_at=at,
        created_by=actor,
    )
    payload = {"starts_at": starts_at, "state": meeting.state, "about": about}
    record_meeting(meeting, "plan_meeting", actor=actor, at=at, payload=payload)
    return meeting


@in_transaction
def change_meeting(
    *,
    meeting: Meeting,
    subject: str,
    starts_at: dt.datetime,
    time_zone: str,
    actor: User | None,
    at: dt.datetime,
    place: str = "",
    online_url: str = "",
    about: str = "",
) -> Meeting:
    """Set right when, where and about what; versions that were issued keep what they say.

    Raises UnableToMeet as `plan_meeting` does, for one that was cancelled, and for moving one
    that was held into the future.
    """
    row = lock_meeting(meeting)
    if row.state == MeetingState.HELD and starts_at > at:
        raise UnableToMeet(_("This meeting was held, so it lies in the past."), field="starts_at")
    _check_place(subject=subject, time_zone=time_zone, place=place, online_url=online_url)
    label, pk = _checked_about(row.client, row.creditor, about)
    row.subject, row.starts_at, row.time_zone = subject.strip()[:200], starts_at, time_zone
    row.place, row.online_url = place.strip(), online_url.strip()
    row.about_type, row.about_id = label, pk
    fields = "subject starts_at time_zone place online_url about_type about_id"
    row.save(update_fields=fields.split())
    payload = {"starts_at": starts_at, "about": about}
    record_meeting(row, "change_meeting", actor=actor, at=at, payload=payload)
    return row


def _check_place(*, subject: str, time_zone: str, place: str, online_url: str) -> None:
    if not subject.strip():
        raise UnableToMeet(_("Say what the meeting is about."), field="subject")
    if not (place.strip() or online_url.strip()):
        raise UnableToMeet(_("Say where: a place, or the address online."), field="place")
    if time_zone not in available_timezones():
        raise UnableToMeet(_("This time zone is unknown."), field="time_zone")


def _checked_about(client: Client, creditor: Creditor, about: str) -> tuple[str, str]:
    """The agreement a meeting is about, once it is known to be this client's."""
    if not about:
        return "", ""
    if about not in dict(agreement_choices(client, creditor)):
        raise UnableToMeet(_("Choose a contract of this client."), field="about")
    label, _colon, pk = about.partition(":")
    return label, pk


@in_transaction
def cancel_meeting(
    *, meeting: Meeting, reason: str, actor: User | None, at: dt.datetime
) -> Meeting:
    """Note that a planned meeting does not take place. Raises UnableToMeet for one that did."""
    if not reason.strip():
        raise UnableToMeet(_("Say why it does not take place."), field="reason")
    return move_meeting(
        meeting, MeetingState.CANCELLED, actor=actor, at=at, cancel_reason=reason.strip()[:300]
    )


def move_meeting(
    meeting: Meeting, to: MeetingState, *, actor: User | None, at: dt.datetime, **fields: Any
) -> Meeting:
    """Change the state along its map; of two at once one wins. Raises UnableToMeet."""
    before = MeetingState(meeting.state)
    if to not in MEETING_TRANSITIONS[before]:
        raise UnableToMeet(
            _("This meeting is “%(state)s”; that is final.") % {"state": before.label}
        )
    moved = Meeting.objects.filter(pk=meeting.pk, state=before).update(state=to, **fields)
    if not moved:
        raise UnableToMeet(_("Somebody changed this meeting meanwhile. Look again."))
    payload = {"from": before, "to": to, "reason": fields.get("cancel_reason", "")}
    record_meeting(meeting, "move_meeting", actor=actor, at=at, payload=payload)
    for name, value in {"state": to, **fields}.items():
        setattr(meeting, name, value)
    return meeting


@in_transaction
def save_draft(
    *, meeting: Meeting, draft: Draft, revision: int, actor: User | None, at: dt.datetime
) -> Meeting:
    """Keep the draft of the minutes. `revision` is the one it was written on.

    Raises UnableToMeet when somebody else saved in between, and for a cancelled meeting.
    """
    row = lock_meeting(meeting)
    if row.revision != revision:
        raise UnableToMeet(
            _("Somebody else saved this draft meanwhile. Open it again and add what is yours.")
        )
    row.draft, row.revision = draft_as_json(draft), revision + 1
    row.save(update_fields=["draft", "revision"])
    payload = {"revision": row.revision}
    record_meeting(row, "save_minutes_draft", actor=actor, at=at, payload=payload)
    return row


@in_transaction
def add_meeting_file(
    *, meeting: Meeting, data: bytes, name: str, actor: User | None, at: dt.datetime
) -> MeetingFile:
    """Keep a file with a meeting; the next version lists it with its hash.

    Raises UnableToMeet above 20 files, UnableToStoreDocument for what is not kept.
    """
    row = lock_meeting(meeting)
    if row.files.count() >= MOST_FILES:
        raise UnableToMeet(_("A meeting keeps at most 20 files."), field="file")
    document = store_document(data=data, name=name, actor=actor, at=at)
    kept = MeetingFile.objects.create(meeting=row, document=document, added_at=at, added_by=actor)
    payload = {"document": document.pk, "sha256": document.sha256}
    record_meeting(row, "add_meeting_file", actor=actor, at=at, payload=payload)
    return kept


def lock_meeting(meeting: Meeting) -> Meeting:
    """The client first, then the meeting, as they are now. Raises UnableToMeet when cancelled."""
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=meeting.client_id)
    row = (
        Meeting.objects.select_for_update(no_key=True, of=("self",))
        .select_related("client__owner", "creditor__logo")
        .get(pk=meeting.pk)
    )
    if row.state == MeetingState.CANCELLED:
        raise UnableToMeet(_("This meeting was cancelled."))
    return row


def record_meeting(
    meeting: Meeting, action: str, *, actor: User | None, at: dt.datetime, payload: dict[str, Any]
) -> None:
    """Add an act on a meeting to the record."""
    audit.record(
        action=f"interactions.{action}",
        actor=actor,
        at=at,
        subject=meeting,
        stream=f"client:{meeting.client_id}",
        payload=payload,
    )
