"""Between approval and sending the world moved on: it is checked again at the claim."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from clients.models import Client, Creditor
from clients.services import save_contact, set_contact_opt_out
from core.models import User
from core.states import Role
from disputes.services import open_dispute
from disputes.states import DisputeReason
from payments.services import record_promise
from reminders.models import Cycle, Message
from reminders.rules.ladder import DEFAULT_LADDER
from reminders.services.holds import add_hold, release_hold
from reminders.services.policy import change_policy, default_policy
from reminders.services.sending import send_queued
from tests.factories import NOW, TODAY, make_invoice, make_receipt, make_user, pay
from tests.reminders.machine.cast import queued
from tests.reminders.sink import Sink
from tests.reminders.steps import days, remind, send, states

pytestmark = pytest.mark.django_db


class TestCheckedAgainAtTheClaim:
    """Between approval and sending the world moved on."""

    def test_it_asks_for_the_rest_after_a_part_payment(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        message = queued(creditor, client_a, finance)
        pay(creditor.invoices.get(), "400.00")
        send()
        message.refresh_from_db()
        assert message.amount == Decimal("600.00")
        assert "CN¥600.00" in message.subject
        assert "1,000.00" in message.body

    def test_credit_is_taken_off(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        message = queued(creditor, client_a, finance)
        make_receipt(client_a, creditor, "250.00")
        send()
        message.refresh_from_db()
        assert message.amount == Decimal("750.00")
        assert "Less your credit with us: CN¥250.00" in message.body

    @pytest.mark.parametrize(
        ("act", "reason"),
        [
            ("pay", "CREDIT_COVERS"),
            ("credit", "CREDIT_COVERS"),
            ("dispute", "DISPUTED"),
            ("promise", "PROMISED"),
            ("hold", "ON_HOLD"),
            ("opt out", "OPTED_OUT"),
            ("no contact", "NO_CONTACT"),
            ("bank feed", "FEED_STALE"),
        ],
    )
    def test_it_is_taken_back_when_its_reason_is_gone(  # fixtures
        self,
        creditor: Creditor,
        client_a: Client,
        finance: User,
        sink: Sink,
        act: str,
        reason: str,
    ) -> None:
        message = queued(creditor, client_a, finance)
        _ACTS[act](creditor, client_a, finance)
        report = send()

        message.refresh_from_db()
        assert (message.state, message.suppressed_reason) == ("SUPPRESSED", reason)
        assert sink.taken == []
        assert report.counts["sent"] == 0
        history = message.transitions.order_by("pk").values_list("to_state", flat=True)
        assert list(history) == ["QUEUED", "SUPPRESSED"]

    @pytest.mark.parametrize("act", ["pay", "credit", "dispute", "hold"])
    def test_payment_credit_dispute_and_hold_take_it_back_in_their_own_transaction(
        self, creditor: Creditor, client_a: Client, finance: User, act: str
    ) -> None:
        message = queued(creditor, client_a, finance)
        _ACTS[act](creditor, client_a, finance)
        message.refresh_from_db()
        assert message.state == "SUPPRESSED"

    def test_a_dispute_on_part_leaves_it_queued_for_the_rest(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        message = queued(creditor, client_a, finance)
        _dispute(creditor, "300.00")
        message.refresh_from_db()
        assert message.state == "QUEUED"
        send()
        message.refresh_from_db()
        assert (message.state, message.amount) == ("SENT", Decimal("700.00"))
        assert "not counting CN¥300.00 that is disputed" in message.body

    def test_a_message_taken_back_leaves_its_level_to_the_next_plan(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        queued(creditor, client_a, finance)
        hold = add_hold(client=client_a, reason="Statement", on=TODAY, actor=finance, at=NOW)
        release_hold(hold=hold, actor=finance, at=NOW)
        remind(creditor, finance, TODAY + days(1))
        assert states(client_a) == ["SUPPRESSED", "SENT"]
        assert Cycle.objects.count() == 1

    def test_what_fell_due_since_is_asked_for_too(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        message = queued(creditor, client_a, finance)
        make_invoice(client_a, creditor, "50.00", due_on=TODAY - days(1))
        send()
        message.refresh_from_db()
        assert message.amount == Decimal("1050.00")

    def test_the_address_is_the_one_of_now(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        queued(creditor, client_a, finance)
        save_contact(
            client=client_a,
            contact=client_a.contacts.get(),
            email="new@acme.example",
            actor=None,
            at=NOW,
        )
        send()
        assert sink.recipients == ["new@acme.example"]

    def test_a_changed_policy_goes_on_where_the_climb_stands(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        manager = make_user(Role.MANAGER)
        make_invoice(client_a, creditor, due_on=TODAY - days(30))
        remind(creditor, finance)
        default_policy(creditor=creditor)
        change_policy(
            creditor=creditor,
            rungs=[replace(rung, day=rung.day - 1) for rung in DEFAULT_LADDER],
            fields={"min_gap_days": 0},
            actor=manager,
            at=NOW,
        )
        remind(creditor, finance, TODAY + days(1))
        levels = list(Message.objects.order_by("pk").values_list("level", flat=True))
        assert levels == [1, 2]


def _pay(creditor: Creditor, _client: Client, _user: User) -> None:
    pay(creditor.invoices.get())


def _credit(creditor: Creditor, client: Client, _user: User) -> None:
    make_receipt(client, creditor, "1000.00")


def _dispute(creditor: Creditor, amount: str) -> None:
    open_dispute(
        invoice=creditor.invoices.get(),
        amount=Decimal(amount),
        reason=DisputeReason.PRICE,
        on=TODAY,
        actor=None,
        at=NOW,
    )


def _promise(creditor: Creditor, client: Client, _user: User) -> None:
    record_promise(
        creditor=creditor,
        client=client,
        currency="CNY",
        amount=Decimal(1000),
        due_on=TODAY + days(2),
        on=TODAY,
        actor=None,
        at=NOW,
    )


def _feed(creditor: Creditor, _client: Client, _user: User) -> None:
    creditor.bank_accounts.create(
        label="Main",
        bank_name="B",
        account_name="A",
        account_number="1",
        currency="CNY",
        feed_through_on=TODAY - days(9),
    )


_ACTS: dict[str, Any] = {
    "pay": _pay,
    "credit": _credit,
    "dispute": lambda creditor, _client, _user: _dispute(creditor, "1000.00"),
    "promise": _promise,
    "hold": lambda _creditor, client, user: add_hold(
        client=client, reason="Statement", on=TODAY, actor=user, at=NOW
    ),
    "opt out": lambda _creditor, client, _user: set_contact_opt_out(
        contact=client.contacts.get(), opted_out=True, actor=None, at=NOW
    ),
    "no contact": lambda _creditor, client, _user: client.contacts.all().delete(),
    "bank feed": _feed,
}


class TestQuietHours:
    def test_it_waits_for_the_clients_morning(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        Client.objects.filter(pk=client_a.pk).update(time_zone="America/New_York", country="US")
        policy = default_policy(creditor=creditor)
        policy.send_from, policy.send_until = dt.time(9), dt.time(18)
        policy.save()
        message = queued(creditor, client_a, finance)
        # Noon in Shanghai is midnight in New York.
        assert dict(send().counts) == {"waits": 1}
        message.refresh_from_db()
        assert message.available_at == dt.datetime(2026, 6, 15, 13, 0, tzinfo=dt.UTC)
        assert message.state == "QUEUED"
        report = send_queued(clock=lambda: message.available_at)
        assert report.counts["sent"] == 1
