"""Lines written by several people at once: the price stays the sum, no place is taken twice."""

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection

from contracts.models import Contract
from contracts.services.versions import freeze_version
from tests.contracts.texts import make_draft, make_line
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS, LINES = 4, 5


def at_once(act: Callable[[], None]) -> list[BaseException]:
    """Run one function in all workers at the same moment; what went wrong comes back."""
    start = threading.Barrier(WORKERS)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            start.wait()
            act()
        except BaseException as error:  # noqa: BLE001  # told to the test
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _worker in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return failed


def test_the_price_is_the_sum_of_all_lines_whoever_wrote_them() -> None:
    contract = make_draft()

    def add() -> None:
        own = Contract.objects.get(pk=contract.pk)
        for _line in range(LINES):
            make_line(own, unit_price=Decimal("10.01"))

    assert at_once(add) == []
    contract.refresh_from_db()
    lines = list(contract.lines.all())
    assert [line.position for line in lines] == list(range(1, WORKERS * LINES + 1))
    assert contract.amount == sum(line.total for line in lines)


def test_one_text_frozen_by_several_is_one_version() -> None:
    contract = make_draft()
    make_line(contract)

    def freeze() -> None:
        own = Contract.objects.get(pk=contract.pk)
        freeze_version(contract=own, reason="", actor=None, at=NOW)

    assert at_once(freeze) == []
    assert contract.versions.count() == 1
