"""The daily look at a hundred thousand contracts in force, against the raw SQL that reads them.

The floor reads what is late in three plain statements, fetched to Python, and on a day on which
everything is new also writes as many findings in one. Ours finds six kinds of findings, compares
them with what stands, and writes the difference.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from clients.models import Creditor
from clients.selectors import default_creditor
from contracts.models import SupervisionFlag
from core.dates import today
from payments.services.supervision import Supervision, supervise_contracts
from tests.bench.bench_contracts import CLAUSES_SQL, CONTRACTS_SQL, SCHEDULE_SQL
from tests.bench.measuring import Row, compare

#: Contracts do not grow with the ledger's invoices: measured once.
PER_LEDGER = False
SIZES = (10_000, 100_000)

# What happens under a contract goes by its key. Of ten: nothing is late in three; a line is late
# in two, and in a third of those half of it is delivered; duties are late in one; an invoice is
# late in two, of which one may be suspended; one is suspended and paid; one waits for a
# prepayment, and so may be late.
_LINES = """
INSERT INTO contracts_contractline (contract_id, position, description, deliverable, quantity,
    unit, unit_price, tax_percent, deliver_on, net, tax)
SELECT c.id, p, 'Line', '', 1, '', c.amount / 2, 0,
    %(on)s + CASE WHEN p = 1 THEN -10 ELSE 60 END, c.amount / 2, 0
FROM contracts_contract c, generate_series(1, 2) p WHERE c.number LIKE 'BENCH-%%'
"""
_DELIVERIES = """
INSERT INTO contracts_delivery (contract_id, line_id, state, delivered_on, what, recipient,
    completes_line, created_at)
SELECT l.contract_id, l.id, CASE WHEN l.contract_id %% 3 = 0 THEN 'DELIVERED' ELSE 'ACCEPTED' END,
    %(on)s - 12, 'It', '', l.contract_id %% 10 NOT IN (4, 5), now()
FROM contracts_contractline l JOIN contracts_contract c ON c.id = l.contract_id
WHERE c.number LIKE 'BENCH-%%' AND l.position = 1
    AND (l.contract_id %% 10 NOT IN (4, 5, 9) OR l.contract_id %% 3 = 0)
"""
_DUTIES = """
INSERT INTO contracts_obligation (contract_id, side, what, due_on, done_on, note, created_at)
SELECT c.id, CASE p WHEN 1 THEN 'OURS' ELSE 'THEIRS' END, 'Send the data', %(on)s - 5,
    CASE WHEN c.id %% 10 <> 6 THEN %(on)s - 6 END, '', now()
FROM contracts_contract c, generate_series(1, 2) p WHERE c.number LIKE 'BENCH-%%'
UNION ALL
SELECT c.id, 'THEIRS', 'Name a contact', %(on)s + 20, NULL, '', now()
FROM contracts_contract c WHERE c.number LIKE 'BENCH-%%' AND c.id %% 2 = 0
"""
_INVOICES = """
INSERT INTO payments_invoice (creditor_id, client_id, contract_id, number, currency, amount,
    issued_on, due_on, reference, description, source, created_at, allocated, disputed,
    last_allocated_on)
SELECT c.creditor_id, c.client_id, c.id, c.number || '-' || p, c.currency, c.amount / 4,
    %(on)s - 50, %(on)s + CASE WHEN p = 1 THEN -20 ELSE 10 END, '', '', '', now(),
    CASE WHEN p = 1 AND c.id %% 10 NOT IN (2, 7) THEN c.amount / 4 ELSE 0 END, 0,
    CASE WHEN p = 1 AND c.id %% 10 NOT IN (2, 7) THEN %(on)s - 25 END
FROM contracts_contract c, generate_series(1, 2) p WHERE c.number LIKE 'BENCH-%%'
"""
_PREPAYMENTS = """
INSERT INTO payments_prepayment (contract_id, number, kind, currency, amount, applies_to_price,
    clause, requested_on, due_on, language, state, cleared_on, closing_reason, created_at)
SELECT id, '1', 'PREPAYMENT', currency, amount / 4, true, '', %(on)s - 20, %(on)s - 10, 'en',
    CASE WHEN id %% 10 = 9 THEN 'REQUESTED' ELSE 'CLEARED' END,
    CASE WHEN id %% 10 <> 9 THEN %(on)s - 15 END, '', now()
FROM contracts_contract WHERE number LIKE 'BENCH-%%' AND id %% 10 IN (0, 1, 9)
"""
_IN_FORCE = """
UPDATE contracts_contract SET state = CASE WHEN id %% 10 = 8 THEN 'SUSPENDED' ELSE 'ACTIVE' END
WHERE number LIKE 'BENCH-%%'
"""
_TABLES = (
    "contracts_contract, contracts_contractline, contracts_contractclause, contracts_delivery,"
    " contracts_obligation, contracts_scheduleentry, payments_invoice, payments_prepayment"
)

_LATE_LINES = """
SELECT c.id, l.id, l.deliver_on FROM contracts_contract c
JOIN contracts_contractline l ON l.contract_id = c.id
LEFT JOIN contracts_delivery d ON d.line_id = l.id AND d.completes_line AND d.state <> 'REJECTED'
LEFT JOIN payments_prepayment p ON p.contract_id = c.id AND p.state = 'REQUESTED'
WHERE c.creditor_id = %(creditor)s AND c.state = 'ACTIVE' AND l.deliver_on < %(on)s
    AND d.id IS NULL AND p.id IS NULL
"""
_LATE_DUTIES = """
SELECT c.id, o.id, o.side, o.due_on FROM contracts_obligation o
JOIN contracts_contract c ON c.id = o.contract_id
WHERE o.done_on IS NULL AND o.due_on < %(on)s AND c.creditor_id = %(creditor)s
    AND c.state IN ('ACTIVE', 'SUSPENDED')
"""
_MONEY = """
SELECT c.id, c.state, c.suspension_days, i.due_on, i.amount
FROM contracts_contract c
LEFT JOIN (SELECT contract_id, min(due_on) AS due_on, sum(collectible) AS amount
           FROM payments_invoice WHERE open_amount > 0 AND due_on < %(on)s
               AND creditor_id = %(creditor)s GROUP BY 1) i ON i.contract_id = c.id
WHERE c.creditor_id = %(creditor)s AND c.state IN ('ACTIVE', 'SUSPENDED')
    AND (i.contract_id IS NOT NULL OR c.state = 'SUSPENDED')
"""
_WRITE = """
INSERT INTO contracts_supervisionflag (contract_id, kind, since_on, found_on)
SELECT id, 'LATE_PAYMENT', %(on)s, %(on)s FROM contracts_contract
WHERE number LIKE 'BENCH-%%' ORDER BY id LIMIT %(count)s
"""


def run(*, quick: bool = False) -> list[Row]:
    """Rows of work, size, ours_ms, floor_ms, ratio and goal; what is written is rolled back."""
    creditor = default_creditor()
    assert creditor is not None
    on, rows = today(creditor.time_zone), []
    for count in (1_000,) if quick else SIZES:
        with transaction.atomic():
            contracts_in_force(creditor, on, count)
            rows += _rows(creditor, on, count, rounds=1 if quick else 5)
            transaction.set_rollback(True)
    return rows


def _rows(creditor: Creditor, on: dt.date, count: int, *, rounds: int) -> list[Row]:
    at = timezone.now()
    told: dict[str, Any] = {"creditor": creditor.pk, "on": on}

    def look() -> Supervision:
        return supervise_contracts(creditor=creditor, on=on, at=at)

    def read() -> int:
        with connection.cursor() as cursor:
            return sum(
                _fetched(cursor, statement, told)
                for statement in (_LATE_LINES, _LATE_DUTIES, _MONEY)
            )

    def read_and_write() -> None:
        read()
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, told | {"count": found})

    with transaction.atomic():
        found = look().found
        transaction.set_rollback(True)
    assert found >= count // 2, f"{found:,} findings in {count:,} contracts are too few"
    rows = [
        compare(
            work=f"daily look at {count:,} contracts in force, all findings new",
            size=count,
            ours=look,
            floor=read_and_write,
            goal="<= 2",
            rounds=rounds,
            writes=True,
            note="floor: what is late read in three statements, as many findings written in one",
        )
    ]
    look()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE contracts_supervisionflag")
    assert SupervisionFlag.objects.standing().count() == found
    rows.append(
        compare(
            work=f"daily look at {count:,} contracts in force, nothing new",
            size=count,
            ours=look,
            floor=read,
            goal="<= 2",
            rounds=rounds,
            writes=True,
            note="floor: what is late read in three statements",
        )
    )
    return rows


def _fetched(cursor: Any, statement: str, told: dict[str, Any]) -> int:
    cursor.execute(statement, told)
    return len(cursor.fetchall())


def contracts_in_force(creditor: Creditor, on: dt.date, count: int) -> None:
    """Contracts in force of every sort, in bulk: triggers and keys are not what is timed."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(CONTRACTS_SQL, {"creditor": creditor.pk, "count": count})
        for statement in (CLAUSES_SQL, SCHEDULE_SQL):
            cursor.execute(statement.replace("%%", "%"))
        for statement in (_LINES, _DELIVERIES, _DUTIES, _INVOICES, _PREPAYMENTS, _IN_FORCE):
            cursor.execute(statement, {"on": on})
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute(f"ANALYZE {_TABLES}")
