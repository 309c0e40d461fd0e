"""What late-payment interest is reckoned from: terms, movements, and the rate of each day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from core.money import ZERO, check_currency
from payments.rules.presets import BASES, FixedRule, Per, Preset, RateFixing, ReferenceRule
from payments.rules.rates import RatePoint, RateTable


class TermsIncomplete(ValueError):
    """The terms lack what the rule needs; ``missing`` is ``agreed_rate`` or ``contract_on``."""

    def __init__(self, missing: str) -> None:
        super().__init__(f"The interest terms lack {missing}.")
        self.missing = missing


class Imputation(StrEnum):
    """What a payment is taken to cover first.

    PRINCIPAL follows the ledger, where an allocation reduces the invoice; it is
    the lower claim. INTEREST is the statutory order for a payment that names
    nothing: interest accrued so far, then principal (民法典 561; BGB 367).
    """

    PRINCIPAL = "PRINCIPAL"
    INTEREST = "INTEREST"


class MovementKind(StrEnum):
    """Money that came in, or a reduction of the debt itself (which never covers interest)."""

    PAYMENT = "PAYMENT"
    CREDIT = "CREDIT"


@dataclass(frozen=True, slots=True)
class Movement:
    """A dated reduction of the debt; negative when an earlier one was reversed."""

    on: date
    amount: Decimal
    kind: MovementKind = MovementKind.PAYMENT


@dataclass(frozen=True, slots=True)
class InterestTerms:
    """The rule that applies and the facts of the contract it needs.

    ``agreed_rate`` is in percent per ``agreed_per``. ``multiplier`` overrides the
    preset's within the range the law leaves (e.g. 1.30 to 1.50). ``basis``
    overrides the preset's day count. ``shift_due_date`` moves a due date on a day
    off to the next business day, where the rule has a calendar for it.
    ``likely_loss`` is the yearly percent the creditor really lost, where known;
    without it the one-year LPR stands for it.
    """

    preset: Preset
    currency: str
    agreed_rate: Decimal | None = None
    agreed_per: Per = Per.YEAR
    multiplier: Decimal | None = None
    basis: int | None = None
    contract_on: date | None = None
    shift_due_date: bool = True
    imputation: Imputation = Imputation.PRINCIPAL
    likely_loss: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse terms no rule allows; see ValueError's text."""
        check_currency(self.currency)
        if self.basis is not None and self.basis not in BASES:
            raise ValueError("The day-count basis is 360 or 365.")
        if self.agreed_rate is not None and self.agreed_rate < 0:
            raise ValueError("An agreed rate is not negative.")
        rule = self.preset.rate
        if self.multiplier is not None and not (
            isinstance(rule, ReferenceRule)
            and rule.multiplier <= self.multiplier <= rule.multiplier_max
        ):
            raise ValueError("The multiplier is outside what the rule allows.")

    @property
    def day_count(self) -> int:
        """Days in a year of interest, 360 or 365."""
        return self.basis or self.preset.basis

    @property
    def uses_agreed_rate(self) -> bool:
        """Whether the contract's own rate applies rather than the law's."""
        return self.preset.takes_agreed and self.agreed_rate is not None


@dataclass(frozen=True, slots=True)
class AppliedRate:
    """The rate of a segment and how it came about: ``point.percent x multiplier + margin``.

    ``point`` is None for a rate the contract or the law names itself; ``agreed``
    tells these apart. ``source`` is empty for an agreed rate.
    """

    percent: Decimal
    per: Per
    basis: int
    agreed: bool
    source: str
    verified: bool
    point: RatePoint | None = None
    multiplier: Decimal = Decimal(1)
    margin: Decimal = ZERO

    @property
    def yearly_percent(self) -> Decimal:
        """The rate as percent a year, to compare with caps."""
        return self.percent * 365 if self.per is Per.DAY else self.percent

    def per_day(self) -> Fraction:
        """What one unit of principal bears in one day, exactly."""
        percent = Fraction(self.percent) / 100
        return percent if self.per is Per.DAY else percent / self.basis


@dataclass(frozen=True, slots=True)
class RateStretch:
    """Days, both included, over which one rate applies."""

    first: date
    last: date
    rate: AppliedRate


def fixing_day(fixing: RateFixing, *, first_day: date, contract_on: date | None) -> date:
    """The day on which a reference rate is read once and for all. Raises TermsIncomplete."""
    if fixing is not RateFixing.AT_CONTRACT:
        # The breach happens when the due date passes unpaid: on the first day late.
        return first_day
    if contract_on is None:
        raise TermsIncomplete("contract_on")
    return contract_on


def rate_stretches(
    terms: InterestTerms, rates: RateTable, *, first_day: date, start: date, end: date
) -> list[RateStretch]:
    """The rates from ``start`` to ``end``, for a debt late since ``first_day``.

    Raises RateUnknown for a day without a published rate, TermsIncomplete when
    the rule needs an agreed rate or a contract date.
    """
    rule = terms.preset.rate
    if terms.uses_agreed_rate or rule is None:
        return [RateStretch(start, end, _agreed(terms))]
    if isinstance(rule, FixedRule):
        return [RateStretch(start, end, _fixed(terms, rule))]
    if rule.fixing is RateFixing.FLOATING:
        return [
            RateStretch(span.first, span.last, _from_point(terms, rule, span.point))
            for span in rates.spans(rule.series, start, end)
        ]
    day = fixing_day(rule.fixing, first_day=first_day, contract_on=terms.contract_on)
    return [RateStretch(start, end, _from_point(terms, rule, rates.on(rule.series, day)))]


def _agreed(terms: InterestTerms) -> AppliedRate:
    if terms.agreed_rate is None:
        raise TermsIncomplete("agreed_rate")
    return AppliedRate(
        percent=terms.agreed_rate,
        per=terms.agreed_per,
        basis=terms.day_count,
        agreed=True,
        source="",
        verified=True,
    )


def _fixed(terms: InterestTerms, rule: FixedRule) -> AppliedRate:
    return AppliedRate(
        percent=rule.percent,
        per=rule.per,
        basis=terms.day_count,
        agreed=False,
        source=terms.preset.source,
        verified=terms.preset.verified,
    )


def _from_point(terms: InterestTerms, rule: ReferenceRule, point: RatePoint) -> AppliedRate:
    multiplier = terms.multiplier or rule.multiplier
    return AppliedRate(
        # A deeply negative reference rate lowers the claim to nothing, never below.
        percent=max(point.percent * multiplier + rule.margin, ZERO),
        per=Per.YEAR,
        basis=terms.day_count,
        agreed=False,
        source=point.source,
        verified=point.verified,
        point=point,
        multiplier=multiplier,
        margin=rule.margin,
    )
