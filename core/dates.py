"""Days: the clock, time zones, months and business days.

``now`` and ``today`` read the clock and are called by the interface only
(views, tasks, commands); everything below is told the day. The rest is pure.
Dates belong to the creditor's time zone, instants are aware UTC.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

_SATURDAY: Final = 5
_ONE_DAY: Final = timedelta(days=1)

# The longest run of days off in any calendar is well under this; it bounds the
# search so that a broken calendar is an error instead of a hang.
_LONGEST_CLOSURE: Final = 40


class UnknownCalendar(ValueError):
    """No holiday calendar is known under this country code."""


def now() -> datetime:
    """The present instant, aware, in UTC. For the interface only."""
    return datetime.now(tz=UTC)


def today(time_zone: str) -> date:
    """The present date in a time zone, e.g. ``today("Asia/Shanghai")``. For the interface only."""
    return day_in(now(), time_zone)


def day_in(at: datetime, time_zone: str) -> date:
    """The date an instant falls on in a time zone.

    23:30 UTC is already tomorrow in Shanghai; a due date judged by UTC would be
    a day out. Raises ValueError for a naive datetime.
    """
    if at.tzinfo is None:
        raise ValueError("An instant needs a time zone.")
    return at.astimezone(ZoneInfo(time_zone)).date()


def start_of_day(day: date, time_zone: str) -> datetime:
    """The instant a date begins in a time zone."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(time_zone))


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later (or earlier); the month's last day when there is no such day.

    31 January + 1 month = 28 or 29 February (民法典 202; BGB 188 (3)).
    """
    month_index = day.year * 12 + day.month - 1 + months
    year, month = divmod(month_index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_years(day: date, years: int) -> date:
    """The same day ``years`` later; 29 February becomes 28 February in a common year."""
    return add_months(day, 12 * years)


def month_end(day: date) -> date:
    """The last day of the month ``day`` is in."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def month_start(day: date) -> date:
    """The first day of the month ``day`` is in."""
    return day.replace(day=1)


@lru_cache(maxsize=64)
def _calendar(country: str) -> holidays.HolidayBase:
    code, _, subdivision = country.partition("-")
    try:
        return holidays.country_holidays(code, subdiv=subdivision or None)
    except NotImplementedError as error:
        raise UnknownCalendar(f"No holiday calendar is known for {country!r}.") from error


@lru_cache(maxsize=16384)
def is_business_day(day: date, country: str = "") -> bool:
    """Whether offices and banks work on ``day``.

    ``country`` is an ISO 3166 code, with a subdivision where holidays differ
    (``CN``, ``DE-BY``, ``GB-ENG``). Chinese make-up workdays, a Saturday or
    Sunday worked for a longer holiday, count as business days. An empty country
    knows weekends only. Raises UnknownCalendar.
    """
    if not country:
        return day.weekday() < _SATURDAY
    return _calendar(country).is_working_day(day)


def _walk(day: date, step: timedelta, country: str) -> date:
    for _ in range(_LONGEST_CLOSURE):
        if is_business_day(day, country):
            return day
        day += step
    raise UnknownCalendar(f"{country!r} has no business day near {day}.")


def business_day_on_or_after(day: date, country: str = "") -> date:
    """``day`` itself when a business day, else the first one after it (民法典 203; BGB 193)."""
    return _walk(day, _ONE_DAY, country)


def business_day_on_or_before(day: date, country: str = "") -> date:
    """``day`` itself when it is a business day, else the last one before it."""
    return _walk(day, -_ONE_DAY, country)


def next_business_day(day: date, country: str = "") -> date:
    """The first business day strictly after ``day``."""
    return _walk(day + _ONE_DAY, _ONE_DAY, country)


def add_business_days(day: date, count: int, country: str = "") -> date:
    """``count`` business days later (or earlier when negative); ``day`` itself for zero.

    The start day is not counted, whether or not it is a business day.
    """
    step = _ONE_DAY if count > 0 else -_ONE_DAY
    for _ in range(abs(count)):
        day = _walk(day + step, step, country)
    return day


def business_days_between(start: date, end: date, country: str = "") -> int:
    """How many business days lie after ``start``, up to and including ``end``."""
    return sum(
        is_business_day(start + timedelta(days=n), country)
        for n in range(1, (end - start).days + 1)
    )


def is_calendar_published(year: int, country: str) -> bool:
    """Whether the year's days off are official.

    China publishes each year's make-up workdays late in the year before; until
    then only the statutory holidays themselves are known.
    """
    if country.partition("-")[0] != "CN":
        return True
    known = _calendar(country)
    known.get(date(year, 1, 1))
    return any(day.year == year for day in known.weekend_workdays)
