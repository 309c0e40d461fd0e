"""Exposure: open invoices, work in hand, less what was prepaid; over a group; one client fast."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from clients.models import Client
from contracts.states import ContractState
from credit.selectors import exposure
from credit.selectors.exposure import EXPOSURE_SQL, credit_check, exposure_sql, exposures
from tests.contracts.cast import graded
from tests.factories import count_queries, make_client, make_creditor, make_invoice, pay
from tests.payments.prepaid import ask, make_contract, receive

pytestmark = pytest.mark.django_db
S = ContractState


def amount(client: Client, currency: str = "CNY") -> Decimal:
    found = exposures([client.pk]).get(client.pk, {})
    return found[currency].amount if currency in found else Decimal(0)


def test_open_invoices_count_and_paid_ones_do_not() -> None:
    client, creditor = make_client(), make_creditor()
    make_invoice(client, creditor, "700.00")
    pay(make_invoice(client, creditor, "300.00"))
    make_invoice(client, make_creditor(), "50.00")
    assert amount(client) == 750


@pytest.mark.parametrize(
    ("state", "counted"),
    [
        (S.DRAFT, 0),
        (S.SENT, 0),
        (S.SIGNED, 0),
        (S.ACTIVE, 1000),
        (S.SUSPENDED, 1000),
        (S.COMPLETED, 0),
        (S.TERMINATED, 0),
    ],
)
def test_a_contract_in_force_counts_what_is_not_invoiced(state: S, counted: int) -> None:
    contract = make_contract(ratio=None, state=state)
    assert amount(contract.client) == counted


def test_what_is_invoiced_counts_once() -> None:
    contract = make_contract(ratio=None)
    make_invoice(contract.client, contract.creditor, "400.00", contract=contract)
    assert amount(contract.client) == 1000
    pay(contract.client.invoices.get())
    assert amount(contract.client) == 600
    make_invoice(contract.client, contract.creditor, "900.00", contract=contract)
    assert amount(contract.client) == 900  # more than the price: nothing is left to invoice


def test_a_prepayment_that_holds_the_work_or_came_in_covers_its_contract() -> None:
    contract = make_contract(ratio="0.5")
    assert amount(contract.client) == 500  # the other half is awaited before the work
    prepayment = ask(contract, "500.00")
    assert amount(contract.client) == 500
    receive(prepayment, "200.00")
    assert amount(contract.client) == 500  # 200 came, 300 still hold the work
    receive(prepayment, "300.00")
    assert amount(contract.client) == 500
    make_invoice(contract.client, contract.creditor, "1000.00", contract=contract)
    assert amount(contract.client) == 500


def test_money_of_one_contract_covers_no_other() -> None:
    first = make_contract(ratio="1", amount="400.00")
    receive(ask(first, "400.00"), "400.00")
    make_contract(
        ratio=None, client=first.client, creditor=first.creditor, number="other", amount="900.00"
    )
    assert amount(first.client) == 900
    make_invoice(first.client, first.creditor, "100.00")
    assert amount(first.client) == 1000


def test_other_currencies_are_told_and_not_added() -> None:
    creditor = make_creditor()
    client = graded(make_client(), credit_limit=Decimal(1000), limit_currency="CNY")
    make_invoice(client, creditor, "800.00")
    make_invoice(client, creditor, "5000.00", currency="USD")
    room: Any = credit_check(client.pk).own
    assert (room.limit, room.used.amount, room.free, room.is_over) == (1000, 800, 200, False)
    assert [(one.currency, one.amount) for one in room.others] == [("USD", 5000)]


def test_a_group_is_held_against_the_limits_of_all(monkeypatch: Any) -> None:
    creditor = make_creditor()
    first = graded(make_client(), credit_limit=Decimal(1000), limit_currency="CNY")
    shell = make_client()  # founded yesterday, without a limit of its own
    make_invoice(first, creditor, "800.00")
    make_invoice(shell, creditor, "300.00")
    pair = tuple(sorted((first.pk, shell.pk)))
    monkeypatch.setattr(
        exposure, "groups_of", lambda ids: {one: pair if one in pair else (one,) for one in ids}
    )
    for client in (first, shell):
        room: Any = credit_check(client.pk).tighter
        assert (room.limit, room.used.amount, room.over) == (1000, 1100, 100)
    graded(shell, credit_limit=Decimal(500), limit_currency="CNY")
    assert credit_check(first.pk).tighter.limit == 1000
    assert credit_check(first.pk).own.free == 200


def test_one_client_is_answered_in_three_queries_by_indexes_and_without_locks() -> None:
    creditor = make_creditor()
    contract = make_contract(creditor=creditor)
    client = graded(contract.client, credit_limit=Decimal(1000))
    for n in range(60):
        other = make_contract(creditor=creditor, number=f"N-{n}")
        make_invoice(other.client, creditor, "10.00", contract=other)
    assert count_queries(lambda: credit_check(client.pk)) == 3
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE payments_clientbalance, payments_invoice")
        cursor.execute("SET LOCAL enable_seqscan = off")  # the test's tables are too small for one
        cursor.execute(f"EXPLAIN {exposure_sql('ids')}", {"ids": [client.pk]})
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation "
            "WHERE l.pid = pg_backend_pid() AND c.relname = 'payments_clientbalance' "
            "AND l.mode IN ('ExclusiveLock', 'AccessExclusiveLock', 'ShareLock')"
        )
        assert cursor.fetchone()[0] == 0
    assert "Seq Scan on payments_" not in plan
    assert re.search(r"Index Cond: \(+(\w+\.)?client_id = ANY", plan), plan
    assert "invoice_contract" in plan
    assert "FOR UPDATE" not in EXPOSURE_SQL


def test_many_clients_take_as_many_queries_as_one() -> None:
    creditor = make_creditor()
    clients = [make_client() for _n in range(3)]
    for client in clients:
        make_invoice(client, creditor, "10.00")
    assert count_queries(lambda: exposure.credit_checks([c.pk for c in clients])) == 3
