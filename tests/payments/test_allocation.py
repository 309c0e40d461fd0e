"""The order in which a payment covers debts (民法典 560-561; BGB 366-367)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.rules.allocation import (
    AllocationLine,
    DebtParts,
    OpenItem,
    UnknownDesignation,
    plan_allocation,
    plan_fifo,
    split_payment,
)

D = Decimal
TODAY = date(2026, 6, 30)


def item(key: str, amount: str, due: date, **facts: Decimal) -> OpenItem[str]:
    return OpenItem(key, D(amount), due, **facts)


def plan(
    amount: str, *items: OpenItem[str], designation: list[str] | None = None
) -> list[tuple[str, str]]:
    lines = plan_allocation(
        D(amount), items, currency="CNY", on=TODAY, designation=designation or []
    )
    return [(line.key, str(line.amount)) for line in lines]


MAY = item("may", "100.00", date(2026, 5, 31))
JUNE = item("june", "100.00", date(2026, 6, 15))
JULY = item("july", "100.00", date(2026, 7, 15))


def test_the_earliest_due_is_paid_first() -> None:
    assert plan("150.00", JULY, JUNE, MAY) == [("may", "100.00"), ("june", "50.00")]


def test_the_debtors_designation_goes_before_everything() -> None:
    assert plan("150.00", MAY, JUNE, JULY, designation=["july"]) == [
        ("july", "100.00"),
        ("may", "50.00"),
    ]


def test_designated_debts_are_paid_in_the_order_named() -> None:
    assert plan("250.00", MAY, JUNE, JULY, designation=["july", "june"]) == [
        ("july", "100.00"),
        ("june", "100.00"),
        ("may", "50.00"),
    ]


def test_it_refuses_a_designation_of_something_else() -> None:
    with pytest.raises(UnknownDesignation, match="august"):
        plan("1.00", MAY, designation=["august"])


def test_a_debt_not_yet_due_waits_for_the_due_ones_even_when_unsecured() -> None:
    secured_due = item("due", "100.00", date(2026, 6, 1), secured=D(1))
    unsecured_not_due = item("later", "100.00", date(2026, 7, 1))
    assert plan("120.00", unsecured_not_due, secured_due) == [("due", "100.00"), ("later", "20.00")]


def test_the_least_secured_of_due_debts_goes_first() -> None:
    secured = item("secured", "100.00", date(2026, 1, 1), secured=D("0.5"))
    bare = item("bare", "100.00", date(2026, 6, 1))
    assert plan("100.00", secured, bare) == [("bare", "100.00")]


def test_the_heaviest_burden_goes_before_the_earliest_due() -> None:
    old = item("old", "100.00", date(2026, 1, 1), burden=D(4))
    costly = item("costly", "100.00", date(2026, 6, 1), burden=D(18))
    assert plan("100.00", old, costly) == [("costly", "100.00")]


def test_debts_equal_in_everything_share_in_proportion() -> None:
    # 100 over 300 and 100 of one day: 75 and 25.
    big, small = item("big", "300.00", TODAY), item("small", "100.00", TODAY)
    assert plan("100.00", big, small) == [("big", "75.00"), ("small", "25.00")]


def test_what_no_debt_can_take_stays_unallocated() -> None:
    assert plan("500.00", MAY) == [("may", "100.00")]
    assert plan("0.00", MAY) == []
    assert plan("5.00") == []


def test_a_paid_debt_gets_nothing_even_when_named() -> None:
    paid = item("paid", "0.00", date(2026, 1, 1))
    assert plan("50.00", paid, MAY, designation=["paid"]) == [("may", "50.00")]


def test_without_a_day_every_debt_counts_as_due() -> None:
    secured_now = item("now", "10.00", date(2026, 1, 1), secured=D(1))
    lines = plan_allocation(D("10.00"), [secured_now, JULY], currency="CNY")
    assert lines == [AllocationLine("july", D("10.00"))]


cents = st.integers(0, 10**7).map(lambda n: D(n) / 100)
debts = st.lists(
    st.builds(
        lambda amount, late, secured, burden: (amount, late, secured, burden),
        cents,
        st.integers(-60, 3),
        st.sampled_from((D(0), D("0.5"))),
        st.sampled_from((D(0), D(10))),
    ),
    max_size=12,
)


@given(cents, debts, st.data())
def test_it_never_gives_out_more_than_came_nor_more_than_is_open(
    amount: Decimal, raw: list[tuple[Decimal, int, Decimal, Decimal]], data: st.DataObject
) -> None:
    items = [
        OpenItem(key, open_amount, TODAY + timedelta(days=late), secured, burden)
        for key, (open_amount, late, secured, burden) in enumerate(raw)
    ]
    named = data.draw(st.lists(st.sampled_from(range(len(items))), max_size=3)) if items else []
    lines = plan_allocation(amount, items, currency="EUR", on=TODAY, designation=named)
    by_key = {line.key: line.amount for line in lines}
    assert len(by_key) == len(lines), "one line per debt"
    assert all(value > 0 and value == round(value, 2) for value in by_key.values())
    assert all(by_key[key] <= items[key].open_amount for key in by_key)
    # Everything that can be allocated is.
    assert sum(by_key.values()) == min(amount, sum((i.open_amount for i in items), D(0)))


@given(st.lists(cents, max_size=8), st.lists(cents, max_size=8))
def test_the_bulk_walk_agrees_with_one_payment_after_the_other(
    credits: list[Decimal], owed: list[Decimal]
) -> None:
    left = list(owed)
    expected = []
    for number, amount in enumerate(credits):
        rest = amount
        for key, still_open in enumerate(list(left)):
            part = min(rest, still_open)
            if part > 0:
                expected.append((number, key, part))
                left[key] -= part
                rest -= part
    assert list(plan_fifo(enumerate(credits), enumerate(owed))) == expected


# --- Inside one debt --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("10", DebtParts(D(10), D(0), D(0))),
        ("30", DebtParts(D(20), D(10), D(0))),
        ("100", DebtParts(D(20), D(30), D(50))),
        ("9999", DebtParts(D(20), D(30), D(1000))),
        ("0", DebtParts(D(0), D(0), D(0))),
    ],
)
def test_costs_come_before_interest_and_interest_before_principal(
    amount: str, expected: DebtParts
) -> None:
    debt = DebtParts(costs=D(20), interest=D(30), principal=D(1000))
    assert split_payment(D(amount), debt) == expected


@given(cents, cents, cents, cents)
def test_a_split_payment_is_whole(
    amount: Decimal, costs: Decimal, interest: Decimal, principal: Decimal
) -> None:
    debt = DebtParts(costs, interest, principal)
    assert split_payment(amount, debt).total == min(amount, debt.total)
