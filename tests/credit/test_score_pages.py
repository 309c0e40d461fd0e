"""The credit file, a snapshot, the early warnings and the look back, as pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from core import outbox
from core.models import Job, User
from core.states import JobState, Role
from credit.models import Calibration, CreditNotice, CurrentScore
from credit.selectors.monitoring import stood_before
from credit.selectors.warnings import Signals, signals_of
from credit.services.monitoring import record_look
from credit.services.scores import score_clients
from tests.credit.test_scores import ON, days, history
from tests.factories import (
    NOW,
    count_queries,
    make_client,
    make_creditor,
    make_invoice,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def owner(kept: None) -> User:
    return make_user(Role.SALES)


@pytest.fixture(scope="module")
def client(owner: User) -> Client:
    """Pays late of late, was broken with, and has something overdue."""
    creditor = make_creditor()
    client = make_client(legal_name="Tardy Ltd", owner=owner)
    history(client, creditor, 0, 0, 0, 0, 9, 12, 45, 50)
    due = ON - days(40)
    make_invoice(client, creditor, "100.00", due_on=due, issued_on=due - days(30))
    history(make_client(legal_name="Punctual Ltd"), creditor, *[0] * 12)
    score_clients(on=ON, at=NOW)
    return client


def page(browser: Browser, name: str, *args: Any, **query: Any) -> str:
    response = browser.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_file_explains_the_score_and_shows_its_facts(client: Client, owner: User) -> None:
    text = page(signed_in(owner), "credit:file", client.pk)
    assert "Paid over 30 days late" in text
    assert "was paid 45 days late" in text
    assert "Pay the invoice that is overdue." in text
    assert "What would raise it to" in text
    score = CurrentScore.objects.get(client=client).snapshot
    assert str(score.score) in text
    assert reverse("credit:snapshot", args=[score.pk]) in text


def test_what_changed_since_last_time_is_told(client: Client, owner: User) -> None:
    history(client, make_creditor(), 60, until=ON + days(100))
    score_clients(on=ON + days(92), at=NOW)
    text = page(signed_in(owner), "credit:file", client.pk)
    assert "Score " in text
    assert "grade" in text
    score = CurrentScore.objects.get(client=client).snapshot
    text = page(signed_in(owner), "credit:snapshot", score.pk)
    assert "Since last time" in text


def test_the_file_is_exported(client: Client, owner: User) -> None:
    response = signed_in(owner).get(reverse("credit:file", args=[client.pk]), {"as": "csv"})
    body = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert "was paid 45 days late" in body
    assert f"credit-file-{client.code}.csv" in response["Content-Disposition"]


def test_a_client_without_a_score_says_when_it_comes(owner: User) -> None:
    text = page(signed_in(owner), "credit:file", make_client(owner=owner).pk)
    assert "No score yet" in text


def test_a_stranger_finds_nothing(client: Client) -> None:
    stranger = signed_in(make_user(Role.SALES))
    score = CurrentScore.objects.get(client=client).snapshot
    assert stranger.get(reverse("credit:file", args=[client.pk])).status_code == 404
    assert stranger.get(reverse("credit:snapshot", args=[score.pk])).status_code == 404
    assert "Tardy" not in page(stranger, "credit:warnings")


def test_the_likeliest_to_go_late_stand_first(client: Client) -> None:
    text = page(signed_in(make_user(Role.FINANCE)), "credit:warnings")
    assert text.index("Tardy Ltd") < text.index("Punctual Ltd")
    assert "the oldest for 40 days" in text
    assert (
        f'href="{reverse("interactions:call")}?client={client.pk}">Call, and agree a date' in text
    )
    assert reverse("payments:plan_new", args=[client.pk]) in text
    assert reverse("credit:hold_new", args=[client.pk]) in text
    assert f"client={client.pk}&amp;show=overdue" in text
    assert "Act now" in text


def test_who_worsened_is_compared_with_the_last_look(client: Client, owner: User) -> None:
    creditor = make_creditor()
    before = CurrentScore.objects.get(client=client).snapshot.score
    record_look(
        client=client, outcome="CALM", found="Fine", next_on=None, key="k", on=ON,
        actor=owner, at=NOW,
    )  # fmt: skip
    assert signals(client).worsened is None
    for number in range(4):
        due = ON - days(20 + number)
        make_invoice(client, creditor, "100.00", due_on=due, issued_on=due - days(30))
    score_clients(on=ON + days(20), at=NOW)
    fell = signals(client).worsened
    score = CurrentScore.objects.get(client=client).snapshot.score
    assert fell is not None
    assert (fell.since, fell.is_look, fell.points) == (ON, True, score - before)
    text = page(signed_in(owner), "credit:warnings")
    assert f"{score - before} points" in text
    assert "last look on" in text
    assert reverse("credit:look_new", args=[client.pk]) in [
        one.url for one in signals(client).steps
    ]


def signals(client: Client) -> Signals:
    row = CurrentScore.objects.select_related("client__monitoring", "snapshot").get(client=client)
    return signals_of(row, stood_before([client.pk], on=ON).get(client.pk))


def test_the_list_shows_who_worsened_or_what_is_to_be_done_now(client: Client) -> None:
    browser = signed_in(make_user(Role.MANAGER))
    assert "Tardy Ltd" in page(browser, "credit:warnings", show="urgent")
    assert "Punctual Ltd" not in page(browser, "credit:warnings", show="urgent")
    assert "Tardy Ltd" not in page(browser, "credit:warnings", show="worse")
    CreditNotice.objects.create(
        client=client, signal="GRADE", fact="1", level="NOTICE", facts={"was": "B", "is": "C"},
        happened_on=dt.datetime.now(tz=dt.UTC).date(), at=NOW,
    )  # fmt: skip
    assert "Tardy Ltd" in page(browser, "credit:warnings", show="worse")
    assert browser.get(reverse("credit:warnings"), {"show": "odd"}).status_code == 404


def test_the_list_of_warnings_costs_the_same_for_any_length(client: Client) -> None:
    browser = signed_in(make_user(Role.MANAGER))
    page(browser, "credit:warnings")
    before = count_queries(lambda: page(browser, "credit:warnings"))
    creditor = make_creditor()
    for _number in range(4):
        history(make_client(), creditor, *[45] * 7)
    score_clients(on=ON, at=NOW)
    assert count_queries(lambda: page(browser, "credit:warnings")) == before <= 12


def test_a_look_back_runs_as_a_job_and_fills_the_page(client: Client) -> None:
    browser = signed_in(make_user(Role.FINANCE))
    response = browser.post(reverse("credit:backtest"))
    job = Job.objects.get()
    assert response["Location"] == reverse("core:job", args=[job.pk])
    outbox.run_waiting(at=dt.datetime.now(tz=dt.UTC))
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    assert Calibration.objects.count() == 2
    text = page(browser, "credit:backtest")
    assert "Over 30 days late?" in text
    assert "AUC" in text


def test_the_pages_read_in_chinese(client: Client) -> None:
    browser = signed_in(make_user(Role.MANAGER))
    chinese = {"accept-language": "zh-hans"}
    url = reverse("credit:file", args=[client.pk])
    text = browser.get(url, headers=chinese).content.decode()
    for words in ("信用档案", "评分", "付款逾期超过30天"):
        assert words in text
