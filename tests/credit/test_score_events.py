"""What happened to a client's credit, on the chart of its score, in the table and the export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from clients.models import Client
from core.models import User
from core.states import Role
from credit.selectors.events import credit_events
from credit.services.appeals import receive_appeal
from credit.services.freeloading import decide_course
from credit.services.holds import place_hold, release_hold
from credit.services.scores import score_clients
from credit.services.standing import set_override
from credit.states import StandingPart
from tests.credit.test_scores import ON, days, history
from tests.factories import NOW, count_queries, make_client, make_creditor, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owner() -> User:
    return make_user(Role.SALES)


@pytest.fixture
def manager() -> User:
    return make_user(Role.MANAGER, name="Max")


@pytest.fixture
def client(owner: User) -> Client:
    client = make_client(legal_name="Tardy Ltd", owner=owner)
    history(client, make_creditor(), 0, 0, 0, 0, 9, 12, 45, 50)
    score_clients(on=ON, at=NOW)
    return client


def text_of(owner: User, client: Client, **query: Any) -> str:
    response = signed_in(owner).get(reverse("credit:file", args=[client.pk]), query)
    assert response.status_code == 200
    if query:
        return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    return response.content.decode()


@pytest.fixture
def eventful(client: Client, manager: User) -> Client:
    """Held and let go, its limit set by hand, decided about, and it appealed."""
    later = NOW + dt.timedelta(days=3)
    place_hold(
        client=client, reason="Too much open", expires_on=ON + days(60), actor=manager, at=NOW
    )
    row = client.credit_holds.get()
    release_hold(hold=row, reason="Paid", actor=manager, at=later)
    set_override(
        client=client,
        part=StandingPart.LIMIT,
        value=Decimal(5000),
        currency="CNY",
        reason="A big order",
        expires_on=ON + days(60),
        actor=manager,
        at=later,
    )
    decide_course(
        client=client, course="PREPAY", reason="Margin", on=ON + days(20), actor=manager, at=later
    )
    receive_appeal(
        client=client,
        against="OTHER",
        decision="the limit",
        grounds="We always paid",
        channel="CALL",
        received_on=ON + days(2),
        key="a",
        actor=manager,
        on=ON + days(14),
        at=NOW,
    )
    return client


TOLD = (
    "Credit hold decided",
    "Credit hold lifted",
    "Set by hand: Credit limit",
    "Decided: Prepayment only",
    "Appeal received: Another decision",
)


def test_what_happened_stands_on_its_day_and_leads_to_its_record(eventful: Client) -> None:
    found = {one.title: one for one in credit_events(eventful, since=None, limit=60)}
    assert set(TOLD) <= set(found)
    assert found["Credit hold decided"].on == dt.date(2026, 6, 15)
    assert found["Credit hold lifted"].on == dt.date(2026, 6, 18)
    assert found["Appeal received: Another decision"].on == ON + days(2)
    row = eventful.credit_holds.get()
    assert found["Credit hold lifted"].url == reverse("credit:hold", args=[row.pk])
    assert found["Credit hold lifted"].body == "Paid"
    grade = next(one for title, one in found.items() if title.startswith("Grade "))
    assert grade.title.endswith("C")


def test_what_happened_before_the_first_score_shown_is_left_out(eventful: Client) -> None:
    found = credit_events(eventful, since=dt.date(2026, 6, 16), limit=60)
    titles = [one.title for one in found]
    assert "Credit hold decided" not in titles
    assert "Credit hold lifted" in titles
    assert [one.on for one in found] == sorted((one.on for one in found), reverse=True)


def test_the_chart_and_its_table_show_what_happened(eventful: Client, owner: User) -> None:
    text = text_of(owner, eventful)
    table = text[text.index('id="score-table"') :]
    table = table[: table.index("</table>")]
    for words in TOLD:
        assert words in table
    score = eventful.scores.get()
    rows = [row for row in table.split("<tr>") if "Credit hold lifted" in row]
    # On a day without a score of its own the one that counted stands there, with no link.
    assert len(rows) == 1
    assert f">{score.score}<" in rows[0]
    assert reverse("credit:snapshot", args=[score.pk]) not in rows[0]
    assert '"text": "Credit hold lifted", "tone": "good"' in text


def test_the_export_has_facts_events_and_scores(eventful: Client, owner: User) -> None:
    lines = text_of(owner, eventful, **{"as": "csv"}).splitlines()
    assert "Day,Kind,What,Note,Score,Address" in lines[0]
    assert any("was paid 45 days late" in one and ",Fact," in one for one in lines)
    assert any(f",What happened,{TOLD[1]},Paid,," in one for one in lines)
    score = eventful.scores.get()
    assert any(f",Score,Grade {score.granted},,{score.score}," in one for one in lines)


def test_events_cost_the_same_whatever_happened(
    eventful: Client, owner: User, manager: User
) -> None:
    page = signed_in(owner)
    url = reverse("credit:file", args=[eventful.pk])
    page.get(url)
    before = count_queries(lambda: page.get(url))
    for number in range(4):
        decide_course(
            client=eventful,
            course="KEEP",
            reason=f"{number}",
            on=ON + days(21),
            actor=manager,
            at=NOW + dt.timedelta(days=4 + number),
        )
    assert count_queries(lambda: page.get(url)) == before <= 32


def test_events_are_told_in_chinese(eventful: Client, owner: User) -> None:
    response = signed_in(owner).get(
        reverse("credit:file", args=[eventful.pk]), headers={"accept-language": "zh-hans"}
    )
    text = response.content.decode()
    for words in ("期间事件", "已决定暂停赊销", "暂停赊销已解除", "收到申诉：其他决定"):
        assert words in text
