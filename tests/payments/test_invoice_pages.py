"""The list of invoices for browsing, and the page of one invoice."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Creditor
from core.states import Role
from disputes.services import open_dispute
from payments.models import CreditNote, Invoice
from payments.services import reverse_allocation
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_creditor,
    make_invoice,
    make_user,
    pay,
    signed_in,
)

pytestmark = pytest.mark.django_db
LIST = reverse("payments:invoices")
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


def numbers(web: Browser, **query: str) -> list[str]:
    response = web.get(LIST, query)
    assert response.status_code == 200
    return [row["number"] for row in response.context["rows"]]


def page(invoice: Invoice) -> str:
    return reverse("payments:invoice", args=[invoice.pk])


# --- List ------------------------------------------------------------------------------------


def test_it_opens_with_what_is_open_the_oldest_first(web: Browser, creditor: Creditor) -> None:
    client = make_client()
    make_invoice(client, creditor, number="NEW", due_on=TODAY + DAY)
    make_invoice(client, creditor, number="OLD", due_on=TODAY - 90 * DAY)
    pay(make_invoice(client, creditor, number="PAID"))
    assert numbers(web) == ["OLD", "NEW"]
    assert numbers(web, show="overdue") == ["OLD"]
    assert numbers(web, show="settled") == ["PAID"]
    assert set(numbers(web, show="all")) == {"OLD", "NEW", "PAID"}


def test_a_number_is_found_by_its_beginning_else_the_client_by_name(
    web: Browser, creditor: Creditor
) -> None:
    make_invoice(make_client(legal_name="上海远东"), creditor, number="FP-1")
    make_invoice(make_client(legal_name="Beta"), creditor, number="XX-1")
    assert numbers(web, q="fp") == ["FP-1"]
    assert numbers(web, q="yuandong") == ["FP-1"]
    assert numbers(web, q="nobody") == []


@pytest.mark.parametrize(
    "query",
    [
        {"sort": "due_on"},
        {"sort": "-due_on"},
        {"sort": "due_on", "currency": "CNY"},
        {"show": "all"},
        {"show": "overdue", "q": "INV"},
    ],
)
def test_stretches_join_up_without_gap_or_repeat(
    web: Browser, creditor: Creditor, monkeypatch: pytest.MonkeyPatch, query: dict[str, str]
) -> None:
    client, other = make_client(), make_creditor()
    for n in range(9):
        # Equal due dates: only the key tells them apart.
        make_invoice(
            client,
            other if n % 3 else creditor,
            due_on=TODAY - (1 + n % 2) * DAY,
            currency="USD" if n % 4 == 0 else "CNY",
        )
    whole = numbers(web, **query)
    monkeypatch.setattr("payments.views.invoices.PAGE_SIZE", 2)
    seen: list[str] = []
    cursor = ""
    for _ in range(6):
        response = web.get(LIST, {**query, "after": cursor})
        seen += [row["number"] for row in response.context["rows"]]
        cursor = response.context["cursor"]
        if not cursor:
            break
    assert seen == whole
    assert len(set(whole)) == len(whole) >= 6


@pytest.mark.parametrize("after", ["x", "W10", "bnVsbA", "WyIyMDI2LTAxLTAxIiwgImEiXQ", "=" * 9])
def test_a_cursor_that_cannot_be_read_starts_anew(
    web: Browser, creditor: Creditor, after: str
) -> None:
    make_invoice(make_client(), creditor, number="ONE")
    assert numbers(web, after=after) == ["ONE"]


def test_odd_filters_do_not_filter(web: Browser, creditor: Creditor) -> None:
    make_invoice(make_client(), creditor, number="ONE")
    assert numbers(web, show="zzz", sort="password", client="x", page="-1", currency="") == ["ONE"]


def test_sales_see_their_own_in_the_list_and_by_client() -> None:
    seller, creditor = make_user(Role.SALES), make_creditor()
    make_invoice(make_client(owner=seller), creditor, number="MINE")
    theirs = make_invoice(make_client(), creditor, number="THEIRS")
    web = signed_in(seller)
    assert numbers(web) == ["MINE"]
    assert numbers(web, q="THEIRS") == []
    assert numbers(web, client=str(theirs.client_id)) == ["MINE"]
    assert web.get(page(theirs)).status_code == 404


def test_letters_that_are_no_currency_mean_the_creditors(web: Browser, creditor: Creditor) -> None:
    make_invoice(make_client(), creditor, number="LATE", due_on=TODAY - DAY)
    assert numbers(web, creditor=creditor.code, currency="XXX", show="overdue") == ["LATE"]


def test_the_list_of_several_currencies_is_one_list_by_due_date(
    web: Browser, creditor: Creditor
) -> None:
    client = make_client()
    for days, currency in ((3, "EUR"), (1, "CNY"), (2, "EUR"), (4, "CNY")):
        make_invoice(
            client, creditor, number=f"I{days}", currency=currency, due_on=TODAY - days * DAY
        )
    assert numbers(web) == ["I4", "I3", "I2", "I1"]
    assert numbers(web, sort="-due_on") == ["I1", "I2", "I3", "I4"]


def test_the_queries_of_the_list_do_not_grow(web: Browser, creditor: Creditor) -> None:
    make_invoice(make_client(), creditor)
    numbers(web)
    before = count_queries(lambda: numbers(web))
    for _ in range(4):
        make_invoice(make_client(), creditor)
    assert count_queries(lambda: numbers(web)) == before <= 13


# --- Page ------------------------------------------------------------------------------------


def test_the_page_shows_what_settled_it_and_what_was_taken_back(
    web: Browser, creditor: Creditor
) -> None:
    invoice = make_invoice(make_client(), creditor, "1000.00")
    row = pay(invoice, "400.00")
    reverse_allocation(allocation=row, reason="Bounced", on=TODAY, actor=None, at=NOW)
    shown = web.get(page(invoice)).context["allocations"]
    assert [(one["amount"], one["is_reversal"]) for one in shown] == [
        ("CN¥400.00", False),
        ("-CN¥400.00", True),
    ]
    assert all(not one["reverse_url"] for one in shown)


def test_the_disputed_part_is_shown_apart(web: Browser, creditor: Creditor) -> None:
    invoice = make_invoice(make_client(), creditor, "1000.00")
    open_dispute(invoice=invoice, amount=Decimal(300), reason="PRICE", on=TODAY, actor=None, at=NOW)
    facts = dict(web.get(page(invoice)).context["facts"])
    assert facts["Disputed, held apart"] == "CN¥300.00"
    assert facts["To be collected"] == "CN¥700.00"


def test_interest_can_be_calculated_to_a_chosen_day(web: Browser, creditor: Creditor) -> None:
    invoice = make_invoice(make_client(), creditor, "1000.00", due_on=dt.date(2026, 3, 2))
    url = reverse("payments:invoice_interest", args=[invoice.pk])
    assert "says nothing about late payment" in web.get(url).content.decode()
    found = web.get(url, {"preset": "us_contract", "until": "2026-05-31"})
    assert found.context["until"] == dt.date(2026, 5, 31)
    assert web.get(url, {"preset": "nonsense", "until": "x"}).context["preset"] == ""


def test_a_credit_note_takes_the_rest_back(web: Browser, creditor: Creditor) -> None:
    invoice = make_invoice(make_client(), creditor, "1000.00")
    url = reverse("payments:credit_note_new", args=[invoice.pk])
    fields = {
        "number": "CN-1",
        "amount": "1000",
        "issued_on": TODAY.isoformat(),
        "reason": "Never delivered",
        "is_applied": "on",
    }
    assert web.post(url, fields).status_code == 302
    invoice.refresh_from_db()
    assert invoice.open_amount == 0


def test_a_credit_note_above_what_is_open_leaves_nothing_behind(
    web: Browser, creditor: Creditor
) -> None:
    invoice = make_invoice(make_client(), creditor, "1000.00")
    url = reverse("payments:credit_note_new", args=[invoice.pk])
    fields = {
        "number": "CN-1",
        "amount": "1000.01",
        "issued_on": TODAY.isoformat(),
        "reason": "Too much",
        "is_applied": "on",
    }
    response = web.post(url, fields)
    assert response.status_code == 200
    assert b"is open" in response.content
    assert not CreditNote.objects.exists()


def test_sales_do_not_enter_money(creditor: Creditor) -> None:
    seller = make_user(Role.SALES)
    client = make_client(owner=seller)
    invoice = make_invoice(client, creditor)
    web = signed_in(seller)
    for name, pk in [
        ("payments:credit_note_new", invoice.pk),
        ("payments:invoice_new", client.pk),
        ("payments:plan_new", client.pk),
    ]:
        assert web.get(reverse(name, args=[pk])).status_code == 404


def test_an_invoice_is_entered_by_finance(web: Browser, creditor: Creditor) -> None:
    client: Client = make_client()
    response = web.post(
        reverse("payments:invoice_new", args=[client.pk]),
        {
            "creditor": creditor.pk,
            "number": "A-1",
            "currency": "CNY",
            "amount": "12,345.60",
            "issued_on": "2026-06-01",
            "due_on": "2026-07-01",
        },
    )
    assert response.status_code == 302
    assert Invoice.objects.get().amount == Decimal("12345.60")


def test_more_decimals_than_the_currency_has_are_refused_at_the_field(
    web: Browser, creditor: Creditor
) -> None:
    response = web.post(
        reverse("payments:invoice_new", args=[make_client().pk]),
        {
            "creditor": creditor.pk,
            "number": "A-1",
            "currency": "JPY",
            "amount": "10.5",
            "issued_on": "2026-06-01",
            "due_on": "2026-07-01",
        },
    )
    assert "amount" in response.context["form"].errors
