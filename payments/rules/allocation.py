"""Which debt a payment covers first.

Between debts (民法典 560; BGB 366): what the parties agreed; what the debtor
named when paying; then debts already due before debts not yet due, the least
secured first, the heaviest burden first, the earliest due first, and in
proportion when all that is equal.

Inside one debt (民法典 561; BGB 367): costs, then interest, then principal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Generic, TypeVar

from core.money import ZERO, exact_split

Key = TypeVar("Key")
CreditKey = TypeVar("CreditKey")


@dataclass(frozen=True, slots=True)
class OpenItem(Generic[Key]):
    """A debt that can still be paid: an invoice's key, what is open on it, and its rank.

    ``secured`` is the share of the debt that is secured (0 to 1), ``burden`` the
    yearly percent that runs on it; both are 0 where nothing is known.
    """

    key: Key
    open_amount: Decimal
    due_on: date
    secured: Decimal = ZERO
    burden: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class AllocationLine(Generic[Key]):
    """So much of the payment goes to this debt. The amount is above zero."""

    key: Key
    amount: Decimal


class UnknownDesignation(ValueError):
    """The debtor named a debt that is not among the open ones."""


Rank = tuple[bool, Decimal, Decimal, date]


def _rank(item: OpenItem[Key], on: date | None) -> Rank:
    not_yet_due = on is not None and item.due_on > on
    return (not_yet_due, item.secured, -item.burden, item.due_on)


def _equals(items: Iterable[OpenItem[Key]], on: date | None) -> Iterator[list[OpenItem[Key]]]:
    """Groups of equal rank, the first to be paid first. Inside a group the given order stays."""
    ranked = sorted(
        (item for item in items if item.open_amount > 0), key=lambda item: _rank(item, on)
    )
    for _, group in groupby(ranked, key=lambda item: _rank(item, on)):
        yield list(group)


def _designated(items: Sequence[OpenItem[Key]], designation: Sequence[Key]) -> list[OpenItem[Key]]:
    by_key = {item.key: item for item in items}
    unknown = [key for key in designation if key not in by_key]
    if unknown:
        raise UnknownDesignation(f"Not among the open debts: {', '.join(map(str, unknown))}.")
    return [by_key[key] for key in dict.fromkeys(designation)]


def plan_allocation(
    amount: Decimal,
    items: Sequence[OpenItem[Key]],
    *,
    currency: str,
    on: date | None = None,
    designation: Sequence[Key] | None = None,
) -> list[AllocationLine[Key]]:
    """Plan how a payment covers open debts, in the order of 民法典 560 / BGB 366.

    ``designation`` is what the debtor named when paying, in his order; what is
    left after it follows the law. ``on`` is the day of payment, which decides
    what is already due; without it every debt counts as due. The plan never
    gives a debt more than is open on it, nor gives out more than ``amount``;
    what no debt can take stays unallocated. Raises UnknownDesignation.
    """
    named = _designated(items, designation or ())
    taken = {item.key for item in named}
    groups = [[item] for item in named if item.open_amount > 0]
    groups += _equals((item for item in items if item.key not in taken), on)
    lines: list[AllocationLine[Key]] = []
    for group in groups:
        if amount <= 0:
            break
        shares = _cover(amount, [item.open_amount for item in group], currency)
        lines += [
            AllocationLine(item.key, share)
            for item, share in zip(group, shares, strict=True)
            if share > 0
        ]
        amount -= sum(shares, ZERO)
    return lines


def _cover(amount: Decimal, open_amounts: list[Decimal], currency: str) -> Sequence[Decimal]:
    """Pay equals in full when the money reaches, in proportion when it does not."""
    if amount >= sum(open_amounts, ZERO):
        return open_amounts
    if len(open_amounts) == 1:
        return [amount]
    # A share is never above its debt: amount < total, so each ideal share is
    # below its open amount, and rounding up reaches at most that whole amount.
    return exact_split(amount, open_amounts, currency)


@dataclass(frozen=True, slots=True)
class DebtParts:
    """One debt by kind, or what a payment covers of each kind."""

    costs: Decimal = ZERO
    interest: Decimal = ZERO
    principal: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """All three together."""
        return self.costs + self.interest + self.principal


def split_payment(amount: Decimal, debt: DebtParts) -> DebtParts:
    """What a payment covers of one debt: costs, interest, principal (民法典 561; BGB 367).

    What exceeds the debt is not allocated: the result's total is at most
    ``amount`` and at most the debt.
    """
    rest = max(amount, ZERO)
    costs = min(rest, debt.costs)
    interest = min(rest - costs, debt.interest)
    principal = min(rest - costs - interest, debt.principal)
    return DebtParts(costs, interest, principal)


def plan_fifo(
    credits: Iterable[tuple[CreditKey, Decimal]], debts: Iterable[tuple[Key, Decimal]]
) -> Iterator[tuple[CreditKey, Key, Decimal]]:
    """Lay many payments over many debts of one client, both oldest first, in one walk.

    For imports and bulk runs, where no debtor designates anything: yields
    ``(payment, debt, amount)``. Linear in payments plus debts; never gives out
    more than a payment holds or a debt leaves open. Empty amounts are skipped.
    """
    open_debts = iter(debts)
    debt_key, still_open = next(open_debts, (None, ZERO))
    for credit_key, amount in credits:
        left = amount
        while left > 0 and debt_key is not None:
            if still_open <= 0:
                debt_key, still_open = next(open_debts, (None, ZERO))
                continue
            part = left if left < still_open else still_open
            yield credit_key, debt_key, part
            left -= part
            still_open -= part
