"""A payment is invoiced while its amendment is accepted: one goes first, and the figures hold.

Three things stand in the way of a wrong sum: both hold the client's row, the database compares an
invoice with its entry, and both write into the client's one chain of acts. They are taken off here
one after the other, to show what each does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.db import IntegrityError, connection, connections

from contracts.models import Amendment, AmendmentLimit, Contract, ScheduleEntry
from contracts.services.amendments import approve_amendment, deciding
from contracts.states import AmendmentState
from core import audit
from core.errors import Refusal
from core.states import Role
from payments.models import Invoice
from payments.services import billing
from tests.contracts.test_amendments import accept, amounts, make_contract, propose
from tests.factories import NOW, TODAY, make_user
from tests.payments.races import without_locks

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 20.0


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


class Act(threading.Thread):
    """An act in a transaction and a thread of its own; `came` says what came of it."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.act, self.came = act, ""

    def run(self) -> None:
        try:
            self.act()
            self.came = "done"
        except Refusal as refusal:
            self.came = f"refused: {refusal.message}"
        except IntegrityError as error:
            self.came = f"collided: {error}"
        finally:
            connections.close_all()


class Halfway:
    """The first act stops in the middle until it is told to go on."""

    def __init__(self) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()

    @contextmanager
    def at(self, place: object, name: str, *, has_written: bool = True) -> Iterator[None]:
        """Stop when this function has done its work, or when everything but it is done."""
        whole = getattr(place, name)

        def wait() -> None:
            self.reached.set()
            assert self.go_on.wait(PATIENCE)

        def stopping(*given: Any, **named: Any) -> object:
            if not has_written:
                wait()
            result = whole(*given, **named)
            if has_written:
                wait()
            return result

        with mock.patch.object(place, name, stopping):
            yield


def somebody_waits() -> bool:
    """Some transaction waits for another's lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def in_between(halfway: Halfway, first: Act, second: Act) -> bool:
    """Let the second act begin while the first stands halfway; whether it had to wait for it."""
    first.start()
    assert halfway.reached.wait(PATIENCE)
    second.start()
    until = time.monotonic() + PATIENCE
    while not (has_waited := somebody_waits()) and second.is_alive():
        assert time.monotonic() < until
        time.sleep(0.01)
    halfway.go_on.set()
    for one in (first, second):
        one.join(PATIENCE)
        assert not one.is_alive()
    return has_waited


@pytest.fixture
def amendment() -> Amendment:
    """Approved: the last payment, of 500, becomes one of 400."""
    # What migrations load is gone after a transactional test.
    AmendmentLimit.objects.get_or_create(role=Role.MANAGER, defaults={"discount_percent": 10})
    row = propose(make_contract())
    return approve_amendment(amendment=row, actor=make_user(Role.MANAGER), at=NOW)


def accepting(amendment: Amendment) -> Act:
    return Act(lambda: accept(Amendment.objects.select_related("contract").get(pk=amendment.pk)))


def invoicing(amendment: Amendment) -> Act:
    entry = last_entry(amendment)
    return Act(lambda: billing.invoice_entry(entry=entry, on=TODAY, actor=None, at=NOW))


def last_entry(amendment: Amendment) -> ScheduleEntry:
    return ScheduleEntry.objects.select_related("contract").get(
        contract=amendment.contract_id, position=2
    )


def invoiced(amendment: Amendment) -> Decimal:
    """What the client was asked for."""
    return Invoice.objects.get(schedule_entry=last_entry(amendment)).amount


def price(amendment: Amendment) -> Decimal | None:
    return Contract.objects.get(pk=amendment.contract_id).amount


def test_accepted_first_the_invoice_waits_and_asks_for_the_new_sum(amendment: Amendment) -> None:
    halfway, first, second = Halfway(), accepting(amendment), invoicing(amendment)
    with halfway.at(deciding, "carry_out"):
        assert in_between(halfway, first, second), "the client's row is held"
    assert (first.came, second.came) == ("done", "done")
    assert invoiced(amendment) == Decimal(400)
    assert price(amendment) == sum(amounts(amendment.contract)) == Decimal(900)


def test_invoiced_first_the_acceptance_waits_and_is_refused(amendment: Amendment) -> None:
    halfway, first, second = Halfway(), invoicing(amendment), accepting(amendment)
    with halfway.at(billing, "_issue"):
        assert in_between(halfway, first, second), "the client's row is held"
    assert first.came == "done"
    assert "moved on" in second.came
    assert invoiced(amendment) == Decimal(500)
    assert price(amendment) == sum(amounts(amendment.contract)) == Decimal(1000)
    amendment.refresh_from_db()
    assert amendment.state == AmendmentState.APPROVED


def test_the_database_alone_refuses_an_invoice_of_the_old_sum(amendment: Amendment) -> None:
    halfway, first, second = Halfway(), invoicing(amendment), accepting(amendment)
    with without_locks(), halfway.at(billing, "_issue", has_written=False):
        assert not in_between(halfway, first, second), "nothing is held"
    assert second.came == "done"
    assert "of its entry" in first.came or "schedule entry" in first.came
    assert not Invoice.objects.exists()
    assert price(amendment) == sum(amounts(amendment.contract)) == Decimal(900)


def test_without_lock_and_chain_the_client_is_asked_for_a_sum_that_is_not_agreed(
    amendment: Amendment,
) -> None:
    """The twin: if this stops to go wrong, the tests above prove nothing."""
    halfway, first, second = Halfway(), accepting(amendment), invoicing(amendment)
    with (
        without_locks(),
        mock.patch.object(audit, "record"),
        halfway.at(deciding, "carry_out"),
    ):
        assert not in_between(halfway, first, second), "nothing is held"
    assert (first.came, second.came) == ("done", "done")
    assert invoiced(amendment) == Decimal(500)
    assert last_entry(amendment).amount == Decimal(400)
