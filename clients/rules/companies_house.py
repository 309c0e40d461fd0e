"""Company numbers of the United Kingdom: eight characters, given out by Companies House.

They have no check digit; the prefix says what the body is and which register holds it.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

LENGTH: Final = 8


class Body(StrEnum):
    """What stands behind a number."""

    COMPANY = "COMPANY"
    LLP = "LLP"
    PARTNERSHIP = "PARTNERSHIP"
    OVERSEAS = "OVERSEAS"
    SOCIETY = "SOCIETY"
    CHARTER = "CHARTER"
    OTHER = "OTHER"


class Register(StrEnum):
    """Whose register holds it."""

    ENGLAND = "ENGLAND"
    SCOTLAND = "SCOTLAND"
    NORTHERN_IRELAND = "NORTHERN_IRELAND"
    UNITED_KINGDOM = "UNITED_KINGDOM"


_E, _S, _N, _U = (
    Register.ENGLAND,
    Register.SCOTLAND,
    Register.NORTHERN_IRELAND,
    Register.UNITED_KINGDOM,
)
PREFIXES: Final[dict[str, tuple[Body, Register]]] = {
    "": (Body.COMPANY, _E),
    "SC": (Body.COMPANY, _S),
    "NI": (Body.COMPANY, _N),
    "R": (Body.COMPANY, _N),  # from before the partition of Ireland: R0000001
    "OC": (Body.LLP, _E),
    "SO": (Body.LLP, _S),
    "NC": (Body.LLP, _N),
    "LP": (Body.PARTNERSHIP, _E),
    "SL": (Body.PARTNERSHIP, _S),
    "NL": (Body.PARTNERSHIP, _N),
    "SG": (Body.PARTNERSHIP, _S),
    "FC": (Body.OVERSEAS, _U),
    "SF": (Body.OVERSEAS, _S),
    "NF": (Body.OVERSEAS, _N),
    "BR": (Body.OVERSEAS, _U),
    "OE": (Body.OVERSEAS, _U),
    "IP": (Body.SOCIETY, _E),
    "RS": (Body.SOCIETY, _E),
    "SP": (Body.SOCIETY, _S),
    "NO": (Body.SOCIETY, _N),
    "NP": (Body.SOCIETY, _N),
    "RC": (Body.CHARTER, _E),
    "SR": (Body.CHARTER, _S),
    "NR": (Body.CHARTER, _N),
    "AC": (Body.OTHER, _E),
    "SA": (Body.OTHER, _S),
    "NA": (Body.OTHER, _N),
    "CE": (Body.OTHER, _E),
    "CS": (Body.OTHER, _S),
    "FE": (Body.OTHER, _E),
    "GE": (Body.OTHER, _E),
    "GS": (Body.OTHER, _S),
    "GN": (Body.OTHER, _N),
    "IC": (Body.OTHER, _E),
    "SI": (Body.OTHER, _S),
    "NV": (Body.OTHER, _N),
    "PC": (Body.OTHER, _E),
    "SE": (Body.OTHER, _E),
    "ES": (Body.OTHER, _S),
    "EN": (Body.OTHER, _N),
    "ZC": (Body.OTHER, _E),
    "SZ": (Body.OTHER, _S),
    "NZ": (Body.OTHER, _N),
}
_SOCIETIES: Final = frozenset(
    prefix for prefix, (body, _register) in PREFIXES.items() if body == Body.SOCIETY
)
_AFTER: Final = {
    "": re.compile(r"\d{8}"),
    "R": re.compile(r"\d{7}"),
}
# Societies end in letters: IP12345R, SP1234RS.
_OF_SOCIETY: Final = re.compile(r"\d{4}(\d\d|\d[A-Z]|[A-Z]{2})")
_USUAL: Final = re.compile(r"\d{6}")


def prefix_of(number: str) -> str:
    """The letters it begins with; one letter is a prefix too (R0000001)."""
    return number[: len(number) - len(number.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))]


def follows_its_prefix(number: str) -> bool:
    """Whether what comes after a known prefix has its form."""
    prefix = prefix_of(number)
    usual = _OF_SOCIETY if prefix in _SOCIETIES else _USUAL
    return _AFTER.get(prefix, usual).fullmatch(number[len(prefix) :]) is not None


def padded(number: str) -> str | None:
    """A number whose leading zeros were left out, with them; None where that is not its fault."""
    prefix = prefix_of(number)
    digits = number[len(prefix) :]
    if prefix not in PREFIXES or not digits.isdecimal() or len(number) >= LENGTH:
        return None
    return prefix + digits.zfill(LENGTH - len(prefix))
