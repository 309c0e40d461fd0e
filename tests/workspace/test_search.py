"""Search from the top of every page."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from contracts.services import create_contract
from core.states import Role
from tests.factories import (
    NOW,
    make_client,
    make_creditor,
    make_invoice,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
URL = reverse("workspace:search")


@pytest.fixture
def web() -> Browser:
    return signed_in(make_user(Role.FINANCE))


def test_the_only_match_opens_at_once(web: Browser) -> None:
    client = make_client(legal_name="上海远东贸易有限公司")
    invoice = make_invoice(client, make_creditor(), number="FP-2026-01")
    for text, target in [
        ("远东", reverse("clients:client", args=[client.pk])),
        ("shyd", reverse("clients:client", args=[client.pk])),
        ("fp-2026", reverse("payments:invoice", args=[invoice.pk])),
    ]:
        response = web.get(URL, {"q": text})
        assert (response.status_code, response["Location"]) == (302, target)


def test_several_matches_are_listed_by_kind(web: Browser) -> None:
    client, creditor = make_client(legal_name="K-100 Logistics"), make_creditor()
    make_invoice(client, creditor, number="K-100-1")
    create_contract(
        creditor=creditor, client=client, number="K-100", currency="CNY", actor=None, at=NOW
    )
    found = web.get(URL, {"q": "k-100"}).context["found"]
    assert (len(found.clients), len(found.invoices), len(found.contracts)) == (1, 1, 1)


def test_nothing_found_and_nothing_asked_say_what_can_be_searched(web: Browser) -> None:
    assert b"Nothing found" in web.get(URL, {"q": "zzzz"}).content
    assert b"What are you looking for?" in web.get(URL).content


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", '"', "(", "a" * 500, "\u0000x", "公司" * 60])
def test_odd_text_is_searched_and_never_an_error(web: Browser, text: str) -> None:
    make_client()
    assert web.get(URL, {"q": text}).status_code in {200, 302}


def test_sales_find_nothing_of_others() -> None:
    client, creditor = make_client(legal_name="Hidden Ltd"), make_creditor()
    make_invoice(client, creditor, number="HID-1")
    create_contract(
        creditor=creditor, client=client, number="HID-C", currency="CNY", actor=None, at=NOW
    )
    web = signed_in(make_user(Role.SALES))
    for text in ("Hidden", "HID-1", "HID-C"):
        assert web.get(URL, {"q": text}).context["found"].count == 0
