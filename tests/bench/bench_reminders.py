"""Planning and queueing the reminders of a whole ledger, beside its floor in raw SQL.

The floor does the least that could be called the same: it fetches what is overdue, inserts a
row for each with the same foreign keys, and marks them all. Both run in a transaction that is
rolled back, with the deferred foreign keys checked inside the time measured.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.utils import timezone

from clients.selectors import default_creditor
from core.dates import today
from core.models import User
from core.states import Role
from payments.models import Invoice
from reminders.services.approval import approve_run
from reminders.services.planning import plan_reminders
from tests.bench.measuring import Row, compare, rounds_for

# The peer makes and processes 200,000 dunnings in 213 s, and smaller numbers no faster each.
PEER_MS_EACH = 1.0
SHARE_OF_PEER = 0.07
# The courtesy reminder looks this many days ahead.
AHEAD = dt.timedelta(days=3)


def run(*, quick: bool = False) -> list[Row]:
    """Rows of work, size, ours_ms, floor_ms, ratio and goal, on the ledger that is loaded."""
    creditor = default_creditor()
    assert creditor is not None
    on = today(creditor.time_zone)
    actor = User.objects.filter(role=Role.MANAGER).first()
    assert actor is not None
    due = _count(creditor.pk, on)
    queued: list[int] = []
    row = compare(
        work="plan and queue the reminders of all overdue invoices",
        size=due,
        ours=lambda: queued.append(_ours(creditor, on, actor)),
        floor=lambda: _floor(creditor.pk, on),
        goal=f"<= 3 and <= {PEER_MS_EACH * SHARE_OF_PEER * due:,.0f} ms",
        growth=1.1,
        rounds=rounds_for(Invoice.objects.count(), quick=quick, usual=3),
        writes=True,
    )
    note = f"{queued[-1]:,} messages; the goal in ms is {SHARE_OF_PEER} of the peer's time"
    return [row | {"note": note}]


def _ours(creditor: Any, on: dt.date, actor: User) -> int:
    at = timezone.now()
    result = plan_reminders(creditor=creditor, on=on, actor=None, at=at)
    assert result.is_new, "the ledger's day was planned and approved before the bench"
    return approve_run(run=result.run, actor=actor, at=at)


def _count(creditor_id: int, on: dt.date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM payments_invoice"
            " WHERE creditor_id = %s AND open_amount > 0 AND due_on <= %s",
            [creditor_id, on + AHEAD],
        )
        return int(cursor.fetchone()[0])


def _floor(creditor_id: int, on: dt.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, client_id, currency, due_on, open_amount, collectible
            FROM payments_invoice
            WHERE creditor_id = %s AND open_amount > 0 AND due_on <= %s
            ORDER BY client_id, currency, due_on, id
            """,
            [creditor_id, on + AHEAD],
        )
        cursor.fetchall()
        cursor.execute(
            """
            CREATE TABLE bench_run (id bigserial PRIMARY KEY);
            INSERT INTO bench_run DEFAULT VALUES;
            CREATE TABLE bench_reminder (
                id bigserial PRIMARY KEY,
                run_id bigint NOT NULL REFERENCES bench_run DEFERRABLE INITIALLY DEFERRED,
                invoice_id bigint NOT NULL
                    REFERENCES payments_invoice DEFERRABLE INITIALLY DEFERRED,
                client_id bigint NOT NULL
                    REFERENCES clients_client DEFERRABLE INITIALLY DEFERRED,
                currency varchar(3) NOT NULL, level smallint, amount numeric(18, 3),
                state varchar(12) NOT NULL, sent_at timestamptz)
            """
        )
        cursor.execute(
            """
            INSERT INTO bench_reminder
                (run_id, invoice_id, client_id, currency, level, amount, state)
            SELECT (SELECT id FROM bench_run), id, client_id, currency, 1, collectible, 'PLANNED'
            FROM payments_invoice
            WHERE creditor_id = %s AND open_amount > 0 AND due_on <= %s
            """,
            [creditor_id, on + AHEAD],
        )
        cursor.execute("UPDATE bench_reminder SET state = 'SENT', sent_at = now()")
