"""Amounts of money as people write them in a mail."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_CURRENCIES: Final = {
    "¥": "CNY", "￥": "CNY", "元": "CNY", "块": "CNY", "rmb": "CNY", "cny": "CNY", "人民币": "CNY",
    "$": "USD", "us$": "USD", "usd": "USD", "美元": "USD", "美金": "USD", "dollars": "USD",
    "€": "EUR", "eur": "EUR", "欧元": "EUR", "euro": "EUR", "euros": "EUR",
    "£": "GBP", "gbp": "GBP", "英镑": "GBP", "hk$": "HKD", "hkd": "HKD", "港币": "HKD",
    "jpy": "JPY", "日元": "JPY", "chf": "CHF", "sgd": "SGD",
}  # fmt: skip
_SIGN: Final = "|".join(re.escape(one) for one in sorted(_CURRENCIES, key=len, reverse=True))
_NUMBER: Final = (
    r"\d{1,3}(?:[,' ]\d{3})+(?:\.\d{1,2})?|\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?"
    r"|\d{1,12}(?:[.,]\d{1,2})?"
)
_SCALE: Final = r"(?:\s?(k\b|thousand|million|万|千|百万))?"
_AMOUNT: Final = re.compile(
    rf"(?:(?<![a-z])({_SIGN})\s?({_NUMBER}){_SCALE})"
    rf"|(?:(?<![\d.,])({_NUMBER}){_SCALE}\s?({_SIGN})(?![a-z]))"
    rf"|(?:(?<![\d.,])(\d{{1,6}}(?:\.\d{{1,4}})?)\s?(万)(?!人|件|个|台|吨|套|箱))"
    # No sign of a currency, but cents, and too large for a day; a year and its month are none.
    r"|(?:(?<![\w.,/-])(?!(?:19|20)\d\d[.,](?:0[1-9]|1[0-2])(?!\d))"
    r"(\d{1,3}(?:,\d{3})+\.\d{2}|\d{1,3}(?:\.\d{3})+,\d{2}|\d{3,9}[.,]\d{2})(?![\w%/-]|[.,]\d))",
    re.IGNORECASE,
)
_SCALES: Final = {
    "k": 1000, "thousand": 1000, "千": 1000, "万": 10_000, "million": 1_000_000, "百万": 1_000_000,
}  # fmt: skip
_CENTS: Final = 2


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount; its currency is "" when the words do not say."""

    amount: Decimal
    currency: str


def sum_said(sentence: str) -> Sum | None:
    """The one amount in a sentence; None when there is none, or more than one."""
    found = {_read(match) for match in _AMOUNT.finditer(sentence)}
    return found.pop() if len(found) == 1 else None


def _read(match: re.Match[str]) -> Sum:
    if match[7]:
        return Sum(_scaled(_number(match[7]), match[8]), "")
    if match[9]:
        return Sum(_number(match[9]), "")
    sign, number, scale = (
        (match[1], match[2], match[3]) if match[1] else (match[6], match[4], match[5])
    )
    return Sum(_scaled(_number(number), scale), _CURRENCIES[sign.lower()])


def _scaled(number: Decimal, scale: str | None) -> Decimal:
    return number * _SCALES[scale.lower()] if scale else number


def _number(text: str) -> Decimal:
    """Digits with either kind of separators: the last one is the decimal one when two follow."""
    plain = text.replace("'", "").replace(" ", "")
    last = max(plain.rfind("."), plain.rfind(","))
    if last < 0:
        return Decimal(plain)
    whole, cents = plain[:last], plain[last + 1 :]
    whole = whole.replace(".", "").replace(",", "")
    is_decimal = len(cents) <= _CENTS or (plain[last] == "." and len(cents) > _CENTS + 1)
    return Decimal(f"{whole}.{cents}") if is_decimal else Decimal(whole + cents)
