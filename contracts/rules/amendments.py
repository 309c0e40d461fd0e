"""How far an amendment goes, and who may let it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from core.money import ZERO


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
