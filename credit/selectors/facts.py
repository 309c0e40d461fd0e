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
from credit.selectors.behaviour_counts import NEVER, behaviour_counts
from credit.selectors.columns import read_columns

#: A Monday: the remainder by seven of the days since then tells the day of the week.
_MONDAY: Final = "date '1900-01-01'"
#: The day until which payment is on time, of an invoice `i`.
DUE: Final = f"(i.due_on + CASE (i.due_on - {_MONDAY}) %% 7 WHEN 5 THEN 2 WHEN 6 THEN 1 ELSE 0 END)"
_EXCUSED: Final = """
    SELECT DISTINCT invoice_id FROM (
        SELECT invoice_id FROM disputes_dispute d
        WHERE (state IN ('OPEN', 'UPHELD') OR reason = 'IMPORTED') {dispute}
        UNION ALL
        SELECT a.invoice_id FROM payments_allocation a
        JOIN payments_invoice c ON c.id = a.invoice_id
        WHERE a.credit_note_id IS NOT NULL {credited}
        GROUP BY a.invoice_id, c.amount HAVING sum(a.amount) >= c.amount
    ) one
"""
#: Invoices `i` that must not be held against a client.
EXCUSED: Final = _EXCUSED.format(dispute="", credited="")

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
                          WHEN over <= 7 THEN 8 - over WHEN over <= 30 THEN 31 - over END),
                 %(never)s)
    FROM (
        SELECT client_id, issued_on, ago, late, over,
            exp(-ago * %(slow)s::float8) AS slow, exp(-ago * %(fast)s::float8) AS fast
        FROM (
            SELECT i.client_id, i.issued_on,
                CASE WHEN i.closed_on <= %(on)s THEN i.closed_on - {DUE} END AS late,
                CASE WHEN i.closed_on <= %(on)s THEN %(on)s::date - i.closed_on END AS ago,
                CASE WHEN i.closed_on <= %(on)s THEN NULL ELSE %(on)s::date - {DUE} END AS over
            FROM payments_invoice i
            LEFT JOIN ({{excused}}) e ON e.invoice_id = i.id
            WHERE e.invoice_id IS NULL AND i.issued_on <= %(on)s {{chosen}}
            OFFSET 0  -- each day is worked out once, not at each place where it is read
        ) days
    ) weighed
    GROUP BY client_id ORDER BY client_id
"""  # noqa: S608  # constants of this module
_LN2: Final = 0.6931471805599453


@dataclass(frozen=True, slots=True)
class FactsOn:
    """Ids of clients with invoices in order, their facts (columns of `FACTS`), and in how many
    days the clock alone changes them: an open invoice becomes late beyond a horizon, a behaviour is
    a year old, a report runs out (`NEVER` where nothing does)."""

    ids: Days
    rows: Floats
    next_step: Days


def facts_on(*, on: dt.date, clients: Sequence[int] | None = None, scored: bool = False) -> FactsOn:
    """What counts of clients at the end of a day; of all that have an invoice unless named.

    With `scored` also those of them who have a score and not one invoice that counts any more: for
    them nothing does, and their score must not stay as it was.
    """
    params = {
        "on": on,
        "grace": BANK_GRACE,
        "never": NEVER,
        "slow": _LN2 / HALF_LIFE,
        "fast": _LN2 / RECENT_HALF_LIFE,
        "clients": list(clients or ()),
    }
    one_of = "" if clients is None else "AND {}.client_id = ANY(%(clients)s)"
    excused = _EXCUSED.format(dispute=one_of.format("d"), credited=one_of.format("c"))
    sql = _FACTS.format(chosen=one_of.format("i"), excused=excused)
    plain = len(FACTS) - len(BEHAVIOUR_FACTORS)
    rows = read_columns(sql, params, plain + 2)
    if scored:
        rows = _with_scored(rows, clients)
    ids = rows[:, 0].astype(np.int64)
    found = np.zeros((len(ids), len(FACTS)))
    found[:, :plain] = rows[:, 1:-1]
    next_step = rows[:, -1].astype(np.int64)
    if len(ids):
        counts = behaviour_counts(on=on, clients=clients)
        row = np.minimum(np.searchsorted(ids, counts[:, 1]), len(ids) - 1)
        known = ids[row] == counts[:, 1]
        row, counts = row[known], counts[known]
        found[row, plain + counts[:, 0].astype(np.int64)] = counts[:, 2]
        np.minimum.at(next_step, row, counts[:, 3].astype(np.int64))
    return FactsOn(ids, found, next_step)


_SCORED: Final = "SELECT client_id FROM credit_currentscore {chosen} ORDER BY client_id"


def _with_scored(rows: Floats, clients: Sequence[int] | None) -> Floats:
    """The rows with an empty one for each client that has a score and nothing that counts."""
    chosen = "" if clients is None else "WHERE client_id = ANY(%(clients)s)"
    known = read_columns(_SCORED.format(chosen=chosen), {"clients": list(clients or ())}, 1)[:, 0]
    missing = np.setdiff1d(known, rows[:, 0], assume_unique=True)
    empty = np.zeros((len(missing), rows.shape[1]))
    empty[:, 0], empty[:, -1] = missing, NEVER
    return np.insert(rows, np.searchsorted(rows[:, 0], missing), empty, axis=0)
