"""When a client is visited again, and how content clients are. Days and counts, nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from core.dates import add_months, business_day_on_or_after, month_start

SATISFIED_FROM: Final = 4
UNHAPPY_UP_TO: Final = 2
SCORES: Final = (1, 2, 3, 4, 5)
_ONE_DAY: Final = dt.timedelta(days=1)


def next_revisit(*, last: dt.date, interval_days: int, on: dt.date, country: str = "") -> dt.date:
    """The day of the next revisit: `interval_days` after the last, on a working day.

    Always after `on`, the day on which it is planned: what was late once is not planned late
    again, however long ago the last visit was. Raises ValueError for an interval below one day.
    """
    if interval_days < 1:
        raise ValueError("A revisit comes at least a day after the last.")
    wanted = last + dt.timedelta(days=interval_days)
    return business_day_on_or_after(max(wanted, on + _ONE_DAY), country)


def is_unhappy(*, score: int, wants_to_complain: bool) -> bool:
    """Whether an answer is a complaint by itself."""
    return wants_to_complain or score <= UNHAPPY_UP_TO


@dataclass(frozen=True, slots=True)
class Csat:
    """How many answered, and how many of them with four or five."""

    answers: int
    satisfied: int

    @property
    def percent(self) -> Decimal | None:
        """The share of fours and fives in percent, to one place; None where nobody answered."""
        if not self.answers:
            return None
        share = Decimal(100 * self.satisfied) / Decimal(self.answers)
        return share.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def csat_of(scores: list[int]) -> Csat:
    """CSAT of single scores."""
    return Csat(len(scores), sum(score >= SATISFIED_FROM for score in scores))


def months_between(first: dt.date, last: dt.date) -> list[dt.date]:
    """The first days of the months from one day's month to another's, both included."""
    months, month = [], month_start(first)
    while month <= last:
        months.append(month)
        month = add_months(month, 1)
    return months


def may_ask_again(*, last_on: dt.date | None, gap_days: int, on: dt.date) -> dt.date | None:
    """None when a client may be asked on a day; else the first day on which it may."""
    if last_on is None or on >= last_on + dt.timedelta(days=gap_days):
        return None
    return last_on + dt.timedelta(days=gap_days)
