"""Totals of a contract: exact, each line rounded by itself, absurd figures refused by field."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.totals import (
    LARGEST_AMOUNT,
    Fault,
    line_amounts,
    line_faults,
    totals,
)

UNITS = {"JPY": 0, "CNY": 2, "EUR": 2, "KWD": 3}
# Quantities and prices as whole ten-thousandths, tax as whole thousandths of a percent.
QUANTITIES = st.integers(min_value=1, max_value=10**9)
PRICES = st.integers(min_value=0, max_value=10**12)
TAXES = st.integers(min_value=0, max_value=100_000)


def half_up(numerator: int, denominator: int) -> int:
    """Round a fraction of non-negative integers, halves up, without a decimal in sight."""
    return (2 * numerator + denominator) // (2 * denominator)


@given(
    currency=st.sampled_from(sorted(UNITS)),
    rows=st.lists(st.tuples(QUANTITIES, PRICES, TAXES), max_size=12),
)
def test_totals_are_the_sum_of_the_rounded_lines_in_whole_minor_units(
    currency: str, rows: list[tuple[int, int, int]]
) -> None:
    minor = 10 ** UNITS[currency]
    net_units = tax_units = 0
    lines = []
    for quantity, price, tax in rows:
        net = half_up(quantity * price * minor, 10**8)
        of_line = half_up(net * tax, 100 * 1000)
        net_units, tax_units = net_units + net, tax_units + of_line
        lines.append(
            line_amounts(
                Decimal(quantity).scaleb(-4),
                Decimal(price).scaleb(-4),
                Decimal(tax).scaleb(-3),
                currency,
            )
        )
        assert lines[-1] == (Decimal(net) / minor, Decimal(of_line) / minor)
    sums = totals(lines)
    assert (sums.net * minor, sums.tax * minor) == (net_units, tax_units)
    assert sums.gross * minor == net_units + tax_units


@pytest.mark.parametrize(
    ("currency", "net", "tax"),
    [("JPY", "1", "0"), ("CNY", "1.01", "0.06"), ("KWD", "1.005", "0.060")],
)
def test_each_currency_rounds_to_its_own_coin(currency: str, net: str, tax: str) -> None:
    found = line_amounts(Decimal(1), Decimal("1.0050"), Decimal(6), currency)
    assert found == (Decimal(net), Decimal(tax))


def test_rounding_is_per_line_so_that_the_column_adds_up_on_paper() -> None:
    third = line_amounts(Decimal("0.3333"), Decimal(10), Decimal(0), "CNY")
    assert third == (Decimal("3.33"), Decimal(0))
    assert totals([third] * 3).gross == Decimal("9.99")


def test_no_lines_cost_nothing() -> None:
    assert totals([]).gross == 0


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"quantity": Decimal(0)}, Fault.QUANTITY_NOT_POSITIVE),
        ({"quantity": Decimal(-1)}, Fault.QUANTITY_NOT_POSITIVE),
        ({"quantity": Decimal("NaN")}, Fault.QUANTITY_NOT_POSITIVE),
        ({"quantity": Decimal(10_000_001)}, Fault.QUANTITY_ABSURD),
        ({"quantity": Decimal("1.00001")}, Fault.QUANTITY_TOO_FINE),
        ({"unit_price": Decimal("-0.01")}, Fault.PRICE_NEGATIVE),
        ({"unit_price": LARGEST_AMOUNT + 1}, Fault.PRICE_ABSURD),
        ({"unit_price": Decimal(10) ** 11, "quantity": Decimal(11)}, Fault.PRICE_ABSURD),
        ({"unit_price": Decimal("0.00001")}, Fault.PRICE_TOO_FINE),
        ({"tax_percent": Decimal(-1)}, Fault.TAX_OUT_OF_RANGE),
        ({"tax_percent": Decimal(101)}, Fault.TAX_OUT_OF_RANGE),
        ({"tax_percent": Decimal("6.0001")}, Fault.TAX_TOO_FINE),
        ({"deliver_on": dt.date(2026, 1, 31)}, Fault.DELIVERY_BEFORE_START),
        ({"deliver_on": dt.date(2026, 7, 1)}, Fault.DELIVERY_AFTER_END),
        ({"deliver_on": dt.date(1926, 3, 1)}, Fault.DELIVERY_ABSURD),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_field(
    changed: dict[str, object], fault: Fault
) -> None:
    figures = {
        "quantity": Decimal(1),
        "unit_price": Decimal(100),
        "tax_percent": Decimal(6),
        "currency": "CNY",
        "deliver_on": dt.date(2026, 3, 1),
        "starts_on": dt.date(2026, 2, 1),
        "ends_on": dt.date(2026, 6, 30),
    }
    assert line_faults(**figures) == []  # type: ignore[arg-type]  # a mixed bag by design
    assert line_faults(**(figures | changed)) == [fault]  # type: ignore[arg-type]  # as above
    assert fault.field in changed
