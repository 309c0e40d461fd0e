"""Loading writes settlements with their invoices, and the database takes nothing on trust."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from clients.models import Client, Creditor
from core.verify import run_checks
from payments.models import AgingFlow, Allocation, ClientBalance, Invoice, Receipt
from payments.selectors import verify as _checks  # noqa: F401  # registers them
from tests.factories import TODAY, make_client, make_creditor

pytestmark = pytest.mark.django_db
FAR = 9_000_000
DUE = TODAY - dt.timedelta(days=40)


@pytest.fixture
def creditor() -> Creditor:
    """Ours."""
    return make_creditor()


@pytest.fixture
def client_(creditor: Creditor) -> Client:
    """The debtor."""
    return make_client()


def run(sql: str, *params: str | int | dt.date | None) -> None:
    """One statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def loading(mode: str = "on") -> None:
    """Switch the mode."""
    run("SELECT set_config('dunwell.loading', %s, true)", mode)


Part = tuple[str, list[Any]]
"""An INSERT and its parameters."""


def allocation(
    amount: str = "60", *, on: dt.date = TODAY, invoice: int = FAR, receipt: int = FAR
) -> Part:
    """60 of the receipt to the invoice."""
    sql = (
        "INSERT INTO payments_allocation (receipt_id, invoice_id, amount, effective_on, reason,"
        " created_at) VALUES (%s, %s, %s, %s, '', now())"
    )
    return sql, [receipt, invoice, amount, on]


def receipt(client: Client, creditor: Creditor, allocated: str = "60") -> Part:
    """A receipt of 100."""
    sql = (
        "INSERT INTO payments_receipt (id, creditor_id, client_id, currency, amount, received_on,"
        " method, payer_name, reference, created_at, allocated, refunded)"
        " VALUES (%s, %s, %s, 'CNY', 100, %s, 'BANK_TRANSFER', '', '', now(), %s, 0)"
    )
    return sql, [FAR, creditor.pk, client.pk, TODAY, allocated]


def invoice(
    client: Client, creditor: Creditor, allocated: str = "60", last_on: dt.date | None = TODAY
) -> Part:
    """An invoice of 80."""
    sql = (
        "INSERT INTO payments_invoice (id, creditor_id, client_id, number, currency, amount,"
        " issued_on, due_on, reference, description, source, created_at, allocated, disputed,"
        " last_allocated_on)"
        " VALUES (%s, %s, %s, 'L-1', 'CNY', 80, %s, %s, '', '', '', now(), %s, 0, %s)"
    )
    return sql, [FAR, creditor.pk, client.pk, DUE, DUE, allocated, last_on]


def write(*parts: Part) -> None:
    """All of them in one statement, as an import writes them."""
    rows = ", ".join(f"part_{i} AS ({sql} RETURNING 1)" for i, (sql, _params) in enumerate(parts))
    run(f"WITH {rows} SELECT 1", *(value for _sql, params in parts for value in params))


@transaction.atomic
def take(*statements: Sequence[Part]) -> None:
    """Load these statements, one after the other, in one transaction."""
    loading()
    for parts in statements:
        write(*parts)
    loading("off")


def refused(reason: str, *statements: Sequence[Part]) -> None:
    """One of them is refused, and nothing stays."""
    with pytest.raises(IntegrityError, match=reason):
        take(*statements)
    assert not Allocation.objects.exists()


def problems() -> list[str]:
    """What `verify_ledger` finds."""
    return [problem for result in run_checks() for problem in result.problems]


def test_loaded_rows_are_as_if_entered_one_by_one(client_: Client, creditor: Creditor) -> None:
    take([allocation(), receipt(client_, creditor), invoice(client_, creditor)])
    run("SET CONSTRAINTS ALL IMMEDIATE")
    row = Invoice.objects.get(pk=FAR)
    assert (row.open_amount, row.closed_on) == (Decimal(20), None)
    assert Receipt.objects.get(pk=FAR).unallocated == Decimal(40)
    balance = ClientBalance.objects.get(client=client_)
    assert (balance.open_amount, balance.credit) == (Decimal(20), Decimal(40))
    assert AgingFlow.objects.filter(day__lte=TODAY).exists()
    assert problems() == []


def test_a_counter_that_its_allocations_do_not_say_is_refused(
    client_: Client, creditor: Creditor
) -> None:
    for of_receipt, of_invoice, last_on in (
        ("50", "60", TODAY),
        ("60", "50", TODAY),
        ("60", "0", TODAY),
        ("60", "60", DUE),
        ("60", "60", None),
    ):
        parts = (
            allocation(),
            receipt(client_, creditor, of_receipt),
            invoice(client_, creditor, of_invoice, last_on),
        )
        refused("loading", parts)


def test_what_is_allocated_by_nothing_is_refused(client_: Client, creditor: Creditor) -> None:
    refused("by no allocation", [receipt(client_, creditor)])
    refused("by no allocation", [invoice(client_, creditor)])
    refused("by no allocation", [invoice(client_, creditor, "0")])
    take([receipt(client_, creditor, "0"), invoice(client_, creditor, "0", None)])


def test_money_of_another_or_from_before_its_day_is_refused(
    client_: Client, creditor: Creditor
) -> None:
    for other, on in ((make_client(), TODAY), (client_, TODAY - dt.timedelta(days=1))):
        parts = (
            allocation(on=on),
            receipt(other, creditor),
            invoice(client_, creditor, last_on=on),
        )
        refused("own client", parts)


def test_an_allocation_does_not_wait_for_what_it_names(client_: Client, creditor: Creditor) -> None:
    refused("not there", [allocation()], [receipt(client_, creditor), invoice(client_, creditor)])
    refused("not there", [allocation(), receipt(client_, creditor)])
    refused("not there", [allocation(), invoice(client_, creditor)])
    with pytest.raises(IntegrityError, match="not there"), transaction.atomic():
        write(allocation())
    write(receipt(client_, creditor, "0"))
    with pytest.raises(IntegrityError, match="not there"), transaction.atomic():
        write(allocation())


def test_without_the_look_up_an_allocation_names_nothing(
    client_: Client, creditor: Creditor
) -> None:
    """Nothing else holds them: the guard is what the tests above see, and verify_ledger sees it."""
    for name in ("allocation_held", "allocation_added", "allocation_prepaid"):
        run(f"ALTER TABLE payments_allocation DISABLE TRIGGER {name}")
    write(allocation())
    assert Allocation.objects.count() == 1
    assert any("is of nothing" in problem for problem in problems())


def test_rows_that_allocations_name_keep_their_key(client_: Client, creditor: Creditor) -> None:
    take([allocation(), receipt(client_, creditor), invoice(client_, creditor)])
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for table in ("payments_invoice", "payments_receipt"):
        for sql in (
            f"UPDATE {table} SET id = id + 1",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        ):
            with pytest.raises(IntegrityError, match="is refused"), transaction.atomic():
                run(sql)


def test_leaving_the_mode_half_way_is_refused(client_: Client, creditor: Creditor) -> None:
    take([receipt(client_, creditor, "0")])
    with pytest.raises(IntegrityError, match="start at zero"), transaction.atomic():
        write(allocation(), invoice(client_, creditor))


def test_what_is_there_already_is_not_settled_by_loading(
    client_: Client, creditor: Creditor
) -> None:
    """Its counters would not move; also not when what comes in is as much as what was there."""
    write(receipt(client_, creditor, "0"), invoice(client_, creditor, "0", None))
    with pytest.raises(IntegrityError, match="loading"), transaction.atomic():
        take([allocation()])
    write(allocation("30"))
    assert Invoice.objects.get(pk=FAR).allocated == Decimal(30)
    with pytest.raises(IntegrityError, match="loading"), transaction.atomic():
        take([allocation("30")])
    assert Allocation.objects.count() == 1


def test_closed_books_stay_closed(client_: Client, creditor: Creditor) -> None:
    Creditor.objects.filter(pk=creditor.pk).update(books_closed_on=TODAY)
    refused("closed", [allocation(), receipt(client_, creditor), invoice(client_, creditor)])
