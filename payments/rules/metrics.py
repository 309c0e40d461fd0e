"""The figures of receivables management, one currency at a time.

Every function returns None where its denominator is zero: a company without
sales has no DSO, and a dash is honest where 0 would read as "paid at once".
Results are exact decimals; whoever shows them rounds.

Words used in the formulas: *sales* are credit sales, i.e. invoices less credit
notes; *receivables* are what is open; *current* is the part not yet due.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.money import ZERO

HUNDRED = Decimal(100)


def _ratio(part: Decimal, whole: Decimal, times: Decimal | int = 1) -> Decimal | None:
    return None if whole == 0 else part * times / whole


def dso(*, receivables: Decimal, sales: Decimal, days: int) -> Decimal | None:
    """Days sales outstanding = closing receivables / sales of the period x days of the period."""
    return _ratio(receivables, sales, days)


def best_possible_dso(*, current: Decimal, sales: Decimal, days: int) -> Decimal | None:
    """Best-possible DSO = receivables not yet due / sales x days: the DSO if nobody were late."""
    return _ratio(current, sales, days)


def average_days_delinquent(
    *, receivables: Decimal, current: Decimal, sales: Decimal, days: int
) -> Decimal | None:
    """Average days delinquent = DSO - best-possible DSO."""
    return _ratio(receivables - current, sales, days)


@dataclass(frozen=True, slots=True)
class MonthSales:
    """The sales of one calendar month and how many of its days count."""

    days: int
    sales: Decimal


def count_back_dso(*, receivables: Decimal, months: Sequence[MonthSales]) -> Decimal | None:
    """Count-back DSO: how many days of the latest sales the receivables amount to.

    ``months`` run from the latest backwards. Take the latest month's sales off
    the receivables and count its days; repeat; the month that no longer fits
    counts pro rata (rest / its sales x its days). Months without sales count
    their days in full. None when there are no sales to count back over, or when
    the months given do not reach back far enough to cover the receivables.
    """
    rest, counted = receivables, ZERO
    if rest <= 0:
        return ZERO if any(month.sales > 0 for month in months) else None
    for month in months:
        if month.sales >= rest:
            return counted + rest * month.days / month.sales
        counted += month.days
        rest -= max(month.sales, ZERO)
    return None


def collection_effectiveness(
    *, opening: Decimal, sales: Decimal, closing: Decimal, closing_current: Decimal
) -> Decimal | None:
    """CEI = (opening + sales - closing total) / (opening + sales - closing current) x 100.

    100 means everything that could be collected was.
    """
    return _ratio(opening + sales - closing, opening + sales - closing_current, HUNDRED)


@dataclass(frozen=True, slots=True)
class PaidPart:
    """An amount of an invoice and when it was invoiced, due and paid."""

    amount: Decimal
    invoiced_on: date
    due_on: date
    paid_on: date


def weighted_days_to_pay(parts: Iterable[PaidPart]) -> Decimal | None:
    """Weighted days to pay = sum(amount x (paid - invoiced)) / sum(amount)."""
    return _weighted((part.amount, (part.paid_on - part.invoiced_on).days) for part in parts)


def weighted_days_late(parts: Iterable[PaidPart]) -> Decimal | None:
    """Weighted days late = sum(amount x (paid - due)) / sum(amount); early counts as negative."""
    return _weighted((part.amount, (part.paid_on - part.due_on).days) for part in parts)


def _weighted(pairs: Iterable[tuple[Decimal, int]]) -> Decimal | None:
    weighted = total = ZERO
    for amount, days in pairs:
        weighted += amount * days
        total += amount
    return _ratio(weighted, total)


def roll_rates(
    *, before: Sequence[Decimal], after: Sequence[Decimal]
) -> tuple[Decimal | None, ...]:
    """Roll rate_i = balance of bucket i+1 now / balance of bucket i one period ago.

    Both sequences hold one balance per bucket, youngest first; the result is
    one shorter. A rate may exceed 1 when buckets span different lengths.
    Raises ValueError when they differ in length.
    """
    if len(before) != len(after):
        raise ValueError("Roll rates need the same buckets before and after.")
    return tuple(_ratio(older, younger) for younger, older in zip(before, after[1:], strict=False))


def overdue_share(*, receivables: Decimal, overdue: Decimal) -> Decimal | None:
    """Overdue share = overdue / receivables x 100."""
    return _ratio(overdue, receivables, HUNDRED)


@dataclass(frozen=True, slots=True)
class KeptRate:
    """Promise-kept rate in percent, by count and by value."""

    by_count: Decimal | None
    by_value: Decimal | None


def promise_kept_rate(*, kept: Sequence[Decimal], broken: Sequence[Decimal]) -> KeptRate:
    """Promise-kept rate = kept / (kept + broken) x 100, by count and by value.

    Give the promised amounts. A promise not yet due is in neither list; of a
    part-kept one, neither: it is reported by itself.
    """
    kept_value, broken_value = sum(kept, ZERO), sum(broken, ZERO)
    return KeptRate(
        by_count=_ratio(Decimal(len(kept)), Decimal(len(kept) + len(broken)), HUNDRED),
        by_value=_ratio(kept_value, kept_value + broken_value, HUNDRED),
    )


def bad_debt_ratio(*, written_off: Decimal, recovered: Decimal, sales: Decimal) -> Decimal | None:
    """Bad-debt ratio = (write-offs - recoveries of earlier write-offs) / credit sales x 100."""
    return _ratio(written_off - recovered, sales, HUNDRED)


def dispute_rate(*, disputed: Decimal, invoiced: Decimal) -> Decimal | None:
    """Dispute rate = disputed / invoiced x 100."""
    return _ratio(disputed, invoiced, HUNDRED)


def recovery_rate(*, recovered: Decimal, placed: Decimal) -> Decimal | None:
    """Recovery rate = recovered / placed for collection x 100."""
    return _ratio(recovered, placed, HUNDRED)


@dataclass(frozen=True, slots=True)
class LossBucket:
    """One bucket of an IFRS 9 matrix: its balance and the share (0 to 1) expected to be lost."""

    balance: Decimal
    historical_loss_rate: Decimal


def loss_allowance(
    buckets: Iterable[LossBucket], *, forward_factor: Decimal = Decimal(1)
) -> Decimal:
    """IFRS 9 loss allowance = sum over buckets of balance x historical loss rate x factor."""
    return (
        sum((bucket.balance * bucket.historical_loss_rate for bucket in buckets), ZERO)
        * forward_factor
    )
