"""Minutes are issued, frozen and followed up."""

from __future__ import annotations

import hashlib

import pytest

from core.verify import run_checks
from interactions.letters.minutes import minutes_text
from interactions.models import FollowUp, Interaction, Minutes, MinutesAction, ToneOverride
from interactions.rules.minutes import OURS, Point, draft_from_json
from interactions.selectors.minutes import text_changes, version_content
from interactions.services.meetings import add_meeting_file
from interactions.services.minutes import UnableToIssueMinutes, issue_minutes
from interactions.services.minutes_actions import complete_action
from interactions.services.tone import UnableToSay
from interactions.states import MeetingState
from tests.factories import NOW
from tests.interactions.minutes_cast import HOUR, issued, make_draft, make_meeting, written

pytestmark = pytest.mark.django_db


def test_an_issued_version_is_frozen_with_its_hash_and_logged() -> None:
    minutes = issued()
    assert minutes.sha256 == hashlib.sha256(minutes.text.encode()).hexdigest()
    assert minutes.text == minutes_text(version_content(minutes))
    assert "2. INV-1 is paid by 22 June." in minutes.text
    entry = Interaction.objects.get(client=minutes.meeting.client)
    assert (entry.kind, entry.body) == ("MEETING", minutes.text)
    assert [one for one in run_checks() if one.problems] == []


def test_minutes_are_not_issued_before_the_meeting() -> None:
    row = written(make_meeting(starts_at=NOW + HOUR))
    with pytest.raises(UnableToIssueMinutes):
        issue_minutes(meeting=row, actor=None, at=NOW)
    assert issue_minutes(meeting=row, actor=None, at=NOW + HOUR).number == 1
    row.refresh_from_db()
    assert row.state == MeetingState.HELD


def test_a_draft_that_is_not_whole_is_not_issued() -> None:
    row = written(draft=make_draft(participants=()))
    with pytest.raises(UnableToIssueMinutes, match="for us"):
        issue_minutes(meeting=row, actor=None, at=NOW)
    assert not Minutes.objects.exists()


def test_the_same_text_is_no_new_version() -> None:
    minutes = issued()
    with pytest.raises(UnableToIssueMinutes, match="version 1"):
        issue_minutes(meeting=minutes.meeting, actor=None, at=NOW)


def test_our_actions_become_follow_ups_and_stay_through_versions() -> None:
    first = issued()
    follow_up = FollowUp.objects.get()
    assert follow_up.text == "Send the ledger"
    draft = draft_from_json(first.meeting.draft)
    second = issued(first.meeting, make_draft(content="More was said.", tasks=draft.tasks))
    assert FollowUp.objects.get().pk == follow_up.pk
    assert second.actions.get(side=OURS).follow_up_id == follow_up.pk
    issued(first.meeting, make_draft(tasks=()))
    follow_up.refresh_from_db()
    assert follow_up.done_at == NOW


def test_what_the_client_has_to_do_is_awaited_until_it_is_done() -> None:
    issued()
    action = MinutesAction.objects.awaited().get()
    assert (action.what, action.who) == ("Pay INV-1", "Wang Fang")
    assert complete_action(action=action, actor=None, at=NOW)
    assert not complete_action(action=action, actor=None, at=NOW)
    assert not MinutesAction.objects.awaited().exists()


def test_a_superseded_version_awaits_nothing() -> None:
    first = issued()
    issued(first.meeting, make_draft(tasks=()))
    assert not MinutesAction.objects.awaited().exists()


def test_files_stand_in_the_next_version_with_their_hash() -> None:
    row = make_meeting()
    kept = add_meeting_file(meeting=row, data=b"a note", name="note.txt", actor=None, at=NOW)
    minutes = issued(row)
    assert f"note.txt, SHA-256 {kept.document.sha256}" in minutes.text


def test_two_versions_are_compared_word_by_word() -> None:
    first = issued()
    tasks = draft_from_json(first.meeting.draft).tasks
    points = (Point("INV-1 is right."), Point("INV-1 is paid by 29 June."))
    second = issued(first.meeting, make_draft(points=points, tasks=tasks))
    pieces = [p for one in text_changes(first, second) for p in one.pieces if p.kind != "same"]
    assert [(p.kind, p.text) for p in pieces] == [
        ("removed", "1"),
        ("added", "2"),
        ("removed", "22"),
        ("added", "29"),
    ]


def test_minutes_that_insult_are_not_issued_and_a_warning_needs_a_reason() -> None:
    row = written(draft=make_draft(content="The client is a crook.", tasks=()))
    with pytest.raises(UnableToSay):
        issue_minutes(meeting=row, reason="it is true", actor=None, at=NOW)
    row = written(row, make_draft(content="You always pay late.", tasks=()))
    with pytest.raises(UnableToSay):
        issue_minutes(meeting=row, actor=None, at=NOW)
    assert not Minutes.objects.exists()
    made = issue_minutes(meeting=row, reason="Their own words", actor=None, at=NOW)
    assert ToneOverride.objects.get().about_id == str(made.pk)
