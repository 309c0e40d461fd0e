"""Reads across clients and creditors."""

from clients.selectors.creditors import (
    default_creditor,
    letter_account,
    our_zone,
    reminder_contact,
)
from clients.selectors.registration import RegistrationRemark, registration_remark

__all__ = [
    "RegistrationRemark",
    "default_creditor",
    "letter_account",
    "our_zone",
    "registration_remark",
    "reminder_contact",
]
