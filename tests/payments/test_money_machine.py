"""The money machine, in its short form; `make faults` runs it longer."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.payments.money_machine import MoneyMachine


@pytest.mark.django_db
def test_money_is_neither_made_nor_lost_whatever_happens_to_it() -> None:
    run_state_machine_as_test(
        MoneyMachine,
        settings=settings(
            max_examples=20,  # two thousand among the faults
            stateful_step_count=20,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
