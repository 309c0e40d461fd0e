"""When a client may be reached, in its own time.

Contact hours are a voluntary ceiling for business debts (09:00 to 18:00 on the debtor's working
days: GB/T 45251-2025; US Reg F and UK CONC 7.9 have their like).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from core.dates import UnknownCalendar, is_business_day

# Longer than any run of days off, so that a broken calendar ends the search.
_DAYS_TRIED: Final = 40


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours in which one may be reached. Without both times the whole day counts."""

    opens: time | None = None
    closes: time | None = None
    workdays_only: bool = False

    @property
    def are_limited(self) -> bool:
        """Whether there is any hour outside them."""
        return (self.opens is not None and self.closes is not None) or self.workdays_only


def is_workday(day: date, country: str) -> bool:
    """Whether offices work on a day; a country without a known calendar has weekends only."""
    try:
        return is_business_day(day, country)
    except UnknownCalendar:
        return is_business_day(day)


def next_opening(at: datetime, hours: Hours, *, time_zone: str, country: str) -> datetime:
    """The first instant from `at` on within the hours; `at` itself when it is.

    A country without a known calendar has weekends only.
    """
    if not hours.are_limited:
        return at
    zone = ZoneInfo(time_zone)
    first = at.astimezone(zone).date()
    for day in (first + timedelta(days=n) for n in range(_DAYS_TRIED)):
        if hours.workdays_only and not is_workday(day, country):
            continue
        opens = datetime.combine(day, hours.opens or time.min, tzinfo=zone)
        closes = (
            datetime.combine(day, hours.closes, tzinfo=zone)
            if hours.opens and hours.closes
            else datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
        )
        # Compared as instants: local times jump when the clocks change.
        if at < closes.astimezone(UTC):
            return max(at, opens.astimezone(UTC))
    return at
