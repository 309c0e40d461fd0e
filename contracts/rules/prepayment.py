"""How much is paid before the work, and why, in words of both languages.

The words stand here and not in the catalogue of translations: they become part of a contract,
where they stay as they were written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from core.money import round_money

#: Earnest money counts as such up to this share of the price (民法典 586).
EARNEST_CAP: Final = Decimal("0.20")
LANGUAGES: Final = ("en", "zh-hans")


class ReasonCode(StrEnum):
    """What decided the ratio."""

    NONE = "NONE"
    SERVICE = "SERVICE"
    GRADE = "GRADE"
    CLIENT = "CLIENT"
    SEGMENT = "SEGMENT"
    KEPT = "KEPT"
    DEMAND = "DEMAND"


@dataclass(frozen=True, slots=True)
class Required:
    """A share of the price, 0 to 1, and what decided it."""

    ratio: Decimal
    code: ReasonCode


def required_ratio(
    service_base: Decimal | None,
    grade_ratio: Decimal | None,
    demanded: Decimal | None,
    *,
    is_own: bool = False,
    basis: str = "",
) -> Required:
    """The largest of the service's base, the client's ratio and what a manager demands.

    `is_own` says that the client has a ratio of its own, not that of its grade; `basis` why:
    SEGMENT of its grade in its segment, KEPT as last confirmed, empty set for it alone. Of equal
    ones the service's is named before the client's, and the client's before a manager's:
    what needs no explanation comes first.
    """
    own = ReasonCode(basis) if basis else ReasonCode.CLIENT
    claims = (
        (service_base, ReasonCode.SERVICE),
        (grade_ratio, own if is_own else ReasonCode.GRADE),
        (demanded, ReasonCode.DEMAND),
    )
    best = Required(Decimal(0), ReasonCode.NONE)
    for ratio, code in claims:
        if ratio is not None and ratio > best.ratio:
            best = Required(ratio, code)
    return best


def required_amount(price: Decimal | None, ratio: Decimal | None, currency: str) -> Decimal:
    """The ratio of the price, rounded once; nothing where either is not known."""
    return round_money((price or Decimal(0)) * (ratio or Decimal(0)), currency)


def agreed_amount(
    price: Decimal | None, ratio: Decimal | None, kept: Decimal | None, currency: str
) -> Decimal:
    """What is paid before the work: the ratio of the price, or the sum that was kept above it."""
    return max(required_amount(price, ratio, currency), kept or Decimal(0))


def kept_amount(*, agreed: Decimal, held: Decimal, by_ratio: Decimal) -> Decimal | None:
    """What stays of an agreed prepayment when the price falls; None where the ratio says it.

    `held` was asked for or stands in the schedule, and is not undone by a lower price; it never
    makes the prepayment larger than what was agreed.
    """
    kept = min(agreed, held)
    return kept if kept > by_ratio else None


@dataclass(frozen=True, slots=True)
class Effect:
    """What another price means for the prepayment: agreed sums, and what was asked for by then."""

    kind: str
    before: Decimal
    after: Decimal
    asked: Decimal
    received: Decimal
    cap: Decimal

    @property
    def stays(self) -> bool:
        """The sum agreed is the same as before."""
        return self.before == self.after

    @property
    def is_over_cap(self) -> bool:
        """Earnest money above what the law lets count as such of the new price."""
        return self.kind == "EARNEST" and max(self.after, self.asked) > self.cap


def effect_of(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    asked: Decimal,
    received: Decimal,
) -> Effect | None:
    """The effect between the terms of two texts; None for the same price, or no prepayment."""
    old, new = (Decimal(one["prepayment_amount"] or 0) for one in (before, after))
    if before["price"] == after["price"] or not any((old, new, asked)):
        return None
    cap = required_amount(Decimal(after["price"]), EARNEST_CAP, after["currency"])
    kind = after["prepayment_kind"] or before["prepayment_kind"] or "PREPAYMENT"
    return Effect(kind, old, new, asked, received, cap)


def percent_text(ratio: Decimal) -> str:
    """`0.3` -> `30%`, `0.125` -> `12.5%`."""
    return f"{(ratio * 100).normalize():f}%"


_SENTENCES: Final[Mapping[ReasonCode, tuple[str, str]]] = {
    ReasonCode.NONE: (
        "No prepayment: neither the service, the client's grade nor a manager asks for one.",
        "无需预付：服务、客户信用等级和经理均未要求。",
    ),
    ReasonCode.SERVICE: (
        "{percent} of the price: the base ratio of the service “{service}”.",
        "合同价款的{percent}：服务“{service_zh}”的基础预付比例。",
    ),
    ReasonCode.GRADE: (
        "{percent} of the price: the ratio of the client's grade ({grade}).",
        "合同价款的{percent}：客户信用等级（{grade_zh}）对应的预付比例。",
    ),
    ReasonCode.CLIENT: (
        "{percent} of the price: the ratio set for this client.",
        "合同价款的{percent}：为该客户单独设定的预付比例。",
    ),
    ReasonCode.SEGMENT: (
        "{percent} of the price: the ratio of the client's grade ({grade}) in its segment.",
        "合同价款的{percent}：客户信用等级（{grade_zh}）在其所属客户类别中对应的预付比例。",
    ),
    ReasonCode.KEPT: (
        "{percent} of the price: the ratio last confirmed for the client's grade.",
        "合同价款的{percent}：最近一次经确认的客户信用等级对应的预付比例。",
    ),
    ReasonCode.DEMAND: (
        "{percent} of the price, demanded by a manager: {reason}",
        "合同价款的{percent}，由经理要求：{reason}",
    ),
}


def reason_text(required: Required, *, language: str, **words: str) -> str:
    """The reason as a sentence. `words` are service, service_zh, grade, grade_zh, reason."""
    sentence = _SENTENCES[required.code][language == "zh-hans"]
    return sentence.format(percent=percent_text(required.ratio), **words)


def both_reasons(required: Required, **words: str) -> str:
    """The English and the Chinese sentence, a line each, as a contract keeps them."""
    return "\n".join(
        " ".join(reason_text(required, language=one, **words).split()) for one in LANGUAGES
    )


def reason_in(kept: str, language: str) -> str:
    """The line of `both_reasons` for a reader; the only line where there is but one."""
    lines = kept.split("\n")
    return lines[-1] if language == "zh-hans" else lines[0]
