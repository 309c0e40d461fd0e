"""The lists of reminders cost as many queries for thirty rows as for three."""

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from clients.models import Creditor
from core.dates import now, today
from core.models import User
from core.states import Role
from reminders.models import ReminderRun
from reminders.services.approval import approve_run
from reminders.services.planning import plan_reminders
from tests.factories import make_client, make_contact, make_invoice, make_user
from tests.reminders.steps import days

pytestmark = pytest.mark.django_db


def owing(creditor: Creditor, count: int, owner: User) -> None:
    for _number in range(count):
        client = make_client(owner=owner)
        make_contact(client)
        make_invoice(client, creditor, due_on=today(creditor.time_zone) - days(10))


def planned(creditor: Creditor, actor: User) -> ReminderRun:
    run = plan_reminders(creditor=creditor, on=today(creditor.time_zone), actor=None, at=now()).run
    approve_run(run=run, actor=actor, at=now())
    return run


@pytest.mark.parametrize("role", [Role.FINANCE, Role.SALES])
def test_lists_do_not_ask_row_by_row(creditor: Creditor, role: Role, finance: User) -> None:
    reader = make_user(role)
    browser = Browser()
    browser.force_login(reader)

    def queries(run: ReminderRun) -> list[int]:
        counts = []
        for path in ("", f"runs/{run.pk}/", f"runs/{run.pk}/decisions/", "messages/"):
            with CaptureQueriesContext(
                connection,
            ) as caught:
                page = browser.get(f"/reminders/{path}")
            assert page.status_code == 200
            counts.append(len(caught))
        return counts

    owing(creditor, 3, reader)
    first = planned(creditor, finance)
    queries(first)
    few = queries(first)
    other = Creditor.objects.create(code="second", legal_name="Second Ltd")
    owing(other, 30, reader)
    many = queries(planned(other, finance))

    assert many == few
    assert max(many) <= 24
