"""Late-payment interest over a dated ledger: pure, exact, explained line by line.

    I = sum over segments of  principal open x rate / basis x days

Conventions, each with its reason:

* The first day of interest is the day after the due date; a debt paid on its
  due date is not late. The due date may first move to the next business day
  where the law says so (民法典 203; BGB 193): ``Preset.due_date_calendar``.
* The day of payment still bears interest; from the day after, the amount paid
  no longer does ("accrue to t, then apply"). A debt paid n days after its due
  date has borne n days of interest, which is how courts and calculators in the
  presets' jurisdictions count. ``until`` is included likewise.
* Interest is simple: it never bears interest itself.
* Nothing is rounded on the way. The exact sum is rounded once to the currency's
  minor unit, and the lines are rounded so that they add up to it (largest
  remainder).
* A basis of 365 means 365 in leap years too, as "rate / 365 x days" says.
* Interest accrued before the principal was paid stays owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Context, Decimal
from fractions import Fraction
from itertools import groupby
from math import floor
from operator import attrgetter
from typing import Final

from core.dates import business_day_on_or_after
from core.money import ZERO, is_rounded, minor_unit, round_money
from payments.rules.interest_terms import (
    AppliedRate,
    Imputation,
    InterestTerms,
    Movement,
    MovementKind,
    TermsIncomplete,
    rate_stretches,
)
from payments.rules.interest_warnings import Case, InterestWarning, WarningCode, warnings_for
from payments.rules.rates import RateTable, RateUnknown

__all__ = [
    "AppliedRate",
    "Imputation",
    "InterestCalculation",
    "InterestLine",
    "InterestTerms",
    "InterestWarning",
    "Movement",
    "MovementKind",
    "RateUnknown",
    "TermsIncomplete",
    "WarningCode",
    "late_payment_interest",
]

_ONE_DAY: Final = timedelta(days=1)
_WIDE: Final = Context(prec=50)


@dataclass(frozen=True, slots=True)
class InterestLine:
    """One segment: days ``first`` to ``last`` (both bear interest) on one principal at one rate.

    ``amount`` is the line's share of the rounded total; ``exact`` is the
    unrounded interest.
    """

    first: date
    last: date
    days: int
    principal: Decimal
    rate: AppliedRate
    amount: Decimal
    exact: Fraction


@dataclass(frozen=True, slots=True)
class InterestCalculation:
    """Interest on one debt up to and including ``until``, with everything it rests on.

    ``total`` is the interest accrued, the sum of the lines' amounts;
    ``interest_paid`` the part payments already covered (only under
    ``Imputation.INTEREST``). ``principal_open`` is the debt after the movements
    of ``until``, with any disputed part, and ``daily_accrual`` what each further
    day costs on its undisputed part at the last rate. ``fixed_sum`` is the
    statutory lump sum, zero when there is none or in another currency.
    """

    preset_code: str
    currency: str
    principal: Decimal
    due_on: date
    first_day: date
    until: date
    lines: tuple[InterestLine, ...]
    total: Decimal
    exact_total: Fraction
    interest_paid: Decimal
    principal_open: Decimal
    daily_accrual: Decimal
    fixed_sum: Decimal
    disputed: Decimal
    warnings: tuple[InterestWarning, ...]

    @property
    def days(self) -> int:
        """Days that bore interest."""
        return sum(line.days for line in self.lines)

    @property
    def interest_open(self) -> Decimal:
        """Interest accrued and not yet paid."""
        return self.total - self.interest_paid

    @property
    def verified(self) -> bool:
        """Whether every rate and the rule itself were checked against their source by a person."""
        unverified = {WarningCode.UNVERIFIED_RATE, WarningCode.UNVERIFIED_RULE}
        return not any(warning.code in unverified for warning in self.warnings)

    @property
    def claim(self) -> Decimal:
        """Open principal without the disputed part, plus open interest and lump sum."""
        undisputed = max(self.principal_open - self.disputed, ZERO)
        return undisputed + self.interest_open + self.fixed_sum


@dataclass(frozen=True, slots=True)
class _Segment:
    """Days, both included, with one bearing principal and one rate."""

    first: date
    last: date
    principal: Decimal
    rate: AppliedRate
    exact: Fraction


@dataclass(slots=True)
class _Debt:
    """The running account of one calculation."""

    terms: InterestTerms
    rates: RateTable
    first_day: date
    principal: Decimal
    disputed: Decimal
    paid: Decimal = ZERO
    interest_paid: Decimal = ZERO
    accrued: Fraction = Fraction(0)
    segments: list[_Segment] = field(default_factory=list)

    @property
    def open(self) -> Decimal:
        """Never below nothing nor above the debt, whatever the order of reversals."""
        return min(max(self.principal - self.paid, ZERO), self.principal)

    @property
    def bearing(self) -> Decimal:
        """The part that bears interest: open and not disputed."""
        return max(self.open - self.disputed, ZERO)

    def accrue(self, start: date, end: date) -> None:
        """Add interest for ``start`` to ``end``. Raises RateUnknown, TermsIncomplete."""
        if start > end or not self.bearing:
            return
        for stretch in rate_stretches(
            self.terms, self.rates, first_day=self.first_day, start=start, end=end
        ):
            days = (stretch.last - stretch.first).days + 1
            exact = Fraction(self.bearing) * stretch.rate.per_day() * days
            self.segments.append(
                _Segment(stretch.first, stretch.last, self.bearing, stretch.rate, exact)
            )
            self.accrued += exact

    def move(self, movement: Movement) -> None:
        """Apply a payment, credit or reversal after the interest of its day."""
        amount = movement.amount
        if movement.kind is MovementKind.PAYMENT and self.terms.imputation is Imputation.INTEREST:
            amount -= self._to_interest(amount)
        self.paid += amount

    def _to_interest(self, amount: Decimal) -> Decimal:
        """The part of a payment that covers interest; of a reversal, the part that uncovers it."""
        if amount >= 0:
            owed = _rounded(self.accrued, self.terms.currency) - self.interest_paid
            part = min(amount, max(owed, ZERO))
        else:
            # The last thing paid, principal, is the first thing undone.
            part = max(min(amount + max(self.paid, ZERO), ZERO), -self.interest_paid)
        self.interest_paid += part
        return part


def late_payment_interest(
    *,
    principal: Decimal,
    due_on: date,
    movements: Sequence[Movement],
    until: date,
    terms: InterestTerms,
    rates: RateTable,
    disputed: Decimal = ZERO,
) -> InterestCalculation:
    """Interest on ``principal``, due on ``due_on``, up to and including ``until``.

    ``movements`` are dated reductions (payments, credit notes) and their
    reversals, in any order; those after ``until`` are not yet known and left
    out. A reversal restores the debt from the day after its own date. A
    ``disputed`` part bears no interest.

    Raises RateUnknown when a needed day has no published rate, TermsIncomplete
    when the rule needs an agreed rate or a contract date, ValueError for a
    negative principal or one with more decimals than its currency.
    """
    if principal < 0 or not is_rounded(principal, terms.currency):
        raise ValueError(f"{principal} is not an amount of {terms.currency} somebody can owe.")
    moved_due_on = _moved(due_on, terms)
    first_day = moved_due_on + _ONE_DAY
    debt = _Debt(terms, rates, first_day, principal, disputed)
    known = sorted((m for m in movements if m.on <= until), key=attrgetter("on"))
    _run(debt, known, until)
    case = Case(
        terms=terms,
        rates=rates,
        applied=(),
        first_day=first_day,
        due_on=due_on,
        moved_due_on=moved_due_on,
        until=until,
        movements=known,
        disputed=disputed,
    )
    return _report(debt, case)


def _moved(due_on: date, terms: InterestTerms) -> date:
    calendar = terms.preset.due_date_calendar
    if calendar is None or not terms.shift_due_date:
        return due_on
    return business_day_on_or_after(due_on, calendar)


def _run(debt: _Debt, movements: Sequence[Movement], until: date) -> None:
    """Walk the days from the first late one: accrue to each movement, then apply it."""
    cursor = debt.first_day
    for on, todays in groupby(movements, key=attrgetter("on")):
        if on >= cursor:
            debt.accrue(cursor, on)
            cursor = on + _ONE_DAY
        for movement in todays:
            debt.move(movement)
    debt.accrue(cursor, until)


def _report(debt: _Debt, case: Case) -> InterestCalculation:
    currency, segments = debt.terms.currency, _merged(debt.segments)
    total = _rounded(debt.accrued, currency)
    amounts = _amounts([segment.exact for segment in segments], total, currency)
    return InterestCalculation(
        preset_code=debt.terms.preset.code,
        currency=currency,
        principal=debt.principal,
        due_on=case.due_on,
        first_day=debt.first_day,
        until=case.until,
        lines=tuple(
            InterestLine(
                first=segment.first,
                last=segment.last,
                days=(segment.last - segment.first).days + 1,
                principal=segment.principal,
                rate=segment.rate,
                amount=amount,
                exact=segment.exact,
            )
            for segment, amount in zip(segments, amounts, strict=True)
        ),
        total=total,
        exact_total=debt.accrued,
        interest_paid=debt.interest_paid,
        principal_open=debt.open,
        daily_accrual=_daily(debt, segments),
        fixed_sum=_fixed_sum(debt, segments),
        disputed=debt.disputed,
        warnings=warnings_for(replace(case, applied=[segment.rate for segment in segments])),
    )


def _merged(segments: Iterable[_Segment]) -> list[_Segment]:
    """Join neighbours a movement did not really divide, e.g. one reversed the same day."""
    merged: list[_Segment] = []
    for segment in segments:
        last = merged[-1] if merged else None
        if (
            last is not None
            and last.last + _ONE_DAY == segment.first
            and (last.principal, last.rate) == (segment.principal, segment.rate)
        ):
            merged[-1] = replace(last, last=segment.last, exact=last.exact + segment.exact)
        else:
            merged.append(segment)
    return merged


def _rounded(exact: Fraction, currency: str) -> Decimal:
    return round_money(_WIDE.divide(Decimal(exact.numerator), Decimal(exact.denominator)), currency)


def _amounts(exacts: Sequence[Fraction], total: Decimal, currency: str) -> list[Decimal]:
    """Round each line so that the lines add up to ``total``: largest remainder, earlier first."""
    unit = minor_unit(currency)
    in_units = [exact / Fraction(unit) for exact in exacts]
    units = [floor(value) for value in in_units]
    missing = int(total / unit) - sum(units)
    by_remainder = sorted(range(len(units)), key=lambda i: (units[i] - in_units[i], i))
    for i in by_remainder[:missing]:
        units[i] += 1
    return [value * unit for value in units]


def _daily(debt: _Debt, segments: Sequence[_Segment]) -> Decimal:
    """What the next day costs, at the last day's rate; zero when nothing bears interest."""
    if not segments:
        return round_money(ZERO, debt.terms.currency)
    return _rounded(Fraction(debt.bearing) * segments[-1].rate.per_day(), debt.terms.currency)


def _fixed_sum(debt: _Debt, segments: Sequence[_Segment]) -> Decimal:
    """The lump sum, by the size of the debt when it became late."""
    item = debt.terms.preset.fixed_sum_for(segments[0].principal) if segments else None
    if item is None or item.currency != debt.terms.currency:
        return round_money(ZERO, debt.terms.currency)
    return round_money(item.amount, item.currency)
