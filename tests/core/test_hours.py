"""When a message may leave: the client's mornings, days off, and the days clocks change."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.hours import Hours, next_opening

OFFICE = Hours(dt.time(9), dt.time(18))
WORKDAYS = Hours(dt.time(9), dt.time(18), workdays_only=True)


def opening(text: str, hours: Hours, zone: str = "Asia/Shanghai", country: str = "CN") -> str:
    at = dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)
    found = next_opening(at, hours, time_zone=zone, country=country)
    assert found.utcoffset() == dt.timedelta(0)
    return found.strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-06-15 00:59", "2026-06-15 01:00"),
        ("2026-06-15 01:00", "2026-06-15 01:00"),
        ("2026-06-15 09:59", "2026-06-15 09:59"),
        ("2026-06-15 10:00", "2026-06-16 01:00"),
        ("2026-06-15 23:30", "2026-06-16 01:00"),
    ],
)
def test_it_waits_for_the_clients_office_hours(at: str, expected: str) -> None:
    assert opening(at, OFFICE) == expected


def test_without_hours_it_leaves_at_once() -> None:
    assert opening("2026-06-14 19:00", Hours()) == "2026-06-14 19:00"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # Saturday afternoon; Monday; the Dragon Boat Festival; National Day with its make-up
        # workday on Sunday 20 September.
        ("2026-06-13 04:00", "2026-06-15 01:00"),
        ("2026-06-19 04:00", "2026-06-22 01:00"),
        ("2026-09-20 04:00", "2026-09-20 04:00"),
    ],
)
def test_days_off_are_the_countrys(at: str, expected: str) -> None:
    assert opening(at, WORKDAYS) == expected


def test_an_unknown_country_has_weekends() -> None:
    assert opening("2026-06-13 04:00", WORKDAYS, country="ZZ") == "2026-06-15 01:00"


def test_workdays_without_hours_last_from_midnight_to_midnight() -> None:
    hours = Hours(workdays_only=True)
    assert opening("2026-06-14 15:59", hours) == "2026-06-14 16:00"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        # New York springs forward on 8 March 2026 at 07:00 UTC and falls back on 1 November.
        ("2026-03-08 06:30", "2026-03-08 13:00"),
        ("2026-03-07 06:30", "2026-03-07 14:00"),
        ("2026-11-01 05:30", "2026-11-01 14:00"),
        ("2026-10-31 05:30", "2026-10-31 13:00"),
    ],
)
def test_the_clocks_change(at: str, expected: str) -> None:
    assert opening(at, OFFICE, zone="America/New_York", country="US") == expected


@given(
    st.datetimes(
        min_value=dt.datetime(2025, 1, 1),
        max_value=dt.datetime(2027, 12, 31),
        timezones=st.just(dt.UTC),
    ),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Pacific/Auckland", "Europe/Berlin"]),
    st.booleans(),
)
def test_it_never_leaves_outside_hours_nor_waits_without_need(
    at: dt.datetime, zone: str, workdays: bool
) -> None:
    from zoneinfo import ZoneInfo

    hours = Hours(dt.time(9), dt.time(18), workdays_only=workdays)
    found = next_opening(at, hours, time_zone=zone, country="")
    local = found.astimezone(ZoneInfo(zone))
    assert found >= at
    assert dt.time(9) <= local.time() < dt.time(18)
    assert not workdays or local.weekday() < 5
    assert found == at or local.time() == dt.time(9)
    assert found - at <= dt.timedelta(days=4)
