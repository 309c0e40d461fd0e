"""What appeals are about: a behaviour, free work, a score; and appeals at each point."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

from clients.models import Client
from core.models import User
from credit.models import (
    Appeal,
    Calibration,
    CurrentScore,
    FreeEntry,
    ScoreSnapshot,
)
from credit.rules.columns import FACTS
from credit.rules.score import FACTORS
from credit.services.appeals import (
    decide_appeal,
    receive_appeal,
    take_up_appeal,
)
from credit.services.behaviours import confirm_behaviour, propose_behaviour
from credit.services.freeloading import Gift, judge_free_work, note_free_work
from credit.states import FreeWork
from interactions.services import log_interaction
from tests.factories import (
    NOW,
    TODAY,
)

keys = itertools.count()


def behaviour_of(client: Client, boss: User) -> Any:
    entry = log_interaction(
        client=client, kind="CALL", direction="IN", occurred_at=NOW, body="Shouted", actor=None,
        at=NOW,
    )  # fmt: skip
    row = propose_behaviour(
        client=client, kind="abuse", what="Shouted", happened_on=TODAY, key=f"b{next(keys)}",
        evidence=[("interaction", entry)], actor=client.owner, on=TODAY, at=NOW,
    )  # fmt: skip
    return confirm_behaviour(behaviour=row, reason="So it was", actor=boss, at=NOW)


def received(client: Client, **changed: Any) -> Appeal:
    given: dict[str, Any] = {
        "against": "OTHER",
        "decision": "No discount",
        "grounds": "It was agreed on the telephone",
        "channel": "LETTER",
        "received_on": TODAY,
        "key": f"a{next(keys)}",
        "actor": client.owner,
        "on": TODAY,
        "at": NOW,
    }
    return receive_appeal(client=client, **{**given, **changed})


def decided(row: Appeal, handler: User, outcome: str = "UPHELD", **changed: Any) -> Appeal:
    take_up_appeal(appeal=row, handler=handler, actor=handler, at=NOW)
    given = {"answer": "The recording shows another voice.", "follows": "Nothing more"}
    return decide_appeal(
        appeal=row, outcome=outcome, **{**given, **changed}, actor=handler, on=TODAY, at=NOW
    )


def free_work_of(client: Client, noted_by: User, judge: User) -> FreeEntry:
    entry = log_interaction(
        client=client, kind="CALL", direction="IN", occurred_at=NOW, body="More tests", actor=None,
        at=NOW,
    )  # fmt: skip
    gift = Gift(kind=FreeWork.TRIAL, happened_on=TODAY, currency="CNY", hours=Decimal(3),
                interaction=entry)  # fmt: skip
    row = note_free_work(
        client=client, gift=gift, key=f"f{next(keys)}", on=TODAY, actor=noted_by, at=NOW
    )
    judge_free_work(
        entry=row, verdict="CONFIRMED", reason="Asked for", on=TODAY, actor=judge, at=NOW
    )
    return row


def snapshot_of(client: Client, points: dict[str, float], **facts: float) -> ScoreSnapshot:
    calibration = Calibration.objects.create(
        on=TODAY, invoices=1, shares=[0.3, 0.2, 0.1], levels=[0, 0, 0], mean_late=1, created_at=NOW
    )
    row = ScoreSnapshot.objects.create(
        client=client, on=TODAY, calibration=calibration, score=480, start=600, computed="D",
        granted="D", late_0=0.5, late_7=0.4, late_30=0.3, warning=0,
        points=[points.get(code, 0.0) for code in FACTORS],
        facts=[facts.get(name, 0.0) for name in FACTS], created_at=NOW,
    )  # fmt: skip
    CurrentScore.objects.create(client=client, snapshot=row, warning=0, look_on=TODAY)
    return row
