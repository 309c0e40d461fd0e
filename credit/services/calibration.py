"""Weigh the score on the portfolio as it is: its level, and the weights of the forecast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Final

from core import audit
from core.models import User
from core.transactions import in_transaction
from credit.models import Calibration
from credit.rules.columns import facts_of
from credit.rules.forecast import LEAST_KNOWN, level
from credit.rules.history import HORIZONS
from credit.rules.score import Portfolio
from credit.selectors.facts import facts_on
from credit.selectors.looking_back import LookedBack, as_json, level_of_portfolio, look_back

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
        levels=[_raised(looked, horizon) for horizon in HORIZONS],
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


def _raised(looked: LookedBack | None, horizon: int) -> float:
    if looked is None:
        return 0.0
    odds, late, age = level_of_portfolio(looked, horizon)
    return level(odds, late, age) if len(late) >= LEAST_KNOWN else 0.0


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
