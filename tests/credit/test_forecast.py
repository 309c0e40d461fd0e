"""The forecast learns what a ledger shows, from the past only, and is measured rightly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from credit.rules import forecast
from credit.rules.forecast import (
    CLIENT_PART,
    by_definition,
    level,
    probability,
    start_weights,
    walk,
    weigh,
)
from credit.rules.history import HORIZONS, OPEN, Ledger, known_at_issue
from credit.rules.measures import auc, calibration, error_by_chance, lift, measure, pr_auc

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


COLUMNS = ("client", "issued", "due", "amount", "paid", "counts")


def rows_of(ledger: Ledger, chosen: slice) -> Ledger:
    return Ledger(**{name: getattr(ledger, name)[chosen] for name in COLUMNS})


def drifting(days: float) -> Ledger:
    """Over two years all clients come to pay so many days later (earlier when negative)."""
    random = np.random.default_rng(11)
    count = 6_000
    client = random.integers(0, 150, count)
    issued = START + np.sort(random.integers(0, 730, count))
    usual = random.normal(25, 6, 150)[client] + random.choice([0, 25], count, p=[0.95, 0.05])
    moved = days * (issued - START) / 730
    took = usual + moved + random.normal(0, 6, count)
    return Ledger(
        client=client,
        issued=issued,
        due=issued + 30,
        amount=np.exp(random.normal(7, 1, count)),
        paid=issued + np.maximum(1, took).astype(np.int64),
        counts=np.ones(count, bool),
    )


def errors(ledger: Ledger) -> list[float]:
    """The calibration error of each horizon on the latest 35%."""
    log_odds = walk(ledger).log_odds
    last = slice(int(len(ledger) * 0.65), None)
    late = ledger.paid - ledger.due
    return [
        measure(probability(log_odds[horizon][last]), late[last] > horizon).calibration_error
        for horizon in HORIZONS
    ]


@pytest.mark.parametrize("days", [-12, 0, 12])
def test_forecasts_are_calibrated_while_a_portfolio_drifts(
    days: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = drifting(days)
    found = errors(ledger)
    assert found[0] <= 0.04
    assert found[1] <= 0.03
    assert found[2] <= 0.012
    monkeypatch.setattr(forecast, "level", lambda *_args: 0.0)
    if days:
        assert errors(ledger)[0] > 1.5 * found[0], "the level has to be followed"


@pytest.mark.parametrize("day", [START + 300, START + 451])
def test_what_comes_after_a_day_changes_no_forecast_before_it(ledger: Ledger, day: int) -> None:
    """Neither invoices issued later nor payments, late ones and those on time alike."""
    past = rows_of(ledger, slice(0, int(np.searchsorted(ledger.issued, day))))
    past = replace(past, paid=np.where(past.paid >= day, OPEN, past.paid))
    early, late = walk(past).log_odds, walk(ledger).log_odds
    for horizon in HORIZONS:
        np.testing.assert_allclose(early[horizon], late[horizon][: len(past)], atol=1e-9)


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
    small = rows_of(ledger, few)
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


def test_the_error_by_chance_is_that_of_outcomes_drawn_with_these_chances() -> None:
    random = np.random.default_rng(3)
    chances = random.beta(1, 4, 900)
    drawn = [
        measure(chances, random.random(900) < chances).calibration_error for _time in range(400)
    ]
    assert error_by_chance(chances) == pytest.approx(np.mean(drawn), rel=0.05)
    assert error_by_chance(chances[:0]) == 0


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
