"""Silence confirms minutes only where a contract says so."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from contracts.models import Contract
from contracts.services import create_contract
from interactions.models import Meeting
from interactions.services.minutes import (
    UnableToAnswerMinutes,
    answer_minutes,
    deem_minutes,
    note_received,
)
from tests.factories import NOW, TODAY, make_client, make_creditor
from tests.interactions.minutes.cast import S, give_answer
from tests.interactions.minutes_cast import DAY, make_meeting, sent

pytestmark = pytest.mark.django_db


def _agreed(days: int | None, state: str = "ACTIVE", **creditor: Any) -> tuple[Meeting, Contract]:
    client, own = make_client(), make_creditor(**creditor)
    contract = create_contract(
        creditor=own,
        client=client,
        number="K-7",
        currency="CNY",
        minutes_days=days,
        actor=None,
        at=NOW,
    )
    Contract.objects.filter(pk=contract.pk).update(state=state)
    about = f"contracts.contract:{contract.pk}"
    return make_meeting(client, own, about=about), contract


def test_silence_confirms_after_the_last_day_and_not_before() -> None:
    meeting, _contract = _agreed(3)
    minutes = sent(meeting)
    assert "within 3 days" in minutes.text
    last = note_received(minutes=minutes, on=TODAY, at=NOW)
    assert last == TODAY + 3 * DAY
    creditor = meeting.creditor_id
    assert deem_minutes(on=last, at=NOW + 3 * DAY, creditor_id=creditor) == 0
    assert deem_minutes(on=last + DAY, at=NOW + 4 * DAY, creditor_id=creditor) == 1
    assert deem_minutes(on=last + DAY, at=NOW + 4 * DAY, creditor_id=creditor) == 0
    minutes.refresh_from_db()
    assert (minutes.state, minutes.answer.answered_on) == (S.DEEMED, last)
    assert (minutes.answer.name, minutes.answer.address) == ("", None)


def test_the_last_day_is_the_creditors_not_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    from interactions.tasks import minutes as tasks

    meeting, _contract = _agreed(1, time_zone="America/New_York")
    minutes = sent(meeting)
    note_received(minutes=minutes, on=TODAY, at=NOW)
    # 03:00 UTC on the 17th is still the evening of the 16th, the last day, in New York.
    monkeypatch.setattr(tasks, "now", lambda: dt.datetime(2026, 6, 17, 3, 0, tzinfo=dt.UTC))
    tasks.deem()
    minutes.refresh_from_db()
    assert minutes.state == S.SENT
    monkeypatch.setattr(tasks, "now", lambda: dt.datetime(2026, 6, 17, 4, 30, tzinfo=dt.UTC))
    tasks.deem()
    minutes.refresh_from_db()
    assert minutes.state == S.DEEMED


@pytest.mark.parametrize(
    ("days", "state"), [(None, "ACTIVE"), (3, "DRAFT"), (3, "SENT"), (3, "TERMINATED")]
)
def test_silence_says_nothing_where_no_binding_contract_says_so(
    days: int | None, state: str
) -> None:
    meeting, contract = _agreed(days, "ACTIVE")
    Contract.objects.filter(pk=contract.pk).update(state=state)
    minutes = sent(meeting)
    assert note_received(minutes=minutes, on=TODAY, at=NOW) is None
    assert deem_minutes(on=TODAY + 99 * DAY, at=NOW, creditor_id=meeting.creditor_id) == 0
    with pytest.raises(UnableToAnswerMinutes):
        answer_minutes(minutes=minutes, outcome=S.DEEMED, answered_on=TODAY, at=NOW)


def test_silence_begins_only_when_the_client_has_it() -> None:
    meeting, _contract = _agreed(3)
    minutes = sent(meeting)
    assert deem_minutes(on=TODAY + 99 * DAY, at=NOW, creditor_id=meeting.creditor_id) == 0
    note_received(minutes=minutes, on=TODAY + 5 * DAY, at=NOW)
    later = note_received(minutes=minutes, on=TODAY + 50 * DAY, at=NOW)
    assert later == TODAY + 8 * DAY


def test_who_answered_is_not_confirmed_by_silence() -> None:
    meeting, _contract = _agreed(3)
    minutes = sent(meeting)
    note_received(minutes=minutes, on=TODAY, at=NOW)
    give_answer(minutes, S.OBJECTED, remark="no")
    assert deem_minutes(on=TODAY + 99 * DAY, at=NOW, creditor_id=meeting.creditor_id) == 0
