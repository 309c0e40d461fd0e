"""Score the clients whose facts or whose clock moved, and keep what changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from core.transactions import in_transaction
from credit.models import Calibration, FactorWeight, ScoreRun
from credit.rules.columns import FACTS, facts_of
from credit.rules.history import Days, Floats
from credit.rules.score import (
    BEHAVIOUR_FACTORS,
    DAYS_PER_BAND,
    GRADES,
    BehaviourWeight,
    Scored,
    days_until_other_grade,
    one_band,
    rows_of,
    score,
)
from credit.selectors.columns import read_columns
from credit.selectors.facts import FactsOn, facts_on
from credit.selectors.falls import days_to_wait
from credit.selectors.moved import Moved, moved_since
from credit.services.calibration import calibrate, portfolio_of
from credit.services.snapshots import point_at, wait_until, write_snapshots
from credit.services.standing import apply_grades

#: A score that moved by fewer points is the same score, while nothing else changed.
LEAST_CHANGE: Final = 5
#: Days ahead at which the clock alone may have moved a grade.
_MARKS: Final = np.array([1, 2, 4, 7, 14, 30, 60])
#: Nobody waits longer than this to be looked at again.
MOST_DAYS: Final = 90
#: A calibration serves so many days.
CALIBRATED_FOR: Final = 7


@dataclass(frozen=True, slots=True)
class Run:
    """What a scoring did."""

    clients: int
    changed: int
    is_whole: bool


def behaviour_weights() -> dict[str, BehaviourWeight]:
    """What each behaviour weighs now."""
    rows = FactorWeight.objects.order_by("factor", "-pk").distinct("factor")
    return {row.factor: BehaviourWeight(row.each, row.most) for row in rows}


@in_transaction
def score_clients(
    *,
    on: dt.date,
    at: dt.datetime,
    whole: bool = False,
    told: Callable[[int, int], None] | None = None,
) -> Run:
    """Bring the scores up to a day. Doing it twice changes nothing more.

    Looks at clients with new invoices, payments, disputes, promises, behaviours or reports since
    the run before, and at those whose clock may have moved something; at all of them when `whole`,
    on the first run, and when the portfolio or a behaviour was weighed anew.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('credit.score_clients'))")
    row = Calibration.objects.filter(on__lte=on).first()
    if row is None or (on - row.on).days >= CALIBRATED_FOR:
        row, whole = calibrate(on=on, actor=None, at=at, told=told), True
    moved = moved_since(on=on, last=ScoreRun.objects.order_by("-pk").first())
    clients = None if whole or moved.clients is None else moved.clients
    changed = looked = 0
    if clients is None or clients:
        facts = facts_on(on=on, clients=clients, scored=True)
        looked = len(facts.ids)
        changed = _keep(facts, row, whole=clients is None, on=on, at=at) if looked else 0
    _note(moved, on=on, at=at, whole=clients is None, looked=looked, changed=changed)
    return Run(looked, changed, clients is None)


def _note(
    moved: Moved, *, on: dt.date, at: dt.datetime, whole: bool, looked: int, changed: int
) -> None:
    ScoreRun.objects.create(
        on=on,
        is_whole=whole,
        clients=looked,
        changed=changed,
        last_invoice=moved.last_invoice,
        last_allocation=moved.last_allocation,
        last_event=moved.last_event,
        created_at=at,
    )


_PLAIN: Final = len(FACTS) - len(BEHAVIOUR_FACTORS)
_BEHAVIOUR: Final = ", ".join(
    f"coalesce(s.facts[{_PLAIN + place}], 0)" for place in range(1, len(BEHAVIOUR_FACTORS) + 1)
)
_CURRENT: Final = f"""
    SELECT c.client_id, s.score, strpos('ABCDE', s.granted) - 1, s.facts[10],
        s.facts[5] + s.facts[6] * 1000 + s.facts[7] * 1000000, c.look_on - date '0001-01-01' + 1,
        {_BEHAVIOUR}
    FROM credit_currentscore c JOIN credit_scoresnapshot s ON s.id = c.snapshot_id
    {{chosen}} ORDER BY c.client_id
"""  # noqa: S608  # constants of this module
_WIDTH: Final = 6 + len(BEHAVIOUR_FACTORS)
_CLOSED, _OVERDUE = FACTS.index("closed"), FACTS.index("overdue_0")


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was kept of each client looked at; zeros (and -1) where nothing was."""

    has: NDArray[np.bool_]
    score: Floats
    granted: NDArray[np.int8]
    closed: Floats
    overdue: Floats
    look_on: Floats
    behaviour: Floats


def _kept(ids: Days, *, whole: bool) -> _Kept:
    chosen = "" if whole else "WHERE c.client_id = ANY(%(ids)s)"
    params = {"ids": [] if whole else ids.tolist()}
    rows = read_columns(_CURRENT.format(chosen=chosen), params, _WIDTH)
    if not len(rows):
        rows = np.full((1, _WIDTH), -1.0)
    place = np.minimum(np.searchsorted(rows[:, 0], ids), len(rows) - 1)
    has = rows[place, 0] == ids
    found = np.where(has[:, None], rows[place], 0.0)
    granted = np.where(has, found[:, 2], -1).astype(np.int8)
    closed, overdue, look_on = found[:, 3], found[:, 4], found[:, 5]
    return _Kept(has, found[:, 1], granted, closed, overdue, look_on, found[:, 6:])


def _overdue(rows: Floats) -> Floats:
    """How many invoices are overdue beyond each horizon, as one number."""
    columns: Floats = rows[:, _OVERDUE : _OVERDUE + 3] @ np.array([1.0, 1e3, 1e6])
    return columns


def _keep(
    facts: FactsOn, calibration: Calibration, *, whole: bool, on: dt.date, at: dt.datetime
) -> int:
    """Score, compare with what was kept, and write what changed."""
    weights, portfolio = behaviour_weights(), portfolio_of(calibration)
    kept = _kept(facts.ids, whole=whole)
    scored = score(facts_of(facts.rows), portfolio, weights)
    granted, next_fall = _granted(facts.ids, kept, scored, on)
    is_new = (
        ~kept.has
        | (np.abs(scored.score.round() - kept.score) >= LEAST_CHANGE)
        | (granted != kept.granted)
        | (facts.rows[:, _CLOSED] != kept.closed)
        | (_overdue(facts.rows) != kept.overdue)
        | (facts.rows[:, _PLAIN:] != kept.behaviour).any(axis=1)
    )
    drift = days_until_other_grade(facts_of(facts.rows), portfolio, weights, marks=_MARKS)
    waits = np.minimum(np.minimum(drift, facts.next_step), next_fall)
    days = np.minimum(waits, MOST_DAYS).astype(np.int64)
    look_on = on.toordinal() + np.maximum(days, 1)
    keys, warning = write_snapshots(
        facts.ids[is_new],
        facts.rows[is_new],
        rows_of(scored, is_new),
        granted[is_new],
        calibration_id=calibration.pk,
        on=on,
        at=at,
    )
    point_at(facts.ids[is_new], keys, warning, look_on[is_new])
    later = ~is_new & (look_on != kept.look_on)
    wait_until(facts.ids[later], look_on[later])
    rated = is_new & (granted != kept.granted)
    _grant(facts.ids[rated], granted[rated], scored.score[rated], at=at)
    return int(is_new.sum())


def _granted(ids: Days, kept: _Kept, scored: Scored, on: dt.date) -> tuple[NDArray[np.int8], Days]:
    """The grades that count now, and in how many days each may fall further (far off if not)."""
    granted = one_band(kept.granted, scored.grade)
    falls = (kept.granted >= 0) & (granted > kept.granted)
    held = np.zeros(len(ids), np.int64)
    held[falls] = days_to_wait(ids[falls], on=on)
    granted = np.where(held > 0, kept.granted, granted).astype(np.int8)
    next_fall = np.where(held > 0, held, DAYS_PER_BAND)
    return granted, np.where(scored.grade > granted, next_fall, MOST_DAYS).astype(np.int64)


def _grant(ids: Days, granted: NDArray[np.int8], scores: Floats, *, at: dt.datetime) -> None:
    """Give the grades that changed, and with them what the policy says of them."""
    letters = (*GRADES, "U")
    grades = {
        int(client): (letters[grade], f"{total:.0f} / 1000")
        for client, grade, total in zip(ids, granted, scores, strict=True)
        if grade >= 0
    }
    if grades:
        apply_grades(grades=grades, actor=None, at=at)
