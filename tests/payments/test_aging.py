"""Aging buckets: defined once, without a gap or an overlap."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.rules.aging import BUCKET_BY_CODE, BUCKETS, EDGES, bucket_of, days_past_due


@pytest.mark.parametrize(
    ("days", "code"),
    [
        (-400, "current"),
        (0, "current"),  # on the due date nobody is late
        (1, "1-30"),
        (30, "1-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (91, "91-180"),
        (180, "91-180"),
        (181, "181-365"),
        (365, "181-365"),
        (366, "366+"),
        (9999, "366+"),
    ],
)
def test_each_edge_falls_on_the_right_side(days: int, code: str) -> None:
    assert bucket_of(days).code == code
    assert BUCKET_BY_CODE[code].holds(days)


def test_lateness_counts_whole_days_from_the_due_date() -> None:
    assert days_past_due(date(2024, 2, 28), date(2024, 3, 1)) == 2  # a leap year
    assert days_past_due(date(2026, 3, 31), date(2026, 3, 31)) == 0
    assert days_past_due(date(2026, 3, 31), date(2026, 3, 30)) == -1


@given(st.integers(-5000, 5000))
def test_every_day_belongs_to_exactly_one_bucket(days: int) -> None:
    assert sum(bucket.holds(days) for bucket in BUCKETS) == 1


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 2000))
def test_a_bucket_is_left_on_the_day_after_its_last(due_on: date, late: int) -> None:
    on = due_on + timedelta(days=late)
    passed = sum(days_past_due(due_on, on) > edge for edge in EDGES)
    assert bucket_of(days_past_due(due_on, on)) is BUCKETS[passed]
