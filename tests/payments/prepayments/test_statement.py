"""The statement of a prepayment, the morning's list, and the verifier."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection

from contracts.states import ContractState
from core.states import Role
from core.verify import run_checks
from payments.models import Allocation
from payments.selectors.prepayments import MovementKind, delivery_hold, held_contracts, statement_of
from payments.services import apply_prepayments, reverse_allocation
from tests.factories import NOW, TODAY, count_queries, make_user
from tests.payments.prepaid import ask, dated, make_contract, prepaid_entry, receive, release
from tests.payments.prepayments.cast import invoice_of, problems

pytestmark = pytest.mark.django_db


def test_the_statement_has_every_movement_and_ends_at_the_balance() -> None:
    contract = make_contract()
    prepayment = ask(contract)
    receive(prepayment)
    invoice_of(contract, "120.00")
    reverse_allocation(
        allocation=Allocation.objects.get(), reason="Wrong one", on=TODAY, actor=None, at=NOW
    )
    apply_prepayments(contract=contract, actor=None, at=NOW)
    release(prepayment, "80")
    found = statement_of(prepayment)
    assert [(one.kind, one.amount) for one in found.movements] == [
        (MovementKind.RECEIVED, Decimal(500)),
        (MovementKind.APPLIED, Decimal(-120)),
        (MovementKind.TAKEN_BACK, Decimal(120)),
        (MovementKind.APPLIED, Decimal(-120)),
        (MovementKind.REFUNDED, Decimal(-80)),
    ]
    assert found.movements[-1].balance == found.figures.balance == Decimal(300)
    assert all(one.balance >= 0 for one in found.movements)


def test_it_reads_as_many_statements_however_many_movements_there_are() -> None:
    contract = make_contract(amount="100000.00")
    prepayment = ask(contract, "100.00")
    receive(prepayment, "100.00")
    few = count_queries(lambda: statement_of(prepayment))
    for _ in range(4):
        receive(prepayment, "100.00")
        invoice_of(contract, "50.00")
    assert count_queries(lambda: statement_of(prepayment)) == few


def test_the_mornings_list_names_held_contracts_with_as_many_queries_for_many() -> None:
    manager = make_user(Role.MANAGER)
    make_contract(ratio="0")
    make_contract(state=ContractState.COMPLETED)
    cleared = make_contract()
    receive(ask(cleared))
    waiting, silent = make_contract(), make_contract()
    ask(waiting)
    assert {hold.contract for hold in held_contracts(user=manager)} == {waiting, silent}
    few = count_queries(lambda: held_contracts(user=manager))
    for _ in range(3):
        ask(make_contract())
    assert count_queries(lambda: held_contracts(user=manager)) == few
    assert held_contracts(user=make_user(Role.SALES)) == []


def test_a_schedule_that_names_a_prepayment_holds_the_work_as_well() -> None:
    contract = make_contract(ratio="0", entries=[prepaid_entry("300.00"), dated("700.00")])
    hold = delivery_hold(contract)
    assert hold is not None
    assert hold.unasked == Decimal(300)
    assert [one.contract for one in held_contracts(user=make_user(Role.MANAGER))] == [contract]


@pytest.mark.parametrize(
    ("sql", "check"),
    [
        ("UPDATE payments_prepayment SET state = 'REQUESTED'", "cleared by what came in"),
        ("UPDATE payments_invoice SET contract_id = NULL", "stays with its contract"),
        ("UPDATE payments_refund SET kind = 'FORFEITED'", "leaves with an approval"),
        ("UPDATE payments_receipt SET prepayment_id = NULL", "client balances"),
    ],
)
def test_the_verifier_names_what_was_altered(sql: str, check: str) -> None:
    contract = make_contract()
    prepayment = ask(contract)
    receive(prepayment)
    invoice_of(contract, "100.00")
    release(prepayment, "50")
    assert problems() == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET session_replication_role = origin")
    broken = [result.name for result in run_checks() if not result.holds]
    assert any(check in name for name in broken), broken
