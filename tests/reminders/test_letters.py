"""Demand letters: what they claim, that they are made once, who may see them."""

import datetime as dt
import hashlib
import io
import re
import subprocess
import threading
import zipfile
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import BankAccount, Client, Creditor
from clients.states import Language
from contracts.models import Contract
from contracts.states import ContractState, LateChargeKind
from core import outbox
from core.documents import read_document
from core.models import AuditEvent, Job, OutboxItem, User
from core.pdf import service as pdf_service
from core.pdf.errors import UnableToRenderPdf
from core.states import JobState, Role
from disputes.services import open_dispute
from interactions.models import Interaction, ToneOverride
from interactions.services import UnableToSay
from payments.services import agree_plan
from reminders.letters.paper import DemandLetter as Paper
from reminders.models import DemandLetter, LetterBatch
from reminders.selectors.letters import letter_figures
from reminders.services import letters as services
from reminders.services.letters import (
    LetterOrder,
    UnableToMakeLetter,
    make_letter,
    order_batch,
    order_letter,
    retry_letter,
)
from reminders.states import LetterState
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_contact,
    make_creditor,
    make_invoice,
    make_receipt,
    make_user,
    pay,
)

pytestmark = pytest.mark.django_db
DEADLINE = TODAY + dt.timedelta(days=14)


@pytest.fixture
def creditor() -> Creditor:
    row = make_creditor(
        code="hz",
        legal_name="Hengyuan Precision Ltd",
        legal_name_zh="杭州恒远精密机械有限公司",
        address="588 Jiangnan Road\nHangzhou",
        address_zh="浙江省杭州市滨江区江南大道588号",
        email="ar@hengyuan.example",
        signatory="Chen Guodong",
        signatory_title="Director",
    )
    for currency, number in (("CNY", "1202 0225 0990 0123 456"), ("EUR", "DE89370400440532013000")):
        BankAccount.objects.create(
            creditor=row,
            label=currency,
            bank_name="Binjiang Bank",
            account_name="Hengyuan",
            account_number=number,
            currency=currency,
        )
    return row


@pytest.fixture
def client_row() -> Client:
    return make_client(
        legal_name="上海明川电子科技有限公司",
        language=Language.ZH,
        address="浦东新区张江路66弄8号",
    )


@pytest.fixture
def finance() -> User:
    return make_user(Role.FINANCE)


def order_of(client: Client, creditor: Creditor, **changes: Any) -> LetterOrder:
    order = LetterOrder(
        client=client,
        creditor=creditor,
        currency="CNY",
        language=client.language,
        deadline_on=DEADLINE,
    )
    return replace(order, **changes)


def ordered(
    client: Client, creditor: Creditor, actor: User, key: str = "k1", **changes: Any
) -> DemandLetter:
    return order_letter(
        order=order_of(client, creditor, **changes), key=key, on=TODAY, actor=actor, at=NOW
    )


def made(client: Client, creditor: Creditor, actor: User, **changes: Any) -> DemandLetter:
    letter = ordered(client, creditor, actor, **changes)
    make_letter(letter_id=letter.pk, at=NOW)
    letter.refresh_from_db()
    return letter


def text_of(letter: DemandLetter) -> str:
    assert letter.document is not None
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"],
        input=read_document(letter.document),
        capture_output=True,
        check=True,
    )
    return done.stdout.decode()


# --- what it claims --------------------------------------------------------------------------


def test_it_claims_what_is_open_and_undisputed(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    part_paid = make_invoice(client_row, creditor, "1000.00", number="A-1")
    pay(part_paid, "400.00", on=TODAY - dt.timedelta(days=3))
    contested = make_invoice(client_row, creditor, "500.00", number="A-2")
    open_dispute(
        invoice=contested, amount=Decimal(120), reason="QUALITY", on=TODAY, actor=None, at=NOW
    )
    pay(make_invoice(client_row, creditor, "70.00", number="A-3"))
    make_invoice(client_row, creditor, "80.00", number="A-4", due_on=TODAY)
    letter = made(client_row, creditor, finance, with_interest=False)
    assert letter.principal == Decimal("980.00")  # 600 + 380
    assert letter.total == Decimal("980.00")
    assert letter.context is not None
    assert [row["number"] for row in letter.context["invoices"]] == ["A-1", "A-2"]
    assert [row["disputed"] for row in letter.context["invoices"]] == ["–", "120.00"]
    text = text_of(letter)
    assert "人民币980.00元" in text
    assert "玖佰捌拾元整" in text
    assert "A-3" not in text
    assert "A-4" not in text


def test_a_wholly_disputed_invoice_and_one_on_a_plan_stay_out(
    client_row: Client, creditor: Creditor
) -> None:
    make_invoice(client_row, creditor, "10.00", number="A-1")
    disputed = make_invoice(client_row, creditor, "20.00", number="A-2")
    open_dispute(
        invoice=disputed, amount=Decimal(20), reason="QUALITY", on=TODAY, actor=None, at=NOW
    )
    planned = make_invoice(client_row, creditor, "30.00", number="A-3")
    agree_plan(
        creditor=creditor,
        client=client_row,
        currency="CNY",
        invoices=[planned],
        instalments=[(TODAY + dt.timedelta(days=9), Decimal(30))],
        on=TODAY,
        actor=None,
        at=NOW,
    )
    figures = letter_figures(client=client_row, creditor=creditor, currency="CNY", on=TODAY)
    assert [line.invoice.number for line in figures.invoices] == ["A-1"]
    assert (figures.wholly_disputed, figures.on_plan) == (1, 1)


def test_its_figures_are_those_of_its_day(client_row: Client, creditor: Creditor) -> None:
    invoice = make_invoice(client_row, creditor, "100.00")
    pay(invoice, on=TODAY)
    before = letter_figures(
        client=client_row, creditor=creditor, currency="CNY", on=TODAY - dt.timedelta(days=1)
    )
    assert before.principal == Decimal(100)
    assert letter_figures(
        client=client_row, creditor=creditor, currency="CNY", on=TODAY
    ).principal == Decimal(0)


def agreed(client: Client, creditor: Creditor, **fields: Any) -> Contract:
    defaults: dict[str, Any] = {
        "number": "HY-1",
        "title": "采购合同",
        "state": ContractState.ACTIVE,
        "currency": "CNY",
        "signed_on": dt.date(2025, 1, 2),
        "late_charge_kind": LateChargeKind.RATE,
        "late_charge_rate": Decimal("7.30"),
        "late_charge_clause": "第8.2条",
        "created_at": NOW,
    }
    return Contract.objects.create(client=client, creditor=creditor, **defaults | fields)


def test_interest_follows_the_contract_and_is_worked_out_line_by_line(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    contract = agreed(client_row, creditor)
    due = dt.date(2026, 6, 5)  # a Friday: nothing is moved to a business day
    invoice = make_invoice(client_row, creditor, "10000.00", due_on=due, contract=contract)
    pay(invoice, "4000.00", on=due + dt.timedelta(days=4))
    letter = made(client_row, creditor, finance)
    # 4 days on 10,000, then 6 days on 6,000, at 7.30 % over 365: 0.02 % a day.
    assert letter.interest == Decimal("15.20")
    assert letter.total == Decimal("6015.20")
    assert letter.context is not None
    lines = letter.context["interest"]["lines"]
    assert [(row["days"], row["principal"], row["interest"]) for row in lines] == [
        ("4", "10,000.00", "8.00"),
        ("6", "6,000.00", "7.20"),
    ]
    text = re.sub(r"\s", "", text_of(letter))
    assert "合同（编号：HY-1）第8.2条及《中华人民共和国民法典》第五百八十五条" in text
    assert "每日另计人民币1.20元" in text


def test_a_statutory_rule_serves_where_the_contract_says_nothing(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor, "10000.00", due_on=TODAY - dt.timedelta(days=90))
    without = letter_figures(client=client_row, creditor=creditor, currency="CNY", on=TODAY)
    assert without.interest_total == 0
    letter = made(client_row, creditor, finance, interest_preset="cn_sale_default")
    assert letter.interest is not None
    assert letter.interest > 0
    assert "第十八条" in text_of(letter)


def test_the_letter_speaks_the_clients_language_not_the_operators(
    client_row: Client, creditor: Creditor
) -> None:
    make_invoice(client_row, creditor)
    chinese = made(client_row, creditor, make_user(Role.FINANCE, language="en"))
    assert "催款函" in re.sub(r"\s", "", text_of(chinese))
    english_client = make_client(legal_name="Brightwater Ltd", language=Language.EN)
    make_invoice(english_client, creditor, currency="EUR")
    english = made(
        english_client,
        creditor,
        make_user(Role.FINANCE, language="zh-hans"),
        currency="EUR",
        language="en",
    )
    text = text_of(english)
    assert "Demand for payment" in text
    assert "€1,000.00" in text
    assert "DE89 3704 0044 0532 0130 00" in text
    assert not re.search(r"[一-鿿]", text.replace("杭州恒远精密机械有限公司", ""))


def test_it_lists_everything_a_demand_letter_must_say(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_contact(client_row, name="李敏")
    make_invoice(client_row, creditor, "1234.50", contract=agreed(client_row, creditor))
    letter = made(
        client_row,
        creditor,
        finance,
        is_final=True,
        attention="李敏",
        facts="货物已于2026年5月交付。\n贵司已签收。",
        service_method="EMS",
    )
    text = re.sub(r"\s", "", text_of(letter))
    for part in (
        letter.reference,
        "2026年6月15日",
        "杭州恒远精密机械有限公司",
        "致：上海明川电子科技有限公司",
        "浦东新区张江路66弄8号",
        "收件人：李敏",
        "HY-1",
        "2025年1月2日",
        "货物已于2026年5月交付。",
        "贵司已签收。",
        "到期日",
        "争议金额",
        "1,234.50",
        "年利率",
        "365",
        "每日另计",
        "应付总额",
        "2026年6月29日前",
        "120202250990",
        "有异议",
        "分期还款计划",
        "经营遇有特殊困难",
        "依法主张权利",
        "保留",
        "附件一",
        "回执",
        "ar@hengyuan.example",
        "盖章",
        "EMS",
    ):
        assert part in text, part


# --- refusals --------------------------------------------------------------------------------


def test_it_refuses_when_nothing_is_overdue(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor, due_on=TODAY)
    with pytest.raises(UnableToMakeLetter, match="Nothing is overdue"):
        ordered(client_row, creditor, finance)
    assert not DemandLetter.objects.exists()


def test_it_refuses_while_credit_is_applied_to_nothing(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor)
    make_receipt(client_row, creditor, "300.00")
    with pytest.raises(UnableToMakeLetter, match="Apply or refund"):
        ordered(client_row, creditor, finance)


def test_it_refuses_without_an_account_to_be_paid_on(client_row: Client, finance: User) -> None:
    bare = make_creditor()
    make_invoice(client_row, bare)
    with pytest.raises(UnableToMakeLetter, match="bank account in CNY"):
        ordered(client_row, bare, finance)


def test_it_refuses_a_deadline_that_has_passed(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor)
    with pytest.raises(UnableToMakeLetter) as refusal:
        ordered(client_row, creditor, finance, deadline_on=TODAY)
    assert refusal.value.field == "deadline_on"


def test_it_refuses_a_second_one_while_the_first_is_being_made(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor)
    ordered(client_row, creditor, finance)
    with pytest.raises(UnableToMakeLetter, match="is being made"):
        ordered(client_row, creditor, finance, key="k2")


def test_a_letter_paid_before_it_is_made_is_not_made(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    invoice = make_invoice(client_row, creditor)
    letter = ordered(client_row, creditor, finance)
    pay(invoice)
    with pytest.raises(UnableToMakeLetter):
        make_letter(letter_id=letter.pk, at=NOW)
    letter.refresh_from_db()
    assert letter.state == LetterState.FAILED
    assert "Nothing is overdue" in letter.error
    assert letter.document is None
    assert not Interaction.objects.filter(kind="LETTER").exists()


def test_a_failed_letter_can_be_made_again(
    client_row: Client, creditor: Creditor, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_invoice(client_row, creditor)
    letter = ordered(client_row, creditor, finance)

    def broken(**_arguments: Any) -> bytes:
        raise UnableToRenderPdf("memory")

    monkeypatch.setattr(services, "render_pdf", broken)
    with pytest.raises(UnableToRenderPdf):
        make_letter(letter_id=letter.pk, at=NOW)
    monkeypatch.undo()
    letter.refresh_from_db()
    assert letter.state == LetterState.FAILED
    assert retry_letter(letter=letter, actor=finance, at=NOW)
    assert not retry_letter(letter=letter, actor=finance, at=NOW)
    make_letter(letter_id=letter.pk, at=NOW)
    letter.refresh_from_db()
    assert letter.state == LetterState.READY
    assert letter.error == ""


def test_a_client_whose_name_no_font_can_print_is_refused_by_character(
    creditor: Creditor, finance: User
) -> None:
    client = make_client(legal_name="شركة", language=Language.EN)
    make_invoice(client, creditor)
    letter = ordered(client, creditor, finance, language="en")
    with pytest.raises(UnableToRenderPdf):
        make_letter(letter_id=letter.pk, at=NOW)
    letter.refresh_from_db()
    assert "U+0634" in letter.error


# --- once, and frozen ------------------------------------------------------------------------


def test_the_same_form_sent_twice_gives_one_letter(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor)
    first = ordered(client_row, creditor, finance)
    assert ordered(client_row, creditor, finance) == first
    make_letter(letter_id=first.pk, at=NOW)
    assert ordered(client_row, creditor, finance) == first
    assert Job.objects.filter(kind=services.MAKE_LETTERS).count() == 1


def test_the_job_run_twice_makes_one_letter(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor)
    letter = ordered(client_row, creditor, finance)
    assert outbox.run_waiting(at=NOW) >= 1
    letter.refresh_from_db()
    first = (letter.sha256, letter.ready_at, letter.document_id)
    Job.objects.update(state=JobState.RUNNING)
    OutboxItem.objects.update(done_at=None, claimed_at=None)
    outbox.run_waiting(at=NOW)
    letter.refresh_from_db()
    assert letter.state == LetterState.READY
    assert (letter.sha256, letter.ready_at, letter.document_id) == first
    assert Interaction.objects.filter(kind="LETTER").count() == 1
    assert AuditEvent.objects.filter(action="reminders.make_letter").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_letter(
    client_row: Client, creditor: Creditor, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_invoice(client_row, creditor)
    letter = ordered(client_row, creditor, finance)
    both_drew = threading.Barrier(2, timeout=60)
    real = pdf_service.render_pdf

    def draw(**arguments: Any) -> bytes:
        pdf = real(**arguments)
        both_drew.wait()
        return pdf

    monkeypatch.setattr(services, "render_pdf", draw)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            make_letter(letter_id=letter.pk, at=NOW)
        except BaseException as error:  # noqa: BLE001  handed to the test
            failures.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    letter.refresh_from_db()
    assert letter.state == LetterState.READY
    assert Interaction.objects.filter(kind="LETTER").count() == 1
    assert AuditEvent.objects.filter(action="reminders.make_letter").count() == 1


def test_no_pdf_is_drawn_inside_a_transaction(
    client_row: Client,
    creditor: Creditor,
    finance: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_invoice(client_row, creditor)
    letter = ordered(client_row, creditor, finance)
    depth = len(connection.savepoint_ids)
    seen: list[int] = []
    real = pdf_service.render_pdf

    def draw(**arguments: Any) -> bytes:
        seen.append(len(connection.savepoint_ids))
        return real(**arguments)

    monkeypatch.setattr(services, "render_pdf", draw)
    make_letter(letter_id=letter.pk, at=NOW)
    assert seen == [depth]


def test_a_finished_letter_cannot_be_changed(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor)
    letter = made(client_row, creditor, finance)
    changes: list[dict[str, Any]] = [
        {"total": Decimal(1)},
        {"context": {}},
        {"state": LetterState.FAILED},
    ]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            DemandLetter.objects.filter(pk=letter.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        letter.delete()


def test_bytes_hash_and_context_belong_together(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    invoice = make_invoice(client_row, creditor, "1000.00")
    letter = made(client_row, creditor, finance)
    assert letter.document is not None
    pdf = read_document(letter.document)
    assert hashlib.sha256(pdf).hexdigest() == letter.sha256
    pay(invoice)  # what happens later changes nothing in it
    assert letter.context is not None
    paper = Paper.from_json(letter.context)
    again = pdf_service.render_pdf(
        template=paper.template, context=paper.template_context(), language=paper.language
    )
    assert again == pdf


def test_the_log_and_the_record_of_acts_show_it(
    client_row: Client, creditor: Creditor, finance: User
) -> None:
    make_invoice(client_row, creditor)
    letter = made(client_row, creditor, finance)
    entry = Interaction.objects.get(kind="LETTER")
    assert entry.client == client_row
    assert entry.attachments.get().document == letter.document
    assert entry.direction == "OUT"
    assert letter.reference in entry.subject
    assert (entry.about_type, entry.about_id) == ("reminders.demandletter", str(letter.pk))
    event = AuditEvent.objects.get(action="reminders.make_letter")
    assert letter.sha256 in event.payload


def test_references_count_up_per_creditor_and_year(creditor: Creditor, finance: User) -> None:
    references = []
    for number in range(3):
        client = make_client()
        make_invoice(client, creditor)
        references.append(ordered(client, creditor, finance, key=f"k{number}").reference)
    assert references == ["DL-2026-0001", "DL-2026-0002", "DL-2026-0003"]
    other = make_creditor()
    BankAccount.objects.create(
        creditor=other,
        label="x",
        bank_name="x",
        account_name="x",
        account_number="1",
        currency="CNY",
    )
    client = make_client()
    make_invoice(client, other)
    assert ordered(client, other, finance, key="kx").reference == "DL-2026-0001"


# --- many at once ----------------------------------------------------------------------------


def batch_of(
    clients: list[Client], creditor: Creditor, actor: User, key: str = "b1"
) -> LetterBatch:
    return order_batch(
        orders=[order_of(client, creditor) for client in clients],
        key=key,
        on=TODAY,
        actor=actor,
        at=NOW,
    )


def test_a_batch_gives_each_client_a_letter_and_one_zip(creditor: Creditor, finance: User) -> None:
    clients = [make_client(legal_name=f"Client/{n} <b>") for n in range(3)]
    for client in clients:
        make_invoice(client, creditor)
    batch = batch_of(clients, creditor, finance)
    outbox.run_waiting(at=NOW)
    batch.refresh_from_db()
    assert batch.zip is not None
    archive = zipfile.ZipFile(io.BytesIO(read_document(batch.zip)))
    names = sorted(archive.namelist())
    assert len(names) == 3
    assert all("/" not in name for name in names)
    hashes = {hashlib.sha256(archive.read(name)).hexdigest() for name in names}
    assert hashes == set(batch.letters.values_list("sha256", flat=True))
    assert batch.job is not None
    batch.job.refresh_from_db()
    assert (batch.job.state, batch.job.done, batch.job.total) == (JobState.DONE, 3, 3)


def test_one_client_that_cannot_be_written_to_does_not_stop_the_others(
    creditor: Creditor, finance: User
) -> None:
    good, settled = make_client(), make_client()
    make_invoice(good, creditor)
    pay(make_invoice(settled, creditor))
    batch = batch_of([settled, good], creditor, finance)
    outbox.run_waiting(at=NOW)
    states = dict(batch.letters.values_list("client", "state"))
    assert states == {good.pk: LetterState.READY, settled.pk: LetterState.FAILED}
    batch.refresh_from_db()
    assert batch.zip is not None
    assert batch.job is not None
    batch.job.refresh_from_db()
    assert batch.job.state == JobState.DONE
    assert "1 failed" in batch.job.message


def test_a_batch_ordered_and_run_twice_is_one_batch(creditor: Creditor, finance: User) -> None:
    client = make_client()
    make_invoice(client, creditor)
    batch = batch_of([client], creditor, finance)
    assert batch_of([client], creditor, finance) == batch
    outbox.run_waiting(at=NOW)
    batch.refresh_from_db()
    first = batch.zip_id
    Job.objects.update(state=JobState.RUNNING)
    OutboxItem.objects.update(done_at=None, claimed_at=None)
    outbox.run_waiting(at=NOW)
    batch.refresh_from_db()
    assert batch.zip_id == first
    assert DemandLetter.objects.count() == 1


def test_a_batch_of_none_or_too_many_is_refused(
    creditor: Creditor, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnableToMakeLetter):
        batch_of([], creditor, finance)
    monkeypatch.setattr(services, "MAX_BATCH", 1)
    with pytest.raises(UnableToMakeLetter):
        batch_of([make_client(), make_client()], creditor, finance)
    assert not LetterBatch.objects.exists()


# --- pages -----------------------------------------------------------------------------------


@pytest.fixture
def signed_in(client: Browser, finance: User) -> Browser:
    client.force_login(finance)
    return client


def fields(key: str = "form-1", **changes: Any) -> dict[str, Any]:
    return {
        "language": "zh-hans",
        "deadline_on": "2999-01-31",
        "service_method": "EMS",
        "with_interest": "on",
        "interest_preset": "",
        "key": key,
        **changes,
    }


def test_the_form_shows_the_figures_before_anything_is_written(
    signed_in: Browser, client_row: Client, creditor: Creditor
) -> None:
    invoice = make_invoice(client_row, creditor, "1234.50")
    page = signed_in.get(f"/reminders/letters/new/{client_row.pk}/")
    assert page.status_code == 200
    assert invoice.number in page.content.decode()
    assert "1,234.50" in page.content.decode()
    balance = client_row.balances.get()
    preview = signed_in.post(
        f"/reminders/letters/new/{client_row.pk}/", fields(balance=balance.pk, preview="1")
    )
    assert preview.status_code == 200
    assert not DemandLetter.objects.exists()


def test_a_posted_form_orders_a_letter_and_the_page_leads_to_its_pdf(
    signed_in: Browser, client_row: Client, creditor: Creditor
) -> None:
    make_invoice(client_row, creditor, "1234.50")
    url = f"/reminders/letters/new/{client_row.pk}/"
    data = fields(balance=client_row.balances.get().pk)
    answer = signed_in.post(url, data)
    letter = DemandLetter.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/reminders/letters/{letter.pk}/"
    assert signed_in.post(url, data)["Location"] == answer["Location"]
    assert signed_in.get(answer["Location"]).status_code == 200
    assert signed_in.get(f"/reminders/letters/{letter.pk}/document/").status_code == 404
    make_letter(letter_id=letter.pk, at=NOW)
    page = signed_in.get(answer["Location"]).content.decode()
    assert "1,234.50" in page
    shown = signed_in.get(f"/reminders/letters/{letter.pk}/document/?inline=1")
    assert shown["Content-Type"] == "application/pdf"
    assert shown.getvalue().startswith(b"%PDF-")


def test_a_refused_order_is_told_on_the_form(
    signed_in: Browser, client_row: Client, creditor: Creditor
) -> None:
    make_invoice(client_row, creditor)
    make_receipt(client_row, creditor, "5.00")
    answer = signed_in.post(
        f"/reminders/letters/new/{client_row.pk}/",
        fields(balance=client_row.balances.get().pk),
    )
    assert answer.status_code == 200
    assert "Apply or refund it first" in answer.content.decode()
    assert not DemandLetter.objects.exists()


def test_a_batch_is_chosen_from_the_overdue_clients(signed_in: Browser, creditor: Creditor) -> None:
    late, fresh = make_client(legal_name="Late Ltd"), make_client(legal_name="Fresh Ltd")
    make_invoice(late, creditor, due_on=dt.date(2020, 1, 1))
    make_invoice(fresh, creditor, due_on=dt.date(2998, 1, 1))
    url = "/reminders/letters/batches/new/?creditor=hz&currency=CNY&min_days=15"
    page = signed_in.get(url).content.decode()
    assert "Late Ltd" in page
    assert "Fresh Ltd" not in page
    data = fields(language="", clients=[late.pk])
    answer = signed_in.post(url, data)
    batch = LetterBatch.objects.get()
    assert answer["Location"] == f"/reminders/letters/batches/{batch.pk}/"
    assert signed_in.post(url, data)["Location"] == answer["Location"]
    stranger = signed_in.post(url, fields(key="form-2", clients=[fresh.pk]))
    assert stranger.status_code == 200
    assert LetterBatch.objects.count() == 1


def test_a_salesperson_sees_only_letters_to_own_clients(
    client: Browser, creditor: Creditor, finance: User
) -> None:
    owner, stranger = make_user(Role.SALES), make_user(Role.SALES)
    own = make_client(legal_name="Own Ltd", owner=owner)
    make_invoice(own, creditor)
    letter = made(own, creditor, finance)
    paths = [
        f"/reminders/letters/{letter.pk}/",
        f"/reminders/letters/{letter.pk}/document/",
        f"/reminders/letters/new/{own.pk}/",
    ]
    client.force_login(stranger)
    assert [client.get(path).status_code for path in paths] == [404, 404, 404]
    assert client.post(f"/reminders/letters/{letter.pk}/retry/").status_code == 404
    assert letter.reference not in client.get("/reminders/letters/").content.decode()
    client.force_login(owner)
    assert [client.get(path).status_code for path in paths] == [200, 200, 200]
    assert letter.reference in client.get("/reminders/letters/").content.decode()
    assert client.get("/reminders/letters/batches/new/").status_code == 404


def test_reading_pages_writes_nothing(
    signed_in: Browser, client_row: Client, creditor: Creditor
) -> None:
    make_invoice(client_row, creditor)
    before = (DemandLetter.objects.count(), Job.objects.count(), AuditEvent.objects.count())
    for path in (
        "/reminders/letters/",
        f"/reminders/letters/new/{client_row.pk}/",
        "/reminders/letters/batches/new/",
    ):
        assert signed_in.get(path).status_code == 200
    after = (DemandLetter.objects.count(), Job.objects.count(), AuditEvent.objects.count())
    assert before == after


def test_the_figures_take_the_same_queries_for_many_invoices(
    client_row: Client, creditor: Creditor
) -> None:
    contract = agreed(client_row, creditor)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            letter_figures(client=client_row, creditor=creditor, currency="CNY", on=TODAY)
        return len(captured)

    for _ in range(2):
        make_invoice(client_row, creditor, contract=contract)
    few = queries()
    for _ in range(8):
        make_invoice(client_row, creditor, contract=contract)
    assert queries() == few


def test_what_a_person_writes_into_a_letter_is_checked_for_its_tone(
    creditor: Creditor, client_row: Client
) -> None:
    make_invoice(client_row, creditor=creditor)
    user = make_user(Role.MANAGER)
    order = LetterOrder(
        client=client_row,
        creditor=creditor,
        currency="CNY",
        language="zh-hans",
        deadline_on=DEADLINE,
        facts="贵司是骗子。",
    )
    with pytest.raises(UnableToSay) as refused:
        order_letter(order=order, key="k", on=TODAY, actor=user, at=NOW)
    assert refused.value.field == "facts"
    warned = replace(order, facts="我司同意免除逾期利息。")
    with pytest.raises(UnableToSay):
        order_letter(order=warned, key="k", on=TODAY, actor=user, at=NOW)
    assert not DemandLetter.objects.exists()
    reasoned = replace(warned, tone_reason="经理已批准")
    letter = order_letter(order=reasoned, key="k", on=TODAY, actor=user, at=NOW)
    assert ToneOverride.objects.get(about_id=str(letter.pk)).reason == "经理已批准"


def test_the_form_of_a_letter_offers_the_calmer_wording(
    signed_in: Browser, creditor: Creditor, client_row: Client
) -> None:
    make_invoice(client_row, creditor=creditor)
    web = signed_in
    url = reverse("reminders:letter_new", args=[client_row.pk])
    sent = {
        "balance": client_row.balances.get().pk,
        "language": "zh-hans",
        "deadline_on": DEADLINE.isoformat(),
        "service_method": "EMS",
        "facts": "贵司总是拖延。",
        "key": "k1",
    }
    with time_machine.travel(NOW, tick=False):
        page = web.post(url, sent).content.decode()
        assert 'name="calm" value="facts:0"' in page
        assert 'name="tone_reason"' in page
        calmer = web.post(url, {**sent, "calm": "facts:0"}).content.decode()
        assert "总是拖延" not in calmer
        assert not DemandLetter.objects.exists()
        done = web.post(url, {**sent, "tone_anyway": "on", "tone_reason": "事实如此"})
    assert done.status_code == 302
    assert ToneOverride.objects.get().reason == "事实如此"
