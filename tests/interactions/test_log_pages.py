"""The log's pages: filters, words in Chinese and English, and 50,000 entries in constant time."""

import datetime as dt
import json
from collections.abc import Iterator
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients.models import Client
from core.dates import now
from core.documents import store_document
from core.paging import cursor_after
from core.states import Role
from interactions.models import Interaction
from interactions.rules.words import has_trigram
from interactions.selectors import LogFilter, LogPage, log_of, log_page
from interactions.services import add_follow_up, log_interaction
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_contact,
    make_creditor,
    make_invoice,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
ZONE = "Asia/Shanghai"


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def said(client: Client, body: str, ago: int = 1, **fields: Any) -> Interaction:
    given = {"kind": "CALL", "direction": "OUT", "actor": None, "at": NOW} | fields
    return log_interaction(
        client=client, occurred_at=NOW - dt.timedelta(hours=ago), body=body, **given
    )


def bodies(client: Client, after: str = "", **chosen: Any) -> list[str]:
    page = log_page(log_of(client), LogFilter(**chosen), time_zone=ZONE, after=after)
    return [one.body for one in page.rows]


def test_each_filter_keeps_what_it_names() -> None:
    client, user = make_client(), make_user()
    person, invoice = make_contact(client), make_invoice(client, make_creditor())
    file = store_document(data=b"x", name="a.txt", actor=None, at=NOW)
    said(client, "plain")
    said(client, "mail", kind="EMAIL")
    said(client, "in", direction="IN")
    said(client, "refused", outcome="REFUSED")
    said(client, "mine", actor=user)
    said(client, "with her", contact=person)
    said(client, "about", links=[invoice])
    said(client, "filed", documents=[file])
    said(client, "old", ago=24 * 40)
    said(make_client(), "another client's")
    assert bodies(client, kind="EMAIL") == ["mail"]
    assert bodies(client, direction="IN") == ["in"]
    assert bodies(client, outcome="REFUSED") == ["refused"]
    assert bodies(client, person=user.pk) == ["mine"]
    assert bodies(client, contact=person.pk) == ["with her"]
    assert bodies(client, about="payments.invoice") == ["about"]
    assert bodies(client, about=f"payments.invoice:{invoice.pk}") == ["about"]
    assert bodies(client, about=f"contracts.contract:{invoice.pk}") == []
    assert bodies(client, with_files=True) == ["filed"]
    assert bodies(client, until=TODAY - dt.timedelta(days=20)) == ["old"]
    assert "old" not in bodies(client, since=TODAY)
    assert bodies(client, kind="EMAIL", direction="IN") == []


@pytest.mark.parametrize(
    "text", ["下周付款", "付款", "付", "张总说下周", "PAY BY FRIDAY", "friday", "fr", "100%", "a_b"]
)
def test_words_are_found_in_chinese_and_english_long_and_short(text: str) -> None:
    client = make_client()
    said(client, "张总说下周付款。They pay by Friday, 100% of a_b.", subject="催款")
    said(client, "完全无关 unrelated: aXb, 100 of")
    said(make_client(), "张总说下周付款 pay by friday 100% a_b")
    assert [one[:2] for one in bodies(client, text=text)] == ["张总"]


def test_the_subject_is_searched_too() -> None:
    client = make_client()
    said(client, "x", subject="Statement of account for June")
    assert bodies(client, text="account for") == ["x"]
    assert bodies(client, text="account of") == []


def test_words_with_three_letters_in_a_row_are_in_the_index() -> None:
    found = ["下周付款", "abc", "ab cde"]
    missing = ["付款", "ab", "a b c", "", "10%"]
    assert [one for one in [*found, *missing] if has_trigram(one)] == found


# --- 50,000 entries --------------------------------------------------------------------------

ENTRIES = 50_000
# What one statement may read: a page of an index and its rows, or a window of 5,000 entries.
PAGE_BUFFERS = 600
WINDOW_BUFFERS = 9_000


@pytest.fixture
def large(db: None) -> Client:
    """A client with 50,000 entries, and as many of another one beside them."""
    client, other, user = make_client(), make_client(), make_user()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO interactions_interaction
                (client_id, kind, direction, occurred_at, recorded_at, recorded_by_id, subject,
                 body, outcome, about_type, about_id)
            SELECT CASE WHEN n %% 2 = 0 THEN %(client)s ELSE %(other)s END, 'CALL', 'OUT',
                   %(at)s - n * interval '20 minutes', %(at)s, %(user)s, '催款',
                   'They will look into the payment run 客户表示下周安排付款 no. ' || n
                   || CASE WHEN n = 90000 THEN ' zebra 斑马条纹' ELSE '' END
                   || CASE WHEN n = 60000 THEN ' 象' ELSE '' END,
                   CASE WHEN n %% 1000 = 0 THEN 'REFUSED' ELSE 'ANSWERED' END, '', ''
            FROM generate_series(1, %(count)s) n
            """,
            {
                "client": client.pk,
                "other": other.pk,
                "user": user.pk,
                "at": NOW,
                "count": 2 * ENTRIES,
            },
        )
        cursor.execute("ANALYZE interactions_interaction")
    return client


def buffers(client: Client, after: str = "", **chosen: Any) -> tuple[LogPage, int, list[str]]:
    """A page, the most that one of its statements read, and the indexes of the statements."""
    with CaptureQueriesContext(connection) as captured:
        page = log_page(log_of(client), LogFilter(**chosen), time_zone=ZONE, after=after)
    most, nodes = 0, []
    for query in captured.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + query["sql"])
            (answer,) = cursor.fetchone()
        plan = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]
        most = max(most, plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
        nodes += list(_nodes(plan))
    return page, most, nodes


def _nodes(plan: dict[str, Any]) -> Iterator[str]:
    if plan.get("Relation Name") == "interactions_interaction":
        yield f"{plan['Node Type']} {plan.get('Index Name', '')}".strip()
    elif plan.get("Index Name", "").startswith("interaction_"):
        yield f"{plan['Node Type']} {plan['Index Name']}"
    for child in plan.get("Plans", []):
        yield from _nodes(child)


def cursor_at(client: Client, place: int) -> str:
    row = client.interactions.order_by("-occurred_at", "-pk")[place]
    return cursor_after(row, "occurred_at")


def test_a_page_of_fifty_thousand_entries_costs_the_same_anywhere(large: Client) -> None:
    first, begin, nodes = buffers(large)
    assert "Seq Scan" not in " ".join(nodes)
    last, end, more = buffers(large, after=cursor_at(large, ENTRIES - 60))
    assert "Seq Scan" not in " ".join(more)
    assert (len(first.rows), len(last.rows)) == (50, 50)
    assert max(begin, end) < PAGE_BUFFERS

    # A rare word, in the index of words: the only hit lies 45,000 entries back.
    for text in ("zebra", "斑马条纹"):
        page, read, used = buffers(large, text=text)
        assert [("zebra" in one.body, page.cursor) for one in page.rows] == [(True, "")]
        assert "Bitmap Index Scan interaction_words" in used
        assert read < PAGE_BUFFERS

    # A word that stands in every entry, and one that only another search would find.
    page, read, used = buffers(large, text="安排付款")
    assert len(page.rows) == 50
    assert "Seq Scan" not in " ".join(used)
    assert read < WINDOW_BUFFERS

    # One character: looked for among the next 5,000, and the page says so.
    page, read, used = buffers(large, text="象")
    assert page.rows == []
    assert page.cursor
    assert page.looked_back_to is not None
    assert "Seq Scan" not in " ".join(used)
    assert read < WINDOW_BUFFERS
    steps, found = 1, list(page.rows)
    while page.cursor and not found:
        page = log_page(log_of(large), LogFilter(text="象"), time_zone=ZONE, after=page.cursor)
        steps, found = steps + 1, list(page.rows)
    assert ("象" in found[0].body, steps) == (True, 6)

    # A filter: bounded in the same way, wherever one stands.
    for after in ("", cursor_at(large, 30_000)):
        page, read, used = buffers(large, after=after, outcome="REFUSED", person=None)
        assert len(page.rows) == 10
        assert page.looked_back_to is not None
        assert "Seq Scan" not in " ".join(used)
        assert read < WINDOW_BUFFERS


# --- Pages -----------------------------------------------------------------------------------


def test_everything_said_is_by_day_and_sales_see_their_own() -> None:
    owner = make_user(Role.SALES)
    mine, other = make_client(owner=owner), make_client()
    said(mine, "said to mine")
    said(other, "said to another")
    said(mine, "the day before", ago=30)
    url = reverse("interactions:everything")
    page = signed_in(owner).get(url).content.decode()
    assert "said to mine" in page
    assert "said to another" not in page
    assert page.index("15 June 2026") < page.index("14 June 2026")
    both = signed_in(make_user(Role.MANAGER)).get(url, {"q": "said to"}).content.decode()
    assert "said to another" in both
    assert "the day before" not in both


def test_the_queries_of_the_pages_do_not_grow() -> None:
    client, user = make_client(), make_user(Role.FINANCE)
    web = signed_in(user)
    invoice = make_invoice(client, make_creditor())

    def one_more() -> None:
        file = store_document(data=b"x", name="a.txt", actor=None, at=NOW)
        entry = said(
            client, "Full", links=[invoice], documents=[file], contact=make_contact(client)
        )
        add_follow_up(
            client=client,
            due_on=TODAY,
            owner=make_user(),
            text="Call",
            interaction=entry,
            actor=None,
            at=NOW,
        )
        said(client, "Corrected", corrects=entry)

    one_more()
    for url, most in [
        (reverse("interactions:list", args=[client.pk]), 22),
        (reverse("interactions:everything"), 22),
    ]:
        web.get(url)
        before = count_queries(partial(web.get, url))
        for _ in range(3):
            one_more()
        assert count_queries(partial(web.get, url)) == before <= most


XSS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "javascript:alert(1)//<a href='javascript:alert(1)'>x</a>",
    "</textarea></title><iframe srcdoc='<script>1</script>'>",
    "{{ 7|add:7 }}{% now 'Y' %}",
]


@pytest.mark.parametrize("text", XSS)
def test_what_was_said_shows_as_text_everywhere(text: str) -> None:
    client = make_client()
    person = make_contact(client, name=text)
    file = store_document(data=b"x", name=f"{text}.txt", actor=None, at=NOW)
    entry = said(client, text, subject=text, contact=person, documents=[file])
    said(client, text, corrects=entry)
    web = signed_in(make_user(Role.MANAGER))
    for url in [
        reverse("interactions:list", args=[client.pk]),
        reverse("interactions:everything"),
        reverse("clients:client", args=[client.pk]),
        reverse("interactions:correct", args=[entry.pk]),
        f"{reverse('interactions:call')}?client={client.pk}",
        f"{reverse('interactions:log')}?client={client.pk}",
    ]:
        page = web.get(url).content.decode()
        for tag in ("<script>alert", "<img src=x", "<svg/onload", "<a href='java", "<iframe"):
            assert tag not in page
        if "{{" in text:
            assert "14" + "2026" not in page
        assert page.count("<title>") == 1


def test_days_are_the_houses_own() -> None:
    client = make_client()
    late = dt.datetime(2026, 6, 14, 23, 30, tzinfo=ZoneInfo(ZONE))
    log_interaction(
        client=client,
        kind="NOTE",
        direction="INTERNAL",
        occurred_at=late,
        body="late",
        actor=None,
        at=now(),
    )
    assert bodies(client, since=dt.date(2026, 6, 14), until=dt.date(2026, 6, 14)) == ["late"]
    assert bodies(client, since=dt.date(2026, 6, 15)) == []


def test_a_browser_may_ask_anything(client: Browser) -> None:
    one = make_client()
    web = signed_in(make_user(Role.FINANCE))
    url = reverse("interactions:list", args=[one.pk])
    for query in [
        {"after": "x"},
        {"about": "payments.invoice:x"},
        {"about": "x:1' OR 1=1"},
        {"since": "x", "until": "9999-99-99"},
        {"until": "9999-12-31", "since": "0001-01-01"},
        {"person": "x", "contact": "99999999999999999999999"},
        {"q": "\x00%_\\'\""},
    ]:
        assert web.get(url, query).status_code == 200
