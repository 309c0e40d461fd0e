"""Words in cells: yes and no, states, document types, currencies, countries, languages, terms."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from babel import Locale
from babel.core import get_global

from core.money import UnknownCurrency, check_currency
from imports.rules.amounts import currency_of_sign

_DATA: Final = Path(__file__).resolve().parent.parent / "data" / "words.json"
_TERMS: Final = re.compile(
    r"(?:net|n|due in|within|terms?|月结|账期|票到|到票|开票后|收票后|净)?[\s:]*"
    r"(\d{1,3})\s*(?:d|days?|天|日|个?自然日)?(?:\s*(?:net|内|内付款|付款))?\.?",
    re.IGNORECASE | re.ASCII,
)
_AT_ONCE: Final = frozenset(
    {"due on receipt", "on receipt", "cod", "cash", "immediate", "prepaid", "prepayment"}
    | {"cash on delivery", "货到付款", "款到发货", "现结", "即付", "预付", "见票即付"}
)
_EMAIL: Final = re.compile(r"[A-Za-z0-9._%+'\-]{1,64}@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")
_MAX_TERMS: Final = 730
_UNKNOWN_REGION: Final = frozenset({"ZZ", "EU", "EZ", "UN", "QO", "XA", "XB"})


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    return data


def plain(text: str) -> str:
    """A word as it is looked up: folded width and case, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.replace("_", " ").split())


@lru_cache(maxsize=16)
def _lookup(group: str) -> dict[str, str]:
    return {word: value for value, words in _words()[group].items() for word in words}


def status_of(text: str) -> str | None:
    """DRAFT, VOID, PAID, PARTIAL, DISPUTED, WRITTEN_OFF or OPEN; None when not understood."""
    word = plain(text)
    found = _lookup("status").get(word)
    if found or not word:
        return found or "OPEN"
    # "Overdue by 12 days", "Due in 3 days" (Zoho)
    return "OPEN" if word.startswith(("overdue", "due in", "逾期")) else None


def document_type_of(text: str) -> str | None:
    """INVOICE, CREDIT_NOTE or PAYMENT; None when not understood."""
    return _lookup("document_type").get(plain(text)) if text else "INVOICE"


def method_of(text: str) -> str:
    """How a payment came; OTHER when not understood."""
    return _lookup("method").get(plain(text), "OTHER") if text else "BANK_TRANSFER"


def language_of(text: str) -> str | None:
    """`en` or `zh-hans`; None when not understood."""
    return _lookup("language").get(plain(text))


def flag_of(text: str) -> bool | None:
    """Yes or no; None when it is neither word, as a reason in its place would be."""
    word = plain(text)
    if not word or word in _words()["no"]:
        return False
    return True if word in _words()["yes"] else None


def is_total(text: str) -> bool:
    """Whether a cell heads a row of totals: "Total", "Total for Acme", "合计"."""
    word = plain(text).rstrip(":：")
    if word in _words()["total"]:
        return True
    return word.startswith(("total for ", "total ", "subtotal ", "合计", "小计", "总计"))


def currency_of(text: str, default: str = "") -> str | None:
    """The ISO code that a cell names: `EUR`, `eur`, `€`, `人民币`, `US Dollar`; None if unknown."""
    word = plain(text)
    try:
        return check_currency(word.upper())
    except UnknownCurrency:
        pass
    found = _lookup("currency").get(word) or currency_of_sign(word, default)
    if found:
        return found
    # "CNY 人民币", "USD - US Dollar", "人民币(CNY)"
    for code in re.findall(r"\b[a-z]{3}\b", word):
        try:
            return check_currency(code.upper())
        except UnknownCurrency:
            continue
    return None


def terms_of(text: str) -> int | None:
    """Days to pay: `Net 45`, `45 days`, `30`, `月结60天`, `Due on receipt` (0); None if unknown."""
    word = plain(text)
    if word in _AT_ONCE:
        return 0
    found = _TERMS.fullmatch(word) or re.fullmatch(r"(\d{1,3})\.0+", word, re.ASCII)
    found = found or re.search(r"\bnet\s*(\d{1,3})\b", word, re.ASCII)
    days = int(found[1]) if found else None
    return days if days is not None and days <= _MAX_TERMS else None


def email_of(text: str) -> str | None:
    """The first address in a cell; None when there is none."""
    found = _EMAIL.search(text)
    return found[0].rstrip(".")[:254] if found else None


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in ("en", "zh_Hans"):
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _UNKNOWN_REGION:  # noqa: PLR2004  # ISO 3166 alpha-2
                found[plain(name)] = code
                found.setdefault(code.casefold(), code)
    for alias, codes in get_global("territory_aliases").items():
        if len(alias) == 3 and len(codes) == 1 and codes[0] not in _UNKNOWN_REGION:  # noqa: PLR2004  # alpha-3, numeric
            found.setdefault(alias.casefold(), codes[0])
    common = {"uk": "GB", "england": "GB", "usa": "US", "united states of america": "US"}
    common |= {"中华人民共和国": "CN", "prc": "CN", "香港": "HK", "澳门": "MO", "台湾": "TW"}
    common |= {"hong kong": "HK", "macau": "MO", "south korea": "KR", "korea": "KR", "uae": "AE"}
    return found | common


def main_zones() -> dict[str, str]:
    """The time zone of the business centre, for countries with several."""
    zones: dict[str, str] = _words()["zones"]
    return zones


def country_of(text: str) -> str | None:
    """ISO 3166 alpha-2 of a country named by code (alpha-2, alpha-3, numeric) or by name."""
    word = plain(text)
    if word.isdigit():
        word = word.zfill(3)
    return _countries().get(word)


# A column with more strangers than this is no list of countries (IBM's area codes are not).
_COUNTRY_SHARE: Final = 0.5


def are_countries(values: frozenset[str]) -> bool:
    """Whether the distinct values of a column name countries, on the whole."""
    given = [value for value in values if value.strip()]
    known = sum(1 for value in given if country_of(value))
    return bool(given) and known >= len(given) * _COUNTRY_SHARE
