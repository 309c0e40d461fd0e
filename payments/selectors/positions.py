"""What one client owes today, per creditor and currency: one statement, whatever the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db import connection

from payments.selectors.as_of import BUCKET_SUMS, Aging

_POSITIONS: Final = "".join(
    [
        """
WITH open_rows AS (
    SELECT b.creditor_id, b.currency, b.disputed, b.credit,
           i.id, i.due_on, i.open_amount AS open_on, %(on)s - i.due_on AS days
    FROM payments_clientbalance b
    LEFT JOIN payments_invoice i ON i.client_id = b.client_id AND i.creditor_id = b.creditor_id
        AND i.currency = b.currency AND i.open_amount > 0
    WHERE b.client_id = %(client)s AND (b.open_amount, b.disputed, b.credit) <> (0, 0, 0)
)
SELECT creditor_id, currency, disputed, credit, count(id), min(due_on), """,
        BUCKET_SUMS,
        " FROM open_rows GROUP BY 1, 2, 3, 4 ORDER BY 1, 2",
    ]
)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a client stands with one creditor in one currency."""

    creditor_id: int
    currency: str
    aging: Aging
    invoices: int
    oldest_due_on: dt.date | None
    disputed: Decimal
    credit: Decimal


def client_positions(*, client_id: int, on: dt.date) -> Sequence[Position]:
    """Everything that is not zero, from today's counters; buckets by age on the day given."""
    with connection.cursor() as cursor:
        cursor.execute(_POSITIONS, {"client": client_id, "on": on})
        return [
            Position(creditor, currency, Aging(tuple(sums)), count, oldest, disputed, credit)
            for creditor, currency, disputed, credit, count, oldest, *sums in cursor.fetchall()
        ]
