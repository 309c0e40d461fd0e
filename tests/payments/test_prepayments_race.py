"""Many at once on one prepayment: its balance never goes below zero, its sums stay even."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import IntegrityError, OperationalError, connections

from contracts.models import Contract
from core.errors import Refusal
from core.models import User
from payments.models import Allocation, Invoice, Prepayment
from payments.selectors.prepayments import figures_of
from payments.services import (
    approve_release,
    ask_release,
    issue_due_entries,
    receive_prepayment,
    reverse_allocation,
)
from payments.states import ReleaseKind
from tests.factories import NOW, TODAY, make_invoice
from tests.payments.prepaid import ask, dated, make_contract, people, receive
from tests.payments.races import problems, without_locks

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS, ACTS = 6, 3  # the long form is in tests/faults


def together(workers: int, act: Callable[[int], str]) -> Counter[str]:
    """Let every worker act at the same moment; returns what came of them."""
    start = threading.Barrier(workers)

    def work(number: int) -> str:
        try:
            start.wait(timeout=60)
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(workers) as pool:
        return Counter(pool.map(work, range(workers)))


def attempt(act: Callable[[], object]) -> str:
    try:
        act()
    except Refusal:
        return "refused"
    except IntegrityError:
        return "collided"
    except AssertionError:
        return "noticed"  # the service itself finds that somebody was in between
    except OperationalError as error:
        if "lock timeout" in str(error) or "deadlock" in str(error):
            return "waited in vain"
        raise
    return "done"


def act_at_random(
    rng: random.Random, contract: Contract, prepayment: Prepayment, asker: User, approver: User
) -> str:
    amount = Decimal(rng.randint(1, 60))
    chance = rng.random()
    row = Prepayment.objects.select_related("contract__client", "contract__creditor").get(
        pk=prepayment.pk
    )
    if chance < 0.2:
        return attempt(
            lambda: receive_prepayment(
                prepayment=row, amount=amount, received_on=TODAY, actor=None, at=NOW
            )
        )
    if chance < 0.6:

        def refund() -> None:
            asked = ask_release(
                prepayment=row,
                kind=ReleaseKind.REFUND,
                amount=amount,
                reason="x",
                actor=asker,
                at=NOW,
            )
            approve_release(release=asked, on=TODAY, actor=approver, at=NOW)

        return attempt(refund)
    if chance < 0.7:
        applied = Allocation.objects.filter(reverses=None, reversed_by=None).order_by("?").first()
        if applied is None:
            return "nothing to reverse"
        return attempt(
            lambda: reverse_allocation(allocation=applied, reason="x", on=TODAY, actor=None, at=NOW)
        )
    number = f"R-{rng.random()}"
    return attempt(
        lambda: make_invoice(
            contract.client,
            contract.creditor,
            amount,
            number=number,
            contract=contract,
            issued_on=TODAY,
            due_on=TODAY,
        )
    )


def race(
    contract: Contract, prepayment: Prepayment, *, workers: int = WORKERS, acts: int = ACTS
) -> Counter[str]:
    asker, approver = people()
    outcomes: Counter[str] = Counter()

    def work(number: int) -> str:
        rng = random.Random(number)  # noqa: S311  # a race, not a secret
        for _ in range(acts):
            outcomes[act_at_random(rng, contract, prepayment, asker, approver)] += 1
        return "ended"

    together(workers, work)
    return outcomes


def test_its_balance_never_goes_below_zero_and_its_sums_stay_even() -> None:
    contract = make_contract(amount="100000.00", ratio="0.001")
    prepayment = ask(contract, "100.00")
    receive(prepayment, "100.00")
    outcomes = race(contract, prepayment)
    found = figures_of([prepayment.pk])[prepayment.pk]
    assert outcomes["done"] > 0
    assert outcomes["noticed"] == 0, "with the locks nobody is in between"
    assert outcomes["refused"] > 0, "nobody was in anybody's way"
    assert outcomes["collided"] == 0
    assert found.is_even
    assert found.balance >= 0
    assert problems() == []


def test_the_database_alone_keeps_it_from_going_below_zero() -> None:
    contract = make_contract(amount="100000.00", ratio="0.001")
    prepayment = ask(contract, "100.00")
    receive(prepayment, "100.00")
    with without_locks():
        race(contract, prepayment)
    found = figures_of([prepayment.pk])[prepayment.pk]
    assert found.is_even
    assert found.balance >= 0
    ledger = [one for one in problems() if "prepayment" not in one and "release" not in one]
    assert ledger == [], "the counters hold whoever writes"


def test_of_many_approvals_at_once_one_counts() -> None:
    prepayment = ask(make_contract())
    receive(prepayment)
    asker, approver = people()
    row = ask_release(
        prepayment=prepayment,
        kind=ReleaseKind.REFUND,
        amount=Decimal(500),
        reason="x",
        actor=asker,
        at=NOW,
    )
    outcomes = together(
        8,
        lambda _n: attempt(lambda: approve_release(release=row, on=TODAY, actor=approver, at=NOW)),
    )
    assert outcomes == {"done": 1, "refused": 7}
    assert figures_of([prepayment.pk])[prepayment.pk].refunded == Decimal(500)


def test_the_daily_task_run_many_times_at_once_issues_each_entry_once() -> None:
    contract = make_contract(
        ratio="0", entries=[dated("100.00"), dated("200.00"), dated("300.00"), dated("400.00")]
    )

    def run(_number: int) -> str:
        return attempt(lambda: issue_due_entries(creditor=contract.creditor, on=TODAY, at=NOW))

    outcomes = together(8, run)
    assert outcomes["collided"] == 0
    amounts = sorted(Invoice.objects.values_list("amount", flat=True))
    assert amounts == [Decimal(100), Decimal(200), Decimal(300), Decimal(400)]
    assert len(set(Invoice.objects.values_list("number", flat=True))) == 4
