"""The score: made of its points, never better for more lateness, one band at a time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credit.rules.columns import FACTS, facts_of, facts_row
from credit.rules.history import HORIZONS
from credit.rules.score import (
    BANDS,
    BEHAVIOUR_FACTORS,
    FACTORS,
    GRADES,
    MOST_FOR_BEHAVIOUR,
    BehaviourWeight,
    Facts,
    Portfolio,
    after,
    days_until_other_grade,
    grade_of,
    next_band,
    on_time_to_rise,
    one_band,
    paid_on_time,
    score,
)

PORTFOLIO = Portfolio({0: 0.35, 7: 0.17, 30: 0.03}, 1.5, dict.fromkeys(HORIZONS, 0.0))
WEIGHTS = {name: BehaviourWeight(20, 60) for name in BEHAVIOUR_FACTORS}


def facts(**values: float) -> Facts:
    """One client, long known: nothing but what is said."""
    row = {"closed": 20.0, "days": 400.0} | values
    return facts_row([row.get(name, 0.0) for name in FACTS])


def total(one: Facts) -> float:
    return float(score(one, PORTFOLIO, WEIGHTS).score[0])


@st.composite
def clients(draw: st.DrawFn) -> Facts:
    """Facts that hold together: later than 30 days is later than 7 is late."""
    settled = draw(st.floats(0, 200))
    late = sorted((draw(st.floats(0, 1)) * settled for _ in HORIZONS), reverse=True)
    overdue = sorted((draw(st.integers(0, 20)) for _ in HORIZONS), reverse=True)
    weight = draw(st.floats(0, 20))
    return facts(
        settled=settled,
        **{f"late_{h}": share for h, share in zip(HORIZONS, late, strict=True)},
        **{f"overdue_{h}": float(count) for h, count in zip(HORIZONS, overdue, strict=True)},
        recent=weight * draw(st.floats(-10, 60)),
        recent_weight=weight,
        **{name: float(draw(st.integers(0, 6))) for name in BEHAVIOUR_FACTORS},
    )


@given(clients())
@settings(max_examples=150)
def test_the_points_add_up_to_the_score(one: Facts) -> None:
    scored = score(one, PORTFOLIO, WEIGHTS)
    summed = scored.start + scored.points[0].sum()
    assert scored.score[0] == pytest.approx(min(max(summed, 0), 1000))
    assert scored.points.shape[1] == len(FACTORS)


@given(clients(), st.sampled_from(HORIZONS), st.floats(0, 5))
@settings(max_examples=200)
def test_more_lateness_is_never_better(one: Facts, horizon: int, more: float) -> None:
    """Of the same settled invoices more were late: so far, and of every shorter horizon too."""
    late = {
        h: np.minimum(values + (more if h <= horizon else 0), one.settled)
        for h, values in one.late.items()
    }
    assert total(replace(one, late=late)) <= total(one) + 1e-9


@given(clients(), st.sampled_from(HORIZONS), st.integers(1, 5))
@settings(max_examples=150)
def test_more_overdue_is_never_better(one: Facts, horizon: int, more: int) -> None:
    overdue = {h: values + (more if h <= horizon else 0) for h, values in one.overdue.items()}
    assert total(replace(one, overdue=overdue)) <= total(one) + 1e-9


@given(clients(), st.floats(0, 60))
@settings(max_examples=100)
def test_later_of_late_is_never_better(one: Facts, more: float) -> None:
    later = replace(one, recent=one.recent + more * one.recent_weight)
    assert total(later) <= total(one) + 1e-9


@given(clients(), st.sampled_from(range(len(BEHAVIOUR_FACTORS))))
@settings(max_examples=100)
def test_behaviour_takes_points_within_its_bounds(one: Facts, column: int) -> None:
    more = one.behaviour.copy()
    more[0, column] += 1
    worse = replace(one, behaviour=more)
    assert total(worse) <= total(one) + 1e-9
    taken = -score(worse, PORTFOLIO, WEIGHTS).points[0, len(FACTORS) - len(BEHAVIOUR_FACTORS) :]
    assert (taken <= 60 + 1e-9).all()
    assert taken.sum() <= MOST_FOR_BEHAVIOUR + 1e-9


def test_seventy_six_points_halve_the_odds() -> None:
    good, bad = facts(settled=30.0), facts(settled=30.0, late_0=20.0, late_7=10.0, late_30=2.0)
    scored = score(facts_of(np.vstack([_row(good), _row(bad)])), PORTFOLIO, WEIGHTS)
    odds = [
        0.5 * sum(np.log(scored.late[h][n] / (1 - scored.late[h][n])) for h in (7, 30))
        for n in (0, 1)
    ]
    apart = scored.score[0] - scored.score[1]
    assert apart == pytest.approx(110 * (odds[1] - odds[0]))


def _row(one: Facts) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    plain = [one.settled[0], *(one.late[h][0] for h in HORIZONS)]
    plain += [one.overdue[h][0] for h in HORIZONS]
    plain += [one.recent[0], one.recent_weight[0], one.closed[0], one.days[0], one.oldest[0]]
    return np.array([*plain, one.worst[0], *one.behaviour[0]])


@pytest.mark.parametrize(
    ("closed", "days", "grade"), [(5, 400, -1), (6, 89, -1), (6, 90, 1), (0, 0, -1)]
)
def test_there_is_no_grade_without_evidence(closed: int, days: int, grade: int) -> None:
    one = facts(closed=float(closed), days=float(days))
    found = score(one, PORTFOLIO, WEIGHTS).grade[0]
    assert found == grade or (grade >= 0 and found >= 0)


def test_grades_begin_at_their_bands() -> None:
    marks = [least for _, least in BANDS]
    assert grade_of(np.array(marks)).tolist() == [0, 1, 2, 3]
    assert grade_of(np.array(marks) - 0.01).tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("granted", "computed", "follows"),
    [
        (0, 4, 1),  # A falls to B, whatever the score says
        (1, 2, 2),
        (3, 0, 0),  # better at once
        (-1, 4, 2),  # a first grade is no lower than C
        (-1, 0, 0),
        (2, -1, 2),  # evidence that fades takes nothing away
        (-1, -1, -1),
    ],
)
def test_one_band_at_a_time(granted: int, computed: int, follows: int) -> None:
    found = one_band(np.array([granted], np.int8), np.array([computed], np.int8))
    assert found.tolist() == [follows]


def test_what_would_raise_it_does_raise_it() -> None:
    bad = facts(settled=8.0, late_0=8.0, late_7=6.0, late_30=2.0, overdue_0=1.0)
    grade, least = next_band(total(bad)) or ("", 0.0)
    invoices = on_time_to_rise(bad, PORTFOLIO, WEIGHTS, least)
    assert grade in GRADES
    assert invoices
    assert total(paid_on_time(bad, invoices)) >= least
    assert total(paid_on_time(bad, invoices - 1)) < least
    assert on_time_to_rise(bad, PORTFOLIO, WEIGHTS, 999.0) is None


def test_the_best_grade_has_none_above() -> None:
    assert next_band(900.0) is None
    assert next_band(10.0) == ("D", 400.0)


@given(clients())
@settings(max_examples=40)
def test_the_clock_says_when_a_grade_moves_by_itself(one: Facts) -> None:
    marks = np.array([1, 7, 30, 60])
    first = days_until_other_grade(one, PORTFOLIO, WEIGHTS, marks=marks)[0]
    now = score(one, PORTFOLIO, WEIGHTS).grade[0]
    for days in marks:
        then = score(after(one, float(days)), PORTFOLIO, WEIGHTS).grade[0]
        assert (then == now) if days < first else True
        if days == first:
            assert then != now
