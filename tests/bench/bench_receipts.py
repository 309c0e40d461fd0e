"""Money in: receipts one by one, in bulk, and first-in-first-out over a whole ledger.

The floor writes the same rows with the triggers switched off and moves the counters itself, in
four statements a receipt or set by set. The peer is Tryton 8.0: 1,000 payments in 13.5 s.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from clients.models import Creditor
from clients.selectors import default_creditor
from core.dates import today
from payments.models import Invoice
from payments.services import Payment, apply_oldest_first, receive_payment, receive_payments
from tests.bench.measuring import Row, compare, rounds_for

COUNT = 1_000
PEER_MS = 13_500

_OFF = """
ALTER TABLE payments_receipt DISABLE TRIGGER USER;
ALTER TABLE payments_allocation DISABLE TRIGGER USER;
ALTER TABLE payments_invoice DISABLE TRIGGER USER;
"""
_RECEIPT = """
INSERT INTO payments_receipt
    (creditor_id, client_id, currency, amount, received_on, method, payer_name, reference,
     created_at, allocated, refunded)
VALUES (%s, %s, %s, %s, %s, 'BANK_TRANSFER', '', '', now(), %s, 0) RETURNING id
"""
_ALLOCATION = """
INSERT INTO payments_allocation (receipt_id, invoice_id, amount, effective_on, reason, created_at)
VALUES (%s, %s, %s, %s, '', now())
"""
_SETTLE = (
    "UPDATE payments_invoice SET allocated = allocated + %s, last_allocated_on = %s WHERE id = %s"
)
_BALANCE = """
UPDATE payments_clientbalance SET open_amount = open_amount - %s
WHERE client_id = %s AND creditor_id = %s AND currency = %s
"""
_FIFO = """
WITH money AS MATERIALIZED (
    SELECT id, client_id, currency, received_on, unallocated AS amount,
           sum(unallocated) OVER (PARTITION BY client_id, currency ORDER BY received_on, id) AS upto
    FROM payments_receipt WHERE unallocated > 0 AND creditor_id = %(creditor)s
), debts AS MATERIALIZED (
    SELECT id, client_id, currency, open_amount AS amount,
           sum(open_amount) OVER (PARTITION BY client_id, currency ORDER BY due_on, id) AS upto
    FROM payments_invoice WHERE open_amount > 0 AND creditor_id = %(creditor)s
      AND client_id IN (SELECT client_id FROM money)
)
INSERT INTO payments_allocation (receipt_id, invoice_id, amount, effective_on, reason, created_at)
SELECT m.id, d.id, least(m.upto, d.upto) - greatest(m.upto - m.amount, d.upto - d.amount),
       m.received_on, '', now()
FROM money m JOIN debts d USING (client_id, currency)
WHERE d.upto > m.upto - m.amount AND d.upto - d.amount < m.upto
RETURNING receipt_id, invoice_id, amount, effective_on
"""
_COUNTERS = """
UPDATE payments_invoice i SET allocated = i.allocated + s.amount, last_allocated_on = s.last_on
FROM (SELECT invoice_id, sum(amount) AS amount, max(effective_on) AS last_on
      FROM payments_allocation WHERE id > %(after)s GROUP BY 1) s WHERE i.id = s.invoice_id;
UPDATE payments_receipt r SET allocated = r.allocated + s.amount
FROM (SELECT receipt_id, sum(amount) AS amount
      FROM payments_allocation WHERE id > %(after)s GROUP BY 1) s WHERE r.id = s.receipt_id
"""


def run(*, quick: bool = False) -> list[Row]:
    """Rows of work, size, ours_ms, floor_ms, ratio and goal, on the ledger that is loaded."""
    creditor = default_creditor()
    assert creditor is not None
    count = 100 if quick else COUNT
    payments = _payments(creditor, today(creditor.time_zone), count)
    _settle()
    at, share = timezone.now(), Decimal(count) / COUNT
    size = Invoice.objects.count()
    rounds = rounds_for(size, quick=quick, usual=5)
    rows = [
        compare(
            work=f"{count:,} receipts one by one",
            size=size,
            ours=lambda: [
                receive_payment(creditor=creditor, payment=payment, actor=None, at=at)
                for payment in payments
            ],
            floor=lambda: _one_by_one(creditor, payments),
            goal=f"<= {PEER_MS * share / 10:,.0f} ms",
            rounds=rounds,
            writes=True,
            note="goal: a tenth of the peer; floor: four plain statements a receipt, no audit",
        ),
        compare(
            work=f"{count:,} receipts in bulk",
            size=size,
            ours=lambda: receive_payments(creditor=creditor, payments=payments, actor=None, at=at),
            floor=lambda: _in_bulk(creditor, payments),
            goal=f"<= {PEER_MS * share / 50:,.0f} ms",
            rounds=rounds,
            writes=True,
            note="goal: a fiftieth of the peer",
        ),
    ]
    with transaction.atomic():
        rows.append(_fifo(creditor, at, rounds=rounds_for(size, quick=quick, usual=3)))
        transaction.set_rollback(True)
    return rows


def _settle() -> None:
    """Have outstanding checks done: the floor switches triggers off, which they do not allow."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _payments(creditor: Creditor, on: dt.date, count: int) -> list[Payment]:
    """A payment for what is overdue, each of another client, spread over the whole ledger."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT client_id, currency, min(open_amount) FROM payments_invoice
            WHERE creditor_id = %s AND open_amount > 0 AND due_on < %s
            GROUP BY 1, 2 ORDER BY hashint8(client_id), 2 LIMIT %s
            """,
            [creditor.pk, on, count],
        )
        found = cursor.fetchall()
    # A small ledger has fewer clients than payments: they pay again.
    return [
        Payment(client_id=client, currency=currency, amount=amount, received_on=on)
        for client, currency, amount in (found * (count // len(found) + 1))[:count]
    ]


def _one_by_one(creditor: Creditor, payments: list[Payment]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_OFF)
        for one in payments:
            cursor.execute(
                """
                SELECT id, open_amount FROM payments_invoice
                WHERE client_id = %s AND creditor_id = %s AND currency = %s AND open_amount > 0
                ORDER BY due_on, id LIMIT 1
                """,
                [one.client_id, creditor.pk, one.currency],
            )
            found = cursor.fetchone()
            if found is None:
                continue
            part = min(one.amount, found[1])
            cursor.execute(
                _RECEIPT,
                [creditor.pk, one.client_id, one.currency, one.amount, one.received_on, part],
            )
            receipt_id = cursor.fetchone()[0]
            cursor.execute(_ALLOCATION, [receipt_id, found[0], part, one.received_on])
            cursor.execute(_SETTLE, [part, one.received_on, found[0]])
            cursor.execute(_BALANCE, [part, one.client_id, creditor.pk, one.currency])


def _in_bulk(creditor: Creditor, payments: list[Payment]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_OFF)
        cursor.execute(
            """
            INSERT INTO payments_receipt
                (creditor_id, client_id, currency, amount, received_on, method, payer_name,
                 reference, created_at, allocated, refunded)
            SELECT %s, p.client_id, p.currency, p.amount, p.day, 'BANK_TRANSFER', '', '',
                   now(), 0, 0
            FROM unnest(%s::bigint[], %s::text[], %s::numeric[], %s::date[])
                 AS p (client_id, currency, amount, day)
            """,
            [
                creditor.pk,
                [p.client_id for p in payments],
                [p.currency for p in payments],
                [p.amount for p in payments],
                [p.received_on for p in payments],
            ],
        )
    _apply_plainly(creditor)


def _apply_plainly(creditor: Creditor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM payments_allocation")
        after = cursor.fetchone()[0]
        cursor.execute(_FIFO, {"creditor": creditor.pk})
        cursor.fetchall()
        cursor.execute(_COUNTERS, {"after": after})


def _fifo(creditor: Creditor, at: dt.datetime, *, rounds: int) -> Row:
    """A tenth as many receipts as invoices, unapplied, then applied oldest first."""
    count = max(Invoice.objects.count() // 10, 1)
    on = today(creditor.time_zone)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO payments_receipt
                (creditor_id, client_id, currency, amount, received_on, method, payer_name,
                 reference, created_at, allocated, refunded)
            SELECT %s, client_id, currency, open_amount, %s, 'BANK_TRANSFER', '', '', now(), 0, 0
            FROM payments_invoice WHERE creditor_id = %s AND open_amount > 0
            ORDER BY hashint8(id) LIMIT %s
            """,
            [creditor.pk, on, creditor.pk, count],
        )
        cursor.execute("ANALYZE payments_receipt")
    _settle()

    def plainly() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(_OFF)
        _apply_plainly(creditor)

    return compare(
        work="receipts of a tenth of the invoices, oldest first",
        size=count,
        ours=lambda: apply_oldest_first(creditor=creditor, actor=None, at=at),
        floor=plainly,
        goal="<= 2",
        rounds=rounds,
        writes=True,
    )
