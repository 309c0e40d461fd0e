"""Prepayments: their invoices and figures."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from core.verify import run_checks
from payments.models import Invoice, Prepayment
from payments.selectors import verify as _checks
from payments.selectors.prepayments import figures_of
from tests.factories import TODAY, make_invoice

# Checks register themselves when their module is read.
CHECKED = _checks


def problems() -> list[str]:
    return [problem for result in run_checks() for problem in result.problems]


def invoice_of(contract: Any, amount: str = "300.00", **fields: Any) -> Invoice:
    return make_invoice(
        contract.client,
        contract.creditor,
        amount,
        contract=contract,
        due_on=TODAY + dt.timedelta(days=30),
        issued_on=TODAY,
        **fields,
    )


def figures(prepayment: Prepayment) -> tuple[Decimal, ...]:
    found = figures_of([prepayment.pk])[prepayment.pk]
    assert found.is_even
    return (found.received, found.applied, found.refunded, found.forfeited, found.balance)


def money(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(one) for one in amounts)
