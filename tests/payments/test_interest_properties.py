"""What holds for every calculation of interest, whatever the ledger."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from core.money import minor_unit
from payments.rules.interest import (
    Imputation,
    InterestCalculation,
    InterestTerms,
    Movement,
    late_payment_interest,
)
from payments.rules.presets import ReferenceRule
from tests.payments.shipped import RATES, terms

D = Decimal
NOTHING = D(0)
START, END = date(2020, 1, 2), date(2025, 12, 30)

AGREED = (
    lambda currency: terms("us_contract", currency, agreed_rate=D("7.3")),
    lambda currency: terms("us_contract", currency, agreed_rate=D("12.345"), basis=360),
)
ALL = (
    *AGREED,
    lambda currency: terms("de_288", currency),
    lambda currency: terms("eu_2011_7", currency),
    lambda currency: terms("uk_lpcdia", currency),
    lambda currency: terms("cn_sale_default", currency),
)
Make = Callable[[str], InterestTerms]

days = st.dates(START, END)
currencies = st.sampled_from(("EUR", "JPY", "KWD"))
units = st.integers(0, 10**9)


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[str, Decimal, list[Movement]]:
    """A currency, a principal and movements, with some reversed later."""
    currency = draw(currencies)
    unit = minor_unit(currency)
    principal = draw(units) * unit
    movements: list[Movement] = []
    for _ in range(draw(st.integers(0, 5))):
        movement = Movement(draw(days), draw(st.integers(0, 10**9)) * unit)
        movements.append(movement)
        if draw(st.booleans()):
            back = movement.on + timedelta(days=draw(st.integers(0, 300)))
            movements.append(Movement(back, -movement.amount))
    return currency, principal, movements


def reckon(
    how: InterestTerms,
    principal: Decimal,
    due_on: date,
    until: date,
    movements: list[Movement],
    *,
    disputed: Decimal = NOTHING,
) -> InterestCalculation:
    return late_payment_interest(
        principal=principal,
        due_on=due_on,
        movements=movements,
        until=until,
        terms=how,
        rates=RATES,
        disputed=disputed,
    )


Ledger = tuple[str, Decimal, list[Movement]]


@given(ledgers(), st.sampled_from(ALL), days, days)
def test_lines_sum_to_the_total_and_follow_each_other(
    ledger: Ledger, make: Make, due_on: date, until: date
) -> None:
    currency, principal, movements = ledger
    calculation = reckon(make(currency), principal, due_on, until, movements)
    assert sum((line.amount for line in calculation.lines), D(0)) == calculation.total
    assert sum((line.exact for line in calculation.lines), Fraction(0)) == calculation.exact_total
    unit = minor_unit(currency)
    assert abs(Fraction(calculation.total) - calculation.exact_total) <= Fraction(unit) / 2
    last = calculation.first_day - timedelta(days=1)
    for line in calculation.lines:
        assert last < line.first <= line.last <= until
        assert line.days == (line.last - line.first).days + 1
        assert 0 < line.principal <= principal
        assert abs(Fraction(line.amount) - line.exact) < Fraction(unit)
        last = line.last


@given(ledgers(), st.sampled_from(ALL), days, st.integers(0, 400), st.integers(0, 10**9))
def test_it_equals_the_sum_of_single_days(
    ledger: Ledger, make: Make, due_on: date, length: int, disputed_units: int
) -> None:
    """The slow way: every day by itself, on what was open when it began."""
    currency, principal, movements = ledger
    disputed = disputed_units * minor_unit(currency)
    until = min(due_on + timedelta(days=length), END)
    how = make(currency)
    calculation = reckon(how, principal, due_on, until, movements, disputed=disputed)
    expected, day = Fraction(0), calculation.first_day
    while day <= until:
        paid = sum((m.amount for m in movements if m.on < day), D(0))
        still_open = min(max(principal - paid, D(0)), principal)
        expected += Fraction(max(still_open - disputed, D(0))) * _per_day(calculation, how, day)
        day += timedelta(days=1)
    assert calculation.exact_total == expected


def _per_day(calculation: InterestCalculation, how: InterestTerms, day: date) -> Fraction:
    rule = how.preset.rate
    if how.agreed_rate is not None:
        percent = how.agreed_rate
    else:
        assert isinstance(rule, ReferenceRule)
        on = day if rule.fixing == "floating" else calculation.first_day
        percent = RATES.on(rule.series, on).percent * rule.multiplier + rule.margin
    return Fraction(percent) / 100 / how.day_count


@given(ledgers(), st.sampled_from(AGREED), days, st.tuples(days, days).map(sorted))
def test_splitting_a_period_never_changes_the_sum(
    ledger: Ledger, make: Make, due_on: date, cuts: list[date]
) -> None:
    currency, principal, movements = ledger
    middle, until = cuts
    how = make(currency)
    whole = reckon(how, principal, due_on, until, movements)
    if middle <= due_on:
        assert reckon(how, principal, due_on, middle, movements).exact_total == 0
        return
    first = reckon(how, principal, due_on, middle, movements)
    # The second half starts from the whole ledger, so that reversals meet what they reverse.
    second = reckon(how, principal, middle, until, movements)
    assert first.exact_total + second.exact_total == whole.exact_total


@given(ledgers(), st.sampled_from(ALL), days, st.tuples(days, days).map(sorted))
def test_interest_never_falls_as_time_passes(
    ledger: Ledger, make: Make, due_on: date, cuts: list[date]
) -> None:
    currency, principal, movements = ledger
    earlier, later = (reckon(make(currency), principal, due_on, cut, movements) for cut in cuts)
    assert D(0) <= earlier.total <= later.total
    assert earlier.fixed_sum <= later.fixed_sum


@given(
    st.tuples(currencies, units),
    st.lists(st.tuples(days, st.integers(0, 10**8), st.integers(0, 200)), max_size=5),
    st.sampled_from(ALL),
    days,
    days,
)
def test_paying_earlier_never_costs_more(
    debt: tuple[str, int],
    payments: list[tuple[date, int, int]],
    make: Make,
    due_on: date,
    until: date,
) -> None:
    currency, principal_units = debt
    unit = minor_unit(currency)
    late = [Movement(on, amount * unit) for on, amount, _ in payments]
    early = [Movement(on - timedelta(days=sooner), a * unit) for on, a, sooner in payments]
    how, principal = make(currency), principal_units * unit
    assert (
        reckon(how, principal, due_on, until, early).total
        <= reckon(how, principal, due_on, until, late).total
    )


@given(ledgers(), st.sampled_from(ALL), days, days)
def test_nothing_owed_bears_nothing(ledger: Ledger, make: Make, due_on: date, until: date) -> None:
    currency, _, movements = ledger
    calculation = reckon(make(currency), D(0), due_on, until, movements)
    assert calculation.lines == ()
    assert calculation.total == calculation.fixed_sum == calculation.daily_accrual == 0


@given(ledgers(), st.sampled_from(ALL), days, days)
def test_the_order_in_which_movements_are_given_does_not_matter(
    ledger: Ledger, make: Make, due_on: date, until: date
) -> None:
    currency, principal, movements = ledger
    how = make(currency)
    assert reckon(how, principal, due_on, until, movements) == reckon(
        how, principal, due_on, until, list(reversed(movements))
    )


@given(
    currencies,
    units,
    st.lists(st.tuples(days, st.integers(0, 10**9)), max_size=5),
    days,
    days,
)
def test_interest_first_loses_no_money(
    currency: str,
    principal_units: int,
    payments: list[tuple[date, int]],
    due_on: date,
    until: date,
) -> None:
    """Every unit paid went to interest, to the principal, or was too much."""
    unit = minor_unit(currency)
    how = terms("us_contract", currency, agreed_rate=D(9), imputation=Imputation.INTEREST)
    movements = [Movement(on, amount * unit) for on, amount in payments]
    principal = principal_units * unit
    calculation = reckon(how, principal, due_on, until, movements)
    paid = sum((m.amount for m in movements if m.on <= until), D(0))
    covered = calculation.interest_paid + principal - calculation.principal_open
    assert covered <= paid
    assert covered == paid or calculation.principal_open == 0
    assert D(0) <= calculation.interest_paid <= calculation.total
    booked = terms("us_contract", currency, agreed_rate=D(9))
    # The statutory order never lowers the claim below the one as booked.
    assert calculation.total >= reckon(booked, principal, due_on, until, movements).total
