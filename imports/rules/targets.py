"""What a column of a file can be."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Target(StrEnum):
    """The meaning of a column."""

    CLIENT_CODE = "client_code"
    CLIENT_NAME = "client_name"
    INVOICE_NUMBER = "invoice_number"
    DOCUMENT_TYPE = "document_type"
    ISSUED_ON = "issued_on"
    DUE_ON = "due_on"
    TERMS = "terms"
    AMOUNT = "amount"
    QUANTITY = "quantity"
    UNIT_PRICE = "unit_price"
    DISCOUNT = "discount"
    LINE_AMOUNT = "line_amount"
    TAX = "tax"
    CURRENCY = "currency"
    PAID_AMOUNT = "paid_amount"
    OPEN_BALANCE = "open_balance"
    SETTLED_ON = "settled_on"
    DAYS_TO_SETTLE = "days_to_settle"
    DISPUTED = "disputed"
    DISPUTED_AMOUNT = "disputed_amount"
    STATUS = "status"
    REFERENCE = "reference"
    DESCRIPTION = "description"
    CONTACT_NAME = "contact_name"
    CONTACT_EMAIL = "contact_email"
    PHONE = "phone"
    COUNTRY = "country"
    ADDRESS = "address"
    REGISTRATION_NUMBER = "registration_number"
    LANGUAGE = "language"
    OWNER = "owner"
    PAYMENT_NUMBER = "payment_number"
    APPLIED_AMOUNT = "applied_amount"
    METHOD = "method"


INVOICES: Final = "INVOICES"
PAYMENTS: Final = "PAYMENTS"

DATES: Final = frozenset({Target.ISSUED_ON, Target.DUE_ON, Target.SETTLED_ON})
AMOUNTS: Final = frozenset(
    {
        Target.AMOUNT,
        Target.LINE_AMOUNT,
        Target.UNIT_PRICE,
        Target.PAID_AMOUNT,
        Target.OPEN_BALANCE,
        Target.DISPUTED_AMOUNT,
        Target.APPLIED_AMOUNT,
    }
)
NUMERIC: Final = AMOUNTS | {Target.QUANTITY, Target.DISCOUNT, Target.TAX, Target.DAYS_TO_SETTLE}
LINE_FIELDS: Final = frozenset({Target.QUANTITY, Target.UNIT_PRICE, Target.LINE_AMOUNT})
PAYMENT_ONLY: Final = frozenset({Target.PAYMENT_NUMBER, Target.APPLIED_AMOUNT, Target.METHOD})
INVOICE_ONLY: Final = frozenset(
    {
        Target.DOCUMENT_TYPE,
        Target.ISSUED_ON,
        Target.DUE_ON,
        Target.TERMS,
        Target.QUANTITY,
        Target.UNIT_PRICE,
        Target.DISCOUNT,
        Target.LINE_AMOUNT,
        Target.TAX,
        Target.PAID_AMOUNT,
        Target.OPEN_BALANCE,
        Target.DAYS_TO_SETTLE,
        Target.DISPUTED,
        Target.DISPUTED_AMOUNT,
        Target.STATUS,
        Target.LANGUAGE,
        Target.OWNER,
        Target.CONTACT_NAME,
        Target.CONTACT_EMAIL,
        Target.PHONE,
        Target.COUNTRY,
        Target.ADDRESS,
        Target.REGISTRATION_NUMBER,
    }
)


def targets_for(kind: str) -> tuple[Target, ...]:
    """The targets that a file of invoices, or of payments, can have."""
    left_out = PAYMENT_ONLY if kind == INVOICES else INVOICE_ONLY
    return tuple(target for target in Target if target not in left_out)


def missing_targets(kind: str, given: frozenset[Target]) -> tuple[frozenset[Target], ...]:
    """What is still to be mapped: of each set, one. Empty when the mapping is complete."""
    needed: tuple[frozenset[Target], ...]
    if kind == PAYMENTS:
        needed = (
            frozenset({Target.CLIENT_NAME, Target.CLIENT_CODE, Target.INVOICE_NUMBER}),
            frozenset({Target.SETTLED_ON}),
            frozenset({Target.AMOUNT, Target.APPLIED_AMOUNT}),
        )
    else:
        needed = (
            frozenset({Target.CLIENT_NAME, Target.CLIENT_CODE}),
            frozenset({Target.INVOICE_NUMBER}),
            frozenset({Target.ISSUED_ON}),
            frozenset({Target.AMOUNT, Target.LINE_AMOUNT, Target.UNIT_PRICE, Target.OPEN_BALANCE}),
        )
    return tuple(one for one in needed if not one & given)
