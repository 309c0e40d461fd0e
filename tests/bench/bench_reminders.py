"""Planning and queueing the reminders of a whole ledger, beside its floor in raw SQL.

The floor does the least that could be called the same: it fetches what is overdue, inserts a
row for each with the same foreign keys, and marks them all. Both run in a transaction that is
rolled back, with the deferred foreign keys checked inside the time measured.
"""

import datetime as dt
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from clients.selectors import default_creditor
from core.dates import today
from core.models import User
from core.states import Role
from reminders.services.approval import approve_run
from reminders.services.planning import plan_reminders

GOAL = Decimal(3)


def run(quick: bool) -> list[dict[str, Any]]:  # the runner's signature
    """Rows of work, size, ours_ms, floor_ms, ratio and goal, on the ledger that is loaded."""
    creditor = default_creditor()
    if creditor is None:
        return []
    on = today(creditor.time_zone)
    actor = User.objects.filter(role=Role.MANAGER).first() or User(pk=None, role=Role.MANAGER)
    floors, ours, counts = [], [], {}
    for _round in range(1 if quick else 3):
        floors.append(_timed(lambda: _floor(creditor.pk, on)))
        ours.append(_timed(lambda: counts.update(_ours(creditor, on, actor))))
    floor_ms, ours_ms = min(floors), min(ours)
    return [
        {
            "work": "plan and queue reminders",
            "size": counts["overdue"],
            "ours_ms": round(ours_ms),
            "floor_ms": round(floor_ms),
            "ratio": round(ours_ms / floor_ms, 2),
            "goal": f"<= {GOAL}",
            "messages": counts["messages"],
        }
    ]


def _timed(work: Callable[[], object]) -> float:
    """Milliseconds of the work and its deferred checks, in a transaction that leaves nothing."""
    with transaction.atomic():
        started = time.perf_counter()
        work()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        taken = (time.perf_counter() - started) * 1000
        transaction.set_rollback(True)
    return taken


def _ours(creditor: Any, on: dt.date, actor: User) -> dict[str, int]:
    at = timezone.now()
    result = plan_reminders(creditor=creditor, on=on, actor=None, at=at)
    assert result.is_new, "the ledger's day was planned and approved before the bench"
    queued = approve_run(run=result.run, actor=actor, at=at)
    return {"overdue": result.tally.decisions.total(), "messages": queued}


def _floor(creditor_id: int, on: dt.date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, client_id, currency, due_on, open_amount, collectible
            FROM payments_invoice
            WHERE creditor_id = %s AND open_amount > 0 AND due_on <= %s
            ORDER BY client_id, currency, due_on, id
            """,
            [creditor_id, on + dt.timedelta(days=3)],
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
            [creditor_id, on + dt.timedelta(days=3)],
        )
        cursor.execute("UPDATE bench_reminder SET state = 'SENT', sent_at = now()")
