"""Were promises to pay kept? Receipts decide, not opinions, and each receipt decides once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Final

from core.dates import add_business_days
from core.money import ZERO

#: Bank days a transfer may take after the promised day.
GRACE_BANK_DAYS: Final = 2

#: Which rule judges a promise. The first did not write down which money it counted. The second
#: counted money of prepayments for the balance.
TOTALS_ONLY: Final = 1
WITH_PREPAYMENTS: Final = 2
IN_FORCE: Final = 3


class Verdict(StrEnum):
    """How a promise stands. The values are those of the stored promise's state."""

    OPEN = "OPEN"
    KEPT = "KEPT"
    PART_KEPT = "PART_KEPT"
    BROKEN = "BROKEN"


@dataclass(frozen=True, slots=True)
class Pledge:
    """A promise that waits: so much by a day, for one invoice or (None) for the balance."""

    key: int
    amount: Decimal
    promised_on: date
    due_on: date
    invoice: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A receipt, or a credit note: only what it settles counts for that one."""

    key: int
    is_receipt: bool = True


@dataclass(frozen=True, slots=True)
class Money:
    """What a source brought, less what left it again.

    Money of a prepayment waits for its own contract's work: it pays none of the balance.
    """

    source: Source
    on: date
    amount: Decimal
    is_prepaid: bool = False

    @property
    def pays_the_balance(self) -> bool:
        """Whether a promise for the balance may count it."""
        return self.source.is_receipt and not self.is_prepaid


@dataclass(frozen=True, slots=True)
class Settled:
    """So much of a source settled an invoice from a day on; negative when it was taken back.

    `since` is the day from which it first counted: of a reversal, that of what it takes back.
    """

    source: Source
    invoice: int
    on: date
    amount: Decimal
    since: date


@dataclass(frozen=True, slots=True)
class Used:
    """What a promise judged earlier counted of a source; `invoice` is the one it was for."""

    source: Source
    amount: Decimal
    invoice: int | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict with its facts: what arrived in time, from where, and until when it counted."""

    verdict: Verdict
    received: Decimal
    missing: Decimal
    last_day: date
    counted: tuple[tuple[Source, Decimal], ...] = ()


def last_day_of(due_on: date, country: str = "", grace_bank_days: int = GRACE_BANK_DAYS) -> date:
    """The last day a payment still keeps the promise: the promised day plus bank days of grace."""
    return add_business_days(due_on, grace_bank_days, country)


def judge_promises(
    pledges: Iterable[Pledge],
    *,
    money: Iterable[Money],
    settled: Iterable[Settled] = (),
    used: Iterable[Used] = (),
    on: date,
    country: str = "",
) -> dict[int, Judgement]:
    """Judge the promises of one client in one currency, from what is known on ``on``.

    Money from the day of a promise to its last day of grace counts: for the balance all that
    was received, but for prepayments; for one invoice what settled it. No money counts twice:
    promises take theirs in the order in which they fall due, and what one has taken is gone for
    the next. A promise is kept as soon as its amount is reached; short of it, nothing is said
    until its last day has passed, then it is part-kept or broken. What is taken back in that time
    does not count.
    """
    waiting = sorted(pledges, key=attrgetter("due_on", "key"))
    purse = _Purse(money, settled, used)
    judged: dict[int, Judgement] = {}
    for place, pledge in enumerate(waiting):
        last_day = last_day_of(pledge.due_on, country)
        until = min(last_day, on)
        if pledge.invoice is None:
            later = {p.invoice for p in waiting[place + 1 :] if p.invoice is not None}
            counted = purse.take(pledge, purse.for_the_balance(pledge, until, later))
        else:
            counted = purse.take(pledge, purse.for_its_invoice(pledge, until))
        received = sum((amount for _source, amount in counted), ZERO)
        missing = pledge.amount - received
        verdict = _verdict(received, missing, passed=on > last_day)
        judged[pledge.key] = Judgement(verdict, received, missing, last_day, counted)
    return judged


def _verdict(received: Decimal, missing: Decimal, *, passed: bool) -> Verdict:
    if missing == 0:
        return Verdict.KEPT
    if not passed:
        return Verdict.OPEN
    return Verdict.PART_KEPT if received > 0 else Verdict.BROKEN


#: How much of which source a promise may take, in the order in which it takes them.
_Offers = Iterator[tuple[Source, Decimal]]


class _Purse:
    """The money of one client, and how much of it no promise has counted yet."""

    def __init__(
        self, money: Iterable[Money], settled: Iterable[Settled], used: Iterable[Used]
    ) -> None:
        self.money: Sequence[Money] = sorted(money, key=attrgetter("on", "source"))
        self.left = {one.source: one.amount for one in self.money}
        self.settled: dict[int, list[Settled]] = defaultdict(list)
        for row in settled:
            self.settled[row.invoice].append(row)
        self.taken: dict[tuple[Source, int | None], Decimal] = defaultdict(lambda: ZERO)
        for one in used:
            self.taken[one.source, one.invoice] += one.amount
            if one.source in self.left:
                self.left[one.source] -= one.amount

    def take(self, pledge: Pledge, offers: _Offers) -> tuple[tuple[Source, Decimal], ...]:
        """Let a promise take what it needs of what is offered."""
        found: dict[Source, Decimal] = {}
        missing = pledge.amount
        for source, offer in offers:
            amount = min(missing, offer, self.left[source])
            if amount > 0:
                found[source] = found.get(source, ZERO) + amount
                self.left[source] -= amount
                self.taken[source, pledge.invoice] += amount
                missing -= amount
        return tuple(found.items())

    def for_its_invoice(self, pledge: Pledge, until: date) -> _Offers:
        """What settled the invoice in time, in the order in which the money came."""
        assert pledge.invoice is not None  # noqa: S101 - asked for promises of one invoice only
        by_source: dict[Source, Decimal] = defaultdict(lambda: ZERO)
        for row in self.settled[pledge.invoice]:
            if pledge.promised_on <= row.since and row.on <= until:
                by_source[row.source] += row.amount
        for one in self.money:
            if one.source in by_source:
                gone = self.taken[one.source, pledge.invoice]
                yield one.source, by_source[one.source] - gone

    def for_the_balance(self, pledge: Pledge, until: date, later: set[int]) -> _Offers:
        """What was received in time: first what no later promise waits for, then the rest."""
        apart: dict[Source, Decimal] = defaultdict(lambda: ZERO)
        for invoice in later:
            for row in self.settled[invoice]:
                apart[row.source] += row.amount
        receipts = [
            one
            for one in self.money
            if one.pays_the_balance and pledge.promised_on <= one.on <= until
        ]
        for one in receipts:
            yield one.source, self.left[one.source] - apart[one.source]
        for one in receipts:
            yield one.source, self.left[one.source]
