"""Was a promise to pay kept? Receipts decide, not opinions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from core.dates import add_business_days
from core.money import ZERO

#: Bank days a transfer may take after the promised day.
GRACE_BANK_DAYS: Final = 2


class Verdict(StrEnum):
    """How a promise stands. The values are those of the stored promise's state."""

    OPEN = "OPEN"
    KEPT = "KEPT"
    PART_KEPT = "PART_KEPT"
    BROKEN = "BROKEN"


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that counts towards a promise; negative when a payment was taken back."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict with its facts: what arrived in time, and the last day that counted."""

    verdict: Verdict
    received: Decimal
    missing: Decimal
    last_day: date


def last_day_of(due_on: date, country: str = "", grace_bank_days: int = GRACE_BANK_DAYS) -> date:
    """The last day a payment still keeps the promise: the promised day plus bank days of grace."""
    return add_business_days(due_on, grace_bank_days, country)


def judge_promise(
    *,
    amount: Decimal,
    promised_on: date,
    due_on: date,
    payments: Sequence[Payment],
    on: date,
    country: str = "",
) -> Judgement:
    """Judge a promise of ``amount`` by ``due_on`` from the payments known on ``on``.

    Payments from the day of the promise to the last day of grace count. The
    promise is kept as soon as they reach the amount; short of it, nothing is
    said until the last day has passed, then it is part-kept or broken. A
    payment taken back in that time counts against it.
    """
    last_day = last_day_of(due_on, country)
    counted = [
        payment.amount for payment in payments if promised_on <= payment.on <= min(last_day, on)
    ]
    received = max(sum(counted, ZERO), ZERO)
    missing = max(amount - received, ZERO)
    return Judgement(_verdict(received, missing, passed=on > last_day), received, missing, last_day)


def _verdict(received: Decimal, missing: Decimal, *, passed: bool) -> Verdict:
    if missing == 0:
        return Verdict.KEPT
    if not passed:
        return Verdict.OPEN
    return Verdict.PART_KEPT if received > 0 else Verdict.BROKEN
