"""The tone check in its pages and services: what is refused, and what is kept with its reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client as Browser
from django.urls import reverse

from core.models import AuditEvent
from core.states import Role
from interactions.models import ToneOverride, ToneRule
from interactions.selectors.tone import check_text, register_court_listed
from interactions.services import UnableToSay, keep_override, log_interaction, require_calm
from interactions.services.tone import UnableToSaveTone, save_tone_rule
from tests.factories import NOW, count_queries, make_client, make_contact, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def web() -> Browser:
    return signed_in(make_user(Role.MANAGER))


def entry(**fields: Any) -> dict[str, Any]:
    return {
        "rule": "INSULT",
        "severity": "BLOCK",
        "language": "en",
        "kind": "PHRASE",
        "pattern": "nincompoop",
        "unless": [],
        "calmer": "Our records show an open invoice.",
        "why": "An insult.",
        "why_zh": "辱骂。",
        "is_active": True,
        "note": "",
        **fields,
    }


def test_a_block_is_refused_with_its_rule_and_a_calmer_wording() -> None:
    with pytest.raises(UnableToSay) as refused:
        require_calm("Pay or else!", language="en", field="body")
    assert "Threat" in str(refused.value)
    assert "Calmer" in str(refused.value)
    assert refused.value.field == "body"
    with pytest.raises(UnableToSay):
        require_calm("Pay or else!", language="en", reason="I am angry")


def test_a_warning_passes_only_with_a_reason_and_is_kept_with_it() -> None:
    client, user = make_client(), make_user(Role.SALES)
    text = "We waive the interest."
    with pytest.raises(UnableToSay, match="Concession"):
        require_calm(text, language="en", client=client, reason="  ")
    hits = require_calm(text, language="en", client=client, reason="The manager approved it")
    about = log_interaction(
        client=client, kind="NOTE", direction="OUT", occurred_at=NOW, body=text, actor=user, at=NOW
    )
    keep_override(
        about=about, client=client, hits=hits, reason="The manager approved it", actor=user, at=NOW
    )
    row = ToneOverride.objects.get()
    assert (row.about_type, row.about_id) == ("interactions.interaction", str(about.pk))
    assert row.hits[0]["rule"] == "CONCESSION"
    assert AuditEvent.objects.filter(action="interactions.send_all_the_same").exists()
    assert keep_override(about=about, client=client, hits=[], reason="", actor=user, at=NOW) is None
    page = signed_in(make_user(Role.MANAGER)).get(reverse("interactions:tone_overrides"))
    assert b"The manager approved it" in page.content
    assert signed_in(user).get(reverse("interactions:tone_overrides")).status_code == 404


def test_names_of_the_client_and_its_people_are_left_alone() -> None:
    client = make_client(legal_name="Crook Brothers Ltd")
    make_contact(client, name="Anna Liar")
    assert not check_text("Dear Anna Liar of Crook Brothers Ltd", language="en", client=client)
    assert check_text("Dear Anna Liar of Crook Brothers Ltd", language="en")


def test_a_room_above_may_say_that_a_court_has_listed_the_debtor() -> None:
    from interactions.selectors import tone

    client, other = make_client(), make_client()
    register_court_listed(lambda one: one.pk == client.pk)
    try:
        assert not check_text("法院已列为老赖", language="zh-hans", client=client)
        assert check_text("法院已列为老赖", language="zh-hans", client=other)
    finally:
        tone._court_listed.clear()


def test_an_edit_is_a_new_version_and_the_lexicon_follows_it(web: Browser) -> None:
    url = reverse("interactions:tone_rule_new")
    assert web.post(url, entry(pattern="")).status_code == 200
    assert web.post(url, entry()).status_code == 302
    first = ToneRule.objects.get(pattern="nincompoop")
    assert check_text("You nincompoop.", language="en")
    edit = reverse("interactions:tone_rule_edit", args=[first.key])
    assert "Say why" in web.post(edit, entry(severity="WARN")).content.decode()
    assert "Nothing is changed" in web.post(edit, entry(note="x")).content.decode()
    changed = entry(is_active="", note="Too old a word")
    del changed["is_active"]
    assert web.post(edit, changed).status_code == 302
    assert not check_text("You nincompoop.", language="en")
    versions = ToneRule.objects.filter(key=first.key).order_by("version")
    assert [(row.version, row.is_active) for row in versions] == [(1, True), (2, False)]
    page = web.get(reverse("interactions:tone_rule", args=[first.key])).content.decode()
    assert "Too old a word" in page
    assert AuditEvent.objects.filter(action="interactions.save_tone_rule").count() == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "REGEX", "pattern": "(a+)+$"}, "pattern"),
        ({"kind": "REGEX", "pattern": "(a"}, "pattern"),
        ({"kind": "SHAPE", "pattern": "italics"}, "pattern"),
        ({"kind": "PHRASE", "pattern": "!"}, "pattern"),
        ({"rule": "RUDE"}, "rule"),
    ],
)
def test_an_entry_that_cannot_work_is_refused(fields: dict[str, str], field: str) -> None:
    with pytest.raises(UnableToSaveTone) as refused:
        save_tone_rule(**entry(**fields), actor=make_user(), at=NOW)
    assert refused.value.field == field


@pytest.mark.parametrize("table", ["interactions_tonerule", "interactions_toneoverride"])
def test_the_database_refuses_to_change_or_forget_a_version(table: str) -> None:
    if table.endswith("override"):
        ToneOverride.objects.create(
            about_type="x", about_id="1", hits=[1], reason="r", decided_at=NOW
        )
    for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with (
            pytest.raises(DatabaseError, match="refused"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"SET CONSTRAINTS ALL IMMEDIATE; {sql}")


def test_the_page_shows_hits_and_one_click_takes_the_calmer_wording(web: Browser) -> None:
    url = reverse("interactions:tone_check")
    sent = {"language": "en", "text": "Dear Mr Li.\r\nPay by Friday or else. Thank you."}
    page = web.post(url, sent).content.decode()
    assert '<mark class="dw-tone-mark dw-tone-block">or else</mark>' in page
    assert 'name="calm" value="text:0"' in page
    warned = web.post(url, {"language": "en", "text": "We waive the interest."}).content.decode()
    assert 'name="tone_reason"' not in warned
    calmer = web.post(url, {**sent, "calm": "text:0"}).content.decode()
    assert "or else" not in calmer
    assert "Nothing in this text is known to do harm." in calmer
    assert "Thank you." in calmer
    assert web.post(url, {**sent, "calm": "text:99"}).status_code == 200
    assert web.post(url, {**sent, "calm": "language:0"}).status_code == 200


def test_a_text_is_shown_as_text(web: Browser) -> None:
    url = reverse("interactions:tone_check")
    page = web.post(url, {"language": "en", "text": "<script>alert(1)</script> you liar"})
    assert b"<script>alert(1)" not in page.content
    assert b"&lt;script&gt;" in page.content


def test_the_queries_of_the_lexicon_do_not_grow(web: Browser) -> None:
    url = reverse("interactions:tone_rules")
    web.get(url)
    before = count_queries(lambda: web.get(url))
    for place in range(3):
        save_tone_rule(**entry(pattern=f"aaaword{place}", rule="BLAME"), actor=make_user(), at=NOW)
    assert count_queries(lambda: web.get(url)) == before <= 8
    found = web.get(url, {"q": "aaaword", "rule": "BLAME", "language": "en"})
    assert len(found.context["rows"]) == 3


def test_the_lexicon_is_paged_to_its_end(web: Browser) -> None:
    url, after, seen = reverse("interactions:tone_rules"), "", set()
    for _page in range(20):
        page = web.get(url, {"after": after} if after else {})
        seen |= {row.key for row in page.context["rows"]}
        after = page.context["cursor"]
        if not after:
            break
    assert seen == set(ToneRule.objects.newest().values_list("key", flat=True))


def test_the_queries_of_what_was_sent_all_the_same_do_not_grow(web: Browser) -> None:
    url = reverse("interactions:tone_overrides")

    def one(place: int) -> None:
        ToneOverride.objects.create(
            client=make_client(),
            about_type="x",
            about_id=str(place),
            hits=[{"rule": "BLAME", "matched": "you always"}],
            reason="r",
            decided_at=NOW - dt.timedelta(hours=place),
            decided_by=make_user(),
        )

    one(0)
    web.get(url)
    before = count_queries(lambda: web.get(url))
    for place in range(1, 5):
        one(place)
    assert count_queries(lambda: web.get(url)) == before <= 8
