"""Dates as files write them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

AUTO: Final = "AUTO"
DMY: Final = "DMY"
MDY: Final = "MDY"
ASKED: Final = "ASKED"
"""Not known and asked for: any date that is one under some order will do meanwhile."""

_ISO: Final = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+(\d.*))?", re.ASCII
)
_COMPACT: Final = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)", re.ASCII)
_NUMERIC: Final = re.compile(
    r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d\d)(?:[, T]+\d{1,2}:.*)?", re.ASCII
)
_DAY_NAME: Final = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[\s\-/.]*([A-Za-z]{3,9})\.?,?[\s\-/.]*(\d{4}|\d\d)"
    r"(?:[, T]+\d{1,2}:.*)?",
    re.IGNORECASE | re.ASCII,
)
_NAME_DAY: Final = re.compile(
    r"([A-Za-z]{3,9})\.?[\s\-]*(\d{1,2})(?:st|nd|rd|th)?,?[\s\-]+(\d{4})(?:[, T]+\d{1,2}:.*)?",
    re.IGNORECASE | re.ASCII,
)
_WEEKDAY: Final = re.compile(
    r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+|\s*[(（]?(?:星期|周)[一二三四五六日天][)）]?$",
    re.IGNORECASE | re.ASCII,
)
_SERIAL: Final = re.compile(r"(\d{5})(?:\.\d+)?", re.ASCII)
_UTC: Final = re.compile(
    r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*(?:Z|\+00:?00)", re.IGNORECASE | re.ASCII
)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
# Day 0 of a spreadsheet's calendar: it takes 1900 for a leap year.
_EPOCH: Final = dt.date(1899, 12, 30)
_YEARS: Final = range(1970, 2101)
_TWO_DIGIT_TURN: Final = 69


def _date(year: int, month: int, day: int) -> dt.date | None:
    if year < 100:  # noqa: PLR2004  # 24 is 2024, as spreadsheets read it
        year += 2000 if year <= _TWO_DIGIT_TURN else 1900
    if year not in _YEARS:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def numeric_parts(text: str) -> tuple[int, int, int, bool] | None:
    """First, second and year of `3/4/2026`, and whether points part them; None for others."""
    found = _NUMERIC.fullmatch(text.strip())
    if not found:
        return None
    return int(found[1]), int(found[2]), int(found[3]), "." in text


def parse_date(text: str, order: str, time_zone: str = "") -> dt.date | None:
    """The day a text names; None when it names none.

    `order` reads `3/4/2026`: DMY or MDY. With AUTO only what can be read in one way is read.
    An instant in UTC is the day it was in `time_zone`; midnight is a day without a time.
    """
    if not text.isascii():
        # Full-width digits and signs are digits and signs.
        text = unicodedata.normalize("NFKC", text)
    text = _WEEKDAY.sub("", text.strip()).strip()
    iso = _ISO.fullmatch(text)
    if iso:
        day = _date(int(iso[1]), int(iso[2]), int(iso[3]))
        return _in_zone(day, iso[4] or "", time_zone)
    parts = numeric_parts(text)
    if parts:
        return _from_parts(parts, order)
    return _named_or_serial(text)


def _in_zone(day: dt.date | None, time: str, time_zone: str) -> dt.date | None:
    utc = _UTC.fullmatch(time.strip())
    if day is None or not utc or not time_zone:
        return day
    hour, minute, second = int(utc[1]), int(utc[2]), int(utc[3] or 0)
    if hour > 23 or minute > 59 or second > 59 or not (hour or minute or second):  # noqa: PLR2004  # a clock
        return day
    at = dt.datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=dt.UTC)
    return at.astimezone(ZoneInfo(time_zone)).date()


def _from_parts(parts: tuple[int, int, int, bool], order: str) -> dt.date | None:
    first, second, year, with_points = parts
    # 3.4.2026 is written by people who put the day first.
    if order == AUTO and with_points:
        order = DMY
    day_first, month_first = _date(year, second, first), _date(year, first, second)
    if order == DMY:
        return day_first
    if order == MDY:
        return month_first
    if day_first and month_first and day_first != month_first:
        return None
    return day_first or month_first


def _named_or_serial(text: str) -> dt.date | None:
    compact = _COMPACT.fullmatch(text)
    if compact:
        return _date(int(compact[1]), int(compact[2]), int(compact[3]))
    serial = _SERIAL.fullmatch(text)
    if serial:
        day = _EPOCH + dt.timedelta(days=int(serial[1]))
        return day if day.year in _YEARS else None
    found = _DAY_NAME.fullmatch(text)
    if found and found[2].lower() in _MONTHS:
        return _date(int(found[3]), _MONTHS[found[2].lower()], int(found[1]))
    found = _NAME_DAY.fullmatch(text)
    if found and found[1].lower() in _MONTHS:
        return _date(int(found[3]), _MONTHS[found[1].lower()], int(found[2]))
    return None


def looks_like_date(text: str) -> bool:
    """Whether a text is a date under some order."""
    return parse_date(text, DMY) is not None or parse_date(text, MDY) is not None


@dataclass
class OrderEvidence:
    """What a column says about the order of day and month."""

    day_first: int = 0
    """Values that are dates only with the day first."""
    month_first: int = 0
    either: int = 0
    day_first_example: tuple[int, str] | None = None
    month_first_example: tuple[int, str] | None = None
    either_example: tuple[int, str] | None = None

    def feed(self, values: Iterable[str], row_of: Callable[[str], int]) -> None:
        """Look at distinct values; `row_of` finds where one stands."""
        for value in values:
            parts = numeric_parts(value)
            if parts is None:
                continue
            first, second, year, with_points = parts
            day_ok = _date(year, second, first) is not None
            month_ok = _date(year, first, second) is not None
            if day_ok and (not month_ok or (with_points and first != second)):
                self.day_first += 1
                self.day_first_example = self.day_first_example or (row_of(value), value)
            elif month_ok and not day_ok:
                self.month_first += 1
                self.month_first_example = self.month_first_example or (row_of(value), value)
            elif day_ok and first != second:
                self.either += 1
                self.either_example = self.either_example or (row_of(value), value)

    @property
    def order(self) -> str:
        """DMY or MDY when the column shows it; AUTO when it shows nothing, or both."""
        if self.day_first and not self.month_first:
            return DMY
        if self.month_first and not self.day_first:
            return MDY
        return AUTO

    @property
    def is_mixed(self) -> bool:
        """Whether some values put the day first and others the month."""
        return bool(self.day_first and self.month_first)

    @property
    def is_open(self) -> bool:
        """Whether it matters and is not known."""
        return self.order == AUTO and self.either > 0


# A rule that tells the order apart holds in nearly all rows under one, and fails under the other.
_HOLDS: Final = 0.95
_FAILS: Final = 0.5


@dataclass
class IntervalEvidence:
    """Pairs of dates with the days between them: only the right order makes them agree.

    Fed with (from, to, days): issue date, due date, terms; or issue date, settlement, days.
    """

    agreeing: Counter[str] = field(default_factory=Counter)
    pairs: int = 0

    def feed(self, start: str, end: str, days: int) -> None:
        """Look at one row."""
        if numeric_parts(start) is None and numeric_parts(end) is None:
            return
        if all(parse_date(t, DMY) == parse_date(t, MDY) for t in (start, end)):
            return
        self.pairs += 1
        for order in (DMY, MDY):
            first, last = parse_date(start, order), parse_date(end, order)
            if first and last and (last - first).days == days:
                self.agreeing[order] += 1

    @property
    def order(self) -> str:
        """The order under which the rows agree; AUTO when that decides nothing."""
        if not self.pairs:
            return AUTO
        shares = {order: self.agreeing[order] / self.pairs for order in (DMY, MDY)}
        for order, other in ((DMY, MDY), (MDY, DMY)):
            if shares[order] >= _HOLDS and shares[other] <= _FAILS:
                return order
        return AUTO
