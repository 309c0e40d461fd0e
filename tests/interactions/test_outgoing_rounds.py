"""Rounds of sending: claims that do not come through, and claims that were lost."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

import pytest
from django.db import OperationalError

from core.messaging import Claim, ClaimOutcome
from core.messaging.sending import LOCK_NOT_AVAILABLE
from interactions.models import Interaction, OutgoingMail
from interactions.services import outgoing_sending as sending
from interactions.services.outgoing import Letter, queue_mail
from interactions.services.outgoing_machine import WRITTEN
from tests.factories import NOW, make_client, make_contact, make_creditor, make_user

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def _queued(many: int) -> None:
    client, creditor, writer = make_client(country="CN"), make_creditor(), make_user()
    letter = Letter(
        client=client,
        creditor=creditor,
        contact=make_contact(client, email="a@b.example"),
        subject="Invoice 12",
        body="Could you tell us when we can expect payment?",
        language=client.language,
    )
    for place in range(many):
        queue_mail(letter=letter, key=f"k{place}", actor=writer, at=NOW)


def test_a_worker_believed_dead_finds_the_claim_of_another_and_changes_nothing() -> None:
    _queued(1)
    pk = OutgoingMail.objects.get().pk
    asleep = sending.claim_mail(pk=pk, at=NOW)
    assert sending.recover_stale(at=NOW + 11 * MINUTE) == 1
    later = NOW + 30 * MINUTE
    awake = sending.claim_mail(pk=pk, at=later)
    assert (asleep.attempt, awake.attempt) == (1, 2)
    before = OutgoingMail.objects.values().get()

    assert not WRITTEN.hand_over(pk=pk, attempt=asleep.attempt, at=later)
    late: dict[str, Any] = {"pk": pk, "attempt": asleep.attempt, "at": later, "reply": "late"}
    assert not WRITTEN.mark_sent(**late)
    assert not WRITTEN.mark_failed(**late)
    assert not WRITTEN.doubt(**late)
    assert WRITTEN.requeue(**late) is None
    assert OutgoingMail.objects.values().get() == before
    assert not Interaction.objects.exists()

    assert WRITTEN.hand_over(pk=pk, attempt=awake.attempt, at=later)
    assert WRITTEN.mark_sent(pk=pk, attempt=awake.attempt, at=later, reply="250")


def test_one_whose_rows_are_locked_stays_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(**_claim: Any) -> Any:
        cause = Exception()
        cause.pgcode = LOCK_NOT_AVAILABLE  # type: ignore[attr-defined]  # as psycopg2 says it
        raise OperationalError from cause

    _queued(1)
    before = OutgoingMail.objects.values().get()
    monkeypatch.setattr(sending, "claim_mail", locked)
    assert dict(sending.send_written(clock=lambda: NOW)) == {"busy": 1}
    assert OutgoingMail.objects.values().get() == before


def test_one_that_cannot_be_written_is_put_off_and_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(**_claim: Any) -> Any:
        raise ValueError("no such file")

    _queued(2)
    monkeypatch.setattr(sending, "claim_mail", broken)
    assert dict(sending.send_written(clock=lambda: NOW)) == {"error": 2}
    assert dict(sending.send_written(clock=lambda: NOW)) == {}
    assert set(OutgoingMail.objects.values_list("state", "attempts", "last_error")) == {
        ("QUEUED", 0, "ValueError: no such file")
    }


def test_a_round_keeps_its_time_when_nothing_can_be_claimed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tick = count()

    def clock() -> dt.datetime:
        return NOW + dt.timedelta(seconds=next(tick))

    def gone(*, pk: int, at: dt.datetime) -> Claim:
        return Claim(ClaimOutcome.TAKEN, pk)

    _queued(5)
    monkeypatch.setattr(sending, "claim_mail", gone)
    counts = sending.send_written(clock=clock, budget=dt.timedelta(seconds=5))
    assert 0 < counts["taken"] < 5
