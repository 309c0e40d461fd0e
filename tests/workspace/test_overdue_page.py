"""The overdue dashboard: each figure leads to exactly its rows."""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Creditor
from core.money import format_money
from core.states import Role
from disputes.services import open_dispute
from payments.models import Invoice
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
DAY = dt.timedelta(days=1)
URL = reverse("workspace:overdue")
AGING = reverse("workspace:aging")


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def creditor(kept: None) -> Creditor:
    """Owns a ledger with something in every figure."""
    with time_machine.travel(NOW, tick=False):
        return _in_debt()


def _in_debt() -> Creditor:
    row = make_creditor(code="own")
    alpha, beta = make_client(legal_name="Alpha Ltd"), make_client(legal_name="Beta Ltd")
    for days in (-20, 10, 45, 75, 120, 300, 500):
        make_invoice(alpha, row, Decimal(1000 + days), due_on=TODAY - days * DAY)
    late = make_invoice(beta, row, "700.00", due_on=TODAY - 60 * DAY)
    pay(late, "200.00", on=TODAY - 5 * DAY)
    paid_since = make_invoice(beta, row, "900.00", due_on=TODAY - 90 * DAY)
    pay(paid_since, on=TODAY - 3 * DAY)
    make_receipt(alpha, row, "55.00", received_on=TODAY - 40 * DAY)
    make_credit_note(alpha, row, "33.00", issued_on=TODAY - 50 * DAY)
    open_dispute(
        invoice=late, amount=Decimal(300), reason="PRICE", on=TODAY - 30 * DAY, actor=None, at=NOW
    )
    return row


@pytest.fixture
def web() -> Browser:
    return signed_in(make_user(Role.FINANCE))


def open_page(web: Browser, **query: str) -> Any:
    response = web.get(URL, query)
    assert response.status_code == 200
    return response


def test_a_visitor_is_sent_to_the_login() -> None:
    assert Browser().get(URL).status_code == 302


def test_without_a_creditor_it_says_what_to_do_first(web: Browser) -> None:
    assert b"No company of your own yet" in web.get(URL).content


def test_without_invoices_it_says_so(web: Browser) -> None:
    make_creditor()
    assert b"Nothing was invoiced by this day" in web.get(URL).content


@pytest.mark.parametrize("days_ago", [0, 4, 31, 200])
def test_every_amount_equals_the_total_of_the_rows_behind_it(
    web: Browser, creditor: Creditor, days_ago: int
) -> None:
    page = open_page(web, as_of=(TODAY - days_ago * DAY).isoformat())
    for stat in page.context["amounts"]:
        behind = web.get(stat["url"])
        assert behind.status_code == 200
        assert behind.context["total"] == stat["value"], stat["label"]


@pytest.mark.parametrize("days_ago", [0, 31])
def test_every_bar_of_the_chart_leads_to_rows_that_add_up_to_it(
    web: Browser, creditor: Creditor, days_ago: int
) -> None:
    page = open_page(web, as_of=(TODAY - days_ago * DAY).isoformat())
    (series,) = page.context["aging_chart"]["series"]
    assert len(series["values"]) == len(series["urls"]) == 7
    for amount, url in zip(series["values"], series["urls"], strict=True):
        behind = web.get(url)
        assert behind.context["total"] == format_money(amount, "CNY", "en")


def test_the_total_is_over_all_rows_not_the_page(
    web: Browser, creditor: Creditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payments.views.invoices.PAGE_SIZE", 2)
    page = open_page(web)
    receivables = page.context["amounts"][0]
    behind = web.get(receivables["url"])
    assert len(behind.context["rows"]) == 2
    assert behind.context["count"] == 8
    assert behind.context["total"] == receivables["value"]


def test_an_invoice_paid_later_is_open_on_that_day(web: Browser, creditor: Creditor) -> None:
    paid = Invoice.objects.get(amount=900)
    page = open_page(web, as_of=(TODAY - 4 * DAY).isoformat())
    overdue = next(s for s in page.context["amounts"] if s["label"] == "Overdue")
    numbers = {row["number"] for row in web.get(overdue["url"]).context["rows"]}
    assert paid.number in numbers
    today = next(s for s in open_page(web).context["amounts"] if s["label"] == "Overdue")
    assert paid.number not in {r["number"] for r in web.get(today["url"]).context["rows"]}


def test_the_figures_of_today_are_those_of_the_ledger(web: Browser, creditor: Creditor) -> None:
    values = {s["label"]: s["value"] for s in open_page(web).context["amounts"]}
    open_now = sum(i.open_amount for i in Invoice.objects.all())
    assert values["Receivables"] == format_money(open_now, "CNY", "en")
    assert values["Disputed, held apart"] == "CN¥300.00"
    assert values["Unapplied credit"] == "CN¥88.00"


def test_ratios_show_their_formula_filled_in(web: Browser, creditor: Creditor) -> None:
    ratios = {r["label"]: r for r in open_page(web).context["ratios"]}
    assert "receivables / credit sales × days" in ratios["DSO"]["formula"]
    assert "× 90" in ratios["DSO"]["formula"]
    assert ratios["Collection effectiveness (CEI)"]["value"].endswith("%")


def test_a_ratio_without_sales_is_a_dash_and_not_a_crash(web: Browser) -> None:
    creditor = make_creditor()
    make_invoice(make_client(), creditor, due_on=TODAY - 400 * DAY)
    page = open_page(web, creditor=creditor.code)
    values = [r["value"] for r in page.context["ratios"][:1]]
    assert values == ["–"]


def test_a_day_to_come_means_today(web: Browser, creditor: Creditor) -> None:
    page = open_page(web, as_of=(TODAY + 40 * DAY).isoformat())
    assert page.context["query"].on == TODAY


@pytest.mark.parametrize("as_of", ["rubbish", "2026-02-31", "", "9999-99-99"])
def test_a_day_that_is_none_means_today(web: Browser, creditor: Creditor, as_of: str) -> None:
    assert open_page(web, as_of=as_of).context["query"].on == TODAY


def test_today_is_the_creditors_day() -> None:
    creditor = make_creditor(time_zone="Pacific/Auckland")
    make_invoice(make_client(), creditor)
    web = signed_in(make_user())
    with time_machine.travel(dt.datetime(2026, 6, 15, 12, 30, tzinfo=dt.UTC), tick=False):
        page = open_page(web, creditor=creditor.code)
        assert page.context["query"].on == dt.date(2026, 6, 16)


def test_the_trend_has_as_many_months_as_chosen(web: Browser, creditor: Creditor) -> None:
    assert len(open_page(web).context["trend_chart"]["categories"]) == 13
    assert len(open_page(web, months="24").context["trend_chart"]["categories"]) == 25
    assert len(open_page(web, months="999").context["trend_chart"]["categories"]) == 13


def test_a_point_of_the_trend_leads_to_the_dashboard_of_that_day(
    web: Browser, creditor: Creditor
) -> None:
    (receivables, _overdue) = open_page(web).context["trend_chart"]["series"]
    behind = web.get(URL + receivables["urls"][-2].partition("/overdue/")[2])
    shown = behind.context["amounts"][0]["value"]
    assert shown == format_money(receivables["values"][-2], "CNY", "en")


def test_sales_see_figures_of_their_clients_only(creditor: Creditor) -> None:
    seller = make_user(Role.SALES)
    Client.objects.filter(legal_name="Beta Ltd").update(owner=seller)
    page = open_page(signed_in(seller))
    values = {s["label"]: s["value"] for s in page.context["amounts"]}
    assert values["Receivables"] == "CN¥500.00"
    assert {row["client"].legal_name for row in page.context["debtors"]} == {"Beta Ltd"}
    for stat in page.context["amounts"]:
        assert signed_in(seller).get(stat["url"]).context["total"] == stat["value"]


def test_its_queries_do_not_grow_with_the_ledger(web: Browser, creditor: Creditor) -> None:
    open_page(web)
    before = count_queries(lambda: open_page(web))
    for _ in range(5):
        make_invoice(make_client(), creditor)
    assert count_queries(lambda: open_page(web)) == before <= 20


def test_the_changes_come_after_the_page_and_without_a_script_too(
    web: Browser, creditor: Creditor
) -> None:
    url = open_page(web).context["movers_url"]
    whole, fragment = web.get(url), web.get(url, headers={"HX-Request": "true"})
    assert whole.context["movers"] == fragment.context["movers"] != []
    assert b"<html" in whole.content
    assert b"<html" not in fragment.content


# --- Aging by client -------------------------------------------------------------------------


def test_the_totals_of_aging_by_client_are_those_of_the_dashboard(
    web: Browser, creditor: Creditor
) -> None:
    for day in (TODAY, TODAY - 31 * DAY):
        query = {"as_of": day.isoformat()}
        aging = web.get(AGING, query).context
        figures = web.get(URL, query).context["figures"].aging
        assert aging["total"]["receivables"] == f"{figures.receivables:,.2f}"
        assert aging["total"]["overdue"] == f"{figures.overdue:,.2f}"


def test_the_csv_ties_to_the_page_and_cannot_run_formulas(web: Browser, creditor: Creditor) -> None:
    make_invoice(make_client(legal_name='=HYPERLINK("http://x")'), creditor, "5.00")
    response = web.get(AGING, {"format": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a streaming response
    heading, *rows = list(csv.reader(io.StringIO(text)))
    total = sum(Decimal(row[heading.index("Receivables")]) for row in rows)
    assert total == sum(i.open_amount for i in Invoice.objects.all())
    assert any(row[1].startswith("'=HYPERLINK") for row in rows)


def test_the_xlsx_holds_numbers_and_no_formula(web: Browser, creditor: Creditor) -> None:
    make_invoice(make_client(legal_name="=1+1"), creditor, "5.00")
    response = web.get(AGING, {"format": "xlsx"})
    data = io.BytesIO(b"".join(response.streaming_content))  # type: ignore[attr-defined]  # a streaming response
    sheet = openpyxl.load_workbook(data).worksheets[0]
    rows = list(sheet.iter_rows(min_row=2))
    assert all(cell.data_type != "f" for row in rows for cell in row)
    receivables = sum(Decimal(str(row[10].value)) for row in rows)
    assert receivables == sum(i.open_amount for i in Invoice.objects.all())


def test_sales_export_their_clients_only(creditor: Creditor) -> None:
    seller = make_user(Role.SALES)
    Client.objects.filter(legal_name="Beta Ltd").update(owner=seller)
    response = signed_in(seller).get(AGING, {"format": "csv"})
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]  # a streaming response
    assert "Beta Ltd" in text
    assert "Alpha Ltd" not in text
