"""The ledger as columns, for looking back: each invoice with the day it was settled."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np

from credit.rules.history import OPEN, Days, Ledger
from credit.selectors.columns import read_columns
from credit.selectors.facts import DUE, EXCUSED

_LEDGER: Final = f"""
    SELECT i.id, i.client_id, i.issued_on - date '0001-01-01' + 1,
        i.due_on - date '0001-01-01' + 1, i.amount,
        coalesce(i.closed_on - date '0001-01-01' + 1, {OPEN}),
        (c.invoice_id IS NULL)::int
    FROM payments_invoice i
    LEFT JOIN (
        SELECT a.invoice_id FROM payments_allocation a
        JOIN payments_invoice n ON n.id = a.invoice_id
        WHERE a.credit_note_id IS NOT NULL
        GROUP BY a.invoice_id, n.amount HAVING sum(a.amount) >= n.amount
    ) c ON c.invoice_id = i.id
    WHERE i.issued_on <= %(on)s AND i.amount > 0
    ORDER BY i.issued_on, i.id
"""  # noqa: S608  # a constant
_FAIR: Final = f"""
    SELECT i.id, i.client_id, i.issued_on - date '0001-01-01' + 1, {DUE} - date '0001-01-01' + 1,
        i.amount, coalesce(i.closed_on - date '0001-01-01' + 1, {OPEN}), 1
    FROM payments_invoice i
    LEFT JOIN ({EXCUSED}) e ON e.invoice_id = i.id
    WHERE e.invoice_id IS NULL AND i.issued_on <= %(on)s
    ORDER BY i.issued_on, i.id
"""  # noqa: S608  # constants


@dataclass(frozen=True, slots=True)
class Past:
    """Invoices in the order of issue: their ids, the ids of clients by number, and the columns."""

    invoices: Days
    clients: Days
    ledger: Ledger


def past_ledger(*, on: dt.date) -> Past:
    """Every invoice issued up to a day. Settlements after that day are not known.

    A forecast is for planning: disputed invoices are in it, because the money comes late whoever
    is right. An invoice that a credit note closed was never paid and tells nothing.
    """
    return _past(_LEDGER, on)


def fair_ledger(*, on: dt.date) -> Past:
    """What may be held against a client, as the facts of a score count it, up to a day."""
    return _past(_FAIR, on)


def _past(sql: str, on: dt.date) -> Past:
    rows = read_columns(sql, {"on": on}, 7)
    clients, number = np.unique(rows[:, 1].astype(np.int64), return_inverse=True)
    paid = rows[:, 5].astype(np.int64)
    ledger = Ledger(
        client=number.astype(np.int64),
        issued=rows[:, 2].astype(np.int64),
        due=rows[:, 3].astype(np.int64),
        amount=rows[:, 4],
        paid=np.where(paid > on.toordinal(), OPEN, paid),
        counts=rows[:, 6] > 0,
    )
    return Past(rows[:, 0].astype(np.int64), clients, ledger)
