"""Receipts: entered, applied, taken back, refunded."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import BankAccount, Client, Creditor
from core.states import Role
from payments.models import Allocation, Receipt, Refund
from payments.services import allocate
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_credit_note,
    make_creditor,
    make_invoice,
    make_receipt,
    make_user,
    pay,
    signed_in,
)

pytestmark = pytest.mark.django_db
LIST = reverse("payments:receipts")
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def web() -> Browser:
    return signed_in(make_user(Role.FINANCE))


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor()


@pytest.fixture
def debtor() -> Client:
    return make_client()


def allocate_url(receipt: Receipt) -> str:
    return reverse("payments:allocate", args=[receipt.pk])


def entry(creditor: Creditor, **fields: object) -> dict[str, object]:
    return {
        "creditor": creditor.pk,
        "currency": "CNY",
        "amount": "500.00",
        "received_on": TODAY.isoformat(),
        "method": "BANK_TRANSFER",
        **fields,
    }


def test_a_receipt_is_entered_and_leads_to_its_application(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    url = f"{reverse('payments:receipt_new')}?client={debtor.pk}"
    response = web.post(url, entry(creditor))
    receipt = Receipt.objects.get()
    assert response["Location"] == allocate_url(receipt)
    assert receipt.unallocated == Decimal(500)


def test_an_account_of_another_creditor_or_currency_is_refused(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    account = BankAccount.objects.create(
        creditor=make_creditor(),
        label="Other",
        bank_name="Bank",
        account_name="Other",
        account_number="1",
        currency="EUR",
    )
    url = f"{reverse('payments:receipt_new')}?client={debtor.pk}"
    response = web.post(url, entry(creditor, bank_account=account.pk))
    assert len(response.context["form"].errors["bank_account"]) == 2
    assert not Receipt.objects.exists()


def test_the_client_is_chosen_first(web: Browser, debtor: Client) -> None:
    page = web.get(reverse("payments:receipt_new"), {"q": debtor.code})
    assert f"client={debtor.pk}".encode() in page.content


def test_the_oldest_due_is_suggested_first(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    later = make_invoice(debtor, creditor, "400.00", due_on=TODAY - DAY)
    older = make_invoice(debtor, creditor, "300.00", due_on=TODAY - 60 * DAY)
    receipt = make_receipt(debtor, creditor, "500.00")
    form = web.get(allocate_url(receipt)).context["form"]
    assert form[f"invoice_{older.pk}"].value() == "300.00"
    assert form[f"invoice_{later.pk}"].value() == "200.00"


def test_the_users_amounts_win_over_the_suggestion(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    older = make_invoice(debtor, creditor, "300.00", due_on=TODAY - 60 * DAY)
    named = make_invoice(debtor, creditor, "400.00", due_on=TODAY - DAY)
    receipt = make_receipt(debtor, creditor, "400.00")
    fields = {f"invoice_{older.pk}": "", f"invoice_{named.pk}": "400"}
    assert web.post(allocate_url(receipt), fields).status_code == 302
    older.refresh_from_db()
    named.refresh_from_db()
    assert (older.open_amount, named.open_amount) == (Decimal(300), 0)


@pytest.mark.parametrize("amount", ["500.01", "-5", "abc", "1e9", "NaN"])
def test_what_cannot_be_applied_is_refused_and_nothing_is_written(
    web: Browser, debtor: Client, creditor: Creditor, amount: str
) -> None:
    invoice = make_invoice(debtor, creditor, "900.00")
    receipt = make_receipt(debtor, creditor, "500.00")
    response = web.post(allocate_url(receipt), {f"invoice_{invoice.pk}": amount})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Allocation.objects.exists()


def test_invoices_of_others_cannot_be_named(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    make_invoice(debtor, creditor)
    foreign = make_invoice(make_client(), creditor)
    receipt = make_receipt(debtor, creditor, "500.00")
    response = web.post(allocate_url(receipt), {f"invoice_{foreign.pk}": "5"})
    assert response.status_code == 200
    assert not Allocation.objects.exists()


def test_money_without_an_open_invoice_says_so(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    page = web.get(allocate_url(make_receipt(debtor, creditor)))
    assert b"No invoice is open" in page.content


def test_an_allocation_is_taken_back_with_a_reason(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    invoice = make_invoice(debtor, creditor, "100.00")
    row = pay(invoice)
    url = reverse("payments:allocation_reverse", args=[row.pk])
    assert web.post(url, {"on": TODAY.isoformat(), "reason": ""}).status_code == 200
    assert web.post(url, {"on": TODAY.isoformat(), "reason": "Bounced"}).status_code == 302
    invoice.refresh_from_db()
    assert invoice.open_amount == Decimal(100)
    again = web.post(url, {"on": TODAY.isoformat(), "reason": "Twice"})
    assert b"taken back already" in again.content


def test_a_reversal_is_not_reversed(web: Browser, debtor: Client, creditor: Creditor) -> None:
    row = pay(make_invoice(debtor, creditor, "100.00"))
    url = reverse("payments:allocation_reverse", args=[row.pk])
    web.post(url, {"on": TODAY.isoformat(), "reason": "Bounced"})
    reversal = Allocation.objects.get(reverses=row)
    assert web.get(reverse("payments:allocation_reverse", args=[reversal.pk])).status_code == 404


def test_a_refund_takes_unapplied_money_only(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    invoice = make_invoice(debtor, creditor, "60.00")
    receipt = make_receipt(debtor, creditor, "100.00")
    allocate(receipt=receipt, lines=[(invoice, Decimal(60))], actor=None, at=NOW)
    url = reverse("payments:receipt_refund", args=[receipt.pk])
    fields = {"amount": "41", "kind": "REFUND", "on": TODAY.isoformat(), "reason": "Paid twice"}
    assert b"not applied" in web.post(url, fields).content
    assert web.post(url, {**fields, "amount": "40"}).status_code == 302
    assert Refund.objects.get().amount == Decimal(40)


def test_a_credit_note_is_applied_like_money(
    web: Browser, debtor: Client, creditor: Creditor
) -> None:
    invoice = make_invoice(debtor, creditor, "100.00")
    note = make_credit_note(debtor, creditor, "30.00")
    url = reverse("payments:credit_note_allocate", args=[note.pk])
    assert web.post(url, {f"invoice_{invoice.pk}": "30"}).status_code == 302
    invoice.refresh_from_db()
    assert invoice.open_amount == Decimal(70)
    assert web.get(reverse("payments:credit_note", args=[note.pk])).status_code == 200


def test_the_list_filters_by_client_method_and_what_is_left(
    web: Browser, creditor: Creditor
) -> None:
    alpha, beta = make_client(legal_name="Alpha"), make_client(legal_name="Beta")
    make_receipt(alpha, creditor, "1.00", method="CASH")
    pay(make_invoice(beta, creditor, "2.00"))

    def clients(**query: str) -> list[str]:
        return [row["client"] for row in web.get(LIST, query).context["rows"]]

    assert set(clients()) == {"Alpha", "Beta"}
    assert clients(q="alpha") == ["Alpha"]
    assert clients(method="CASH") == ["Alpha"]
    assert clients(unapplied="on") == ["Alpha"]
    assert clients(q="nobody") == []


def test_sales_see_receipts_of_their_clients_and_change_none(creditor: Creditor) -> None:
    seller = make_user(Role.SALES)
    mine = make_receipt(make_client(owner=seller), creditor)
    theirs = make_receipt(make_client(), creditor)
    web = signed_in(seller)
    assert len(web.get(LIST).context["rows"]) == 1
    assert web.get(reverse("payments:receipt", args=[mine.pk])).status_code == 200
    assert web.get(reverse("payments:receipt", args=[theirs.pk])).status_code == 404
    for name in ("payments:allocate", "payments:receipt_refund"):
        assert web.get(reverse(name, args=[mine.pk])).status_code == 404
    assert web.get(reverse("payments:receipt_new")).status_code == 404


def test_the_queries_of_the_list_do_not_grow(web: Browser, creditor: Creditor) -> None:
    make_receipt(make_client(), creditor)
    web.get(LIST)
    before = count_queries(lambda: web.get(LIST))
    for _ in range(4):
        make_receipt(make_client(), creditor)
    assert count_queries(lambda: web.get(LIST)) == before <= 9
