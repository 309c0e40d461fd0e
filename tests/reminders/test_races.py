"""Two senders, a sender that dies, a payment at the same moment: the short forms of the bars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.conf import settings as site
from django.db import connection, transaction

from core import outbox
from core.dates import now
from core.models import OutboxItem, User
from payments.models import Invoice
from reminders.models import Message
from reminders.selectors.policy import ladder_of
from reminders.services import claims
from reminders.services.approval import approve_run
from reminders.services.assessment import assess
from reminders.services.claims import ClaimOutcome, claim_message
from reminders.services.planning import plan_reminders
from reminders.services.sending import send_queued
from reminders.states import MessageState
from reminders.tasks import send_queued as beat
from tests.factories import make_client, make_contact, make_creditor, make_invoice
from tests.reminders import acts
from tests.reminders.chaos import (
    Killer,
    Nursery,
    Race,
    at_once,
    ending,
    make_debtors,
    problems,
    queue,
    queue_messages,
    send_all,
)
from tests.reminders.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_many_claims_one_wins() -> None:
    creditor = queue_messages(1)
    (message,) = Message.objects.all()
    ladder = ladder_of(creditor)

    def claim() -> Any:
        return claim_message(message_id=message.pk, ladder=ladder, at=now())

    outcomes = [found.outcome for found in at_once(*[claim] * 6)]

    assert sorted(outcome.name for outcome in outcomes) == ["CLAIMED"] + ["TAKEN"] * 5
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.INFLIGHT, 1)
    assert problems() == []


def test_a_claim_does_not_wait_for_the_client_it_finds_taken() -> None:
    creditor = queue_messages(1)
    (message,) = Message.objects.all()
    ladder = ladder_of(creditor)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM clients_client FOR NO KEY UPDATE")
        (found,) = at_once(lambda: claim_message(message_id=message.pk, ladder=ladder, at=now()))
    assert found.outcome is ClaimOutcome.TAKEN


def test_two_beats_and_four_workers_send_each_message_once(sink: Sink) -> None:
    queue_messages(24)
    reports = at_once(beat, beat, *[lambda: dict(send_queued(clock=now).counts)] * 2)
    # Whoever lost a message to another left it; the next beat takes what nobody had.
    beat()

    assert len(sink.message_ids) == len(set(sink.message_ids)) == 24
    assert sum(report.get("sent", 0) for report in reports) <= 24
    assert set(Message.objects.values_list("state", flat=True)) == {MessageState.SENT}
    assert problems() == []


def test_a_broker_that_forgets_everything_loses_nothing(
    sink: Sink, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.tasks import wake_worker

    monkeypatch.setattr(outbox, "_wake", [wake_worker])
    creditor = make_creditor()
    make_debtors(creditor, 3, on=now().date())
    with redis.Redis.from_url(site.REDIS_URL) as broker:
        queue(creditor, finance, now().date())
        assert broker.llen("celery") > 0
        broker.flushdb()
        assert broker.llen("celery") == 0

    assert outbox.run_waiting(at=now()) >= 1
    assert len(set(sink.message_ids)) == 3
    assert not OutboxItem.objects.filter(done_at=None).exists()


def test_the_broker_away_at_approval_loses_nothing(
    sink: Sink, finance: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_item: int) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(outbox, "_wake", [away])
    creditor = make_creditor()
    make_debtors(creditor, 1, on=now().date())
    queue(creditor, finance, now().date())
    outbox.run_waiting(at=now())
    assert len(sink.taken) == 1


def test_a_debt_that_goes_away_at_that_moment_is_not_asked_for() -> None:
    race = Race(queue_messages(40), acts.ALL)
    race.run()

    assert race.asked_of_nothing == []
    assert race.outcomes["CLAIMED"] > 0
    assert race.outcomes["CLAIMED"] < 40
    assert problems() == []


def test_the_observer_notices_a_claim_without_its_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    race = Race(queue_messages(1), (lambda _invoice: None,))

    def assess_and_then_it_is_disputed(**facts: Any) -> Any:
        found = assess(**facts)
        at_once(lambda: acts.disputes(Invoice.objects.get()))
        return found

    monkeypatch.setattr(claims, "_lock_client", lambda message: message.client)
    monkeypatch.setattr(claims, "_lock_debts", lambda _message: None)
    monkeypatch.setattr(claims, "_lock_message", lambda pk: Message.objects.get(pk=pk))
    monkeypatch.setattr(claims, "assess", assess_and_then_it_is_disputed)
    race.run()

    assert race.asked_of_nothing == [Message.objects.get().pk]


@pytest.fixture(scope="module")
def nursery(django_db_setup: None, django_db_blocker: Any) -> Iterator[Nursery]:
    """Senders to be killed; Django is loaded once for all of them."""
    with django_db_blocker.unblock(), Nursery() as process:
        yield process


def test_a_sender_killed_at_any_step_sends_nothing_twice_and_loses_nothing(
    nursery: Nursery, sink: Sink
) -> None:
    queue_messages(20)
    killer = Killer(kills_wanted=5, chance=0.12)
    send_all(nursery, sink, killer)
    found = ending(sink)

    assert killer.killed.total() == 5
    assert found["twice"] == []
    assert found["sent but not delivered"] == []
    assert found["delivered but not told"] == []
    assert found["problems"] == []
    assert set(found["states"]) <= {"SENT", "IN_DOUBT"}
    assert found["states"].total() == 20


@pytest.mark.parametrize("delivered", [0, 1])
def test_a_sender_killed_between_data_and_250_leaves_a_question_for_a_person(
    nursery: Nursery, sink: Sink, delivered: int
) -> None:
    queue_messages(1)
    send_all(nursery, sink, Killer(1, steps=frozenset({"text"}), keeps=delivered))

    (message,) = Message.objects.all()
    assert (message.state, message.attempts) == (MessageState.IN_DOUBT, 1)
    assert message.data_at is not None
    assert len(sink.taken) == delivered
    assert problems() == []


def test_plan_and_approval_at_once_queue_each_message_once(finance: User) -> None:
    creditor = make_creditor()
    make_debtors(creditor, 5, on=now().date())
    run = plan_reminders(creditor=creditor, on=now().date(), actor=None, at=now()).run

    queued = at_once(*[lambda: approve_run(run=run, actor=finance, at=now())] * 4)

    assert sorted(queued) == [0, 0, 0, 5]
    assert Message.objects.count() == 5


def test_two_plans_at_once_leave_one_waiting() -> None:
    creditor, on = make_creditor(), now().date()
    client = make_client()
    make_contact(client)
    make_invoice(client, creditor, due_on=on - dt.timedelta(days=10))

    runs = at_once(
        *[lambda: plan_reminders(creditor=creditor, on=on, actor=None, at=now()).run] * 3
    )

    states = sorted(type(run).objects.get(pk=run.pk).state for run in runs)
    assert states == ["PLANNED", "SUPERSEDED", "SUPERSEDED"]
