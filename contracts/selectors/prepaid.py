"""What was asked for before the work and came in, and what of it stays when a price falls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contracts.models import Contract
from contracts.rules.prepayment import effect_of, kept_amount, required_amount
from contracts.states import PrepaymentKind, ScheduleKind
from core.money import ZERO, format_money


@dataclass(frozen=True, slots=True)
class Prepaid:
    """Sums of a contract's prepayments, less what was returned.

    `counted` is what of the sum asked for counts towards the price.
    """

    asked: Decimal = ZERO
    counted: Decimal = ZERO
    received: Decimal = ZERO


PrepaidSource = Callable[[Contract], Prepaid]
_sources: list[PrepaidSource] = []


def set_prepaid_source(source: PrepaidSource) -> None:
    """Register who knows what was asked for and came in."""
    _sources[:] = [source]


def prepaid_of(contract: Contract) -> Prepaid:
    """What was asked for and came in, as far as it was not returned."""
    return _sources[0](contract) if _sources else Prepaid()


def kept_at(contract: Contract, price: Decimal, prepaid: Prepaid) -> Decimal | None:
    """What of the prepayment a contract in force keeps above its ratio, at another price.

    A lower price takes nothing from a prepayment that was asked for or stands in the schedule;
    a higher one asks for the ratio of all of it.
    """
    by_ratio = required_amount(price, contract.prepayment_ratio, contract.currency)
    agreed = contract.prepayment_agreed
    if price >= (contract.amount or ZERO):
        return agreed if agreed > by_ratio else None
    entries = contract.schedule.filter(kind=ScheduleKind.PREPAYMENT)
    scheduled = entries.aggregate(total=Sum("amount"))["total"] or ZERO
    return kept_amount(agreed=agreed, held=max(prepaid.asked, scheduled), by_ratio=by_ratio)


def prepayment_effect(
    before: Mapping[str, Any], after: Mapping[str, Any], *, asked: Decimal, received: Decimal
) -> list[str]:
    """What a new price means for the prepayment between two texts, in the reader's sentences."""
    found = effect_of(before["terms"], after["terms"], asked=asked, received=received)
    if found is None:
        return []
    currency, language = after["terms"]["currency"], get_language() or "en"

    def said() -> Iterator[str]:
        if found.stays:
            yield _("%(kind)s: %(after)s, as agreed. The new price does not change it.")
        else:
            yield _("%(kind)s: %(after)s instead of %(before)s.")
        if found.asked:
            yield _(
                "%(asked)s was asked for before the work and %(received)s had come in when this "
                "was proposed; that stays as it is."
            )
        if found.is_over_cap:
            yield _(
                "Earnest money counts as such up to 20%% of the new price, which is %(cap)s "
                "(PRC Civil Code art. 586); what is above it counts as prepayment."
            )

    words = {
        name: format_money(getattr(found, name), currency, language)
        for name in ("before", "after", "asked", "received", "cap")
    }
    return [one % {"kind": PrepaymentKind(found.kind).label, **words} for one in said()]
