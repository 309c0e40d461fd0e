"""Interest terms and calculations, in short."""

from datetime import date
from decimal import Decimal

from payments.rules.interest import (
    InterestCalculation,
    InterestTerms,
    Movement,
    WarningCode,
    late_payment_interest,
)
from tests.payments.shipped import RATES, terms

D = Decimal
DAY = date


def interest(
    how: InterestTerms, principal: str, due_on: date, until: date, *movements: Movement, **extra: D
) -> InterestCalculation:
    return late_payment_interest(
        principal=D(principal),
        due_on=due_on,
        movements=movements,
        until=until,
        terms=how,
        rates=RATES,
        **extra,
    )


def codes(calculation: InterestCalculation) -> set[WarningCode]:
    return {warning.code for warning in calculation.warnings}


def agreed(percent: str, currency: str = "USD", **facts: object) -> InterestTerms:
    return terms("us_contract", currency, agreed_rate=D(percent), **facts)
