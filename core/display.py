"""How days, instants and plain numbers are written for a reader of a language.

Pure: the language is always an argument, so a letter is never dated in the operator's language.
Plain string work instead of Django's localisation, which is most of the time of a 200-row page.
Money is written by `core.money.format_money`.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

NOTHING: Final = "–"
"""Shown where there is no figure: a missing value is not a zero."""

_THOUSAND: Final = 1000
_SHORT: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _is_chinese(language: str) -> bool:
    return language.lower().startswith("zh")


@lru_cache(maxsize=8192)
def format_day(day: date, language: str) -> str:
    """A date for tables: `3 Nov 2026`, in Chinese `2026-11-03`. Of one width within a language."""
    if _is_chinese(language):
        return f"{day.year:04d}-{day.month:02d}-{day.day:02d}"
    return f"{day.day} {_SHORT[day.month - 1]} {day.year:04d}"


def format_long_day(day: date, language: str) -> str:
    """A date for sentences and letters: `3 November 2026`, in Chinese `2026年11月3日`."""
    if _is_chinese(language):
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_LONG[day.month - 1]} {day.year}"


def format_month(day: date, language: str) -> str:
    """A month for axes and headings: `Nov 2026`, in Chinese `2026年11月`."""
    if _is_chinese(language):
        return f"{day.year}年{day.month}月"
    return f"{_SHORT[day.month - 1]} {day.year}"


def format_moment(at: datetime, language: str, time_zone: str) -> str:
    """An instant as the clock on the wall in `time_zone` showed it: `3 Nov 2026, 14:05`."""
    local = at.astimezone(ZoneInfo(time_zone))
    separator = " " if _is_chinese(language) else ", "
    return f"{format_day(local.date(), language)}{separator}{local.hour:02d}:{local.minute:02d}"


def format_number(number: Decimal | int | float, decimals: int = 0) -> str:
    """A count or a ratio, grouped by threes: `12,345`. Both languages write it alike."""
    if isinstance(number, int):
        return f"{number:,.{decimals}f}" if decimals else f"{number:,}"
    exact = number if isinstance(number, Decimal) else Decimal(str(number))
    return f"{exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP):,}"


def format_percent(percent: Decimal | int | float, decimals: int = 1) -> str:
    """A share given in percent (87.25, not 0.8725): `87.3%`."""
    return f"{format_number(percent, decimals)}%"


def format_bytes(size: int) -> str:
    """The size of a file: `812 B`, `14.2 kB`, `3.1 MB` (thousands, as file managers count)."""
    if size < _THOUSAND:
        return f"{size} B"
    amount, unit = size / _THOUSAND, "kB"
    for bigger in ("MB", "GB"):
        if amount < _THOUSAND:
            break
        amount, unit = amount / _THOUSAND, bigger
    return f"{amount:.1f} {unit}"


_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def format_user_agent(agent: str) -> str:
    """What a browser says of itself, in two words: `Firefox · Windows`. Unknown ones as they are.

    The order of the names matters: Edge also says Chrome, Chrome also says Safari, Android Linux.
    """
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return " · ".join(filter(None, (browser, system))) or agent[:60]
