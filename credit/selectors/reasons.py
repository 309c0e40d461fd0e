"""The strongest reasons of a score, in words that a letter to the client can use."""

from __future__ import annotations

import datetime as dt
from typing import Final

from credit.models import ScoreSnapshot
from credit.rules.columns import FACTS
from credit.rules.reasons import DAYS, Counted, Reason, strongest, words_of
from credit.rules.score import BEHAVIOUR_FACTORS, FACTORS
from credit.selectors.columns import read_columns
from credit.selectors.facts import DUE, EXCUSED

#: Invoices paid within so many days are counted in words.
COUNTED_DAYS: Final = 730

_LATE: Final = "closed <= %(on)s AND closed - due > {days}"
_OPEN: Final = "(closed IS NULL OR closed > %(on)s) AND %(on)s::date - due > {days}"
_COLUMNS: Final = ", ".join(
    f"count(*) FILTER (WHERE {one.format(days=days)})"
    for one in (_LATE, _OPEN)
    for days in DAYS.values()
)
_COUNTS: Final = f"""
    SELECT count(*) FILTER (WHERE closed <= %(on)s), {_COLUMNS}
    FROM (
        SELECT i.closed_on AS closed, {DUE} AS due
        FROM payments_invoice i LEFT JOIN ({EXCUSED}) e ON e.invoice_id = i.id
        WHERE e.invoice_id IS NULL AND i.client_id = %(client)s AND i.issued_on <= %(on)s
            AND (i.closed_on IS NULL OR i.closed_on > %(since)s)
    ) invoices
"""  # noqa: S608  # constants of this module


def strongest_reasons(snapshot: ScoreSnapshot, language: str, count: int = 4) -> list[Reason]:
    """What took the most points of a score, the strongest first, with its facts in words.

    Only what took points is a reason: a client without one gets an empty list.
    """
    chosen = strongest(list(zip(FACTORS, snapshot.points, strict=True)), count)
    facts = dict(zip(FACTS, snapshot.facts, strict=True))
    counts = _counts(snapshot) if any(code in DAYS for code, _ in chosen) else {}
    weight = facts["recent_weight"]
    mean = facts["recent"] / weight if weight else 0.0
    return [
        Reason(
            code,
            points,
            words_of(
                code,
                language,
                counted=counts.get(code, Counted()),
                times=round(facts[code]) if code in BEHAVIOUR_FACTORS else 0,
                mean=mean,
            ),
        )
        for code, points in chosen
    ]


def _counts(snapshot: ScoreSnapshot) -> dict[str, Counted]:
    """How many invoices stand behind the factors of payment, as of the day of the score."""
    params = {
        "client": snapshot.client_id,
        "on": snapshot.on,
        "since": snapshot.on - dt.timedelta(days=COUNTED_DAYS),
    }
    (row,) = read_columns(_COUNTS, params, 1 + 2 * len(DAYS))
    paid = int(row[0])
    return {
        code: Counted(paid, int(row[1 + place]), int(row[1 + len(DAYS) + place]))
        for place, code in enumerate(DAYS)
    }
