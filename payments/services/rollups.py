"""Keeping the aging flow small: many rows of a day become one, with the same sum."""

from typing import Final

from django.db import connection, transaction

# Any fixed number: whoever holds it is the one compactor.
_LOCK: Final = 7_160_413_225

# One statement: a reader sees all rows from before it or all rows from after it, and a payment
# that adds a row meanwhile is simply not among the rows taken. Sums that came to nothing
# (an invoice paid before it fell due) leave no row.
_COMPACT: Final = """
WITH crowded AS MATERIALIZED (
    SELECT creditor_id, currency, measure, day FROM payments_agingflow
    GROUP BY 1, 2, 3, 4 HAVING count(*) > 1 OR sum(amount) = 0
), taken AS (
    DELETE FROM payments_agingflow f USING crowded c
    WHERE (f.creditor_id, f.currency, f.measure, f.day)
          = (c.creditor_id, c.currency, c.measure, c.day)
    RETURNING f.creditor_id, f.currency, f.measure, f.day, f.amount
), kept AS (
    INSERT INTO payments_agingflow (creditor_id, currency, measure, day, amount)
    SELECT creditor_id, currency, measure, day, sum(amount) FROM taken
    GROUP BY 1, 2, 3, 4 HAVING sum(amount) <> 0
    RETURNING 1
)
SELECT (SELECT count(*) FROM taken) - (SELECT count(*) FROM kept)
"""


def compact_aging_flow() -> int:
    """Merge rows of the same creditor, currency, measure and day; returns how many fewer there are.

    No figure changes. Payments never wait for it. When another compactor is at work this one
    leaves at once with 0.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_COMPACT)
        return int(cursor.fetchone()[0])
