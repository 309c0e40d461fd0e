"""Disputes on their pages."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from core.states import Role
from disputes.models import Dispute
from disputes.states import DisputeState
from tests.factories import (
    NOW,
    make_client,
    make_creditor,
    make_invoice,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def web() -> Browser:
    return signed_in(make_user(Role.FINANCE))


def opened(web: Browser, amount: str = "300") -> Dispute:
    invoice = make_invoice(make_client(), make_creditor(), "1000.00")
    url = reverse("disputes:open", args=[invoice.pk])
    fields = {"amount": amount, "reason": "QUALITY", "note": "Scratches"}
    assert web.post(url, fields).status_code == 302
    return Dispute.objects.select_related("invoice").get()


def test_part_of_an_invoice_is_held_apart_and_the_rest_stays_collectible(web: Browser) -> None:
    assert opened(web).invoice.collectible == Decimal(700)


def test_more_than_is_open_is_refused_saying_how_much_is(web: Browser) -> None:
    invoice = make_invoice(make_client(), make_creditor(), "1000.00")
    url = reverse("disputes:open", args=[invoice.pk])
    response = web.post(url, {"amount": "1000.01", "reason": "QUALITY"})
    assert "amount" in response.context["form"].errors
    assert not Dispute.objects.exists()


def test_a_dispute_ends_with_its_resolution_and_only_once(web: Browser) -> None:
    dispute = opened(web)
    url = reverse("disputes:close", args=[dispute.pk])
    assert web.post(url, {"state": "REJECTED", "resolution": ""}).status_code == 200
    assert web.post(url, {"state": "OPEN", "resolution": "x"}).status_code == 200
    assert web.post(url, {"state": "REJECTED", "resolution": "As agreed"}).status_code == 302
    dispute.refresh_from_db()
    assert dispute.state == DisputeState.REJECTED
    assert web.get(url).status_code == 404


def test_the_list_shows_open_ones_and_all(web: Browser) -> None:
    dispute = opened(web)
    assert len(web.get(reverse("disputes:list")).context["rows"]) == 1
    web.post(
        reverse("disputes:close", args=[dispute.pk]),
        {"state": "UPHELD", "resolution": "Credited"},
    )
    assert web.get(reverse("disputes:list")).context["rows"] == []
    assert len(web.get(reverse("disputes:list"), {"state": "all"}).context["rows"]) == 1


def test_sales_see_and_open_disputes_of_their_clients_only(web: Browser) -> None:
    dispute = opened(web)
    stranger = signed_in(make_user(Role.SALES))
    assert stranger.get(reverse("disputes:list")).context["rows"] == []
    assert stranger.get(reverse("disputes:open", args=[dispute.invoice_id])).status_code == 404
    assert stranger.get(reverse("disputes:close", args=[dispute.pk])).status_code == 404
