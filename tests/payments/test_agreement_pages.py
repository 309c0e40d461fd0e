"""Promises and plans on their pages; rates."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Creditor
from core.states import Role
from payments.models import InstalmentPlan, Promise
from payments.states import PlanState, PromiseState
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_creditor,
    make_invoice,
    make_user,
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
    return make_client()


@pytest.fixture
def web() -> Browser:
    return signed_in(make_user(Role.FINANCE))


def test_a_promise_for_one_invoice_is_filled_in_with_what_is_collectible(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    invoice = make_invoice(debtor, creditor, "250.00")
    url = f"{reverse('payments:promise_new', args=[debtor.pk])}?invoice={invoice.pk}"
    form = web.get(url).context["form"]
    assert form["amount"].value() == "250.00"
    fields = {
        "balance": debtor.balances.get().pk,
        "invoice": invoice.pk,
        "amount": "250",
        "due_on": (TODAY + 5 * DAY).isoformat(),
    }
    assert web.post(url, fields).status_code == 302
    assert Promise.objects.get().invoice == invoice


def test_a_promise_on_a_past_day_is_refused(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    make_invoice(debtor, creditor)
    fields = {
        "balance": debtor.balances.get().pk,
        "amount": "250",
        "due_on": (TODAY - DAY).isoformat(),
    }
    response = web.post(reverse("payments:promise_new", args=[debtor.pk]), fields)
    assert b"The promised day has passed" in response.content
    assert not Promise.objects.exists()


def test_a_promise_is_withdrawn_once(web: Browser, debtor: Client, creditor: Creditor) -> None:
    make_invoice(debtor, creditor)
    fields = {
        "balance": debtor.balances.get().pk,
        "amount": "250",
        "due_on": (TODAY + DAY).isoformat(),
    }
    web.post(reverse("payments:promise_new", args=[debtor.pk]), fields)
    promise = Promise.objects.get()
    url = reverse("payments:promise_withdraw", args=[promise.pk])
    for _ in range(2):
        assert web.post(url, {"reason": "Noted by mistake"}).status_code == 302
    promise.refresh_from_db()
    assert promise.state == PromiseState.WITHDRAWN


def test_a_plan_splits_what_is_open_to_the_cent_over_months(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    invoice = make_invoice(debtor, creditor, "100.00")
    fields = {
        "invoices": [invoice.pk],
        "count": "3",
        "first_due_on": "2026-07-31",
        "note": "By e-mail",
    }
    assert web.post(reverse("payments:plan_new", args=[debtor.pk]), fields).status_code == 302
    plan = InstalmentPlan.objects.get()
    assert [(one.due_on, one.amount) for one in plan.instalments.all()] == [
        (dt.date(2026, 7, 31), Decimal("33.34")),
        (dt.date(2026, 8, 31), Decimal("33.33")),
        (dt.date(2026, 9, 30), Decimal("33.33")),
    ]


def test_a_plan_over_two_currencies_is_refused(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    both = [
        make_invoice(debtor, creditor).pk,
        make_invoice(debtor, creditor, currency="USD").pk,
    ]
    fields = {"invoices": both, "count": "2", "first_due_on": "2026-07-31"}
    response = web.post(reverse("payments:plan_new", args=[debtor.pk]), fields)
    assert b"share client, creditor and currency" in response.content
    assert not InstalmentPlan.objects.exists()


def test_finance_ends_a_plan_and_sales_only_read_it(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    seller = make_user(Role.SALES)
    Client.objects.filter(pk=debtor.pk).update(owner=seller)
    invoice = make_invoice(debtor, creditor, "100.00")
    fields = {"invoices": [invoice.pk], "count": "2", "first_due_on": "2026-07-31"}
    web.post(reverse("payments:plan_new", args=[debtor.pk]), fields)
    plan = InstalmentPlan.objects.get()
    end = reverse("payments:plan_end", args=[plan.pk])
    reader = signed_in(seller)
    assert reader.get(reverse("payments:plan", args=[plan.pk])).status_code == 200
    assert reader.post(end, {"state": "BROKEN"}).status_code == 404
    assert web.get(end).status_code == 405
    assert web.post(end, {"state": "ACTIVE"}).status_code == 404
    assert web.post(end, {"state": "BROKEN"}).status_code == 302
    plan.refresh_from_db()
    assert plan.state == PlanState.BROKEN


def test_strangers_agree_nothing(debtor: Client) -> None:
    stranger = signed_in(make_user(Role.SALES))
    assert stranger.get(reverse("payments:promise_new", args=[debtor.pk])).status_code == 404


def test_rates_say_what_nobody_has_verified(web: Browser) -> None:
    page = web.get(reverse("payments:rates"))
    assert page.status_code == 200
    assert page.context["presets"]
    assert b"Unverified" in page.content
