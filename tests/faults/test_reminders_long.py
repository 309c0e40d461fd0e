"""The long form of the reminder bars: `make faults`."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from core.dates import now
from reminders.models import Message
from reminders.services.sending import send_queued
from tests.reminders import acts
from tests.reminders.chaos import Killer, Nursery, Race, ending, problems, queue_messages, send_all
from tests.reminders.sink import Sink, mail_sink

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """A mail server that can die before or after its 250."""
    with mail_sink(settings) as server:
        yield server


@pytest.fixture(scope="module")
def nursery(django_db_setup: None, django_db_blocker: Any) -> Iterator[Nursery]:
    """Senders to be killed."""
    with django_db_blocker.unblock(), Nursery() as process:
        yield process


def test_two_hundred_kills_in_ten_thousand_messages(nursery: Nursery, sink: Sink) -> None:
    queue_messages(10_000)
    killer = Killer(kills_wanted=200, chance=0.006)
    send_all(nursery, sink, killer, rounds=200)
    found = ending(sink)

    assert killer.killed.total() == 200
    assert found["twice"] == []
    assert found["sent but not delivered"] == []
    assert found["delivered but not told"] == []
    assert found["problems"] == []
    assert set(found["states"]) <= {"SENT", "IN_DOUBT"}
    assert found["states"].total() == 10_000


def test_five_thousand_debts_go_away_while_they_are_claimed() -> None:
    race = Race(queue_messages(5_000), acts.ALL, seed=7)
    race.run()

    assert race.asked_of_nothing == []
    assert min(race.outcomes["CLAIMED"], 5_000 - race.outcomes["CLAIMED"]) > 100
    assert problems() == []


def test_four_workers_and_two_beats_on_two_thousand_messages(sink: Sink) -> None:
    queue_messages(2_000)

    def work(_number: int) -> None:
        try:
            while Message.objects.filter(state="QUEUED").exists():
                send_queued(clock=now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))

    assert len(sink.message_ids) == len(set(sink.message_ids)) == 2_000
    assert problems() == []
