"""Reference rates by date. An unknown rate is refused, never guessed.

A published rate is a fact from one day on; until when it is *known* to hold
depends on how its publisher works. The LPR is set monthly, so the last row
holds for a month and after that somebody must look. The ECB, Bundesbank and
Bank of England figures that statutes use are read on 1 January and 1 July, so
each row holds for its half-year and a missing half-year stays missing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from core.dates import add_months

_ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Publication:
    """How long a published row is known to hold.

    ``months`` is the time between publications. With ``until_next`` every
    change is on file, so a row holds until the next one however long that is,
    and only the last row runs out after ``months``.
    """

    months: int
    until_next: bool


MONTHLY: Final = Publication(months=1, until_next=True)
HALF_YEARLY: Final = Publication(months=6, until_next=False)

#: 1-year loan prime rate (NIFC); ECB main refinancing rate, base rate of BGB 247
#: and Bank of England rate, each as read for a half-year.
PUBLICATIONS: Final = {
    "lpr_1y": MONTHLY,
    "ecb_mro_half_year": HALF_YEARLY,
    "de_base_rate": HALF_YEARLY,
    "boe_bank_rate_half_year": HALF_YEARLY,
}


class RateUnknown(LookupError):
    """No rate of ``series`` is on file for ``day``.

    ``known_until`` is the last day the row before it is known to hold, if there is one.
    """

    def __init__(self, series: str, day: date, known_until: date | None) -> None:
        super().__init__(f"No rate of {series} is known for {day}.")
        self.series = series
        self.day = day
        self.known_until = known_until


@dataclass(frozen=True, slots=True)
class RatePoint:
    """A published rate in percent a year, from a day on, with its source.

    ``verified`` means a person compared it with the publication.
    """

    series: str
    effective_on: date
    percent: Decimal
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class RateSpan:
    """A rate over a stretch of days, both included."""

    first: date
    last: date
    point: RatePoint


class RateTable:
    """Every known rate, by series and day. Immutable once built."""

    def __init__(self, points: Iterable[RatePoint]) -> None:
        self._points: dict[str, list[RatePoint]] = {}
        for point in sorted(points, key=lambda p: p.effective_on):
            self._points.setdefault(point.series, []).append(point)
        self._starts = {
            series: [point.effective_on for point in points]
            for series, points in self._points.items()
        }

    def _position(self, series: str, day: date) -> int:
        """Index of the row in force on ``day``; raises RateUnknown when there is none."""
        index = bisect_right(self._starts.get(series, []), day) - 1
        if index < 0:
            raise RateUnknown(series, day, None)
        known_until = self._holds_until(series, index)
        if day > known_until:
            raise RateUnknown(series, day, known_until)
        return index

    def _holds_until(self, series: str, index: int) -> date:
        starts, publication = self._starts[series], PUBLICATIONS.get(series, MONTHLY)
        runs_out = add_months(starts[index], publication.months) - _ONE_DAY
        if index + 1 == len(starts):
            return runs_out
        replaced = starts[index + 1] - _ONE_DAY
        return replaced if publication.until_next else min(runs_out, replaced)

    def on(self, series: str, day: date) -> RatePoint:
        """The rate in force on ``day``. Raises RateUnknown."""
        index = self._position(series, day)
        return self._points[series][index]

    def spans(self, series: str, first: date, last: date) -> list[RateSpan]:
        """The rates in force from ``first`` to ``last``, cut where they change.

        Raises RateUnknown for the first day that has none.
        """
        spans: list[RateSpan] = []
        day = first
        while day <= last:
            index = self._position(series, day)
            end = min(self._holds_until(series, index), last)
            spans.append(RateSpan(day, end, self._points[series][index]))
            day = end + _ONE_DAY
        return spans
