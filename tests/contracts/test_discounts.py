"""Unit prices for an exact discount, and how much later money falls due."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.rules.amendments import longest_delay
from contracts.rules.discounts import NotExact, Priced, lowered, total_of
from core.money import ZERO

DAY = dt.date(2026, 1, 1)


def on(day: int, amount: int) -> tuple[dt.date, Decimal]:
    return DAY + dt.timedelta(days=day), Decimal(amount)


@given(
    lines=st.lists(
        st.tuples(
            st.integers(1, 40), st.integers(1_000, 900_000), st.sampled_from([0, 6, 9, 13, 20])
        ),
        min_size=1,
        max_size=6,
    ),
    share=st.integers(1, 99),
)
def test_the_lines_become_cheaper_by_exactly_that(
    lines: list[tuple[int, int, int]], share: int
) -> None:
    priced = [
        Priced(key, Decimal(quantity), Decimal(cents) / 100, Decimal(tax))
        for key, (quantity, cents, tax) in enumerate(lines)
    ]

    def total(prices: dict[int, Decimal]) -> Decimal:
        return sum(
            (total_of(one, prices.get(one.key, one.unit_price), "CNY") for one in priced), ZERO
        )

    whole = total({})
    off = (whole * share / 100).quantize(Decimal("0.01"))
    nearest = None
    try:
        prices = lowered(priced, off, "CNY")
    except NotExact as error:
        nearest = error.nearest
    if nearest is None:
        assert whole - total(prices) == off
        assert all(price >= 0 for price in prices.values())
    else:  # the sum it names instead is close by
        assert abs(nearest - off) < 1


def test_each_line_gives_its_share() -> None:
    lines = [
        Priced(1, Decimal(1), Decimal(600), ZERO),
        Priced(2, Decimal(2), Decimal(200), ZERO),
        Priced(3, Decimal(1), ZERO, ZERO),
    ]
    assert lowered(lines, Decimal(100), "CNY") == {1: Decimal(540), 2: Decimal(180)}


def test_a_sum_that_tax_rounds_past_is_named_with_the_nearest() -> None:
    # At 100% tax a line comes to an even number of cents.
    line = Priced(1, Decimal(1), Decimal(10), Decimal(100))
    with pytest.raises(NotExact) as told:
        lowered([line], Decimal("0.01"), "CNY")
    assert told.value.nearest in {ZERO, Decimal("0.02")}


@pytest.mark.parametrize("off", [ZERO, Decimal(-1), Decimal(11)])
def test_more_than_there_is_cannot_be_taken_off(off: Decimal) -> None:
    with pytest.raises(ValueError, match="not to be taken off"):
        lowered([Priced(1, Decimal(1), Decimal(10), ZERO)], off, "CNY")


@pytest.mark.parametrize(
    ("before", "after", "days"),
    [
        ([on(30, 500), on(60, 500)], [on(30, 500), on(60, 500)], 0),
        ([on(30, 500), on(60, 500)], [on(30, 500), on(90, 500)], 30),
        ([on(30, 1000)], [on(30, 500), on(50, 500)], 20),  # half of it later
        ([on(30, 500), on(60, 500)], [on(60, 1000)], 30),
        ([on(30, 500), on(60, 500)], [on(10, 1000)], 0),  # sooner is never later
        ([on(30, 500), on(60, 500)], [on(30, 500), on(60, 400)], 0),  # given up at the end
        ([on(30, 500), on(60, 500)], [on(30, 400), on(60, 500)], 0),  # or at the beginning
        ([on(30, 500)], [on(30, 500), on(90, 200)], 0),  # what is added is not late
        ([], [on(30, 5)], 0),
    ],
)
def test_any_part_of_the_money_that_comes_later_counts(
    before: list[tuple[dt.date, Decimal]], after: list[tuple[dt.date, Decimal]], days: int
) -> None:
    assert longest_delay(before, after) == days
