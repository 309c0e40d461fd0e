"""What counts of each client on a day: one pass over its invoices.

Left out, so that nobody is misjudged: invoices with an open or upheld dispute (the delay may be
ours), those whose dispute came with an imported ledger (nobody knows how it ended), and those that
a credit note closed (they were never paid). A due date on a weekend is the Monday after, and five
days of bank grace are not lateness.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from credit.rules.columns import FACTS
from credit.rules.history import HALF_LIFE, RECENT_HALF_LIFE, Days, Floats
from credit.rules.score import BANK_GRACE, BEHAVIOUR_FACTORS
from credit.selectors.columns import read_columns

#: A Monday: the remainder by seven of the days since then tells the day of the week.
_MONDAY: Final = "date '1900-01-01'"
#: The day until which payment is on time, of an invoice `i`.
DUE: Final = f"(i.due_on + CASE (i.due_on - {_MONDAY}) %% 7 WHEN 5 THEN 2 WHEN 6 THEN 1 ELSE 0 END)"
#: Invoices `i` that must not be held against a client.
EXCUSED: Final = """
    SELECT invoice_id FROM disputes_dispute
    WHERE state IN ('OPEN', 'UPHELD') OR reason = 'IMPORTED'
    UNION
    SELECT a.invoice_id FROM payments_allocation a JOIN payments_invoice c ON c.id = a.invoice_id
    WHERE a.credit_note_id IS NOT NULL
    GROUP BY a.invoice_id, c.amount HAVING sum(a.amount) >= c.amount
"""

_FACTS: Final = f"""
    SELECT client_id,
        coalesce(sum(slow), 0),
        coalesce(sum(slow) FILTER (WHERE late > %(grace)s), 0),
        coalesce(sum(slow) FILTER (WHERE late > 7), 0),
        coalesce(sum(slow) FILTER (WHERE late > 30), 0),
        count(*) FILTER (WHERE over > %(grace)s),
        count(*) FILTER (WHERE over > 7),
        count(*) FILTER (WHERE over > 30),
        coalesce(sum(fast * CASE WHEN late BETWEEN 1 AND %(grace)s THEN 0
                                 ELSE greatest(-10, least(60, late)) END), 0),
        coalesce(sum(fast), 0),
        count(late),
        %(on)s::date - min(issued_on),
        greatest(coalesce(max(over) FILTER (WHERE over > %(grace)s), 0), 0),
        greatest(coalesce(max(late) FILTER (WHERE ago <= 180), 0), 0),
        coalesce(min(CASE WHEN over <= %(grace)s THEN %(grace)s + 1 - over
                          WHEN over <= 7 THEN 8 - over WHEN over <= 30 THEN 31 - over END), 999)
    FROM (
        SELECT client_id, issued_on, ago, late, over,
            exp(-ago * %(slow)s::float8) AS slow, exp(-ago * %(fast)s::float8) AS fast
        FROM (
            SELECT i.client_id, i.issued_on,
                CASE WHEN i.closed_on <= %(on)s THEN i.closed_on - {DUE} END AS late,
                CASE WHEN i.closed_on <= %(on)s THEN %(on)s::date - i.closed_on END AS ago,
                CASE WHEN i.closed_on <= %(on)s THEN NULL ELSE %(on)s::date - {DUE} END AS over
            FROM payments_invoice i
            LEFT JOIN ({EXCUSED}) e ON e.invoice_id = i.id
            WHERE e.invoice_id IS NULL AND i.issued_on <= %(on)s {{chosen}}
        ) days
    ) weighed
    GROUP BY client_id ORDER BY client_id
"""  # noqa: S608  # constants of this module
_LN2: Final = 0.6931471805599453

#: How often a behaviour happened within the year before a day: (client_id, times).
BEHAVIOUR_SQL: Final = {
    "broken_promises": """
        SELECT client_id, count(*) FROM payments_promise
        WHERE state = 'BROKEN' AND due_on > %(since)s AND due_on <= %(on)s {chosen}
        GROUP BY client_id
    """,
    "disputes_lost": """
        SELECT client_id, count(*) FROM disputes_dispute
        WHERE state = 'REJECTED' AND resolved_on > %(since)s AND resolved_on <= %(on)s {chosen}
        GROUP BY client_id
    """,
}
#: Behaviour counts against a client for so many days.
BEHAVIOUR_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class FactsOn:
    """Ids of clients with invoices in order, their facts (columns of `FACTS`), and in how many
    days the next of their open invoices becomes late beyond a horizon (999 where none does)."""

    ids: Days
    rows: Floats
    next_step: Days


def facts_on(*, on: dt.date, clients: Sequence[int] | None = None) -> FactsOn:
    """What counts of clients at the end of a day; of all that have an invoice unless named."""
    params = {
        "on": on,
        "since": on - dt.timedelta(days=BEHAVIOUR_DAYS),
        "grace": BANK_GRACE,
        "slow": _LN2 / HALF_LIFE,
        "fast": _LN2 / RECENT_HALF_LIFE,
        "clients": list(clients or ()),
    }
    chosen = "" if clients is None else "AND i.client_id = ANY(%(clients)s)"
    plain = len(FACTS) - len(BEHAVIOUR_FACTORS)
    rows = read_columns(_FACTS.format(chosen=chosen), params, plain + 2)
    ids = rows[:, 0].astype(np.int64)
    found = np.zeros((len(ids), len(FACTS)))
    found[:, :plain] = rows[:, 1:-1]
    chosen = "" if clients is None else "AND client_id = ANY(%(clients)s)"
    for name, sql in BEHAVIOUR_SQL.items():
        counts = read_columns(sql.format(chosen=chosen), params, 2)
        _put(found, ids, counts, FACTS.index(name))
    return FactsOn(ids, found, rows[:, -1].astype(np.int64))


def _put(found: Floats, ids: Days, counts: Floats, column: int) -> None:
    if not len(ids):
        return
    place = np.minimum(np.searchsorted(ids, counts[:, 0]), len(ids) - 1)
    known = ids[place] == counts[:, 0]
    found[place[known], column] = counts[known, 1]
