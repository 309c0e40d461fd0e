"""How far an amendment goes, and who may let it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from typing import Any, Final

from core.money import ZERO

#: Nobody gives more time than this; a larger figure is a slip of the hand.
MOST_DAYS: Final = 7305


@dataclass(frozen=True, slots=True)
class Limit:
    """How far a role may go: percent of the price given up, days given."""

    discount_percent: Decimal = ZERO
    extension_days: int = 0

    def covers(self, discount_percent: Decimal, days: int) -> bool:
        """Whether both stay within it."""
        return discount_percent <= self.discount_percent and days <= self.extension_days


def discount_percent(before: Decimal, after: Decimal) -> Decimal:
    """How much of the price is given up, in percent, rounded up to two decimals; 0 for a rise.

    Rounded up, so that a discount a hair above a limit is above it.
    """
    if after >= before:
        return ZERO
    return ((before - after) * 100 / before).quantize(Decimal("0.01"), rounding=ROUND_UP)


def roles_that_may(
    limits: Mapping[str, Limit], *, discount_percent: Decimal, days: int
) -> tuple[str, ...]:
    """The roles whose limit covers it, in the order given."""
    return tuple(role for role, limit in limits.items() if limit.covers(discount_percent, days))


# --- Days given ----------------------------------------------------------------------------------

Payment = tuple[dt.date, Decimal]


def days_given(before: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    """How many days later the contract ends, or money falls due; whichever is more, never below 0.

    Both are contents of versions, as `contracts.selectors.texts.contract_content` makes them.
    """
    ends = [content["terms"]["ends_on"] for content in (before, after)]
    longer = (_day(ends[1]) - _day(ends[0])).days if all(ends) else 0
    return max(0, longer, longest_delay(_payments(before), _payments(after)))


def longest_delay(before: Sequence[Payment], after: Sequence[Payment]) -> int:
    """By how many days any part of the money comes later.

    Both are laid out in the order of their days and compared unit by unit: so a payment split in
    two, with half of it later, is later. Where the sums differ, money is given up or added at one
    end; the kinder of both readings counts, from the first payment on or from the last back.
    """
    return min(
        _walk(sorted(before), sorted(after)),
        _walk(sorted(before, reverse=True), sorted(after, reverse=True)),
    )


def _walk(before: Sequence[Payment], after: Sequence[Payment]) -> int:
    worst, old, new = 0, list(before), list(after)
    while old and new:
        (was, old_left), (now, new_left) = old[0], new[0]
        worst = max(worst, (now - was).days)
        step = min(old_left, new_left)
        for rows, day, left in ((old, was, old_left), (new, now, new_left)):
            if left == step:
                rows.pop(0)
            else:
                rows[0] = (day, left - step)
    return worst


def _payments(content: Mapping[str, Any]) -> list[Payment]:
    """When money is expected: a milestone with its line's delivery, a prepayment at the start."""
    found = []
    for entry in content["schedule"]:
        day = entry["due_on"] or _expected(entry, content)
        if day:
            found.append((_day(day), Decimal(entry["amount"])))
    return found


def _expected(entry: Mapping[str, Any], content: Mapping[str, Any]) -> str | None:
    terms, place = content["terms"], entry["line"]
    delivered = content["lines"][place - 1]["deliver_on"] if place else None
    day: str | None = (delivered or terms["ends_on"]) if place else terms["starts_on"]
    return day


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
