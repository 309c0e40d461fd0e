"""The list of clients: search, filters, order, scope."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.services import set_standing
from clients.states import Grade
from core.states import Role
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_creditor,
    make_invoice,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
URL = reverse("clients:list")
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def web() -> Browser:
    return signed_in(make_user(Role.FINANCE))


def names(web: Browser, **query: str) -> list[str]:
    response = web.get(URL, query)
    assert response.status_code == 200
    return [row["client"].legal_name for row in response.context["rows"]]


def test_an_empty_list_says_what_to_do_first(web: Browser) -> None:
    assert b"No clients yet" in web.get(URL).content


@pytest.mark.parametrize("text", ["远东", "yuandong", "shyd", "SHYD", "sh", "C-77", "c-7"])
def test_a_client_is_found_by_chinese_pinyin_initials_and_code(web: Browser, text: str) -> None:
    make_client(legal_name="上海远东贸易有限公司", code="C-77")
    make_client(legal_name="Northwind Trading", code="N-01")
    assert names(web, q=text) == ["上海远东贸易有限公司"]


def test_it_is_sorted_by_pinyin_with_latin_names_among_them(web: Browser) -> None:
    for name in ("中山贸易", "Mango Ltd", "北京食品"):
        make_client(legal_name=name)
    assert names(web) == ["北京食品", "Mango Ltd", "中山贸易"]
    assert names(web, sort="-name") == ["中山贸易", "Mango Ltd", "北京食品"]


def test_filters_by_grade_hold_owner_overdue_and_currency(web: Browser) -> None:
    creditor, seller = make_creditor(), make_user(Role.SALES)
    held, late, usd = (make_client(legal_name=name) for name in ("Held", "Late", "Dollars"))
    set_standing(
        client=held,
        grade=Grade.E,
        credit_limit=None,
        deposit_ratio=None,
        on_credit_hold=True,
        hold_reason="Three broken promises",
        actor=None,
        at=NOW,
    )
    late.owner = seller
    late.save()
    make_invoice(late, creditor, due_on=TODAY - DAY)
    make_invoice(usd, creditor, due_on=TODAY, currency="USD")
    assert names(web, hold="on") == ["Held"]
    assert names(web, grade="E") == ["Held"]
    assert names(web, owner=str(seller.pk)) == ["Late"]
    assert names(web, overdue="on") == ["Late"]
    assert names(web, currency="usd") == ["Dollars"]
    assert names(web, currency="USD", overdue="on") == []
    assert len(names(web, grade="rubbish", owner="x")) == 3


def test_sorting_by_overdue_is_of_one_currency_and_exact(web: Browser) -> None:
    creditor = make_creditor()
    small, large, other = (make_client(legal_name=name) for name in ("Small", "Large", "Other"))
    make_invoice(small, creditor, "10.00")
    make_invoice(large, creditor, "400.00")
    make_invoice(large, creditor, "9000.00", due_on=TODAY + DAY)
    make_invoice(other, creditor, "99999.00", currency="USD")
    assert names(web, sort="-overdue") == ["Large", "Small"]
    assert names(web, sort="overdue") == ["Small", "Large"]
    assert names(web, sort="-overdue", currency="USD") == ["Other"]


def test_what_is_due_today_is_not_overdue(web: Browser) -> None:
    make_invoice(make_client(), make_creditor(), due_on=TODAY)
    assert names(web, overdue="on") == []


def test_amounts_are_per_currency(web: Browser) -> None:
    creditor, client = make_creditor(), make_client()
    make_invoice(client, creditor, "100.00")
    make_invoice(client, creditor, "7.00", due_on=TODAY + DAY, currency="USD")
    (row,) = web.get(URL).context["rows"]
    assert row["owed"] == [
        {"open": "CN¥100.00", "overdue": "CN¥100.00"},
        {"open": "$7.00", "overdue": ""},
    ] or [one["open"] for one in row["owed"]] == ["CN¥100.00", "US$7.00"]


def test_sales_see_and_find_their_own_clients_only() -> None:
    seller = make_user(Role.SALES)
    make_client(legal_name="Mine", owner=seller)
    make_client(legal_name="Theirs")
    web = signed_in(seller)
    assert names(web) == ["Mine"]
    assert names(web, q="Theirs") == []
    assert names(web, sort="-overdue") == []
    assert "owner" not in web.get(URL).context["form"].fields


@pytest.mark.parametrize("sort", ["name", "-overdue"])
def test_its_queries_do_not_grow_with_the_clients(web: Browser, sort: str) -> None:
    creditor = make_creditor()
    make_invoice(make_client(owner=make_user(Role.SALES)), creditor)
    names(web, sort=sort)
    before = count_queries(lambda: names(web, sort=sort))
    for _ in range(5):
        make_invoice(make_client(owner=make_user(Role.SALES)), creditor)
    assert count_queries(lambda: names(web, sort=sort)) == before <= 15
