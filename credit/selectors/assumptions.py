"""What the net margin assumes on a day: the newest row of each assumption."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from credit.models import MarginAssumption
from credit.rules.freeloading import Terms
from credit.states import Assumed


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The rows that hold on a day."""

    on: dt.date
    rows: Mapping[tuple[str, str, str], MarginAssumption]

    def value(self, name: Assumed, of: str = "", currency: str = "") -> Decimal:
        """The value, else the one for all, else zero."""
        for key in ((name, of, currency), (name, of, ""), (name, "", currency), (name, "", "")):
            if key in self.rows:
                return self.rows[key].value
        return Decimal(0)

    def terms(self, segment: str) -> Terms:
        """What holds for the clients of a segment."""
        return Terms(
            gross_margin=self.value(Assumed.GROSS_MARGIN, segment),
            keep_at=self.value(Assumed.KEEP_AT),
            min_invoices=int(self.value(Assumed.MIN_INVOICES)),
        )


def assumptions_on(on: dt.date) -> Assumptions:
    """What holds on a day, in one query."""
    found = (
        MarginAssumption.objects.filter(effective_on__lte=on)
        .order_by("name", "of", "currency", "-effective_on", "-pk")
        .distinct("name", "of", "currency")
    )
    return Assumptions(on, {(one.name, one.of, one.currency): one for one in found})
