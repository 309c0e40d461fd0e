"""Scoring clients: what changed is kept, nothing twice, one band at a time, only who moved."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from clients.models import Client, Creditor
from clients.states import Grade
from credit.models import Calibration, CurrentScore, ScoreRun, ScoreSnapshot
from credit.rules.columns import FACTS
from credit.rules.score import FACTORS
from credit.services.scores import Run, score_clients
from disputes.services import open_dispute
from tests.factories import NOW, make_client, make_creditor, make_invoice, pay

pytestmark = pytest.mark.django_db
ON = dt.date(2026, 6, 1)


def days(number: int) -> dt.timedelta:
    return dt.timedelta(days=number)


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor()


def history(client: Client, creditor: Creditor, *late: int, until: dt.date = ON) -> None:
    """A paid invoice for each number of days late, ten days apart, the last due before `until`."""
    for place, number in enumerate(reversed(late)):
        due = until - days(70 + 10 * place)
        invoice = make_invoice(client, creditor, "100.00", due_on=due, issued_on=due - days(30))
        pay(invoice, on=due + days(number))


@pytest.fixture
def good(creditor: Creditor) -> Client:
    client = make_client(legal_name="Punctual Ltd")
    history(client, creditor, *[0] * 12)
    return client


@pytest.fixture
def bad(creditor: Creditor) -> Client:
    client = make_client(legal_name="Tardy Ltd")
    history(client, creditor, *[45] * 12)
    return client


def run(on: dt.date = ON, *, whole: bool = False) -> Run:
    return score_clients(on=on, at=NOW, whole=whole)


def test_everybody_with_invoices_is_scored_once(good: Client, bad: Client) -> None:
    make_client(legal_name="New Ltd")
    assert run() == Run(clients=2, changed=2, is_whole=True)
    assert run().changed == 0
    assert ScoreSnapshot.objects.count() == 2
    assert Calibration.objects.count() == 1
    better, worse = (CurrentScore.objects.get(client=one).snapshot for one in (good, bad))
    assert better.score > 650
    assert worse.score < 400
    assert better.granted == better.computed == Grade.B
    assert (worse.computed, worse.granted) == (Grade.E, Grade.C), "a first grade is C at worst"
    assert better.late_7 < worse.late_7 / 3
    assert worse.start + sum(worse.points) == pytest.approx(worse.score, abs=1)
    assert len(worse.points) == len(FACTORS)
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.grade, bad.grade) == (Grade.B, Grade.C)


def test_a_grade_falls_one_band_and_then_stays_for_thirty_days(bad: Client) -> None:
    def granted(on: dt.date) -> tuple[str, str]:
        run(on, whole=True)
        bad.refresh_from_db()
        now = CurrentScore.objects.get(client=bad)
        assert on < now.look_on <= on + days(30)
        return now.snapshot.granted, bad.grade

    steps = {0: Grade.C, 1: Grade.C, 29: Grade.C, 30: Grade.D, 31: Grade.D, 59: Grade.D}
    for number, grade in steps.items():
        assert granted(ON + days(number)) == (grade, grade), number
    assert CurrentScore.objects.get(client=bad).look_on == ON + days(60)
    run(ON + days(60))
    bad.refresh_from_db()
    assert bad.grade == Grade.E, "the clock alone brought it back"


def test_only_who_moved_is_looked_at(good: Client, bad: Client, creditor: Creditor) -> None:
    run()
    run()  # what the first one read is read once more
    assert run().clients == 0
    open_one = make_invoice(good, creditor, "100.00", due_on=ON + days(2), issued_on=ON)
    found = run()
    assert (found.clients, found.is_whole) == (1, False)
    run()
    assert run().clients == 0
    pay(open_one, on=ON)
    assert run().clients == 1


def test_the_clock_alone_brings_a_client_back(good: Client, creditor: Creditor) -> None:
    due = ON - days(3)
    make_invoice(good, creditor, "100.00", due_on=due, issued_on=due - days(30))
    run()
    run()
    before = CurrentScore.objects.get(client=good)
    assert before.snapshot.facts[4] == 0, "within the bank's days"
    assert before.look_on <= due + days(6)
    assert run(ON + days(3)).changed == 1
    after = CurrentScore.objects.get(client=good).snapshot
    assert after.facts[4] == 1
    assert after.score < before.snapshot.score


def test_a_client_whose_every_invoice_is_excused_is_scored_once_and_let_be(
    creditor: Creditor,
) -> None:
    client = make_client(legal_name="Contested Ltd")
    invoice = make_invoice(client, creditor, "100.00", due_on=ON - days(20))
    run()
    before = CurrentScore.objects.get(client=client)
    assert before.snapshot.facts[FACTS.index("overdue_7")] == 1
    open_dispute(
        invoice=invoice, amount=invoice.amount, reason="QUALITY", note="Broken", on=ON,
        actor=None, at=NOW,
    )  # fmt: skip
    assert run(ON + days(1)) == Run(clients=1, changed=1, is_whole=False)
    now = CurrentScore.objects.get(client=client)
    assert now.look_on > ON + days(1)
    assert not any(now.snapshot.facts), "nothing of it is held against the client any more"
    assert now.snapshot.score > before.snapshot.score
    assert now.warning < before.warning
    run(ON + days(2))
    assert run(ON + days(2)).clients == 0, "it is not looked at again by every run"
    assert run(ON + days(3), whole=True) == Run(clients=1, changed=0, is_whole=True)
    assert CurrentScore.objects.get(client=client).look_on > ON + days(3)


def test_too_little_to_go_by_is_unrated(creditor: Creditor) -> None:
    client = make_client()
    history(client, creditor, 0, 0, 0)
    run()
    snapshot = CurrentScore.objects.get(client=client).snapshot
    assert (snapshot.computed, snapshot.granted) == (Grade.U, Grade.U)
    client.refresh_from_db()
    assert client.grade == Grade.U


def test_scores_stay_as_they_were(good: Client, bad: Client) -> None:
    run()
    snapshot = CurrentScore.objects.get(client=good).snapshot
    for model in (ScoreSnapshot, Calibration, ScoreRun):
        with pytest.raises(IntegrityError), transaction.atomic():
            model._default_manager.update(on=ON + days(1))
        with pytest.raises(IntegrityError), transaction.atomic():
            model._default_manager.all()._raw_delete("default")
    other = CurrentScore.objects.get(client=bad).snapshot
    CurrentScore.objects.filter(client=bad).delete()
    with pytest.raises(IntegrityError, match="another client"), transaction.atomic():
        CurrentScore.objects.filter(client=good).update(snapshot=other)
    assert CurrentScore.objects.get(client=good).snapshot == snapshot


def test_statements_do_not_grow_with_clients(good: Client, bad: Client, creditor: Creditor) -> None:
    run()
    with CaptureQueriesContext(connection) as two:
        run(whole=True)
    for _number in range(4):
        history(make_client(), creditor, 0, 5, 0, 0, 0, 0, 0)
    run()
    with CaptureQueriesContext(connection) as six:
        run(whole=True)
    assert len(six) == len(two)


def test_a_calibration_is_made_anew_after_a_week(good: Client) -> None:
    run()
    assert run(ON + days(6)).is_whole is False
    assert run(ON + days(7)).is_whole is True
    assert Calibration.objects.count() == 2
