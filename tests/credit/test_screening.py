"""Screenings: what is written, every edge, four eyes, and what a decision leaves behind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core.states import Role
from credit.models import Checklist, Reference, Screening, ScreeningAnswer, ScreeningTransition
from credit.selectors import (
    Conditions,
    is_question,
    missing_lines,
    screening_lines,
)
from credit.services import (
    Finding,
    UnableToScreen,
    Upload,
    accept_screening,
    accept_with_conditions,
    ask_reference,
    note_findings,
    note_interview,
    note_reference,
    reject_screening,
    return_screening,
    submit_screening,
    withdraw_screening,
)
from credit.states import SCREENING_TRANSITIONS
from credit.states import ScreeningState as S
from tests.credit.screening_cast import HALF, NEXT_YEAR, at_state, begun, filled, submitted
from tests.factories import NOW, TODAY, make_client, make_user

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
STORED = [one for one in S if one != S.EXPIRED]


def test_it_begins_by_the_checklist_of_the_segment() -> None:
    general, export = begun(), begun(make_client(segment="export"))
    assert (general.checklist.segment, export.checklist.segment) == ("", "Export")
    assert general.state == S.IN_WORK
    assert list(general.transitions.values_list("from_state", "to_state")) == [("", "IN_WORK")]


def test_a_client_is_screened_once_at_a_time() -> None:
    client = make_client()
    begun(client)
    with pytest.raises(UnableToScreen, match="being screened already"):
        begun(client)
    with pytest.raises(IntegrityError, match="screening_one_at_a_time"), transaction.atomic():
        Screening.objects.create(
            client=client, checklist=Checklist.objects.earliest("pk"), started_at=NOW
        )


def test_screening_again_refers_to_the_last_decided_one() -> None:
    client = make_client()
    first = at_state(S.REJECTED, client)
    at_state(S.WITHDRAWN, client)
    again = begun(client)
    assert again.previous == first
    client.refresh_from_db()
    assert client.screening_outcome == "REJECTED"  # what was decided counts until decided anew


def test_the_last_finding_of_a_line_counts_and_those_before_stay() -> None:
    row, actor = begun(), make_user()
    item = screening_lines(row)[0].item
    file = Upload(b"%PDF-1.7\n%%EOF\n", "licence.pdf")
    note_findings(
        screening=row, findings=[Finding(item, "CONCERN", "Blurred", file)], actor=actor, at=NOW
    )
    note_findings(screening=row, findings=[Finding(item, "GOOD", "Seen")], actor=actor, at=NOW)
    line = screening_lines(row)[0]
    assert line.answer is not None
    assert (line.answer.verdict, line.answer.text, line.answer.document) == ("GOOD", "Seen", None)
    first = ScreeningAnswer.objects.filter(item=item).earliest("pk")
    assert first.document is not None
    assert (first.document.original_name, first.actor) == ("licence.pdf", actor)


def test_a_concern_is_explained_or_nothing_is_saved() -> None:
    row = begun()
    first, second = (one.item for one in screening_lines(row)[:2])
    with pytest.raises(UnableToScreen, match="what the concern is"):
        note_findings(
            screening=row,
            findings=[Finding(first, "GOOD"), Finding(second, "CONCERN", "  ")],
            actor=None,
            at=NOW,
        )
    assert not row.answers.exists()
    with pytest.raises(IntegrityError, match="screening_concern_explained"), transaction.atomic():
        ScreeningAnswer.objects.create(screening=row, item=first, verdict="CONCERN", at=NOW)


def test_a_line_of_another_list_is_refused() -> None:
    row = begun()
    foreign = Checklist.objects.get(segment="Export").items.exclude(kind="INTERVIEW")[0]
    question = next(one.item for one in screening_lines(row) if is_question(one.item))
    for item in (foreign, question):
        with pytest.raises(UnableToScreen, match="not on the checklist"):
            note_findings(screening=row, findings=[Finding(item, "GOOD")], actor=None, at=NOW)
    with pytest.raises(UnableToScreen, match="not on the checklist"):
        note_interview(screening=row, answers={foreign: "x"}, actor=None, at=NOW)
    with pytest.raises(IntegrityError, match="own checklist"), transaction.atomic():
        ScreeningAnswer.objects.create(screening=row, item=foreign, verdict="GOOD", at=NOW)


def test_only_new_answers_of_the_interview_are_written() -> None:
    row = begun()
    questions = [one.item for one in screening_lines(row) if is_question(one.item)]
    first, second = questions[:2]
    assert (
        note_interview(screening=row, answers={first: "Steel", second: ""}, actor=None, at=NOW) == 1
    )
    assert note_interview(screening=row, answers={first: "Steel "}, actor=None, at=NOW) == 0
    assert note_interview(screening=row, answers={first: ""}, actor=None, at=NOW) == 1
    assert first in missing_lines(row)


def test_a_reference_is_asked_and_answers_once() -> None:
    row, actor = begun(), make_user()
    given: dict[str, Any] = {
        "company": " Old  Supplier ",
        "contact": "Ann",
        "on": TODAY,
        "actor": actor,
        "at": NOW,
    }
    asked = ask_reference(screening=row, asked_on=TODAY - DAY, **given)
    assert asked.company == "Old Supplier"
    said: dict[str, Any] = {
        "pays": "MOSTLY", "recommends": True, "volume": "2 M a year", "note": "",
        "on": TODAY, "actor": actor, "at": NOW,
    }  # fmt: skip
    for day in (TODAY - 2 * DAY, TODAY + DAY):
        with pytest.raises(UnableToScreen, match="between the day of asking and today"):
            note_reference(reference=asked, answered_on=day, **said)
    note_reference(reference=asked, answered_on=TODAY, **said)
    with pytest.raises(UnableToScreen, match="answered already"):
        note_reference(reference=asked, answered_on=TODAY, **said)
    with pytest.raises(UnableToScreen, match="not come yet"):
        ask_reference(screening=row, asked_on=TODAY + DAY, **given)
    with pytest.raises(UnableToScreen, match="Name the company"):
        ask_reference(screening=row, asked_on=TODAY, **{**given, "company": " "})


def test_nothing_is_written_once_it_is_submitted() -> None:
    row = submitted()
    item = screening_lines(row)[0].item
    question = next(one.item for one in screening_lines(row) if is_question(one.item))
    writes: list[Callable[[], object]] = [
        lambda: note_findings(
            screening=row, findings=[Finding(item, "GOOD", "x")], actor=None, at=NOW
        ),
        lambda: note_interview(screening=row, answers={question: "x"}, actor=None, at=NOW),
        lambda: ask_reference(
            screening=row, company="A", contact="", asked_on=TODAY, on=TODAY, actor=None, at=NOW
        ),
    ]
    for write in writes:
        with pytest.raises(UnableToScreen, match="while it is in work"):
            write()
    with pytest.raises(IntegrityError, match="while it is in work"), transaction.atomic():
        ScreeningAnswer.objects.create(screening=row, item=item, verdict="GOOD", at=NOW)
    with pytest.raises(IntegrityError, match="while it is in work"), transaction.atomic():
        Reference.objects.create(screening=row, company="A", asked_on=TODAY)


def edges(row: Screening) -> dict[S, list[Callable[[], Screening]]]:
    """What walks to each state, from wherever the screening is."""
    manager, other = make_user(Role.MANAGER), make_user(Role.FINANCE)
    said = {"reason": "So", "on": TODAY, "actor": manager, "at": NOW}
    return {
        S.SUBMITTED: [
            lambda: submit_screening(screening=row, summary="s", on=TODAY, actor=other, at=NOW)
        ],
        S.IN_WORK: [lambda: return_screening(screening=row, note="m", actor=manager, at=NOW)],
        S.WITHDRAWN: [lambda: withdraw_screening(screening=row, reason="r", actor=other, at=NOW)],
        S.ACCEPTED: [lambda: accept_screening(screening=row, review_on=NEXT_YEAR, **said)],  # type: ignore[arg-type]
        S.CONDITIONAL: [
            lambda: accept_with_conditions(
                screening=row,
                conditions=HALF,
                review_on=NEXT_YEAR,
                **said,  # type: ignore[arg-type]
            )
        ],
        S.REJECTED: [lambda: reject_screening(screening=row, **said)],  # type: ignore[arg-type]
    }


@pytest.mark.parametrize("before", STORED)
def test_only_the_edges_of_the_map_are_walked(before: S) -> None:
    for to in STORED:
        row = filled() if before == S.IN_WORK else at_state(before)
        (walk,) = edges(row)[to]
        if to in SCREENING_TRANSITIONS[before]:
            assert walk().state == to
            row.refresh_from_db()
            assert row.state == to
            assert row.transitions.latest("pk").to_state == to
        else:
            with pytest.raises(UnableToScreen):
                walk()
            row.refresh_from_db()
            assert row.state == before


@pytest.mark.parametrize("before", STORED)
def test_the_database_knows_the_edges_too(before: S) -> None:
    row = at_state(before)
    for to in STORED:
        if to in SCREENING_TRANSITIONS[before] or to == before:
            continue
        with pytest.raises(DatabaseError), transaction.atomic():
            Screening.objects.filter(pk=row.pk).update(state=to)


def test_a_decided_one_and_its_history_never_change() -> None:
    row = at_state(S.ACCEPTED)
    changes: list[Callable[[], object]] = [
        lambda: Screening.objects.filter(pk=row.pk).update(review_on=NEXT_YEAR + DAY),
        lambda: Screening.objects.filter(pk=row.pk).update(reason="Other"),
        lambda: Screening.objects.filter(pk=row.pk).delete(),
        lambda: ScreeningTransition.objects.filter(screening=row).update(note="x"),
        lambda: ScreeningAnswer.objects.filter(screening=row).update(text="x"),
        lambda: ScreeningAnswer.objects.filter(screening=row).delete(),
        lambda: Checklist.objects.filter(pk=row.checklist_id).update(note="x"),
        lambda: row.checklist.items.update(text="x"),
    ]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_it_is_not_submitted_while_a_needed_line_is_open() -> None:
    row = begun()
    needed = len(missing_lines(row))
    with pytest.raises(UnableToScreen, match=f"{needed} needed lines are still open"):
        submit_screening(screening=row, summary="s", on=TODAY, actor=make_user(), at=NOW)
    with pytest.raises(UnableToScreen, match="Sum up"):
        submit_screening(screening=filled(), summary=" ", on=TODAY, actor=make_user(), at=NOW)


def test_given_back_it_is_written_and_submitted_again() -> None:
    row, manager = submitted(), make_user(Role.MANAGER)
    with pytest.raises(UnableToScreen, match="what is missing"):
        return_screening(screening=row, note=" ", actor=manager, at=NOW)
    row = return_screening(screening=row, note="Ask the bank", actor=manager, at=NOW)
    assert (row.facts, row.submitted_by) == (None, None)
    row.refresh_from_db()
    assert (row.facts, row.submitted_by_id) == (None, None)
    again = submit_screening(screening=row, summary="Asked", on=TODAY, actor=manager, at=NOW)
    assert again.submitted_by == manager


def test_of_two_decisions_at_once_one_wins() -> None:
    row, stale = submitted(), None
    stale = Screening.objects.get(pk=row.pk)
    said: dict[str, Any] = {"reason": "So", "on": TODAY, "at": NOW}
    reject_screening(screening=row, actor=make_user(Role.MANAGER), **said)
    with pytest.raises(UnableToScreen, match="this is not open"):
        accept_screening(
            screening=stale, review_on=NEXT_YEAR, actor=make_user(Role.MANAGER), **said
        )


@pytest.mark.parametrize("role", [Role.SALES, Role.FINANCE])
def test_only_a_manager_decides(role: Role) -> None:
    row, actor = submitted(), make_user(role)
    with pytest.raises(UnableToScreen, match="manager decides"):
        reject_screening(screening=row, reason="So", on=TODAY, actor=actor, at=NOW)
    with pytest.raises(UnableToScreen, match="manager decides"):
        return_screening(screening=row, note="So", actor=actor, at=NOW)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ADMIN])
def test_who_submitted_it_does_not_decide(role: Role) -> None:
    actor = make_user(role)
    row = submitted(actor=actor)
    said: dict[str, Any] = {"reason": "So", "on": TODAY, "actor": actor, "at": NOW}
    decisions: list[Callable[[], object]] = [
        lambda: accept_screening(screening=row, review_on=NEXT_YEAR, **said),
        lambda: accept_with_conditions(screening=row, conditions=HALF, review_on=NEXT_YEAR, **said),
        lambda: reject_screening(screening=row, **said),
        lambda: return_screening(screening=row, note="x", actor=actor, at=NOW),
    ]
    for decide in decisions:
        with pytest.raises(UnableToScreen, match="another manager has to decide"):
            decide()
    with pytest.raises(IntegrityError, match="screening_four_eyes"), transaction.atomic():
        Screening.objects.filter(pk=row.pk).update(
            state="REJECTED", reason="x", decided_at=NOW, decided_by=actor
        )


def test_a_manager_does_not_decide_on_an_own_client() -> None:
    owner = make_user(Role.MANAGER)
    row = submitted(make_client(owner=owner))
    with pytest.raises(UnableToScreen, match="your own client"):
        reject_screening(screening=row, reason="So", on=TODAY, actor=owner, at=NOW)


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        (Conditions(), "Name a condition"),
        (Conditions(deposit_ratio=Decimal("1.01")), "between 0 and 100"),
        (Conditions(credit_limit=Decimal(-1)), "not below zero"),
        (Conditions(terms_days=366), "Between 0 and 365"),
    ],
)
def test_conditions_hold_together(conditions: Conditions, words: str) -> None:
    with pytest.raises(UnableToScreen, match=words):
        accept_with_conditions(
            screening=submitted(), conditions=conditions, reason="So", review_on=NEXT_YEAR,
            on=TODAY, actor=make_user(Role.MANAGER), at=NOW,
        )  # fmt: skip


def test_a_decision_has_its_reason_and_a_day_that_lies_ahead() -> None:
    row, manager = submitted(), make_user(Role.MANAGER)
    given: dict[str, Any] = {"screening": row, "on": TODAY, "actor": manager, "at": NOW}
    with pytest.raises(UnableToScreen, match="Say why"):
        accept_screening(reason=" ", review_on=NEXT_YEAR, **given)
    with pytest.raises(UnableToScreen, match="lies ahead"):
        accept_screening(reason="So", review_on=TODAY, **given)
    with pytest.raises(UnableToScreen, match="At most a year"):
        accept_screening(reason="So", review_on=TODAY + 367 * DAY, **given)
