"""Looks at clients: due by the policy's cadence, recorded once, never changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from clients.models import Client
from core.models import AuditEvent, User
from core.states import Role
from credit.models import ClientLook, Monitoring
from credit.selectors.monitoring import looks_due
from credit.services.monitoring import UnableToLook, record_look, refresh_monitoring
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
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owner() -> User:
    return make_user(Role.SALES, name="Sally")


@pytest.fixture
def client(owner: User) -> Client:
    return owing(owner, "Far East Ltd")


def owing(owner: User | None = None, name: str = "", grade: str = "C", **fields: Any) -> Client:
    """A client with an open invoice and a grade."""
    client = make_client(owner=owner, **({"legal_name": name} if name else {}), **fields)
    graded(client, grade)
    make_invoice(client, make_creditor(), "100.00", due_on=TODAY)
    return client


def graded(client: Client, grade: str) -> None:
    """Only the grade is asked for here, not what else of a standing follows from it."""
    Client.objects.filter(pk=client.pk).update(grade=grade)
    client.refresh_from_db()


def looked(client: Client, actor: User, **changed: Any) -> ClientLook:
    given: dict[str, Any] = {
        "outcome": "CALM",
        "found": "Pays as before",
        "next_on": None,
        "key": f"k{ClientLook.objects.count()}",
        "on": TODAY,
        "at": NOW,
        **changed,
    }
    return record_look(client=client, actor=actor, **given)


def due(client: Client) -> dt.date:
    return Monitoring.objects.get(client=client).due_on


def test_the_first_look_is_due_by_the_cadence_of_the_grade(owner: User) -> None:
    rows = {grade: owing(owner, grade=grade) for grade in "ABCDEU"}
    assert refresh_monitoring(on=TODAY) == 6
    asked = {grade: (due(row) - TODAY).days for grade, row in rows.items()}
    assert asked == {"A": 180, "B": 90, "C": 60, "D": 30, "E": 14, "U": 60}
    assert refresh_monitoring(on=TODAY + DAY) == 0


def test_who_has_nothing_at_stake_is_left_out_until_something_is(owner: User) -> None:
    client = make_client(owner=owner)
    assert refresh_monitoring(on=TODAY) == 0
    old = make_invoice(
        client, make_creditor(), "9.00", due_on=TODAY - 370 * DAY, issued_on=TODAY - 400 * DAY
    )
    assert refresh_monitoring(on=TODAY) == 1
    pay(old, on=TODAY)
    assert refresh_monitoring(on=TODAY) == 1
    assert not Monitoring.objects.exists()


def test_a_look_moves_the_next_one_on_and_keeps_how_the_client_stood(
    client: Client, owner: User
) -> None:
    refresh_monitoring(on=TODAY - 59 * DAY)
    assert [one.client for one in looks_due(user=owner, on=TODAY + DAY)] == [client]
    row = looked(client, owner)
    assert (row.next_on, row.grade, row.score) == (TODAY + 60 * DAY, "C", None)
    assert due(client) == TODAY + 60 * DAY
    assert not looks_due(user=owner, on=TODAY + DAY)
    event = AuditEvent.objects.get(action="credit.record_look")
    assert event.stream_id == f"client:{client.pk}"


def test_a_look_may_be_asked_for_sooner_and_not_later(client: Client, owner: User) -> None:
    assert looked(client, owner, next_on=TODAY + 5 * DAY).next_on == due(client)
    with pytest.raises(UnableToLook, match="within 60 days"):
        looked(client, owner, next_on=TODAY + 61 * DAY)
    with pytest.raises(UnableToLook, match="after today"):
        looked(client, owner, next_on=TODAY)


@pytest.mark.parametrize("given", [{"found": " "}, {"outcome": "FINE"}])
def test_a_look_says_what_was_found(client: Client, owner: User, given: dict[str, Any]) -> None:
    with pytest.raises(UnableToLook):
        looked(client, owner, **given)
    assert not ClientLook.objects.exists()


def test_a_form_sent_twice_is_one_look(client: Client, owner: User) -> None:
    assert looked(client, owner, key="same") == looked(client, owner, key="same")
    assert ClientLook.objects.count() == 1


def test_a_grade_that_falls_brings_the_next_look_nearer(client: Client, owner: User) -> None:
    looked(client, owner)
    graded(client, "E")
    refresh_monitoring(on=TODAY)
    assert due(client) == TODAY + 14 * DAY
    graded(client, "A")
    refresh_monitoring(on=TODAY)
    assert due(client) == TODAY + 60 * DAY


def test_over_the_limit_is_known_with_its_day(client: Client) -> None:
    Client.objects.filter(pk=client.pk).update(credit_limit=Decimal(500), limit_currency="CNY")
    refresh_monitoring(on=TODAY)
    assert Monitoring.objects.get().over_since is None
    invoice = make_invoice(client, make_creditor(), "450.00", due_on=TODAY)
    for later in (1, 2):
        refresh_monitoring(on=TODAY + later * DAY)
        assert Monitoring.objects.get().over_since == TODAY + DAY
    pay(invoice, on=TODAY)
    refresh_monitoring(on=TODAY + 3 * DAY)
    assert Monitoring.objects.get().over_since is None


def test_the_database_keeps_looks_as_they_were(client: Client, owner: User) -> None:
    row = looked(client, owner)
    other = owing(owner)
    refresh_monitoring(on=TODAY)
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        ClientLook.objects.filter(pk=row.pk).update(found="Else")
    Monitoring.objects.filter(client=client).update(last_look=None)
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        ClientLook.objects.filter(pk=row.pk).delete()
    with pytest.raises(IntegrityError, match="another client"), transaction.atomic():
        Monitoring.objects.filter(client=other).update(last_look=row)


def test_a_look_is_recorded_on_its_page_and_shown_where_the_client_is(
    client: Client, owner: User
) -> None:
    browser = signed_in(owner)
    url = reverse("credit:look_new", args=[client.pk])
    assert "a look every 60 days" in browser.get(url).content.decode()
    given = {"outcome": "ACT", "found": "Stopped paying", "key": "one", "next_on": "2026-06-20"}
    assert browser.post(url, given).status_code == 302
    assert (due(client), ClientLook.objects.get().actor) == (dt.date(2026, 6, 20), owner)
    for name in ("credit:file", "clients:client"):
        text = browser.get(reverse(name, args=[client.pk])).content.decode()
        assert "Stopped paying" in text
        assert "20 Jun 2026" in text
    late = browser.post(url, {**given, "key": "two", "next_on": "2027-06-20"})
    assert "not later than" in late.content.decode()


def test_the_list_puts_the_overdue_first_and_is_ones_own(client: Client, owner: User) -> None:
    other = make_user(Role.SALES)
    theirs = owing(other, "Elsewhere Ltd", grade="E")
    refresh_monitoring(on=TODAY - 100 * DAY)
    Monitoring.objects.filter(client=client).update(due_on=TODAY - DAY)
    Monitoring.objects.filter(client=theirs).update(due_on=TODAY - 2 * DAY)
    mine = signed_in(owner).get(reverse("credit:looks")).content.decode()
    assert "Far East Ltd" in mine
    assert "Elsewhere Ltd" not in mine
    everybody = signed_in(make_user(Role.FINANCE)).get(reverse("credit:looks")).content.decode()
    assert everybody.index("Elsewhere Ltd") < everybody.index("Far East Ltd")
    home = signed_in(owner).get(reverse("workspace:home")).content.decode()
    assert "Clients to look at" in home
    assert reverse("credit:look_new", args=[client.pk]) in home
    assert "Elsewhere Ltd" not in home


def test_the_lists_cost_the_same_for_any_length(client: Client, owner: User) -> None:
    browser = signed_in(make_user(Role.MANAGER))
    looked(client, owner)
    url = reverse("credit:looks")
    browser.get(url)
    before = count_queries(lambda: browser.get(url))
    for _number in range(4):
        looked(owing(owner), owner)
    assert count_queries(lambda: browser.get(url)) == before <= 10


def test_refreshing_is_four_statements_for_any_number(client: Client, owner: User) -> None:
    for _number in range(5):
        owing(owner)
    assert count_queries(lambda: refresh_monitoring(on=TODAY)) <= 6
    assert Monitoring.objects.count() == 6
