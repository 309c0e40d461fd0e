"""Reason codes in words, for a letter to the client: calm, with the figures they come from.

Written natively per language. A reason says what is on record, never what somebody is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

#: Fewer points than this are no reason.
LEAST_POINTS: Final = 1.0
#: The days of lateness that a factor counts; the first allows for the time that banks take.
DAYS: Final = {"late_0": 5, "late_7": 7, "late_30": 30}


@dataclass(frozen=True, slots=True)
class Counted:
    """Invoices behind a factor of payment: paid, of those paid late, and open beyond the days."""

    paid: int = 0
    late: int = 0
    overdue: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason of a score: its code, the points it took, and its words in one language."""

    code: str
    points: float
    words: str


def strongest(points: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """The codes that took points, the most first; codes in order where equal."""
    taken = [(code, value) for code, value in points if value <= -LEAST_POINTS]
    return sorted(taken, key=lambda one: one[1])


def said_once(
    codes: Sequence[tuple[str, float]], counts: Mapping[str, Counted]
) -> list[tuple[str, float]]:
    """The codes without those that say the same of the same invoices.

    Of two kinds of lateness with equal counts, the longer one says it all: whoever was more than
    7 days late each time was more than 5 days late each time.
    """
    given = [code for code, _points in codes if code in DAYS and counts[code] != Counted()]
    implied = {
        code
        for code in given
        for longer in given
        if DAYS[longer] > DAYS[code] and counts[longer] == counts[code]
    }
    return [(code, points) for code, points in codes if code not in implied]


def words_of(code: str, language: str, *, counted: Counted, times: int, mean: float) -> str:
    """What a code says of a client. `times` is how often a behaviour happened, `mean` days late."""
    chinese = language.startswith("zh")
    if code in DAYS:
        found = _payment_zh(code, counted) if chinese else _payment_en(code, counted)
        return found or _PLAIN[code][chinese]
    if code == "recent":
        days = round(mean)
        if days <= 0:
            return _PLAIN[code][chinese]
        if chinese:
            return f"最近付清的发票，平均在到期后约 {days} 天付款"
        plural = "day" if days == 1 else "days"
        return f"the invoices paid most recently came about {days} {plural} after their due date"
    one, many, in_chinese = _BEHAVIOUR[code]
    if chinese:
        return in_chinese.format(n=times)
    return one if times == 1 else many.format(n=times)


def _payment_en(code: str, counted: Counted) -> str:
    days, parts = DAYS[code], []
    if counted.late:
        invoices, were = ("invoice", "was") if counted.late == counted.paid == 1 else _many(counted)
        parts.append(
            f"{counted.late} of {counted.paid} {invoices} {were} paid more than {days} days late"
        )
    if counted.overdue:
        invoices, are = ("invoice", "is") if counted.overdue == 1 else ("invoices", "are")
        parts.append(f"{counted.overdue} {invoices} {are} more than {days} days overdue")
    return ", and ".join(parts)


def _many(counted: Counted) -> tuple[str, str]:
    return ("invoice" if counted.paid == 1 else "invoices"), (
        "was" if counted.late == 1 else "were"
    )


def _payment_zh(code: str, counted: Counted) -> str:
    days, parts = DAYS[code], []
    if counted.late:
        parts.append(f"{counted.paid} 张发票中有 {counted.late} 张晚于到期日 {days} 天以上才付款")
    if counted.overdue:
        parts.append(f"目前有 {counted.overdue} 张发票逾期超过 {days} 天")
    return "；".join(parts)


#: Where the figures behind a factor are gone from the ledger by now, or say nothing.
_PLAIN: Final = {
    "late_0": ("invoices were paid after their due date", "有发票在到期日之后付款"),
    "late_7": ("invoices were paid more than 7 days late", "有发票晚于到期日 7 天以上付款"),
    "late_30": ("invoices were paid more than 30 days late", "有发票晚于到期日 30 天以上付款"),
    "recent": ("recent payments came later than is usual", "最近的付款晚于通常水平"),
}
#: Once, several times, in Chinese: what a year has of a behaviour.
_BEHAVIOUR: Final = {
    "broken_promises": (
        "1 promise to pay was not kept within a year",
        "{n} promises to pay were not kept within a year",
        "一年内有 {n} 次付款承诺未履行",
    ),
    "disputes_lost": (
        "1 dispute within a year turned out to be without ground",
        "{n} disputes within a year turned out to be without ground",
        "一年内有 {n} 起争议经核实不成立",
    ),
    "returns": (
        "frequent returns were noted within a year",
        "frequent returns were noted {n} times within a year",
        "一年内有 {n} 次频繁退货的记录",
    ),
    "demands": (
        "1 demand within a year went beyond what had been agreed",
        "{n} demands within a year went beyond what had been agreed",
        "一年内有 {n} 次超出约定的要求",
    ),
    "abuse": (
        "1 incident towards our staff was noted within a year",
        "{n} incidents towards our staff were noted within a year",
        "一年内有 {n} 次针对我方员工的不当言行记录",
    ),
    "freeloading": (
        "work was obtained without payment once within a year",
        "work was obtained without payment {n} times within a year",
        "一年内有 {n} 次未付费获取服务的记录",
    ),
    "reports": (
        "1 report of a third party contains adverse information",
        "{n} reports of third parties contain adverse information",
        "有 {n} 份第三方报告含不利内容",
    ),
    "expired_reports": (
        "1 report of a third party has run out, and we have no newer one",
        "{n} reports of third parties have run out, and we have no newer one",
        "有 {n} 份第三方报告已过期，且我方尚无更新的报告",
    ),
}
