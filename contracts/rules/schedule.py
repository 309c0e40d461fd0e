"""The payment schedule: shares that sum exactly, instalments that keep their day of the month."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from core.money import ZERO, minor_unit, split_evenly

#: Days or months between instalments, by frequency.
_DAYS: Final = {"WEEKLY": 7}
_MONTHS: Final = {"MONTHLY": 1, "QUARTERLY": 3}
_LAST_MONTH: Final = 12


class DoesNotFit(ValueError):
    """The shares cannot sum to the total. `left` is what the last share would have to be."""

    def __init__(self, left: Decimal) -> None:
        super().__init__(f"{left} would be left")
        self.left = left


@dataclass(frozen=True, slots=True)
class Share:
    """An amount of the schedule. A fixed one was set by hand and is left alone."""

    amount: Decimal
    is_fixed: bool = False


def equal_shares(total: Decimal, count: int, currency: str) -> tuple[Decimal, ...]:
    """Cut `total` into `count` shares that differ by at most one minor unit and sum to it.

    Raises DoesNotFit when there is not one minor unit for each, ValueError for no share.
    """
    shares = split_evenly(total, count, currency)
    if min(shares) <= 0:
        raise DoesNotFit(total - (count - 1) * minor_unit(currency))
    return shares


def instalment_days(start: dt.date, frequency: str, count: int) -> list[dt.date]:
    """The days of `count` instalments: the first on `start`, each next a week, month or quarter on.

    Months are counted from the first day, so that the 31st falls on the last day of a shorter
    month and comes back in a longer one: 31 January, 28 February, 31 March.
    """
    if count < 1:
        raise ValueError("A schedule has at least one instalment.")
    if frequency in _DAYS:
        return [start + dt.timedelta(days=_DAYS[frequency] * i) for i in range(count)]
    return [months_later(start, _MONTHS[frequency] * i) for i in range(count)]


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or that month's last day where it has no such day.

    Raises ValueError beyond the year 9999.
    """
    month = day.month - 1 + months
    year, month = day.year + month // _LAST_MONTH, month % _LAST_MONTH + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def balanced(shares: Sequence[Share], total: Decimal) -> tuple[Decimal, ...]:
    """The shares with the last free one changed so that all sum to `total`.

    Raises DoesNotFit when that one would not stay above zero, or when every share is fixed
    and they come to another sum (`left` is then the difference).
    """
    amounts = [share.amount for share in shares]
    free = [i for i, share in enumerate(shares) if not share.is_fixed]
    difference = total - sum(amounts, ZERO)
    if not free:
        if difference:
            raise DoesNotFit(difference)
        return tuple(amounts)
    last = free[-1]
    amounts[last] += difference
    if amounts[last] <= 0:
        raise DoesNotFit(amounts[last])
    return tuple(amounts)
