"""The credit policy: what a grade gets, the limit it gives, what proposes a hold.

A policy is a version of rows, one a grade, and where a segment is treated otherwise one more a
grade of that segment; what no segment says is said by the rows for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_DOWN, Decimal
from typing import Final

GRADES: Final = ("A", "B", "C", "D", "E", "U")
#: Months whose sales give the limit, and days that make one month of payment terms.
SALES_MONTHS: Final = 12
MONTH_DAYS: Final = 30
MAX_TERMS_DAYS: Final = 365
MAX_FACTOR: Final = Decimal(24)
MAX_MONITOR_DAYS: Final = 730


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """What clients of one grade get; `segment` is empty for all."""

    segment: str
    grade: str
    deposit_ratio: Decimal
    terms_days: int
    limit_factor: Decimal
    monitor_days: int
    approver: str
    limit_action: str

    @property
    def key(self) -> tuple[str, str]:
        """Segment and grade."""
        return self.segment, self.grade


@dataclass(frozen=True, slots=True)
class Threshold:
    """From when on a hold is proposed. `within_days` is the time in which promises count."""

    rule: str
    threshold: Decimal
    within_days: int | None
    is_on: bool


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """A figure that two versions have differently; None where a version has no such row."""

    segment: str
    grade: str
    field: str
    before: object
    after: object


def line_for(lines: Iterable[PolicyLine], segment: str, grade: str) -> PolicyLine | None:
    """The line of a client: that of its segment, else the one for all."""
    by_key = {line.key: line for line in lines}
    wanted = segment.strip().lower()
    return by_key.get((wanted, grade)) or by_key.get(("", grade))


def two_digits(amount: Decimal) -> Decimal:
    """Down to two leading digits: 123,456 gives 120,000, so a limit is no false precision."""
    if amount <= 0:
        return Decimal(0)
    place = Decimal(1).scaleb(amount.adjusted() - 1)
    return amount.quantize(place, rounding=ROUND_DOWN) if place < 1 else amount // place * place


def limit_for(sales: Decimal | None, terms_days: int, factor: Decimal) -> Decimal | None:
    """Average monthly sales of a year x terms in months x factor, to two digits.

    None without sales: there is nothing to measure by. Nothing on credit is a limit of zero.
    """
    if not factor or not terms_days:
        return Decimal(0)
    if sales is None or sales <= 0:
        return None
    # Divided once: a third of a cent lost on the way would cost the limit a whole digit.
    return two_digits(sales * terms_days * factor / (SALES_MONTHS * MONTH_DAYS))


def problems(lines: Sequence[PolicyLine]) -> Iterator[tuple[PolicyLine, str]]:
    """Each figure that cannot be, as the line and the name of the field."""
    for line in lines:
        checks = (
            ("deposit_ratio", 0 <= line.deposit_ratio <= 1),
            ("terms_days", 0 <= line.terms_days <= MAX_TERMS_DAYS),
            ("limit_factor", 0 <= line.limit_factor <= MAX_FACTOR),
            ("monitor_days", 1 <= line.monitor_days <= MAX_MONITOR_DAYS),
        )
        yield from ((line, name) for name, holds in checks if not holds)


def is_whole(lines: Sequence[PolicyLine]) -> bool:
    """Whether every grade has one line for all, and no line stands twice."""
    keys = [line.key for line in lines]
    return len(set(keys)) == len(keys) and all(("", grade) in keys for grade in GRADES)


_FIGURES: Final = tuple(f.name for f in fields(PolicyLine) if f.name not in {"segment", "grade"})


def changes(before: Iterable[PolicyLine], after: Iterable[PolicyLine]) -> list[PolicyChange]:
    """What a later version says differently, by segment and grade."""
    old: Mapping[tuple[str, str], PolicyLine] = {line.key: line for line in before}
    new: Mapping[tuple[str, str], PolicyLine] = {line.key: line for line in after}
    found = []
    for key in sorted(old.keys() | new.keys(), key=lambda one: (one[0], GRADES.index(one[1]))):
        for name in _FIGURES:
            was = getattr(old[key], name) if key in old else None
            now = getattr(new[key], name) if key in new else None
            if was != now:
                found.append(PolicyChange(*key, name, was, now))
    return found


def threshold_changes(
    before: Iterable[Threshold], after: Iterable[Threshold]
) -> list[tuple[str, Threshold | None, Threshold]]:
    """The rules of holds that a later version says differently."""
    old = {one.rule: one for one in before}
    return [(one.rule, old.get(one.rule), one) for one in after if old.get(one.rule) != one]
