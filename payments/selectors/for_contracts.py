"""What the room of contracts asks of this one: open balances, and which late charge is high."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from decimal import Decimal

from django.db.models import Sum

from contracts.models import Contract
from contracts.selectors.prepaid import Prepaid
from core.money import ZERO
from payments.models import ClientBalance
from payments.rules.presets import Cap, RateFixing
from payments.rules.rates import RateTable, RateUnknown
from payments.selectors.interest import AGREED_RATE_PRESET, interest_rules
from payments.selectors.prepayments import figures_of
from payments.states import PrepaymentState


def exposures(client_ids: Collection[int]) -> dict[tuple[int, str], Decimal]:
    """What each client owes all creditors together, per currency; one query."""
    rows = (
        ClientBalance.objects.filter(client__in=client_ids, open_amount__gt=0)
        .order_by()
        .values_list("client_id", "currency")
        .annotate(owed=Sum("open_amount"))
    )
    return {(client_id, currency): owed for client_id, currency, owed in rows}


def prepaid(contract: Contract) -> Prepaid:
    """What was asked for before the work and came in, less what was returned; three queries."""
    rows = list(contract.prepayments.exclude(state=PrepaymentState.CANCELLED))
    figures = figures_of([row.pk for row in rows]) if rows else {}
    asked = [(row, row.amount - figures[row.pk].refunded) for row in rows]
    return Prepaid(
        asked=sum((amount for _row, amount in asked), ZERO),
        counted=sum((amount for row, amount in asked if row.applies_to_price), ZERO),
        received=sum((one.received - one.refunded for one in figures.values()), ZERO),
    )


def rate_levels(
    wanted: Collection[tuple[str, dt.date]],
) -> dict[tuple[str, dt.date], Decimal]:
    """The yearly percent above which an agreed late charge may be cut, by country and day.

    Only caps fixed on the day of the contract count: one that is measured by the loss at the
    breach cannot be known when signing. The last rate published by that day is used, because a
    level only warns. Left out where the book has no cap.
    """
    rules = interest_rules()
    levels = {}
    for country, day in wanted:
        code = AGREED_RATE_PRESET.get(country)
        if code is None or code not in rules.book.codes():
            continue
        caps = [c for c in rules.book.preset(code, day).caps if c.fixing is RateFixing.AT_CONTRACT]
        found = [level for cap in caps if (level := _level(cap, rules.rates, day)) is not None]
        if found:
            levels[country, day] = min(found)
    return levels


def _level(cap: Cap, rates: RateTable, day: dt.date) -> Decimal | None:
    try:
        return rates.on(cap.series, day).percent * cap.multiplier
    except RateUnknown as unknown:
        if unknown.known_until is None:
            return None
        return rates.on(cap.series, unknown.known_until).percent * cap.multiplier
