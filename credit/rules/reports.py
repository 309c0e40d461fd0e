"""What a credit report amounts to: bad or not, and what changed since the one before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

#: A score in the lowest fifth of its own scale is bad, whoever gave it.
BAD_SHARE: Final = Decimal("0.20")
#: So is a probability of default from this many percent on.
BAD_PROBABILITY: Final = Decimal(10)

SCORE, LIMIT, PROBABILITY = "SCORE", "LIMIT", "PROBABILITY"


def score_share(score: Decimal, worst: Decimal, best: Decimal) -> Decimal:
    """Where a score stands between the worst (0) and the best (1) of its scale.

    Scales run either way: 0 to 100, or 600 (worst) to 100 (best). Raises ValueError for a scale
    without length.
    """
    if worst == best:
        raise ValueError("A scale has two ends.")
    share = (score - worst) / (best - worst)
    return min(max(share, Decimal(0)), Decimal(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a provider concludes."""

    score: Decimal | None = None
    worst: Decimal | None = None
    best: Decimal | None = None
    limit: Decimal | None = None
    probability: Decimal | None = None


def bad_signs(verdict: Verdict) -> tuple[str, ...]:
    """Why a report is bad: SCORE, LIMIT (none recommended), PROBABILITY. Empty when it is not."""
    signs = []
    if (
        verdict.score is not None
        and verdict.worst is not None
        and verdict.best is not None
        and score_share(verdict.score, verdict.worst, verdict.best) <= BAD_SHARE
    ):
        signs.append(SCORE)
    if verdict.limit is not None and verdict.limit <= 0:
        signs.append(LIMIT)
    if verdict.probability is not None and verdict.probability >= BAD_PROBABILITY:
        signs.append(PROBABILITY)
    return tuple(signs)


def days_of_validity(rows: Iterable[tuple[dt.date, int]], on: dt.date) -> int | None:
    """How many days a report of this day counts: the newest row in force. None without one.

    Of rows of one day the later in order stands.
    """
    known = [row for row in rows if row[0] <= on]
    newest = max(known, key=lambda row: row[0], default=None)
    if newest is None:
        return None
    return [row for row in known if row[0] == newest[0]][-1][1]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a report, as it is compared."""

    name: str
    label: str
    unit: str
    year: int | None
    number: Decimal | None
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A figure beside the one of the report before; None where there is none."""

    figure: Figure
    before: Figure | None
    by: Decimal | None
    percent: Decimal | None

    @property
    def is_other(self) -> bool:
        """Whether it says something else than before."""
        before = self.before
        if before is None:
            return False
        return (self.figure.number, self.figure.text) != (before.number, before.text)


def changes(now: Sequence[Figure], before: Sequence[Figure]) -> list[Change]:
    """Each figure beside the one it follows.

    A figure of a year follows the newest earlier-reported one of the same name and unit that is
    not of a later year; figures of another currency are not compared.
    """
    known: dict[tuple[str, str, str], list[Figure]] = {}
    for one in before:
        known.setdefault((one.name, one.label, one.unit), []).append(one)
    return [_change(one, known) for one in now]


def _change(one: Figure, known: Mapping[tuple[str, str, str], list[Figure]]) -> Change:
    candidates = [
        old
        for old in known.get((one.name, one.label, one.unit), [])
        if one.year is None or old.year is None or old.year <= one.year
    ]
    old = max(candidates, key=lambda figure: figure.year or 0, default=None)
    if old is None or one.number is None or old.number is None:
        return Change(one, old, None, None)
    by = one.number - old.number
    return Change(one, old, by, by * 100 / abs(old.number) if old.number else None)


FactKey = tuple[str, str, str]


def fact_key(kind: str, dated_on: dt.date | None, says: str) -> FactKey:
    """By what an adverse fact is known again in the next report."""
    return kind, dated_on.isoformat() if dated_on else "", " ".join(says.split())


def told_apart(
    now: Sequence[FactKey], before: Sequence[FactKey]
) -> tuple[frozenset[FactKey], frozenset[FactKey]]:
    """What is new, and what is not said any more."""
    return frozenset(now) - frozenset(before), frozenset(before) - frozenset(now)
