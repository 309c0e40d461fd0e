"""Meetings: planned, held, cancelled."""

from __future__ import annotations

from typing import Any

import pytest

from interactions.models import Meeting
from interactions.rules.minutes import draft_from_json
from interactions.services.meetings import UnableToMeet, cancel_meeting, change_meeting, save_draft
from interactions.states import MEETING_TRANSITIONS, MeetingState
from tests.factories import NOW
from tests.interactions.minutes_cast import DAY, HOUR, make_draft, make_meeting, written

pytestmark = pytest.mark.django_db


def test_a_meeting_to_come_is_planned_and_one_that_began_was_held() -> None:
    assert make_meeting(starts_at=NOW + HOUR).state == MeetingState.PLANNED
    assert make_meeting(starts_at=NOW - HOUR).state == MeetingState.HELD


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"subject": " "}, "subject"),
        ({"place": ""}, "place"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"about": "contracts.contract:999999"}, "about"),
    ],
)
def test_a_meeting_that_does_not_hold_together_is_refused(
    changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(UnableToMeet) as refused:
        make_meeting(**changed)
    assert refused.value.field == field
    assert not Meeting.objects.exists()


def test_a_meeting_moves_along_its_map_only() -> None:
    for state in MeetingState:
        for to in MeetingState:
            row = make_meeting(starts_at=NOW + HOUR)
            Meeting.objects.filter(pk=row.pk).update(state=state, cancel_reason="x")
            row.refresh_from_db()
            allowed = to in MEETING_TRANSITIONS[state]
            if to == MeetingState.CANCELLED:
                if allowed:
                    cancel_meeting(meeting=row, reason="ill", actor=None, at=NOW)
                else:
                    with pytest.raises(UnableToMeet):
                        cancel_meeting(meeting=row, reason="ill", actor=None, at=NOW)


def test_a_cancelled_meeting_has_a_reason_and_takes_no_minutes() -> None:
    row = make_meeting(starts_at=NOW + HOUR)
    with pytest.raises(UnableToMeet):
        cancel_meeting(meeting=row, reason=" ", actor=None, at=NOW)
    cancel_meeting(meeting=row, reason="Nobody came", actor=None, at=NOW)
    with pytest.raises(UnableToMeet):
        save_draft(meeting=row, draft=make_draft(), revision=0, actor=None, at=NOW)


def test_two_who_write_the_same_draft_do_not_overwrite_each_other() -> None:
    row = written()
    with pytest.raises(UnableToMeet):
        save_draft(meeting=row, draft=make_draft(content="mine"), revision=0, actor=None, at=NOW)
    row.refresh_from_db()
    assert draft_from_json(row.draft).content != "mine"


def test_a_meeting_that_was_held_stays_in_the_past() -> None:
    row = make_meeting()
    facts = {"subject": "x", "time_zone": "UTC", "place": "y", "actor": None, "at": NOW}
    with pytest.raises(UnableToMeet):
        change_meeting(meeting=row, starts_at=NOW + HOUR, **facts)  # type: ignore[arg-type]
    assert change_meeting(meeting=row, starts_at=NOW - DAY, **facts).subject == "x"  # type: ignore[arg-type]
