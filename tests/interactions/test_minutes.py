"""Minutes: frozen when issued, answered once, confirmed by silence only where that is agreed."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from contracts.models import Contract
from contracts.services import create_contract
from core.documents import read_document
from core.verify import run_checks
from interactions.letters.minutes import minutes_text
from interactions.models import (
    FollowUp,
    Interaction,
    Meeting,
    Minutes,
    MinutesAction,
    ToneOverride,
)
from interactions.rules.minutes import (
    OURS,
    THEIRS,
    Draft,
    Missing,
    Participant,
    Point,
    Task,
    draft_as_json,
    draft_from_json,
    missing,
    numbered_lines,
    people_of,
    points_of,
)
from interactions.selectors.minutes import text_changes, version_content
from interactions.services.follow_ups import complete_follow_up
from interactions.services.meetings import (
    UnableToMeet,
    add_meeting_file,
    cancel_meeting,
    change_meeting,
    plan_meeting,
    save_draft,
)
from interactions.services.minutes import (
    UnableToAnswerMinutes,
    UnableToIssueMinutes,
    UnableToSendMinutes,
    answer_minutes,
    complete_action,
    deem_minutes,
    issue_minutes,
    note_received,
    send_minutes,
)
from interactions.services.minutes_papers import print_minutes
from interactions.services.tone import UnableToSay
from interactions.states import (
    MEETING_TRANSITIONS,
    MINUTES_TRANSITIONS,
    MeetingState,
    MinutesState,
)
from tests.factories import NOW, TODAY, make_client, make_creditor, make_user
from tests.interactions.minutes_cast import (
    DAY,
    HOUR,
    issued,
    make_draft,
    make_meeting,
    printed,
    sent,
    written,
)

S = MinutesState


# --- rules ---------------------------------------------------------------------------------------


def test_a_typed_number_goes_when_it_is_the_points_own() -> None:
    text = "1. First\n\n2、第二\n3) third\n30 June is the day\n7. seventh"
    assert numbered_lines(text) == ["First", "第二", "third", "30 June is the day", "7. seventh"]


def test_typed_people_have_a_name_and_what_they_are() -> None:
    assert people_of("Wang Fang, CFO\n\n李雷，财务\nJo", THEIRS) == (
        Participant(THEIRS, "Wang Fang", "CFO"),
        Participant(THEIRS, "李雷", "财务"),
        Participant(THEIRS, "Jo"),
    )


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=20)


@given(
    st.builds(
        Draft,
        language=st.sampled_from(["en", "zh-hans", "both"]),
        content=TEXT,
        content_zh=TEXT,
        participants=st.lists(
            st.builds(Participant, st.sampled_from([OURS, THEIRS]), TEXT, TEXT, TEXT), max_size=3
        ).map(tuple),
        points=st.lists(st.builds(Point, TEXT, TEXT), max_size=3).map(tuple),
        tasks=st.lists(
            st.builds(
                Task,
                TEXT,
                st.sampled_from([OURS, THEIRS]),
                st.none() | st.dates(),
                TEXT,
                st.none() | st.integers(1, 99),
            ),
            max_size=3,
        ).map(tuple),
    )
)
def test_a_draft_comes_back_as_it_was_kept(draft: Draft) -> None:
    assert draft_from_json(draft_as_json(draft)) == draft


@pytest.mark.parametrize(
    ("changed", "gap"),
    [
        ({"participants": (Participant(THEIRS, "x"),)}, Missing.OURS),
        ({"participants": (Participant(OURS, "x"),)}, Missing.THEIRS),
        ({"content": " ", "points": ()}, Missing.SAID),
        ({"language": "both"}, Missing.CHINESE),
        ({"tasks": (Task("x", THEIRS, None),)}, Missing.DUE),
        ({"tasks": (Task("x", OURS, TODAY),)}, Missing.OWNER),
    ],
)
def test_a_draft_says_what_it_needs(changed: dict[str, Any], gap: Missing) -> None:
    whole = make_draft(tasks=())
    assert list(missing(whole)) == []
    assert gap in set(missing(Draft(**{**_fields(whole), **changed})))


def _fields(draft: Draft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in draft.__dataclass_fields__}


def test_minutes_in_both_languages_say_each_point_twice() -> None:
    both = make_draft(
        language="both",
        content_zh="双方核对了未付发票。",
        points=points_of("1. INV-1 is right.", "1、INV-1无误。"),
        tasks=(),
    )
    assert list(missing(both)) == []


# --- meetings ------------------------------------------------------------------------------------

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


# --- issuing -------------------------------------------------------------------------------------


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


# --- states --------------------------------------------------------------------------------------


def _answer(minutes: Minutes, outcome: S = S.CONFIRMED, **changed: Any) -> Any:
    given: dict[str, Any] = {
        "minutes": minutes,
        "outcome": outcome,
        "answered_on": TODAY,
        "at": NOW,
        "name": "Wang Fang",
        "address": "203.0.113.7",
        "text_sha256": minutes.sha256,
    }
    return answer_minutes(**{**given, **changed})


def test_only_a_version_that_was_sent_takes_an_answer() -> None:
    minutes = issued()
    with pytest.raises(UnableToAnswerMinutes):
        _answer(minutes)
    minutes = send_minutes(minutes=minutes, actor=None, at=NOW)
    answer = _answer(minutes)
    assert (answer.outcome, answer.text_sha256) == (S.CONFIRMED, minutes.sha256)
    with pytest.raises(UnableToAnswerMinutes):
        _answer(minutes, S.OBJECTED, remark="late")


def test_an_objection_names_its_points() -> None:
    minutes = sent()
    with pytest.raises(UnableToAnswerMinutes):
        _answer(minutes, S.OBJECTED)
    with pytest.raises(UnableToAnswerMinutes):
        _answer(minutes, S.OBJECTED, objections={3: "there is no point 3"})
    with pytest.raises(UnableToAnswerMinutes):
        _answer(minutes, S.CONFIRMED, objections={1: "and yet"})
    with pytest.raises(UnableToAnswerMinutes):
        _answer(minutes, S.CONFIRMED, text_sha256="0" * 64)
    answer = _answer(minutes, S.OBJECTED, objections={2: "By 29 June."})
    assert [(one.point, one.remark) for one in answer.objections.all()] == [(2, "By 29 June.")]


def test_sending_again_changes_nothing_and_an_answered_one_is_not_sent() -> None:
    minutes = sent()
    again = send_minutes(minutes=minutes, actor=None, at=NOW + DAY)
    assert again.sent_at == NOW
    _answer(minutes)
    with pytest.raises(UnableToSendMinutes):
        send_minutes(minutes=minutes, actor=None, at=NOW + DAY)


@pytest.mark.parametrize("outcome", [S.CONFIRMED, S.OBJECTED])
def test_a_later_version_supersedes_whatever_was_answered(outcome: S) -> None:
    first = sent()
    _answer(first, outcome, remark="" if outcome == S.CONFIRMED else "no")
    second = issued(first.meeting, make_draft(content="Again."))
    first.refresh_from_db()
    assert (first.state, second.state) == (S.SUPERSEDED, S.ISSUED)
    assert first.answer.outcome == outcome
    with pytest.raises(UnableToSendMinutes):
        send_minutes(minutes=first, actor=None, at=NOW)


def test_the_database_knows_the_same_edges() -> None:
    meeting = make_meeting()
    for state in S:
        for to in S:
            if state == to:
                continue
            row = _version_in(meeting, state)
            allowed = to in MINUTES_TRANSITIONS[state]
            with transaction.atomic():
                try:
                    with transaction.atomic():
                        Minutes.objects.filter(pk=row.pk).update(
                            state=to, sent_at=NOW, deemed_on=TODAY
                        )
                    done = True
                except DatabaseError:
                    done = False
                transaction.set_rollback(True)
            assert done == allowed, (state, to)


def _version_in(meeting: Meeting, state: S) -> Minutes:
    Minutes.objects.filter(meeting=meeting).exclude(state=S.SUPERSEDED).update(state=S.SUPERSEDED)
    number = Minutes.objects.filter(meeting=meeting).count() + 1
    digest = hashlib.sha256(b"x").hexdigest()
    return Minutes.objects.create(
        meeting=meeting,
        number=number,
        language="en",
        content="x",
        content_sha256=digest,
        text="x",
        sha256=digest,
        state=state,
        deemed_days=3,
        sent_at=None if state == S.ISSUED else NOW,
        deemed_on=None if state == S.ISSUED else TODAY,
        created_at=NOW,
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE interactions_minutes SET text = text || '!'",
        "UPDATE interactions_minutes SET sent_at = now() + interval '1 day'",
        "DELETE FROM interactions_minutes",
        "UPDATE interactions_minutesanswer SET name = 'Li Lei'",
        "DELETE FROM interactions_minutesobjection",
        "UPDATE interactions_minutesobjection SET remark = 'fine'",
        "UPDATE interactions_minutestransition SET to_state = 'SENT'",
        "UPDATE interactions_minutesaction SET what = 'nothing'",
        "DELETE FROM interactions_meeting",
    ],
)
def test_raw_sql_cannot_rewrite_minutes(statement: str) -> None:
    _answer(sent(), S.OBJECTED, objections={1: "no"})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


# --- silence -------------------------------------------------------------------------------------


def _agreed(days: int | None, state: str = "ACTIVE", **creditor: Any) -> tuple[Meeting, Contract]:
    client, own = make_client(), make_creditor(**creditor)
    contract = create_contract(
        creditor=own,
        client=client,
        number="K-7",
        currency="CNY",
        minutes_days=days,
        actor=None,
        at=NOW,
    )
    Contract.objects.filter(pk=contract.pk).update(state=state)
    about = f"contracts.contract:{contract.pk}"
    return make_meeting(client, own, about=about), contract


def test_silence_confirms_after_the_last_day_and_not_before() -> None:
    meeting, _contract = _agreed(3)
    minutes = sent(meeting)
    assert "within 3 days" in minutes.text
    last = note_received(minutes=minutes, on=TODAY, at=NOW)
    assert last == TODAY + 3 * DAY
    creditor = meeting.creditor_id
    assert deem_minutes(on=last, at=NOW + 3 * DAY, creditor_id=creditor) == 0
    assert deem_minutes(on=last + DAY, at=NOW + 4 * DAY, creditor_id=creditor) == 1
    assert deem_minutes(on=last + DAY, at=NOW + 4 * DAY, creditor_id=creditor) == 0
    minutes.refresh_from_db()
    assert (minutes.state, minutes.answer.answered_on) == (S.DEEMED, last)
    assert (minutes.answer.name, minutes.answer.address) == ("", None)


def test_the_last_day_is_the_creditors_not_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    from interactions.tasks import minutes as tasks

    meeting, _contract = _agreed(1, time_zone="America/New_York")
    minutes = sent(meeting)
    note_received(minutes=minutes, on=TODAY, at=NOW)
    # 03:00 UTC on the 17th is still the evening of the 16th, the last day, in New York.
    monkeypatch.setattr(tasks, "now", lambda: dt.datetime(2026, 6, 17, 3, 0, tzinfo=dt.UTC))
    tasks.deem()
    minutes.refresh_from_db()
    assert minutes.state == S.SENT
    monkeypatch.setattr(tasks, "now", lambda: dt.datetime(2026, 6, 17, 4, 30, tzinfo=dt.UTC))
    tasks.deem()
    minutes.refresh_from_db()
    assert minutes.state == S.DEEMED


@pytest.mark.parametrize(
    ("days", "state"), [(None, "ACTIVE"), (3, "DRAFT"), (3, "SENT"), (3, "TERMINATED")]
)
def test_silence_says_nothing_where_no_binding_contract_says_so(
    days: int | None, state: str
) -> None:
    meeting, contract = _agreed(days, "ACTIVE")
    Contract.objects.filter(pk=contract.pk).update(state=state)
    minutes = sent(meeting)
    assert note_received(minutes=minutes, on=TODAY, at=NOW) is None
    assert deem_minutes(on=TODAY + 99 * DAY, at=NOW, creditor_id=meeting.creditor_id) == 0
    with pytest.raises(UnableToAnswerMinutes):
        answer_minutes(minutes=minutes, outcome=S.DEEMED, answered_on=TODAY, at=NOW)


def test_silence_begins_only_when_the_client_has_it() -> None:
    meeting, _contract = _agreed(3)
    minutes = sent(meeting)
    assert deem_minutes(on=TODAY + 99 * DAY, at=NOW, creditor_id=meeting.creditor_id) == 0
    note_received(minutes=minutes, on=TODAY + 5 * DAY, at=NOW)
    later = note_received(minutes=minutes, on=TODAY + 50 * DAY, at=NOW)
    assert later == TODAY + 8 * DAY


def test_who_answered_is_not_confirmed_by_silence() -> None:
    meeting, _contract = _agreed(3)
    minutes = sent(meeting)
    note_received(minutes=minutes, on=TODAY, at=NOW)
    _answer(minutes, S.OBJECTED, remark="no")
    assert deem_minutes(on=TODAY + 99 * DAY, at=NOW, creditor_id=meeting.creditor_id) == 0


# --- paper ---------------------------------------------------------------------------------------


def test_the_paper_is_made_once_and_again_with_the_answer() -> None:
    minutes = printed(sent())
    first = minutes.document
    assert first is not None
    assert read_document(first).startswith(b"%PDF")
    assert minutes.answered_document is None
    _answer(minutes)
    both = print_minutes(minutes_id=minutes.pk, at=NOW)
    assert both.document_id == first.pk
    assert both.answered_document is not None
    again = print_minutes(minutes_id=minutes.pk, at=NOW)
    assert again.answered_document_id == both.answered_document_id


def test_a_follow_up_ticked_off_stays_ticked_through_a_new_version() -> None:
    first = issued()
    complete_follow_up(follow_up=FollowUp.objects.get(), actor=make_user(), at=NOW)
    tasks = draft_from_json(first.meeting.draft).tasks
    issued(first.meeting, make_draft(content="More.", tasks=tasks))
    assert FollowUp.objects.get().done_at == NOW


def test_plan_meeting_is_an_act_on_the_client() -> None:
    client = make_client()
    row = plan_meeting(
        client=client,
        creditor=make_creditor(),
        subject="x",
        starts_at=NOW,
        time_zone="UTC",
        online_url="https://meet.example/x",
        actor=None,
        at=NOW,
    )
    assert (row.client_id, row.place) == (client.pk, "")
