"""Settlements of imported invoices, and what a later file adds."""

from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Sum

from clients.models import Creditor
from imports.rules.problems import Note
from payments.models import Allocation, Invoice, Receipt
from payments.services import reverse_allocation
from tests.factories import NOW, pay
from tests.imports.ledgers import take_in, write
from tests.imports.taking_in.cast import HEAD, PARTIAL, D, codes, sums

pytestmark = pytest.mark.django_db


def test_a_later_state_of_the_file_adds_only_what_is_new(
    creditor: Creditor, tmp_path: Path
) -> None:
    take_in(write(tmp_path, PARTIAL + "A,1,2026-01-01,2026-01-31,100,60,2026-02-05\n"), creditor)
    later = "A,1,2026-01-01,2026-01-31,100,20,2026-03-05\nA,2,2026-03-01,2026-03-31,50,50,\n"
    outcome = take_in(write(tmp_path, PARTIAL + later), creditor)
    assert outcome.counts["invoices"] == outcome.counts["receipts"] == 1
    paid = Allocation.objects.order_by("effective_on").values_list("amount", "effective_on")
    assert list(paid) == [(Decimal(40), D(2026, 2, 5)), (Decimal(40), D(2026, 3, 5))]
    assert Invoice.objects.get(number="1").open_amount == 20


def test_a_payment_without_a_day_is_dated_when_it_was_due_but_not_in_the_future(
    creditor: Creditor, tmp_path: Path
) -> None:
    text = (
        "Client,Invoice,Date,Due,Amount,Amount paid\n"
        "A,1,2026-01-01,2026-01-31,100,40\n"
        "A,2,2026-06-01,2026-07-31,100,100\n"
    )
    outcome = take_in(write(tmp_path, text), creditor, on=D(2026, 6, 30))
    days = Receipt.objects.order_by("received_on").values_list("received_on", flat=True)
    assert list(days) == [D(2026, 1, 31), D(2026, 6, 30)]
    assert outcome.findings.counts[Note.ASSUMED_DATE] == 2
    # Another day's import assumes another day, and still adds nothing.
    assert take_in(write(tmp_path, text), creditor, on=D(2026, 8, 30)).counts["receipts"] == 0


def test_paid_as_a_status_settles_the_whole_invoice(creditor: Creditor, tmp_path: Path) -> None:
    text = f"{HEAD},Status\nA,1,2026-01-01,2026-01-31,100,Paid\nA,2,2026-01-01,2026-01-31,9,Sent\n"
    take_in(write(tmp_path, text), creditor)
    assert sums() == (2, Decimal(109), Decimal(9))


def test_an_overpayment_becomes_the_clients_credit(creditor: Creditor, tmp_path: Path) -> None:
    outcome = take_in(
        write(tmp_path, PARTIAL + "A,1,2026-01-01,2026-01-31,100,-5,2026-02-05\n"), creditor
    )
    receipt = Receipt.objects.get()
    assert (receipt.amount, receipt.unallocated) == (Decimal(105), Decimal(5))
    assert Note.OVERPAID in codes(outcome)


def test_a_settlement_before_the_invoice_counts_from_its_issue(
    creditor: Creditor, tmp_path: Path
) -> None:
    outcome = take_in(
        write(tmp_path, PARTIAL + "A,1,2026-02-01,2026-01-31,100,0,2026-01-05\n"), creditor
    )
    assert Receipt.objects.get().received_on == D(2026, 1, 5)
    assert Allocation.objects.get().effective_on == D(2026, 2, 1)
    assert codes(outcome) >= {Note.SETTLED_BEFORE_ISSUED, Note.DUE_BEFORE_ISSUED}


def test_a_settlement_taken_back_here_is_not_entered_again(
    creditor: Creditor, tmp_path: Path
) -> None:
    path = write(tmp_path, PARTIAL + "A,1,2026-01-01,2026-01-31,100,0,2026-02-05\n")
    take_in(path, creditor)
    reverse_allocation(
        allocation=Allocation.objects.get(),
        reason="The bank returned it",
        on=D(2026, 3, 1),
        actor=None,
        at=NOW,
    )
    outcome = take_in(path, creditor)
    assert Invoice.objects.get().open_amount == 100
    assert Note.TAKEN_BACK in codes(outcome)


def test_what_was_settled_here_meanwhile_is_not_settled_twice(
    creditor: Creditor, tmp_path: Path
) -> None:
    text = PARTIAL + "A,1,2026-01-01,2026-01-31,100,{},\n"
    take_in(write(tmp_path, text.format(100)), creditor)
    pay(Invoice.objects.get(), "70")
    outcome = take_in(write(tmp_path, text.format(60)), creditor)
    assert Invoice.objects.get().open_amount == 30
    assert Note.LEDGER_AHEAD in codes(outcome)
    take_in(write(tmp_path, text.format(0)), creditor)
    assert Invoice.objects.get().open_amount == 0
    assert Receipt.objects.aggregate(total=Sum("amount"))["total"] == 100
