"""When the grade of a client fell last: it does not fall again before people had time to look."""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np

from credit.rules.history import Days
from credit.rules.score import DAYS_PER_BAND
from credit.selectors.columns import read_columns

_FELL: Final = """
    SELECT client_id, max("on") + %(days)s - %(on)s::date FROM (
        SELECT client_id, "on", granted,
            lag(granted) OVER (PARTITION BY client_id ORDER BY id) AS before
        FROM credit_scoresnapshot WHERE client_id = ANY(%(clients)s)
    ) steps
    WHERE granted <> 'U' AND (before IS NULL OR before = 'U' OR granted > before)
    GROUP BY client_id
"""


def days_to_wait(ids: Days, *, on: dt.date) -> Days:
    """How many days the grade of each client stays where its last fall (or its first grade) put it.

    `ids` in order; 0 where it may fall.
    """
    params = {"clients": ids.tolist(), "on": on, "days": DAYS_PER_BAND}
    rows = read_columns(_FELL, params, 2).astype(np.int64)
    found = np.zeros(len(ids), np.int64)
    found[np.searchsorted(ids, rows[:, 0])] = np.maximum(rows[:, 1], 0)
    return found
