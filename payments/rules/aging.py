"""How late an invoice is. The buckets are defined here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final


@dataclass(frozen=True, slots=True)
class Bucket:
    """An aging bucket: invoices ``first`` to ``last`` days past due, both included.

    ``first`` is None for invoices not past due at all, ``last`` is None for the
    open-ended oldest bucket. ``code`` is stable: it stands in URLs and exports.
    """

    code: str
    first: int | None
    last: int | None

    def holds(self, days_past_due: int) -> bool:
        """Whether an invoice that many days past due belongs here."""
        return (self.first is None or days_past_due >= self.first) and (
            self.last is None or days_past_due <= self.last
        )


#: An invoice more than this many days past due has left a bucket for the next.
EDGES: Final = (0, 30, 60, 90, 180, 365)

CURRENT: Final = Bucket("current", None, EDGES[0])

BUCKETS: Final[tuple[Bucket, ...]] = (
    CURRENT,
    *(Bucket(f"{low + 1}-{high}", low + 1, high) for low, high in pairwise(EDGES)),
    Bucket(f"{EDGES[-1] + 1}+", EDGES[-1] + 1, None),
)

BUCKET_BY_CODE: Final = {bucket.code: bucket for bucket in BUCKETS}


def days_past_due(due_on: date, on: date) -> int:
    """Whole days from the due date to ``on``; 0 on the due date itself, negative before it.

    The day after the due date is the first day late (1), in every jurisdiction
    of the presets.
    """
    return (on - due_on).days


def bucket_of(days: int) -> Bucket:
    """The one bucket for an invoice ``days`` past due (0 or less: current)."""
    return next(bucket for bucket in BUCKETS if bucket.holds(days))
