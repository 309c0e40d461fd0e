"""What proposes a hold: facts of a client against the thresholds of the policy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from credit.rules.policy import Threshold


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """What the rules read of a client. `oldest_due_on` is of undisputed open invoices."""

    grade: str
    oldest_due_on: date | None
    broken: int
    limit: Decimal | None
    used: Decimal


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that speaks for a hold: what was found, and from where on it counts."""

    rule: str
    value: Decimal
    threshold: Decimal


def over_percent(used: Decimal, limit: Decimal) -> Decimal:
    """By how many percent a limit is exceeded; all there is counts where the limit is zero."""
    if used <= limit:
        return Decimal(0)
    if not limit:
        return Decimal(100)
    return ((used - limit) * 100 / limit).quantize(Decimal("0.01"))


def matches(facts: HoldFacts, rules: Iterable[Threshold], on: date) -> list[Match]:
    """The rules that speak for a hold on a day."""
    found = {
        "OVERDUE_DAYS": Decimal((on - facts.oldest_due_on).days) if facts.oldest_due_on else None,
        "OVER_LIMIT": None if facts.limit is None else over_percent(facts.used, facts.limit),
        "GRADE": Decimal(1) if facts.grade == "E" else None,
        "BROKEN_PROMISES": Decimal(facts.broken) if facts.broken else None,
    }
    return [
        Match(rule.rule, value, rule.threshold)
        for rule in rules
        if rule.is_on and (value := found.get(rule.rule)) is not None and _reaches(rule, value)
    ]


def _reaches(rule: Threshold, value: Decimal) -> bool:
    """So many promises suffice; days and percents have to be passed."""
    if rule.rule == "BROKEN_PROMISES":
        return value >= rule.threshold
    return value > rule.threshold
