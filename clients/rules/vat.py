"""VAT numbers of the European Union and of the United Kingdom: formats, and check digits.

The formats are those that the Commission publishes for VIES. The check digits of each country are
computed by python-stdnum.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.gb import vat as gb_vat


@dataclass(frozen=True, slots=True)
class VatFormat:
    """What follows the prefix, as a pattern; whole shapes as people write them (9 a digit)."""

    prefix: str
    pattern: re.Pattern[str]
    shapes: tuple[str, ...]


def _format(prefix: str, pattern: str, *shapes: str) -> VatFormat:
    return VatFormat(prefix, re.compile(pattern), tuple(f"{prefix}{one}" for one in shapes))


#: By the country's ISO code. Greece writes EL; Northern Ireland, within the Union for goods, XI.
FORMATS: Final[dict[str, VatFormat]] = {
    "AT": _format("AT", r"U\d{8}", "U99999999"),
    "BE": _format("BE", r"[01]\d{9}", "0999999999", "1999999999"),
    "BG": _format("BG", r"\d{9,10}", "999999999", "9999999999"),
    "CY": _format("CY", r"\d{8}[A-Z]", "99999999X"),
    "CZ": _format("CZ", r"\d{8,10}", "99999999", "999999999", "9999999999"),
    "DE": _format("DE", r"\d{9}", "999999999"),
    "DK": _format("DK", r"\d{8}", "99999999"),
    "EE": _format("EE", r"\d{9}", "999999999"),
    "ES": _format("ES", r"[A-Z]\d{7}[0-9A-Z]|\d{8}[A-Z]", "X99999999", "99999999X", "X9999999X"),
    "FI": _format("FI", r"\d{8}", "99999999"),
    "FR": _format("FR", r"[0-9A-HJ-NP-Z]{2}\d{9}", "99999999999", "XX999999999"),
    "GR": _format("EL", r"\d{9}", "999999999"),
    "HR": _format("HR", r"\d{11}", "99999999999"),
    "HU": _format("HU", r"\d{8}", "99999999"),
    "IE": _format("IE", r"\d{7}[A-W][A-I]?|\d[A-Z+*]\d{5}[A-W]", "9999999X", "9999999XX"),
    "IT": _format("IT", r"\d{11}", "99999999999"),
    "LT": _format("LT", r"\d{9}|\d{12}", "999999999", "999999999999"),
    "LU": _format("LU", r"\d{8}", "99999999"),
    "LV": _format("LV", r"\d{11}", "99999999999"),
    "MT": _format("MT", r"\d{8}", "99999999"),
    "NL": _format("NL", r"\d{9}B\d{2}", "999999999B99"),
    "PL": _format("PL", r"\d{10}", "9999999999"),
    "PT": _format("PT", r"\d{9}", "999999999"),
    "RO": _format("RO", r"\d{2,10}", "99", "9999999999"),
    "SE": _format("SE", r"\d{12}", "999999999999"),
    "SI": _format("SI", r"\d{8}", "99999999"),
    "SK": _format("SK", r"\d{10}", "9999999999"),
    "XI": _format("XI", r"\d{9}(\d{3})?", "999999999", "999999999999"),
    "GB": _format("GB", r"\d{9}(\d{3})?", "999999999", "999999999999"),
}


def is_well_formed(country: str, bare: str) -> bool:
    """Whether a number without its prefix has the country's format."""
    return FORMATS[country].pattern.fullmatch(bare) is not None


def has_valid_check(country: str, bare: str) -> bool:
    """Whether the check digits of a well-formed number fit.

    What the library refuses for another reason than its check digits (a birth date that cannot be,
    a group that is not given out) is refused here too: it is not a number somebody holds.
    """
    try:
        if country in {"GB", "XI"}:
            gb_vat.validate(bare)
        else:
            eu_vat.validate(FORMATS[country].prefix + bare)
    except ValidationError:
        return False
    return True
