"""Credit notes, lines and states in a ledger."""

from decimal import Decimal
from pathlib import Path

import pytest

from clients.models import Creditor
from imports.rules.problems import Note
from payments.models import CreditNote, Invoice
from tests.imports.ledgers import take_in, write
from tests.imports.taking_in.cast import HEAD, D, codes, sums

pytestmark = pytest.mark.django_db


def test_negative_rows_become_credit_notes(creditor: Creditor, tmp_path: Path) -> None:
    text = f"{HEAD}\nA,1,2026-01-01,2026-01-31,100\nA,CN-1,2026-01-05,2026-01-05,(30.00)\n"
    take_in(write(tmp_path, text), creditor)
    note = CreditNote.objects.get()
    assert (note.number, note.amount, note.unallocated) == ("CN-1", Decimal(30), Decimal(30))
    assert take_in(write(tmp_path, text), creditor).counts["credit_notes"] == 0


def test_only_the_unused_part_of_a_credit_note_is_taken_in(
    creditor: Creditor, tmp_path: Path
) -> None:
    text = (
        "Client,Invoice,Date,Amount,Open Balance,Type\n"
        "A,CN-1,2026-01-05,-30,-10,Credit Memo\nA,CN-2,2026-01-05,-30,0,Credit Memo\n"
    )
    outcome = take_in(write(tmp_path, text), creditor)
    assert CreditNote.objects.get().amount == 10
    assert codes(outcome) >= {Note.PART_USED_CREDIT, Note.LEFT_OUT_USED_CREDIT}


def test_lines_of_one_invoice_are_added_up(creditor: Creditor, tmp_path: Path) -> None:
    text = (
        "Customer,Invoice No,Invoice Date,Due Date,Quantity,Unit Price,Tax Amount\n"
        "A,1,2026-01-01,2026-01-31,3,19.99,10.00\n,1,,,2,5.005,\nB,2,2026-01-01,2026-01-31,1,7,0\n"
    )
    outcome = take_in(write(tmp_path, text), creditor)
    # 3 x 19.99 + 10.00, and 10.01: each line is rounded once.
    assert Invoice.objects.get(number="1").amount == Decimal("79.98")
    assert outcome.findings.counts[Note.LINES_ADDED_UP] == 1


def test_a_total_that_each_line_repeats_counts_once(creditor: Creditor, tmp_path: Path) -> None:
    text = (
        "Invoice Date,Invoice Number,Customer Name,Due Date,Item Name,Quantity,Item Price,"
        "Item Total,Total,Balance\n"
        "2026-01-01,1,A,2026-01-31,Bolt,2,250,500,819.20,119.20\n"
        "2026-01-01,1,A,2026-01-31,Nut,4,40,160,819.20,119.20\n"
    )
    take_in(write(tmp_path, text), creditor)
    invoice = Invoice.objects.get()
    assert (invoice.amount, invoice.open_amount) == (Decimal("819.20"), Decimal("119.20"))


def test_rows_of_one_number_with_different_amounts_are_added_up(
    creditor: Creditor, tmp_path: Path
) -> None:
    text = f"{HEAD}\nA,1,2026-01-01,2026-01-31,100\nA,1,2026-01-01,2026-01-31,50\n"
    take_in(write(tmp_path, text), creditor)
    assert Invoice.objects.get().amount == 150


def test_drafts_and_void_invoices_are_left_out_and_said_so(
    creditor: Creditor, tmp_path: Path
) -> None:
    text = (
        f"{HEAD},Status\nA,1,2026-01-01,2026-01-31,100,Draft\nA,2,2026-01-01,2026-01-31,9,已作废\n"
    )
    outcome = take_in(write(tmp_path, text), creditor)
    assert sums()[0] == 0
    assert outcome.left_out == [{"kind": "X", "currency": "CNY", "count": 2, "amount": "109"}]


def test_terms_give_the_due_date_where_there_is_none(creditor: Creditor, tmp_path: Path) -> None:
    text = "Client,Invoice,Date,Due,Terms,Amount\nA,1,2026-01-01,,Net 45,100\n"
    take_in(write(tmp_path, text), creditor)
    assert Invoice.objects.get().due_on == D(2026, 2, 15)


def test_clients_may_stand_on_lines_of_their_own(creditor: Creditor, tmp_path: Path) -> None:
    text = (
        "Aged Receivables Detail,,,\n,,,\nInvoice Date,Due Date,Invoice Number,Total\n"
        "Acme Ltd,,,\n1 May 2026,31 May 2026,INV-1,100.00\n2 May 2026,1 Jun 2026,INV-2,50.00\n"
        "Total Acme Ltd,,,150.00\nBolt Inc,,,\n3 May 2026,2 Jun 2026,INV-3,7.00\n"
        "Total Bolt Inc,,,7.00\nTotal,,,157.00\n"
    )
    take_in(write(tmp_path, text), creditor)
    owed = Invoice.objects.order_by("number").values_list("client__legal_name", "amount")
    assert [(name, int(amount)) for name, amount in owed] == [
        ("Acme Ltd", 100),
        ("Acme Ltd", 50),
        ("Bolt Inc", 7),
    ]


def test_dates_can_be_moved_for_a_demonstration(creditor: Creditor, tmp_path: Path) -> None:
    path = write(tmp_path, f"{HEAD}\nA,1,2026-01-01,2026-01-31,100\n")
    take_in(path, creditor, shift=10)
    assert Invoice.objects.get().due_on == D(2026, 2, 10)
