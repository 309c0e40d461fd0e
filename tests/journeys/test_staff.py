"""The working day of sales, finance and a manager, in a real browser."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from clients.models import BankAccount, Client, Creditor
from core.dates import today
from core.documents import read_document
from core.states import Role
from interactions.models import FollowUp, Interaction
from payments.models import Invoice, Promise
from reminders.models import DemandLetter, Message
from reminders.states import MessageState
from tests.factories import make_client, make_contact, make_creditor, make_invoice, make_user, pay
from tests.journeys.conftest import Mailbox

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def creditor() -> Creditor:
    creditor = make_creditor(
        legal_name="Harbour Ltd", legal_name_zh="海港有限公司", address="Shanghai"
    )
    BankAccount.objects.create(
        creditor=creditor,
        label="Main",
        bank_name="Bank of China",
        account_name="Harbour Ltd",
        account_number="6222000011112222",
        currency="CNY",
        feed_through_on=today(creditor.time_zone),
    )
    return creditor


def debtor(creditor: Creditor, **fields: Any) -> tuple[Client, Invoice]:
    """A client with one invoice 20 days late, of which 400 of 1,000 were paid."""
    fields.setdefault("legal_name", "远东贸易有限公司")
    fields.setdefault("language", "zh-hans")
    client = make_client(**fields)
    make_contact(client, name="王芳", email="wang@fareast.example")
    on = today(creditor.time_zone)
    invoice = make_invoice(client, creditor, "1000.00", due_on=on - 20 * DAY, number="INV-LATE")
    pay(invoice, "400.00", on=on - 5 * DAY)
    return client, invoice


def test_sales_finds_a_client_by_pinyin_and_logs_a_call_with_a_promise(
    sign_in: Callable[..., Page], creditor: Creditor
) -> None:
    sales = make_user(Role.SALES, name="Sally")
    client, _invoice = debtor(creditor, owner=sales)
    debtor_of_another = make_client(legal_name="Not Mine Ltd")
    page = sign_in(sales, by_form=True)
    page.fill("[name=q]", "yuandong")
    page.press("[name=q]", "Enter")
    page.wait_for_url(f"**/clients/{client.pk}/")  # the only one: no list in between
    assert debtor_of_another.legal_name not in page.inner_text("main")
    page.click("a:has-text('Log a call') >> nth=0")
    due = today(creditor.time_zone) + 7 * DAY
    page.fill("[name=body]", "Asked about INV-LATE. Will pay next week.")
    page.select_option("[name=outcome]", "PROMISED")
    page.fill("[name=promise_amount]", "600")
    page.fill("[name=promise_due_on]", due.isoformat())
    page.fill("[name=next_text]", "Check whether it came")
    page.fill("[name=next_on]", due.isoformat())
    page.click("main button[type=submit]:has-text('Log')")
    page.wait_for_url(f"**/clients/{client.pk}/")
    promise = Promise.objects.get()
    assert (promise.amount, promise.due_on, promise.client) == (Decimal(600), due, client)
    assert Interaction.objects.filter(client=client, outcome="PROMISED").exists()
    assert FollowUp.objects.get().owner == sales
    assert "600.00" in page.inner_text("main")


def test_finance_follows_a_figure_to_its_rows_and_sends_the_reminder(
    sign_in: Callable[..., Page],
    creditor: Creditor,
    mailbox: Mailbox,
    work: Callable[[], None],
) -> None:
    client, invoice = debtor(creditor)
    page = sign_in(make_user(Role.FINANCE, name="Fiona"))
    page.goto("/overdue/")
    assert "600.00" in page.inner_text("main")
    page.click("main a:has-text('600.00') >> nth=0")
    assert invoice.number in page.inner_text("main")
    page.goto("/reminders/plan/")
    page.click("main button[type=submit]")
    page.wait_for_url("**/reminders/runs/*/")
    page.click("a:has-text('Preview')")
    preview = page.inner_text("main pre")
    assert invoice.number in preview
    page.go_back()
    page.click("a:has-text('Approve 1 message')")
    page.click("main button[type=submit]")
    page.wait_for_url("**/reminders/runs/*/")
    work()
    work()
    message = Message.objects.get()
    assert message.state == MessageState.SENT
    (raw,) = mailbox.messages
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert "600.00" in text
    assert "1,000.00" in text
    assert "请" in text  # the client's language, not the operator's
    assert re.sub(r"\s", "", preview) == re.sub(r"\s", "", message.body)
    page.goto(f"/clients/{client.pk}/")
    assert mail["Subject"] in page.inner_text("main")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_manager_makes_a_letter_and_exports_the_evidence(
    sign_in: Callable[..., Page], creditor: Creditor, work: Callable[[], None], language: str
) -> None:
    client, invoice = debtor(creditor, language=language)
    page = sign_in(make_user(Role.MANAGER, name="Mia"))
    page.goto(f"/reminders/letters/new/{client.pk}/")
    page.click("main button.btn-primary[type=submit]")
    page.wait_for_url(re.compile(r"/reminders/letters/\d+/$"))
    work()
    letter = DemandLetter.objects.get()
    assert letter.state == "READY"
    assert letter.document is not None
    text = PdfReader(io.BytesIO(read_document(letter.document))).pages[0].extract_text()
    text = re.sub(r"\s", "", text)  # a spaced heading is still one
    assert invoice.number in text
    assert "600.00" in text
    assert ("催款函" in text) == (language == "zh-hans")
    page.goto(f"/cases/clients/{client.pk}/packet/")
    page.click("main button[type=submit]")
    page.wait_for_url("**/cases/packets/*/")
    work()
    page.reload()
    with page.expect_download() as download:
        page.click("form[action$='/zip/'] button")
    with zipfile.ZipFile(download.value.path()) as archive:
        names = archive.namelist()
    assert {"packet.pdf", "manifest.json", "verify.py"} <= set(names)
    assert any(name.startswith("originals/letters/") for name in names)
