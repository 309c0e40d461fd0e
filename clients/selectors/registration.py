"""Registration numbers in words: what is wrong, what would be right, and what a number says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clients.rules import companies_house, uscc, vat
from clients.rules.registration import Checked, Fault, Scheme, check_registration


@dataclass(frozen=True, slots=True)
class RegistrationRemark:
    """What the rules say of a number, in the reader's language.

    `sentence` is "" for a number that no rule judges; `meaning` tells what a sound one stands for.
    """

    checked: Checked
    sentence: str
    meaning: str = ""

    @property
    def is_warning(self) -> bool:
        """Whether something is wrong with it."""
        return self.checked.fault is not None


def registration_remark(country: str, number: str) -> RegistrationRemark:
    """Judge a client's number by the rule of its country, and say so."""
    checked = check_registration(country, number)
    if checked.scheme is None:
        return RegistrationRemark(checked, "")
    if checked.fault is None:
        return RegistrationRemark(checked, str(_HOLDS[checked.scheme]), _meaning(checked))
    return RegistrationRemark(checked, _sentence(checked, checked.fault))


_HOLDS: Final[Mapping[Scheme, str | Promise]] = {
    Scheme.USCC: _("The check character of the unified social credit code fits."),
    Scheme.VAT: _("Form and check digits of the VAT number fit."),
    Scheme.UK_COMPANY: _("The number has the form of a UK company number."),
}

_FAULTS: Final[Mapping[tuple[Scheme, Fault], str | Promise]] = {
    (Scheme.USCC, Fault.LENGTH): _(
        "A unified social credit code has 18 characters; this one has %(length)s."
    ),
    (Scheme.USCC, Fault.OLD_LICENCE): _(
        "15 digits are the number of a licence from before October 2015. Ask for the unified "
        "social credit code of 18 characters."
    ),
    (Scheme.USCC, Fault.CHARACTER): _(
        "“%(character)s” in place %(place)s does not occur there: the code is written with digits "
        "and capitals without I, O, S, V and Z, its places 3 to 8 with digits only."
    ),
    (Scheme.USCC, Fault.CHECK): _(
        "The check character does not fit: after these 17 characters it would be “%(allowed)s”, "
        "not “%(character)s”. Compare each character with the business licence."
    ),
    (Scheme.USCC, Fault.AUTHORITY): _(
        "“%(character)s” in place 1 is no registering authority. A company's code begins with 9."
    ),
    (Scheme.USCC, Fault.REGION): _(
        "Places 3 to 8 name the region of registration; there is none that begins with "
        "“%(region)s”."
    ),
    (Scheme.USCC, Fault.ORGANISATION): _(
        "Places 9 to 17 hold the organisation code, whose own check character would be "
        "“%(allowed)s”, not “%(character)s”. Compare them with the business licence."
    ),
    (Scheme.VAT, Fault.FORMAT): _(
        "This is not the form of a VAT number of %(country)s: %(shapes)s (9 stands for a digit, X "
        "for a letter)."
    ),
    (Scheme.VAT, Fault.CHECK): _(
        "The check digits of this VAT number of %(country)s do not fit. Compare each character "
        "with the client's invoice or letterhead."
    ),
    (Scheme.UK_COMPANY, Fault.LENGTH): _(
        "A UK company number has 8 characters; this one has %(length)s."
    ),
    (Scheme.UK_COMPANY, Fault.PREFIX): _(
        "No UK company number begins with “%(prefix)s”. It is 8 digits, or two letters such as SC, "
        "NI, OC, SO, NC or FC and 6 digits."
    ),
    (Scheme.UK_COMPANY, Fault.FORMAT): _(
        "After “%(prefix)s” a UK company number goes on with digits, to 8 characters in all."
    ),
}


def _sentence(checked: Checked, fault: Fault) -> str:
    assert checked.scheme is not None  # noqa: S101  # for the type checker
    return str(_FAULTS[checked.scheme, fault]) % _words(checked) + _hint(checked, fault)


def _words(checked: Checked) -> dict[str, object]:
    number, place = checked.number, checked.place
    form = vat.FORMATS.get(checked.country)
    return {
        "length": len(number),
        "character": number[place - 1] if place else "",
        "place": place,
        "allowed": checked.allowed,
        "region": number[2:4],
        "prefix": companies_house.prefix_of(number),
        "country": form.prefix if form else checked.country,
        "shapes": gettext(" or ").join(form.shapes) if form else "",
    }


def _hint(checked: Checked, fault: Fault) -> str:
    """What was probably meant, where that is known."""
    if fault == Fault.CHARACTER and checked.allowed:
        return " " + gettext("Probably the digit %(digit)s is meant.") % {"digit": checked.allowed}
    if fault == Fault.LENGTH and checked.allowed:
        return " " + gettext("With its leading zeros it would be %(number)s.") % {
            "number": checked.allowed
        }
    return ""


# --- What a sound number says --------------------------------------------------------------------

_AUTHORITIES: Final[Mapping[str, str | Promise]] = {
    "1": _("staffing of public institutions"),
    "2": _("foreign affairs"),
    "3": _("administration of justice"),
    "4": _("culture"),
    "5": _("civil affairs"),
    "6": _("tourism"),
    "7": _("religious affairs"),
    "8": _("trade unions"),
    "9": _("market regulation"),
    "A": _("staffing of the armed forces"),
    "N": _("agriculture"),
    "Y": pgettext_lazy("registering authority", "another authority"),
}

# The kinds that are met as clients; the rest are "another body".
_KINDS: Final[Mapping[str, str | Promise]] = {
    "11": _("state organ"),
    "12": _("public institution"),
    "13": _("mass organisation"),
    "31": _("law firm"),
    "32": _("notary office"),
    "34": _("forensic institute"),
    "35": _("arbitration commission"),
    "51": _("social organisation"),
    "52": _("private non-enterprise unit"),
    "53": _("foundation"),
    "81": _("trade union"),
    "91": _("company"),
    "92": _("individual business"),
    "93": _("farmers' cooperative"),
    "N1": _("collective of a village group"),
    "N2": _("collective of a village"),
    "N3": _("collective of a township"),
}

_PROVINCES: Final[Mapping[str, str | Promise]] = {
    "10": _("the state"),
    "11": _("Beijing"),
    "12": _("Tianjin"),
    "13": _("Hebei"),
    "14": _("Shanxi"),
    "15": _("Inner Mongolia"),
    "21": _("Liaoning"),
    "22": _("Jilin"),
    "23": _("Heilongjiang"),
    "31": _("Shanghai"),
    "32": _("Jiangsu"),
    "33": _("Zhejiang"),
    "34": _("Anhui"),
    "35": _("Fujian"),
    "36": _("Jiangxi"),
    "37": _("Shandong"),
    "41": _("Henan"),
    "42": _("Hubei"),
    "43": _("Hunan"),
    "44": _("Guangdong"),
    "45": _("Guangxi"),
    "46": _("Hainan"),
    "50": _("Chongqing"),
    "51": _("Sichuan"),
    "52": _("Guizhou"),
    "53": _("Yunnan"),
    "54": _("Tibet"),
    "61": _("Shaanxi"),
    "62": _("Gansu"),
    "63": _("Qinghai"),
    "64": _("Ningxia"),
    "65": _("Xinjiang"),
    "71": _("Taiwan"),
    "81": _("Hong Kong"),
    "82": _("Macao"),
}

_BODIES: Final[Mapping[companies_house.Body, str | Promise]] = {
    companies_house.Body.COMPANY: _("company"),
    companies_house.Body.LLP: _("limited liability partnership"),
    companies_house.Body.PARTNERSHIP: _("limited partnership"),
    companies_house.Body.OVERSEAS: _("overseas company"),
    companies_house.Body.SOCIETY: _("registered society"),
    companies_house.Body.CHARTER: _("body with a royal charter"),
    companies_house.Body.OTHER: _("another kind of body"),
}

_REGISTERS: Final[Mapping[companies_house.Register, str | Promise]] = {
    companies_house.Register.ENGLAND: _("England and Wales"),
    companies_house.Register.SCOTLAND: _("Scotland"),
    companies_house.Register.NORTHERN_IRELAND: _("Northern Ireland"),
    companies_house.Register.UNITED_KINGDOM: _("United Kingdom"),
}


def _meaning(checked: Checked) -> str:
    if checked.scheme == Scheme.USCC:
        found = uscc.parts(checked.number)
        kind = _KINDS.get(found.authority + found.kind, _("another kind of body"))
        return gettext(
            "%(kind)s, registered in %(province)s (region %(region)s) with the authority for "
            "%(authority)s; organisation code %(organisation)s"
        ) % {
            "kind": kind,
            "province": _PROVINCES[found.province],
            "region": found.region,
            "authority": _AUTHORITIES[found.authority],
            "organisation": f"{found.organisation_code[:-1]}-{found.organisation_code[-1]}",
        }
    if checked.scheme == Scheme.UK_COMPANY:
        prefix = companies_house.prefix_of(checked.number)
        body, register = companies_house.PREFIXES[prefix]
        return gettext("%(body)s, register of %(register)s") % {
            "body": _BODIES[body],
            "register": _REGISTERS[register],
        }
    return ""


__all__ = ["RegistrationRemark", "registration_remark"]
