"""States of minutes, and their answers."""

from __future__ import annotations

from typing import Any

from interactions.models import Minutes
from interactions.services.minutes import answer_minutes
from interactions.states import MinutesState
from tests.factories import NOW, TODAY

S = MinutesState


def give_answer(minutes: Minutes, outcome: S = S.CONFIRMED, **changed: Any) -> Any:
    given: dict[str, Any] = {
        "minutes": minutes,
        "outcome": outcome,
        "answered_on": TODAY,
        "at": NOW,
        "name": "Wang Fang",
        "address": "203.0.113.7",
        "text_sha256": minutes.sha256,
    }
    return answer_minutes(**{**given, **changed})
