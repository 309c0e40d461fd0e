"""Days as people say them in a mail: "by Friday", "月底前", counted from the day of the mail."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

IsWorking = Callable[[dt.date], bool]
_SATURDAY: Final = 5
_FRIDAY: Final = 4
_MONTHS_OF_YEAR: Final = 12
_FAR: Final = 300
_MOST_DAYS: Final = 366


def weekdays_only(day: dt.date) -> bool:
    """A calendar without holidays."""
    return day.weekday() < _SATURDAY


@dataclass(frozen=True, slots=True)
class Said:
    """A day somebody named; `day` is None when the words name one without saying which."""

    day: dt.date | None


_WEEKDAYS: Final = "monday tuesday wednesday thursday friday saturday sunday".split()  # noqa: SIM905  # shorter
_MONTHS: Final = [name.lower() for name in calendar.month_name]
_NUMBERS: Final = {
    "a": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
}
_DAY: Final = r"(mon|tues|wednes|thurs|fri|satur|sun)day|(mon|tue|wed|thu|fri)\b\.?"
_MONTH: Final = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
_COUNT: Final = rf"(\d{{1,3}}|{'|'.join(_NUMBERS)})"
_ENGLISH: Final = re.IGNORECASE


def _week_start(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def _month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _month_later(day: dt.date, months: int) -> dt.date:
    index = day.year * _MONTHS_OF_YEAR + day.month - 1 + months
    return dt.date(index // _MONTHS_OF_YEAR, index % _MONTHS_OF_YEAR + 1, 1)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _coming(said_on: dt.date, month: int, day: int) -> dt.date | None:
    """The next such day; None when that is so far away that last month's was meant."""
    found = _date(said_on.year, month, day)
    if found is not None and found < said_on:
        found = _date(said_on.year + 1, month, day)
    if found is None or (found - said_on).days > _FAR:
        return None
    return found


def _day_of_month(said_on: dt.date, day: int) -> dt.date | None:
    found = _date(said_on.year, said_on.month, day)
    if found is None or found < said_on:
        later = _month_later(said_on, 1)
        found = _date(later.year, later.month, day)
    return found


def _working_days(said_on: dt.date, count: int, is_working: IsWorking) -> dt.date | None:
    if count > _MOST_DAYS:
        return None
    day = said_on
    while count > 0:
        day += dt.timedelta(days=1)
        count -= is_working(day)
    return day


def _last_working(day: dt.date, is_working: IsWorking) -> dt.date:
    for _ in range(_MONTHS_OF_YEAR):
        if is_working(day):
            break
        day -= dt.timedelta(days=1)
    return day


def _weekday(said_on: dt.date, index: int, which: str) -> dt.date:
    """ "Friday" is the next one, "this Friday" this week's, "next Friday" next week's."""
    if which in {"next", "下", "下个"}:
        return _week_start(said_on) + dt.timedelta(days=7 + index)
    if which in {"下下", "下下个"}:
        return _week_start(said_on) + dt.timedelta(days=14 + index)
    ahead = (index - said_on.weekday()) % 7
    if ahead == 0 and which not in {"this", "本", "这", "这个"}:
        ahead = 7
    return said_on + dt.timedelta(days=ahead)


# --- English ------------------------------------------------------------------------------------

Reader = Callable[[re.Match[str], dt.date, IsWorking], dt.date | None]


def _count(text: str) -> int:
    return int(text) if text.isdecimal() else _NUMBERS[text.lower()]


def _month_of(text: str) -> int:
    return next(n for n, name in enumerate(_MONTHS) if n and name.startswith(text.lower()[:3]))


def _year_or_coming(said_on: dt.date, year: str | None, month: int, day: int) -> dt.date | None:
    return _date(int(year), month, day) if year else _coming(said_on, month, day)


def _en_in(m: re.Match[str], said_on: dt.date, is_working: IsWorking) -> dt.date | None:
    count, unit = _count(m[1]), m[3].lower()
    if m[2]:
        return _working_days(said_on, count, is_working)
    if count > _MOST_DAYS:
        return None
    if unit == "month":
        later = _month_later(said_on, count)
        return later.replace(day=min(said_on.day, _month_end(later).day))
    return said_on + dt.timedelta(days=count * (7 if unit == "week" else 1))


def _en_weekday(m: re.Match[str], said_on: dt.date, _: IsWorking) -> dt.date | None:
    name = (m[2] or m[3] or "").lower().strip(".")[:3]
    index = next(n for n, one in enumerate(_WEEKDAYS) if one.startswith(name))
    which = (m[1] or "").lower()
    return _weekday(said_on, index, "next" if which == "next" else which)


def _en_week(m: re.Match[str], said_on: dt.date, _: IsWorking) -> dt.date | None:
    start = _week_start(said_on) + dt.timedelta(days=7 if m[2].lower() == "next" else 0)
    early = (m[1] or "").lower()
    return start + dt.timedelta(days=1 if early in {"early", "beginning"} else _FRIDAY)


def _en_month(m: re.Match[str], said_on: dt.date, _: IsWorking) -> dt.date | None:
    first = _month_later(said_on, 1 if m[2].lower() == "next" else 0)
    return _part_of_month(first, m[1] or "")


def _en_named_month(m: re.Match[str], said_on: dt.date, _: IsWorking) -> dt.date | None:
    month = _month_of(m[2])
    year = said_on.year + (month < said_on.month)
    return _part_of_month(dt.date(year, month, 1), m[1])


def _part_of_month(first: dt.date, part: str) -> dt.date:
    word = part.lower().strip(" -")
    if word.startswith(("early", "beginning", "start", "初", "上旬")):
        return first.replace(day=10)
    if word.startswith(("mid", "中")):
        return first.replace(day=15 if "旬" not in word else 20)
    return _month_end(first)


def _slashed(m: re.Match[str], said_on: dt.date, _: IsWorking) -> dt.date | None:
    """Day and month in either order; None where both orders are a date."""
    first, second = int(m[1]), int(m[2])
    year = int(m[3]) if m[3] else said_on.year
    if m[3] and len(m[3]) == 2:  # noqa: PLR2004  # a year of two digits
        year += 2000
    if second > _MONTHS_OF_YEAR:
        return _date(year, first, second)
    if first > _MONTHS_OF_YEAR or first == second or "." in m[0]:
        return _date(year, second, first)
    return None


def _always(days: int) -> Reader:
    return lambda _m, said_on, _w: said_on + dt.timedelta(days=days)


_EN_PART: Final = r"(?:the )?(early|beginning of|start of|middle of|mid|end of|late)?[ -]?"
_ENGLISH_DAYS: Final[tuple[tuple[re.Pattern[str], Reader], ...]] = tuple(
    (re.compile(pattern, _ENGLISH), reader)
    for pattern, reader in (
        (
            r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b",
            lambda m, _s, _w: _date(int(m[1]), int(m[2]), int(m[3])),
        ),
        (r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4}|\d{2})\b", _slashed),
        (
            rf"\b(\d{{1,2}})(?:st|nd|rd|th)?[ -](?:of )?{_MONTH}(?:,? ?-?(\d{{4}}))?",
            lambda m, s, _w: _year_or_coming(s, m[3], _month_of(m[2]), int(m[1])),
        ),
        (
            rf"\b{_MONTH}\.? (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?\b(?!,?\d)(?:,? (\d{{4}})\b)?",
            lambda m, s, _w: _year_or_coming(s, m[3], _month_of(m[1]), int(m[2])),
        ),
        (r"\bday after tomorrow\b", _always(2)),
        (r"\btomorrow\b", _always(1)),
        (
            r"\b(today|tonight|end of (the )?day|eod|cob|close of business)\b(?! (on )?(mon|tue"
            r"|wed|thu|fri))",
            _always(0),
        ),
        (
            rf"\b(?:within|in)(?: the next)? {_COUNT}\s*((?:working|business|banking) )?(day|week"
            rf"|month)s?\b",
            _en_in,
        ),
        (
            rf"\b{_COUNT}\s*((?:working|business|banking) )?(day|week|month)s? from (?:now"
            rf"|today)\b",
            _en_in,
        ),
        (
            r"\blast (?:working|business) day of (?:this|the) month\b",
            lambda _m, s, w: _last_working(_month_end(s), w),
        ),
        (rf"\b(?:(this|next|coming) )?(?:{_DAY})", _en_weekday),
        (rf"\b{_EN_PART}(next|this|the coming) week\b", _en_week),
        (
            r"\b(end of) (the) week\b|\beow\b",
            lambda _m, s, _w: _week_start(s) + dt.timedelta(days=_FRIDAY),
        ),
        (rf"\b{_EN_PART}(next|this|the coming) month\b", _en_month),
        (
            r"\b(?:end of (?:the )?month|month[ -]end|eom|the month is out)\b",
            lambda _m, s, _w: _month_end(s),
        ),
        (
            rf"\b(early|beginning of|start of|middle of|mid|end of|late)[ -]{_MONTH}",
            _en_named_month,
        ),
        (
            r"\b(?:end of (?:the|this) year|year[ -]end)\b",
            lambda _m, s, _w: dt.date(s.year, 12, 31),
        ),
        (
            rf"\b(?:in|during) ()(?:the month of )?{_MONTH}",
            _en_named_month,
        ),
        (
            r"\b(?:on|by|before) the (\d{1,2})(?:st|nd|rd|th)\b",
            lambda m, s, _w: _day_of_month(s, int(m[1])),
        ),
    )
)

# --- Chinese ------------------------------------------------------------------------------------

_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "几": 0}
_ZH_NUMBER: Final = r"(\d{1,3}|[一二两三四五六七八九十]{1,3})"
_ZH_WEEKDAYS: Final = {**{c: n for n, c in enumerate("一二三四五六")}, "日": 6, "天": 6, "末": 4}
_ZH_PART: Final = r"(初|上旬|中旬|中|下旬|底|末|内|份)?"


def chinese_number(text: str) -> int:
    """15 for 十五 and for 15; up to 99."""
    if text.isdecimal():
        return int(text)
    tens, has_ten, ones = text.partition("十")
    if not has_ten:
        return _DIGITS.get(text[-1], 0)
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)


def _zh_date(m: re.Match[str], said_on: dt.date, _: IsWorking) -> dt.date | None:
    month, day = chinese_number(m[2]), chinese_number(m[3])
    return _year_or_coming(said_on, m[1], month, day) if month else None


def _zh_month_part(m: re.Match[str], said_on: dt.date, _: IsWorking) -> dt.date | None:
    month = chinese_number(m[1])
    if not 1 <= month <= _MONTHS_OF_YEAR:
        return None
    first = dt.date(said_on.year + (month < said_on.month), month, 1)
    return _part_of_month(first, m[2] or "")


def _zh_next_month(m: re.Match[str], said_on: dt.date, _: IsWorking) -> dt.date | None:
    first = _month_later(said_on, 1)
    if m[1]:
        return _date(first.year, first.month, chinese_number(m[1]))
    return _part_of_month(first, m[2] or "")


def _zh_week(m: re.Match[str], said_on: dt.date, _: IsWorking) -> dt.date | None:
    weeks = {"下下": 14, "下": 7}.get(m[1].rstrip("个"), 0)
    return _week_start(said_on) + dt.timedelta(days=weeks + (1 if m[2] == "初" else _FRIDAY))


def _zh_in(m: re.Match[str], said_on: dt.date, is_working: IsWorking) -> dt.date | None:
    count = chinese_number(m[1])
    if "工作日" in m[2]:
        return _working_days(said_on, count, is_working)
    if "月" in m[2]:
        later = _month_later(said_on, count)
        return later.replace(day=min(said_on.day, _month_end(later).day))
    return said_on + dt.timedelta(
        days=count * (7 if m[2] in {"周", "个星期", "星期", "个礼拜"} else 1)
    )


_CHINESE_DAYS: Final[tuple[tuple[re.Pattern[str], Reader], ...]] = tuple(
    (re.compile(pattern), reader)
    for pattern, reader in (
        (
            r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)",
            lambda m, _s, _w: _date(int(m[1]), int(m[2]), int(m[3])),
        ),
        (rf"(?:(\d{{4}})年)?{_ZH_NUMBER}月{_ZH_NUMBER}[日号號]", _zh_date),
        (r"大后天|大後天", _always(3)),
        (r"后天|後天", _always(2)),
        (r"明天|明日|明早", _always(1)),
        (r"今天|今日|今晚|当天", _always(0)),
        (
            rf"{_ZH_NUMBER}(个工作日|工作日|个月|个星期|星期|个礼拜|周|天|日)(?:之内|以内|内|之后"
            rf"|后)",
            _zh_in,
        ),
        (
            r"(下下个?|下个?|本|这个?)?(?:周|星期|礼拜)([一二三四五六日天])",
            lambda m, s, _w: _weekday(s, _ZH_WEEKDAYS[m[2]], (m[1] or "").rstrip("个")),
        ),
        (r"(下下个?|下个?|本|这个?)(?:周|星期|礼拜)(初|中|末|底|内|之内)?", _zh_week),
        (
            r"(?<![一二三四五六七八九十\d])周(末)",
            lambda _m, s, _w: _week_start(s) + dt.timedelta(days=_FRIDAY),
        ),
        (rf"下个?月(?:{_ZH_NUMBER}[日号號])?{_ZH_PART}", _zh_next_month),
        (
            rf"(?:本|这个?|当)月{_ZH_NUMBER}[日号號]",
            lambda m, s, _w: _date(s.year, s.month, chinese_number(m[1])),
        ),
        (rf"{_ZH_NUMBER}月(?:份)?(初|上旬|中旬|中|下旬|底|末)", _zh_month_part),
        (
            r"(?:本|这个?|当)?月(?:底|末)|(?:本|这个?)月(?:之?内|以内)?(?![初中上下])",
            lambda _m, s, _w: _month_end(s),
        ),
        (
            rf"(?<![月\d]){_ZH_NUMBER}日(?=前|之前|以前|左右|到账|付|打|支付|汇|安排)",
            lambda m, s, _w: _day_of_month(s, chinese_number(m[1])),
        ),
        (
            rf"(?<![月\d]){_ZH_NUMBER}[号號](?!合同|订单|发票|单|楼|店|线)",
            lambda m, s, _w: _day_of_month(s, chinese_number(m[1])),
        ),
        (r"年底|年末|年内", lambda _m, s, _w: dt.date(s.year, 12, 31)),
        (r"春节前|过年前|年前|国庆前|节前|季度末|季末", lambda _m, _s, _w: None),
    )
)


def day_said(
    sentence: str, *, said_on: dt.date, is_working: IsWorking = weekdays_only
) -> Said | None:
    """The day that a sentence names, or None. The last one named in the order of preciseness."""
    for pattern, reader in (*_ENGLISH_DAYS, *_CHINESE_DAYS):
        match = pattern.search(sentence)
        if match is not None:
            return Said(reader(match, said_on, is_working))
    return None
