"""The daily look at contracts in force: who is late, and what the contract allows.

Set-based: one statement finds everything that is so on a day, one takes down what no longer is,
one puts up what is new. Nothing is suspended or resumed here: a finding proposes, a person
decides (`contracts.services.lifecycle`).
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from clients.models import Creditor
from core import audit
from core.transactions import in_transaction

# `open_amount` beside `collectible`, since the indexes know what is open: what was settled over
# the years is not read. While a prepayment is awaited our work is held: then it is not we who
# deliver late.
FOUND_SQL: Final = """
    CREATE TEMP TABLE supervision_found ON COMMIT DROP AS
    WITH held AS (
        SELECT DISTINCT contract_id FROM payments_prepayment WHERE state = 'REQUESTED'
    ), late AS (
        SELECT i.contract_id, min(i.due_on) AS due_on, sum(i.collectible) AS amount
        FROM payments_invoice i
        WHERE i.contract_id IS NOT NULL AND i.open_amount > 0 AND i.collectible > 0
            AND i.due_on < %(on)s AND i.creditor_id = %(creditor)s
        GROUP BY 1
    ), found AS (
    SELECT c.id AS contract_id, 'LATE_DELIVERY' AS kind, l.id AS line_id,
        NULL::bigint AS obligation_id, NULL::bigint AS clause_id, l.deliver_on + 1 AS since_on,
        NULL::numeric AS amount
    FROM contracts_contract c JOIN contracts_contractline l ON l.contract_id = c.id
    WHERE c.creditor_id = %(creditor)s AND c.state = 'ACTIVE' AND l.deliver_on < %(on)s
        AND NOT EXISTS (SELECT 1 FROM held WHERE held.contract_id = c.id)
        AND NOT EXISTS (SELECT 1 FROM contracts_delivery d WHERE d.line_id = l.id
                        AND d.completes_line AND d.state <> 'REJECTED')
    UNION ALL
    SELECT c.id, CASE o.side WHEN 'OURS' THEN 'LATE_OURS' ELSE 'LATE_THEIRS' END, NULL, o.id,
        NULL, o.due_on + 1, NULL
    FROM contracts_obligation o JOIN contracts_contract c ON c.id = o.contract_id
    WHERE o.done_on IS NULL AND o.due_on < %(on)s AND c.creditor_id = %(creditor)s
        AND c.state IN ('ACTIVE', 'SUSPENDED')
    UNION ALL
    SELECT c.id, 'LATE_PAYMENT', NULL, NULL, NULL, late.due_on + 1, late.amount
    FROM late JOIN contracts_contract c ON c.id = late.contract_id
    WHERE c.state IN ('ACTIVE', 'SUSPENDED')
    UNION ALL
    SELECT c.id, 'MAY_SUSPEND', NULL, NULL, k.id, late.due_on + c.suspension_days, late.amount
    FROM late JOIN contracts_contract c ON c.id = late.contract_id
    JOIN LATERAL (SELECT id FROM contracts_contractclause
                  WHERE contract_id = c.id AND kind = 'SUSPENSION'
                  ORDER BY position LIMIT 1) k ON true
    WHERE c.state = 'ACTIVE' AND late.due_on + c.suspension_days <= %(on)s
    UNION ALL
    SELECT c.id, 'MAY_RESUME', NULL, NULL, NULL, %(on)s, NULL
    FROM contracts_contract c
    WHERE c.creditor_id = %(creditor)s AND c.state = 'SUSPENDED'
        AND NOT EXISTS (SELECT 1 FROM late WHERE late.contract_id = c.id)
    )
    SELECT n.*, f.id AS flag_id
    FROM found n LEFT JOIN contracts_supervisionflag f
        ON f.cleared_on IS NULL AND f.contract_id = n.contract_id AND f.kind = n.kind
        AND f.line_id IS NOT DISTINCT FROM n.line_id
        AND f.obligation_id IS NOT DISTINCT FROM n.obligation_id
"""
_TAKE_DOWN: Final = """
    UPDATE contracts_supervisionflag f SET cleared_on = greatest(%(on)s, f.found_on)
    FROM contracts_contract c
    WHERE f.cleared_on IS NULL AND c.id = f.contract_id AND c.creditor_id = %(creditor)s
        AND NOT EXISTS (SELECT 1 FROM supervision_found n WHERE n.flag_id = f.id)
"""
_REFRESH: Final = """
    UPDATE contracts_supervisionflag f SET amount = n.amount FROM supervision_found n
    WHERE f.id = n.flag_id AND f.amount IS DISTINCT FROM n.amount
"""
_PUT_UP: Final = """
    INSERT INTO contracts_supervisionflag
        (contract_id, kind, line_id, obligation_id, clause_id, since_on, amount, found_on)
    SELECT contract_id, kind, line_id, obligation_id, clause_id, since_on, amount, %(on)s
    FROM supervision_found WHERE flag_id IS NULL ORDER BY contract_id, kind
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Supervision:
    """What one look changed."""

    found: int
    put_up: int
    taken_down: int


@in_transaction
def supervise_contracts(*, creditor: Creditor, on: dt.date, at: dt.datetime) -> Supervision:
    """Compare every contract in force with what is so on a day (of the creditor's time zone).

    Looking twice on a day changes nothing; a day that was missed is caught up by the next look.
    """
    # Two workers at once: the second waits, and finds nothing left to do.
    Creditor.objects.select_for_update(no_key=True).get(pk=creditor.pk)
    params: dict[str, Any] = {"creditor": creditor.pk, "on": on}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS supervision_found")
        cursor.execute(FOUND_SQL, params)
        found = cursor.rowcount
        cursor.execute("ANALYZE supervision_found")
        cursor.execute(_TAKE_DOWN, params)
        taken_down = cursor.rowcount
        cursor.execute(_REFRESH, params)
        cursor.execute(_PUT_UP, params)
        put_up = cursor.rowcount
        cursor.execute("DROP TABLE supervision_found")
    if put_up or taken_down:
        audit.record(
            action="payments.supervise_contracts",
            actor=None,
            at=at,
            subject=creditor,
            stream=f"creditor:{creditor.pk}",
            payload={"on": on, "put_up": put_up, "taken_down": taken_down},
        )
    return Supervision(found, put_up, taken_down)
