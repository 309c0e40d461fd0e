"""Each check of the room finds the break it is there for."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from clients.models import Client, Creditor
from core.models import User
from interactions.models import Interaction
from reminders.models import Message
from tests.factories import NOW, make_invoice
from tests.reminders.chaos import problems
from tests.reminders.sink import Sink
from tests.reminders.steps import remind

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(creditor: Creditor, client_a: Client, finance: User, sink: Sink) -> Message:
    """A message that was sent."""
    make_invoice(client_a, creditor)
    remind(creditor, finance)
    assert problems() == []
    return Message.objects.get()


@contextmanager
def unguarded() -> Iterator[None]:
    """The database without its triggers, as somebody with all rights could have it."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("DELETE FROM reminders_messagetransition WHERE to_state = 'SENT'", "its history ends"),
        (
            "DELETE FROM reminders_messagetransition WHERE to_state = 'INFLIGHT'",
            "starts from INFLIGHT, but it was QUEUED",
        ),
        (
            "UPDATE reminders_messagetransition SET from_state = 'SENT', to_state = 'QUEUED' "
            "WHERE to_state = 'SENT'",
            "went from SENT to QUEUED",
        ),
        (
            "DELETE FROM interactions_interactionlink; DELETE FROM interactions_interaction",
            "is in the log 0 times",
        ),
        ("UPDATE reminders_cycle SET level = 3", "stands at level 3, its sent messages at 1"),
        ("UPDATE reminders_cycle SET last_sent_on = NULL", "stands at level"),
        ("UPDATE reminders_message SET amount = 7", "asks for 7.000"),
        ("UPDATE reminders_message SET raw = 'x'", "do not match"),
        ("UPDATE reminders_message SET claimed_at = NULL", "its times say otherwise"),
        ("UPDATE reminders_reminderrun SET send_count = 9", "says 9 to send"),
    ],
)
def test_damage_is_found(sent: Message, damage: str, told: str) -> None:
    with unguarded(), connection.cursor() as cursor:
        cursor.execute(damage)
    assert [problem for problem in problems() if told in problem]


def test_an_entry_about_a_message_that_was_not_sent_is_found(
    sent: Message, client_a: Client
) -> None:
    Interaction.objects.create(
        client=client_a,
        kind="EMAIL",
        direction="OUT",
        occurred_at=NOW,
        recorded_at=NOW,
        subject="x",
        about_type="reminders.message",
        about_id="999999",
    )
    assert [problem for problem in problems() if "which was not sent" in problem]


def test_two_messages_at_one_level_are_found(sent: Message) -> None:
    with unguarded(), connection.cursor() as cursor:
        cursor.execute("DROP INDEX message_once_per_level")
        sent.pk, sent.message_id = None, "<second@x>"
        sent.save(force_insert=True)
    assert [problem for problem in problems() if "2 messages at level 1" in problem]
