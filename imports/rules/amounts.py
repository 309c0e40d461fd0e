"""Amounts as files write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from core.money import MAX_AMOUNT, currency_codes, minor_units

POINT: Final = "."
COMMA: Final = ","
AUTO: Final = ""

_PLAIN: Final = re.compile(r"-?\d{1,15}(?:\.\d+)?", re.ASCII)
# Beyond doubt, and what most columns hold from top to bottom.
_TWO_PLACES: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,2})?", re.ASCII)
_DASH: Final = re.compile(r"[-–—]+|nil|n/?a|无", re.IGNORECASE)
_PARTS: Final = re.compile(
    r"(?P<open>\()?(?P<sign>[-+])?(?P<before>[^\d.,()+\-]*)(?P<sign2>[-+])?"
    r"(?P<digits>\d[\d.,' ]*|[.,]\d+)(?P<after>[^\d.,()]*?)(?P<trail>-)?(?P<close>\))?",
    re.ASCII,
)
_CREDIT: Final = re.compile(r"cr\.?", re.IGNORECASE)
_DEBIT: Final = re.compile(r"dr\.?", re.IGNORECASE)
_POINT_GROUPS: Final = re.compile(r"\d{1,3}(?:[,' ]\d{2,3})*[,' ]\d{3}|\d+", re.ASCII)
_COMMA_GROUPS: Final = re.compile(r"\d{1,3}(?:[.' ]\d{2,3})*[.' ]\d{3}|\d+", re.ASCII)
_SPACES: Final = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u3000"), " ")
_MINUS: Final = {0x2212: "-", 0x2013: "-", 0x2019: "'", 0xFF0D: "-"}
# Binary fractions that were printed at full width show at the 16th digit (0.30000000000000004).
_DOUBLE_DIGITS: Final = 15
_GROUP: Final = 3

# Signs that stand for one currency. "$" and "¥" stand for several: they are the default
# currency's when it uses them, else the first here.
SYMBOLS: Final = {
    "€": ("EUR",),
    "£": ("GBP",),
    "$": ("USD", "AUD", "CAD", "HKD", "SGD", "NZD", "TWD", "MXN"),
    "¥": ("CNY", "JPY"),
    "us$": ("USD",),
    "hk$": ("HKD",),
    "s$": ("SGD",),
    "a$": ("AUD",),
    "c$": ("CAD",),
    "nt$": ("TWD",),
    "rmb": ("CNY",),
    "元": ("CNY",),
    "人民币": ("CNY",),
    "人民币元": ("CNY",),
    "美元": ("USD",),
    "港元": ("HKD",),
    "港币": ("HKD",),
    "欧元": ("EUR",),
    "英镑": ("GBP",),
    "日元": ("JPY",),
    "円": ("JPY",),
    "₹": ("INR",),
    "₩": ("KRW",),
    "₽": ("RUB",),
    "฿": ("THB",),
    "zł": ("PLN",),
    "ksh": ("KES",),
    "r$": ("BRL",),
    "chf": ("CHF",),
}


@dataclass(frozen=True, slots=True)
class Amount:
    """A number, and the currency sign or code that stood beside it."""

    value: Decimal
    sign: str = ""


def _cleaned(text: str) -> str:
    # NFKC turns full-width digits, commas and the full-width yen sign into the common ones.
    return unicodedata.normalize("NFKC", text.translate(_SPACES)).translate(_MINUS).strip()


def parse_amount(text: str, decimal: str) -> Amount | None:
    """The amount a text holds, with `decimal` as its decimal sign; None when it holds none.

    `(123.45)`, `123.45-` and `123.45 CR` are negative, a lone dash is zero. Groups of digits may
    be parted by a space, an apostrophe, or the sign that is not the decimal sign.
    """
    if _PLAIN.fullmatch(text) and decimal != COMMA:
        return Amount(Decimal(text))
    text = _cleaned(text)
    if _DASH.fullmatch(text):
        return Amount(Decimal(0))
    found = _PARTS.fullmatch(text)
    if not found or bool(found["open"]) != bool(found["close"]):
        return None
    before, after = _beside(found)
    is_credit = _CREDIT.fullmatch(after) is not None
    if is_credit or _DEBIT.fullmatch(after):
        after = ""
    if not (_is_currency(before) and _is_currency(after)):
        return None
    minuses = [found["sign"] == "-", found["sign2"] == "-", bool(found["trail"])]
    if sum(minuses) + is_credit + bool(found["open"]) > 1:
        return None
    value = _digits(found["digits"].strip(), decimal)
    if value is None:
        return None
    is_negative = any((*minuses, is_credit, found["open"]))
    return Amount(-value if is_negative else value, before or after)


def _beside(found: re.Match[str]) -> tuple[str, str]:
    return (found["before"] or "").strip().lower(), (found["after"] or "").strip().lower()


def _is_currency(sign: str) -> bool:
    """Whether nothing stands there or a currency does: "12万" is not 12, and "5 units" no money."""
    return not sign or currency_of_sign(sign, "") is not None


def _digits(text: str, decimal: str) -> Decimal | None:
    mark = decimal or POINT
    whole, _mark, fraction = text.partition(mark)
    groups = _POINT_GROUPS if mark == POINT else _COMMA_GROUPS
    if (whole and not groups.fullmatch(whole)) or (fraction and not fraction.isdigit()):
        return None
    digits = "".join(c for c in whole if c.isdigit())
    return Decimal(f"{digits or '0'}.{fraction or '0'}") if fraction else Decimal(digits or "0")


def fitted(value: Decimal, currency: str) -> Decimal | None:
    """The value in the decimals of its currency; None when it has more.

    Zeros behind them are nothing (`1495.0000`), and so is what a binary fraction added behind
    its fifteenth digit.
    """
    places = minor_units(currency)
    cut = round(value, places)
    if cut == value:
        return cut
    if len(value.as_tuple().digits) > _DOUBLE_DIGITS:
        cut = round(Decimal(format(float(value), f".{_DOUBLE_DIGITS}g")), places)
        if abs(cut - value) < Decimal("1e-9"):
            return cut
    return None


def in_range(value: Decimal) -> bool:
    """Whether the ledger can hold it."""
    return abs(value) <= MAX_AMOUNT


def currency_of_sign(sign: str, default: str) -> str | None:
    """The currency that a sign or code beside an amount stands for; None when unknown."""
    known = SYMBOLS.get(sign.strip().lower())
    if known:
        return default if default in known else known[0]
    code = sign.strip().upper()
    return code if code in currency_codes() else None


@dataclass
class MarkEvidence:
    """What a column says about its decimal sign."""

    point: int = 0
    comma: int = 0
    signs: set[str] = field(default_factory=set)

    def feed(self, values: Iterable[str]) -> None:
        """Look at some values."""
        values = tuple(values)
        if all(map(_TWO_PLACES.fullmatch, values)):
            self.point += "\n".join(values).count(".")
            return
        for value in values:
            if not value or (_PLAIN.fullmatch(value) and not _three_after_point(value)):
                if "." in value:
                    self.point += 1
                continue
            found = _PARTS.fullmatch(_cleaned(value))
            if found:
                self._judge(found["digits"])
                self.signs.update(sign for sign in _beside(found) if sign)

    def _judge(self, digits: str) -> None:
        points, commas = digits.count("."), digits.count(",")
        if points and commas:
            last_is_point = digits.rindex(".") > digits.rindex(",")
            self.point, self.comma = self.point + last_is_point, self.comma + (not last_is_point)
        elif points > 1 or commas > 1:
            # A sign that stands twice parts groups, so the other one is the decimal sign.
            self.point, self.comma = self.point + (commas > 1), self.comma + (points > 1)
        elif points and not _three_after_point(digits):
            self.point += 1
        elif commas and len(digits) - digits.index(",") - 1 != _GROUP:
            self.comma += 1

    def merge(self, other: MarkEvidence) -> None:
        """Add what another column of the same file says."""
        self.point += other.point
        self.comma += other.comma

    @property
    def decimal(self) -> str:
        """The decimal sign: the point, unless only a comma was seen in its place.

        `1.234` alone could be both. It is read with the point, and is then more precise than
        its currency, which is a problem and never a silent factor of a thousand.
        """
        return COMMA if self.comma > self.point else POINT


def _three_after_point(text: str) -> bool:
    return "." in text and len(text) - text.index(".") - 1 == _GROUP and text[-1].isdigit()
