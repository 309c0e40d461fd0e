"""The long form of the money bars: `make faults`."""

from contextlib import nullcontext

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from payments.models import Invoice
from payments.selectors.prepayments import figures_of
from tests.payments import test_prepayments_machine as prepaid_machine
from tests.payments import test_prepayments_race as prepaid_race
from tests.payments.money_machine import MoneyMachine
from tests.payments.prepaid import ask, make_contract, receive
from tests.payments.races import (
    make_field,
    over_allocated,
    problems,
    race,
    without_bounds,
    without_locks,
)

pytestmark = pytest.mark.faults


# In parts, which several processes share.
@pytest.mark.django_db
@pytest.mark.parametrize("_part", range(8))
def test_money_is_neither_made_nor_lost_in_two_thousand_ledgers(_part: int) -> None:
    run_state_machine_as_test(
        MoneyMachine,
        settings=settings(
            max_examples=250,
            stateful_step_count=50,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
@pytest.mark.parametrize("_part", range(5))
def test_any_long_sequence_of_movements_keeps_the_sums_of_prepayments_even(_part: int) -> None:
    run_state_machine_as_test(
        prepaid_machine.Movements,
        settings=settings(
            max_examples=100,
            stateful_step_count=30,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db(transaction=True)
def test_thirty_two_allocators_on_two_hundred_invoices_never_over_allocate() -> None:
    outcomes = race(make_field(clients=20, invoices=200), workers=32, acts=625)  # 20,000 acts
    assert Invoice.objects.count() == 200
    assert outcomes["applied"] > 200
    assert outcomes["collided"] == 0
    assert over_allocated() == 0
    assert problems() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(5))
def test_the_database_alone_holds_again_and_again(seed: int) -> None:
    with without_locks():
        race(make_field(clients=4, invoices=40), workers=32, acts=60, seed=seed)
    assert over_allocated() == 0
    assert problems() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(5))
def test_without_either_guard_it_over_allocates_every_time(seed: int) -> None:
    with without_bounds(), without_locks():
        race(make_field(clients=2, invoices=8), workers=32, acts=6, seed=seed)
        assert over_allocated() > 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("has_locks", [True, False])
def test_a_prepayment_never_goes_below_zero_with_thirty_two_at_it(*, has_locks: bool) -> None:
    contract = make_contract(amount="100000.00", ratio="0.001")
    prepayment = ask(contract, "100.00")
    receive(prepayment, "100.00")
    with nullcontext() if has_locks else without_locks():
        prepaid_race.race(contract, prepayment, workers=32, acts=12)
    found = figures_of([prepayment.pk])[prepayment.pk]
    assert found.is_even
    assert found.balance >= 0
