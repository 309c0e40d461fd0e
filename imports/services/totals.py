"""What the file says in all, and what the ledger says for the same invoices."""

from decimal import Decimal
from typing import Any, Final

from imports.services.staging import fetch

_FILE: Final = """
    SELECT currency,
        count(*) AS invoices, count(*) FILTER (WHERE is_new) AS new_invoices,
        sum(amount) AS amount, sum(least(paid, amount)) AS settled,
        sum(amount - least(paid, amount)) AS open, sum(greatest(paid - amount, 0)) AS overpaid,
        count(*) FILTER (WHERE paid > 0) AS settlements,
        count(*) FILTER (WHERE paid > ledger_allocated) AS new_settlements,
        count(*) FILTER (WHERE is_disputed OR disputed_amount > 0) AS disputes
    FROM import_doc WHERE kind = 'I' GROUP BY currency ORDER BY currency
"""
_NOTES: Final = """
    SELECT currency, count(*) AS credit_notes, count(*) FILTER (WHERE note_id IS NULL)
        AS new_credit_notes, sum(amount) AS credit
    FROM import_doc WHERE kind = 'C' GROUP BY currency ORDER BY currency
"""
_PAYMENTS: Final = """
    SELECT currency, count(*) AS receipts, count(*) FILTER (WHERE is_new) AS new_receipts,
        sum(amount) AS received
    FROM import_payment GROUP BY currency ORDER BY currency
"""
_LEFT_OUT: Final = """
    SELECT kind::text, currency, count(*), sum(amount_in_file)
    FROM import_doc WHERE kind IN ('X', 'Z', 'U', 'L') GROUP BY 1, 2 ORDER BY 1, 2
"""
_LEDGER: Final = """
    SELECT i.currency, count(*) AS ledger_invoices, sum(i.amount) AS ledger_amount,
        sum(i.allocated) AS ledger_settled, sum(i.open_amount) AS ledger_open
    FROM import_doc d JOIN payments_invoice i ON i.id = d.invoice_id
    WHERE d.kind = 'I' GROUP BY 1 ORDER BY 1
"""
_LEDGER_NOTES: Final = """
    SELECT n.currency, sum(n.amount) AS ledger_credit
    FROM import_doc d JOIN payments_creditnote n
        ON n.creditor_id = %(creditor)s AND n.number = d.number
    WHERE d.kind = 'C' GROUP BY 1 ORDER BY 1
"""
_LEDGER_PAYMENTS: Final = """
    SELECT r.currency, sum(r.amount) AS ledger_received, sum(r.unallocated) AS ledger_unapplied
    FROM import_payment p JOIN payments_receipt r
        ON r.creditor_id = %(creditor)s AND r.external_ref = p.key
    GROUP BY 1 ORDER BY 1
"""
_COLUMNS: Final = {
    _FILE: "invoices new_invoices amount settled open overpaid settlements new_settlements"
    " disputes",
    _NOTES: "credit_notes new_credit_notes credit",
    _PAYMENTS: "receipts new_receipts received",
    _LEDGER: "ledger_invoices ledger_amount ledger_settled ledger_open",
    _LEDGER_NOTES: "ledger_credit",
    _LEDGER_PAYMENTS: "ledger_received ledger_unapplied",
}
_IN_FILE: Final = (_FILE, _NOTES, _PAYMENTS)
_IN_LEDGER: Final = (_LEDGER, _LEDGER_NOTES, _LEDGER_PAYMENTS)


def _gathered(queries: tuple[str, ...], params: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for query in queries:
        names = _COLUMNS[query].split()
        for currency, *values in fetch(query, params):
            row = found.setdefault(currency or "", {})
            row.update(zip(names, map(_plain, values), strict=True))
    return found


def _plain(value: Any) -> Any:
    """Amounts as text, so that JSON keeps every digit."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def file_totals(params: dict[str, Any]) -> list[dict[str, Any]]:
    """Per currency, what the file says of what is to be taken in."""
    found = _gathered(_IN_FILE, params)
    return [{"currency": currency, **found[currency]} for currency in sorted(found)]


def with_ledger(totals: list[dict[str, Any]], params: dict[str, Any]) -> list[dict[str, Any]]:
    """The same with what the ledger holds for these invoices, credit notes and payments."""
    found = _gathered(_IN_LEDGER, params)
    return [{**row, **found.get(row["currency"], {})} for row in totals]


def left_out() -> list[dict[str, Any]]:
    """What of the file is not taken in: by kind and currency, how many and how much."""
    return [
        {"kind": kind, "currency": currency or "", "count": count, "amount": _plain(amount)}
        for kind, currency, count, amount in fetch(_LEFT_OUT)
    ]


def new_span() -> list[int]:
    """First and last key of the new invoices; empty when there are none."""
    first, last = fetch(
        "SELECT min(invoice_id), max(invoice_id) FROM import_doc WHERE kind = 'I' AND is_new"
    )[0]
    return [first, last] if first else []


def main_clients(limit: int = 20) -> list[dict[str, Any]]:
    """The clients with most invoices or payments in the file."""
    rows = fetch(
        "SELECT s.client_id, c.legal_name, s.count FROM ("
        " SELECT client_id, count(*) FROM ("
        "  SELECT client_id FROM import_doc WHERE kind IN ('I', 'C')"
        "  UNION ALL SELECT client_id FROM import_payment) every"
        " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(limit)s) s"
        " JOIN clients_client c ON c.id = s.client_id ORDER BY s.count DESC, s.client_id",
        {"limit": limit},
    )
    return [{"id": pk, "name": name, "count": count} for pk, name, count in rows]


#: What must be equal whatever happened in the ledger since; settlements may have gone on there.
FACTS: Final = (
    ("invoices", "ledger_invoices"),
    ("amount", "ledger_amount"),
    ("received", "ledger_received"),
)
