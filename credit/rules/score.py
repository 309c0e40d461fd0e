"""The score of a client: one figure from 0 to 1000, made of named points, and its grade.

It says how likely the client is to pay late, on an absolute scale: 76 points halve the odds. It
is made of what counts fairly (docs/credit.md): disputed and excused delays are left out, five days
of bank grace are not lateness, and behaviour beyond payment enters as bounded points. Facts are
columns, one row per client, so that a portfolio is scored at once; one client is one row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from credit.rules.forecast import DEFINITION, by_definition, logit, probability
from credit.rules.history import (
    HALF_LIFE,
    HORIZONS,
    PRIOR_WEIGHT,
    RECENT_HALF_LIFE,
    Days,
    Floats,
    Ledger,
    known_at,
)

#: From the mean of the log odds of being over 7 and over 30 days late to points.
POINTS_PER_LOG_ODDS: Final = 110.0
#: The score of even odds.
EVEN: Final = 400.0
HIGHEST: Final = 1000.0
#: The least score of each grade; below the last it is E.
BANDS: Final = (("A", 775.0), ("B", 650.0), ("C", 525.0), ("D", 400.0))
GRADES: Final = ("A", "B", "C", "D", "E")
#: No grade before so many settled invoices and so many days since the first one.
LEAST_SETTLED: Final = 6
LEAST_DAYS: Final = 90
#: A grade stays so many days where a fall put it, or being the first one; a person may lower it.
DAYS_PER_BAND: Final = 30
#: Paid within so many days after the due date counts as paid on time: banks take time.
BANK_GRACE: Final = 5

#: What the points are for, in the order of `Scored.points`.
PAYMENT_FACTORS: Final = ("late_0", "late_7", "late_30", "recent")
BEHAVIOUR_FACTORS: Final = (
    "broken_promises",
    "disputes_lost",
    "returns",
    "demands",
    "abuse",
    "freeloading",
    "reports",
    "expired_reports",
)
FACTORS: Final = (*PAYMENT_FACTORS, *BEHAVIOUR_FACTORS)
#: All behaviour together takes no more points than this.
MOST_FOR_BEHAVIOUR: Final = 250.0

_HEADLINE: Final = (7, 30)


@dataclass(frozen=True, slots=True)
class Facts:
    """What counts of each client on a day. Sums are decayed to that day (`HALF_LIFE`).

    `recent` and `recent_weight` are days late of late and their weight, decayed faster. `closed`
    counts invoices paid, `days` since the first was issued. `oldest` is the age in days of the
    oldest overdue invoice, `worst` the worst lateness of the last 180 days. `behaviour` has a
    column per behaviour: how often it happened within a year.
    """

    settled: Floats
    late: dict[int, Floats]
    overdue: dict[int, Floats]
    recent: Floats
    recent_weight: Floats
    closed: Floats
    days: Floats
    oldest: Floats
    worst: Floats
    behaviour: Floats

    def __len__(self) -> int:
        return len(self.settled)

    def row(self, number: int) -> Facts:
        """The facts of one client."""
        one = slice(number, number + 1)
        return Facts(
            settled=self.settled[one],
            late={horizon: values[one] for horizon, values in self.late.items()},
            overdue={horizon: values[one] for horizon, values in self.overdue.items()},
            recent=self.recent[one],
            recent_weight=self.recent_weight[one],
            closed=self.closed[one],
            days=self.days[one],
            oldest=self.oldest[one],
            worst=self.worst[one],
            behaviour=self.behaviour[one],
        )


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The level of a portfolio: its share late by horizon, its mean days late, and by how much
    the log odds were raised so that late outcomes come out right."""

    share: dict[int, float]
    mean_late: float
    level: dict[int, float]


@dataclass(frozen=True, slots=True)
class BehaviourWeight:
    """Points taken for each time a behaviour happened, and at most."""

    each: float
    most: float


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores and what they are made of, one row per client.

    `points` has a column per factor: what it adds to (or takes from) the portfolio's own score,
    `start`. `grade` is an index into `GRADES`, -1 while there is too little to go by.
    """

    score: Floats
    grade: NDArray[np.int8]
    points: Floats
    start: float
    late: dict[int, Floats]
    warning: Floats


def rows_of(scored: Scored, chosen: NDArray[np.bool_]) -> Scored:
    """The scores of some clients."""
    return replace(
        scored,
        score=scored.score[chosen],
        grade=scored.grade[chosen],
        points=scored.points[chosen],
        late={horizon: values[chosen] for horizon, values in scored.late.items()},
        warning=scored.warning[chosen],
    )


def score(facts: Facts, portfolio: Portfolio, weights: dict[str, BehaviourWeight]) -> Scored:
    """Score every client of a portfolio."""
    figures = _figures(facts, portfolio)
    base = {h: float(np.log(s / (1 - s))) + portfolio.level[h] for h, s in portfolio.share.items()}
    columns = np.stack(figures)
    odds: dict[int, Floats] = {
        horizon: base[horizon] + np.array(DEFINITION[horizon]) @ columns for horizon in HORIZONS
    }
    points = np.zeros((len(facts), len(FACTORS)))
    for column, figure in enumerate(figures):
        weight = sum(DEFINITION[horizon][column] for horizon in _HEADLINE) / len(_HEADLINE)
        points[:, column] = -POINTS_PER_LOG_ODDS * weight * figure
    points[:, len(PAYMENT_FACTORS) :] = -behaviour_points(facts.behaviour, weights)
    middle = sum(base[horizon] for horizon in _HEADLINE) / len(_HEADLINE)
    start = EVEN - POINTS_PER_LOG_ODDS * middle
    total = np.clip(start + points.sum(axis=1), 0.0, HIGHEST)
    return Scored(
        score=total,
        grade=np.where(is_rated(facts), grade_of(total), -1).astype(np.int8),
        points=points,
        start=start,
        late={horizon: probability(odds[horizon]) for horizon in HORIZONS},
        warning=_warning(facts, odds[30]),
    )


def stood(ledger: Ledger, client: Days, day: Days, portfolio: Portfolio) -> dict[int, Floats]:
    """Log odds by horizon, as a score would have told them of clients the day before a day.

    The same sum as in `score`, out of a ledger of what counts fairly instead of one day's facts.
    """
    known = known_at(
        ledger,
        client,
        day,
        np.zeros(len(day), np.int64),
        grace=BANK_GRACE,
        mean_late=portfolio.mean_late,
    )
    share = {h: np.full(len(day), one) for h, one in portfolio.share.items()}
    known = replace(known, share=share)
    return {h: by_definition(known, h) + portfolio.level[h] for h in HORIZONS}


def _figures(facts: Facts, portfolio: Portfolio) -> list[Floats]:
    found = []
    for horizon in HORIZONS:
        share = portfolio.share[horizon]
        late = facts.late[horizon] + facts.overdue[horizon] + PRIOR_WEIGHT * share
        own = late / (facts.settled + facts.overdue[horizon] + PRIOR_WEIGHT)
        found.append(logit(own) - logit(np.array([share])))
    mean = portfolio.mean_late
    recent = (facts.recent + 0.5 * mean) / (facts.recent_weight + 0.5) - mean
    return [*found, np.clip(recent, -10.0, 40.0)]


def behaviour_points(counts: Floats, weights: dict[str, BehaviourWeight]) -> Floats:
    """Points taken by behaviour, each bounded, all together bounded (shared out in proportion)."""
    each = np.array([weights[name].each for name in BEHAVIOUR_FACTORS])
    most = np.array([weights[name].most for name in BEHAVIOUR_FACTORS])
    taken = np.minimum(counts * each, most)
    total = taken.sum(axis=1, keepdims=True)
    found: Floats = taken * np.minimum(1.0, MOST_FOR_BEHAVIOUR / np.maximum(total, 1e-9))
    return found


def is_rated(facts: Facts) -> NDArray[np.bool_]:
    """Whether there is enough to go by: settled invoices, and days since the first."""
    return (facts.closed >= LEAST_SETTLED) & (facts.days >= LEAST_DAYS)


def grade_of(total: Floats) -> NDArray[np.int8]:
    """Index into `GRADES` of each score."""
    found = np.full(len(total), len(BANDS), np.int8)
    for index in range(len(BANDS) - 1, -1, -1):
        found[total >= BANDS[index][1]] = index
    return found


def one_band(granted: NDArray[np.int8], computed: NDArray[np.int8]) -> NDArray[np.int8]:
    """The grade that follows by itself: never more than one band below the one granted before.

    -1 stands for unrated on either side: a first grade is granted as computed, but no lower than
    C, the middle; losing the evidence never takes a grade away.
    """
    first = np.minimum(computed, GRADES.index("C"))
    down = np.minimum(computed, granted + 1)
    found = np.where(granted < 0, first, down)
    return np.where(computed < 0, granted, found).astype(np.int8)


def _warning(facts: Facts, odds: Floats) -> Floats:
    """Log odds, up to a constant, of an invoice over 30 days late within the next 90 days."""
    found: Floats = (
        0.35 * odds
        + 0.9 * np.log1p(facts.overdue[0])
        + 0.45 * np.log1p(np.maximum(facts.oldest, 0))
        + 0.1 * np.log1p(np.maximum(facts.worst, 0))
    )
    return found


def after(facts: Facts, days: float) -> Facts:
    """The same facts some days later, when nothing happens in between."""
    slow, fast = np.exp2(-days / HALF_LIFE), np.exp2(-days / RECENT_HALF_LIFE)
    return replace(
        facts,
        settled=facts.settled * slow,
        late={horizon: values * slow for horizon, values in facts.late.items()},
        recent=facts.recent * fast,
        recent_weight=facts.recent_weight * fast,
        days=facts.days + days,
    )


def paid_on_time(facts: Facts, invoices: int) -> Facts:
    """The same facts once so many more invoices were paid on the due day, and none is overdue.

    What was overdue is then paid, and counts as late as it was.
    """
    return replace(
        facts,
        settled=facts.settled + facts.overdue[0] + invoices,
        late={h: values + facts.overdue[h] for h, values in facts.late.items()},
        overdue={h: np.zeros(len(facts)) for h in facts.overdue},
        recent_weight=facts.recent_weight + invoices,
        closed=facts.closed + facts.overdue[0] + invoices,
        oldest=np.zeros(len(facts)),
    )


#: More invoices than this are no advice.
_MOST_TO_PROMISE: Final = 40


def on_time_to_rise(
    facts: Facts, portfolio: Portfolio, weights: dict[str, BehaviourWeight], wanted: float
) -> int | None:
    """How many invoices paid on time (with nothing left overdue) reach a score; None if too many.

    `facts` are of one client. 0 where paying what is overdue is enough.
    """
    for invoices in range(_MOST_TO_PROMISE + 1):
        if score(paid_on_time(facts, invoices), portfolio, weights).score[0] >= wanted:
            return invoices
    return None


def next_band(total: float) -> tuple[str, float] | None:
    """The grade above a score and the score it takes; None at the top."""
    better = [(name, least) for name, least in BANDS if least > total]
    return better[-1] if better else None


def days_until_other_grade(
    facts: Facts, portfolio: Portfolio, weights: dict[str, BehaviourWeight], *, marks: Days
) -> Floats:
    """The first of some days ahead on which a client's grade would be another, else infinity.

    Facts that stand still count less as time goes by, so a score drifts towards the portfolio's.
    """
    begin = score(facts, portfolio, weights).grade
    found = np.full(len(facts), np.inf)
    for days in sorted((int(mark) for mark in marks), reverse=True):
        other = score(after(facts, days), portfolio, weights).grade != begin
        found[other] = days
    return found
