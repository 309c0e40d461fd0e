"""Interest in words: warnings, problems and rates as sentences in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import get_language, gettext, pgettext

from core.display import format_day
from core.money import format_money
from payments.rules.interest import AppliedRate, InterestWarning, WarningCode
from payments.rules.presets import Per


class ProblemCode(StrEnum):
    """Why interest cannot be calculated."""

    NOTHING_AGREED = "NOTHING_AGREED"
    RULE_UNKNOWN = "RULE_UNKNOWN"
    RATE_UNKNOWN = "RATE_UNKNOWN"
    AGREED_RATE_MISSING = "AGREED_RATE_MISSING"
    CONTRACT_DATE_MISSING = "CONTRACT_DATE_MISSING"


@dataclass(frozen=True)
class InterestProblem:
    """A missing fact: of which series or rule, and for which day."""

    code: ProblemCode
    subject: str = ""
    day: dt.date | None = None


class RuleNames:
    """Names and sources of rules and caps, by code."""

    def __init__(self, rows: Mapping[str, tuple[str, str, str]]) -> None:
        self._rows = rows

    def name(self, code: str, language: str) -> str:
        """The rule's name for a reader of `language`; the code itself when unknown."""
        name, name_zh, _source = self._rows.get(code, (code, code, ""))
        return name_zh if language.startswith("zh") else name

    def source(self, code: str) -> str:
        """The statute or decision the rule stands in."""
        return self._rows.get(code, ("", "", ""))[2]


def series_name(series: str) -> str:
    """A reference rate's name in the active language."""
    names = {
        "lpr_1y": gettext("one-year loan prime rate (LPR)"),
        "ecb_mro_half_year": gettext("ECB main refinancing rate"),
        "de_base_rate": gettext("base rate of the Bundesbank"),
        "boe_bank_rate_half_year": gettext("Bank of England Bank Rate"),
    }
    return names.get(series, series)


def format_rate(percent: Decimal) -> str:
    """A rate with at least two decimals and no idle zeros: `3.10`, `0.0175`."""
    shortened = percent.normalize()
    decimals = max(2, -int(shortened.as_tuple().exponent))
    return f"{shortened:.{decimals}f}"


def rate_text(rate: AppliedRate) -> str:
    """How a rate comes about: `3.10% × 1.30 = 4.03% a year`."""
    total = (
        gettext("%(rate)s%% a day") if rate.per is Per.DAY else gettext("%(rate)s%% a year")
    ) % {"rate": format_rate(rate.percent)}
    if rate.point is None:
        return total
    steps = f"{format_rate(rate.point.percent)}%"
    if rate.multiplier != 1:
        steps += f" × {format_rate(rate.multiplier)}"
    if rate.margin:
        steps += f" + {format_rate(rate.margin)}%"
    return f"{steps} = {total}" if steps != f"{format_rate(rate.percent)}%" else total


def rate_source_text(rate: AppliedRate) -> str:
    """Where a rate comes from, for the reader who wants to check it."""
    if rate.agreed:
        return gettext("Agreed in the contract")
    if rate.point is None:
        return rate.source
    return gettext("%(source)s, in force from %(day)s") % {
        "source": rate.source,
        "day": _day(rate.point.effective_on),
    }


def problem_text(problem: InterestProblem) -> str:
    """Why there is no calculation and what would allow one, in the active language."""
    sentences: dict[ProblemCode, str] = {
        ProblemCode.NOTHING_AGREED: gettext(
            "The contract says nothing about late payment. Choose a statutory rule to see "
            "what it would give."
        ),
        ProblemCode.RULE_UNKNOWN: gettext(
            "There is no interest rule called “%(subject)s”. Choose another one in the contract."
        ),
        ProblemCode.RATE_UNKNOWN: gettext(
            "The %(series)s for %(day)s is not on file, so nothing is calculated. An "
            "administrator can add the published rate."
        ),
        ProblemCode.AGREED_RATE_MISSING: gettext(
            "This rule needs the rate agreed in the contract. Enter it there first."
        ),
        ProblemCode.CONTRACT_DATE_MISSING: gettext(
            "This rule reads the rate on the day the contract was signed. Enter that day first."
        ),
    }
    return sentences[problem.code] % {
        "subject": problem.subject,
        "series": series_name(problem.subject),
        "day": _day(problem.day),
    }


def _day(day: dt.date | None) -> str:
    return format_day(day, get_language() or "en") if day else "–"


def _sentences() -> Mapping[WarningCode, Callable[[], str]]:
    return {
        WarningCode.UNVERIFIED_RATE: lambda: gettext(
            "Unverified: the rate of %(rate)s%% from %(day)s has not been compared with its "
            "publication (%(subject)s)."
        ),
        WarningCode.UNVERIFIED_RULE: lambda: gettext(
            "Unverified: this rule has not been compared with its source (%(subject)s)."
        ),
        WarningCode.NOT_YET_IN_FORCE: lambda: gettext(
            "The rule is on file as of %(day)s, but this invoice became overdue on "
            "%(other_day)s. Check which wording applied then."
        ),
        WarningCode.ABOVE_CAP: lambda: gettext(
            "The rate of %(rate)s%% a year is above %(limit)s%%, the limit of “%(name)s”. "
            "A court may reduce it."
        ),
        WarningCode.CAP_NOT_CHECKED: lambda: gettext(
            "The limit “%(name)s” was not checked: the published rate or the contract date "
            "is not on file."
        ),
        WarningCode.BELOW_FLOOR: lambda: gettext(
            "The agreed rate of %(rate)s%% a year is below %(limit)s%%, the lowest the rule "
            "lets the parties agree. The lower rate was used here."
        ),
        WarningCode.RANGE: lambda: gettext(
            "The law leaves a range: %(rate)s times the published rate was used, up to "
            "%(limit)s times may be claimed."
        ),
        WarningCode.DUE_DATE_MOVED: lambda: gettext(
            "%(day)s was not a business day, so the due date counts as %(other_day)s."
        ),
        WarningCode.PAID_AS_BOOKED: lambda: gettext(
            "Payments were taken as booked, against the principal. Where nothing was agreed "
            "or named, the law applies them to interest first."
        ),
        WarningCode.DISPUTED_LEFT_OUT: lambda: gettext(
            "The disputed part of %(amount)s bears no interest here."
        ),
        WarningCode.FIXED_SUM_OTHER_CURRENCY: lambda: gettext(
            "The rule's lump sum of %(amount)s is not added, because the invoice is in "
            "another currency."
        ),
    }


def warning_text(warning: InterestWarning, names: RuleNames, language: str) -> str:
    """A warning as a sentence. `language` is the active one; amounts and days are written in it."""
    sentence = _sentences()[warning.code]()
    return sentence % {
        "subject": warning.subject,
        "name": names.name(_cap_code(warning.subject), language),
        "rate": format_rate(warning.rate) if warning.rate is not None else "",
        "limit": format_rate(warning.limit) if warning.limit is not None else "",
        "amount": (
            format_money(warning.amount, warning.currency, language)
            if warning.amount is not None
            else ""
        ),
        "day": _day(warning.day),
        "other_day": _day(warning.other_day),
    }


def _cap_code(subject: str) -> str:
    # A floor belongs to its rule and carries the rule's name.
    return subject.removesuffix("_floor")


def basis_text(rate: AppliedRate) -> str:
    """The day count: `/ 365`; empty for a rate by the day, which needs none."""
    return "" if rate.per is Per.DAY else pgettext("day count", "/ %s") % rate.basis
