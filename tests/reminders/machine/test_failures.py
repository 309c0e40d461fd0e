"""Every way in which sending can end otherwise."""

import datetime as dt
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clients.models import Client, Creditor
from core.mailing import MAX_ATTEMPTS
from core.models import AuditEvent, User
from interactions.models import Interaction
from reminders.models import Cycle, Message, MessageTransition
from reminders.services import machine
from reminders.services.sending import recover_stale, send_queued
from tests.factories import TODAY, make_client, make_contact, make_invoice
from tests.reminders.machine.cast import queued
from tests.reminders.sink import Sink
from tests.reminders.steps import approve, at_noon, days, decision, plan, remind, send, states

pytestmark = pytest.mark.django_db


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
