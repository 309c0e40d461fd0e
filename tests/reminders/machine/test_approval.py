"""From a plan to queued messages."""

import pytest

from clients.models import Client, Creditor
from core.models import AuditEvent, OutboxItem, User
from core.states import Role
from reminders.models import Cycle, Message, MessageTransition
from reminders.services.approval import UnableToApprove, approve_run, exclude_client
from tests.factories import NOW, TODAY, make_client, make_contact, make_invoice, make_user
from tests.reminders.machine.cast import queued
from tests.reminders.sink import Sink
from tests.reminders.steps import approve, at_noon, days, plan, send, states

pytestmark = pytest.mark.django_db


class TestApproval:
    def test_it_queues_one_message_per_client_and_currency(
        self, creditor: Creditor, client_a: Client, finance: User
    ) -> None:
        for number in range(3):
            make_invoice(client_a, creditor, number=f"cny{number}")
        make_invoice(client_a, creditor, number="eur", currency="EUR")

        assert approve(plan(creditor), finance) == 2

        found = Message.objects.order_by("currency")
        assert [(m.currency, m.level, m.state, m.tone) for m in found] == [
            ("CNY", 1, "QUEUED", "OVERSIGHT"),
            ("EUR", 1, "QUEUED", "OVERSIGHT"),
        ]
        assert Cycle.objects.filter(level=-1).count() == 2
        assert MessageTransition.objects.filter(to_state="QUEUED").count() == 2

    def test_approving_twice_is_harmless(
        self, creditor: Creditor, client_a: Client, finance: User
    ) -> None:
        make_invoice(client_a, creditor)
        run = plan(creditor)
        assert (approve(run, finance), approve(run, finance)) == (1, 0)
        assert Message.objects.count() == 1
        assert OutboxItem.objects.filter(task="reminders.send").count() == 1
        assert AuditEvent.objects.filter(action="reminders.approve").count() == 1

    def test_a_replaced_plan_is_refused(
        self, creditor: Creditor, client_a: Client, finance: User
    ) -> None:
        make_invoice(client_a, creditor)
        old = plan(creditor)
        plan(creditor)
        with pytest.raises(UnableToApprove, match="newer plan"):
            approve(old, finance)
        assert not Message.objects.exists()

    def test_sales_cannot_approve_or_exclude(self, creditor: Creditor, client_a: Client) -> None:
        make_invoice(client_a, creditor)
        run, sales = plan(creditor), make_user(Role.SALES)
        with pytest.raises(UnableToApprove):
            approve(run, sales)
        with pytest.raises(UnableToApprove):
            exclude_client(run=run, client=client_a, excluded=True, actor=sales, at=NOW)

    def test_an_excluded_client_gets_nothing(
        self, creditor: Creditor, client_a: Client, finance: User
    ) -> None:
        other = make_client()
        make_contact(other)
        make_invoice(client_a, creditor)
        make_invoice(other, creditor)
        run = plan(creditor)
        exclude_client(run=run, client=client_a, excluded=True, actor=finance, at=NOW)
        exclude_client(run=run, client=client_a, excluded=True, actor=finance, at=NOW)

        assert approve(run, finance) == 1
        assert states(client_a) == []
        with pytest.raises(UnableToApprove, match="not waiting"):
            exclude_client(run=run, client=client_a, excluded=False, actor=finance, at=NOW)

    def test_an_excluded_client_can_be_taken_in_again(
        self, creditor: Creditor, client_a: Client, finance: User
    ) -> None:
        make_invoice(client_a, creditor)
        run = plan(creditor)
        exclude_client(run=run, client=client_a, excluded=True, actor=finance, at=NOW)
        exclude_client(run=run, client=client_a, excluded=False, actor=finance, at=NOW)
        assert approve(run, finance) == 1

    def test_a_plan_for_tomorrow_waits_for_tomorrow(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        make_invoice(client_a, creditor)
        run = plan(creditor, TODAY + days(1))
        approve_run(run=run, actor=finance, at=at_noon(TODAY))

        assert send(TODAY).counts["sent"] == 0
        assert send(TODAY + days(1)).counts["sent"] == 1

    def test_many_messages_are_queued_with_the_same_rows(
        self, creditor: Creditor, client_a: Client, finance: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("reminders.services.approval._MANY", 0)
        assert queued(creditor, client_a, finance).to_email == "liwei@acme.example"
