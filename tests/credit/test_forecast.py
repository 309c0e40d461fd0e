"""The forecast learns what a ledger shows, from the past only, and is measured rightly."""

from __future__ import annotations

import numpy as np
import pytest

from credit.rules.forecast import (
    CLIENT_PART,
    by_definition,
    level,
    probability,
    start_weights,
    walk,
    weigh,
)
from credit.rules.history import Ledger, known_at_issue
from credit.rules.measures import auc, calibration, lift, measure, pr_auc

CLIENTS, INVOICES, START = 60, 3_000, 738_900


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """Clients of different habits, some paying on Fridays only; terms from two to nine weeks."""
    random = np.random.default_rng(5)
    client = random.integers(0, CLIENTS, INVOICES)
    habit = random.normal(28, 8, CLIENTS)
    issued = START + np.sort(random.integers(0, 600, INVOICES))
    terms = random.choice([14, 30, 45, 60], INVOICES)
    took = np.maximum(1, habit[client] + random.normal(0, 6, INVOICES)).astype(np.int64)
    paid = issued + took
    friday = client % 2 == 0
    paid = np.where(friday, paid + (5 - paid) % 7, paid)
    return Ledger(
        client=client,
        issued=issued,
        due=issued + terms,
        amount=np.exp(random.normal(7, 1, INVOICES)),
        paid=paid,
        counts=np.ones(INVOICES, bool),
    )


def test_it_learns_what_the_terms_say_beside_the_client(ledger: Ledger) -> None:
    known = known_at_issue(ledger)
    walked = walk(ledger, known)
    last = slice(int(INVOICES * 0.65), None)
    late = (ledger.paid - ledger.due > 7)[last]
    learnt = auc(walked.log_odds[7][last], late)
    by_client = auc(by_definition(known, 7)[last], late)
    assert learnt > by_client + 0.15
    assert learnt > 0.93
    chances = probability(walked.log_odds[7][last])
    assert measure(chances, late).calibration_error < 0.04


def test_a_small_ledger_keeps_the_definition(ledger: Ledger) -> None:
    few = slice(0, 150)
    names = ("client", "issued", "due", "amount", "paid", "counts")
    small = Ledger(**{name: getattr(ledger, name)[few] for name in names})
    known = known_at_issue(small)
    walked = walk(small, known)
    np.testing.assert_allclose(walked.log_odds[7], by_definition(known, 7))


def test_no_weight_makes_lateness_an_advantage() -> None:
    """A ledger in which late payers suddenly pay on time: the weight stops at nothing."""
    random = np.random.default_rng(1)
    names = ("all", *CLIENT_PART)
    columns = np.column_stack([np.ones(2_000), *(random.normal(0, 1, 2_000) for _ in CLIENT_PART)])
    late = (probability(-3 * columns[:, 2]) > random.random(2_000)).astype(np.float64)
    found = weigh(columns, np.zeros(2_000), late, start_weights(names, 7), horizon=7)
    assert (found.values[1:] >= 0).all()
    assert found.values[2] == 0


def test_the_level_follows_what_came_of_late() -> None:
    odds = np.full(4_000, -1.0)
    late = np.concatenate((np.ones(2_000), np.zeros(2_000)))
    age = np.concatenate((np.full(2_000, 900), np.full(2_000, 1)))
    assert level(odds, late, age) < -1.5
    assert level(odds, late, age[::-1].copy()) > 1.5
    assert level(odds[:0], late[:0], age[:0]) == 0


def test_measures_of_a_case_known_by_heart() -> None:
    forecast = np.array([0.9, 0.8, 0.7, 0.3, 0.3, 0.1])
    late = np.array([True, True, False, True, False, False])
    # Of nine pairs: 0.9 and 0.8 beat three each, 0.3 beats one and ties with one.
    assert auc(forecast, late) == pytest.approx((3 + 3 + 0.5 + 1) / 9)
    assert pr_auc(forecast, late) == pytest.approx((1 + 1 + 3 / 5) / 3)
    assert lift(np.linspace(1, 0, 20), np.arange(20) < 4) == pytest.approx(5.0)
    steps = calibration(forecast, late)
    assert [step.count for step in steps] == [1, 2, 1, 1, 1]
    assert measure(forecast, np.zeros(6, bool)).auc is None
