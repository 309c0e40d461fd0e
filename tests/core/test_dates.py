"""Days: zones, month ends, business days with China's make-up workdays."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from core.dates import (
    UnknownCalendar,
    add_business_days,
    add_months,
    add_years,
    business_day_on_or_after,
    business_day_on_or_before,
    business_days_between,
    day_in,
    is_business_day,
    is_calendar_published,
    month_end,
    month_start,
    next_business_day,
    now,
    start_of_day,
    today,
)

days = st.dates(date(2015, 1, 1), date(2026, 12, 31))
countries = st.sampled_from(("", "CN", "DE", "GB-ENG", "US"))


@pytest.mark.parametrize(
    ("instant", "zone", "expected"),
    [
        ("2026-03-01T15:59:59+00:00", "Asia/Shanghai", date(2026, 3, 1)),
        ("2026-03-01T16:00:00+00:00", "Asia/Shanghai", date(2026, 3, 2)),
        ("2026-03-01T23:30:00+00:00", "UTC", date(2026, 3, 1)),
        ("2026-04-04T13:30:00+00:00", "Pacific/Auckland", date(2026, 4, 5)),  # summer time ends
        ("2026-03-29T00:30:00+00:00", "Europe/Berlin", date(2026, 3, 29)),  # summer time begins
        ("2026-03-28T23:30:00+00:00", "Europe/Berlin", date(2026, 3, 29)),
        ("2026-01-01T04:59:59+00:00", "America/New_York", date(2025, 12, 31)),
    ],
)
def test_today_is_the_creditors_day_not_utcs(instant: str, zone: str, expected: date) -> None:
    at = datetime.fromisoformat(instant)
    assert day_in(at, zone) == expected
    with time_machine.travel(at, tick=False):
        assert today(zone) == expected
        assert now() == at


def test_now_is_aware() -> None:
    assert now().tzinfo is UTC


def test_it_refuses_a_naive_instant() -> None:
    with pytest.raises(ValueError, match="time zone"):
        day_in(datetime(2026, 1, 1), "UTC")


def test_a_day_starts_at_its_own_midnight() -> None:
    assert start_of_day(date(2026, 3, 2), "Asia/Shanghai").astimezone(UTC) == datetime(
        2026, 3, 1, 16, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 31), 3, date(2026, 4, 30)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 1, 15), -13, date(2024, 12, 15)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_months_end_where_the_month_does(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_a_leap_day_has_its_anniversary_on_28_february() -> None:
    assert add_years(date(2024, 2, 29), 3) == date(2027, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_month_bounds() -> None:
    assert (month_start(date(2024, 2, 10)), month_end(date(2024, 2, 10))) == (
        date(2024, 2, 1),
        date(2024, 2, 29),
    )


@pytest.mark.parametrize(
    ("day", "country", "expected"),
    [
        (date(2026, 2, 13), "CN", True),  # Friday
        (date(2026, 2, 14), "CN", True),  # Saturday worked for the Spring Festival
        (date(2026, 2, 15), "CN", False),  # Sunday
        (date(2026, 2, 20), "CN", False),  # Friday off in exchange
        (date(2026, 10, 1), "CN", False),
        (date(2026, 10, 10), "CN", True),  # Saturday worked for the National Day
        (date(2025, 1, 26), "CN", True),  # Sunday worked
        (date(2026, 10, 3), "DE", False),
        (date(2026, 12, 28), "GB-ENG", False),  # Boxing Day moved from Saturday
        (date(2026, 10, 1), "", True),  # no calendar: weekends only
        (date(2026, 10, 3), "", False),
    ],
)
def test_it_knows_who_works_when(day: date, country: str, expected: bool) -> None:
    assert is_business_day(day, country) is expected


def test_it_refuses_a_country_it_has_no_calendar_for() -> None:
    with pytest.raises(UnknownCalendar):
        is_business_day(date(2026, 1, 1), "QQ")


def test_it_skips_a_long_holiday() -> None:
    assert next_business_day(date(2026, 9, 30), "CN") == date(2026, 10, 8)
    assert business_day_on_or_after(date(2026, 10, 1), "CN") == date(2026, 10, 8)
    assert business_day_on_or_before(date(2026, 10, 7), "CN") == date(2026, 9, 30)
    assert business_day_on_or_after(date(2026, 9, 30), "CN") == date(2026, 9, 30)


def test_it_counts_business_days_both_ways() -> None:
    assert add_business_days(date(2026, 9, 29), 2, "CN") == date(2026, 10, 8)
    assert add_business_days(date(2026, 10, 8), -2, "CN") == date(2026, 9, 29)
    assert add_business_days(date(2026, 10, 3), 0) == date(2026, 10, 3)
    assert add_business_days(date(2026, 10, 3), 1) == date(2026, 10, 5)  # Saturday -> Monday


def test_chinas_next_year_is_not_published_yet() -> None:
    assert is_calendar_published(2026, "CN")
    assert not is_calendar_published(2031, "CN")
    assert is_calendar_published(2031, "DE")


@given(days, st.integers(1, 30), countries)
def test_adding_business_days_and_counting_them_agree(day: date, count: int, country: str) -> None:
    later = add_business_days(day, count, country)
    assert is_business_day(later, country)
    assert business_days_between(day, later, country) == count


@given(days, countries)
def test_the_next_business_day_is_the_first_one(day: date, country: str) -> None:
    found = next_business_day(day, country)
    between = (day + timedelta(days=n) for n in range(1, (found - day).days))
    assert found > day
    assert not any(is_business_day(one, country) for one in between)
