"""The morning list of each role."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from clients.models import Client, Creditor
from contracts.models import Contract
from core.models import Job, User
from core.states import JobState, Role
from interactions.models import FollowUp
from payments.models import Promise
from payments.states import PromiseState
from reminders.models import LadderPolicy, ReminderRun
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_creditor,
    make_invoice,
    make_receipt,
    make_user,
)
from workspace.selectors import home as morning

pytestmark = pytest.mark.django_db


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor(time_zone="Asia/Shanghai")


@pytest.fixture
def alice() -> User:
    """Sells; owns the client Acme."""
    return make_user(Role.SALES, name="Alice")


@pytest.fixture
def acme(alice: User) -> Client:
    return make_client(owner=alice, legal_name="Acme & Sons")


@pytest.fixture
def bolt() -> Client:
    """Somebody else's client."""
    return make_client(legal_name="Bolt Ltd", owner=make_user(Role.SALES, name="Bob"))


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workspace.views.home.today", lambda _zone: TODAY)


def opens(user: User) -> str:
    browser = Browser()
    browser.force_login(user)
    response = browser.get("/")
    assert response.status_code == 200
    return response.content.decode()


def promise(client: Client, creditor: Creditor, **fields: Any) -> Promise:
    fields.setdefault("due_on", TODAY)
    return Promise.objects.create(
        creditor=creditor,
        client=client,
        currency="CNY",
        amount=Decimal(500),
        promised_on=TODAY - dt.timedelta(days=9),
        created_at=NOW,
        **fields,
    )


@pytest.mark.parametrize("role", Role)
def test_an_empty_installation_says_what_to_do_first(role: Role) -> None:
    assert "First steps" in opens(make_user(role))


def test_the_first_steps_go_away_for_staff_once_there_are_invoices(
    acme: Client, creditor: Creditor
) -> None:
    make_invoice(acme, creditor)
    assert "First steps" not in opens(make_user(Role.FINANCE))


def test_the_administrator_keeps_them_until_nothing_is_missing(
    acme: Client, creditor: Creditor
) -> None:
    make_invoice(acme, creditor)
    assert "First steps" in opens(make_user(Role.ADMIN))


def test_sales_see_their_own_clients_only(
    alice: User, acme: Client, bolt: Client, creditor: Creditor
) -> None:
    make_invoice(acme, creditor, "300.00")
    make_invoice(bolt, creditor, "9000.00")
    promise(acme, creditor)
    promise(bolt, creditor)
    html = opens(alice)
    assert escape("Acme & Sons") in html
    assert "Bolt Ltd" not in html
    assert "CN¥300.00" in html
    assert "9,300" not in html


def test_finance_see_every_client(acme: Client, bolt: Client, creditor: Creditor) -> None:
    make_invoice(acme, creditor, "300.00")
    make_invoice(bolt, creditor, "9000.00")
    html = opens(make_user(Role.FINANCE))
    assert "CN¥9,300.00" in html
    assert html.index("Bolt Ltd") < html.index(escape("Acme & Sons"))


def test_every_currency_has_its_own_figure_and_its_own_places(
    acme: Client, bolt: Client, creditor: Creditor
) -> None:
    make_invoice(acme, creditor, "5.00", currency="EUR")
    make_invoice(bolt, creditor, "90000.00", currency="CNY")
    user = make_user(Role.FINANCE)
    figures = morning.receivables(user=user, on=TODAY)
    assert {one.currency: one.overdue for one in figures} == {
        "EUR": Decimal(5),
        "CNY": Decimal(90000),
    }
    largest = morning.largest_overdue(user=user, on=TODAY, among=figures)
    assert {debtor.client for _one, debtor in largest} == {acme, bolt}


def test_what_is_not_due_is_not_overdue(acme: Client, creditor: Creditor) -> None:
    make_invoice(acme, creditor, "100.00", due_on=TODAY)
    make_invoice(acme, creditor, "20.00", due_on=TODAY - dt.timedelta(days=1))
    (figure,) = morning.receivables(user=make_user(Role.FINANCE), on=TODAY)
    assert (figure.open_amount, figure.overdue) == (Decimal(120), Decimal(20))


def test_promises_due_today_and_before_are_shown_later_ones_are_not(
    alice: User, acme: Client, creditor: Creditor
) -> None:
    due = promise(acme, creditor)
    promise(acme, creditor, due_on=TODAY + dt.timedelta(days=1))
    promise(acme, creditor, state=PromiseState.KEPT, judged_at=NOW)
    assert list(morning.promises_due(user=alice, on=TODAY).rows) == [due]


def test_a_promise_broken_long_ago_is_not_news(
    alice: User, acme: Client, creditor: Creditor
) -> None:
    lately = promise(acme, creditor, state=PromiseState.BROKEN, judged_at=NOW)
    Promise.objects.create(
        creditor=creditor,
        client=acme,
        currency="CNY",
        amount=Decimal(5),
        promised_on=TODAY - dt.timedelta(days=90),
        due_on=TODAY - dt.timedelta(days=60),
        state=PromiseState.BROKEN,
        judged_at=NOW,
        created_at=NOW,
    )
    assert list(morning.promises_broken(user=alice, on=TODAY).rows) == [lately]


def test_a_list_is_short_and_says_how_long_it_is(alice: User, acme: Client) -> None:
    for n in range(9):
        FollowUp.objects.create(
            client=acme, due_on=TODAY, owner=alice, text=f"Call {n}", created_at=NOW
        )
    top = morning.follow_ups_due(user=alice, on=TODAY)
    assert (len(top.rows), top.count) == (morning.LIMIT, 9)
    assert '<span class="dw-count">9</span>' in opens(alice)


def test_a_done_follow_up_and_a_colleagues_are_not_mine(alice: User, acme: Client) -> None:
    bob = make_user(Role.SALES)
    FollowUp.objects.create(
        client=acme, due_on=TODAY, owner=alice, text="Done", created_at=NOW, done_at=NOW
    )
    FollowUp.objects.create(client=acme, due_on=TODAY, owner=bob, text="Bob's", created_at=NOW)
    assert not morning.follow_ups_due(user=alice, on=TODAY)


def test_a_manager_sees_who_let_follow_ups_lapse(alice: User, acme: Client) -> None:
    yesterday = TODAY - dt.timedelta(days=1)
    for due_on in (yesterday, yesterday, TODAY):
        FollowUp.objects.create(
            client=acme, due_on=due_on, owner=alice, text="Call", created_at=NOW
        )
    assert list(morning.lapsed_follow_ups(on=TODAY)) == [
        morning.LapsedFollowUps("Alice", 2, yesterday)
    ]
    assert "Follow-ups that lapsed" in opens(make_user(Role.MANAGER))


def test_a_blocked_deal_says_why(alice: User, acme: Client) -> None:
    Client.objects.filter(pk=acme.pk).update(on_credit_hold=True, hold_reason="Two broken promises")
    assert "Two broken promises" in opens(alice)


def test_a_draft_contract_waits(alice: User, acme: Client, creditor: Creditor) -> None:
    Contract.objects.create(
        creditor=creditor, client=acme, number="K-7", currency="CNY", created_at=NOW
    )
    assert "K-7" in opens(alice)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.MANAGER])
def test_a_plan_of_reminders_waits_for_approval(role: Role, creditor: Creditor) -> None:
    ReminderRun.objects.create(
        creditor=creditor, on=TODAY, planned_at=NOW, message_count=3, send_count=4, skip_count=2
    )
    assert "3 reminders wait for approval" in opens(make_user(role))


def test_money_that_settles_nothing_is_for_finance(acme: Client, creditor: Creditor) -> None:
    make_receipt(acme, creditor, "77.00")
    assert "CN¥77.00" in opens(make_user(Role.FINANCE))


def test_an_old_bank_feed_is_said_before_everything_else(creditor: Creditor) -> None:
    LadderPolicy.objects.create(creditor=creditor, max_feed_age_days=3)
    account = creditor.bank_accounts.create(
        label="Main",
        bank_name="Bank",
        account_name="Own",
        account_number="1",
        currency="CNY",
        feed_through_on=TODAY - dt.timedelta(days=3),
    )
    assert list(morning.stale_feeds(on=TODAY)) == []
    assert list(morning.stale_feeds(on=TODAY + dt.timedelta(days=1))) == [account]


def test_a_feed_nobody_watches_is_never_stale(creditor: Creditor) -> None:
    LadderPolicy.objects.create(creditor=creditor, max_feed_age_days=None)
    creditor.bank_accounts.create(
        label="Main",
        bank_name="Bank",
        account_name="Own",
        account_number="1",
        currency="CNY",
        feed_through_on=TODAY - dt.timedelta(days=300),
    )
    assert list(morning.stale_feeds(on=TODAY)) == []


def test_failed_work_is_shown_to_the_administrator() -> None:
    Job.objects.create(
        kind="x", title="Import of ledger.csv", state=JobState.FAILED, error="Row 7", created_at=NOW
    )
    html = opens(make_user(Role.ADMIN))
    assert "Import of ledger.csv" in html
    assert "Row 7" in html


def test_a_post_is_refused() -> None:
    browser = Browser()
    browser.force_login(make_user())
    assert browser.post("/").status_code == 405


def test_the_page_asks_as_often_for_many_rows_as_for_one(
    acme: Client, bolt: Client, creditor: Creditor
) -> None:
    browser = Browser()
    browser.force_login(make_user(Role.MANAGER))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get("/")
        return len(queries)

    def fill(client: Client) -> None:
        make_invoice(client, creditor)
        promise(client, creditor, state=PromiseState.BROKEN, judged_at=NOW)
        FollowUp.objects.create(
            client=client, due_on=NOW.date(), owner=make_user(), text="Call", created_at=NOW
        )

    fill(acme)
    asked()
    few = asked()
    for _n in range(2):  # still within what one list shows
        fill(acme)
        fill(bolt)
    assert asked() == few
