"""Reads of what is contested."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from clients.models import Creditor
from core.models import User
from core.money import ZERO
from core.verify import check
from payments.models import Allocation, Invoice
from payments.selectors.as_of import scope_of

# What disputes hold apart at the end of a day: their sum per invoice, at most what was open.
_CONTESTED: Final = """
WITH contested AS MATERIALIZED (
    SELECT d.invoice_id, sum(d.amount) AS amount FROM disputes_dispute d
    WHERE d.opened_on <= %(on)s AND (d.resolved_on IS NULL OR d.resolved_on > %(on)s)
      AND (%(owner)s IS NULL
           OR d.client_id IN (SELECT k.id FROM clients_client k WHERE k.owner_id = %(owner)s))
    GROUP BY 1
), held AS (
    SELECT i.id, i.due_on, i.currency, least(c.amount, greatest(0, i.open_amount"""
_SINCE: Final = """ + coalesce((
        SELECT sum(a.amount) FROM payments_allocation a
        WHERE a.invoice_id = i.id AND a.effective_on > %(on)s), 0)"""
_HELD: Final = """)) AS amount
    FROM contested c JOIN payments_invoice i ON i.id = c.invoice_id
    WHERE i.creditor_id = %(creditor)s AND i.issued_on <= %(on)s
)
"""


def _both(*parts: str) -> dict[bool, str]:
    """A statement over the held amounts, by whether nothing was applied after the day."""
    return {
        True: "".join([_CONTESTED, _HELD, *parts]),
        False: "".join([_CONTESTED, _SINCE, _HELD, *parts]),
    }


_TOTALS: Final = _both("SELECT currency, sum(amount) FROM held GROUP BY 1")
_ROWS: Final = _both(
    """
, chosen AS (SELECT * FROM held WHERE currency = %(currency)s AND amount > 0)
SELECT id, amount, (SELECT count(*) FROM chosen), (SELECT sum(amount) FROM chosen)
FROM chosen ORDER BY amount DESC, id LIMIT %(limit)s OFFSET %(offset)s
"""
)


# Whether nothing was applied after the day; and no invoice, dispute or resolution came after it
# either, so that today's balances are those of the day.
_IS_NOW: Final = """
SELECT applied, applied AND NOT EXISTS (
    SELECT 1 FROM disputes_dispute d WHERE d.opened_on > %(on)s OR d.resolved_on > %(on)s
) AND NOT EXISTS (
    SELECT 1 FROM payments_agingflow f
    WHERE f.creditor_id = %(creditor)s AND f.measure = 0 AND f.day > %(on)s)
FROM (SELECT NOT EXISTS (
    SELECT 1 FROM payments_allocation a WHERE a.effective_on > %(on)s) AS applied) now
"""
_TOTALS_NOW: Final = """
SELECT b.currency, sum(b.disputed) FROM payments_clientbalance b
WHERE b.creditor_id = %(creditor)s AND b.disputed > 0
  AND (%(owner)s IS NULL
       OR b.client_id IN (SELECT k.id FROM clients_client k WHERE k.owner_id = %(owner)s))
GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class HeldInvoice:
    """An invoice and how much of it disputes held apart on the day asked about."""

    invoice: Invoice
    amount: Decimal


@dataclass(frozen=True, slots=True)
class HeldPage:
    """A stretch of the held invoices; `count` and `total` are over all of them."""

    rows: Sequence[HeldInvoice]
    count: int
    total: Decimal


def held_totals(*, creditor: Creditor, on: dt.date, user: User) -> dict[str, Decimal]:
    """Disputed amounts held apart at the end of a day, by currency.

    For today the balances of the clients say it; they are kept by trigger from the same rows.
    """
    parameters = _parameters(creditor, on, user)
    with connection.cursor() as cursor:
        cursor.execute(_IS_NOW, parameters)
        is_applied, is_now = cursor.fetchone()
        cursor.execute(_TOTALS_NOW if is_now else _TOTALS[is_applied], parameters)
        return dict(cursor.fetchall())


def held_invoices(
    *,
    creditor: Creditor,
    currency: str,
    on: dt.date,
    user: User,
    limit: int = 50,
    offset: int = 0,
) -> HeldPage:
    """The rows behind the disputed figure, the largest first."""
    parameters = _parameters(creditor, on, user) | {
        "currency": currency,
        "limit": limit,
        "offset": offset,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ROWS[_nothing_applied_after(on)], parameters)
        found = cursor.fetchall()
    if not found:
        return HeldPage((), 0, ZERO)
    invoices = (
        Invoice.objects.visible_to(user)
        .select_related("client", "creditor")
        .in_bulk([row[0] for row in found])
    )
    rows = [HeldInvoice(invoices[pk], amount) for pk, amount, _count, _total in found]
    return HeldPage(rows, found[0][2], found[0][3])


def _parameters(creditor: Creditor, on: dt.date, user: User) -> dict[str, Any]:
    return {"creditor": creditor.pk, "on": on, "owner": scope_of(user)}


@check("disputes: invoices' disputed amounts equal their open disputes")
def disputed_counters() -> Iterator[str]:
    """`disputed` of every invoice, for `verify_ledger`."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT i.number, i.disputed, coalesce(d.total, 0) FROM payments_invoice i
            LEFT JOIN (SELECT invoice_id, sum(amount) AS total FROM disputes_dispute
                       WHERE state = 'OPEN' GROUP BY 1) d ON d.invoice_id = i.id
            WHERE i.disputed <> coalesce(d.total, 0) ORDER BY i.id
            """
        )
        for number, disputed, total in cursor:
            yield f"invoice {number} has {disputed} disputed, its open disputes come to {total}"


def _nothing_applied_after(on: dt.date) -> bool:
    return not Allocation.objects.filter(effective_on__gt=on).exists()
