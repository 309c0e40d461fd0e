"""How likely an invoice is paid late: a sum of points, weighed on the portfolio's own past.

The client's part is a fixed definition; it is where every weight begins. What else tells
something about lateness differs from ledger to ledger (terms, amounts, payment runs on weekdays
or at month's end), so those weights begin at nothing and move only as far as invoices whose
outcome was already known make them: a logistic regression with a normal prior, anew each month.
No weight may turn more lateness into a better figure. The level of all forecasts follows what came
of late, anew each week.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from credit.rules.history import (
    HORIZONS,
    PRIOR_WEIGHT,
    Days,
    Flags,
    Floats,
    Known,
    Ledger,
    known_at_issue,
)

#: Weights of the client's part by horizon: lateness beyond 0, 7, 30 days, recent days late.
DEFINITION: Final = {
    0: (1.00, 0.15, 0.00, 0.01),
    7: (0.50, 0.50, 0.00, 0.01),
    30: (0.35, 0.40, 0.25, 0.01),
}
CLIENT_PART: Final = ("late_0", "late_7", "late_30", "recent")
#: Fewer known outcomes than this move no weight.
LEAST_KNOWN: Final = 200
#: No more than so many of the latest outcomes are read at once.
MOST_KNOWN: Final = 100_000
#: A portfolio is weighed again when its known outcomes grew by this share.
_GROWTH: Final = 1.08
# Where the search for weights ends: a step, a gain and a change of level too small to matter.
_LEAST_STEP: Final = 1e-3
_LEAST_GAIN: Final = 1e-4
_SETTLED: Final = 1e-6
#: A client with fewer settled invoices tells little: the ledger learns what that means for it.
_FEW: Final = 3
_MONTH_PARTS: Final = ((1, 5), (6, 10), (11, 15), (16, 20), (21, 25), (26, 31))
_AMOUNT_MARKS: Final = (-1.5, -0.75, 0.0, 0.75, 1.5)
_TERM_MARKS: Final = (10, 20, 30, 45, 60)


def logit(share: Floats) -> Floats:
    """Logarithm of the odds."""
    found: Floats = np.log(share / (1.0 - share))
    return found


def probability(log_odds: Floats) -> Floats:
    """The share of these odds."""
    found: Floats = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -30.0, 30.0)))
    return found


def client_part(known: Known) -> tuple[dict[str, Floats], dict[int, Floats]]:
    """The client's four figures, and the portfolio's log odds by horizon.

    A figure is how far the client's log odds of being late, drawn towards the portfolio's while
    little is known, lie above the portfolio's. An open invoice overdue counts as one paid late.
    """
    figures, base = {}, {}
    for horizon in HORIZONS:
        share = known.share[horizon]
        overdue = known.overdue[horizon]
        late = known.late[horizon] + overdue + PRIOR_WEIGHT * share
        base[horizon] = logit(share)
        own = late / (known.settled + overdue + PRIOR_WEIGHT)
        figures[f"late_{horizon}"] = logit(own) - base[horizon]
    return figures | {"recent": known.recent}, base


def by_definition(known: Known, horizon: int) -> Floats:
    """Log odds of being later than `horizon` days by the client's part alone, nothing weighed."""
    figures, base = client_part(known)
    weights = zip(CLIENT_PART, DEFINITION[horizon], strict=True)
    return base[horizon] + sum((weight * figures[name] for name, weight in weights), np.float64(0))


@dataclass(frozen=True, slots=True)
class Face:
    """What an invoice itself tells, beside its client: columns by name, the same for every day."""

    names: tuple[str, ...]
    columns: Floats


def face(ledger: Ledger, known: Known, horizon: int) -> Face:
    """Terms, amount, the due day and what the client's earlier payments say at these terms."""
    terms = (ledger.due - ledger.issued).astype(np.float64)
    amount = np.log(np.maximum(ledger.amount, 1.0))
    usual = np.where(np.isnan(known.usual_amount), amount, known.usual_amount)
    usual_terms = np.where(np.isnan(known.usual_terms), terms, known.usual_terms)
    longer = np.log(np.maximum(terms, 0) + 1) - np.log(np.maximum(usual_terms, 0) + 1)
    columns = {
        "slower": logit(known.slower[horizon]) - logit(known.slower_share[horizon]),
        "slower_all": logit(known.slower_share[horizon]) - logit(known.share[horizon]),
        "amount_beside_usual": np.clip(amount - usual, -3, 3),
        "terms_beside_usual": np.clip(longer, -2, 2),
        "terms": np.clip((terms - 30) / 30, -1, 4),
        "waiting": np.log1p(known.waiting),
        "few": (known.count < _FEW).astype(np.float64),
    }
    # Amounts by where they lie among amounts: the middle and the spread of what came before.
    middle, spread = _moving(amount)
    for mark in _AMOUNT_MARKS:
        columns[f"amount_above_{mark}"] = np.maximum(0, (amount - middle) / spread - mark)
    for mark in _TERM_MARKS:
        columns[f"terms_above_{mark}"] = (terms > mark).astype(np.float64)
    weekday, day = (ledger.due - 1) % 7, _day_of_month(ledger.due)
    for number in range(5):
        columns[f"weekday_{number}"] = (weekday == number).astype(np.float64)
    for first, last in _MONTH_PARTS:
        columns[f"days_{first}"] = ((day >= first) & (day <= last)).astype(np.float64)
    return Face(tuple(columns), np.stack(list(columns.values()), axis=1))


def _moving(values: Floats) -> tuple[Floats, Floats]:
    """Mean and spread of the values before each, in the order of the ledger; steady at first."""
    count = np.arange(len(values)) + 10.0
    start = values[:1].sum() if len(values) else 0.0
    total = np.concatenate(([0.0], np.cumsum(values)[:-1])) + 10 * start
    squares = np.concatenate(([0.0], np.cumsum(values**2)[:-1])) + 10 * (start**2 + 1)
    mean = total / count
    return mean, np.sqrt(np.maximum(squares / count - mean**2, 0.05))


def _day_of_month(days: Days) -> Days:
    dates = (days - dt.date(1970, 1, 1).toordinal()).astype("datetime64[D]")
    found: Days = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    return found


@dataclass(frozen=True, slots=True)
class Weights:
    """What each figure weighs, and the outcomes known when it was weighed (0: the definition)."""

    names: tuple[str, ...]
    values: Floats
    known: int = 0


def start_weights(names: tuple[str, ...], horizon: int) -> Weights:
    """The definition: the client's part, and nothing for the face."""
    begin = dict(zip(CLIENT_PART, DEFINITION[horizon], strict=True))
    return Weights(names, np.array([begin.get(name, 0.0) for name in names]))


#: Figures of which more is worse: their weights stay at nothing or above.
_WORSE: Final = frozenset({*CLIENT_PART, "slower"})
#: How firmly a weight stays where it begins; `recent` is in days, so its weight is small.
_FIRM: Final = 100.0
_FIRM_OF: Final = {"recent": 10_000.0, "all": 1.0}
#: The level follows outcomes by their recency: each counts half after so many days.
LEVEL_HALF_LIFE: Final = 45.0
#: It is read off no more than so many of the latest outcomes: more would not move it further.
LEVEL_KNOWN: Final = 20_000
#: How firmly the level stays, as a sum of p(1 - p): some ten outcomes that agree with the forecast.
LEVEL_FIRM: Final = 2.0


def weigh(columns: Floats, base: Floats, late: Floats, start: Weights, *, horizon: int) -> Weights:
    """Move the weights as far as known outcomes make them (Newton's method, halving its step).

    `base` are log odds of the portfolio, `late` is 1 where the invoice was later than the horizon.
    """
    names = start.names
    begin = start_weights(names, horizon).values
    firm = np.array([_FIRM_OF.get(name, _FIRM) for name in names])
    floor = np.array([0.0 if name in _WORSE else -np.inf for name in names])

    def cost(weights: Floats) -> float:
        odds = columns @ weights + base
        apart = weights - begin
        return float(np.sum(np.logaddexp(0, odds) - late * odds) + 0.5 * np.sum(firm * apart**2))

    weights, least = start.values.copy(), cost(start.values)
    for _round in range(25):
        share = probability(columns @ weights + base)
        slope = columns.T @ (late - share) - firm * (weights - begin)
        curve = (columns.T * (share * (1 - share))) @ columns + np.diag(firm)
        step, size = np.linalg.solve(curve, slope), 1.0
        while size > _LEAST_STEP:
            tried = np.maximum(weights + size * step, floor)
            now = cost(tried)
            if now <= least:
                break
            size /= 2
        else:
            break
        gain, weights, least = least - now, tried, now
        if gain < _LEAST_GAIN:
            break
    return Weights(names, weights, len(late))


@dataclass(frozen=True, slots=True)
class Walk:
    """Forecasts of every invoice at its issue, and what they are made of."""

    log_odds: dict[int, Floats]
    weights: dict[int, Weights]


def month_starts(issued: Days) -> Iterator[tuple[int, Flags]]:
    """The first day of each month in which something was issued, with what was issued in it."""
    dates = (issued - dt.date(1970, 1, 1).toordinal()).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    for month in np.unique(months):
        first = int(month.astype("datetime64[D]").astype(np.int64))
        yield first + dt.date(1970, 1, 1).toordinal(), months == month


def walk(
    ledger: Ledger, known: Known | None = None, *, told: Callable[[int, int], None] | None = None
) -> Walk:
    """Forecast each invoice of a ledger sorted by issue date from what was known before it.

    The weights used in a month are those weighed on outcomes known before its first day, the level
    of a week follows those known before the week's first.
    """
    known = known or known_at_issue(ledger)
    figures, base = client_part(known)
    log_odds, weights = {}, {}
    for number, horizon in enumerate(HORIZONS):
        names, columns = columns_of(ledger, known, figures, horizon)
        start = start_weights(names, horizon)
        log_odds[horizon], weights[horizon] = _walk_one(
            ledger, columns, base[horizon], start, horizon=horizon
        )
        if told:
            told(number + 1, len(HORIZONS))
    return Walk(log_odds, weights)


def columns_of(
    ledger: Ledger, known: Known, figures: dict[str, Floats], horizon: int
) -> tuple[tuple[str, ...], Floats]:
    """All figures of a horizon: the portfolio's level, the client's part, the invoice's face."""
    front = face(ledger, known, horizon)
    client = np.stack([np.ones(len(ledger)), *(figures[name] for name in CLIENT_PART)], axis=1)
    return ("all", *CLIENT_PART, *front.names), np.concatenate((client, front.columns), axis=1)


def _walk_one(
    ledger: Ledger, columns: Floats, base: Floats, weights: Weights, *, horizon: int
) -> tuple[Floats, Weights]:
    # An outcome is known the day after the horizon ran out, whether or not it was paid by then:
    # on time is not known sooner than late, so that no share is too good in the last weeks.
    known_from = np.maximum(ledger.due, ledger.issued) + horizon + 1
    order = np.argsort(known_from, kind="stable")
    order = order[ledger.counts[order]]
    days = known_from[order]
    late = (ledger.paid - ledger.due > horizon).astype(np.float64)
    out, added = np.zeros(len(ledger)), 0.0
    for month, issued in month_starts(ledger.issued):
        count = int(np.searchsorted(days, month, "right"))
        start = max(0, count - MOST_KNOWN)
        if count >= max(LEAST_KNOWN, weights.known * _GROWTH):
            told = order[start:count]
            weights = weigh(columns[told], base[told], late[told], weights, horizon=horizon)
            weights = replace(weights, known=count)
        rows = np.flatnonzero(issued)
        out[rows] = columns[rows] @ weights.values + base[rows]
        start = max(0, count - LEVEL_KNOWN)
        last = int(np.searchsorted(days, int(ledger.issued[rows].max()), "right"))
        told = order[start:last]
        odds = columns[told] @ weights.values + base[told]
        for first, chosen in _week_starts(ledger.issued[rows], month):
            count = int(np.searchsorted(days, first, "right"))
            part = slice(max(0, count - LEVEL_KNOWN) - start, count - start)
            if count >= LEAST_KNOWN:
                added = level(odds[part], late[told[part]], first - days[start:last][part])
            out[rows[chosen]] += added
    return out, raised(weights, added)


def _week_starts(issued: Days, month: int) -> Iterator[tuple[int, Flags]]:
    """The first day of each week of a month in which something was issued, with what was issued."""
    weeks = (issued - 1) // 7
    for week in np.unique(weeks):
        yield max(month, int(week) * 7 + 1), weeks == week


def level(log_odds: Floats, late: Floats, age: Days) -> float:
    """By how much all log odds are to be raised so that the late outcomes of late come out right.

    `age` is the days since each outcome was known. Some outcomes that agree with the forecast
    stand against it (`LEVEL_FIRM`), so that a few do not move it.
    """
    recency = np.exp2(-age / LEVEL_HALF_LIFE)
    added = 0.0
    for _round in range(20):
        share = probability(log_odds + added)
        slope = float(np.sum(recency * (late - share))) - LEVEL_FIRM * added
        step = slope / (float(np.sum(recency * share * (1 - share))) + LEVEL_FIRM)
        added += step
        if abs(step) < _SETTLED:
            break
    return added


def raised(weights: Weights, added: float) -> Weights:
    """The same weights at another level."""
    values = weights.values.copy()
    values[weights.names.index("all")] += added
    return Weights(weights.names, values, weights.known)
