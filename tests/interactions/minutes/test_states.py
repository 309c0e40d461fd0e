"""Minutes move along their map only, in the database too."""

from __future__ import annotations

import hashlib

import pytest
from django.db import DatabaseError, connection, transaction

from interactions.models import Meeting, Minutes
from interactions.services.minutes import UnableToAnswerMinutes, UnableToSendMinutes, send_minutes
from interactions.states import MINUTES_TRANSITIONS
from tests.factories import NOW, TODAY
from tests.interactions.minutes.cast import S, give_answer
from tests.interactions.minutes_cast import DAY, issued, make_draft, make_meeting, sent

pytestmark = pytest.mark.django_db


def test_only_a_version_that_was_sent_takes_an_answer() -> None:
    minutes = issued()
    with pytest.raises(UnableToAnswerMinutes):
        give_answer(minutes)
    minutes = send_minutes(minutes=minutes, actor=None, at=NOW)
    answer = give_answer(minutes)
    assert (answer.outcome, answer.text_sha256) == (S.CONFIRMED, minutes.sha256)
    with pytest.raises(UnableToAnswerMinutes):
        give_answer(minutes, S.OBJECTED, remark="late")


def test_an_objection_names_its_points() -> None:
    minutes = sent()
    with pytest.raises(UnableToAnswerMinutes):
        give_answer(minutes, S.OBJECTED)
    with pytest.raises(UnableToAnswerMinutes):
        give_answer(minutes, S.OBJECTED, objections={3: "there is no point 3"})
    with pytest.raises(UnableToAnswerMinutes):
        give_answer(minutes, S.CONFIRMED, objections={1: "and yet"})
    with pytest.raises(UnableToAnswerMinutes):
        give_answer(minutes, S.CONFIRMED, text_sha256="0" * 64)
    answer = give_answer(minutes, S.OBJECTED, objections={2: "By 29 June."})
    assert [(one.point, one.remark) for one in answer.objections.all()] == [(2, "By 29 June.")]


def test_sending_again_changes_nothing_and_an_answered_one_is_not_sent() -> None:
    minutes = sent()
    again = send_minutes(minutes=minutes, actor=None, at=NOW + DAY)
    assert again.sent_at == NOW
    give_answer(minutes)
    with pytest.raises(UnableToSendMinutes):
        send_minutes(minutes=minutes, actor=None, at=NOW + DAY)


@pytest.mark.parametrize("outcome", [S.CONFIRMED, S.OBJECTED])
def test_a_later_version_supersedes_whatever_was_answered(outcome: S) -> None:
    first = sent()
    give_answer(first, outcome, remark="" if outcome == S.CONFIRMED else "no")
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
    give_answer(sent(), S.OBJECTED, objections={1: "no"})
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
