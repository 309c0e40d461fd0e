"""What was known of each invoice's client on the day the invoice was issued.

Every figure is made of sums over earlier facts, so all invoices of a ledger are answered at once
with sorted columns and running totals. A fact counts from the day *after* it happened: a
settlement on the day of issue is not known yet. Days are ordinals (`datetime.date.toordinal`).

Source of the definition: docs/credit.md, after Zeng et al. (KDD 2008) and Appel et al. (2019).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Days = NDArray[np.int64]
Flags = NDArray[np.bool_]

#: Later than so many days: what is asked of an invoice.
HORIZONS: Final = (0, 7, 30)
#: A settlement counts half after so many days.
HALF_LIFE: Final = 270.0
#: The lateness of late, by which the recent course is told, counts half after so many days.
RECENT_HALF_LIFE: Final = 60.0
#: The portfolio's share weighs as much as so many settled invoices.
PRIOR_WEIGHT: Final = 4.0
#: Not settled: later than every day of a ledger.
OPEN: Final = np.int64(10_000_000)
#: Marks of days from issue to payment, between which a share is read at an invoice's own terms.
DURATIONS: Final = (
    *(0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90),
    *(105, 120, 150, 180, 240),
)

_LEAST_SHARE: Final = 0.005


@dataclass(frozen=True, slots=True)
class Ledger:
    """Invoices as columns. `client` numbers clients from 0; `paid` is `OPEN` while not settled.

    `counts` leaves out what must not be held against a client; such a row is still asked about.
    `due` is the day by which payment is timely: a due date on a weekend is the business day after.
    """

    client: Days
    issued: Days
    due: Days
    amount: Floats
    paid: Days
    counts: Flags

    def __len__(self) -> int:
        return len(self.client)


@dataclass(frozen=True, slots=True)
class Known:
    """Facts by invoice. `settled` and `late` are decayed counts, the others plain.

    `share` is the portfolio's share late by horizon, `late` and `overdue` the client's. `recent`
    is the client's mean lateness of late less the portfolio's, in days, within -10 and 40.
    `slower` is the share of the client's earlier payments that took longer than this invoice's
    terms and the horizon, and `slower_share` the portfolio's.
    """

    settled: Floats
    late: dict[int, Floats]
    overdue: dict[int, Floats]
    share: dict[int, Floats]
    recent: Floats
    count: Floats
    waiting: Floats
    usual_terms: Floats
    usual_amount: Floats
    slower: dict[int, Floats]
    slower_share: dict[int, Floats]


class Running:
    """Running totals of dated facts by group, read for each question as of the day before it."""

    def __init__(self, fact: tuple[Days, Days], asked: tuple[Days, Days], half_life: float = 0):
        """`fact` and `asked` are group and day; with a half-life, sums are decayed to the day."""
        group, day = fact
        self._order = np.lexsort((day, group))
        group, day = group[self._order], day[self._order]
        origin = int(day.min()) if len(day) else 0
        span = int(day.max()) - origin + 2 if len(day) else 2
        keys = group * span + (day - origin)
        until = asked[0] * span + np.clip(asked[1] - origin, 0, span - 1)
        self._first = np.searchsorted(keys, asked[0] * span, "left")
        self._last = np.searchsorted(keys, until, "left")
        self._grown = np.exp2((day - origin) / half_life) if half_life else np.ones(len(day))
        self._shrunk = np.exp2((origin - asked[1]) / half_life) if half_life else None

    def sum(self, values: Floats) -> Floats:
        """The sum of the facts' values before each question."""
        total = np.concatenate(([0.0], np.cumsum(values[self._order] * self._grown)))
        found: Floats = total[self._last] - total[self._first]
        if self._shrunk is not None:
            found = np.maximum(found, 0.0) * self._shrunk
        return found

    @property
    def count(self) -> Floats:
        """How many facts lie before each question, none decayed."""
        found: Floats = (self._last - self._first).astype(np.float64)
        return found


def days_late(ledger: Ledger) -> Floats:
    """Days from due to payment; negative when early; at most a year either way."""
    found: Floats = np.clip(ledger.paid - ledger.due, -366, 366).astype(np.float64)
    return found


def known_at_issue(ledger: Ledger) -> Known:
    """What was known of each invoice's client the day before the invoice was issued."""
    return known_at(ledger, ledger.client, ledger.issued, ledger.due - ledger.issued)


def known_at(
    ledger: Ledger,
    client: Days,
    day: Days,
    terms: Days,
    *,
    grace: int = 0,
    mean_late: float | None = None,
) -> Known:
    """What was known of clients the day before a day; `terms` are of the invoice asked about.

    Up to `grace` days late is on time. `recent` lies above `mean_late`, by itself above the mean of
    what was settled before.
    """
    done = _rows(ledger, ledger.counts & (ledger.paid < OPEN))
    lateness, asked = days_late(done), (client, day)
    lateness = np.where((lateness > 0) & (lateness <= grace), 0.0, lateness)
    own = Running((done.client, done.paid), asked, HALF_LIFE)
    every = Running(_all(done.paid), _all(day))
    late, share = {}, {}
    for horizon in HORIZONS:
        is_late = (lateness > horizon).astype(np.float64)
        late[horizon] = own.sum(is_late)
        share[horizon] = _share(every.sum(is_late), every.count, horizon)
    slower, slower_share = _slower(done, terms, own, every)
    usual_terms, usual_amount = _usual(ledger, asked)
    return Known(
        settled=own.sum(np.ones(len(done))),
        late=late,
        overdue={horizon: _overdue(ledger, asked, max(horizon, grace)) for horizon in HORIZONS},
        share=share,
        recent=_recent(done, lateness, asked, every, mean_late),
        count=own.count,
        waiting=_waiting(ledger, asked),
        usual_terms=usual_terms,
        usual_amount=usual_amount,
        slower=slower,
        slower_share=slower_share,
    )


_Asked = tuple[Days, Days]


def _all(day: Days) -> _Asked:
    """Everyone in one group."""
    return np.zeros(len(day), np.int64), day


def _rows(ledger: Ledger, chosen: Flags) -> Ledger:
    return Ledger(
        client=ledger.client[chosen],
        issued=ledger.issued[chosen],
        due=ledger.due[chosen],
        amount=ledger.amount[chosen],
        paid=ledger.paid[chosen],
        counts=ledger.counts[chosen],
    )


#: Before a portfolio has any settled invoice of its own: a third, a fifth, a twentieth.
_BEFORE_ANY: Final = {0: 0.35, 7: 0.2, 30: 0.05}


def _share(late: Floats, count: Floats, horizon: int) -> Floats:
    share = (late + 2.0 * _BEFORE_ANY[horizon]) / (count + 2.0)
    return np.clip(share, _LEAST_SHARE, 1 - _LEAST_SHARE)


def _overdue(ledger: Ledger, asked: _Asked, horizon: int) -> Floats:
    """Invoices open and more than `horizon` days overdue on a day, as known the day before."""
    held = _rows(ledger, ledger.counts)
    begins = np.maximum(held.due + horizon, held.issued)
    ends = np.maximum(begins, held.paid)
    return Running((held.client, begins), asked).count - Running((held.client, ends), asked).count


def _waiting(ledger: Ledger, asked: _Asked) -> Floats:
    """Invoices not settled on a day, due or not."""
    issued = Running((ledger.client, ledger.issued), asked).count
    return issued - Running((ledger.client, np.maximum(ledger.paid, ledger.issued)), asked).count


def _recent(
    done: Ledger, lateness: Floats, asked: _Asked, every: Running, mean_late: float | None
) -> Floats:
    clipped = np.clip(lateness, -10.0, 60.0)
    lately = Running((done.client, done.paid), asked, RECENT_HALF_LIFE)
    mean = every.sum(clipped) / np.maximum(every.count, 1.0) if mean_late is None else mean_late
    weight = lately.sum(np.ones(len(done)))
    # A decayed sum is of figures from nothing up: days early count as well as days late.
    sums = lately.sum(clipped + 10.0) - 10.0 * weight
    own = (sums + 0.5 * mean) / (weight + 0.5)
    return np.clip(own - mean, -10.0, 40.0)


def _usual(ledger: Ledger, asked: _Asked) -> tuple[Floats, Floats]:
    """Mean terms (days) and mean logarithm of the amount of earlier invoices; NaN where none."""
    before = Running((ledger.client, ledger.issued), asked)
    least = np.where(before.count > 0, before.count, np.nan)
    terms = before.sum((ledger.due - ledger.issued).astype(np.float64)) / least
    return terms, before.sum(np.log(np.maximum(ledger.amount, 1.0))) / least


def _slower(
    done: Ledger, terms: Days, own: Running, every: Running
) -> tuple[dict[int, Floats], dict[int, Floats]]:
    """Shares of payments that took longer than the terms and each horizon, between the marks."""
    took, settled = (done.paid - done.issued).astype(np.float64), own.sum(np.ones(len(done)))
    mine, theirs = np.empty((len(DURATIONS), len(terms))), np.empty((len(DURATIONS), len(terms)))
    for row, mark in enumerate(DURATIONS):
        longer = (took > mark).astype(np.float64)
        share = (every.sum(longer) + 0.4) / (every.count + 2.0)
        theirs[row] = np.clip(share, _LEAST_SHARE, 1 - _LEAST_SHARE)
        mine[row] = (own.sum(longer) + PRIOR_WEIGHT * theirs[row]) / (settled + PRIOR_WEIGHT)
    wanted = {horizon: (terms + horizon).astype(np.float64) for horizon in HORIZONS}
    return (
        {horizon: _between(mine, at) for horizon, at in wanted.items()},
        {horizon: _between(theirs, at) for horizon, at in wanted.items()},
    )


def _between(table: Floats, at: Floats) -> Floats:
    marks = np.array(DURATIONS, np.float64)
    upper = np.clip(np.searchsorted(marks, at), 1, len(marks) - 1)
    low, high = marks[upper - 1], marks[upper]
    part = np.clip((at - low) / (high - low), 0.0, 1.0)
    columns = np.arange(table.shape[1])
    found: Floats = table[upper - 1, columns] * (1 - part) + table[upper, columns] * part
    return found
