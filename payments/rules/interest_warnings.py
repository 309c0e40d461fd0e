"""What a reader of an interest calculation must know before using it.

A warning is a code with facts; the pages and letters put it into words in the
reader's language. Warnings never change an amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.money import ZERO
from payments.rules.interest_terms import (
    AppliedRate,
    Imputation,
    InterestTerms,
    Movement,
    TermsIncomplete,
    fixing_day,
)
from payments.rules.presets import Cap, ReferenceRule
from payments.rules.rates import RateTable, RateUnknown


class WarningCode(StrEnum):
    """Every kind of warning; each has its sentence in the selectors."""

    UNVERIFIED_RATE = "UNVERIFIED_RATE"
    UNVERIFIED_RULE = "UNVERIFIED_RULE"
    NOT_YET_IN_FORCE = "NOT_YET_IN_FORCE"
    ABOVE_CAP = "ABOVE_CAP"
    CAP_NOT_CHECKED = "CAP_NOT_CHECKED"
    BELOW_FLOOR = "BELOW_FLOOR"
    RANGE = "RANGE"
    DUE_DATE_MOVED = "DUE_DATE_MOVED"
    PAID_AS_BOOKED = "PAID_AS_BOOKED"
    DISPUTED_LEFT_OUT = "DISPUTED_LEFT_OUT"
    FIXED_SUM_OTHER_CURRENCY = "FIXED_SUM_OTHER_CURRENCY"


@dataclass(frozen=True, slots=True)
class InterestWarning:
    """A warning and its facts; which are set depends on the code.

    ``subject`` is a cap's code or a rate's source, ``rate`` the yearly percent
    claimed, ``limit`` the yearly percent it is compared with, ``amount`` and
    ``currency`` money, ``day`` and ``other_day`` dates.
    """

    code: WarningCode
    subject: str = ""
    rate: Decimal | None = None
    limit: Decimal | None = None
    amount: Decimal | None = None
    currency: str = ""
    day: date | None = None
    other_day: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The facts of one calculation the warnings are judged from."""

    terms: InterestTerms
    rates: RateTable
    applied: Sequence[AppliedRate]
    first_day: date
    due_on: date
    moved_due_on: date
    until: date
    movements: Sequence[Movement]
    disputed: Decimal


def warnings_for(case: Case) -> tuple[InterestWarning, ...]:
    """Every warning that applies, each once, the gravest kinds first."""
    found: Iterable[InterestWarning] = (
        *_about_sources(case),
        *_about_limits(case),
        *_about_facts(case),
    )
    return tuple(dict.fromkeys(found))


def _about_sources(case: Case) -> Iterator[InterestWarning]:
    preset = case.terms.preset
    for rate in case.applied:
        if rate.point is not None and not rate.point.verified:
            yield InterestWarning(
                WarningCode.UNVERIFIED_RATE,
                subject=rate.point.source,
                rate=rate.point.percent,
                day=rate.point.effective_on,
            )
    if not preset.verified:
        yield InterestWarning(WarningCode.UNVERIFIED_RULE, subject=preset.source)
    if case.first_day < preset.effective_on:
        yield InterestWarning(
            WarningCode.NOT_YET_IN_FORCE, day=preset.effective_on, other_day=case.first_day
        )


def _about_limits(case: Case) -> Iterator[InterestWarning]:
    if not case.applied:
        return
    terms = case.terms
    claimed = max(rate.yearly_percent for rate in case.applied)
    for cap in terms.preset.caps:
        yield from _above(case, cap, claimed)
    if terms.preset.floor is not None and terms.uses_agreed_rate:
        yield from _below(case, terms.preset.floor, claimed)
    rule = terms.preset.rate
    if isinstance(rule, ReferenceRule) and not terms.uses_agreed_rate:
        used = terms.multiplier or rule.multiplier
        if rule.multiplier < rule.multiplier_max:
            yield InterestWarning(WarningCode.RANGE, rate=used, limit=rule.multiplier_max)


def _limit(case: Case, cap: Cap) -> Decimal:
    """The cap in percent a year. Raises RateUnknown or TermsIncomplete."""
    if cap.code == LIKELY_LOSS_CAP and case.terms.likely_loss is not None:
        return case.terms.likely_loss * cap.multiplier
    contract_on = case.terms.contract_on
    day = fixing_day(cap.fixing, first_day=case.first_day, contract_on=contract_on)
    return case.rates.on(cap.series, day).percent * cap.multiplier


#: The cap measured by the creditor's loss, for which the LPR is only a stand-in.
LIKELY_LOSS_CAP = "cn_loss_plus_30"


def _above(case: Case, cap: Cap, claimed: Decimal) -> Iterator[InterestWarning]:
    try:
        limit = _limit(case, cap)
    except (RateUnknown, TermsIncomplete):
        yield InterestWarning(WarningCode.CAP_NOT_CHECKED, subject=cap.code, rate=claimed)
        return
    if claimed > limit:
        yield InterestWarning(WarningCode.ABOVE_CAP, subject=cap.code, rate=claimed, limit=limit)


def _below(case: Case, floor: Cap, claimed: Decimal) -> Iterator[InterestWarning]:
    try:
        limit = _limit(case, floor)
    except (RateUnknown, TermsIncomplete):
        yield InterestWarning(WarningCode.CAP_NOT_CHECKED, subject=floor.code, rate=claimed)
        return
    if claimed < limit:
        yield InterestWarning(
            WarningCode.BELOW_FLOOR, subject=floor.code, rate=claimed, limit=limit
        )


def _about_facts(case: Case) -> Iterator[InterestWarning]:
    if case.moved_due_on != case.due_on:
        yield InterestWarning(
            WarningCode.DUE_DATE_MOVED, day=case.due_on, other_day=case.moved_due_on
        )
    late_payment = any(
        movement.kind == "PAYMENT" and case.first_day <= movement.on <= case.until
        for movement in case.movements
    )
    if case.applied and late_payment and case.terms.imputation is Imputation.PRINCIPAL:
        yield InterestWarning(WarningCode.PAID_AS_BOOKED)
    if case.disputed > ZERO:
        yield InterestWarning(
            WarningCode.DISPUTED_LEFT_OUT, amount=case.disputed, currency=case.terms.currency
        )
    yield from _about_fixed_sum(case)


def _about_fixed_sum(case: Case) -> Iterator[InterestWarning]:
    sums = case.terms.preset.fixed_sums
    if case.applied and sums and sums[0].currency != case.terms.currency:
        yield InterestWarning(
            WarningCode.FIXED_SUM_OTHER_CURRENCY,
            amount=sums[0].amount,
            currency=sums[0].currency,
        )
