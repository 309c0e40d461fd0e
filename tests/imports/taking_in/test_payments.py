"""Payments in a file of their own, and what is kept of an import."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Sum

from clients.models import Creditor
from core.models import AuditEvent
from imports.models import LedgerImport
from imports.rules.problems import Note, Problem
from imports.states import ImportState
from payments.models import Invoice, Receipt
from tests.factories import make_client, make_invoice
from tests.imports.ledgers import CNY_LEDGER, refused, take_in, write
from tests.imports.taking_in.cast import HEAD, D, codes

pytestmark = pytest.mark.django_db


PAID_HEAD = "Date,Payment Number,Customer Name,Amount,Payment Mode,Reference,Invoice Number\n"


def test_payments_settle_the_invoices_they_name(creditor: Creditor, tmp_path: Path) -> None:
    client = make_client(legal_name="Acme")
    invoice = make_invoice(client, creditor, "100.00", number="INV-1")
    text = (
        PAID_HEAD + "2026-06-20,P-1,Acme,60,Cheque,CHQ-1,INV-1\n2026-06-21,P-2,Acme,15,M-Pesa,,\n"
    )
    outcome = take_in(write(tmp_path, text), creditor)
    invoice.refresh_from_db()
    assert invoice.open_amount == 40
    methods = Receipt.objects.order_by("received_on").values_list("method", "unallocated")
    assert list(methods) == [("CHEQUE", 0), ("WALLET", 15)]
    assert Note.WITHOUT_INVOICE in codes(outcome)
    assert not any(take_in(write(tmp_path, text), creditor).counts.values())


def test_one_payment_of_several_invoices_is_one_receipt(creditor: Creditor, tmp_path: Path) -> None:
    client = make_client(legal_name="Acme")
    for number in ("I1", "I2"):
        make_invoice(client, creditor, "200.00", number=number)
    text = (
        "Payment Number,Customer Name,Amount,Date,Amount Applied to Invoice,Invoice Number\n"
        "P1,Acme,450.00,2026-06-20,200.00,I1\nP1,Acme,450.00,2026-06-20,200.00,I2\n"
    )
    take_in(write(tmp_path, text), creditor)
    receipt = Receipt.objects.get()
    assert (receipt.amount, receipt.unallocated) == (Decimal(450), Decimal(50))
    assert not Invoice.objects.open().exists()


def test_the_payment_itself_takes_the_place_of_an_assumed_settlement(
    creditor: Creditor, tmp_path: Path
) -> None:
    invoices = f"{HEAD},Status\nAcme,INV-1,2026-05-01,2026-05-31,100,Paid\n"
    take_in(write(tmp_path, invoices), creditor)
    text = PAID_HEAD + "2026-06-20,P-1,Acme,60,Cheque,,INV-1\n"
    outcome = take_in(write(tmp_path, text, "payments.csv"), creditor)
    assert Note.REPLACED_ASSUMED in codes(outcome)
    assert Invoice.objects.get().open_amount == 0
    live = Receipt.objects.filter(allocated__gt=0).order_by("amount")
    assert [(r.amount, r.received_on) for r in live] == [
        (Decimal(40), D(2026, 5, 31)),
        (Decimal(60), D(2026, 6, 20)),
    ]
    assert Receipt.objects.aggregate(credit=Sum("unallocated"))["credit"] == 0
    # Both files again: nothing moves any more.
    assert not any(take_in(write(tmp_path, invoices), creditor).counts.values())
    assert not any(take_in(write(tmp_path, text, "payments.csv"), creditor).counts.values())


def test_more_than_was_open_stays_the_clients_credit(creditor: Creditor, tmp_path: Path) -> None:
    make_invoice(make_client(legal_name="Acme"), creditor, "100.00", number="INV-1")
    text = PAID_HEAD + (
        "2026-06-20,P-1,Acme,80,Cheque,,INV-1\n2026-06-21,P-2,Acme,50,Cheque,,INV-1\n"
    )
    outcome = take_in(write(tmp_path, text), creditor)
    assert Invoice.objects.get().open_amount == 0
    assert Receipt.objects.aggregate(credit=Sum("unallocated"))["credit"] == 30
    assert outcome.findings.counts[Note.MORE_THAN_OPEN] == 1


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("2026-06-20,P-1,Acme,60,Cheque,,INV-9", "Invoice Number", Problem.UNKNOWN_INVOICE),
        ("2026-06-20,P-1,Bolt,60,Cheque,,INV-1", "Customer Name", Problem.OTHER_CLIENT),
        ("2026-06-20,P-1,Acme,-60,Cheque,,INV-1", "Amount", Problem.SETTLEMENT_BELOW_ZERO),
        (",P-1,Acme,60,Cheque,,INV-1", "Date", Problem.MISSING_VALUE),
        ("2026-06-20,P-1,Acme,,Cheque,,INV-1", "Amount", Problem.MISSING_VALUE),
    ],
)
def test_a_payment_that_does_not_fit_refuses_the_file(
    creditor: Creditor, tmp_path: Path, row: str, column: str, code: str
) -> None:
    make_invoice(make_client(legal_name="Acme"), creditor, "100.00", number="INV-1")
    make_client(legal_name="Bolt")
    assert (2, column, code) in refused(write(tmp_path, f"{PAID_HEAD}{row}\n"), creditor)
    assert not Receipt.objects.exists()


def test_a_payment_that_changed_is_refused(creditor: Creditor, tmp_path: Path) -> None:
    make_client(legal_name="Acme")
    take_in(write(tmp_path, PAID_HEAD + "2026-06-20,P-1,Acme,60,Cheque,,\n"), creditor)
    changed = write(tmp_path, PAID_HEAD + "2026-06-20,P-1,Acme,61,Cheque,,\n")
    assert refused(changed, creditor) == [(2, "Amount", Problem.CHANGED_RECEIPT)]


def test_an_import_is_kept_with_its_file_and_one_act(creditor: Creditor, tmp_path: Path) -> None:
    path = write(tmp_path, CNY_LEDGER)
    outcome = take_in(path, creditor)
    row = LedgerImport.objects.get()
    assert (row.state, row.pk) == (ImportState.IMPORTED, outcome.import_id)
    event = AuditEvent.objects.get(action="imports.import")
    assert row.document.sha256 in event.payload
    assert not AuditEvent.objects.filter(action="clients.create").exists()
    assert set(Invoice.objects.values_list("source", flat=True)) == {row.source}
    take_in(path, creditor)
    assert LedgerImport.objects.count() == 2
    assert LedgerImport.objects.values("document").distinct().count() == 1


def test_every_problem_and_note_has_its_words() -> None:
    from imports.rules.targets import Target
    from imports.selectors.finding_words import NOTE_WORDS, PROBLEM_WORDS, TARGET_WORDS

    assert set(PROBLEM_WORDS) == set(Problem)
    assert set(NOTE_WORDS) == set(Note)
    assert set(TARGET_WORDS) == set(Target)
