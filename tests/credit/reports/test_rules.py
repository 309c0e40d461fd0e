"""What a report says, how long it counts, what is bad about it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from credit.rules.reports import (
    Figure,
    Verdict,
    bad_signs,
    changes,
    days_of_validity,
    fact_key,
    score_share,
    told_apart,
)
from tests.factories import (
    TODAY,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("score", "worst", "best", "share"),
    [(0, 0, 100, "0"), (75, 0, 100, "0.75"), (600, 600, 100, "0"), (225, 600, 100, "0.75")],
)
def test_a_scale_runs_either_way(score: int, worst: int, best: int, share: str) -> None:
    assert score_share(Decimal(score), Decimal(worst), Decimal(best)) == Decimal(share)


@pytest.mark.parametrize(
    ("said", "signs"),
    [
        ({}, ()),
        ({"score": 20, "worst": 0, "best": 100}, ("SCORE",)),
        ({"score": 21, "worst": 0, "best": 100}, ()),
        ({"score": 500, "worst": 600, "best": 100}, ("SCORE",)),
        ({"limit": 0}, ("LIMIT",)),
        ({"limit": 1}, ()),
        ({"probability": 10}, ("PROBABILITY",)),
        ({"probability": "9.999"}, ()),
    ],
)
def test_a_report_is_bad_by_its_own_conclusion(
    said: dict[str, Any], signs: tuple[str, ...]
) -> None:
    verdict = Verdict(**{name: Decimal(value) for name, value in said.items()})
    assert bad_signs(verdict) == signs


def test_validity_is_the_newest_row_in_force() -> None:
    rows = [(dt.date(2020, 1, 1), 365), (dt.date(2026, 1, 1), 90), (dt.date(2026, 1, 1), 60)]
    assert days_of_validity(rows, dt.date(2025, 12, 31)) == 365
    assert days_of_validity(rows, dt.date(2026, 1, 1)) == 60
    assert days_of_validity(rows, dt.date(2019, 1, 1)) is None


def test_a_figure_is_compared_with_the_newest_of_its_name_and_currency() -> None:
    def money(year: int | None, number: int, unit: str = "GBP") -> Figure:
        return Figure("TURNOVER", "", unit, year, Decimal(number), "")

    (change,) = changes([money(2025, 150)], [money(2023, 90), money(2024, 100), money(2026, 9)])
    assert (change.by, change.percent) == (Decimal(50), Decimal(50))
    assert change.before == money(2024, 100)
    (foreign,) = changes([money(2025, 150, "EUR")], [money(2024, 100)])
    assert foreign.before is None
    (loss,) = changes([money(None, -50)], [money(None, -100)])
    assert (loss.by, loss.percent) == (Decimal(50), Decimal(50))


def test_facts_are_known_again_by_kind_day_and_words() -> None:
    one, two = fact_key("JUDGMENT", TODAY, "a  b"), fact_key("JUDGMENT", TODAY, "a b")
    other = fact_key("JUDGMENT", None, "a b")
    assert told_apart([one, other], [two]) == (frozenset({other}), frozenset())
