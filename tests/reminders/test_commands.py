"""plan_reminders and send_reminders, as cron and a person run them."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from clients.models import Client, Creditor
from core.dates import today
from core.models import User
from reminders.models import Message, ReminderRun
from tests.factories import make_client, make_contact, make_invoice
from tests.reminders.sink import Sink
from tests.reminders.steps import approve, days

pytestmark = pytest.mark.django_db


def run(name: str, *arguments: str) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def as_json(name: str, *arguments: str) -> Any:
    return json.loads(run(name, *arguments, "--json"))


@pytest.fixture
def ledger(creditor: Creditor, client_a: Client) -> Creditor:
    on = today(creditor.time_zone)
    make_invoice(client_a, creditor, number="late", due_on=on - days(10))
    make_invoice(client_a, creditor, number="later", due_on=on + days(30))
    make_invoice(make_client(), creditor, number="nobody", due_on=on - days(10))
    return creditor


def test_a_dry_run_explains_every_open_invoice_and_stores_nothing(ledger: Creditor) -> None:
    text = run("plan_reminders", "--dry-run")
    assert "a message of level 1 asks for CN¥1,000.00" in text
    assert "Falls due on" in text
    assert "Nobody at the client has a working e-mail address" in text
    assert not ReminderRun.objects.exists()
    (report,) = as_json("plan_reminders", "--dry-run")
    assert report["counts"] == {"SEND DUE": 1, "SKIP NOT_DUE": 1, "SKIP NO_CONTACT": 1}
    assert {row["number"] for row in report["invoices"]} == {"late", "later", "nobody"}


def test_a_plan_is_stored_and_counted(ledger: Creditor) -> None:
    text = run("plan_reminders")
    assert "1 messages wait for approval" in text
    stored = ReminderRun.objects.get()
    assert (stored.send_count, stored.skip_count, stored.planned_by) == (1, 1, None)


def test_another_day_and_one_creditor_can_be_asked_for(ledger: Creditor) -> None:
    (report,) = as_json("plan_reminders", "--on", "2013-08-01", "--creditor", ledger.code)
    assert (report["on"], report["counts"]) == ("2013-08-01", {})


@pytest.mark.parametrize("arguments", [("--on", "yesterday"), ("--creditor", "nope")])
def test_what_is_not_understood_is_refused(ledger: Creditor, arguments: tuple[str, str]) -> None:
    with pytest.raises(CommandError):
        run("plan_reminders", *arguments)


def test_sending_prints_what_became_of_them_and_twice_sends_nothing_more(
    ledger: Creditor, finance: User, sink: Sink
) -> None:
    run("plan_reminders")
    approve(ReminderRun.objects.get(), finance)
    Message.objects.update(available_at="2020-01-01T00:00Z")
    assert as_json("send_reminders") == {
        "round": {"sent": 1},
        "now": {"QUEUED": 0, "INFLIGHT": 0, "IN_DOUBT": 0},
        "trouble": "",
    }
    assert "sent                  0" in run("send_reminders")
    assert len(sink.taken) == 1
    assert "approved already; nothing was added" in run("plan_reminders")


def test_a_mail_server_that_is_away_is_said_with_status_one(
    ledger: Creditor, finance: User, settings: Any
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    run("plan_reminders")
    approve(ReminderRun.objects.get(), finance)
    Message.objects.update(available_at="2020-01-01T00:00Z")
    with pytest.raises(CommandError, match="mail server is in trouble"):
        run("send_reminders")
    assert Message.objects.get().state == "QUEUED"


def test_the_limit_is_passed_on(ledger: Creditor, finance: User, sink: Sink) -> None:
    other = make_client()
    make_contact(other)
    make_invoice(other, ledger, due_on=today(ledger.time_zone) - days(10))
    run("plan_reminders")
    approve(ReminderRun.objects.get(), finance)
    Message.objects.update(available_at="2020-01-01T00:00Z")
    assert as_json("send_reminders", "--limit", "1")["now"]["QUEUED"] == 1
