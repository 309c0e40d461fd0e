"""The log of a client, corrections, follow-ups."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from core.states import Role
from interactions.models import FollowUp, Interaction
from interactions.services import add_follow_up, log_interaction
from tests.factories import NOW, TODAY, count_queries, make_client, make_user, signed_in

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def web() -> Browser:
    return signed_in(make_user(Role.FINANCE))


def note(client: Client, body: str = "They will pay on Friday") -> Interaction:
    return log_interaction(
        client=client,
        kind="CALL",
        direction="IN",
        occurred_at=NOW - DAY,
        body=body,
        actor=make_user(),
        at=NOW,
    )


def test_a_correction_is_a_new_entry_that_names_the_first(web: Browser) -> None:
    first = note(make_client())
    url = reverse("interactions:correct", args=[first.pk])
    assert web.post(url, {"body": ""}).status_code == 200
    assert web.post(url, {"body": "On Monday, not Friday"}).status_code == 302
    first.refresh_from_db()
    correction = Interaction.objects.get(corrects=first)
    assert first.body == "They will pay on Friday"
    assert (correction.body, correction.occurred_at) == ("On Monday, not Friday", NOW - DAY)


def test_the_log_shows_entries_with_their_corrections(web: Browser) -> None:
    client = make_client()
    first = note(client)
    web.post(reverse("interactions:correct", args=[first.pk]), {"body": "On Monday"})
    page = web.get(reverse("interactions:list", args=[client.pk]))
    assert b"Corrects an earlier entry" in page.content
    assert b"A later entry corrects this one." in page.content


def test_the_queries_of_the_log_do_not_grow(web: Browser) -> None:
    client = make_client()
    url = reverse("interactions:list", args=[client.pk])
    note(client)
    web.get(url)
    before = count_queries(lambda: web.get(url))
    for _ in range(4):
        note(client)
    assert count_queries(lambda: web.get(url)) == before <= 18


def test_sales_do_not_read_or_correct_others_logs() -> None:
    entry = note(make_client())
    stranger = signed_in(make_user(Role.SALES))
    for name, pk in [
        ("interactions:list", entry.client_id),
        ("interactions:correct", entry.pk),
        ("interactions:document", entry.pk),
        ("interactions:follow_up_new", entry.client_id),
    ]:
        assert stranger.get(reverse(name, args=[pk])).status_code == 404


def test_follow_ups_due_today_are_ones_own_the_oldest_first() -> None:
    user, other, client = make_user(Role.FINANCE), make_user(Role.FINANCE), make_client()
    for owner, due_on, text in [
        (user, TODAY, "today"),
        (user, TODAY - DAY, "late"),
        (user, TODAY + DAY, "tomorrow"),
        (other, TODAY, "not mine"),
    ]:
        add_follow_up(client=client, due_on=due_on, owner=owner, text=text, actor=user, at=NOW)

    def texts(web: Browser, **query: str) -> list[str]:
        rows = web.get(reverse("interactions:follow_ups"), query).context["rows"]
        return [one["row"].text for one in rows]

    web = signed_in(user)
    assert texts(web) == ["late", "today"]
    assert texts(web, show="all") == ["late", "today", "tomorrow"]
    assert set(texts(signed_in(make_user(Role.MANAGER)))) == {"late", "today", "not mine"}


def test_a_follow_up_is_planned_and_ticked_off(web: Browser) -> None:
    client = make_client()
    url = reverse("interactions:follow_up_new", args=[client.pk])
    assert web.post(url, {"due_on": "2026-06-20", "text": "Call back"}).status_code == 302
    row = FollowUp.objects.get()
    done = reverse("interactions:follow_up_done", args=[row.pk])
    assert web.get(done).status_code == 405
    for _ in range(2):
        assert web.post(done).status_code == 302
    row.refresh_from_db()
    assert row.done_at == NOW


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/x"])
def test_ticking_off_never_leads_to_another_site(web: Browser, target: str) -> None:
    user = make_user()
    row = add_follow_up(
        client=make_client(), due_on=TODAY, owner=user, text="Call", actor=user, at=NOW
    )
    response = web.post(reverse("interactions:follow_up_done", args=[row.pk]), {"next": target})
    assert "evil" not in response["Location"]
