"""The machine of written mails: never twice."""

from __future__ import annotations

import datetime as dt
import os
import signal
import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction

from clients.models import Client, Contact, Creditor
from core.mailing import MAX_ATTEMPTS
from core.models import User
from interactions.models import Interaction, MailMessage, OutgoingMail
from interactions.services import outgoing_machine as machine
from interactions.services.outgoing import UnableToWrite, cancel_mail
from interactions.services.outgoing_machine import UnableToDecide, decide_mail
from interactions.services.outgoing_sending import claim_mail, recover_stale
from interactions.states import OutgoingState
from tests.factories import NOW, make_client, make_contact, make_creditor, make_user
from tests.interactions.outgoing.cast import DAY, queued, send, state_of
from tests.reminders.sink import Sink

pytestmark = pytest.mark.django_db


MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize("step", ["connect", "mail", "rcpt", "data"])
def test_what_never_left_is_tried_again_a_bounded_number_of_times(
    sink: Sink,
    client_row: Client,
    creditor: Creditor,
    contact: Contact,
    writer: User,
    step: str,
) -> None:
    sink.script = lambda at, _argument: "!" if at == step else None
    row = queued(client_row, creditor, contact, writer)
    at = NOW
    for _round in range(MAX_ATTEMPTS + 2):
        send(at)
        row.refresh_from_db()
        at = max(at, row.available_at)
    assert (row.state, row.attempts) == (OutgoingState.FAILED, MAX_ATTEMPTS)
    assert row.data_at is None
    assert sink.mails == []
    assert not Interaction.objects.exists()


def test_a_mail_whose_250_never_came_is_in_doubt_and_never_sent_again(
    sink: Sink, client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    sink.script = lambda at, _argument: "!kept" if at == "text" else None
    row = queued(client_row, creditor, contact, writer)
    assert send() == {"in doubt": 1}
    sink.script = lambda _at, _argument: None
    for hours in (1, 24, 240):
        send(NOW + dt.timedelta(hours=hours))
    assert len(sink.mails) == 1
    assert state_of(row) == OutgoingState.IN_DOUBT
    for sql in ("SET state = 'QUEUED'", "SET data_at = NULL"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE interactions_outgoingmail {sql}")


def test_a_person_decides_what_became_of_it(
    sink: Sink, client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    sink.script = lambda at, _argument: "!kept" if at == "text" else None
    rows = [queued(client_row, creditor, contact, writer, key=f"k{n}") for n in range(2)]
    send()
    send(NOW + MINUTE)
    with pytest.raises(UnableToDecide):
        decide_mail(outgoing=rows[0], arrived=True, note=" ", actor=writer, at=NOW + DAY)
    for _twice in range(2):
        decide_mail(outgoing=rows[0], arrived=True, note="They said so", actor=writer, at=NOW + DAY)
        decide_mail(outgoing=rows[1], arrived=False, note="Journal", actor=writer, at=NOW + DAY)
    assert [state_of(row) for row in rows] == ["SENT", "FAILED"]
    entry = Interaction.objects.get()
    assert entry.occurred_at == NOW  # when its text left
    assert MailMessage.objects.count() == 1
    with pytest.raises(UnableToDecide):
        decide_mail(outgoing=rows[1], arrived=True, note="x", actor=writer, at=NOW + DAY)


def test_a_refused_mailbox_fails_it_and_marks_the_address(
    sink: Sink, client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    sink.script = lambda at, _argument: "550 5.1.1 no such user" if at == "rcpt" else None
    row = queued(client_row, creditor, contact, writer)
    assert send() == {"failed": 1}
    assert state_of(row) == OutgoingState.FAILED
    contact.refresh_from_db()
    assert contact.email_failed_at == NOW


@pytest.mark.parametrize(("handed", "state"), [(False, "QUEUED"), (True, "IN_DOUBT")])
def test_what_a_dead_worker_left_is_found(
    client_row: Client,
    creditor: Creditor,
    contact: Contact,
    writer: User,
    handed: bool,
    state: str,
) -> None:
    row = queued(client_row, creditor, contact, writer)
    claim = claim_mail(pk=row.pk, at=NOW)
    assert claim.raw
    if handed:
        assert machine.hand_over(pk=row.pk, attempt=claim.attempt, at=NOW)
    assert recover_stale(at=NOW + 5 * MINUTE) == 0
    assert recover_stale(at=NOW + 11 * MINUTE) == 1
    assert state_of(row) == state
    # The one believed dead wakes up: its claim is lost.
    assert not machine.hand_over(pk=row.pk, attempt=claim.attempt, at=NOW + 12 * MINUTE)


def test_a_late_250_settles_a_mail_in_doubt(
    client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    row = queued(client_row, creditor, contact, writer)
    claim = claim_mail(pk=row.pk, at=NOW)
    machine.hand_over(pk=row.pk, attempt=claim.attempt, at=NOW)
    recover_stale(at=NOW + 11 * MINUTE)
    late = NOW + 12 * MINUTE
    assert machine.mark_sent(pk=row.pk, attempt=claim.attempt, at=late, reply="250")
    assert not machine.mark_sent(pk=row.pk, attempt=claim.attempt, at=late, reply="250")
    assert Interaction.objects.count() == 1


def test_a_claimed_mail_is_frozen_and_its_words_never_change(
    client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    row = queued(client_row, creditor, contact, writer)
    changes = ["subject = 'x'", "body = 'x'", "to_email = 'x@y.example'", "message_id = 'x'"]
    claim_mail(pk=row.pk, at=NOW)
    for change in [*changes, "raw = 'x'", "state = 'CANCELLED'"]:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE interactions_outgoingmail SET {change}")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM interactions_outgoingmail")


def test_a_mail_is_taken_back_only_while_it_waits(
    sink: Sink, client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    row = queued(client_row, creditor, contact, writer)
    cancel_mail(outgoing=row, actor=writer, at=NOW)
    cancel_mail(outgoing=row, actor=writer, at=NOW)
    assert send() == {}
    gone = queued(client_row, creditor, contact, writer, key="k2")
    send()
    with pytest.raises(UnableToWrite):
        cancel_mail(outgoing=gone, actor=writer, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(sink: Sink) -> None:
    client, creditor = make_client(country="CN"), make_creditor()
    contact, writer = make_contact(client, email="a@b.example"), make_user()
    for place in range(6):
        queued(client, creditor, contact, writer, key=f"k{place}")
    together = threading.Barrier(3)

    def work() -> None:
        together.wait()
        try:
            send()
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    send()
    assert len(sink.message_ids) == len(set(sink.message_ids)) == 6
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"SENT"}


@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_between_the_text_and_its_250_never_sends_twice(sink: Sink) -> None:
    client, creditor = make_client(country="CN"), make_creditor()
    row = queued(client, creditor, make_contact(client, email="a@b.example"), make_user())
    connections.close_all()
    child = os.fork()
    if child == 0:  # pragma: no cover  # killed below
        send()
        os._exit(0)

    def kill() -> None:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)

    killed = threading.Event()

    def on_text() -> None:
        kill()
        killed.set()

    sink.on_text = on_text
    assert killed.wait(20)
    sink.on_text = lambda: None
    assert state_of(row) == OutgoingState.INFLIGHT
    assert send(NOW + 11 * MINUTE) == {"recovered": 1}
    assert send(NOW + DAY) == {}
    assert state_of(row) == OutgoingState.IN_DOUBT
    assert len(sink.mails) <= 1
