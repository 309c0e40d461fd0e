"""`manage.py import_ledger`: one short table, exit 1 with every problem, JSON for machines."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clients.models import Client, Creditor
from core.models import AuditEvent, Document
from imports.models import LedgerImport, SavedMapping
from imports.rules.headers import header_signature
from payments.models import Invoice
from tests.factories import NOW, make_creditor
from tests.imports.ledgers import CNY_LEDGER, write

pytestmark = pytest.mark.django_db
DEMO = Path(__file__).resolve().parents[2] / "imports" / "data" / "demo_ledger.csv"


@pytest.fixture(autouse=True)
def creditor() -> Creditor:
    """Ours."""
    return make_creditor(code="own")


def run(path: Path, *args: str) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("import_ledger", str(path), *args, stdout=out)
    return out.getvalue()


def run_refused(path: Path, *args: str) -> tuple[str, str]:
    """What it prints and why it fails."""
    out = io.StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("import_ledger", str(path), *args, stdout=out)
    return out.getvalue(), str(caught.value)


def test_it_prints_a_table_and_that_it_ties(tmp_path: Path) -> None:
    printed = run(write(tmp_path, CNY_LEDGER))
    assert "4,300.50" in printed
    assert "2 clients, 3 invoices" in printed
    assert "All totals tie to the cent." in printed
    assert "nothing: all of it was there already" in run(write(tmp_path, CNY_LEDGER))


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    printed = run(write(tmp_path, CNY_LEDGER), "--dry-run")
    assert "发票号 → Invoice number" in printed
    assert "4,300.50" in printed
    for model in (Client, Invoice, LedgerImport, Document, AuditEvent):
        assert not model.objects.exists()


def test_a_refused_file_names_every_problem(tmp_path: Path) -> None:
    text = "Client,Invoice,Date,Due,Amount\n" + "A,1,x,2026-01-31,100\n" * 60
    for args in ((), ("--dry-run",)):
        printed, reason = run_refused(write(tmp_path, text), *args)
        assert "row 2, Date: “x” is no date" in printed
        assert "... and" in printed
        assert "Nothing was written" in reason
    assert not Invoice.objects.exists()


def test_json_is_for_machines(tmp_path: Path) -> None:
    report: dict[str, Any] = json.loads(run(write(tmp_path, CNY_LEDGER), "--json"))
    assert report["totals"][0]["ledger_amount"] == "4300.5"
    assert report["counts"]["invoices"] == 3
    text = "Client,Invoice,Date,Due,Amount\nA,1,x,2026-01-31,100\n"
    printed, _reason = run_refused(write(tmp_path, text), "--json")
    assert json.loads(printed)["problems"][0]["row"] == 2


def test_a_mapping_by_hand_is_followed(tmp_path: Path) -> None:
    path = write(tmp_path, "Wer,Was,Wann,Frist,Wieviel\nAcme,1,2/1/2026,4/3/2026,100\n")
    _printed, reason = run_refused(path)
    assert "Refused" in reason
    mapping = {
        "columns": {
            "Wer": "client_name",
            "Was": "invoice_number",
            "Wann": "issued_on",
            "Frist": "due_on",
            "Wieviel": "amount",
        },
        "date_order": "mdy",
        "currency": "USD",
    }
    chosen = write(tmp_path, json.dumps(mapping), "m.json")
    run(path, "--mapping", str(chosen))
    invoice = Invoice.objects.get()
    assert (invoice.currency, str(invoice.issued_on)) == ("USD", "2026-02-01")


def test_a_saved_mapping_is_found_by_the_headings(tmp_path: Path) -> None:
    labels = ["Wer", "Was", "Wann", "Frist", "Wieviel"]
    columns = ["client_name", "invoice_number", "issued_on", "due_on", "amount"]
    SavedMapping.objects.create(
        name="Ours",
        signature=header_signature(labels),
        mapping={"columns": dict(zip(labels, columns, strict=True))},
        created_at=NOW,
    )
    path = write(tmp_path, "WER,was,Wann,Frist,Wieviel\nAcme,1,2026-01-02,2026-04-03,100\n")
    run(path)
    assert Invoice.objects.get().amount == 100


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--creditor", "nobody"), "There is no creditor nobody"),
        (("--currency", "XYZ"), "is not a currency code"),
        (("--mapping", "/nowhere/m.json"), "cannot be read"),
    ],
)
def test_what_it_is_told_wrong_it_says(tmp_path: Path, args: tuple[str, ...], words: str) -> None:
    _printed, reason = run_refused(write(tmp_path, CNY_LEDGER), *args)
    assert words in reason


def test_a_file_that_is_not_there_is_said_so() -> None:
    _printed, reason = run_refused(Path("/nowhere/ledger.csv"))
    assert "cannot be read" in reason


def test_the_first_ledger_of_all_gets_a_company_to_be_owed_to(tmp_path: Path) -> None:
    Creditor.objects.all().delete()
    run(write(tmp_path, CNY_LEDGER), "--dry-run", "--currency", "eur")
    assert not Creditor.objects.exists()
    run(write(tmp_path, CNY_LEDGER), "--currency", "EUR")
    assert Creditor.objects.get().currency == "EUR"


def test_the_example_ledger_has_something_of_everything() -> None:
    report = json.loads(run(DEMO, "--json"))
    assert len(report["totals"]) == 6
    assert report["counts"]["clients"] == 40
    assert 290 <= report["counts"]["invoices"] <= 310
    assert report["counts"]["credit_notes"] > 10
    assert report["counts"]["disputes"] > 10
    assert Client.objects.filter(language="zh-hans").count() == 19
    partly = Invoice.objects.filter(allocated__gt=0, open_amount__gt=0)
    assert partly.exists()
    assert not any(json.loads(run(DEMO, "--json"))["counts"].values())


# With DUNWELL_SAMPLE_DATA naming a folder of public samples, they are tried too.
SAMPLES = Path(os.environ.get("DUNWELL_SAMPLE_DATA", "/nonexistent"))
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="DUNWELL_SAMPLE_DATA is not set")


@needs_samples
def test_the_factoring_sample_goes_in_whole() -> None:
    report = json.loads(run(SAMPLES / "ar_ledger_ibm.csv", "--json"))
    assert (report["counts"]["invoices"], report["counts"]["clients"]) == (2466, 100)
    assert report["totals"][0]["amount"] == report["totals"][0]["ledger_settled"] == "147703.18"
    assert report["totals"][0]["disputes"] == 561
    again = json.loads(run(SAMPLES / "ar_ledger_ibm.csv", "--json"))
    assert not any(again["counts"].values())


@needs_samples
def test_the_other_samples_go_in_or_say_exactly_what_is_wrong() -> None:
    exports = SAMPLES / "exports"
    run(exports / "zoho_invoices.csv")
    run(exports / "zoho_payments_received.csv")
    assert sum(i.open_amount for i in Invoice.objects.open()) == 87500 + 155000 + 330000
    printed, _reason = run_refused(exports / "ar_aging_synthetic.csv")
    assert "row 52, Open_Balance" in printed
    assert "row 62, Original_Amount" in printed
    printed, reason = run_refused(exports / "xero_sales_invoice_template.csv")
    assert "row 31, *ContactName" in printed
    assert "36 problems" in reason
