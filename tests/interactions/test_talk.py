"""Scripts of hard calls; incidents go to a manager and nothing follows by itself."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from clients.states import Language
from core.models import AuditEvent
from core.states import Role
from interactions.models import CallScript, FollowUp, Incident
from interactions.models.talk import STEPS
from interactions.selectors.talk import scripts
from interactions.services import log_interaction
from interactions.services.talk import (
    UnableToReport,
    UnableToSaveScript,
    close_incident,
    report_incident,
    review_incident,
    save_script,
)
from interactions.states import CallSituation
from tests.factories import NOW, count_queries, make_client, make_user, signed_in

DATA = Path(__file__).parents[2] / "interactions" / "data" / "scripts.json"
NAMES = (*STEPS, *(f"{step}_zh" for step in STEPS))
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def web() -> Browser:
    return signed_in(make_user(Role.MANAGER))


def report(client: Client, **fields: object) -> Incident:
    values = {
        "category": "ABUSE",
        "severity": "SERIOUS",
        "quote": "You will regret calling me",
        "occurred_at": NOW,
        "manager": None,
        "actor": make_user(Role.SALES),
        "at": NOW,
        **fields,
    }
    return report_incident(client=client, **values)  # type: ignore[arg-type]  # as each test needs it


def test_every_situation_has_every_step_in_both_languages() -> None:
    rows = {row["situation"]: row for row in json.loads(DATA.read_text(encoding="utf-8"))}
    assert set(rows) == set(CallSituation.values)
    assert all(row[name].strip() for row in rows.values() for name in NAMES)
    shown = scripts("zh-hans")
    assert [one.row.situation for one in shown] == CallSituation.values
    assert all(
        any("\u4e00" <= char <= "\u9fff" for char in text)
        for one in shown
        for _step, _label, text in one.steps
    )


def test_scripts_are_beside_the_call_form_in_the_clients_language(web: Browser) -> None:
    client = make_client(language=Language.ZH)
    for name in ("interactions:log", "interactions:call"):
        page = web.get(reverse(name), {"client": client.pk}).content.decode()
        assert "我听得出您很生气" in page
        assert page.count('<details class="dw-script"') == len(CallSituation.values)
    sales = signed_in(make_user(Role.SALES)).get(reverse("interactions:scripts"))
    assert b"I hear that you are angry" in sales.content
    assert b"/edit/" not in sales.content


def test_a_change_of_a_script_is_a_new_version(web: Browser) -> None:
    url = reverse("interactions:script_edit", args=["ABUSE"])
    before = CallScript.objects.get(situation="ABUSE")
    sent = {name: getattr(before, name) for name in NAMES}
    assert "Nothing is changed" in web.post(url, sent).content.decode()
    assert web.post(url, {**sent, "ask": ""}).status_code == 200
    assert web.post(url, {**sent, "ask": "What happened?"}).status_code == 302
    newest = CallScript.objects.newest().get(situation="ABUSE")
    assert (newest.version, newest.ask) == (2, "What happened?")
    with pytest.raises(UnableToSaveScript):
        save_script(situation="NOPE", steps=sent, actor=None, at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE interactions_callscript SET ask = 'x'")


def test_an_incident_goes_to_a_manager_with_a_follow_up(web: Browser) -> None:
    client, manager = make_client(), make_user(Role.MANAGER)
    row = report(client, manager=manager)
    task = FollowUp.objects.get()
    assert (task.owner, task.client) == (manager, client)
    home = web.get(reverse("workspace:home")).content.decode()
    assert reverse("interactions:incident", args=[row.pk]) in home


def test_nothing_follows_for_the_client_by_itself() -> None:
    client, manager = make_client(), make_user(Role.MANAGER)
    before = Client.objects.filter(pk=client.pk).values().get()
    row = report(client, category="THREAT", severity="DANGER", manager=manager)
    review_incident(incident=row, note="Calls by two of us only", actor=manager, at=NOW)
    close_incident(incident=row, note="Agreed with them", actor=manager, at=NOW)
    assert Client.objects.filter(pk=client.pk).values().get() == before
    row.refresh_from_db()
    assert (row.state, row.decision) == ("CLOSED", "Calls by two of us only")
    steps = list(row.transitions.values_list("to_state", flat=True))
    assert steps == ["OPEN", "REVIEWED", "CLOSED"]
    assert AuditEvent.objects.filter(action="interactions.incident_closed").exists()


def test_each_step_is_taken_once_by_a_manager_who_says_why() -> None:
    manager = make_user(Role.MANAGER)
    row = report(make_client())
    with pytest.raises(UnableToReport, match="manager"):
        review_incident(incident=row, note="x", actor=make_user(Role.SALES), at=NOW)
    with pytest.raises(UnableToReport, match="why"):
        review_incident(incident=row, note=" ", actor=manager, at=NOW)
    with pytest.raises(UnableToReport, match="meanwhile"):
        close_incident(incident=row, note="x", actor=manager, at=NOW)
    review_incident(incident=row, note="x", actor=manager, at=NOW)
    with pytest.raises(UnableToReport, match="meanwhile"):
        review_incident(incident=row, note="y", actor=manager, at=NOW)


def test_an_incident_that_does_not_hold_together_is_refused() -> None:
    client = make_client()
    entry = log_interaction(
        client=make_client(),
        kind="CALL",
        direction="IN",
        occurred_at=NOW,
        body="x",
        actor=make_user(),
        at=NOW,
    )
    for fields, field in (
        ({"quote": " "}, "quote"),
        ({"occurred_at": NOW + dt.timedelta(hours=1)}, "occurred_at"),
        ({"interaction": entry}, None),
        ({"manager": make_user(Role.SALES)}, "manager"),
    ):
        with pytest.raises(UnableToReport) as refused:
            report(client, **fields)
        assert refused.value.field == field
    assert not Incident.objects.exists()


def test_the_database_keeps_an_incident_as_it_was_reported() -> None:
    report(make_client())
    for sql in (
        "UPDATE interactions_incident SET quote = 'x'",
        "UPDATE interactions_incident SET state = 'CLOSED', decision = 'x'",
        "DELETE FROM interactions_incident",
        "UPDATE interactions_incidenttransition SET note = 'x'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_page_takes_the_words_of_a_log_entry_and_shows_them_as_text() -> None:
    owner, manager = make_user(Role.SALES), make_user(Role.MANAGER)
    client = make_client(owner=owner)
    entry = log_interaction(
        client=client,
        kind="CALL",
        direction="IN",
        occurred_at=NOW,
        body="<script>alert(1)</script> you dogs",
        actor=owner,
        at=NOW,
    )
    web = signed_in(owner)
    url = reverse("interactions:incident_new", args=[client.pk])
    form = web.get(url, {"entry": entry.pk}).context["form"]
    assert form["quote"].value() == entry.body
    sent = {
        "category": "ABUSE",
        "severity": "MILD",
        "quote": entry.body,
        "occurred_at": "2026-06-15T09:00",
        "manager": manager.pk,
        "entry": entry.pk,
    }
    done = web.post(url, sent)
    assert done.status_code == 302
    row = Incident.objects.get()
    assert row.interaction == entry
    page = web.get(done.url).content  # type: ignore[attr-defined]  # a redirect
    assert b"<script>alert(1)" not in page
    assert b"&lt;script&gt;" in page
    decide = reverse("interactions:incident_decide", args=[row.pk])
    assert web.get(decide).status_code == 404
    assert signed_in(make_user(Role.SALES)).get(done.url).status_code == 404  # type: ignore[attr-defined]  # a redirect
    boss = signed_in(manager)
    assert boss.post(decide, {"note": "Two of us call"}).status_code == 302
    assert boss.post(decide, {"note": "Done"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "CLOSED"


def test_the_queries_of_the_list_do_not_grow(web: Browser) -> None:
    url = reverse("interactions:incidents")
    report(make_client())
    web.get(url)
    before = count_queries(lambda: web.get(url))
    for _ in range(4):
        report(make_client())
    assert count_queries(lambda: web.get(url)) == before <= 8
    assert len(web.get(url, {"state": "OPEN"}).context["rows"]) == 5
