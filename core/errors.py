"""Anticipated errors, apart from programming errors."""

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import get_language

from core.money import format_money


class Refusal(Exception):
    """A use case was refused: says why, and what would be allowed, in the user's language.

    Subclasses are named `UnableToX` and live beside the service that raises them.
    `field` names the form field or column at fault, when there is one.
    """

    def __init__(self, message: str | Promise, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


def stated(amount: Decimal, currency: str) -> str:
    """An amount as a refusal states it, in the language of the person it is told to."""
    return format_money(amount, currency, get_language() or "en")
