"""What is held against a client, as plain facts: what it can read, and appeal against.

Only what counts now: a confirmed behaviour or free work within its year, the hold in force, a
score with something that took points.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from clients.models import Client
from core.dates import day_in
from credit.models import CreditHold, CurrentScore, FreeEntry, RiskBehaviour, ScoreSnapshot
from credit.models.behaviours import COUNTS_DAYS
from credit.selectors.explain import strongest_reasons
from credit.selectors.fairness import evidence_of, verdict_on
from credit.states import AppealAgainst, BehaviourState, HoldState

HeldThing = RiskBehaviour | FreeEntry | CreditHold | ScoreSnapshot
LANGUAGES: Final = ("en", "zh-hans")


@dataclass(frozen=True, slots=True)
class Held:
    """One thing held against a client: its facts, and the last day on which it counts.

    `facts` are compared before an appeal is taken; `reasons` explain a score, per language.
    """

    client: Client
    against: AppealAgainst
    until: dt.date | None
    facts: Mapping[str, Any]
    reasons: Mapping[str, list[str]]


def held_against(thing: HeldThing, *, on: dt.date) -> Held | None:
    """What it says of the client, where it counts on a day; None where it does not."""
    if isinstance(thing, RiskBehaviour):
        return _behaviour(thing, on)
    if isinstance(thing, FreeEntry):
        return _free_work(thing, on)
    if isinstance(thing, CreditHold):
        return _hold(thing, on)
    return _score(thing)


def is_appealed(thing: HeldThing) -> bool:
    """Whether an appeal against it waits for its answer."""
    if isinstance(thing, ScoreSnapshot):
        waiting = thing.client.appeals.waiting()
        return bool(waiting.filter(against=AppealAgainst.GRADE).exists())
    return bool(thing.appeals.waiting().exists())


def _behaviour(row: RiskBehaviour, on: dt.date) -> Held | None:
    if row.state != BehaviourState.CONFIRMED or row.counts_until < on:
        return None
    facts = {
        "kind": row.kind,
        "on": row.happened_on.isoformat(),
        "until": row.counts_until.isoformat(),
        "said": row.what,
        "proof": [_proof(name, thing, row.client) for name, thing in evidence_of(row)],
    }
    return _held(row.client, AppealAgainst.BEHAVIOUR, row.counts_until, facts)


def _free_work(row: FreeEntry, on: dt.date) -> Held | None:
    until = row.happened_on + dt.timedelta(days=COUNTS_DAYS - 1)
    if until < on or verdict_on(row) is None:
        return None
    facts = {
        "kind": row.kind,
        "on": row.happened_on.isoformat(),
        "until": until.isoformat(),
        "said": row.note,
        "hours": f"{row.hours.normalize():f}" if row.hours else "",
        "amount": f"{row.amount:f}" if row.amount else "",
        "currency": row.currency,
        "contract": row.contract.number if row.contract else "",
        "proof": [],
    }
    return _held(row.client, AppealAgainst.FREE_WORK, until, facts)


def _hold(row: CreditHold, on: dt.date) -> Held | None:
    if row.state != HoldState.HELD or row.decided_at is None or row.expires_on is None:
        return None
    if row.expires_on < on:
        return None
    facts = {
        "on": day_in(row.decided_at, row.client.time_zone).isoformat(),
        "until": row.expires_on.isoformat(),
        "said": row.reason,
        "proof": [],
    }
    found = CurrentScore.objects.filter(client=row.client_id).select_related("snapshot").first()
    reasons = _reasons(found.snapshot) if found is not None else {}
    return _held(row.client, AppealAgainst.HOLD, row.expires_on, facts, reasons)


def _score(row: ScoreSnapshot) -> Held | None:
    reasons = _reasons(row)
    if not any(reasons.values()):
        return None
    facts = {"on": row.on.isoformat(), "grade": row.client.grade, "said": "", "proof": []}
    return _held(row.client, AppealAgainst.GRADE, None, facts, reasons)


def _held(
    client: Client,
    against: AppealAgainst,
    until: dt.date | None,
    facts: Mapping[str, Any],
    reasons: Mapping[str, list[str]] | None = None,
) -> Held:
    named = {"against": against.value, "client": client.legal_name, **facts}
    return Held(client, against, until, named, reasons or {})


def _reasons(row: ScoreSnapshot) -> dict[str, list[str]]:
    """The strongest reasons of a score in both languages, as a letter says them."""
    return {code: [one.words for one in strongest_reasons(row, code)] for code in LANGUAGES}


def _proof(name: str, row: Any, client: Client) -> dict[str, str]:
    """One piece of evidence without its contents: what it is, its number or kind, and its day."""
    moments = {"interaction": "occurred_at", "incident": "occurred_at", "complaint": "received_at"}
    days = {"dispute": "opened_on", "credit_note": "issued_on"}
    day: dt.date | None = None
    if name in moments:
        day = day_in(getattr(row, moments[name]), client.time_zone)
    elif name in days:
        day = getattr(row, days[name])
    elif name == "document":
        day = day_in(row.document.created_at, client.time_zone)
    number = row.invoice.number if name == "dispute" else getattr(row, "number", "")
    return {
        "what": name,
        "kind": row.kind if name == "interaction" else "",
        "number": str(number),
        "on": day.isoformat() if day else "",
    }
