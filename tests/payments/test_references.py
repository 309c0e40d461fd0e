"""Whose invoices and receipts are: held by the balance that is written with each of them."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction

from clients.models import Client
from core.verify import run_checks
from payments.models import ClientBalance, Invoice
from payments.selectors import verify as _checks  # noqa: F401  # registers them
from tests.factories import TODAY, make_client, make_creditor

pytestmark = pytest.mark.django_db
NOBODY = 987_654_321


def run(sql: str, *params: int) -> None:
    """One statement, and what waits for the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def insert(table: str, *, client: int, creditor: int) -> None:
    """An invoice or a receipt of these two."""
    dates = "issued_on, due_on, number, description, source, disputed"
    values = f"'{TODAY}', '{TODAY}', 'R-1', '', '', 0"
    if table == "payments_receipt":
        dates, values = "received_on, method, payer_name, refunded", f"'{TODAY}', 'CASH', '', 0"
    run(
        f"INSERT INTO {table} (client_id, creditor_id, currency, amount, reference, created_at,"
        f" allocated, {dates}) VALUES (%s, %s, 'CNY', 10, '', now(), 0, {values})",
        client,
        creditor,
    )


@contextmanager
def refused(pattern: str = "violates|refused") -> Iterator[None]:
    """The database says no, and nothing stays."""
    with pytest.raises(IntegrityError, match=pattern), transaction.atomic():
        yield


def let_go() -> None:
    """Without the foreign keys of the balances: what they hold is free."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint"
            " WHERE conrelid = 'payments_clientbalance'::regclass AND contype = 'f'"
        )
        names = [name for (name,) in cursor.fetchall()]
        assert len(names) == 2
        for name in names:
            cursor.execute(f'ALTER TABLE payments_clientbalance DROP CONSTRAINT "{name}"')


def new_pair() -> tuple[int, int]:
    """A client and a creditor with nothing between them."""
    return make_client().pk, make_creditor().pk


@pytest.mark.parametrize("table", ["payments_invoice", "payments_receipt"])
def test_nobody_owes_and_nobody_is_owed(table: str) -> None:
    client, creditor = new_pair()
    with refused("payments_clientbal"):
        insert(table, client=NOBODY, creditor=creditor)
    with refused():
        insert(table, client=client, creditor=NOBODY)
    insert(table, client=client, creditor=creditor)


def test_without_the_foreign_keys_of_balances_somebody_unknown_is_taken() -> None:
    let_go()
    insert("payments_invoice", client=NOBODY, creditor=make_creditor().pk)
    assert Invoice.objects.filter(client_id=NOBODY).exists()


@pytest.mark.parametrize("table", ["payments_invoice", "payments_receipt"])
def test_who_has_an_invoice_or_a_receipt_stays(table: str) -> None:
    client, creditor = new_pair()
    insert(table, client=client, creditor=creditor)
    for of, pk in (("clients_client", client), ("clients_creditor", creditor)):
        with refused("clientbalan"):
            run(f"DELETE FROM {of} WHERE id = %s", pk)
        with refused("clientbalan"):
            run(f"UPDATE {of} SET id = %s WHERE id = %s", NOBODY, pk)
    let_go()
    run("DELETE FROM clients_client WHERE id = %s", client)
    assert not Client.objects.filter(pk=client).exists()


def test_a_balance_is_not_deleted_nor_given_to_another() -> None:
    client, creditor = new_pair()
    insert("payments_invoice", client=client, creditor=creditor)
    other = make_client()
    mine = ClientBalance.objects.filter(client_id=client)
    for sql in (
        "DELETE FROM payments_clientbalance",
        "TRUNCATE payments_clientbalance",
        f"UPDATE payments_clientbalance SET client_id = {other.pk}",
        f"UPDATE payments_clientbalance SET creditor_id = {make_creditor().pk}",
        "UPDATE payments_clientbalance SET currency = 'EUR'",
    ):
        with refused("payments_clientbalance"):
            run(sql)
    assert mine.exists()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE payments_clientbalance DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM payments_clientbalance")
    assert not mine.exists()
    problems = [problem for result in run_checks() for problem in result.problems]
    assert any("has no balance" in problem for problem in problems), problems


def test_a_savepoint_that_is_taken_back_takes_both() -> None:
    client, creditor = new_pair()
    with refused(), transaction.atomic():
        insert("payments_invoice", client=client, creditor=creditor)
        insert("payments_invoice", client=client, creditor=creditor)
    assert not ClientBalance.objects.filter(client_id=client).exists()
    assert not Invoice.objects.filter(client_id=client).exists()
