"""From approval to the mail server's 250, and every way it can end otherwise."""

import datetime as dt
import hashlib
from dataclasses import replace
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clients.models import Client, Contact, Creditor
from clients.services import save_contact, set_contact_opt_out
from core import verify
from core.mailing import MAX_ATTEMPTS
from core.models import AuditEvent, OutboxItem, User
from core.states import Role
from disputes.services import open_dispute
from disputes.states import DisputeReason
from interactions.models import FollowUp, Interaction
from payments.services import record_promise
from reminders.models import Cycle, Message, MessageTransition
from reminders.rules.ladder import DEFAULT_LADDER
from reminders.selectors import verify as _checks  # noqa: F401  # registers them
from reminders.services import machine
from reminders.services.approval import UnableToApprove, approve_run, exclude_client
from reminders.services.holds import add_hold, release_hold
from reminders.services.policy import change_policy, default_policy
from reminders.services.sending import recover_stale, send_queued
from reminders.states import MessageState
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_contact,
    make_creditor,
    make_invoice,
    make_receipt,
    make_user,
    pay,
)
from tests.reminders.sink import Sink
from tests.reminders.steps import approve, at_noon, days, decision, plan, remind, send, states

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _holds_together() -> Any:
    """Whatever a test did, the room's invariants hold afterwards."""
    yield
    broken = [r for r in verify.run_checks() if r.name.startswith("reminders") and not r.holds]
    assert broken == []


def queued(creditor: Creditor, client: Client, finance: User, **fields: Any) -> Message:
    """One approved message."""
    make_invoice(client, creditor, **{"number": "late", **fields})
    approve(plan(creditor), finance)
    return Message.objects.get(client=client, state="QUEUED")


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


class TestSending:
    def test_it_sends_the_frozen_bytes_and_leaves_its_traces(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        message = queued(creditor, client_a, finance)
        report = send()

        assert dict(report.counts) == {"sent": 1}
        message.refresh_from_db()
        assert message.state == MessageState.SENT
        assert (message.amount, message.attempts) == (Decimal("1000.00"), 1)
        assert hashlib.sha256(bytes(message.raw or b"")).hexdigest() == message.raw_sha256
        assert sink.taken == [bytes(message.raw or b"")]
        assert sink.recipients == ["liwei@acme.example"]
        path = list(message.transitions.values_list("from_state", "to_state"))
        assert path == [("", "QUEUED"), ("QUEUED", "INFLIGHT"), ("INFLIGHT", "SENT")]
        entry = Interaction.objects.get(client=client_a, kind="EMAIL")
        assert (entry.direction, entry.about_type, entry.about_id) == (
            "OUT",
            "reminders.message",
            str(message.pk),
        )
        assert entry.subject == message.subject[:200]
        assert (message.cycle.level, message.cycle.last_sent_on) == (1, TODAY)
        assert AuditEvent.objects.filter(action="reminders.sent").count() == 1

    def test_running_twice_sends_nothing_more(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        make_invoice(client_a, creditor, due_on=TODAY - days(60))
        remind(creditor, finance)
        for _again in range(2):
            run = plan(creditor)
            approve(run, finance)
            send()
        run = plan(creditor, TODAY + days(1))
        approve(run, finance)
        send(TODAY + days(1))
        assert len(sink.taken) == 1

    def test_it_climbs_step_by_step_over_the_weeks(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        make_invoice(client_a, creditor, number="late", due_on=TODAY - days(3))
        for day in (0, 1, 5, 6, 7, 8, 12, 13, 17, 18, 30, 41, 42, 56, 57, 70):
            remind(creditor, finance, TODAY + days(day))
        sent = Message.objects.order_by("pk").values_list("level", "tone", "sent_at")
        assert [(level, tone, at and at.date()) for level, tone, at in sent] == [
            (1, "OVERSIGHT", TODAY),
            (2, "ASKING", TODAY + days(7)),
            (3, "FORMAL", TODAY + days(18)),
            (4, "FINAL", TODAY + days(42)),
        ]
        assert decision(plan(creditor, TODAY + days(90)), "late").reason == "PERSON_DECIDES"

    def test_a_step_by_call_leaves_somebody_a_call_to_make(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        owner = make_user(Role.SALES)
        Client.objects.filter(pk=client_a.pk).update(owner=owner)
        make_invoice(client_a, creditor, due_on=TODAY - days(10))
        remind(creditor, finance)
        assert not FollowUp.objects.exists()
        remind(creditor, finance, TODAY + days(7))
        follow_up = FollowUp.objects.get()
        assert (follow_up.owner, follow_up.due_on) == (owner, TODAY + days(8))
        assert "Call the client" in follow_up.text

    def test_the_limit_is_kept(self, creditor: Creditor, finance: User, sink: Sink) -> None:
        for _number in range(3):
            client = make_client()
            make_contact(client)
            make_invoice(client, creditor)
        approve(plan(creditor), finance)
        report = send_queued(clock=lambda: at_noon(TODAY), limit=2)
        assert (report.counts["sent"], len(sink.taken)) == (2, 2)

    def test_one_that_cannot_be_written_holds_up_nobody(
        self,
        creditor: Creditor,
        client_a: Client,
        finance: User,
        sink: Sink,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        from reminders.services import claims, texts

        other = make_client(legal_name="Other Ltd")
        make_contact(other)
        make_invoice(client_a, creditor)
        make_invoice(other, creditor)
        approve(plan(creditor), finance)

        def broken(draft: Any) -> Any:
            if draft.client == client_a:
                raise ValueError("no such tone")
            return texts.write_text(draft)

        monkeypatch.setattr(claims, "write_text", broken)
        report = send()
        assert (report.counts["sent"], report.counts["error"]) == (1, 1)
        stuck = Message.objects.get(client=client_a)
        assert (stuck.state, stuck.last_error) == ("QUEUED", "ValueError: no such tone")


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


class TestTheMailServerSaysNo:
    def test_a_mailbox_that_does_not_exist_fails_for_good_and_marks_the_address(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        sink.script = lambda step, _a: "550 5.1.1 no such user" if step == "rcpt" else None
        message = queued(creditor, client_a, finance)
        send()
        message.refresh_from_db()
        assert (message.state, message.last_error) == ("FAILED", "550 5.1.1 no such user")
        assert client_a.contacts.get().email_failed_at is not None
        assert decision(plan(creditor, TODAY + days(1)), "late").reason == "NO_CONTACT"

    def test_a_refusal_that_is_about_us_does_not_blame_the_address(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        sink.script = lambda step, _a: "550 5.7.1 relaying denied" if step == "rcpt" else None
        queued(creditor, client_a, finance)
        send()
        assert states(client_a) == ["FAILED"]
        assert client_a.contacts.get().email_failed_at is None

    def test_refusals_in_a_row_stop_the_round(
        self, creditor: Creditor, finance: User, sink: Sink
    ) -> None:
        sink.script = lambda step, _a: "550 5.7.1 relaying denied" if step == "rcpt" else None
        for _number in range(7):
            client = make_client()
            make_contact(client)
            make_invoice(client, creditor)
        approve(plan(creditor), finance)
        report = send()
        assert (report.counts["failed"], report.trouble) == (5, "refusals in a row")
        assert Message.objects.filter(state="QUEUED").count() == 2

    def test_the_text_refused_for_good_has_failed(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        sink.script = lambda step, _a: "554 5.7.1 not wanted" if step == "text" else None
        queued(creditor, client_a, finance)
        send()
        assert states(client_a) == ["FAILED"]
        assert client_a.contacts.get().email_failed_at is None

    def test_a_failed_level_may_be_written_anew_under_another_message_id(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        sink.script = lambda step, _a: "554 not wanted" if step == "text" else None
        queued(creditor, client_a, finance)
        send()
        sink.script = lambda _step, _a: None
        remind(creditor, finance, TODAY + days(1))
        assert states(client_a) == ["FAILED", "SENT"]
        first, second = Message.objects.order_by("pk")
        assert first.message_id != second.message_id
        assert (first.level, second.level) == (1, 1)


class TestBeforeTheTextLeft:
    """Nothing was delivered: it is tried again, a bounded number of times."""

    @pytest.mark.parametrize(
        ("step", "reply"),
        [
            ("connect", "!"),
            ("connect", "421 busy"),
            ("mail", "451 later"),
            ("mail", "550 sender not allowed"),
            ("rcpt", "450 greylisted"),
            ("rcpt", "!"),
            ("data", "451 later"),
            ("data", "554 no"),
            ("data", "!"),
        ],
    )
    def test_it_is_queued_again_for_later(  # fixtures
        self,
        creditor: Creditor,
        client_a: Client,
        finance: User,
        sink: Sink,
        step: str,
        reply: str,
    ) -> None:
        sink.script = lambda at, _a: reply if at == step else None
        message = queued(creditor, client_a, finance)
        send()
        message.refresh_from_db()
        assert (message.state, message.attempts, message.data_at) == ("QUEUED", 1, None)
        assert message.available_at == at_noon(TODAY) + dt.timedelta(minutes=2)
        assert message.last_error
        sink.script = lambda _step, _a: None
        assert send().counts["sent"] == 0
        report = send_queued(clock=lambda: at_noon(TODAY) + dt.timedelta(minutes=3))
        assert report.counts["sent"] == 1
        assert sink.message_ids == [message.message_id]

    def test_without_a_mail_server_one_try_ends_the_round(
        self, creditor: Creditor, finance: User, settings: Any
    ) -> None:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        for _number in range(3):
            client = make_client()
            make_contact(client)
            make_invoice(client, creditor)
        approve(plan(creditor), finance)
        report = send()
        assert report.counts["queued again"] == 1
        assert "ConnectionRefusedError" in report.trouble
        assert Message.objects.filter(attempts=0, state="QUEUED").count() == 2

    def test_after_the_last_attempt_it_has_failed(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        sink.script = lambda step, _a: "451 later" if step == "rcpt" else None
        message = queued(creditor, client_a, finance)
        for attempt in range(MAX_ATTEMPTS + 3):
            at = at_noon(TODAY) + dt.timedelta(hours=3 * attempt)
            send_queued(clock=partial(dt.datetime.fromtimestamp, at.timestamp(), dt.UTC))
        message.refresh_from_db()
        assert (message.state, message.attempts) == ("FAILED", MAX_ATTEMPTS)


class TestAfterTheTextLeft:
    """Without a 250 nobody knows: a person decides, nothing is sent again by itself."""

    @pytest.mark.parametrize("reply", ["!", "!kept", "451 try later"])
    def test_it_is_in_doubt(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink, reply: str
    ) -> None:
        sink.script = lambda step, _a: reply if step == "text" else None
        message = queued(creditor, client_a, finance)
        send()
        message.refresh_from_db()
        assert (message.state, message.sent_at) == ("IN_DOUBT", None)
        assert message.data_at is not None
        sink.script = lambda _step, _a: None
        for day in (1, 7, 30):
            remind(creditor, finance, TODAY + days(day))
        message.refresh_from_db()
        assert message.state == "IN_DOUBT"
        assert len(sink.taken) == (1 if reply == "!kept" else 0)
        assert decision(plan(creditor, TODAY + days(41)), "late").reason == "MESSAGE_PENDING"

    def test_a_person_says_it_arrived(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        message = self._in_doubt(creditor, client_a, finance, sink)
        for _twice in range(2):
            machine.resolve(
                message=message, arrived=True, note="Client confirmed", actor=finance, at=_later()
            )
        message.refresh_from_db()
        assert (message.state, message.sent_at) == ("SENT", message.data_at)
        assert message.decided_by == finance
        assert message.cycle.level == 1
        assert Interaction.objects.filter(about_id=str(message.pk)).count() == 1
        assert AuditEvent.objects.filter(action="reminders.resolve").count() == 1

    def test_a_person_says_it_did_not_and_the_next_plan_writes_again(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        message = self._in_doubt(creditor, client_a, finance, sink)
        machine.resolve(
            message=message, arrived=False, note="Not in the journal", actor=finance, at=_later()
        )
        with pytest.raises(machine.UnableToResolve, match="not in doubt"):
            machine.resolve(message=message, arrived=True, note="It is", actor=finance, at=_later())
        remind(creditor, finance, TODAY + days(1))
        assert states(client_a) == ["FAILED", "SENT"]
        assert Cycle.objects.get().level == 1

    def test_it_wants_to_know_how_one_knows(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        message = self._in_doubt(creditor, client_a, finance, sink)
        with pytest.raises(machine.UnableToResolve) as refused:
            machine.resolve(message=message, arrived=True, note=" ", actor=finance, at=_later())
        assert refused.value.field == "note"

    def test_a_late_250_settles_it(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        message = self._in_doubt(creditor, client_a, finance, sink)
        assert machine.mark_sent(message_id=message.pk, attempt=1, at=_later(), reply="250 ok")
        message.refresh_from_db()
        assert message.state == "SENT"

    def _in_doubt(self, creditor: Creditor, client: Client, finance: User, sink: Sink) -> Message:
        sink.script = lambda step, _a: "!" if step == "text" else None
        message = queued(creditor, client, finance)
        send()
        sink.script = lambda _step, _a: None
        message.refresh_from_db()
        return message


def _later() -> dt.datetime:
    return at_noon(TODAY) + dt.timedelta(hours=1)


class TestAWorkerDied:
    def test_before_the_text_left_it_is_queued_again(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        message = self._claimed(creditor, client_a, finance)
        assert recover_stale(at=at_noon(TODAY) + dt.timedelta(minutes=9)) == 0
        assert recover_stale(at=at_noon(TODAY) + dt.timedelta(minutes=11)) == 1
        message.refresh_from_db()
        assert message.state == "QUEUED"

    def test_after_the_text_left_it_is_in_doubt(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        message = self._claimed(creditor, client_a, finance)
        assert machine.hand_over(message_id=message.pk, attempt=1, at=at_noon(TODAY))
        recover_stale(at=at_noon(TODAY) + dt.timedelta(minutes=11))
        message.refresh_from_db()
        assert message.state == "IN_DOUBT"

    def test_one_that_wakes_up_after_its_claim_was_taken_sends_nothing(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        message = self._claimed(creditor, client_a, finance)
        recover_stale(at=at_noon(TODAY) + dt.timedelta(minutes=11))
        assert not machine.hand_over(message_id=message.pk, attempt=1, at=_later())
        report = send_queued(clock=_later)
        assert report.counts["sent"] == 1
        assert not machine.mark_sent(message_id=message.pk, attempt=1, at=_later(), reply="250")
        assert len(sink.taken) == 1

    def _claimed(self, creditor: Creditor, client: Client, finance: User) -> Message:
        from reminders.selectors.policy import ladder_of
        from reminders.services.claims import ClaimOutcome, claim_message

        message = queued(creditor, client, finance)
        claim = claim_message(message_id=message.pk, ladder=ladder_of(creditor), at=at_noon(TODAY))
        assert claim.outcome is ClaimOutcome.CLAIMED
        again = claim_message(message_id=message.pk, ladder=ladder_of(creditor), at=at_noon(TODAY))
        assert again.outcome is ClaimOutcome.TAKEN
        return message


class TestTheDatabaseRefuses:
    def _refuses(self, **fields: Any) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.update(**fields)

    def test_what_cannot_be(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        message = queued(creditor, client_a, finance)
        self._refuses(state="SENT")
        self._refuses(state="FAILED")
        self._refuses(message_id="<another@x>")
        self._refuses(level=2)
        send()
        self._refuses(state="QUEUED")
        self._refuses(state="FAILED")
        self._refuses(body="We never wrote that.")
        self._refuses(raw=b"x")
        self._refuses(amount=Decimal(1))
        self._refuses(data_at=None)
        with pytest.raises(IntegrityError), transaction.atomic():
            message.delete()
        with pytest.raises(IntegrityError), transaction.atomic():
            MessageTransition.objects.update(note="x")

    def test_a_second_message_at_the_same_level(
        self, creditor: Creditor, client_a: Client, finance: User
    ) -> None:
        message = queued(creditor, client_a, finance)
        message.pk, message.message_id = None, "<other@x>"
        with pytest.raises(IntegrityError, match="message_once_per_level"), transaction.atomic():
            message.save(force_insert=True)


def test_the_mail_is_readable_by_a_mail_program(
    creditor: Creditor, finance: User, sink: Sink, settings: Any
) -> None:
    settings.DEFAULT_FROM_EMAIL = "Dunwell <ar@dunwell.example>"
    client = make_client(legal_name="上海远东设备有限公司", language="zh-hans", country="CN")
    make_contact(client, name="王芳", email="wang@yuandong.example")
    make_invoice(client, creditor, number="A-1")
    remind(creditor, finance)

    (raw,) = sink.taken
    assert raw.isascii()
    mail = message_from_bytes(raw, policy=default)
    assert mail["Subject"].startswith("付款提醒：自有公司")
    assert mail["To"] == "王芳 <wang@yuandong.example>"
    assert mail["From"].addresses[0].addr_spec == "ar@dunwell.example"
    assert mail["Reply-To"] == "ar@own.example"
    assert mail["Date"].datetime == at_noon(TODAY)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@dunwell.example>")
    plain, html = (part.get_content() for part in mail.iter_parts())
    assert "根据我方记录" in plain
    assert "¥1,000.00" in plain
    assert "US$" not in plain
    assert "<table" in html
    assert "src=" not in html
    assert "href=" not in html


def test_contacts_are_tried_in_their_order(
    creditor: Creditor, client_a: Client, finance: User, sink: Sink
) -> None:
    make_contact(client_a, email="second@acme.example")
    Contact.objects.filter(is_primary=True).update(email_failed_at=NOW)
    make_invoice(client_a, creditor)
    remind(creditor, finance)
    assert sink.recipients == ["second@acme.example"]


def test_each_creditor_writes_in_its_own_name(
    creditor: Creditor, client_a: Client, finance: User, sink: Sink
) -> None:
    other = make_creditor(legal_name="Second Company Ltd")
    make_invoice(client_a, creditor, number="one")
    make_invoice(client_a, other, number="two")
    remind(creditor, finance)
    remind(other, finance)
    names = [mail["From"].addresses[0].display_name for mail in sink.mails]
    assert names == [creditor.legal_name, "Second Company Ltd"]
    assert Cycle.objects.filter(client=client_a).count() == 2
