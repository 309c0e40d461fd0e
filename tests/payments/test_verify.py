"""`verify_ledger` holds on honest rows and names what was altered behind the triggers' back."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from disputes.services import open_dispute
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_credit_note,
    make_creditor,
    make_invoice,
    make_receipt,
    pay,
)

pytestmark = pytest.mark.django_db


def busy_ledger() -> None:
    client, creditor = make_client(), make_creditor()
    pay(make_invoice(client, creditor), "400.00")
    make_receipt(client, creditor)
    make_credit_note(client, creditor)
    contested = make_invoice(client, creditor)
    open_dispute(
        invoice=contested, amount=contested.amount, reason="QUALITY", on=TODAY, actor=None, at=NOW
    )


def verify() -> str:
    out = StringIO()
    call_command("verify_ledger", stdout=out)
    return out.getvalue()


def test_an_honest_ledger_holds() -> None:
    busy_ledger()
    assert "FAIL" not in verify()


@pytest.mark.parametrize(
    ("sql", "check"),
    [
        ("UPDATE payments_invoice SET allocated = allocated + 1", "invoices' allocated"),
        ("UPDATE payments_receipt SET refunded = 1 WHERE allocated = 0", "receipts' counters"),
        ("UPDATE payments_creditnote SET allocated = 1", "credit notes' counters"),
        ("UPDATE payments_clientbalance SET credit = credit + 1", "client balances"),
        ("UPDATE payments_agingflow SET amount = amount + 1 WHERE measure = 3", "aging flow"),
        ("UPDATE payments_invoice SET disputed = 0", "disputed amounts"),
        ("UPDATE core_auditevent SET payload = '{}' WHERE seq = 2", "audit chains"),
        ("DELETE FROM core_auditevent WHERE seq = 2", "audit chains"),
    ],
)
def test_it_names_what_was_altered(sql: str, check: str) -> None:
    busy_ledger()
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")
    out = StringIO()
    with pytest.raises(CommandError, match="failed"):
        call_command("verify_ledger", stdout=out)
    failed = [line for line in out.getvalue().splitlines() if line.startswith("FAIL")]
    assert any(check in line for line in failed), failed
