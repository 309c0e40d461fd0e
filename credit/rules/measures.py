"""How good forecasts were, once the outcomes are known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from credit.rules.history import Days, Flags, Floats

#: Calibration is read in so many equal steps of the forecast.
STEPS: Final = 10


@dataclass(frozen=True, slots=True)
class Step:
    """Invoices whose forecast lay in one tenth: how many, what was forecast, what came."""

    count: int
    forecast: float
    came: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Measures of one horizon. None where all or none of the outcomes were late.

    `by_chance` is the calibration error that forecasts which are right would have on average, so
    few outcomes being what they are.
    """

    count: int
    late: int
    auc: float | None
    pr_auc: float | None
    brier: float
    calibration_error: float
    by_chance: float
    lift: float | None
    steps: tuple[Step, ...]


def measure(forecast: Floats, late: Flags) -> Measured:
    """All measures of forecasts (probabilities) against what came."""
    count, number = len(late), int(late.sum())
    steps = calibration(forecast, late)
    both = 0 < number < count
    error = sum(step.count * abs(step.forecast - step.came) for step in steps) / max(count, 1)
    return Measured(
        count=count,
        late=number,
        auc=auc(forecast, late) if both else None,
        pr_auc=pr_auc(forecast, late) if both else None,
        brier=float(np.mean((forecast - late) ** 2)) if count else 0.0,
        calibration_error=error,
        by_chance=error_by_chance(forecast),
        lift=lift(forecast, late) if both else None,
        steps=steps,
    )


def auc(forecast: Floats, late: Flags) -> float:
    """The chance that a late invoice had the higher forecast than a timely one (ties: a half)."""
    _values, place, sizes = np.unique(forecast, return_inverse=True, return_counts=True)
    ends = np.cumsum(sizes)
    ranks = ends - (sizes - 1) / 2
    positive = int(late.sum())
    total = float(ranks[place][late].sum())
    return (total - positive * (positive + 1) / 2) / (positive * (len(late) - positive))


def pr_auc(forecast: Floats, late: Flags) -> float:
    """Average precision: the precision at each late invoice found, from the highest forecast."""
    values, place = np.unique(-forecast, return_inverse=True)
    found = np.cumsum(np.bincount(place, weights=late, minlength=len(values)))
    taken = np.cumsum(np.bincount(place, minlength=len(values)))
    recall_step = np.diff(np.concatenate(([0.0], found))) / found[-1]
    return float(np.sum(recall_step * found / taken))


def _step_of(forecast: Floats) -> Days:
    found: Days = np.clip((forecast * STEPS).astype(np.int64), 0, STEPS - 1)
    return found


def error_by_chance(forecast: Floats) -> float:
    """The mean calibration error of outcomes drawn with just these chances.

    In each tenth the outcomes' number is about normal, so its mean distance from the expected one
    is the square root of 2/pi times its variance.
    """
    spread = np.bincount(_step_of(forecast), weights=forecast * (1 - forecast), minlength=STEPS)
    return float(np.sum(np.sqrt(2 / np.pi * spread))) / max(len(forecast), 1)


def calibration(forecast: Floats, late: Flags) -> tuple[Step, ...]:
    """What was forecast and what came, by tenths of the forecast; empty tenths are left out."""
    place = _step_of(forecast)
    found = []
    for number in range(STEPS):
        chosen = place == number
        if chosen.any():
            came = float(late[chosen].mean())
            found.append(Step(int(chosen.sum()), float(forecast[chosen].mean()), came))
    return tuple(found)


def lift(forecast: Floats, late: Flags) -> float:
    """How many times more often invoices in the top tenth of the forecast were late than all."""
    top = max(1, len(late) // 10)
    order = np.argsort(-forecast, kind="stable")[:top]
    return float(late[order].mean() / late.mean())
