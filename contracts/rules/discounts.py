"""Which unit prices make a contract cheaper by an exact amount."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from contracts.rules.totals import DECIMALS, line_amounts
from core.money import ZERO, exact_split, minor_unit, round_money

_STEP: Final = Decimal(1).scaleb(-DECIMALS)
#: How many of the currency's smallest units a line may be off its share, nearest first.
_NEAR: Final = (0, 1, -1, 2, -2, 3, -3)


class NotExact(ValueError):
    """No unit prices come to this sum. `nearest` is a discount that some do come to."""

    def __init__(self, nearest: Decimal) -> None:
        super().__init__(f"nearest is {nearest}")
        self.nearest = nearest


@dataclass(frozen=True, slots=True)
class Priced:
    """A line as far as its price goes."""

    key: int
    quantity: Decimal
    unit_price: Decimal
    tax_percent: Decimal


def lowered(lines: Sequence[Priced], off: Decimal, currency: str) -> dict[int, Decimal]:
    """New unit prices that make the lines, with tax, cheaper by exactly `off`; by key.

    Each line gives its share of `off`. Because a line's net and tax are rounded, a line may
    have to give a cent more or less than its share; the others make up for it. Raises NotExact
    where no prices do, ValueError for lines that come to less than `off` or cost nothing.
    """
    costly = [line for line in lines if total_of(line, line.unit_price, currency) > 0]
    totals = [total_of(line, line.unit_price, currency) for line in costly]
    if not costly or not 0 < off <= sum(totals, ZERO):
        raise ValueError(f"{off} is not to be taken off these lines")
    unit = minor_unit(currency)
    prices: dict[int, Decimal] = {}
    carry = ZERO
    for line, total, share in zip(costly, totals, exact_split(off, totals, currency), strict=True):
        goal = total - share + carry
        price, got = _nearest(line, goal, unit, currency)
        prices[line.key] = price
        carry = goal - got
    return _made_up(costly, prices, carry, off, currency) if carry else prices


def _nearest(line: Priced, goal: Decimal, unit: Decimal, currency: str) -> tuple[Decimal, Decimal]:
    """A unit price for the total wished, or for one close by."""
    for near in _NEAR:
        price = price_for(line, goal + near * unit, currency)
        if price is not None:
            return price, goal + near * unit
    rate = 1 + line.tax_percent / 100
    price = (max(goal, ZERO) / rate / line.quantity).quantize(_STEP, rounding=ROUND_HALF_UP)
    return price, total_of(line, price, currency)


def _made_up(
    lines: Sequence[Priced],
    prices: dict[int, Decimal],
    carry: Decimal,
    off: Decimal,
    currency: str,
) -> dict[int, Decimal]:
    """Let one of the lines take what is left over."""
    for line in lines:
        goal = total_of(line, prices[line.key], currency) + carry
        price = price_for(line, goal, currency)
        if price is not None:
            return {**prices, line.key: price}
    raise NotExact(off + carry)


def total_of(line: Priced, price: Decimal, currency: str) -> Decimal:
    """What the line comes to at a unit price, with tax."""
    return sum(line_amounts(line.quantity, price, line.tax_percent, currency), ZERO)


def price_for(line: Priced, total: Decimal, currency: str) -> Decimal | None:
    """The unit price at which a line comes to exactly this total; None where none does."""
    if total < 0:
        return None
    unit = minor_unit(currency)
    around = round_money(total / (1 + line.tax_percent / 100), currency)
    for near in _NEAR[:5]:
        for price in _prices(line.quantity, around + near * unit):
            if price >= 0 and total_of(line, price, currency) == total:
                return price
    return None


def _prices(quantity: Decimal, net: Decimal) -> Iterator[Decimal]:
    price = (net / quantity).quantize(_STEP, rounding=ROUND_HALF_UP)
    yield price
    yield price - _STEP
    yield price + _STEP
