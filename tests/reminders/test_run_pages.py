"""From plan to approval on the pages, as finance and as sales see them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client as Browser

from clients.models import Client, Creditor
from core import outbox
from core.dates import now, today
from core.models import User
from core.states import Role
from payments.models import Invoice
from reminders.models import Decision, Message, ReminderHold, ReminderRun
from reminders.services.planning import plan_reminders
from tests.factories import make_client, make_contact, make_creditor, make_invoice, make_user

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def finance() -> User:
    return make_user(Role.FINANCE)


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor()


def browser(user: User) -> Browser:
    client = Browser()
    client.force_login(user)
    return client


def debtor(creditor: Creditor, **fields: object) -> tuple[Client, Invoice]:
    client = make_client(**fields)
    make_contact(client, name="Wang Fang")
    on = today(creditor.time_zone)
    return client, make_invoice(client, creditor, "1000.00", due_on=on - 12 * DAY)


def planned(creditor: Creditor) -> ReminderRun:
    result = plan_reminders(creditor=creditor, on=today(creditor.time_zone), actor=None, at=now())
    return result.run


def test_a_small_plan_is_made_at_once(finance: User, creditor: Creditor) -> None:
    debtor(creditor)
    data = {"creditor": creditor.pk, "on": today(creditor.time_zone).isoformat()}
    page = browser(finance)
    response = page.post("/reminders/plan/", data)
    run = ReminderRun.objects.get()
    assert (run.planned_by, response["Location"]) == (finance, f"/reminders/runs/{run.pk}/")


def test_a_large_plan_is_made_in_the_background_and_opens_from_its_job(
    finance: User, creditor: Creditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reminders.services.planning.PLAN_IN_BACKGROUND", 1)
    debtor(creditor)
    page = browser(finance)
    response = page.post(
        "/reminders/plan/", {"creditor": creditor.pk, "on": today(creditor.time_zone).isoformat()}
    )
    assert not ReminderRun.objects.exists()
    outbox.run_waiting(at=now())
    job = page.get(response["Location"]).content.decode()
    run = ReminderRun.objects.get()
    assert f"/reminders/runs/{run.pk}/" in job


def test_a_day_that_was_approved_is_opened_and_nothing_added(
    finance: User, creditor: Creditor
) -> None:
    debtor(creditor)
    run = planned(creditor)
    page = browser(finance)
    page.post(f"/reminders/runs/{run.pk}/approve/")
    data = {"creditor": creditor.pk, "on": today(creditor.time_zone).isoformat()}
    answer = page.post("/reminders/plan/", data, follow=True)
    assert "Nothing was added" in answer.content.decode()
    assert ReminderRun.objects.get() == run


def test_every_number_of_a_plan_opens_its_decisions(finance: User, creditor: Creditor) -> None:
    debtor(creditor)
    make_invoice(make_client(), creditor, "50.00", due_on=today(creditor.time_zone) - 9 * DAY)
    run = planned(creditor)
    page = browser(finance)
    assert page.get(f"/reminders/runs/{run.pk}/").status_code == 200
    for one in Decision.objects.all():
        url = f"/reminders/runs/{run.pk}/decisions/?outcome={one.outcome}&reason={one.reason}"
        text = page.get(url).content.decode()
        assert one.invoice.number in text
    assert {d.reason for d in Decision.objects.all()} == {"DUE", "NO_CONTACT"}


def test_the_preview_is_the_text_that_would_go(finance: User, creditor: Creditor) -> None:
    client, invoice = debtor(creditor)
    run = planned(creditor)
    url = f"/reminders/runs/{run.pk}/preview/{client.pk}/CNY/"
    text = browser(finance).get(url).content.decode()
    assert invoice.number in text
    assert "Wang Fang" in text


def test_who_is_left_out_gets_nothing_and_approving_twice_adds_nothing(
    finance: User, creditor: Creditor
) -> None:
    first, _invoice = debtor(creditor)
    second, _other = debtor(creditor)
    run = planned(creditor)
    page = browser(finance)
    page.post(f"/reminders/runs/{run.pk}/exclude/", {"client": first.pk, "excluded": "1"})
    assert page.get(f"/reminders/runs/{run.pk}/approve/").status_code == 200
    assert not Message.objects.exists()
    for _time in range(2):
        page.post(f"/reminders/runs/{run.pk}/approve/")
    assert [m.client for m in Message.objects.all()] == [second]


def test_sales_see_their_clients_only_and_approve_nothing(creditor: Creditor) -> None:
    sales = make_user(Role.SALES)
    mine, my_invoice = debtor(creditor, owner=sales)
    other, _invoice = debtor(creditor, legal_name="Somebody Else")
    run = planned(creditor)
    page = browser(sales)
    text = page.get(f"/reminders/runs/{run.pk}/").content.decode()
    assert mine.legal_name in text
    assert "Somebody Else" not in text
    decisions = page.get(f"/reminders/runs/{run.pk}/decisions/").content.decode()
    assert my_invoice.number in decisions
    assert "Somebody Else" not in decisions
    assert page.get(f"/reminders/runs/{run.pk}/preview/{other.pk}/CNY/").status_code == 404
    assert page.post(f"/reminders/runs/{run.pk}/approve/").status_code == 404
    assert not Message.objects.exists()


def test_a_hold_is_set_and_ended_from_the_clients_page(finance: User, creditor: Creditor) -> None:
    client, _invoice = debtor(creditor)
    page = browser(finance)
    page.post(f"/reminders/clients/{client.pk}/hold/", {"reason": "In talks"})
    hold = ReminderHold.objects.get()
    planned(creditor)
    assert Decision.objects.get().reason == "ON_HOLD"
    assert "In talks" in page.get(f"/clients/{client.pk}/").content.decode()
    page.post(f"/reminders/holds/{hold.pk}/release/")
    hold.refresh_from_db()
    assert hold.released_at is not None


def test_a_manager_edits_the_ladder_and_others_may_not(finance: User, creditor: Creditor) -> None:
    url = f"/reminders/policies/{creditor.pk}/"
    assert browser(finance).get(url).status_code == 404
    manager = browser(make_user(Role.MANAGER))
    shown = manager.get(url)
    data: dict[str, object] = {"tolerance": "25", "min_gap_days": 9, "max_feed_age_days": ""}
    forms = shown.context["steps"].forms
    data |= {"rung-TOTAL_FORMS": len(forms), "rung-INITIAL_FORMS": len(forms)}
    for number, form in enumerate(forms):
        for name, value in form.initial.items():
            if value is not False:
                data[f"rung-{number}-{name}"] = "on" if value is True else value
    assert manager.post(url, data).status_code == 302
    creditor.refresh_from_db()
    assert creditor.ladder_policy.tolerance == Decimal(25)
    assert creditor.ladder_policy.steps.count() == len(forms)
