"""The pages of appeals: from a note to a letter, what is late, and how long one may take."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from clients.models import Client
from core.models import User
from credit.models import (
    Appeal,
    AppealTerms,
)
from credit.services.appeals import take_up_appeal
from tests.credit.appeals.cast import (
    behaviour_of,
    decided,
    free_work_of,
    received,
)
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    signed_in,
)

DAY = dt.timedelta(days=1)
pytestmark = pytest.mark.django_db


def test_a_page_offers_the_free_work_that_counts(client: Client, boss: User, other: User) -> None:
    assert client.owner is not None
    entry = free_work_of(client, client.owner, boss)
    browser = signed_in(client.owner)
    code = f"free:{entry.pk}"
    assert code in browser.get(reverse("credit:free_entry", args=[entry.pk])).content.decode()
    address = reverse("credit:appeal_new", args=[client.pk])
    assert f'value="{code}" selected' in browser.get(f"{address}?about={code}").content.decode()
    fields = {"channel": "CALL", "received_on": "2026-06-15", "grounds": "We paid it", "key": "k"}
    assert browser.post(address, {**fields, "about": code}).status_code == 302
    row = Appeal.objects.get()
    assert (row.against, row.free_entry, row.decided_by) == ("FREE_WORK", entry, boss)
    decided(row, other)
    page = browser.get(reverse("credit:appeal", args=[row.pk])).content.decode()
    assert reverse("credit:free_entry", args=[entry.pk]) in page
    assert code not in browser.get(address).content.decode()


def test_an_appeal_goes_through_the_pages_to_a_letter(
    client: Client, boss: User, other: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    behaviour = behaviour_of(client, boss)
    assert client.owner is not None
    seller = signed_in(client.owner)
    address = reverse("credit:appeal_new", args=[client.pk])
    fields = {
        "about": f"behaviour:{behaviour.pk}", "channel": "LETTER", "received_on": "2026-06-15",
        "grounds": "It was not us", "key": "k",
    }  # fmt: skip
    assert seller.post(address, {**fields, "about": "behaviour:0"}).status_code == 200
    assert not Appeal.objects.exists()
    seller.post(address, fields)
    row = Appeal.objects.get()
    take_up = reverse("credit:appeal_take_up", args=[row.pk])
    wrong = signed_in(boss).post(take_up, {"handler": boss.pk})
    assert wrong.status_code == 200  # the decider is not offered
    signed_in(boss).post(take_up, {"handler": other.pk})
    decide = reverse("credit:appeal_decide", args=[row.pk])
    fields = {"outcome": "UPHELD", "answer": "You are right", "follows": "We say sorry"}
    assert "Only who looks" in signed_in(boss).post(decide, fields).content.decode()
    assert signed_in(other).post(decide, fields).status_code == 302
    page = seller.get(reverse("credit:appeal", args=[row.pk])).content.decode()
    assert "We say sorry" in page
    assert "You are right" in page
    letter = seller.get(reverse("credit:appeal_letter", args=[row.pk]))
    assert letter["Content-Type"] == "application/pdf"
    assert letter.content.startswith(b"%PDF")


def test_late_appeals_stand_on_the_list_and_on_home(client: Client, boss: User) -> None:
    row = received(client, received_on=TODAY - 20 * DAY)
    take_up_appeal(appeal=row, handler=boss, actor=boss, at=NOW)
    browser, home = signed_in(boss), reverse("workspace:home")
    for page in (reverse("credit:appeals") + "?late=on", home):
        assert client.legal_name in browser.get(page).content.decode()
    with time_machine.travel(NOW - 10 * DAY, tick=False):
        assert client.legal_name not in browser.get(home).content.decode()


def test_who_hands_them_out_sees_at_home_what_nobody_looks_at(client: Client, boss: User) -> None:
    assert client.owner is not None
    row, home = received(client), reverse("workspace:home")
    link = reverse("credit:appeal", args=[row.pk])
    page = signed_in(boss).get(home).content.decode()
    assert "nobody looks at" in page
    assert link in page
    assert link not in signed_in(client.owner).get(home).content.decode()
    take_up_appeal(appeal=row, handler=boss, actor=boss, at=NOW)
    assert link not in signed_in(boss).get(home).content.decode()


def test_the_list_costs_the_same_however_long(client: Client, boss: User) -> None:
    browser = signed_in(boss)
    received(client)
    page = reverse("credit:appeals")
    browser.get(page)  # the first visit of a process fills caches
    before = count_queries(lambda: browser.get(page))
    for _n in range(4):
        received(client)
    assert count_queries(lambda: browser.get(page)) == before
    assert before <= 10


def test_a_manager_changes_the_days_to_answer_on_a_page(boss: User) -> None:
    browser, page = signed_in(boss), reverse("credit:appeal_time")
    assert browser.post(page, {"days": 61, "reason": "x"}).status_code == 200
    assert browser.post(page, {"days": 10, "reason": "Sooner"}).status_code == 302
    assert "Sooner" in browser.get(page).content.decode()
    assert Decimal(AppealTerms.objects.order_by("-pk")[0].answer_days) == 10
