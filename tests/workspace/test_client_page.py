"""The page of one client."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Creditor
from core.states import Role
from disputes.services import open_dispute
from interactions.models import FollowUp, Interaction
from interactions.services import add_follow_up, log_interaction
from payments.models import Promise
from payments.services import agree_plan, judge_promises, record_promise
from payments.states import PromiseState
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_contact,
    make_creditor,
    make_invoice,
    make_receipt,
    make_user,
    pay,
    signed_in,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor()


@pytest.fixture
def debtor() -> Client:
    client = make_client(legal_name="上海远东贸易有限公司")
    make_contact(client)
    return client


@pytest.fixture
def web() -> Browser:
    return signed_in(make_user(Role.FINANCE))


def page_of(web: Browser, client: Client) -> Any:
    response = web.get(reverse("clients:client", args=[client.pk]))
    assert response.status_code == 200
    return response


def test_balances_are_per_creditor_and_currency(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    other = make_creditor()
    make_invoice(debtor, creditor, "100.00")
    make_invoice(debtor, creditor, "30.00", due_on=TODAY + DAY)
    make_invoice(debtor, other, "5.00", currency="USD")
    rows = page_of(web, debtor).context["balances"]
    assert [(r["creditor"].pk, r["currency"], r["open"], r["overdue"]) for r in rows] == [
        (creditor.pk, "CNY", "CN¥130.00", "CN¥100.00"),
        (other.pk, "USD", "US$5.00" if "US" in rows[1]["open"] else "$5.00", rows[1]["open"]),
    ]


def test_a_balance_leads_to_rows_that_add_up_to_it(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    make_invoice(debtor, creditor, "100.00")
    make_invoice(make_client(), creditor, "9.00")
    (row,) = page_of(web, debtor).context["balances"]
    assert web.get(row["overdue_url"]).context["total"] == row["overdue"] == "CN¥100.00"


def test_a_due_follow_up_comes_first(web: Browser, debtor: Client, creditor: Creditor) -> None:
    make_invoice(debtor, creditor)
    user = make_user()
    add_follow_up(
        client=debtor, due_on=TODAY, owner=user, text="Send the delivery note", actor=user, at=NOW
    )
    page = page_of(web, debtor)
    assert page.context["next"]["title"] == "Send the delivery note"
    assert f"client={debtor.pk}" in page.context["next"]["url"]


def test_a_broken_promise_asks_for_a_call(web: Browser, debtor: Client, creditor: Creditor) -> None:
    make_invoice(debtor, creditor)
    record_promise(
        creditor=creditor,
        client=debtor,
        currency="CNY",
        amount=Decimal(1000),
        due_on=TODAY - 8 * DAY,
        on=TODAY - 9 * DAY,
        actor=None,
        at=NOW,
    )
    judge_promises(on=TODAY, at=NOW)
    assert Promise.objects.get().state == PromiseState.BROKEN
    assert page_of(web, debtor).context["next"]["step"] == "BROKEN_PROMISE"


def test_unapplied_money_is_for_finance_to_apply_not_for_sales(
    debtor: Client, creditor: Creditor
) -> None:
    seller = make_user(Role.SALES)
    Client.objects.filter(pk=debtor.pk).update(owner=seller)
    make_invoice(debtor, creditor)
    make_receipt(debtor, creditor, "5.00")
    finance = signed_in(make_user(Role.FINANCE))
    assert page_of(finance, debtor).context["next"]["step"] == "APPLY_CREDIT"
    assert page_of(signed_in(seller), debtor).context["next"]["step"] != "APPLY_CREDIT"


def test_a_client_without_a_contact_asks_for_one(web: Browser, creditor: Creditor) -> None:
    lonely = make_client()
    make_invoice(lonely, creditor)
    assert page_of(web, lonely).context["next"]["step"] == "ADD_CONTACT"


def test_the_timeline_merges_calls_money_promises_and_disputes(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    invoice = make_invoice(debtor, creditor)
    log_interaction(
        client=debtor,
        kind="CALL",
        direction="OUT",
        occurred_at=NOW - dt.timedelta(days=3),
        body="Asked for the reason",
        actor=None,
        at=NOW,
    )
    pay(invoice, "10.00", on=TODAY - DAY)
    open_dispute(invoice=invoice, amount=Decimal(5), reason="PRICE", on=TODAY, actor=None, at=NOW)
    entries = page_of(web, debtor).context["entries"]
    assert [entry["icon"] for entry in entries] == ["messages", "cash", "phone", "file-invoice"]


def test_text_from_a_client_is_never_markup(web: Browser, creditor: Creditor) -> None:
    client = make_client(legal_name="<script>alert(1)</script>")
    log_interaction(
        client=client,
        kind="NOTE",
        direction="INTERNAL",
        occurred_at=NOW,
        body="<img src=x onerror=alert(1)>",
        actor=None,
        at=NOW,
    )
    content = page_of(web, client).content
    assert b"<script>alert" not in content
    assert b"<img src=x" not in content


def test_sales_do_not_open_others_clients(debtor: Client) -> None:
    stranger = signed_in(make_user(Role.SALES))
    assert stranger.get(reverse("clients:client", args=[debtor.pk])).status_code == 404


def test_days_are_those_of_the_clients_creditor(debtor: Client) -> None:
    make_creditor(code="aaa", time_zone="Europe/London")
    auckland = make_creditor(code="zzz", time_zone="Pacific/Auckland")
    make_invoice(debtor, auckland)
    web = signed_in(make_user())
    with time_machine.travel(dt.datetime(2026, 6, 15, 12, 30, tzinfo=dt.UTC), tick=False):
        assert page_of(web, debtor).context["on"] == dt.date(2026, 6, 16)


def test_its_queries_do_not_grow_with_the_client(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    def add(count: int) -> None:
        for n in range(count):
            invoice = make_invoice(debtor, creditor)
            pay(invoice, "1.00", on=TODAY - n * DAY)
            open_dispute(
                invoice=invoice, amount=Decimal(5), reason="PRICE", on=TODAY, actor=None, at=NOW
            )
            log_interaction(
                client=debtor,
                kind="CALL",
                direction="IN",
                occurred_at=NOW,
                body="Again",
                actor=make_user(),
                at=NOW,
            )

    add(1)
    page_of(web, debtor)
    before = count_queries(lambda: page_of(web, debtor))
    add(5)
    assert count_queries(lambda: page_of(web, debtor)) == before <= 70


# --- Log a call ------------------------------------------------------------------------------


def log_url(client: Client) -> str:
    return f"{reverse('interactions:log')}?client={client.pk}"


def call(**fields: object) -> dict[str, object]:
    return {
        "kind": "CALL",
        "direction": "OUT",
        "occurred_at": "2026-06-15T09:30",
        "body": "Spoke with the bookkeeper",
        "outcome": "ANSWERED",
        **fields,
    }


def test_a_call_is_logged_from_the_client_in_two_clicks(web: Browser, debtor: Client) -> None:
    assert web.get(log_url(debtor)).status_code == 200
    response = web.post(log_url(debtor), call())
    assert response.status_code == 302
    assert Interaction.objects.get().body == "Spoke with the bookkeeper"


def test_from_anywhere_the_client_is_searched_first(web: Browser, debtor: Client) -> None:
    page = web.get(reverse("interactions:log"), {"q": "shyd"})
    assert log_url(debtor).encode() in page.content


def test_a_promise_is_recorded_in_the_same_step(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    make_invoice(debtor, creditor)
    balance = debtor.balances.get()
    response = web.post(
        log_url(debtor),
        call(
            outcome="PROMISED",
            promise_balance=balance.pk,
            promise_amount="1,000.00",
            promise_due_on="2026-06-20",
        ),
    )
    assert response.status_code == 302
    promise = Promise.objects.get()
    assert promise.amount == Decimal(1000)
    assert promise.interaction == Interaction.objects.get()


def test_a_refused_promise_leaves_no_entry_behind(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    make_invoice(debtor, creditor)
    response = web.post(
        log_url(debtor),
        call(
            outcome="PROMISED",
            promise_balance=debtor.balances.get().pk,
            promise_amount="1000",
            promise_due_on="2026-06-01",
        ),
    )
    assert response.status_code == 200
    assert b"The promised day has passed" in response.content
    assert not Interaction.objects.exists()


def test_a_promise_needs_its_amount_and_day(web: Browser, debtor: Client) -> None:
    response = web.post(log_url(debtor), call(outcome="PROMISED"))
    assert {"promise_amount", "promise_due_on"} <= set(response.context["form"].errors)


def test_a_dispute_and_a_follow_up_are_recorded_in_the_same_step(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    invoice = make_invoice(debtor, creditor)
    web.post(
        log_url(debtor),
        call(
            outcome="DISPUTED",
            dispute_invoice=invoice.pk,
            dispute_amount="250",
            dispute_reason="QUALITY",
            next_on="2026-06-17",
            next_text="Send photos to the factory",
        ),
    )
    invoice.refresh_from_db()
    assert invoice.collectible == Decimal(750)
    assert FollowUp.objects.get().text == "Send photos to the factory"


def test_logging_what_was_planned_ticks_the_plan_off(web: Browser, debtor: Client) -> None:
    user = make_user()
    plan = add_follow_up(
        client=debtor, due_on=TODAY, owner=user, text="Call back", actor=user, at=NOW
    )
    web.post(log_url(debtor), call(follow_up=plan.pk))
    plan.refresh_from_db()
    assert plan.done_at is not None


def test_invoices_and_contacts_of_others_are_not_accepted(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    make_invoice(debtor, creditor)
    foreign = make_invoice(make_client(), creditor)
    stranger = make_contact(foreign.client)
    response = web.post(
        log_url(debtor),
        call(
            outcome="DISPUTED",
            contact=stranger.pk,
            dispute_invoice=foreign.pk,
            dispute_reason="PRICE",
        ),
    )
    assert {"contact", "dispute_invoice"} <= set(response.context["form"].errors)
    assert not Interaction.objects.exists()


def test_a_call_in_the_future_is_refused(web: Browser, debtor: Client) -> None:
    response = web.post(log_url(debtor), call(occurred_at="2026-06-16T09:30"))
    assert b"This lies in the future" in response.content


def test_sales_cannot_log_on_others_clients(debtor: Client) -> None:
    stranger = signed_in(make_user(Role.SALES))
    assert stranger.post(log_url(debtor), call()).status_code == 404


def test_what_is_on_a_plan_asks_for_no_letter(
    web: Browser, creditor: Creditor, debtor: Client
) -> None:
    late = make_invoice(debtor, creditor, due_on=TODAY - 60 * DAY)
    url = reverse("clients:client", args=[debtor.pk])
    letter = "#mail"  # the picture of the step
    on_top = web.get(url).content.decode().split("dw-next")[1][:1500]
    assert letter in on_top
    agree_plan(
        creditor=creditor,
        client=debtor,
        currency="CNY",
        invoices=[late],
        instalments=[(TODAY + DAY, late.amount)],
        on=TODAY,
        actor=None,
        at=NOW,
    )
    on_top = web.get(url).content.decode().split("dw-next")[1][:1500]
    assert letter not in on_top
