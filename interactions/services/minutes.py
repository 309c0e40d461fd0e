"""Versions of minutes: issued, sent, answered, or confirmed by silence where it is agreed.

A version is frozen in the transaction that issues it, and printed after it by the outbox. Each
change of state is a compare-and-swap UPDATE, a transition row and an act in the record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from clients.models import Client
from core import audit, outbox
from core.audit import canonical_json
from core.dates import day_in
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction
from interactions.letters.minutes import minutes_text
from interactions.letters.words import LANGUAGES
from interactions.models import (
    Meeting,
    Minutes,
    MinutesAnswer,
    MinutesObjection,
    MinutesTransition,
)
from interactions.rules.minutes import Draft, Missing, draft_from_json, last_day, missing
from interactions.rules.tone import ToneHit
from interactions.selectors.minutes import (
    draft_content,
    newest_version,
    says_the_same,
    sha256_of,
    version_content,
)
from interactions.services.agreements import agreement_name, deemed_days
from interactions.services.log import log_interaction
from interactions.services.meetings import lock_meeting, move_meeting
from interactions.services.minutes_actions import agree_tasks
from interactions.services.tone import keep_override, require_calm
from interactions.states import (
    MINUTES_TRANSITIONS,
    Direction,
    InteractionKind,
    MeetingState,
    MinutesState,
)

#: The outbox task that prints a version; its handler stands in `interactions.tasks`.
PRINT_MINUTES: Final = "interactions.print_minutes"


class UnableToIssueMinutes(Refusal):
    """These minutes cannot be issued yet."""


class UnableToAnswerMinutes(Refusal):
    """This version cannot be answered, or not any more."""


class UnableToSendMinutes(Refusal):
    """This version cannot be sent to the client."""


# --- issuing ---------------------------------------------------------------------------------


@in_transaction
def issue_minutes(
    *, meeting: Meeting, actor: User | None, at: dt.datetime, reason: str = ""
) -> Minutes:
    """Freeze the draft as the next version; earlier versions are superseded.

    Our actions become follow-ups, the log of the client has the whole text, and the paper is
    printed after the transaction. Raises UnableToIssueMinutes before the meeting has begun, for a
    draft that is not whole, and when nothing changed since the last version; UnableToSay for words
    that are not calm, of which `reason` speaks for those that only warn.
    """
    row = lock_meeting(meeting)
    if row.starts_at > at:
        raise UnableToIssueMinutes(
            _("The meeting is still to come. Issue its minutes when it was held.")
        )
    draft = draft_from_json(row.draft)
    for one in missing(draft):
        raise UnableToIssueMinutes(missing_words(one))
    hits = _check_tone(row, draft, reason)
    if row.state == MeetingState.PLANNED:
        row = move_meeting(row, MeetingState.HELD, actor=actor, at=at)
    before = newest_version(row)
    number = before.number + 1 if before else 1
    agreement = agreement_of(row)
    content = draft_content(row, version=number, agreement=agreement)
    if before is not None and says_the_same(content, before):
        raise UnableToIssueMinutes(
            _("Nothing changed since version %(number)d.") % {"number": before.number}
        )
    if before is not None:
        _move(before, MinutesState.SUPERSEDED, "supersede_minutes", actor=actor, at=at)
    minutes = _freeze(row, content, agreement, actor=actor, at=at)
    keep_override(about=minutes, client=row.client, hits=hits, reason=reason, actor=actor, at=at)
    agree_tasks(minutes, row, draft.tasks, before, actor=actor, at=at)
    return minutes


def _check_tone(meeting: Meeting, draft: Draft, reason: str) -> list[ToneHit]:
    """What people wrote, by the lexicon of each language in which it is read."""
    hits: list[ToneHit] = []
    for language in LANGUAGES[draft.language]:
        chinese = language == "zh-hans"
        said = [meeting.subject, (draft.content_zh if chinese else "") or draft.content]
        said += [(one.text_zh if chinese else "") or one.text for one in draft.points]
        said += [one.what for one in draft.tasks]
        hits += require_calm(
            "\n".join(said),
            language=language,
            client=meeting.client,
            reason=reason,
            field="reason",
        )
    return hits


def agreement_of(meeting: Meeting) -> dict[str, Any] | None:
    """What the meeting is about, and what that says of silence, as it is now."""
    if not meeting.about_type:
        return None
    label, pk = meeting.about_type, meeting.about_id
    return {
        "type": label,
        "id": pk,
        "name": agreement_name(label, pk),
        "deemed_days": deemed_days(label, pk),
    }


def _freeze(
    meeting: Meeting,
    content: Mapping[str, Any],
    agreement: Mapping[str, Any] | None,
    *,
    actor: User | None,
    at: dt.datetime,
) -> Minutes:
    kept, text = canonical_json(content), minutes_text(content)
    minutes = Minutes.objects.create(
        meeting=meeting,
        number=content["version"],
        language=content["language"],
        content=kept,
        content_sha256=sha256_of(kept),
        text=text,
        sha256=sha256_of(text),
        deemed_days=agreement["deemed_days"] if agreement else None,
        created_at=at,
        created_by=actor,
    )
    log_interaction(
        client=meeting.client,
        kind=InteractionKind.MEETING,
        direction=Direction.OUT,
        occurred_at=meeting.starts_at,
        subject=meeting.subject,
        body=text,
        about=minutes,
        documents=[one.document for one in meeting.files.select_related("document")],
        actor=actor,
        at=at,
    )
    _record(minutes, "issue_minutes", actor=actor, at=at, payload={"sha256": minutes.sha256})
    _print(minutes, "issued", at=at)
    return minutes


def _print(minutes: Minutes, which: str, *, at: dt.datetime) -> None:
    outbox.enqueue(
        task=PRINT_MINUTES,
        key=f"{PRINT_MINUTES}:{minutes.pk}:{which}",
        args={"minutes_id": minutes.pk},
        at=at,
    )


def missing_words(one: Missing) -> str:
    """What a draft needs before it can be issued, in words."""
    words = {
        Missing.OURS: _("Say who was there for us."),
        Missing.THEIRS: _("Say who was there for the client."),
        Missing.SAID: _("Write what was discussed, or at least one point that was agreed."),
        Missing.CHINESE: _(
            "Minutes in both languages need each point and the discussion in both. Complete them,"
            " or choose one language."
        ),
        Missing.DUE: _("Say by when each action is to be done."),
        Missing.OWNER: _("Say who of us does each of our actions."),
    }
    return words[one]


# --- sending and silence ---------------------------------------------------------------------


@in_transaction
def send_minutes(*, minutes: Minutes, actor: User | None, at: dt.datetime) -> Minutes:
    """Note that a version goes to the client for confirmation; asking again changes nothing.

    Raises UnableToSendMinutes for one that was answered or superseded.
    """
    row = lock_minutes(minutes)
    if row.state == MinutesState.SENT:
        return row
    if row.state != MinutesState.ISSUED:
        raise UnableToSendMinutes(
            _("This version is “%(state)s”. Only the newest one that waits can be sent.")
            % {"state": MinutesState(row.state).label}
        )
    return _move(row, MinutesState.SENT, "send_minutes", actor=actor, at=at, sent_at=at)


@in_transaction
def note_received(*, minutes: Minutes, on: dt.date, at: dt.datetime) -> dt.date | None:
    """Note that the client demonstrably has a version since `on`: the last day to object is fixed.

    Called when the mail was accepted, or when the client opened the link. Returns that day; None
    where no contract lets silence confirm, and for a version that does not wait.
    """
    row = lock_minutes(minutes)
    if row.deemed_days is None or row.state != MinutesState.SENT:
        return None
    if row.deemed_on is None:
        row.deemed_on = last_day(on, row.deemed_days)
        row.save(update_fields=["deemed_on"])
        payload = {"received_on": on, "last_day": row.deemed_on}
        _record(row, "receive_minutes", actor=None, at=at, payload=payload)
    return row.deemed_on


def deem_minutes(*, on: dt.date, at: dt.datetime, creditor_id: int) -> int:
    """Confirm by silence what was not answered in the days agreed; `on` is the creditor's today.

    Only versions with a contract that says so have a last day, and that day is still theirs.
    Running twice confirms nothing twice. Returns how many.
    """
    waiting = Minutes.objects.filter(
        state=MinutesState.SENT, deemed_on__lt=on, meeting__creditor=creditor_id
    ).select_related("meeting")
    done = 0
    for minutes in waiting.order_by("pk"):
        assert minutes.deemed_on is not None  # noqa: S101  # the filter says so
        try:
            answer_minutes(
                minutes=minutes,
                outcome=MinutesState.DEEMED,
                answered_on=minutes.deemed_on,
                at=at,
            )
        except UnableToAnswerMinutes:
            continue  # somebody answered in between
        done += 1
    return done


# --- answering -------------------------------------------------------------------------------


@in_transaction
def answer_minutes(
    *,
    minutes: Minutes,
    outcome: MinutesState,
    answered_on: dt.date,
    at: dt.datetime,
    name: str = "",
    address: str | None = None,
    remark: str = "",
    objections: Mapping[int, str] | None = None,
    text_sha256: str = "",
    reference: str = "",
) -> MinutesAnswer:
    """Take the client's answer to a version: confirmed, or objected to with remarks per point.

    Raises UnableToAnswerMinutes for a version that does not wait, for another text, for a
    confirmation with objections, and for an objection that says nothing.
    """
    row = lock_minutes(minutes)
    said = {point: text.strip()[:1000] for point, text in (objections or {}).items()}
    if outcome != MinutesState.DEEMED:
        _check_answer(row, outcome, said, remark, text_sha256)
    elif row.deemed_on is None or answered_on != row.deemed_on:
        raise UnableToAnswerMinutes(_("No contract lets silence confirm these minutes."))
    if row.state != MinutesState.SENT:
        raise UnableToAnswerMinutes(
            _("This version is “%(state)s” and takes no answer.")
            % {"state": MinutesState(row.state).label}
        )
    row = _move(row, outcome, "answer_minutes", actor=None, at=at)
    answer = MinutesAnswer.objects.create(
        minutes=row,
        outcome=outcome,
        name=name,
        remark=remark.strip(),
        answered_on=answered_on,
        at=at,
        address=address,
        text_sha256=row.sha256,
        reference=reference,
    )
    MinutesObjection.objects.bulk_create(
        MinutesObjection(answer=answer, point=point, remark=text)
        for point, text in sorted(said.items())
    )
    if outcome == MinutesState.DEEMED:
        _log_silence(row, at=at)
    _print(row, "answered", at=at)
    return answer


def _check_answer(
    row: Minutes, outcome: MinutesState, said: Mapping[int, str], remark: str, text_sha256: str
) -> None:
    if outcome not in {MinutesState.CONFIRMED, MinutesState.OBJECTED}:
        raise UnableToAnswerMinutes(_("Minutes are confirmed, or objected to."))
    if text_sha256 != row.sha256:
        raise UnableToAnswerMinutes(_("This answer is about another text."))
    count = len(version_content(row)["points"])
    if any(not 1 <= point <= count or not text for point, text in said.items()):
        raise UnableToAnswerMinutes(_("Say what is not right with each point you object to."))
    has_objected = outcome == MinutesState.OBJECTED
    if has_objected and not said and not remark.strip():
        raise UnableToAnswerMinutes(_("Say what is not right."))
    if not has_objected and said:
        raise UnableToAnswerMinutes(
            _("Minutes with an objection to a point are not confirmed. Choose one of both.")
        )


def _log_silence(minutes: Minutes, *, at: dt.datetime) -> None:
    meeting = minutes.meeting
    content = version_content(minutes)
    with override(meeting.client.language):
        subject = _("Minutes confirmed by silence: %(subject)s") % {"subject": meeting.subject}
        body = _(
            "No objection by %(day)s, the last day under contract %(contract)s. SHA-256 of the"
            " text: %(hash)s"
        ) % {
            "day": minutes.deemed_on,
            "contract": content["agreement"]["name"],
            "hash": minutes.sha256,
        }
    log_interaction(
        client=meeting.client,
        kind=InteractionKind.NOTE,
        direction=Direction.INTERNAL,
        occurred_at=at,
        subject=subject,
        body=body,
        about=minutes,
        actor=None,
        at=at,
    )


# --- the one way to move ---------------------------------------------------------------------


def lock_minutes(minutes: Minutes) -> Minutes:
    """The client first, then the version, as they are now."""
    client_id = minutes.meeting.client_id
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client_id)
    row: Minutes = (
        Minutes.objects.select_for_update(no_key=True, of=("self",))
        .select_related("meeting__client__owner", "meeting__creditor")
        .get(pk=minutes.pk)
    )
    return row


def _move(
    minutes: Minutes,
    to: MinutesState,
    action: str,
    *,
    actor: User | None,
    at: dt.datetime,
    **fields: Any,
) -> Minutes:
    before = MinutesState(minutes.state)
    if to not in MINUTES_TRANSITIONS[before]:
        raise UnableToAnswerMinutes(
            _("This version is “%(state)s” and takes no answer.") % {"state": before.label}
        )
    moved = Minutes.objects.filter(pk=minutes.pk, state=before).update(state=to, **fields)
    if not moved:
        raise UnableToAnswerMinutes(_("Somebody changed these minutes meanwhile. Look again."))
    MinutesTransition.objects.create(
        minutes=minutes, from_state=before, to_state=to, at=at, actor=actor
    )
    _record(minutes, action, actor=actor, at=at, payload={"from": before, "to": to})
    for name, value in {"state": to, **fields}.items():
        setattr(minutes, name, value)
    return minutes


def _record(
    minutes: Minutes,
    action: str,
    *,
    actor: User | None,
    at: dt.datetime,
    payload: Mapping[str, Any],
) -> None:
    audit.record(
        action=f"interactions.{action}",
        actor=actor,
        at=at,
        subject=minutes,
        stream=f"client:{minutes.meeting.client_id}",
        payload={"meeting": minutes.meeting_id, "version": minutes.number, **payload},
    )


def day_of(minutes: Minutes, at: dt.datetime) -> dt.date:
    """The day of an instant where the creditor is: deemed confirmation counts in its days."""
    return day_in(at, minutes.meeting.creditor.time_zone)
