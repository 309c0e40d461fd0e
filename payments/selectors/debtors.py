"""The largest debtors and the largest changes, exact, without reading the whole ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from heapq import heappush, heapreplace
from typing import Final

from django.db import connection

from clients.models import Client, Creditor
from core.models import User
from payments.selectors.as_of import Aging, aging_by_client, is_settled_history, scope_of

MOVERS_DAYS: Final = 7
"""How far back the largest changes are counted."""

_FIRST_STRETCH: Final = 128
_GIVE_UP_AFTER: Final = 4096

# The next stretch of clients by open total, each with what of it is overdue.
_STRETCH: Final = """
SELECT b.client_id, b.open_amount, o.overdue
FROM (SELECT client_id, open_amount FROM payments_clientbalance
      WHERE creditor_id = %(creditor)s AND currency = %(currency)s AND open_amount > 0
      ORDER BY open_amount DESC, client_id LIMIT %(limit)s OFFSET %(offset)s) b
CROSS JOIN LATERAL (
    SELECT coalesce(sum(i.open_amount), 0) AS overdue FROM payments_invoice i
    WHERE i.client_id = b.client_id AND i.creditor_id = %(creditor)s
      AND i.currency = %(currency)s AND i.open_amount > 0
      AND i.due_on < %(on)s AND i.issued_on <= %(on)s
) o
ORDER BY b.open_amount DESC, b.client_id
"""

# Overdue(on) - overdue(before): what became overdue since, less what was paid of what was
# overdue before. Reads the invoices that fell due in between (and those entered late, with a due
# date already past), what was paid off after the day, and the allocations since.
_MOVERS: Final = """
WITH arrived AS (
    SELECT i.client_id, i.id, i.open_amount FROM payments_invoice i
    WHERE i.open_amount > 0 AND i.creditor_id = %(creditor)s AND i.currency = %(currency)s
      AND i.due_on >= %(before)s AND i.due_on < %(on)s AND i.issued_on <= %(on)s
    UNION ALL
    SELECT i.client_id, i.id, i.open_amount FROM payments_invoice i
    WHERE i.open_amount > 0 AND i.creditor_id = %(creditor)s AND i.currency = %(currency)s
      AND i.due_on < %(before)s AND i.issued_on > %(before)s AND i.issued_on <= %(on)s
    UNION ALL
    SELECT i.client_id, i.id, 0 FROM payments_invoice i
    WHERE i.closed_on > %(on)s AND i.creditor_id = %(creditor)s AND i.currency = %(currency)s
      AND i.due_on < %(on)s AND i.issued_on <= %(on)s
      AND (i.due_on >= %(before)s OR i.issued_on > %(before)s)
), later AS (
    SELECT a.invoice_id, sum(a.amount) AS amount FROM payments_allocation a
    WHERE a.effective_on > %(on)s GROUP BY 1
), became (client_id, change) AS (
    SELECT i.client_id, i.open_amount + coalesce(l.amount, 0)
    FROM arrived i LEFT JOIN later l ON l.invoice_id = i.id
), paid AS (
    SELECT i.client_id, -a.amount AS change
    FROM payments_allocation a JOIN payments_invoice i ON i.id = a.invoice_id
    WHERE a.effective_on > %(before)s AND a.effective_on <= %(on)s
      AND i.creditor_id = %(creditor)s AND i.currency = %(currency)s
      AND i.due_on < %(before)s AND i.issued_on <= %(before)s
), changes AS (
    SELECT client_id, sum(change) AS change
    FROM (SELECT * FROM became UNION ALL SELECT * FROM paid) both_ways
    WHERE %(owner)s IS NULL
       OR client_id IN (SELECT k.id FROM clients_client k WHERE k.owner_id = %(owner)s)
    GROUP BY client_id HAVING sum(change) <> 0
)
(SELECT client_id, change FROM changes WHERE change > 0
 ORDER BY change DESC, client_id LIMIT %(limit)s)
UNION ALL
(SELECT client_id, change FROM changes WHERE change < 0
 ORDER BY change, client_id LIMIT %(limit)s)
"""


@dataclass(frozen=True, slots=True)
class Debtor:
    """A client and what it owes by bucket."""

    client: Client
    invoices: int
    oldest_due_on: dt.date
    aging: Aging


@dataclass(frozen=True, slots=True)
class Mover:
    """A client whose overdue total changed: above zero it grew."""

    client: Client
    change: Decimal


def top_debtors(
    *, creditor: Creditor, currency: str, on: dt.date, user: User, count: int
) -> list[Debtor]:
    """The clients with the largest overdue totals at the end of a day, exactly.

    For today the totals by client are walked from the largest open amount down and the walk
    stops early; for a past day, or a part of the clients, all open rows are summed.
    """
    chosen: list[int] | None = None
    if scope_of(user) is None and is_settled_history(creditor=creditor, currency=currency, on=on):
        chosen = _largest_overdue(creditor, currency, on, count)
    rows = aging_by_client(
        creditor=creditor, currency=currency, on=on, user=user, clients=chosen, limit=count
    )
    found = [row for row in rows if row.aging.overdue > 0]
    clients = _clients(user, [row.client_id for row in found])
    return [
        Debtor(clients[row.client_id], row.invoices, row.oldest_due_on, row.aging) for row in found
    ]


def _largest_overdue(
    creditor: Creditor, currency: str, on: dt.date, count: int
) -> list[int] | None:
    """Ids of the `count` largest by overdue (threshold algorithm); None when it does not pay.

    Overdue is never more than open: once the next client's whole open amount is below the
    smallest overdue total kept, nobody further down can enter.
    """
    kept: list[tuple[Decimal, int]] = []
    offset, limit = 0, max(_FIRST_STRETCH, 2 * count)
    while offset < _GIVE_UP_AFTER:
        stretch = _stretch(creditor, currency, on, offset, limit)
        for client_id, open_amount, overdue in stretch:
            if len(kept) == count and open_amount < kept[0][0]:
                return [-minus for _amount, minus in kept]
            # A smaller id wins a tie, as in the order of the rows.
            entry = (overdue, -client_id)
            if len(kept) < count:
                heappush(kept, entry)
            elif entry > kept[0]:
                heapreplace(kept, entry)
        if len(stretch) < limit:
            return [-minus for _amount, minus in kept]
        offset, limit = offset + limit, limit * 2
    return None


def _stretch(
    creditor: Creditor, currency: str, on: dt.date, offset: int, limit: int
) -> Sequence[tuple[int, Decimal, Decimal]]:
    with connection.cursor() as cursor:
        cursor.execute(
            _STRETCH,
            {
                "creditor": creditor.pk,
                "currency": currency,
                "on": on,
                "limit": limit,
                "offset": offset,
            },
        )
        rows: Sequence[tuple[int, Decimal, Decimal]] = cursor.fetchall()
    return rows


def movers(
    *, creditor: Creditor, currency: str, on: dt.date, user: User, count: int = 5
) -> list[Mover]:
    """Clients whose overdue total changed most in the last `MOVERS_DAYS` days, growth first."""
    with connection.cursor() as cursor:
        cursor.execute(
            _MOVERS,
            {
                "creditor": creditor.pk,
                "currency": currency,
                "on": on,
                "before": on - dt.timedelta(days=MOVERS_DAYS),
                "owner": scope_of(user),
                "limit": count,
            },
        )
        rows = cursor.fetchall()
    clients = _clients(user, [client_id for client_id, _change in rows])
    return [Mover(clients[client_id], change) for client_id, change in rows]


def _clients(user: User, ids: Sequence[int]) -> dict[int, Client]:
    return Client.objects.visible_to(user).in_bulk(ids)
