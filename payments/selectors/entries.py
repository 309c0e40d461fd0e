"""The rows behind figures that are not about open invoices: sales, collections, credit.

Each kind is one statement that yields signed rows; their sum is the figure of the dashboard.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from django.db import connection

from clients.models import Client, Creditor
from core.models import User
from core.money import ZERO
from payments.selectors.as_of import scope_of


class EntryKind(StrEnum):
    """Which figure the rows are behind."""

    SALES = "sales"
    COLLECTED = "collected"
    CREDIT = "credit"
    PREPAID = "prepaid"


_SALES: Final = """
WITH entries AS (
    SELECT 'invoice' AS what, i.id, i.issued_on AS day, i.client_id, i.number AS label, i.amount
    FROM payments_invoice i
    WHERE i.creditor_id = %(creditor)s AND i.currency = %(currency)s
      AND i.issued_on BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT 'credit_note', n.id, n.issued_on, n.client_id, n.number, -n.amount
    FROM payments_creditnote n
    WHERE n.creditor_id = %(creditor)s AND n.currency = %(currency)s
      AND n.issued_on BETWEEN %(first)s AND %(last)s
)
"""

_COLLECTED: Final = """
WITH entries AS (
    SELECT 'receipt' AS what, r.id, r.received_on AS day, r.client_id, r.reference AS label,
           r.amount
    FROM payments_receipt r
    WHERE r.creditor_id = %(creditor)s AND r.currency = %(currency)s
      AND r.received_on BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT 'refund', r.id, x.refunded_on, r.client_id, x.reason, -x.amount
    FROM payments_refund x JOIN payments_receipt r ON r.id = x.receipt_id
    WHERE r.creditor_id = %(creditor)s AND r.currency = %(currency)s
      AND x.refunded_on BETWEEN %(first)s AND %(last)s
      AND x.kind <> 'FORFEITED' -- nobody's claim any more, but it did not leave
)
"""

# Left at the end of a day = left now + what was applied or refunded since. An allocation to an
# invoice issued later counts from that invoice's day, as it does in the rollup.
_CREDIT: Final = """
WITH since AS MATERIALIZED (
    SELECT receipt_id, credit_note_id, sum(amount) AS amount FROM (
        SELECT a.receipt_id, a.credit_note_id, a.amount FROM payments_allocation a
        WHERE a.effective_on > %(last)s
        UNION ALL
        SELECT a.receipt_id, a.credit_note_id, a.amount
        FROM payments_invoice i JOIN payments_allocation a ON a.invoice_id = i.id
        WHERE i.issued_on > %(last)s AND a.effective_on <= %(last)s
        UNION ALL
        SELECT x.receipt_id, NULL, x.amount FROM payments_refund x
        WHERE x.refunded_on > %(last)s
    ) moves GROUP BY 1, 2
), receipts AS (
    SELECT r.id, r.received_on, r.client_id, r.reference,
           r.unallocated + coalesce(s.amount, 0) AS amount
    FROM payments_receipt r LEFT JOIN since s ON s.receipt_id = r.id
    WHERE r.creditor_id = %(creditor)s AND r.currency = %(currency)s
      AND r.received_on <= %(last)s AND r.prepayment_id IS NULL
), notes AS (
    SELECT n.id, n.issued_on, n.client_id, n.number, n.unallocated + coalesce(s.amount, 0) AS amount
    FROM payments_creditnote n LEFT JOIN since s ON s.credit_note_id = n.id
    WHERE n.creditor_id = %(creditor)s AND n.currency = %(currency)s AND n.issued_on <= %(last)s
), entries (what, id, day, client_id, label, amount) AS (
    SELECT 'receipt', id, received_on, client_id, reference, amount FROM receipts
    WHERE amount <> 0
    UNION ALL
    SELECT 'credit_note', id, issued_on, client_id, number, amount FROM notes WHERE amount <> 0
)
"""

# Prepayments held at the end of a day, in the same way; a security deposit is one, too.
_PREPAID: Final = """
WITH held AS MATERIALIZED (
    SELECT r.id, r.received_on, r.client_id, p.number, r.unallocated
    FROM payments_receipt r JOIN payments_prepayment p ON p.id = r.prepayment_id
    WHERE r.creditor_id = %(creditor)s AND r.currency = %(currency)s
      AND r.received_on <= %(last)s
), since AS (
    SELECT receipt_id, sum(amount) AS amount FROM (
        SELECT a.receipt_id, a.amount
        FROM payments_allocation a JOIN payments_invoice i ON i.id = a.invoice_id
        WHERE a.receipt_id IN (SELECT id FROM held)
          AND greatest(a.effective_on, i.issued_on) > %(last)s
        UNION ALL
        SELECT x.receipt_id, x.amount FROM payments_refund x
        WHERE x.receipt_id IN (SELECT id FROM held) AND x.refunded_on > %(last)s
    ) moves GROUP BY 1
), entries (what, id, day, client_id, label, amount) AS (
    SELECT 'receipt', h.id, h.received_on, h.client_id, h.number,
           h.unallocated + coalesce(s.amount, 0)
    FROM held h LEFT JOIN since s ON s.receipt_id = h.id
    WHERE h.unallocated + coalesce(s.amount, 0) <> 0
)
"""

_PAGE: Final = """
, chosen AS (
    SELECT * FROM entries
    WHERE %(owner)s IS NULL
       OR client_id IN (SELECT k.id FROM clients_client k WHERE k.owner_id = %(owner)s)
)
SELECT what, id, day, client_id, label, amount,
       (SELECT count(*) FROM chosen), (SELECT sum(amount) FROM chosen)
FROM chosen ORDER BY day DESC, what, id DESC LIMIT %(limit)s OFFSET %(offset)s
"""

_STATEMENTS: Final = {
    EntryKind.SALES: "".join([_SALES, _PAGE]),
    EntryKind.COLLECTED: "".join([_COLLECTED, _PAGE]),
    EntryKind.CREDIT: "".join([_CREDIT, _PAGE]),
    EntryKind.PREPAID: "".join([_PREPAID, _PAGE]),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One signed row. `what` is invoice, credit_note, receipt or refund (`pk`: its receipt)."""

    what: str
    pk: int
    on: dt.date
    client: Client
    label: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A stretch of entries; `count` and `total` are over all of them."""

    rows: Sequence[Entry]
    count: int
    total: Decimal


def entries(
    *,
    kind: EntryKind,
    creditor: Creditor,
    currency: str,
    first: dt.date,
    last: dt.date,
    user: User,
    limit: int = 50,
    offset: int = 0,
) -> EntryPage:
    """The rows of a period (sales, collected), or what was left at its end (credit, prepaid)."""
    parameters: dict[str, Any] = {
        "creditor": creditor.pk,
        "currency": currency,
        "first": first,
        "last": last,
        "owner": scope_of(user),
        "limit": limit,
        "offset": offset,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENTS[kind], parameters)
        found = cursor.fetchall()
    if not found:
        return EntryPage((), 0, ZERO)
    clients = Client.objects.visible_to(user).in_bulk({row[3] for row in found})
    rows = [
        Entry(what, pk, day, clients[client_id], label, amount)
        for what, pk, day, client_id, label, amount, _count, _total in found
    ]
    return EntryPage(rows, found[0][6], found[0][7])
