"""The completeness check of ten thousand contracts, against the raw SQL that reads the facts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction

from clients.selectors import default_creditor
from contracts.models import Contract
from contracts.selectors.completeness import FACTS_SQL, completeness_facts, gaps_of_many
from core.dates import today
from tests.bench.measuring import Row, compare

#: Contracts do not grow with the ledger's invoices: measured once.
PER_LEDGER = False
CONTRACTS = 10_000

CONTRACTS_SQL = """
INSERT INTO contracts_contract (creditor_id, client_id, number, title, title_zh, state, language,
    governing_language, currency, amount, starts_on, ends_on, terms_days, late_charge_kind,
    late_charge_preset, late_charge_rate, late_charge_basis, late_charge_clause, acceptance_days,
    suspension_days, prepayment_kind, demanded_reason, prepayment_reason, version_number,
    notice_email, notice_address, governing_law, forum, creditor_signatory, client_signatory,
    created_at)
SELECT %(creditor)s, k.id, 'BENCH-' || n, 'Bench', '', 'DRAFT', 'en', 'en', w.currency,
    1000 + n %% 900, current_date, current_date + 365, 30,
    CASE WHEN n %% 3 = 0 THEN 'NONE' WHEN n %% 3 = 1 THEN 'RATE' ELSE 'PRESET' END,
    CASE WHEN n %% 3 = 2 THEN 'cn_sale_default' ELSE '' END,
    CASE WHEN n %% 3 = 1 THEN 12 + n %% 12 END, 365, '', 7,
    CASE WHEN n %% 2 = 0 THEN 15 END, 'PREPAYMENT', '', '', 0,
    CASE WHEN n %% 5 > 0 THEN 'law@client.example' ELSE '' END, '', 'PRC', '', '', '', now()
FROM generate_series(1, %(count)s) n
JOIN clients_creditor w ON w.id = %(creditor)s
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS r, count(*) OVER () AS c
      FROM clients_client) k ON k.r = n %% k.c
"""
_LINES = """
INSERT INTO contracts_contractline (contract_id, position, description, deliverable, quantity,
    unit, unit_price, tax_percent, deliver_on, net, tax)
SELECT c.id, p, 'Line', '', 1, '', c.amount / 2, 0,
    CASE WHEN c.id %% 7 > 0 THEN current_date + 90 END, c.amount / 2, 0
FROM contracts_contract c, generate_series(1, 2) p WHERE c.number LIKE 'BENCH-%%'
"""
CLAUSES_SQL = """
INSERT INTO contracts_contractclause (contract_id, position, kind, heading, heading_zh, body,
    body_zh)
SELECT c.id, k.place, k.kind, 'Heading', '', 'Body', ''
FROM contracts_contract c, unnest(ARRAY['PAYMENT', 'LATE_CHARGE', 'SUSPENSION', 'ACCEPTANCE',
    'NOTICES', 'LAW', 'CHANGES', 'DATA', 'RECORDING', 'OTHER']) WITH ORDINALITY k(kind, place)
WHERE c.number LIKE 'BENCH-%%' AND (c.id + k.place) %% 9 > 0
"""
SCHEDULE_SQL = """
INSERT INTO contracts_scheduleentry (contract_id, position, kind, label, due_on, amount, is_edited)
SELECT c.id, p, CASE WHEN p = 1 THEN 'PREPAYMENT' ELSE 'INSTALMENT' END, '',
    current_date + 30 * p::int, c.amount / 4, false
FROM contracts_contract c, generate_series(1, 4) p WHERE c.number LIKE 'BENCH-%%'
"""
_WITH_LIMITS = "UPDATE clients_client SET credit_limit = 5000 WHERE id %% 2 = 0"


def run(*, quick: bool = False) -> list[Row]:
    """Rows of work, size, ours_ms, floor_ms, ratio and goal; what is written is rolled back."""
    count, rounds = (1000, 1) if quick else (CONTRACTS, 9)
    with transaction.atomic():
        keys, on = _contracts(count)
        rows = _rows(keys, on, rounds)
        transaction.set_rollback(True)
    return rows


def _rows(keys: list[int], on: dt.date, rounds: int) -> list[Row]:
    def floor() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(FACTS_SQL, {"ids": keys})
            return cursor.fetchall()

    found = gaps_of_many(keys, on)
    assert len(found) == len(keys)
    assert sum(map(len, found.values())) > 2 * len(keys), "the check found next to nothing"
    return [
        compare(
            work="completeness check of many contracts: facts and all rules",
            size=len(keys),
            ours=lambda: gaps_of_many(keys, on),
            floor=floor,
            goal="<= 4",
            rounds=rounds,
            note="the floor is the SQL that reads the same facts, fetched to Python",
        ),
        compare(
            work="facts of many contracts alone",
            size=len(keys),
            ours=lambda: completeness_facts(keys, on),
            floor=floor,
            goal="<= 2",
            rounds=rounds,
        ),
        compare(
            work="completeness check of one contract",
            size=len(keys),
            ours=lambda: gaps_of_many(keys[:1], on),
            goal="<= 20 ms",
            rounds=rounds,
        ),
    ]


def _contracts(count: int) -> tuple[list[int], dt.date]:
    """Contracts of every sort, written in bulk; their keys, and today."""
    creditor = default_creditor()
    assert creditor is not None
    with connection.cursor() as cursor:
        cursor.execute(_WITH_LIMITS.replace("%%", "%"))
        cursor.execute(CONTRACTS_SQL, {"creditor": creditor.pk, "count": count})
        for statement in (_LINES, CLAUSES_SQL, SCHEDULE_SQL):
            cursor.execute(statement.replace("%%", "%"))
        cursor.execute("ANALYZE contracts_contract, contracts_contractline")
        cursor.execute("ANALYZE contracts_contractclause, contracts_scheduleentry")
    keys = Contract.objects.filter(number__startswith="BENCH-").values_list("pk", flat=True)
    return list(keys), today(creditor.time_zone)
