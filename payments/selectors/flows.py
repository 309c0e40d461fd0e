"""Figures at any day from the aging flow: prefix sums, never a walk over the ledger.

`AgingFlow` is kept by triggers for everybody's clients. A user who sees only some clients gets
the same flow computed from the live rows of those clients (`_LIVE`), so that one piece of code
turns either into figures.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from django.db import connection

from clients.models import Creditor
from core.dates import month_start
from core.models import User
from core.money import ZERO
from payments.rules.metrics import MonthSales
from payments.selectors.as_of import Aging, scope_of
from payments.states import Measure

PERIOD_DAYS: Final = 90
"""Days over which sales and collections are compared with receivables."""

# Only the trend (receivables, overdue) and count-back DSO (sales) ask by month; cutting the days
# of the other measures into months is most of the cost of the statements below.
_BY_MONTH: Final = (Measure.OPEN, Measure.PAST_0, Measure.SALES)
assert set(_BY_MONTH) == {0, 1, 10}, "the statements spell the measures out"  # noqa: S101

PAST: Final = (
    Measure.PAST_0,
    Measure.PAST_30,
    Measure.PAST_60,
    Measure.PAST_90,
    Measure.PAST_180,
    Measure.PAST_365,
)

_STORED: Final = """
SELECT f.currency, f.measure,
       CASE WHEN f.measure IN (0, 1, 10) THEN date_trunc('month', f.day::timestamp)::date END,
       f.day > %(period)s, sum(f.amount)
FROM payments_agingflow f
WHERE f.creditor_id = %(creditor)s AND f.day <= %(on)s
GROUP BY 1, 2, 3, 4
"""

# The same flow as the triggers of payments/sql/02_counters.sql keep, for one user's clients.
_LIVE: Final = """
WITH mine AS MATERIALIZED (SELECT id FROM clients_client WHERE owner_id = %(owner)s),
invoices AS MATERIALIZED (
    SELECT i.id, i.currency, i.issued_on, i.due_on, i.amount FROM payments_invoice i
    WHERE i.creditor_id = %(creditor)s AND i.client_id IN (SELECT id FROM mine)
), applied AS MATERIALIZED (
    SELECT i.currency, i.issued_on, i.due_on, a.effective_on, a.amount
    FROM payments_allocation a JOIN invoices i ON i.id = a.invoice_id
), receipts AS MATERIALIZED (
    SELECT r.id, r.currency, r.received_on, r.amount FROM payments_receipt r
    WHERE r.creditor_id = %(creditor)s AND r.client_id IN (SELECT id FROM mine)
), notes AS MATERIALIZED (
    SELECT n.currency, n.issued_on, n.amount FROM payments_creditnote n
    WHERE n.creditor_id = %(creditor)s AND n.client_id IN (SELECT id FROM mine)
), refunds AS MATERIALIZED (
    SELECT r.currency, x.refunded_on, x.amount
    FROM payments_refund x JOIN receipts r ON r.id = x.receipt_id
), flow (currency, measure, day, amount) AS (
    SELECT i.currency, m.measure, greatest(i.issued_on, i.due_on + m.days), i.amount
    FROM invoices i CROSS JOIN payments_measures() m
    UNION ALL SELECT currency, 10, issued_on, amount FROM invoices
    UNION ALL
    SELECT a.currency, m.measure, greatest(a.effective_on, a.issued_on, a.due_on + m.days),
           -a.amount
    FROM applied a CROSS JOIN payments_measures() m
    UNION ALL SELECT currency, 11, greatest(effective_on, issued_on), -amount FROM applied
    UNION ALL
    SELECT currency, m.measure, received_on, amount
    FROM receipts CROSS JOIN (VALUES (11), (12)) m (measure)
    UNION ALL SELECT currency, 11, issued_on, amount FROM notes
    UNION ALL SELECT currency, 10, issued_on, -amount FROM notes
    UNION ALL
    SELECT currency, m.measure, refunded_on, -amount
    FROM refunds CROSS JOIN (VALUES (11), (12)) m (measure)
)
SELECT f.currency, f.measure,
       CASE WHEN f.measure IN (0, 1, 10) THEN date_trunc('month', f.day::timestamp)::date END,
       f.day > %(period)s, sum(f.amount)
FROM flow f WHERE f.day <= %(on)s
GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """Receivables and overdue at the end of a day."""

    on: dt.date
    receivables: Decimal
    overdue: Decimal


@dataclass
class Flow:
    """What moved each figure of one currency, up to and including the day `on`.

    By month for receivables, overdue and sales; in one sum (under None) for the other measures.
    """

    currency: str
    on: dt.date
    by_month: dict[int, dict[dt.date | None, Decimal]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(lambda: ZERO))
    )
    in_period: dict[int, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))

    def at_end(self, measure: Measure) -> Decimal:
        """The figure at the end of `on`."""
        return sum(self.by_month[measure].values(), ZERO)

    def at_start(self, measure: Measure) -> Decimal:
        """The figure when the period of `PERIOD_DAYS` began."""
        return self.at_end(measure) - self.in_period[measure]

    def moved(self, measure: Measure) -> Decimal:
        """What was added in the period: of sales, the sales."""
        return self.in_period[measure]

    def aging(self) -> Aging:
        """Receivables by bucket at the end of `on`."""
        steps = [self.at_end(Measure.OPEN), *(self.at_end(past) for past in PAST)]
        younger = [a - b for a, b in pairwise(steps)]
        return Aging((*younger, steps[-1]))

    def sales_backwards(self) -> list[MonthSales]:
        """Sales by calendar month, the latest first; the latest counts its days up to `on`."""
        sales = self._months(Measure.SALES)
        if not sales:
            return []
        months, month, first = [], month_start(self.on), min(sales)
        days = self.on.day
        while month >= first:
            months.append(MonthSales(days=days, sales=sales.get(month, ZERO)))
            last = month - dt.timedelta(days=1)
            month, days = month_start(last), last.day
        return months

    def trend(self, months: int) -> list[TrendPoint]:
        """The last `months` month ends before `on`, and `on` itself."""
        ends, day = [self.on], month_start(self.on) - dt.timedelta(days=1)
        for _ in range(months):
            ends.append(day)
            day = month_start(day) - dt.timedelta(days=1)
        ends.reverse()
        receivables = self._running(Measure.OPEN, ends)
        overdue = self._running(Measure.PAST_0, ends)
        return [TrendPoint(*point) for point in zip(ends, receivables, overdue, strict=True)]

    def _months(self, measure: Measure) -> dict[dt.date, Decimal]:
        return {month: sum_ for month, sum_ in self.by_month[measure].items() if month}

    def _running(self, measure: Measure, ends: Sequence[dt.date]) -> list[Decimal]:
        moves = sorted(self._months(measure).items())
        totals, total, done = [], ZERO, 0
        for end in ends:
            while done < len(moves) and moves[done][0] <= month_start(end):
                total += moves[done][1]
                done += 1
            totals.append(total)
        return totals


def flows_until(*, creditor: Creditor, on: dt.date, user: User) -> dict[str, Flow]:
    """The flow of each currency a creditor invoices in, in the order of their codes.

    Exact at the end of any day; the clients this user may see, and no others.
    """
    owner = scope_of(user)
    parameters: dict[str, Any] = {
        "creditor": creditor.pk,
        "on": on,
        "period": on - dt.timedelta(days=PERIOD_DAYS),
        "owner": owner,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STORED if owner is None else _LIVE, parameters)
        return _gather(on, cursor.fetchall())


def _gather(
    on: dt.date, rows: Iterable[tuple[str, int, dt.date | None, bool, Decimal]]
) -> dict[str, Flow]:
    flows: dict[str, Flow] = {}
    for currency, measure, month, recent, amount in rows:
        flow = flows.setdefault(currency, Flow(currency, on))
        flow.by_month[measure][month] += amount
        if recent:
            flow.in_period[measure] += amount
    return dict(sorted(flows.items()))


def period_of(on: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the period that sales and collections are counted over."""
    return on - dt.timedelta(days=PERIOD_DAYS - 1), on
