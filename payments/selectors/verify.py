"""Checks of the ledger for `verify_ledger`: counters and rollups against the rows they follow.

Each is one set-based statement, so that a ledger of a million invoices is proven in seconds.
"""

from collections.abc import Iterator

from django.db import connection

from core.verify import check


def _rows(sql: str, sentence: str) -> Iterator[str]:
    """One sentence per row that the statement finds; its placeholders take the row's values."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        for row in cursor:
            yield sentence % tuple(row)


@check("payments: invoices' allocated amounts equal the sum of their allocations")
def invoice_counters() -> Iterator[str]:
    """`allocated` and `last_allocated_on` of every invoice."""
    return _rows(
        """
        SELECT i.number, i.allocated, coalesce(a.total, 0)
        FROM payments_invoice i
        LEFT JOIN (SELECT invoice_id, sum(amount) AS total, max(effective_on) AS last_on
                   FROM payments_allocation GROUP BY 1) a ON a.invoice_id = i.id
        WHERE i.allocated <> coalesce(a.total, 0)
           OR i.last_allocated_on IS DISTINCT FROM
              CASE WHEN a.last_on IS NOT NULL THEN greatest(a.last_on, i.issued_on) END
        ORDER BY i.id
        """,
        "invoice %s has %s allocated, its allocations come to %s",
    )


@check("payments: receipts' counters equal their allocations and refunds")
def receipt_counters() -> Iterator[str]:
    """`allocated` and `refunded` of every receipt."""
    return _rows(
        """
        SELECT r.id, r.allocated, coalesce(a.total, 0), r.refunded, coalesce(f.total, 0)
        FROM payments_receipt r
        LEFT JOIN (SELECT receipt_id, sum(amount) AS total FROM payments_allocation
                   WHERE receipt_id IS NOT NULL GROUP BY 1) a ON a.receipt_id = r.id
        LEFT JOIN (SELECT receipt_id, sum(amount) AS total FROM payments_refund GROUP BY 1) f
               ON f.receipt_id = r.id
        WHERE r.allocated <> coalesce(a.total, 0) OR r.refunded <> coalesce(f.total, 0)
        ORDER BY r.id
        """,
        "receipt %s: allocated %s, rows say %s; refunded %s, rows say %s",
    )


@check("payments: credit notes' counters equal their allocations")
def credit_note_counters() -> Iterator[str]:
    """`allocated` of every credit note."""
    return _rows(
        """
        SELECT c.number, c.allocated, coalesce(a.total, 0)
        FROM payments_creditnote c
        LEFT JOIN (SELECT credit_note_id, sum(amount) AS total FROM payments_allocation
                   WHERE credit_note_id IS NOT NULL GROUP BY 1) a ON a.credit_note_id = c.id
        WHERE c.allocated <> coalesce(a.total, 0) ORDER BY c.id
        """,
        "credit note %s has %s allocated, its allocations come to %s",
    )


@check("payments: allocations and reversals name the same money and invoice")
def reversals() -> Iterator[str]:
    """Client, creditor and currency agree along every allocation; reversals are exact."""
    return _rows(
        """
        SELECT a.id FROM payments_allocation a
        JOIN payments_invoice i ON i.id = a.invoice_id
        LEFT JOIN payments_receipt r ON r.id = a.receipt_id
        LEFT JOIN payments_creditnote c ON c.id = a.credit_note_id
        LEFT JOIN payments_allocation o ON o.id = a.reverses_id
        WHERE (i.client_id, i.creditor_id, i.currency) IS DISTINCT FROM
              (coalesce(r.client_id, c.client_id), coalesce(r.creditor_id, c.creditor_id),
               coalesce(r.currency, c.currency))
           OR (o.id IS NOT NULL AND (a.amount <> -o.amount OR a.invoice_id <> o.invoice_id
               OR a.receipt_id IS DISTINCT FROM o.receipt_id
               OR a.credit_note_id IS DISTINCT FROM o.credit_note_id))
        ORDER BY a.id
        """,
        "allocation %s mixes clients, creditors or currencies, or reverses another amount",
    )


@check("payments: client balances equal the open rows")
def client_balances() -> Iterator[str]:
    """Open, disputed and unapplied amounts per client, creditor and currency."""
    return _rows(
        """
        WITH rows AS (
            SELECT client_id, creditor_id, currency, open_amount,
                   open_amount - collectible AS disputed, 0 AS credit FROM payments_invoice
            UNION ALL
            SELECT client_id, creditor_id, currency, 0, 0, unallocated FROM payments_receipt
            WHERE prepayment_id IS NULL
            UNION ALL
            SELECT client_id, creditor_id, currency, 0, 0, unallocated FROM payments_creditnote
            UNION ALL
            SELECT client_id, creditor_id, currency, -open_amount, -disputed, -credit
            FROM payments_clientbalance)
        SELECT client_id, currency, sum(open_amount), sum(disputed), sum(credit)
        FROM rows GROUP BY client_id, creditor_id, currency
        HAVING sum(open_amount) <> 0 OR sum(disputed) <> 0 OR sum(credit) <> 0
        ORDER BY client_id
        """,
        "client %s in %s: the rows differ from its balance by %s open, %s disputed, %s credit",
    )


@check("payments: each invoice and receipt has the balance that holds its client and creditor")
def balances_there() -> Iterator[str]:
    """Their foreign keys are the balance's: see payments/sql/09_references.sql."""
    return _rows(
        """
        SELECT r.client_id, r.creditor_id, r.currency
        FROM (SELECT client_id, creditor_id, currency FROM payments_invoice
              UNION SELECT client_id, creditor_id, currency FROM payments_receipt) r
        WHERE NOT EXISTS (
            SELECT 1 FROM payments_clientbalance b
            JOIN clients_client c ON c.id = b.client_id
            JOIN clients_creditor k ON k.id = b.creditor_id
            WHERE (b.client_id, b.creditor_id, b.currency)
                  = (r.client_id, r.creditor_id, r.currency))
        ORDER BY 1, 2, 3
        """,
        "client %s has no balance with creditor %s in %s",
    )


@check("payments: allocations are of receipts and invoices that are there")
def allocations_held() -> Iterator[str]:
    """Looked up statement by statement, and never deleted: see payments/sql/09_references.sql."""
    return _rows(
        """
        SELECT a.id FROM payments_allocation a
        LEFT JOIN payments_invoice i ON i.id = a.invoice_id
        LEFT JOIN payments_receipt r ON r.id = a.receipt_id
        WHERE i.id IS NULL OR (a.receipt_id IS NOT NULL AND r.id IS NULL)
        ORDER BY a.id
        """,
        "allocation %s is of nothing that is there",
    )


@check("payments: the aging flow equals the ledger on every day")
def aging_flow() -> Iterator[str]:
    """Every measure, every day: rebuilt from invoices, receipts, notes, refunds, allocations."""
    return _rows(
        """
        WITH facts AS (
            SELECT i.creditor_id, i.currency, m.measure::int AS measure,
                   greatest(i.issued_on, i.due_on + m.days) AS day, i.amount
            FROM payments_invoice i CROSS JOIN payments_measures() m
            UNION ALL
            SELECT i.creditor_id, i.currency, m.measure,
                   greatest(a.effective_on, i.issued_on, i.due_on + m.days), -a.amount
            FROM payments_allocation a JOIN payments_invoice i ON i.id = a.invoice_id
            CROSS JOIN payments_measures() m
            UNION ALL
            SELECT i.creditor_id, i.currency, CASE WHEN r.prepayment_id IS NULL THEN 11 ELSE 13 END,
                   greatest(a.effective_on, i.issued_on), -a.amount
            FROM payments_allocation a JOIN payments_invoice i ON i.id = a.invoice_id
            LEFT JOIN payments_receipt r ON r.id = a.receipt_id
            UNION ALL
            SELECT creditor_id, currency, 10, issued_on, amount FROM payments_invoice
            UNION ALL
            SELECT creditor_id, currency, m.measure, received_on, amount
            FROM payments_receipt CROSS JOIN LATERAL (VALUES
                (CASE WHEN prepayment_id IS NULL THEN 11 ELSE 13 END), (12)) m (measure)
            UNION ALL
            SELECT creditor_id, currency, m.measure, issued_on, amount * m.sign
            FROM payments_creditnote CROSS JOIN (VALUES (11, 1), (10, -1)) m (measure, sign)
            UNION ALL
            SELECT r.creditor_id, r.currency, m.measure, f.refunded_on, -f.amount
            FROM payments_refund f JOIN payments_receipt r ON r.id = f.receipt_id
            CROSS JOIN LATERAL (VALUES
                (CASE WHEN r.prepayment_id IS NULL THEN 11 ELSE 13 END),
                (CASE WHEN f.kind <> 'FORFEITED' THEN 12 END)) m (measure)
            WHERE m.measure IS NOT NULL
            UNION ALL
            SELECT creditor_id, currency, measure, day, -amount FROM payments_agingflow)
        SELECT creditor_id, currency, measure, day, sum(amount) FROM facts
        GROUP BY 1, 2, 3, 4 HAVING sum(amount) <> 0 ORDER BY 1, 2, 3, 4
        """,
        "creditor %s, %s, measure %s on %s: the ledger differs from the flow by %s",
    )


@check("payments: money of prepayments stays with its contract and leaves with an approval")
def prepaid_money() -> Iterator[str]:
    """Receipts, applications and releases of every prepayment."""
    yield from _rows(
        """
        SELECT r.id FROM payments_receipt r
        JOIN payments_prepayment p ON p.id = r.prepayment_id
        JOIN contracts_contract c ON c.id = p.contract_id
        WHERE (c.client_id, c.creditor_id, p.currency)
              <> (r.client_id, r.creditor_id, r.currency)
        ORDER BY r.id
        """,
        "receipt %s is for a prepayment of another client, creditor or currency",
    )
    yield from _rows(
        """
        SELECT a.id FROM payments_allocation a
        JOIN payments_receipt r ON r.id = a.receipt_id
        JOIN payments_prepayment p ON p.id = r.prepayment_id
        JOIN payments_invoice i ON i.id = a.invoice_id
        WHERE i.contract_id IS DISTINCT FROM p.contract_id
           OR (p.kind = 'EARNEST' AND NOT p.applies_to_price)
        ORDER BY a.id
        """,
        "allocation %s takes money of a prepayment to where it does not belong",
    )
    yield from _rows(
        """
        SELECT f.id FROM payments_refund f
        JOIN payments_receipt r ON r.id = f.receipt_id
        LEFT JOIN payments_prepaymentrelease x ON x.id = f.release_id
        WHERE CASE WHEN f.release_id IS NULL
                   THEN f.kind NOT IN ('RETURNED', 'ENTRY_ERROR')
                        AND (r.prepayment_id IS NOT NULL OR f.kind <> 'REFUND')
                   ELSE (x.prepayment_id, x.kind, x.state)
                        IS DISTINCT FROM (r.prepayment_id, f.kind, 'APPROVED') END
        ORDER BY f.id
        """,
        "refund %s left without the approval it needs",
    )
    yield from _rows(
        """
        SELECT x.id, x.amount, coalesce(f.total, 0) FROM payments_prepaymentrelease x
        LEFT JOIN (SELECT release_id, sum(amount) AS total FROM payments_refund
                   WHERE release_id IS NOT NULL GROUP BY 1) f ON f.release_id = x.id
        WHERE coalesce(f.total, 0) <> CASE WHEN x.state = 'APPROVED' THEN x.amount ELSE 0 END
        ORDER BY x.id
        """,
        "release %s is over %s, its refunds come to %s",
    )


@check("payments: prepayments are cleared by what came in, and ended ones are empty")
def prepayment_states() -> Iterator[str]:
    """The state of every prepayment against its receipts."""
    return _rows(
        """
        SELECT p.number, p.state, coalesce(r.came, 0), p.amount, coalesce(r.balance, 0)
        FROM payments_prepayment p
        LEFT JOIN (
            SELECT r.prepayment_id, sum(r.amount - coalesce(f.gone, 0)) AS came,
                   sum(r.unallocated) AS balance
            FROM payments_receipt r
            LEFT JOIN (SELECT receipt_id, sum(amount) AS gone FROM payments_refund
                       WHERE kind IN ('RETURNED', 'ENTRY_ERROR') GROUP BY 1) f
                   ON f.receipt_id = r.id
            WHERE r.prepayment_id IS NOT NULL GROUP BY 1) r ON r.prepayment_id = p.id
        WHERE (p.state IN ('CLEARED', 'CLOSED')) <> (coalesce(r.came, 0) >= p.amount)
           OR (p.state IN ('CLOSED', 'CANCELLED') AND coalesce(r.balance, 0) <> 0)
        ORDER BY p.id
        """,
        "prepayment %s is %s: %s came in of %s, %s is left",
    )


@check("payments: promises end as the money they counted says, and no money counts twice")
def promise_money() -> Iterator[str]:
    """Judged promises against what they counted, receipts against what was counted of them."""
    yield from _rows(
        """
        SELECT p.id, p.state, coalesce(m.total, 0), p.currency, p.amount
        FROM payments_promise p
        LEFT JOIN (SELECT promise_id, sum(amount) AS total FROM payments_promisemoney
                   GROUP BY 1) m ON m.promise_id = p.id
        WHERE CASE
                  WHEN p.rule = 1 THEN m.total IS NOT NULL
                  WHEN p.state = 'KEPT' THEN coalesce(m.total, 0) <> p.amount
                  WHEN p.state = 'PART_KEPT'
                      THEN coalesce(m.total, 0) NOT BETWEEN 0.001 AND p.amount - 0.001
                  ELSE m.total IS NOT NULL END
        ORDER BY p.id
        """,
        "promise %s is %s, it counted %s %s of %s",
    )
    yield from _rows(
        """
        SELECT coalesce(r.id, n.id), sum(m.amount), min(coalesce(r.amount, n.amount))
        FROM payments_promisemoney m
        LEFT JOIN payments_receipt r ON r.id = m.receipt_id
        LEFT JOIN payments_creditnote n ON n.id = m.credit_note_id
        GROUP BY r.id, n.id HAVING sum(m.amount) > min(coalesce(r.amount, n.amount))
        ORDER BY 1
        """,
        "payment %s: promises counted %s of its %s",
    )
    yield from _rows(
        """
        SELECT m.id FROM payments_promisemoney m
        JOIN payments_promise p ON p.id = m.promise_id
        LEFT JOIN payments_receipt r ON r.id = m.receipt_id
        LEFT JOIN payments_creditnote n ON n.id = m.credit_note_id
        WHERE (p.client_id, p.creditor_id, p.currency)
              <> (coalesce(r.client_id, n.client_id), coalesce(r.creditor_id, n.creditor_id),
                  coalesce(r.currency, n.currency))
           OR (r.received_on < p.promised_on AND p.invoice_id IS NULL)
           OR (n.id IS NOT NULL AND p.invoice_id IS NULL)
           OR (r.prepayment_id IS NOT NULL AND p.invoice_id IS NULL AND p.rule > 2)
        ORDER BY m.id
        """,
        "money %s counted for a promise is not what was promised",
    )
