"""Registration numbers, checked without asking anybody.

A number of a country that has no rule here, or of a kind that has none (a German HRB number), is
not judged. What is found is a remark: it stops nobody from saving what a business licence says.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from clients.rules import companies_house, uscc, vat


class Scheme(StrEnum):
    """By which rule a number was judged."""

    USCC = "USCC"
    VAT = "VAT"
    UK_COMPANY = "UK_COMPANY"


class Fault(StrEnum):
    """What is wrong with a number."""

    LENGTH = "LENGTH"
    OLD_LICENCE = "OLD_LICENCE"
    CHARACTER = "CHARACTER"
    CHECK = "CHECK"
    AUTHORITY = "AUTHORITY"
    REGION = "REGION"
    ORGANISATION = "ORGANISATION"
    PREFIX = "PREFIX"
    FORMAT = "FORMAT"


@dataclass(frozen=True, slots=True)
class Checked:
    """What the rules say of a number: without a scheme it was not judged, without a fault it holds.

    `place` is the place at fault, from 1; `allowed` what would be right, where that is known.
    """

    number: str
    scheme: Scheme | None = None
    fault: Fault | None = None
    place: int = 0
    allowed: str = ""
    country: str = ""

    @property
    def holds(self) -> bool:
        """Whether a rule was applied and found nothing."""
        return self.scheme is not None and self.fault is None


_UNITED_KINGDOM: Final = frozenset({"GB", "UK"})
_SEPARATORS: Final = str.maketrans("", "", " \t\u00a0-‐‑–—./·")


def compact(number: str) -> str:
    """As the rules read it: full-width forms made plain, in capitals, without separators."""
    return unicodedata.normalize("NFKC", number).upper().translate(_SEPARATORS)


def check_registration(country: str, number: str) -> Checked:
    """Judge a number by the rule of its country (an ISO code; EL and UK are understood)."""
    country, bare = _country(country), compact(number)
    if not bare:
        return Checked(bare, country=country)
    if country == "CN":
        return _chinese(bare)
    if country in _UNITED_KINGDOM:
        return _british(bare)
    if country in vat.FORMATS:
        return _european(country, bare)
    return Checked(bare, country=country)


def _country(country: str) -> str:
    code = country.strip().upper()
    return "GR" if code == "EL" else code


def _chinese(code: str) -> Checked:
    def wrong(fault: Fault, place: int = 0, allowed: str = "") -> Checked:
        return Checked(code, Scheme.USCC, fault, place, allowed, "CN")

    if len(code) == uscc.OLD_LICENCE_LENGTH and code.isdecimal():
        return wrong(Fault.OLD_LICENCE)
    if len(code) != uscc.LENGTH:
        return wrong(Fault.LENGTH)
    place = uscc.strange_place(code)
    if place is not None:
        return wrong(Fault.CHARACTER, place, uscc.LOOKALIKES.get(code[place - 1], ""))
    expected = uscc.check_character(code[:-1])
    if code[-1] != expected:
        return wrong(Fault.CHECK, uscc.LENGTH, expected)
    return _chinese_parts(code)


def _chinese_parts(code: str) -> Checked:
    """The check character fits; what the parts say may still be impossible."""
    found = uscc.parts(code)
    fault: tuple[Fault, int, str] | None = None
    expected = uscc.organisation_check_character(found.organisation_code[:-1])
    if found.authority not in uscc.AUTHORITIES:
        fault = (Fault.AUTHORITY, 1, "")
    elif not found.province:
        fault = (Fault.REGION, 3, "")
    elif found.organisation_code[-1] != expected:
        fault = (Fault.ORGANISATION, 17, expected)
    if fault is None:
        return Checked(code, Scheme.USCC, country="CN")
    return Checked(code, Scheme.USCC, *fault, country="CN")


def _british(number: str) -> Checked:
    """A company number; one that begins with GB or XI and a digit is a VAT number."""
    for prefix in ("GB", "XI"):
        if number.startswith(prefix) and number[2:3].isdecimal():
            return _vat(prefix, number[2:])

    def wrong(fault: Fault, allowed: str = "") -> Checked:
        return Checked(number, Scheme.UK_COMPANY, fault, allowed=allowed, country="GB")

    if len(number) != companies_house.LENGTH:
        return wrong(Fault.LENGTH, companies_house.padded(number) or "")
    if companies_house.prefix_of(number) not in companies_house.PREFIXES:
        return wrong(Fault.PREFIX)
    if not companies_house.follows_its_prefix(number):
        return wrong(Fault.FORMAT)
    return Checked(number, Scheme.UK_COMPANY, country="GB")


def _european(country: str, number: str) -> Checked:
    """A number with the prefix is a VAT number; without one it is one only if it passes as such."""
    prefix = vat.FORMATS[country].prefix
    if number.startswith(prefix) and number[2:3].isalnum():
        return _vat(country, number[2:])
    if vat.is_well_formed(country, number) and vat.has_valid_check(country, number):
        return Checked(prefix + number, Scheme.VAT, country=country)
    return Checked(number, country=country)


def _vat(country: str, bare: str) -> Checked:
    number = vat.FORMATS[country].prefix + bare
    if not vat.is_well_formed(country, bare):
        return Checked(number, Scheme.VAT, Fault.FORMAT, country=country)
    if not vat.has_valid_check(country, bare):
        return Checked(number, Scheme.VAT, Fault.CHECK, country=country)
    return Checked(number, Scheme.VAT, country=country)
