"""What a file becomes: invoices, receipts, credit notes, disputes; and what it never does."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum

from clients.models import Client, Contact, Creditor
from core import verify
from core.models import AuditEvent
from core.states import Role
from disputes.models import Dispute
from disputes.services import open_dispute
from disputes.states import DisputeReason
from imports.models import LedgerImport
from imports.rules.problems import Note, Problem
from imports.services.imports import Outcome, UnableToImport
from imports.states import ImportState
from payments.models import Allocation, CreditNote, Invoice, Receipt
from payments.selectors import verify as _checks  # noqa: F401  # registers them
from payments.services import reverse_allocation
from tests.factories import NOW, make_client, make_creditor, make_invoice, make_user, pay
from tests.imports.ledgers import (
    CNY_LEDGER,
    IBM_HEADINGS,
    factoring_rows,
    refused,
    rows_to_csv,
    take_in,
    write,
    write_xlsx,
)

pytestmark = pytest.mark.django_db
D = dt.date
HEAD = "Client,Invoice,Date,Due,Amount"


@pytest.fixture
def creditor() -> Creditor:
    """Ours: CNY, Shanghai."""
    return make_creditor(code="own")


@pytest.fixture(autouse=True)
def _holds_together() -> Any:
    """Whatever was imported, the ledger agrees with itself afterwards."""
    yield
    broken = [r for r in verify.run_checks() if r.name.startswith("payments") and not r.holds]
    assert broken == []


def codes(outcome: Outcome) -> set[str]:
    """Codes of the notes."""
    return {str(code) for code in outcome.findings.counts}


def sums() -> tuple[int, Decimal, Decimal]:
    """Invoices, invoiced, open."""
    found = Invoice.objects.aggregate(amount=Sum("amount"), open=Sum("open_amount"))
    return Invoice.objects.count(), found["amount"] or Decimal(0), found["open"] or Decimal(0)


# The shape of a factoring sample -----------------------------------------------------------


def test_settled_invoices_become_receipts_and_allocations_on_their_day(
    creditor: Creditor, tmp_path: Path
) -> None:
    rows = factoring_rows()
    outcome = take_in(write(tmp_path, rows_to_csv(IBM_HEADINGS, rows)), creditor)
    total = sum((Decimal(row[6]) for row in rows), Decimal())
    assert sums() == (len(rows), total, Decimal())
    assert outcome.totals[0]["amount"] == outcome.totals[0]["ledger_amount"]
    first = rows[0]
    invoice = Invoice.objects.get(number=first[3])
    allocation = Allocation.objects.get(invoice=invoice)
    assert allocation.effective_on == dt.datetime.strptime(first[8], "%m/%d/%Y").date()  # noqa: DTZ007  # a day
    assert invoice.closed_on == allocation.effective_on
    assert Receipt.objects.count() == len(rows)
    assert Client.objects.get(pk=invoice.client_id).code == first[1]
    assert codes(outcome) >= {Note.NOT_COUNTRIES, Note.DEFAULT_CURRENCY}


def test_a_flagged_invoice_that_was_settled_has_a_dispute_that_ended_then(
    creditor: Creditor, tmp_path: Path
) -> None:
    rows = factoring_rows()
    take_in(write(tmp_path, rows_to_csv(IBM_HEADINGS, rows)), creditor)
    assert Dispute.objects.count() == sum(row[7] == "Yes" for row in rows)
    for dispute in Dispute.objects.select_related("invoice"):
        assert dispute.reason == DisputeReason.IMPORTED
        assert dispute.state != "OPEN"
        assert dispute.resolved_on == dispute.invoice.closed_on
        assert dispute.opened_on == dispute.invoice.issued_on


def test_importing_again_adds_nothing(creditor: Creditor, tmp_path: Path) -> None:
    path = write(tmp_path, rows_to_csv(IBM_HEADINGS, factoring_rows()))
    take_in(path, creditor)
    models = (Client, Contact, Invoice, Receipt, Allocation, Dispute, CreditNote)
    before = [model.objects.count() for model in models]
    for _again in range(2):
        outcome = take_in(path, creditor)
        assert not any(outcome.counts.values())
        assert [model.objects.count() for model in models] == before


def test_until_takes_in_what_was_known_and_the_whole_file_later_adds_the_rest(
    creditor: Creditor, tmp_path: Path
) -> None:
    rows = factoring_rows()
    path = write(tmp_path, rows_to_csv(IBM_HEADINGS, rows))
    day = D(2025, 6, 1)

    def on(text: str) -> dt.date:
        return dt.datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007  # a day

    known = [row for row in rows if on(row[4]) <= day]
    unpaid = [row for row in known if on(row[8]) > day]
    assert 0 < len(unpaid) < len(known) < len(rows)
    take_in(path, creditor, until=day)
    count, _amount, open_amount = sums()
    assert (count, open_amount) == (len(known), sum(Decimal(row[6]) for row in unpaid))
    assert Dispute.objects.open().count() == sum(row[7] == "Yes" for row in unpaid)
    outcome = take_in(path, creditor)
    assert outcome.counts["invoices"] == len(rows) - len(known)
    assert sums() == (len(rows), sum((Decimal(row[6]) for row in rows), Decimal()), Decimal())
    assert not Dispute.objects.open().exists()
    assert Dispute.objects.count() == sum(row[7] == "Yes" for row in rows)


# Chinese, workbooks, money ------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_chinese_ledger_goes_in_whatever_its_encoding(
    creditor: Creditor, tmp_path: Path, encoding: str
) -> None:
    take_in(write(tmp_path, CNY_LEDGER, encoding=encoding), creditor)
    client = Client.objects.get(legal_name="上海远东贸易有限公司")
    assert (client.language, client.name_initials) == ("zh-hans", "shydmyyxgs")
    assert client.code == "C-00001"
    assert sums() == (3, Decimal("4300.50"), Decimal("2800.00"))
    dispute = Dispute.objects.get()
    assert (dispute.amount, dispute.invoice.collectible) == (Decimal(800), 0)


def test_a_workbook_goes_in_like_a_text_file(creditor: Creditor, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Receivables as of June", None, None, None, None],
        [None] * 5,
        ["Client", "Invoice", "Date", "Due", "Amount"],
        ["Acme Ltd", 1001, D(2026, 5, 1), D(2026, 5, 31), 66919.79],
        ["Acme Ltd", 1002, D(2026, 5, 2), D(2026, 6, 1), 0.1 + 0.2],
        ["Total", None, None, None, 66920.09],
    ]
    outcome = take_in(write_xlsx(tmp_path, rows), creditor)
    assert sums() == (2, Decimal("66920.09"), Decimal("66920.09"))
    assert outcome.findings.counts[Note.SKIPPED_ROWS] == 1


def test_european_amounts_and_dates_are_read_as_written(creditor: Creditor, tmp_path: Path) -> None:
    text = "Kunde;Rechnungsnr.;Rechnungsdatum;Fällig am;Betrag\nA GmbH;1;01.02.2026;03.03.2026;1.234,56 €\n"
    take_in(write(tmp_path, text, encoding="cp1252"), creditor)
    invoice = Invoice.objects.get()
    assert (invoice.issued_on, invoice.amount) == (D(2026, 2, 1), Decimal("1234.56"))
    assert invoice.currency == "EUR"


def test_currencies_are_never_mixed(creditor: Creditor, tmp_path: Path) -> None:
    text = f"{HEAD},Currency\nA,1,2026-05-01,2026-05-31,100.50,EUR\nA,2,2026-05-01,2026-05-31,100,JPY\n"
    outcome = take_in(write(tmp_path, text), creditor)
    assert [(row["currency"], row["amount"]) for row in outcome.totals] == [
        ("EUR", "100.5"),
        ("JPY", "100"),
    ]


# Settlements ---------------------------------------------------------------------------------

PARTIAL = "Client,Invoice,Date,Due,Amount,Open Balance,Last payment date\n"


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


# Credit notes, lines, states ------------------------------------------------------------------


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


# Clients ------------------------------------------------------------------------------------


def test_a_client_is_known_by_code_and_else_by_name(creditor: Creditor, tmp_path: Path) -> None:
    coded = make_client(code="K1", legal_name="Old Name Ltd")
    named = make_client(code="K2", legal_name="Bolt  Inc.")
    text = (
        "Customer code,Customer name,Invoice,Date,Due,Amount\n"
        "K1,New Name Ltd,1,2026-01-01,2026-01-31,100\n,ＢＯＬＴ inc,2,2026-01-01,2026-01-31,9\n"
    )
    take_in(write(tmp_path, text), creditor)
    assert Invoice.objects.get(number="1").client == coded
    assert Invoice.objects.get(number="2").client == named
    coded.refresh_from_db()
    assert coded.legal_name == "Old Name Ltd"


def test_two_clients_of_one_name_are_told_apart_by_code_only(
    creditor: Creditor, tmp_path: Path
) -> None:
    make_client(code="K1", legal_name="Acme")
    make_client(code="K2", legal_name="acme")
    path = write(tmp_path, f"{HEAD}\nAcme,1,2026-01-01,2026-01-31,100\n")
    assert refused(path, creditor) == [(2, "Client", Problem.AMBIGUOUS_CLIENT)]


def test_new_clients_get_contact_country_owner_and_language(
    creditor: Creditor, tmp_path: Path
) -> None:
    owner = make_user(Role.SALES, name="Ann Lee")
    text = (
        f"{HEAD},Contact name,Email,Country,Sales rep\n"
        "Acme,1,2026-01-01,2026-01-31,100,Bob,Bob <ap@acme.example>,Germany,ann lee\n"
        "Bolt,2,2026-01-01,2026-01-31,100,,not an address,Atlantis,Nobody\n"
    )
    outcome = take_in(write(tmp_path, text), creditor)
    acme = Client.objects.get(legal_name="Acme")
    assert (acme.country, acme.owner, acme.time_zone) == ("DE", owner, "Europe/Berlin")
    contact = Contact.objects.get(client=acme)
    assert (contact.name, contact.email, contact.is_primary) == ("Bob", "ap@acme.example", True)
    assert Contact.objects.count() == 1
    assert codes(outcome) >= {Note.BAD_EMAIL, Note.UNKNOWN_COUNTRY, Note.UNKNOWN_OWNER}


# Refusals: nothing is written, and every problem has its row and column -----------------------


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("A,1,2026-13-45,2026-01-31,100", [(2, "Date", "bad_date")]),
        ("A,1,,2026-01-31,100", [(2, "Date", "missing_value")]),
        ("A,1,2026-01-01,,100", [(2, "Due", "no_due_date")]),
        ("A,1,2026-01-01,2026-01-31,1OO", [(2, "Amount", "bad_amount")]),
        ("A,1,2026-01-01,2026-01-31,", [(2, "Amount", "missing_value")]),
        ("A,1,2026-01-01,2026-01-31,1.005", [(2, "Amount", "too_precise")]),
        ("A,1,2026-01-01,2026-01-31,9999999999999999", [(2, "Amount", "too_large")]),
        (",1,2026-01-01,2026-01-31,100", [(2, "Client", "missing_value")]),
        ("A,,2026-01-01,2026-01-31,100", [(2, "Invoice", "missing_value")]),
        (f"A,{'9' * 81},2026-01-01,2026-01-31,100", [(2, "Invoice", "too_long")]),
        ("A,1,2026-01-01,2026-01-31,100,oops", [(2, "", "extra_cells")]),
        (
            "A,1,2026-01-01,2026-01-31,100\nB,1,2026-01-01,2026-01-31,100",
            [(3, "Client", "number_clash")],
        ),
        (
            "A,1,2026-01-01,2026-01-31,100\nA,1,2026-01-02,2026-01-31,50",
            [(3, "Date", "number_clash")],
        ),
        (
            "A,1,2026-01-01,2026-01-31,100\nA,1,2026-01-01,2026-01-31,100",
            [(3, "Invoice", "row_twice")],
        ),
        (
            "A,1,bad,2026-01-31,100\nA,2,2026-01-01,2026-01-31,x",
            [(2, "Date", "bad_date"), (3, "Amount", "bad_amount")],
        ),
    ],
)
def test_a_bad_cell_refuses_the_file_and_names_its_place(
    creditor: Creditor, tmp_path: Path, text: str, problems: list[tuple[int, str, str]]
) -> None:
    good = "Good,G1,2026-01-01,2026-01-31,100"
    path = write(tmp_path, f"{HEAD}\n{text}\n{good}\n")
    assert refused(path, creditor) == problems
    assert sums()[0] == Client.objects.count() == LedgerImport.objects.count() == 0


def test_ambiguous_dates_are_asked_for_and_taken_when_given(
    creditor: Creditor, tmp_path: Path
) -> None:
    path = write(tmp_path, f"{HEAD}\nA,1,1/2/2026,3/4/2026,100\nA,2,5/6/2026,7/8/2026,100\n")
    assert {code for _row, _column, code in refused(path, creditor)} == {Problem.AMBIGUOUS_DATES}
    take_in(path, creditor, conventions={"date_order": "dmy"})
    assert Invoice.objects.get(number="1").issued_on == D(2026, 2, 1)


def test_terms_decide_ambiguous_dates(creditor: Creditor, tmp_path: Path) -> None:
    text = "Client,Invoice,Date,Due,Terms,Amount\nA,1,1/2/2026,3/3/2026,Net 30,100\n"
    take_in(write(tmp_path, text), creditor)
    assert Invoice.objects.get().issued_on == D(2026, 2, 1)


def test_balances_must_fit_their_amounts(creditor: Creditor, tmp_path: Path) -> None:
    rows = "A,1,2026-01-01,2026-01-31,100,101,\nA,2,2026-01-01,2026-01-31,0,5,\n"
    assert refused(write(tmp_path, PARTIAL + rows), creditor) == [
        (2, "Open Balance", Problem.BALANCE_ABOVE_AMOUNT),
        (3, "Amount", Problem.ZERO_AMOUNT),
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("B,1,2026-01-01,2026-01-31,100", "Client"),
        ("A,1,2026-01-02,2026-01-31,100", "Date"),
        ("A,1,2026-01-01,2026-02-01,100", "Due"),
        ("A,1,2026-01-01,2026-01-31,101", "Amount"),
    ],
)
def test_a_changed_fact_of_a_known_invoice_refuses_the_file(
    creditor: Creditor, tmp_path: Path, row: str, column: str
) -> None:
    take_in(write(tmp_path, f"{HEAD}\nA,1,2026-01-01,2026-01-31,100\n"), creditor)
    changed = write(tmp_path, f"{HEAD}\n{row}\nC,2,2026-01-01,2026-01-31,5\n")
    assert refused(changed, creditor) == [(2, column, Problem.CHANGED_FACT)]
    assert sums()[0] == 1


def test_closed_books_stay_closed(creditor: Creditor, tmp_path: Path) -> None:
    Creditor.objects.filter(pk=creditor.pk).update(books_closed_on=D(2026, 1, 31))
    creditor.refresh_from_db()
    text = f"{HEAD},Settled date\nA,1,2026-01-31,2026-02-28,100,\nA,2,2026-02-01,2026-02-28,5,2026-01-15\n"
    assert refused(write(tmp_path, text), creditor) == [
        (2, "Date", Problem.BOOKS_CLOSED),
        (3, "Settled date", Problem.BOOKS_CLOSED),
    ]


def test_a_summary_by_age_is_asked_for_in_detail(creditor: Creditor, tmp_path: Path) -> None:
    text = "Customer,Current,1 - 30,31 - 60,61 - 90,91 and over,Total\nAcme,1,2,3,4,5,15\n"
    assert refused(write(tmp_path, text), creditor) == [(1, "", Problem.SUMMARY_REPORT)]


def test_all_problems_are_counted_and_the_first_ones_shown(
    creditor: Creditor, tmp_path: Path
) -> None:
    rows = "".join(f"A,{n},never,2026-01-31,100\n" for n in range(3000))
    with pytest.raises(UnableToImport) as caught:
        take_in(write(tmp_path, f"{HEAD}\n{rows}"), creditor)
    findings = caught.value.findings
    assert findings.problem_count == 3000
    assert len(findings.problems) == 1000


# Disputes -------------------------------------------------------------------------------------

FLAGGED = "Client,Invoice,Date,Due,Amount,Disputed,Disputed amount\n"


def test_a_partial_dispute_leaves_the_rest_collectible(creditor: Creditor, tmp_path: Path) -> None:
    text = FLAGGED + "A,1,2026-01-01,2026-01-31,100,Yes,40\nA,2,2026-01-01,2026-01-31,100,,30\n"
    take_in(write(tmp_path, text), creditor)
    left = Invoice.objects.order_by("number").values_list("collectible", flat=True)
    assert list(left) == [Decimal(60), Decimal(70)]


def test_a_reason_in_place_of_yes_is_kept(creditor: Creditor, tmp_path: Path) -> None:
    text = FLAGGED + "A,1,2026-01-01,2026-01-31,100,Goods arrived damaged,\n"
    take_in(write(tmp_path, text), creditor)
    assert Dispute.objects.get().note == "Goods arrived damaged"


def test_a_flag_that_is_gone_ends_the_dispute_it_began_and_no_other(
    creditor: Creditor, tmp_path: Path
) -> None:
    two = "A,1,2026-01-01,2026-01-31,100,{},\nA,2,2026-01-01,2026-01-31,100,,\n"
    take_in(write(tmp_path, FLAGGED + two.format("Yes")), creditor)
    open_dispute(
        invoice=Invoice.objects.get(number="2"),
        amount=Decimal(10),
        reason=DisputeReason.QUALITY,
        on=D(2026, 2, 1),
        actor=None,
        at=NOW,
    )
    take_in(write(tmp_path, FLAGGED + two.format("No")), creditor)
    assert Dispute.objects.open().get().reason == DisputeReason.QUALITY
    assert Invoice.objects.get(number="1").collectible == 100


# Payments ------------------------------------------------------------------------------------

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


# What is kept ---------------------------------------------------------------------------------


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
