"""Ledgers of several shapes, encodings and currencies go in."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from clients.models import Client, Contact, Creditor
from disputes.models import Dispute
from disputes.states import DisputeReason
from imports.rules.problems import Note
from payments.models import Allocation, CreditNote, Invoice, Receipt
from tests.imports.ledgers import (
    CNY_LEDGER,
    IBM_HEADINGS,
    factoring_rows,
    rows_to_csv,
    take_in,
    write,
    write_xlsx,
)
from tests.imports.taking_in.cast import HEAD, D, codes, sums

pytestmark = pytest.mark.django_db


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
