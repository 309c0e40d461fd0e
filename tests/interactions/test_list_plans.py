"""Lists of the log's rooms go by index, however much is kept: each statement is explained."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import Client
from core.models import User
from core.paging import stretch
from core.states import Role
from interactions.models import Meeting, Minutes, OutgoingMail, Revisit
from interactions.selectors.mail_pages import mails_dismissed, mails_waiting, proposals_waiting
from interactions.selectors.surveys import answers_between
from interactions.states import MinutesState
from tests.factories import NOW, TODAY, make_client, make_creditor, make_user

pytestmark = pytest.mark.django_db

MANY: Final = 20_000
LARGE: Final = frozenset(
    {
        "interactions_mailmessage",
        "interactions_mailproposal",
        "interactions_meeting",
        "interactions_minutes",
        "interactions_outgoingmail",
        "interactions_revisit",
        "interactions_surveyanswer",
    }
)

#: Years of a busy house; of most things few wait. Written without guards and references.
FILL: Final = """
SET LOCAL session_replication_role = replica;
INSERT INTO interactions_mailmessage (raw_id, raw_sha256, content_sha256, direction, kind, source,
    message_id, in_reply_to, "references", from_name, from_email, "to", cc, subject, received_at,
    occurred_at, text, html, damage, failures, about_message_id, forwarded_from, thread_id, state,
    dismissal)
SELECT 1, md5(n::text), md5(n::text), 'IN', 'NORMAL', 'IMAP', '<' || n || '@x.example>', '', '[]',
    '', 'a@x.example', '[]', '[]', 'Subject', %(at)s - n * interval '1 hour',
    %(at)s - n * interval '1 hour', repeat('text ', 20), '', '[]', '[]', '', '', 1,
    CASE WHEN n %% 400 = 0 THEN 'TRAY' ELSE 'DISMISSED' END,
    CASE WHEN n %% 400 = 0 THEN '' ELSE 'SPAM' END
FROM generate_series(1, %(many)s) n;
INSERT INTO interactions_mailproposal (mail_id, kind, quote, position, currency, reason, state,
    created_at, decided_at, about_type, about_id)
SELECT n, 'PROMISE', 'We pay on Friday', 1, '', '', CASE WHEN n %% 400 = 0 THEN 'OPEN'
    ELSE 'REJECTED' END, %(at)s - n * interval '1 hour',
    CASE WHEN n %% 400 = 0 THEN NULL ELSE %(at)s::timestamptz END, '', ''
FROM generate_series(1, %(many)s) n;
INSERT INTO interactions_meeting (id, client_id, creditor_id, subject, starts_at, time_zone, place,
    online_url, state, cancel_reason, about_type, about_id, draft, revision, created_at)
SELECT n, CASE WHEN n %% 2 = 0 THEN %(client)s ELSE %(other)s END, %(creditor)s, 'Talk',
    %(at)s - n * interval '1 hour', 'Asia/Shanghai', '', '', 'HELD', '', '', '', '{}', 0, %(at)s
FROM generate_series(1, %(many)s) n;
INSERT INTO interactions_minutes (meeting_id, number, language, content, content_sha256, text,
    sha256, state, sent_at, created_at)
SELECT n, 1, 'en', '{}', encode(sha256('{}'), 'hex'), 'Text',
    encode(sha256('Text'), 'hex'),
    CASE WHEN n %% 400 = 0 THEN 'SENT' WHEN n %% 400 = 1 THEN 'OBJECTED' ELSE 'CONFIRMED' END,
    %(at)s, %(at)s
FROM generate_series(1, %(many)s) n;
INSERT INTO interactions_revisit (client_id, level_id, due_on, state, note, decided_at, created_at)
SELECT %(other)s + n, 1, %(on)s::date + 900 - (n / 20)::int,
    CASE WHEN n %% 4 = 0 THEN 'PLANNED' ELSE 'SKIPPED' END,
    CASE WHEN n %% 4 = 0 THEN '' ELSE 'They took stock' END,
    CASE WHEN n %% 4 = 0 THEN NULL ELSE %(at)s::timestamptz END, %(at)s
FROM generate_series(1, %(many)s) n;
INSERT INTO interactions_surveyanswer (request_id, client_id, score, comment, wants_to_complain,
    name, answered_on, answered_at)
SELECT n, %(other)s, 1 + n %% 5, '', false, 'Ann', %(on)s::date - (n / 10)::int, %(at)s
FROM generate_series(1, %(many)s) n;
INSERT INTO interactions_outgoingmail (client_id, creditor_id, language, to_name, to_email, subject,
    body, in_reply_to, "references", state, key, message_id, queued_at, created_by_id, available_at,
    attempts, last_error, raw_sha256)
SELECT CASE WHEN n %% 2 = 0 THEN %(client)s ELSE %(other)s END, %(creditor)s, 'en', '',
    'a@x.example', 'Subject', 'Body', '', '[]', 'CANCELLED', n::text, '<' || n || '@own.example>',
    %(at)s - n * interval '1 hour', %(user)s, %(at)s, 0, '', ''
FROM generate_series(1, %(many)s) n;
SET LOCAL session_replication_role = origin;
"""


@pytest.fixture
def manager(db: None) -> User:
    return make_user(Role.MANAGER)


@pytest.fixture
def busy(manager: User) -> Client:
    """A client of a house that has kept 20,000 rows of everything."""
    client, other = make_client(), make_client()
    with connection.cursor() as cursor:
        cursor.execute(
            FILL,
            {
                "at": NOW,
                "on": TODAY,
                "many": MANY,
                "client": client.pk,
                "other": other.pk,
                "creditor": make_creditor().pk,
                "user": manager.pk,
            },
        )
        for table in sorted(LARGE):
            cursor.execute(f"ANALYZE {table}")
    return client


def plans(work: Callable[[], object]) -> tuple[set[str], set[str]]:
    """Large tables that the work reads from end to end, and the indexes it goes by."""
    with CaptureQueriesContext(connection) as captured:
        work()
    nodes: list[dict[str, Any]] = []
    for query in captured.captured_queries:
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (FORMAT JSON) " + query["sql"])
            (told,) = cursor.fetchone()
        plan = json.loads(told) if isinstance(told, str) else told
        nodes += _nodes(plan[0]["Plan"])
    whole = {n["Relation Name"] for n in nodes if n["Node Type"] == "Seq Scan"} & LARGE
    return whole, {n["Index Name"] for n in nodes if "Index Name" in n}


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def test_lists_of_what_waits_and_what_was_go_by_index(busy: Client, manager: User) -> None:
    meetings = Meeting.objects.visible_to(manager).select_related("client", "creditor")
    minutes = Minutes.objects.filter(state=MinutesState.SENT)
    objected = Minutes.objects.filter(state=MinutesState.OBJECTED)
    latest = ("-starts_at", "-pk")
    received = ("-received_at", "-pk")
    year = TODAY - dt.timedelta(days=365)
    answers = answers_between(manager, year, TODAY)
    sent = OutgoingMail.objects.visible_to(manager)
    queued = ("-queued_at", "-pk")
    lists: dict[str, tuple[Callable[[], object], str]] = {
        "tray": (lambda: stretch(mails_waiting(manager), order=received), "mail_tray"),
        "aside": (lambda: stretch(mails_dismissed(manager), order=received), "mail_aside"),
        "proposals": (lambda: list(proposals_waiting(manager)[:20]), "mail_proposal_open"),
        "meetings": (lambda: stretch(meetings, order=latest), "meeting_recent"),
        "of a client": (
            lambda: stretch(meetings.filter(client=busy), order=latest),
            "meeting_client",
        ),
        "awaited": (
            lambda: stretch(meetings.filter(pk__in=minutes.values("meeting")), order=latest),
            "minutes_waiting",
        ),
        "objected": (
            lambda: stretch(meetings.filter(pk__in=objected.values("meeting")), order=latest),
            "minutes_objected",
        ),
        "revisits": (
            lambda: stretch(Revisit.objects.visible_to(manager).planned(), order=("due_on", "pk")),
            "revisit_planned",
        ),
        "due": (lambda: Revisit.objects.due(on=TODAY).count(), "revisit_planned"),
        "answers": (
            lambda: stretch(answers, order=("-answered_on", "-pk")),
            "survey_answer_recent",
        ),
        "written": (lambda: stretch(sent, order=queued), "outgoing_order"),
        "written to one": (
            lambda: stretch(sent.filter(client=busy), order=queued),
            "outgoing_client",
        ),
    }
    found = {name: plans(work) for name, (work, _index) in lists.items()}
    assert {name: whole for name, (whole, _used) in found.items() if whole} == {}
    missed = {name: used for name, (_whole, used) in found.items() if lists[name][1] not in used}
    assert missed == {}
