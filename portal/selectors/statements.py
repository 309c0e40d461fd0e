"""What one client owed one creditor at the end of a day, invoice by invoice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from clients.models import Client, Creditor
from core.money import ZERO

# An invoice's open amount at the end of a day is today's and what was applied since.
_LINES: Final = """
SELECT i.number, i.issued_on, i.due_on, i.amount, i.open_amount + coalesce((
           SELECT sum(a.amount) FROM payments_allocation a
           WHERE a.invoice_id = i.id AND a.effective_on > %(on)s), 0) AS open_on
FROM payments_invoice i
WHERE i.client_id = %(client)s AND i.creditor_id = %(creditor)s AND i.currency = %(currency)s
  AND i.issued_on <= %(on)s AND (i.closed_on IS NULL OR i.closed_on > %(on)s)
ORDER BY i.due_on, i.id LIMIT %(limit)s
"""

# Money and credit notes that had settled nothing by the end of the day.
_CREDIT: Final = """
SELECT coalesce(sum(left_over), 0) FROM (
    SELECT r.amount
           - coalesce((SELECT sum(f.amount) FROM payments_refund f
                       WHERE f.receipt_id = r.id AND f.refunded_on <= %(on)s), 0)
           - coalesce((SELECT sum(a.amount) FROM payments_allocation a
                       WHERE a.receipt_id = r.id AND a.effective_on <= %(on)s), 0) AS left_over
    FROM payments_receipt r
    WHERE r.client_id = %(client)s AND r.creditor_id = %(creditor)s AND r.currency = %(currency)s
      AND r.received_on <= %(on)s
    UNION ALL
    SELECT c.amount
           - coalesce((SELECT sum(a.amount) FROM payments_allocation a
                       WHERE a.credit_note_id = c.id AND a.effective_on <= %(on)s), 0)
    FROM payments_creditnote c
    WHERE c.client_id = %(client)s AND c.creditor_id = %(creditor)s AND c.currency = %(currency)s
      AND c.issued_on <= %(on)s
) sources WHERE left_over > 0
"""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One invoice that was open at the end of the day."""

    number: str
    issued_on: dt.date
    due_on: dt.date
    amount: Decimal
    open_on: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """Open invoices in order of due date, and credit that had settled nothing."""

    on: dt.date
    currency: str
    lines: tuple[StatementLine, ...]
    credit: Decimal

    @property
    def total(self) -> Decimal:
        """All that was open; the credit is not taken off."""
        return sum((line.open_on for line in self.lines), ZERO)


def statement_on(
    *, client: Client, creditor: Creditor, currency: str, on: dt.date, limit: int
) -> Statement:
    """The account at the end of a day; at most `limit` invoices."""
    given: dict[str, Any] = {
        "client": client.pk,
        "creditor": creditor.pk,
        "currency": currency,
        "on": on,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LINES, given)
        lines = tuple(StatementLine(*row) for row in cursor.fetchall() if row[-1])
        cursor.execute(_CREDIT, given)
        return Statement(on, currency, lines, cursor.fetchone()[0])


def facts_of(statement: Statement) -> Mapping[str, Any]:
    """A statement as it is frozen with a link; two of the same account are equal."""
    return {
        "on": statement.on.isoformat(),
        "currency": statement.currency,
        "lines": [
            {
                "number": line.number,
                "issued_on": line.issued_on.isoformat(),
                "due_on": line.due_on.isoformat(),
                "amount": _plain(line.amount),
                "open": _plain(line.open_on),
            }
            for line in statement.lines
        ],
        "total": _plain(statement.total),
        "credit": _plain(statement.credit),
    }


def _plain(amount: Decimal) -> str:
    return f"{amount:.3f}"
