"""The checked file becomes rows of the ledger: one statement per table, in one transaction.

The triggers of the ledger run once per statement, move the counters and rollups, and have the
last word. Nothing here trusts what was checked before the transaction began: whoever calls
has taken the lock and checked again inside it.
"""

import datetime as dt
from typing import Any, Final

from django.utils.translation import gettext as _

from imports.services.staging import execute, fetch, sql

# Below this many rows the planner's old figures do no harm; above, a plan made for an empty
# table would compare every new row with every other.
_ANALYZE_FROM: Final = 1_000
_ANALYZE_SHARE: Final = 0.1
_JOINED_BY: Final = {
    "clients_client": "id, code",
    "payments_invoice": "id, number",
    "payments_receipt": "id, external_ref",
    "payments_allocation": "invoice_id, receipt_id",
}

_CLIENTS: Final = """
    INSERT INTO clients_client (id, code, legal_name, name_pinyin, name_initials, kind,
        registration_number, country, address, language, time_zone, segment, owner_id, notes,
        grade, on_credit_hold, hold_reason, created_at)
    SELECT client_id, code, name, pinyin, initials, 'COMPANY', registration_number, country,
        address, language, time_zone, '', owner_id, '', 'U', false, '', %(at)s
    FROM import_party
    WHERE is_new AND client_id IN (
        SELECT client_id FROM import_doc WHERE kind IN ('I', 'C')
        UNION ALL
        SELECT client_id FROM import_payline WHERE NOT is_later)
    ORDER BY client
"""
# A client that has nobody to write to gets the contact that the file names.
_CONTACTS: Final = """
    INSERT INTO clients_contact (client_id, name, role, email, phone, is_primary,
        receives_reminders)
    SELECT p.client_id, coalesce(nullif(p.contact_name, ''), nullif(p.email, ''), p.phone),
        'ACCOUNTS_PAYABLE', p.email, p.phone, true, true
    FROM import_party p JOIN clients_client c ON c.id = p.client_id
    WHERE (p.contact_name <> '' OR p.email <> '' OR p.phone <> '')
        AND NOT EXISTS (SELECT 1 FROM clients_contact o WHERE o.client_id = p.client_id)
    ORDER BY p.client
"""
# Settlements of new invoices are loaded with them in one statement: receipts, invoices and
# allocations, each row written once with its counters, which the triggers prove when it ends
# (payments/sql/04_loading.sql).
_LOADED: Final = """
    WITH invoices AS (
        INSERT INTO payments_invoice (id, creditor_id, client_id, number, currency, amount,
            issued_on, due_on, reference, description, source, created_at, allocated, disputed,
            last_allocated_on)
        SELECT invoice_id, %(creditor)s, client_id, number, currency, amount, issued_on, due_on,
            coalesce(reference, ''), coalesce(description, ''), %(source)s, %(at)s,
            least(paid, amount), 0, CASE WHEN paid > 0 THEN greatest(paid_on, issued_on) END
        FROM import_doc WHERE kind = 'I' AND is_new
        RETURNING 1
    ),
    receipts AS (
        INSERT INTO payments_receipt (id, creditor_id, client_id, currency, amount, received_on,
            method, payer_name, reference, external_ref, created_at, allocated, refunded)
        SELECT receipt_id, %(creditor)s, client_id, currency, paid, paid_on, 'BANK_TRANSFER', '',
            number, CASE WHEN is_assumed THEN 'import:assumed:' ELSE 'import:settled:' END
                || number || ':' || trim_scale(paid), %(at)s, least(paid, amount), 0
        FROM import_doc WHERE kind = 'I' AND is_new AND paid > 0
        RETURNING 1
    ),
    allocations AS (
        INSERT INTO payments_allocation (receipt_id, invoice_id, amount, effective_on, reason,
            created_at)
        SELECT receipt_id, invoice_id, least(paid, amount), greatest(paid_on, issued_on), '',
            %(at)s
        FROM import_doc WHERE kind = 'I' AND is_new AND paid > 0
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM invoices), (SELECT count(*) FROM receipts),
        (SELECT count(*) FROM allocations)
"""
_NOTES: Final = """
    INSERT INTO payments_creditnote (creditor_id, client_id, number, currency, amount, issued_on,
        reason, created_at, created_by_id, allocated)
    SELECT %(creditor)s, client_id, number, currency, amount, issued_on,
        coalesce(description, %(source)s), %(at)s, %(actor)s, 0
    FROM import_doc WHERE kind = 'C' AND note_id IS NULL ORDER BY row
"""
_RECEIPTS: Final = """
    INSERT INTO payments_receipt (id, creditor_id, client_id, currency, amount, received_on, method,
        payer_name, reference, external_ref, created_at, allocated, refunded)
    SELECT receipt_id, %(creditor)s, client_id, currency, amount, paid_on, 'BANK_TRANSFER', '',
        number, key, %(at)s, 0, 0
    FROM import_settle ORDER BY row
"""
_ALLOCATIONS: Final = """
    INSERT INTO payments_allocation (receipt_id, invoice_id, amount, effective_on, reason,
        created_at)
    SELECT receipt_id, invoice_id, applied, effective_on, '', %(at)s
    FROM import_settle WHERE applied > 0 ORDER BY row
"""
# The flag says nothing about when the dispute was raised: it is dated with the invoice, so that
# none looks as if it had been raised after a demand.
_DISPUTES: Final = """
    INSERT INTO disputes_dispute (client_id, invoice_id, amount, reason, note, opened_on, state,
        resolved_on, resolution, created_at, created_by_id)
    SELECT i.client_id, i.id,
        least(coalesce(nullif(d.disputed_amount, 0),
                       CASE WHEN i.open_amount > 0 THEN i.open_amount ELSE i.amount END), i.amount),
        'IMPORTED', coalesce(d.dispute_note, ''), d.issued_on,
        CASE WHEN i.open_amount > 0 THEN 'OPEN' ELSE 'WITHDRAWN' END,
        CASE WHEN i.open_amount = 0 THEN greatest(i.closed_on, d.issued_on) END,
        CASE WHEN i.open_amount = 0 THEN %(settled)s ELSE '' END, %(at)s, %(actor)s
    FROM import_doc d JOIN payments_invoice i ON i.id = d.invoice_id
    WHERE d.kind = 'I' AND (d.is_disputed OR d.disputed_amount > 0)
        AND NOT EXISTS (SELECT 1 FROM disputes_dispute o WHERE o.invoice_id = i.id
                        AND (o.reason = 'IMPORTED' OR o.state = 'OPEN'))
    ORDER BY d.row
"""
# What an earlier import held apart is settled now, or is no longer flagged.
_ENDED_DISPUTES: Final = """
    UPDATE disputes_dispute o
    SET state = 'WITHDRAWN',
        resolved_on = greatest(o.opened_on, CASE WHEN i.open_amount = 0 THEN i.closed_on
                                                 ELSE coalesce(%(until)s::date, %(today)s) END),
        resolution = CASE WHEN i.open_amount = 0 THEN %(settled)s ELSE %(unflagged)s END
    FROM import_doc d JOIN payments_invoice i ON i.id = d.invoice_id
    WHERE o.invoice_id = i.id AND o.state = 'OPEN' AND o.reason = 'IMPORTED'
        AND d.kind = 'I' AND NOT d.is_new
        AND (i.open_amount = 0 OR (d.tells_disputes AND NOT d.is_disputed
                                   AND coalesce(d.disputed_amount, 0) = 0))
"""


def post(
    params: dict[str, Any], *, actor_id: int | None, at: dt.datetime, source: str
) -> dict[str, int]:
    """Write everything. Gives how many rows went into each table."""
    params = {
        **params,
        "actor": actor_id,
        "at": at,
        "source": source,
        "settled": _("Settled"),
        "unflagged": _("No longer flagged in the imported ledger"),
        "replaced": _("Replaced by the payment itself"),
    }
    counts: dict[str, int] = {}
    counts["clients"] = execute(_CLIENTS, params)
    _refresh("clients_client", counts["clients"])
    counts["contacts"] = execute(_CONTACTS, params)
    _load(params, counts)
    counts["credit_notes"] = execute(_NOTES, params)
    execute(sql("settlements"), params)
    counts["receipts"] += execute(_RECEIPTS, params)
    counts["allocations"] += execute(_ALLOCATIONS, params)
    counts["disputes"] = execute(_DISPUTES, params)
    counts["ended_disputes"] = execute(_ENDED_DISPUTES, params)
    _post_payments(params, counts)
    # The foreign keys are checked at the end of the transaction; here, so that the time it
    # takes and anything it finds belong to the import and not to the commit.
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    return counts


def _load(params: dict[str, Any], counts: dict[str, int]) -> None:
    execute("SET LOCAL dunwell.loading = 'on'")
    counts["invoices"], counts["receipts"], counts["allocations"] = fetch(_LOADED, params)[0]
    execute("SET LOCAL dunwell.loading = 'off'")
    for table in ("receipt", "invoice", "allocation"):
        _refresh(f"payments_{table}", counts[f"{table}s"])


_PAYMENTS: Final = """
    INSERT INTO payments_receipt (id, creditor_id, client_id, currency, amount, received_on, method,
        payer_name, reference, external_ref, created_at, allocated, refunded)
    SELECT receipt_id, %(creditor)s, client_id, currency, amount, received_on, method, '',
        left(coalesce(reference, payment_number, ''), 200), key, %(at)s, 0, 0
    FROM import_payment WHERE is_new ORDER BY row
"""
_TAKEN_BACK: Final = """
    INSERT INTO payments_allocation (receipt_id, invoice_id, amount, effective_on, reverses_id,
        reason, created_at, created_by_id)
    SELECT receipt_id, invoice_id, -amount, effective_on, allocation_id,
        %(replaced)s, %(at)s, %(actor)s
    FROM import_payback ORDER BY allocation_id
"""
_REFUNDS: Final = """
    INSERT INTO payments_refund (receipt_id, amount, refunded_on, kind, reason, created_at,
        created_by_id)
    SELECT r.id, r.unallocated, r.received_on, 'ENTRY_ERROR', %(replaced)s, %(at)s, %(actor)s
    FROM payments_receipt r
    WHERE r.id IN (SELECT receipt_id FROM import_payback) AND r.unallocated > 0
    ORDER BY r.id
"""
_APPLIED: Final = """
    INSERT INTO payments_allocation (receipt_id, invoice_id, amount, effective_on, reason,
        created_at, created_by_id)
    SELECT p.receipt_id, i.id, sum(s.applied), greatest(p.received_on, i.issued_on), '',
        %(at)s, %(actor)s
    FROM import_applied s
    JOIN import_payment p USING (key)
    JOIN payments_invoice i ON i.id = s.invoice_id
    WHERE s.applied > 0
    GROUP BY p.receipt_id, i.id, p.received_on, i.issued_on
    ORDER BY p.receipt_id, i.id
"""


def _post_payments(params: dict[str, Any], counts: dict[str, int]) -> None:
    """Receipts of a payment export; a settlement that an invoice list only implied makes room.

    An invoice list says "paid"; the payment export says when and how. What the first one wrote
    is taken back (on its own day, so that no dated figure moves) as far as the second covers it.
    """
    if not fetch("SELECT 1 FROM import_payment WHERE is_new LIMIT 1"):
        return
    execute(
        "UPDATE import_payment SET receipt_id = nextval('payments_receipt_id_seq') WHERE is_new"
    )
    execute(sql("paybacks"), params)
    execute(_TAKEN_BACK, params)
    execute(_REFUNDS, params)
    counts["receipts"] += execute(_RECEIPTS, params)
    counts["allocations"] += execute(_ALLOCATIONS, params)
    counts["receipts"] += execute(_PAYMENTS, params)
    _refresh("payments_receipt", counts["receipts"])
    counts["replaced"] = int(fetch("SELECT count(DISTINCT receipt_id) FROM import_payback")[0][0])
    counts["allocations"] += execute(_APPLIED, params)


def _refresh(table: str, added: int) -> None:
    """Give the planner true figures when a table has grown much within this transaction.

    Of the columns that statements here join by: what is left out waits for autovacuum, which a
    look at some columns does not put off.
    """
    known = int(fetch("SELECT reltuples FROM pg_class WHERE relname = %(t)s", {"t": table})[0][0])
    if added and (known <= 0 or added >= max(_ANALYZE_FROM, known * _ANALYZE_SHARE)):
        execute(f"ANALYZE {table} ({_JOINED_BY[table]})")
