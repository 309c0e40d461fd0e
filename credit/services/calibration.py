"""Weigh the score on the portfolio as it is: its level, and the weights of the forecast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

import numpy as np

from core import audit
from core.models import User
from core.transactions import in_transaction
from credit.models import Calibration
from credit.rules.columns import facts_of
from credit.rules.forecast import LEAST_KNOWN, level
from credit.rules.history import HORIZONS, Floats, Ledger
from credit.rules.score import BANK_GRACE, Portfolio, stood
from credit.selectors.facts import facts_on
from credit.selectors.ledger import fair_ledger
from credit.selectors.looking_back import LookedBack, as_json, look_back

#: The kind of the job that looks back.
CALIBRATE: Final = "credit.calibrate"
#: Of a portfolio that has nothing settled yet.
_SHARES = {0: 0.35, 7: 0.2, 30: 0.05}
_LEAST, _MOST = 0.005, 0.995
#: The portfolio's shares are drawn towards those above as by so many settled invoices.
_DRAW = 20.0


@in_transaction
def calibrate(
    *,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    told: Callable[[int, int], None] | None = None,
) -> Calibration:
    """Look back over the whole ledger and keep its level, the weights and the measures."""
    looked = look_back(on=on, told=told)
    shares, mean_late = _level_of_facts(on)
    row = Calibration.objects.create(
        on=on,
        invoices=len(looked.past.ledger) if looked else 0,
        shares=[shares[horizon] for horizon in HORIZONS],
        levels=_levels(on, shares, mean_late),
        mean_late=mean_late,
        weights=_weights(looked),
        measures=as_json(looked) if looked else {},
        created_at=at,
        created_by=actor,
    )
    audit.record(
        action="credit.calibrate",
        actor=actor,
        at=at,
        subject=row,
        stream="system",
        payload={"on": on, "invoices": row.invoices},
    )
    return row


def _level_of_facts(on: dt.date) -> tuple[dict[int, float], float]:
    facts = facts_of(facts_on(on=on).rows)
    settled = float(facts.settled.sum())
    shares = {
        horizon: min(
            _MOST,
            max(
                _LEAST,
                (float(facts.late[horizon].sum()) + _DRAW * _SHARES[horizon]) / (settled + _DRAW),
            ),
        )
        for horizon in HORIZONS
    }
    weight = float(facts.recent_weight.sum())
    return shares, float(facts.recent.sum()) / weight if weight else 0.0


def _levels(on: dt.date, shares: dict[int, float], mean_late: float) -> list[float]:
    """By how much the chances of a score are raised so that those of late come out right.

    Judged on what a score counts, each invoice by how its client stood on the day of issue.
    """
    ledger = fair_ledger(on=on).ledger
    if not len(ledger):
        return [0.0 for _horizon in HORIZONS]
    unraised = Portfolio(shares, mean_late, dict.fromkeys(HORIZONS, 0.0))
    odds = stood(ledger, ledger.client, ledger.issued, unraised)
    return [_level(ledger, odds[horizon], horizon, on.toordinal()) for horizon in HORIZONS]


def _level(ledger: Ledger, odds: Floats, horizon: int, on: int) -> float:
    beyond = max(horizon, BANK_GRACE)
    known_from = np.maximum(ledger.due, ledger.issued) + beyond + 1
    told = np.flatnonzero(known_from <= on)
    if len(told) < LEAST_KNOWN:
        return 0.0
    late = (ledger.paid - ledger.due > beyond).astype(np.float64)
    return level(odds[told], late[told], on - known_from[told])


def _weights(looked: LookedBack | None) -> dict[str, dict[str, float]]:
    if looked is None:
        return {}
    return {
        str(horizon): {
            name: round(float(value), 6)
            for name, value in zip(weights.names, weights.values, strict=True)
        }
        for horizon, weights in looked.walked.weights.items()
    }


def portfolio_of(row: Calibration) -> Portfolio:
    """The level a calibration kept."""
    return Portfolio(
        share=dict(zip(HORIZONS, row.shares, strict=True)),
        mean_late=row.mean_late,
        level=dict(zip(HORIZONS, row.levels, strict=True)),
    )
