"""The page: upload, mapping, preview, import in the background, report."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from clients.models import Creditor
from core import outbox
from core.models import AuditEvent, Document, Job, User
from core.states import JobState, Role
from imports.models import LedgerImport, SavedMapping
from imports.services import uploads
from imports.states import ImportState
from payments.models import Invoice, Receipt
from tests.factories import make_creditor, make_user
from tests.imports.ledgers import CNY_LEDGER, rows_to_csv

pytestmark = pytest.mark.django_db
HEAD = "Client,Invoice,Date,Due,Amount"
BAD = f"{HEAD}\nA,1,never,2026-01-31,100\nA,2,2026-01-01,2026-01-31,1OO\n"


@pytest.fixture
def creditor() -> Creditor:
    """Ours."""
    return make_creditor(code="own")


@pytest.fixture
def finance() -> User:
    """Fiona of finance."""
    return make_user(Role.FINANCE, name="Fiona")


@pytest.fixture
def fiona(finance: User) -> Browser:
    """Fiona's fiona."""
    fiona = Browser()
    fiona.force_login(finance)
    return fiona


def upload(fiona: Browser, creditor: Creditor, text: str | bytes, name: str = "ledger.csv") -> Any:
    """Upload a file and give the page that follows."""
    content = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile(name, content)
    return fiona.post("/imports/", {"file": file, "creditor": creditor.pk})


def streamed(response: Any) -> bytes:
    """The bytes of a download."""
    return b"".join(response.streaming_content)


def uploaded(fiona: Browser, creditor: Creditor, text: str) -> LedgerImport:
    """Upload a file that is taken."""
    response = upload(fiona, creditor, text)
    row = LedgerImport.objects.order_by("-pk")[0]
    assert response.url == f"/imports/{row.pk}/mapping/"
    return row


def form_data(fiona: Browser, row: LedgerImport, **changes: str) -> dict[str, str]:
    """The mapping form as the page shows it, with what the person changes."""
    form = fiona.get(f"/imports/{row.pk}/mapping/").context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {**{k: str(v) for k, v in data.items() if v not in {None, False}}, **changes}


def check(fiona: Browser, row: LedgerImport, **changes: str) -> Any:
    """Send the mapping as it is guessed; the page that follows."""
    data = form_data(fiona, row, **changes)
    return fiona.post(f"/imports/{row.pk}/mapping/", data)


def work() -> None:
    """What a worker does."""
    outbox.run_waiting(at=dt.datetime.now(tz=dt.UTC) + dt.timedelta(minutes=1))


def test_sales_and_strangers_find_nothing_here(creditor: Creditor, fiona: Browser) -> None:
    row = uploaded(fiona, creditor, CNY_LEDGER)
    paths = ["", f"{row.pk}/", f"{row.pk}/mapping/", f"{row.pk}/file/", f"{row.pk}/problems/"]
    sales = Browser()
    sales.force_login(make_user(Role.SALES))
    for path in paths:
        assert sales.get(f"/imports/{path}").status_code == 404
        assert Browser().get(f"/imports/{path}").status_code == 302
    assert sales.post(f"/imports/{row.pk}/start/").status_code == 404
    assert upload(sales, creditor, CNY_LEDGER).status_code == 404
    assert LedgerImport.objects.count() == 1


def test_a_file_goes_from_upload_to_report(creditor: Creditor, fiona: Browser) -> None:
    row = uploaded(fiona, creditor, CNY_LEDGER)
    page = fiona.get(f"/imports/{row.pk}/mapping/").content.decode()
    assert "发票号" in page
    assert "FP-1 · FP-2 · FP-3" in page
    assert check(fiona, row).url == f"/imports/{row.pk}/"
    preview = fiona.get(f"/imports/{row.pk}/").content.decode()
    assert "4,300.50" in preview
    assert not Invoice.objects.exists()
    started: Any = fiona.post(f"/imports/{row.pk}/start/")
    assert started.url == f"/imports/{row.pk}/"
    waiting = fiona.get(f"/imports/{row.pk}/").content.decode()
    assert 'http-equiv="refresh"' in waiting
    assert not Invoice.objects.exists()
    work()
    row.refresh_from_db()
    assert row.state == ImportState.IMPORTED
    report = fiona.get(f"/imports/{row.pk}/").content.decode()
    assert "to the cent" in report
    assert "2 clients" in report
    assert "上海远东贸易有限公司" in report
    fragment = fiona.get(f"/imports/{row.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert f'href="/imports/{row.pk}/"' in fragment
    rows = fiona.get(f"/imports/{row.pk}/invoices/").content.decode()
    assert "FP-2" in rows
    kept = fiona.get(f"/imports/{row.pk}/file/")
    assert streamed(kept).decode() == CNY_LEDGER
    assert AuditEvent.objects.filter(action="imports.import").count() == 1


def test_problems_are_shown_by_row_and_column_and_nothing_is_written(
    creditor: Creditor, fiona: Browser
) -> None:
    row = uploaded(fiona, creditor, BAD)
    check(fiona, row)
    row.refresh_from_db()
    assert row.state == ImportState.REFUSED
    page = fiona.get(f"/imports/{row.pk}/").content.decode()
    assert "“never” is no date" in page
    assert "“1OO” is no amount" in page
    table = streamed(fiona.get(f"/imports/{row.pk}/problems/")).decode()
    assert "2,Date,never" in table
    fiona.post(f"/imports/{row.pk}/start/")
    assert not Job.objects.exists()
    assert not Invoice.objects.exists()


def test_the_mapping_can_be_corrected_and_saved_for_the_next_file(
    creditor: Creditor, fiona: Browser
) -> None:
    text = "Wer,Was,Wann,Frist,Wieviel\nAcme,1,3/4/2026,4/4/2026,100\n"
    row = uploaded(fiona, creditor, text)
    response = check(fiona, row)
    assert response.status_code == 200
    assert "Say which column is" in response.content.decode()
    targets = ["client_name", "invoice_number", "issued_on", "due_on", "amount"]
    columns = {f"column_{index}": target for index, target in enumerate(targets)}
    check(fiona, row, **columns, date_order="MDY", currency="USD", save_as="Ours")
    row.refresh_from_db()
    assert row.state == ImportState.READY
    assert SavedMapping.objects.get().name == "Ours"
    another = uploaded(fiona, creditor, text.replace("Acme", "Bolt").replace(",1,", ",2,"))
    check(fiona, another)
    fiona.post(f"/imports/{another.pk}/start/")
    work()
    invoice = Invoice.objects.get()
    assert (invoice.currency, invoice.issued_on) == ("USD", dt.date(2026, 3, 4))


def test_one_meaning_for_two_columns_is_refused(creditor: Creditor, fiona: Browser) -> None:
    row = uploaded(fiona, creditor, f"{HEAD}\nA,1,2026-01-01,2026-01-31,100\n")
    response = check(fiona, row, column_0="amount")
    assert "Two columns are mapped" in response.content.decode()
    response = check(fiona, row, column_3="payment_number")
    assert "Invoices have no such column" in response.content.decode()


def test_what_cannot_be_read_is_refused_at_the_door(creditor: Creditor, fiona: Browser) -> None:
    for content, words in (
        (b"PK\x03\x04nonsense", "workbook cannot be opened"),
        (b"\x00\x01\x02\x03", "neither text nor a workbook"),
        (b"", "empty"),
        (b"1,2\n3,4\n", "No row of headings"),
    ):
        response = upload(fiona, creditor, content)
        assert response.status_code == 200
        assert words in response.content.decode()
    assert not LedgerImport.objects.exists()
    assert not Document.objects.exists()


def test_a_file_that_is_too_large_is_refused(
    creditor: Creditor, fiona: Browser, settings: Any
) -> None:
    settings.IMPORT_MAX_BYTES = 10
    assert "larger than" in upload(fiona, creditor, CNY_LEDGER).content.decode()


def test_a_large_file_is_checked_in_the_background(
    creditor: Creditor, fiona: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "CHECKED_AT_ONCE", 10)
    row = uploaded(fiona, creditor, CNY_LEDGER)
    check(fiona, row)
    row.refresh_from_db()
    assert row.state == ImportState.CHECKING
    work()
    row.refresh_from_db()
    assert row.state == ImportState.READY
    job = Job.objects.get()
    assert (job.state, job.done, job.total) == (JobState.DONE, 3, 3)


def test_what_changed_between_check_and_import_is_found(creditor: Creditor, fiona: Browser) -> None:
    first = uploaded(fiona, creditor, f"{HEAD}\nA,1,2026-01-01,2026-01-31,100\n")
    second = uploaded(fiona, creditor, f"{HEAD}\nA,1,2026-01-01,2026-01-31,999\n")
    for row in (first, second):
        check(fiona, row)
        fiona.post(f"/imports/{row.pk}/start/")
    work()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (ImportState.IMPORTED, ImportState.REFUSED)
    assert Invoice.objects.get().amount == 100
    assert "is in the ledger with" in fiona.get(f"/imports/{second.pk}/").content.decode()


def test_an_import_is_done_once_however_often_it_is_asked_for(
    creditor: Creditor, fiona: Browser, finance: User
) -> None:
    row = uploaded(fiona, creditor, CNY_LEDGER)
    check(fiona, row)
    for _click in range(2):
        fiona.post(f"/imports/{row.pk}/start/")
    assert Job.objects.count() == 1
    work()
    row.refresh_from_db()
    before = Invoice.objects.count(), Receipt.objects.count()
    uploads.run_import(row=row, on=dt.date(2026, 6, 30), actor=finance, at=row.created_at)
    assert (Invoice.objects.count(), Receipt.objects.count()) == before
    assert fiona.get(f"/imports/{row.pk}/mapping/").status_code == 302


def test_a_worker_that_gave_up_leaves_the_file_ready_to_try_again(
    creditor: Creditor, fiona: Browser
) -> None:
    row = uploaded(fiona, creditor, CNY_LEDGER)
    check(fiona, row)
    fiona.post(f"/imports/{row.pk}/start/")
    Job.objects.update(state=JobState.FAILED, error="the worker died")
    assert "the worker died" in fiona.get(f"/imports/{row.pk}/").content.decode()
    fiona.post(f"/imports/{row.pk}/start/")
    work()
    row.refresh_from_db()
    assert row.state == ImportState.IMPORTED


def test_a_get_never_writes(creditor: Creditor, fiona: Browser) -> None:
    row = uploaded(fiona, creditor, CNY_LEDGER)
    check(fiona, row)
    assert fiona.get(f"/imports/{row.pk}/start/").status_code == 405
    for path in ("", f"{row.pk}/", f"{row.pk}/mapping/", "example/"):
        assert fiona.get(f"/imports/{path}").status_code == 200
    row.refresh_from_db()
    assert row.state == ImportState.READY


def test_names_from_a_file_are_text_and_nothing_else(creditor: Creditor, fiona: Browser) -> None:
    evil = '<script>alert("x")</script>'
    row = uploaded(
        fiona,
        creditor,
        rows_to_csv(HEAD.split(","), [[evil, "=1+1", "2026-01-01", "2026-01-31", "100"]]),
    )
    pages = fiona.get(f"/imports/{row.pk}/mapping/").content.decode()
    check(fiona, row)
    fiona.post(f"/imports/{row.pk}/start/")
    work()
    for path in ("", "invoices/"):
        pages += fiona.get(f"/imports/{row.pk}/{path}").content.decode()
    assert evil not in pages
    assert "&lt;script&gt;" in pages


def test_a_saved_mapping_can_be_deleted(creditor: Creditor, fiona: Browser, finance: User) -> None:
    saved = SavedMapping.objects.create(
        name="Ours", signature="x", mapping={}, created_at=dt.datetime.now(tz=dt.UTC)
    )
    assert "Ours" in fiona.get("/imports/").content.decode()
    assert fiona.get(f"/imports/mappings/{saved.pk}/delete/").status_code == 200
    assert SavedMapping.objects.exists()
    fiona.post(f"/imports/mappings/{saved.pk}/delete/")
    assert not SavedMapping.objects.exists()


def test_the_demo_file_can_be_downloaded(fiona: Browser) -> None:
    body = streamed(fiona.get("/imports/example/"))
    path = Path(__file__).resolve().parents[2] / "imports" / "data" / "demo_ledger.csv"
    assert body == path.read_bytes()
