"""Pages of meetings: two clicks from the client, a draft that waits, versions held together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from core.models import User
from core.states import Role
from interactions.models import Meeting, Minutes
from interactions.rules.minutes import draft_from_json
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_contact,
    make_creditor,
    make_user,
    signed_in,
)
from tests.interactions.minutes_cast import DAY, issued, make_draft, make_meeting, printed, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def user() -> User:
    return make_user(Role.SALES, name="Sally Owner")


@pytest.fixture
def web(user: User) -> Browser:
    return signed_in(user)


@pytest.fixture
def client(user: User) -> Client:
    debtor = make_client(owner=user)
    make_contact(debtor, name="Wang Fang")
    return debtor


def draft_form(user: User, client: Client, **changed: Any) -> dict[str, Any]:
    """The draft filled in, with an action of each side."""
    contact = client.contacts.get()
    given = {
        "language": "en",
        "ours": [user.pk],
        "ours_more": "Jo Lawyer, counsel",
        "theirs": [contact.pk],
        "theirs_more": "",
        "content": "The invoices.",
        "points": "1. INV-1 is right.\n2. It is paid in June.",
        "content_zh": "",
        "points_zh": "",
        "revision": 0,
        "tasks-TOTAL_FORMS": 3,
        "tasks-INITIAL_FORMS": 0,
        "tasks-0-what": "Send the ledger",
        "tasks-0-side": "OURS",
        "tasks-0-owner": user.pk,
        "tasks-0-due_on": (TODAY + DAY).isoformat(),
        "tasks-1-what": "Pay INV-1",
        "tasks-1-side": "THEIRS",
        "tasks-1-who": "Wang Fang",
        "tasks-1-due_on": (TODAY + 7 * DAY).isoformat(),
        "tasks-2-what": "",
        "tasks-2-side": "THEIRS",
    }
    return {**given, **changed}


def test_two_clicks_from_the_client_lead_to_the_draft(web: Browser, client: Client) -> None:
    own = make_creditor()
    page = web.get(reverse("clients:client", args=[client.pk])).content.decode()
    address = reverse("interactions:meeting_new", args=[client.pk])
    assert address in page
    form = {
        "creditor": own.pk,
        "subject": "Overdue invoices",
        "starts_at": "2026-06-15T09:00",
        "time_zone": "Asia/Shanghai",
        "place": "Pudong",
        "online_url": "",
        "about": "",
    }
    response = web.post(address, form)
    meeting = Meeting.objects.get()
    assert response.headers["Location"] == reverse("interactions:minutes_edit", args=[meeting.pk])
    # 09:00 on the clock in Shanghai.
    assert meeting.starts_at.isoformat() == "2026-06-15T01:00:00+00:00"


def test_the_time_is_that_of_the_chosen_zone(web: Browser, client: Client) -> None:
    own = make_creditor()
    form = {
        "creditor": own.pk,
        "subject": "Call",
        "starts_at": "2026-06-14T09:00",
        "time_zone": "America/New_York",
        "online_url": "https://meet.example/1",
        "about": "",
    }
    web.post(reverse("interactions:meeting_new", args=[client.pk]), form)
    meeting = Meeting.objects.get()
    assert meeting.starts_at.isoformat() == "2026-06-14T13:00:00+00:00"
    page = web.get(reverse("interactions:meeting_edit", args=[meeting.pk])).content.decode()
    assert "2026-06-14T09:00" in page


def test_a_draft_is_written_read_again_and_issued(web: Browser, user: User, client: Client) -> None:
    meeting = make_meeting(client)
    address = reverse("interactions:minutes_edit", args=[meeting.pk])
    response = web.post(address, {**draft_form(user, client), "then": "issue"})
    assert response.status_code == 302, response.context["form"].errors
    preview = web.get(response.headers["Location"]).content.decode()
    assert "2. It is paid in June." in preview
    assert "Jo Lawyer (counsel)" in preview
    again = web.get(address).content.decode()
    assert "Send the ledger" in again
    assert "INV-1 is right." in again
    web.post(reverse("interactions:minutes_issue", args=[meeting.pk]))
    minutes = Minutes.objects.get()
    assert [(a.side, a.who) for a in minutes.actions.all()] == [
        ("OURS", "Sally Owner"),
        ("THEIRS", "Wang Fang"),
    ]
    web.post(reverse("interactions:minutes_issue", args=[meeting.pk]))
    assert Minutes.objects.count() == 1


@pytest.mark.parametrize(
    "changed", [{"tasks-0-due_on": ""}, {"tasks-0-owner": ""}, {"revision": 7}]
)
def test_a_draft_with_a_fault_is_not_saved(
    changed: dict[str, Any], web: Browser, user: User, client: Client
) -> None:
    meeting = make_meeting(client)
    address = reverse("interactions:minutes_edit", args=[meeting.pk])
    assert web.post(address, draft_form(user, client, **changed)).status_code == 200
    meeting.refresh_from_db()
    assert meeting.draft == {}


def test_the_difference_of_two_versions_is_read_word_by_word(web: Browser, client: Client) -> None:
    first = issued(make_meeting(client))
    tasks = draft_from_json(first.meeting.draft).tasks
    issued(first.meeting, make_draft(content="The open invoices were paid.", tasks=tasks))
    page = web.get(reverse("interactions:minutes_compare", args=[first.meeting_id]))
    text = page.content.decode()
    assert '<ins class="dw-ins">' in text
    assert "paid" in text


def test_a_meeting_page_shows_its_versions_and_papers(web: Browser, client: Client) -> None:
    minutes = printed(sent(make_meeting(client)))
    page = web.get(reverse("interactions:meeting", args=[minutes.meeting_id])).content.decode()
    assert reverse("portal:minutes_new", args=[minutes.pk]) in page
    assert "Pay INV-1" in page
    paper = web.get(reverse("interactions:minutes_document", args=[minutes.pk, "issued"]))
    assert paper.headers["Content-Type"] == "application/pdf"
    missing = reverse("interactions:minutes_document", args=[minutes.pk, "answered"])
    assert web.get(missing).status_code == 404


def test_markup_in_minutes_is_shown_as_text(web: Browser, client: Client) -> None:
    bad = "<script>alert(1)</script>"
    minutes = issued(make_meeting(client, subject=bad), make_draft(content=bad))
    pages = [
        reverse("interactions:meeting", args=[minutes.meeting_id]),
        reverse("interactions:minutes", args=[minutes.pk]),
        reverse("interactions:minutes_edit", args=[minutes.meeting_id]),
        reverse("interactions:minutes_issue", args=[minutes.meeting_id]),
        reverse("interactions:minutes_compare", args=[minutes.meeting_id]),
        reverse("interactions:meetings"),
        reverse("clients:client", args=[client.pk]),
    ]
    for address in pages:
        text = web.get(address).content.decode()
        assert bad not in text, address
        assert "&lt;script&gt;" in text, address


@pytest.mark.parametrize("show", ["all", "planned", "unsent", "waiting", "objected"])
def test_the_list_takes_the_same_queries_for_any_length(
    show: str, web: Browser, client: Client
) -> None:
    address = reverse("interactions:meetings") + f"?show={show}"
    own = make_creditor()
    for _n in range(2):
        sent(make_meeting(client, own))
        make_meeting(client, own, starts_at=NOW + DAY)
    web.get(address)
    few = count_queries(lambda: web.get(address))
    for _n in range(6):
        sent(make_meeting(client, own))
        make_meeting(client, own, starts_at=NOW + DAY)
    assert count_queries(lambda: web.get(address)) == few <= 10


def test_the_list_has_one_order_and_goes_on(web: Browser, client: Client) -> None:
    own = make_creditor()
    made = [make_meeting(client, own, subject=f"No {n}").pk for n in range(53)]
    first = web.get(reverse("interactions:meetings"))
    keys = [row["url"] for row in first.context["rows"]]
    assert keys == [reverse("interactions:meeting", args=[pk]) for pk in reversed(made)][:50]
    more = web.get(reverse("interactions:meetings") + f"?after={first.context['cursor']}")
    assert len(more.context["rows"]) == 3


def test_a_stranger_sees_no_meeting(client: Client) -> None:
    minutes = issued(make_meeting(client))
    web = signed_in(make_user(Role.SALES))
    assert web.get(reverse("interactions:meeting", args=[minutes.meeting_id])).status_code == 404
    assert web.get(reverse("interactions:meetings")).context["rows"] == []
    done = reverse("interactions:action_done", args=[minutes.actions.get(side="THEIRS").pk])
    assert web.post(done).status_code == 404


def test_the_client_did_what_it_had_to(web: Browser, client: Client) -> None:
    minutes = issued(make_meeting(client))
    action = minutes.actions.get(side="THEIRS")
    assert "Pay INV-1" in web.get(reverse("clients:client", args=[client.pk])).content.decode()
    web.post(reverse("interactions:action_done", args=[action.pk]))
    action.refresh_from_db()
    assert action.done_at == NOW
    assert action.done_by is not None
