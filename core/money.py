"""Money: decimals, a currency, and one way to round.

Amounts are ``Decimal`` everywhere; a float is refused, because 0.1 has no
exact float and the error surfaces in a ledger months later. The database keeps
``numeric(18,3)``, so the widest currency has three decimals.

This module imports no Django: the rules of every room use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from itertools import chain
from typing import Final

from babel import Locale
from babel.core import get_global
from babel.numbers import (
    get_currency_symbol,
    get_decimal_symbol,
    get_group_symbol,
    get_territory_currencies,
    list_currencies,
)

ZERO: Final = Decimal(0)

#: The largest amount ``numeric(18,3)`` can hold.
MAX_AMOUNT: Final = Decimal("999999999999999.999")

# ISO 4217 minor units that are not 2 (list one, in force 2026). CLDR's digits
# differ on purpose (it says 0 for IQD, because nobody uses the coins); a ledger
# follows ISO.
_MINOR_UNITS: Final = dict.fromkeys(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ),
    0,
) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)

# Not money somebody is invoiced in: metals, baskets, tests, and the two funds
# codes with four decimals that numeric(18,3) cannot hold.
_NOT_INVOICED: Final = frozenset(
    (
        "XAG",
        "XAU",
        "XBA",
        "XBB",
        "XBC",
        "XBD",
        "XDR",
        "XFO",
        "XFU",
        "XPD",
        "XPT",
        "XRE",
        "XSU",
        "XTS",
        "XUA",
        "XXX",
        "CLF",
        "UYW",
    )
)

# 50 digits: the intermediate products of 18-digit amounts never round.
_WIDE: Final = Context(prec=50, rounding=ROUND_HALF_UP)

_LANGUAGE_TO_LOCALE: Final = {
    "zh-hans": "zh_Hans",
    "zh-cn": "zh_Hans",
    "zh": "zh_Hans",
    "zh-hant": "zh_Hant",
}


class UnknownCurrency(ValueError):
    """The code is not an ISO 4217 currency somebody can be invoiced in."""


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one sum or comparison."""


@lru_cache(maxsize=1)
def currency_codes() -> frozenset[str]:
    """Every currency code the product accepts, e.g. for form choices."""
    return frozenset(list_currencies()) - _NOT_INVOICED


@lru_cache(maxsize=1)
def tender_currencies() -> frozenset[str]:
    """The codes that are legal tender somewhere (list of 2026): what a person may choose from."""
    on = date(2026, 1, 1)
    found = (
        get_territory_currencies(place, on, on) for place in get_global("territory_currencies")
    )
    return frozenset(chain.from_iterable(found)) & currency_codes()


def check_currency(code: str) -> str:
    """Return ``code`` when it is an upper-case ISO 4217 code, else refuse.

    Raises UnknownCurrency. ``eur`` and ``US$`` are refused too: a ledger that
    guesses currencies adds up amounts that are not the same money.
    """
    if code not in currency_codes():
        raise UnknownCurrency(f"{code!r} is not a known ISO 4217 currency code.")
    return code


@lru_cache(maxsize=512)
def minor_units(currency: str) -> int:
    """How many decimals the currency has under ISO 4217 (JPY 0, EUR 2, KWD 3)."""
    return _MINOR_UNITS.get(check_currency(currency), 2)


@lru_cache(maxsize=512)
def minor_unit(currency: str) -> Decimal:
    """The smallest amount of the currency, e.g. 0.01 for EUR."""
    return Decimal(1).scaleb(-minor_units(currency))


def _exact(amount: Decimal | int) -> Decimal:
    if isinstance(amount, float):
        raise TypeError("Money is never a float; use Decimal.")
    value = Decimal(amount)
    if not value.is_finite():
        raise ValueError("Money must be a finite number.")
    return value


def round_money(amount: Decimal | int, currency: str) -> Decimal:
    """Round to the currency's minor unit, halves away from zero (0.005 -> 0.01).

    The only rounding in the product: amounts are rounded once, at the end of a
    calculation. Never returns a negative zero. Raises UnknownCurrency, and
    TypeError for a float.
    """
    return _exact(amount).quantize(minor_unit(currency), context=_WIDE) + ZERO


def is_rounded(amount: Decimal | int, currency: str) -> bool:
    """True when the amount has no more decimals than its currency allows."""
    return round_money(amount, currency) == amount


def exact_split(
    amount: Decimal, weights: Sequence[Decimal | int], currency: str
) -> tuple[Decimal, ...]:
    """Share ``amount`` in proportion to ``weights``; the shares sum exactly to it.

    Largest remainder: every share is first cut down to whole minor units, then
    the units left over go one each to the shares that lost most, the earlier
    share winning a tie. Raises ValueError when the amount is not in whole minor
    units, a weight is negative, or all weights are zero.
    """
    if not is_rounded(amount, currency):
        raise ValueError(f"{amount} has more decimals than {currency} allows.")
    exact_weights = [_exact(weight) for weight in weights]
    total_weight = sum(exact_weights, ZERO)
    if any(weight < 0 for weight in exact_weights) or total_weight == 0:
        raise ValueError("Weights must not be negative, and at least one must be above zero.")
    unit, sign = minor_unit(currency), -1 if amount < 0 else 1
    units = int(abs(_exact(amount)) / unit)
    ideal = [
        _WIDE.divide(_WIDE.multiply(Decimal(units), weight), total_weight)
        for weight in exact_weights
    ]
    shares = [int(share.to_integral_value(rounding=ROUND_DOWN)) for share in ideal]
    by_loss = sorted(range(len(shares)), key=lambda i: (shares[i] - ideal[i], i))
    for i in by_loss[: units - sum(shares)]:
        shares[i] += 1
    return tuple(sign * share * unit + ZERO for share in shares)


def split_evenly(amount: Decimal, parts: int, currency: str) -> tuple[Decimal, ...]:
    """Cut into ``parts`` shares that differ by at most one minor unit and sum to ``amount``."""
    if parts < 1:
        raise ValueError("An amount is split into at least one part.")
    return exact_split(amount, [1] * parts, currency)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency. Adding two currencies is an error, never a sum."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        """Refuse floats, infinities and unknown currencies at the door."""
        object.__setattr__(self, "amount", _exact(self.amount))
        check_currency(self.currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Nothing, in ``currency``."""
        return cls(ZERO, currency)

    def _same(self, other: Money) -> Money:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add up.")
        return other

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other).amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(self.amount * _exact(factor), self.currency)

    def __bool__(self) -> bool:
        return self.amount != 0

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other).amount

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other).amount

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other).amount

    def rounded(self) -> Money:
        """The same money in whole minor units."""
        return Money(round_money(self.amount, self.currency), self.currency)

    def format(self, language: str) -> str:
        """For a person who reads ``language``; see ``format_money``."""
        return format_money(self.amount, self.currency, language)


def totals_by_currency(moneys: Iterable[Money]) -> tuple[Money, ...]:
    """One total per currency, in order of the code. Currencies are never mixed."""
    totals: dict[str, Decimal] = {}
    for money in moneys:
        totals[money.currency] = totals.get(money.currency, ZERO) + money.amount
    return tuple(Money(totals[code], code) for code in sorted(totals))


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """Babel's locale for a Django language code (``zh-hans`` -> ``zh_Hans``)."""
    return Locale.parse(_LANGUAGE_TO_LOCALE.get(language.lower(), language.replace("-", "_")))


@dataclass(frozen=True, slots=True)
class _Style:
    """How a language writes a currency: what stands around the digits, and between them."""

    before: str
    after: str
    separators: dict[int, str]
    decimals: int

    def number(self, amount: Decimal) -> str:
        return f"{amount:,.{self.decimals}f}".translate(self.separators)


@lru_cache(maxsize=1024)
def _style(currency: str, language: str) -> _Style:
    # Babel formats one number at a time in about 20 microseconds, most of a
    # 200-row page. The signs around a number depend only on language and
    # currency, so they are asked for once. Languages that do not group by
    # threes (hi, en-IN) are not among the product's.
    locale = locale_of(language)
    pattern = locale.currency_formats["standard"]
    symbol = get_currency_symbol(currency, locale)
    before = str(pattern.prefix[0]).replace("¤", symbol)
    after = str(pattern.suffix[0]).replace("¤", symbol)
    if before and before[-1].isalpha():
        before += "\N{NO-BREAK SPACE}"
    separators = str.maketrans({",": get_group_symbol(locale), ".": get_decimal_symbol(locale)})
    return _Style(before, after, separators, minor_units(currency))


def format_amount(amount: Decimal | int, currency: str, language: str) -> str:
    """The digits alone, e.g. ``1,234.50``, for a column whose heading names the currency."""
    return _style(currency, language).number(round_money(amount, currency))


def format_money(amount: Decimal | int, currency: str, language: str) -> str:
    """Write an amount for a reader of ``language``: ``€1,234.50``, ``US$1,234.50``, ``¥1,235``.

    The currency is the amount's own and the language the reader's; neither has
    a default, so a letter cannot come out in the operator's language or with
    the company's currency sign. Decimals follow ISO 4217.
    """
    style, rounded = _style(currency, language), round_money(amount, currency)
    sign = "-" if rounded < 0 else ""
    return f"{sign}{style.before}{style.number(abs(rounded))}{style.after}"
