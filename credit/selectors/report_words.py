"""What registers say in codes, in the reader's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from core.display import format_day, format_number
from core.money import format_money, tender_currencies
from credit.rules.reports import LIMIT, PROBABILITY, SCORE, Figure
from credit.states import AdverseKind, ReportFigure

Words = Mapping[str, str | Promise]

STATUS: Final[Words] = {
    "active": pgettext_lazy("company status", "Active"),
    "dissolved": pgettext_lazy("company status", "Dissolved"),
    "liquidation": pgettext_lazy("company status", "In liquidation"),
    "receivership": pgettext_lazy("company status", "In receivership"),
    "administration": pgettext_lazy("company status", "In administration"),
    "voluntary-arrangement": pgettext_lazy("company status", "Voluntary arrangement"),
    "insolvency-proceedings": pgettext_lazy("company status", "Insolvency proceedings"),
    "converted-closed": pgettext_lazy("company status", "Converted or closed"),
    "registered": pgettext_lazy("company status", "Registered"),
    "removed": pgettext_lazy("company status", "Removed"),
    "closed": pgettext_lazy("company status", "Closed"),
    "open": pgettext_lazy("company status", "Open"),
    "active-proposal-to-strike-off": pgettext_lazy("company status", "strike-off proposed"),
    "petition-to-restore-dissolved": pgettext_lazy("company status", "petition to restore"),
    "transferred-from-uk": pgettext_lazy("company status", "moved out of the United Kingdom"),
    "transformed-to-se": pgettext_lazy("company status", "became a European company"),
    "converted-to-plc": pgettext_lazy("company status", "became a public company"),
}
FORM: Final[Words] = {
    "ltd": pgettext_lazy("legal form", "Private limited company"),
    "plc": pgettext_lazy("legal form", "Public limited company"),
    "llp": pgettext_lazy("legal form", "Limited liability partnership"),
    "limited-partnership": pgettext_lazy("legal form", "Limited partnership"),
    "scottish-partnership": pgettext_lazy("legal form", "Scottish partnership"),
    "private-unlimited": pgettext_lazy("legal form", "Private unlimited company"),
    "private-limited-guarant-nsc": pgettext_lazy("legal form", "Company limited by guarantee"),
    "oversea-company": pgettext_lazy("legal form", "Overseas company"),
    "uk-establishment": pgettext_lazy("legal form", "UK establishment of an overseas company"),
    "charitable-incorporated-organisation": pgettext_lazy(
        "legal form", "Charitable incorporated organisation"
    ),
    "registered-overseas-entity": pgettext_lazy("legal form", "Registered overseas entity"),
}
ACCOUNTS: Final[Words] = {
    "full": pgettext_lazy("accounts", "Full"),
    "small": pgettext_lazy("accounts", "Small company"),
    "medium": pgettext_lazy("accounts", "Medium company"),
    "group": pgettext_lazy("accounts", "Group"),
    "dormant": pgettext_lazy("accounts", "Dormant"),
    "total-exemption-full": pgettext_lazy("accounts", "Full, exempt from audit"),
    "total-exemption-small": pgettext_lazy("accounts", "Small company, exempt from audit"),
    "unaudited-abridged": pgettext_lazy("accounts", "Abridged, not audited"),
    "micro-entity": pgettext_lazy("accounts", "Micro-entity"),
    "no-accounts-type-available": pgettext_lazy("accounts", "None yet"),
}
CASES: Final[Words] = {
    "compulsory-liquidation": pgettext_lazy("insolvency", "Compulsory liquidation"),
    "creditors-voluntary-liquidation": pgettext_lazy(
        "insolvency", "Creditors' voluntary liquidation"
    ),
    "members-voluntary-liquidation": pgettext_lazy(
        "insolvency", "Members' voluntary liquidation (declared solvent)"
    ),
    "in-administration": pgettext_lazy("insolvency", "Administration"),
    "administration-order": pgettext_lazy("insolvency", "Administration order"),
    "corporate-voluntary-arrangement": pgettext_lazy("insolvency", "Company voluntary arrangement"),
    "corporate-voluntary-arrangement-moratorium": pgettext_lazy(
        "insolvency", "Moratorium for a voluntary arrangement"
    ),
    "receiver-manager": pgettext_lazy("insolvency", "Receiver or manager appointed"),
    "administrative-receiver": pgettext_lazy("insolvency", "Administrative receiver appointed"),
    "receivership": pgettext_lazy("insolvency", "Receivership"),
    "foreign-insolvency": pgettext_lazy("insolvency", "Insolvency abroad"),
    "moratorium": pgettext_lazy("insolvency", "Moratorium"),
}
_DAYS: Final = frozenset(
    {
        ReportFigure.INCORPORATED_ON,
        ReportFigure.ACCOUNTS_UP_TO,
        ReportFigure.ACCOUNTS_DUE,
        ReportFigure.STATEMENT_DUE,
        ReportFigure.LATEST_FILING,
    }
)
_WORDS: Final[Mapping[str, Words]] = {
    ReportFigure.COMPANY_STATUS: STATUS,
    ReportFigure.COMPANY_TYPE: FORM,
    ReportFigure.ACCOUNTS_TYPE: ACCOUNTS,
}


def _word(words: Words, code: str) -> str:
    """A code of a register in words; one that is not known as it stands."""
    return str(words.get(code) or code.replace("-", " "))


def figure_name(figure: Figure) -> str:
    """What a figure is called."""
    name = figure.label or str(ReportFigure(figure.name).label)
    return f"{name} ({figure.year})" if figure.year else name


def figure_value(figure: Figure, number: Decimal | None = None) -> str:
    """A figure as it is read; `number` in its place for a difference."""
    language = get_language() or "en"
    value = figure.number if number is None else number
    if value is not None:
        return _number(figure, value, language)
    if figure.name in _DAYS:
        return _day(figure.text, language)
    if figure.name == ReportFigure.COMPANY_STATUS:
        return " · ".join(_word(STATUS, code) for code in figure.text.split())
    return _word(_WORDS[figure.name], figure.text) if figure.name in _WORDS else figure.text


def _number(figure: Figure, value: Decimal, language: str) -> str:
    if figure.unit in tender_currencies():
        return format_money(value, figure.unit, language)
    text = plain_number(value)
    if figure.name == ReportFigure.DAYS_BEYOND_TERMS:
        return ngettext("%(n)s day", "%(n)s days", int(value)) % {"n": text}
    return f"{text} {figure.unit}".strip()


def plain_number(value: Decimal) -> str:
    """A number with the decimals it has and no more."""
    exponent = value.normalize().as_tuple().exponent
    return format_number(value, max(0, -exponent) if isinstance(exponent, int) else 0)


def _day(text: str, language: str) -> str:
    try:
        return format_day(dt.date.fromisoformat(text), language)
    except ValueError:
        return text


def fact_words(kind: str, text: str, details: Mapping[str, Any]) -> str:
    """An adverse fact in words: as a person entered it, else what the register's codes say."""
    if text or not details:
        return text
    if "case" in details:
        return _case(details)
    if kind == AdverseKind.CHARGE:
        return _charge(details)
    if "status" in details:
        return _("The register says: %(status)s.") % {"status": _word(STATUS, details["status"])}
    sentences = {
        "history": _("The register names an insolvency in the past without its case."),
        "undeliverable": _("Post to the registered office comes back."),
        "in-dispute": _("The registered office is in dispute."),
    }
    late = {
        AdverseKind.ACCOUNTS_LATE: _("The yearly accounts were not filed by their day."),
        AdverseKind.STATEMENT_LATE: _("The confirmation statement was not filed by its day."),
    }
    flag = str(details.get("flag", ""))
    return sentences.get(flag) or late.get(AdverseKind(kind)) or flag


def _case(details: Mapping[str, Any]) -> str:
    words = _word(CASES, str(details["case"]))
    if not details.get("ended_on"):
        return words
    day = _day(str(details["ended_on"]), get_language() or "en")
    return _("%(case)s, ended %(day)s") % {"case": words, "day": day}


def _charge(details: Mapping[str, Any]) -> str:
    if "more" in details:
        n = details["more"]
        more = ngettext(
            "%(n)d more charge is outstanding.", "%(n)d more charges are outstanding.", n
        )
        return more % {"n": n}
    words = _("Charge %(code)s") % {"code": details.get("charge", "")}
    parts = [words.strip(), ", ".join(map(str, details.get("holders", [])))]
    if details.get("status") == "part-satisfied":
        parts.append(_("satisfied in part"))
    parts.append(str(details.get("what", "")))
    return " · ".join(filter(None, parts))


def sign_words(sign: str) -> str:
    """Why a report is bad by its own conclusion."""
    return {
        SCORE: _("Its score is in the lowest fifth of its scale."),
        LIMIT: _("It recommends no credit."),
        PROBABILITY: _("It expects a default with a chance of one in ten or more."),
    }[sign]
