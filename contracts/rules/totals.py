"""What a contract costs: each line is rounded by itself, the price is the sum of the lines.

A line's net is quantity x unit price, rounded once to the currency. Its tax is the percentage of
that rounded net, rounded once. Totals only add what the lines print, so whoever adds up the
column on paper comes to the printed sum.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import Enum
from typing import Final

from core.money import ZERO, round_money

#: More than this on one contract is a slip of the hand. Far below what the column holds.
LARGEST_AMOUNT: Final = Decimal(10) ** 12
LARGEST_QUANTITY: Final = Decimal(10) ** 7
#: Quantities and unit prices carry this many decimals, in any currency.
DECIMALS: Final = 4
TAX_DECIMALS: Final = 3
MOST_TAX: Final = Decimal(100)
EARLIEST: Final = dt.date(2000, 1, 1)
LATEST: Final = dt.date(2100, 12, 31)

# 60 digits: a product of a 16-digit and an 18-digit figure is exact.
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)


class Fault(Enum):
    """What is wrong with a line: the field at fault and why."""

    QUANTITY_NOT_POSITIVE = "quantity:positive"
    QUANTITY_ABSURD = "quantity:absurd"
    QUANTITY_TOO_FINE = "quantity:fine"
    PRICE_NEGATIVE = "unit_price:negative"
    PRICE_ABSURD = "unit_price:absurd"
    PRICE_TOO_FINE = "unit_price:fine"
    TAX_OUT_OF_RANGE = "tax_percent:range"
    TAX_TOO_FINE = "tax_percent:fine"
    DELIVERY_BEFORE_START = "deliver_on:start"
    DELIVERY_AFTER_END = "deliver_on:end"
    DELIVERY_ABSURD = "deliver_on:absurd"

    @property
    def field(self) -> str:
        """The name of the field at fault."""
        return self.value.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of the lines' rounded figures."""

    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        """What is to be paid: the contract price."""
        return self.net + self.tax


def line_amounts(
    quantity: Decimal, unit_price: Decimal, tax_percent: Decimal, currency: str
) -> tuple[Decimal, Decimal]:
    """Net and tax of one line, in whole minor units of the currency, halves away from zero.

    Raises core.money.UnknownCurrency, and TypeError for a float.
    """
    net = round_money(_EXACT.multiply(quantity, unit_price), currency)
    tax = round_money(_EXACT.multiply(net, tax_percent).scaleb(-2, _EXACT), currency)
    return net, tax


def totals(lines: Iterable[tuple[Decimal, Decimal]]) -> Totals:
    """The sum of lines given as (net, tax)."""
    net, tax = ZERO, ZERO
    for line_net, line_tax in lines:
        net, tax = _EXACT.add(net, line_net), _EXACT.add(tax, line_tax)
    return Totals(net, tax)


def line_faults(
    *,
    quantity: Decimal,
    unit_price: Decimal,
    tax_percent: Decimal,
    currency: str,
    deliver_on: dt.date | None = None,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> list[Fault]:
    """Everything that keeps a line from being written; empty when it may be."""
    faults = [
        *_figure_faults(quantity, unit_price, tax_percent),
        *day_faults(deliver_on, starts_on=starts_on, ends_on=ends_on),
    ]
    if not faults:
        net, tax = line_amounts(quantity, unit_price, tax_percent, currency)
        if net + tax > LARGEST_AMOUNT:
            faults.append(Fault.PRICE_ABSURD)
    return faults


def _figure_faults(quantity: Decimal, price: Decimal, tax: Decimal) -> list[Fault]:
    found = (
        _quantity_fault(quantity),
        _price_fault(price),
        _tax_fault(tax),
    )
    return [fault for fault in found if fault]


def _quantity_fault(quantity: Decimal) -> Fault | None:
    if not quantity.is_finite() or quantity <= 0:
        return Fault.QUANTITY_NOT_POSITIVE
    if quantity > LARGEST_QUANTITY:
        return Fault.QUANTITY_ABSURD
    return Fault.QUANTITY_TOO_FINE if _decimals(quantity) > DECIMALS else None


def _price_fault(price: Decimal) -> Fault | None:
    if not price.is_finite() or price < 0:
        return Fault.PRICE_NEGATIVE
    if price > LARGEST_AMOUNT:
        return Fault.PRICE_ABSURD
    return Fault.PRICE_TOO_FINE if _decimals(price) > DECIMALS else None


def _tax_fault(tax: Decimal) -> Fault | None:
    if not tax.is_finite() or not 0 <= tax <= MOST_TAX:
        return Fault.TAX_OUT_OF_RANGE
    return Fault.TAX_TOO_FINE if _decimals(tax) > TAX_DECIMALS else None


def day_faults(
    day: dt.date | None, *, starts_on: dt.date | None, ends_on: dt.date | None
) -> list[Fault]:
    """What is wrong with a delivery date against the time the contract runs."""
    if day is None:
        return []
    if not EARLIEST <= day <= LATEST:
        return [Fault.DELIVERY_ABSURD]
    if starts_on and day < starts_on:
        return [Fault.DELIVERY_BEFORE_START]
    if ends_on and day > ends_on:
        return [Fault.DELIVERY_AFTER_END]
    return []


def _decimals(figure: Decimal) -> int:
    exponent = figure.normalize(_EXACT).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
