"""The pages of demand letters, and who may see them."""

import datetime as dt
from dataclasses import replace

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import Client, Creditor
from core.models import AuditEvent, Job, User
from core.states import Role
from interactions.models import ToneOverride
from interactions.services import UnableToSay
from reminders.models import DemandLetter, LetterBatch
from reminders.selectors.letters import letter_figures
from reminders.services.letters import LetterOrder, make_letter, order_letter
from tests.factories import NOW, TODAY, make_client, make_invoice, make_receipt, make_user
from tests.reminders.letters.cast import DEADLINE, agreed, fields, made

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in(client: Browser, finance: User) -> Browser:
    client.force_login(finance)
    return client


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
