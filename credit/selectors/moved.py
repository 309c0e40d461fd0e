"""Whose facts moved since a scoring: by the keys of what was added, never by reading the ledger.

A row of a transaction that was still open then may have a key below those that were seen; so a
scoring reads again what the one before it read.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import connection

from credit.models import ScoreRun

_LAST: Final = """
    SELECT (SELECT coalesce(max(id), 0) FROM payments_invoice),
        (SELECT coalesce(max(id), 0) FROM payments_allocation),
        (SELECT coalesce(max(id), 0) FROM core_auditevent)
"""
#: Acts on clients that change facts other than invoices and allocations.
_ACTS: Final = (
    "disputes.open",
    "disputes.close",
    "payments.judge_promise",
)
_MOVED: Final = """
    SELECT client_id FROM payments_invoice WHERE id > %(invoice)s
    UNION
    SELECT i.client_id FROM payments_allocation a JOIN payments_invoice i ON i.id = a.invoice_id
    WHERE a.id > %(allocation)s
    UNION
    SELECT substr(stream_id, 8)::bigint FROM core_auditevent
    WHERE id > %(event)s AND stream_id LIKE 'client:%%' AND action LIKE ANY(%(acts)s)
    UNION
    SELECT client_id FROM credit_currentscore WHERE look_on <= %(on)s
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """Clients to look at (None: all), and the last keys seen."""

    clients: list[int] | None
    last_invoice: int
    last_allocation: int
    last_event: int


def moved_since(*, on: dt.date, last: ScoreRun | None) -> Moved:
    """Whose facts or whose clock moved since a scoring; everybody when there was none."""
    before = (
        ScoreRun.objects.filter(pk__lt=last.pk).order_by("-pk").first()
        if last is not None
        else None
    )
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        invoice, allocation, event = cursor.fetchone()
        if last is None:
            return Moved(None, invoice, allocation, event)
        seen = before or last
        cursor.execute(
            _MOVED,
            {
                "invoice": seen.last_invoice,
                "allocation": seen.last_allocation,
                "event": seen.last_event,
                "acts": list(_ACTS),
                "on": on,
            },
        )
        clients = sorted(client for (client,) in cursor.fetchall())
    return Moved(clients, invoice, allocation, event)
