"""No two together allocate more than there is (short form; `make faults` runs it longer)."""

import pytest

from tests.payments.races import (
    make_field,
    over_allocated,
    problems,
    race,
    without_bounds,
    without_locks,
)

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS, ACTS = 32, 6


def test_many_at_once_allocate_no_more_than_there_is() -> None:
    outcomes = race(make_field(clients=2, invoices=8), workers=WORKERS, acts=ACTS)
    assert outcomes["applied"] > 0
    assert outcomes["refused"] > 0, "nobody was in anybody's way"
    assert outcomes["collided"] == 0
    assert over_allocated() == 0
    assert problems() == []


def test_the_database_alone_is_enough() -> None:
    """Whoever writes past the services, or a service that forgets its lock, is still bounded."""
    with without_locks():
        outcomes = race(make_field(clients=2, invoices=8), workers=WORKERS, acts=ACTS)
    assert outcomes["applied"] > 0
    assert over_allocated() == 0
    assert problems() == []


def test_the_services_locks_alone_are_enough() -> None:
    with without_bounds():
        outcomes = race(make_field(clients=2, invoices=8), workers=WORKERS, acts=ACTS)
        assert outcomes["applied"] > 0
        assert over_allocated() == 0


def test_without_either_guard_the_race_over_allocates() -> None:
    """The twin: if this stops failing to hold, the tests above prove nothing."""
    with without_bounds(), without_locks():
        race(make_field(clients=2, invoices=8), workers=WORKERS, acts=ACTS)
        assert over_allocated() > 0
