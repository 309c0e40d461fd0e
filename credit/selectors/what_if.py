"""What a policy that is being tried out would do to today's clients: sums in one statement.

Both policies are worked out by the statement of the daily refresh, so what is shown is what
saving would do. Every figure has its rows.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from credit.rules.policy import GRADES, PolicyLine
from credit.selectors.exposure import exposure_sql
from credit.selectors.standings import (
    LINES_SQL,
    SOLD_SQL,
    day_parameters,
    line_parameters,
    wanted_sql,
)

#: Which clients a figure counts. `o` is what they get today, `n` what they would.
FIGURES: Final[dict[str, str]] = {
    "clients": "true",
    "deposit_up": "n_ratio > o_ratio",
    "deposit_down": "n_ratio < o_ratio",
    "limit_up": "n_limit > o_limit OR (n_limit IS NULL AND o_limit IS NOT NULL)",
    "limit_down": "n_limit < o_limit OR (n_limit IS NOT NULL AND o_limit IS NULL)",
    "terms": "n_days <> o_days",
    "over_before": "used > o_limit",
    "over_after": "used > n_limit",
}
PER_PAGE: Final = 50

_BOTH_FORM: Final = """
WITH old_lines AS ({old_lines}), new_lines AS ({new_lines}), sold AS ({sold}),
was AS ({was}), will AS ({will}), used AS ({used}),
both_ways AS (
    SELECT o.id, o.grade, n.limit_currency AS currency,
        coalesce(o.deposit_ratio, o.policy_ratio) AS o_ratio,
        coalesce(n.deposit_ratio, n.policy_ratio) AS n_ratio,
        o.credit_limit AS o_limit, n.credit_limit AS n_limit,
        o.days_now AS o_days, n.days_now AS n_days,
        coalesce(greatest(u.open + u.unbilled - u.covered, 0), 0) AS used
    FROM was o JOIN will n ON n.id = o.id
    LEFT JOIN used u ON u.client_id = o.id AND u.currency = n.limit_currency
)
"""
_BOTH: Final = _BOTH_FORM.format(
    old_lines=LINES_SQL.format(p="old_"),
    new_lines=LINES_SQL.format(p="new_"),
    sold=SOLD_SQL.format(chosen=""),
    was=wanted_sql(prefix="old_"),
    will=wanted_sql(prefix="new_"),
    used=exposure_sql(),
)
_COUNTS: Final = ", ".join(
    f"count(*) FILTER (WHERE {condition}) AS {name}" for name, condition in FIGURES.items()
)
_SUMS_FORM: Final = """
{both}
SELECT grade, currency, coalesce(sum(o_limit), 0), coalesce(sum(n_limit), 0), {counts}
FROM both_ways GROUP BY 1, 2 ORDER BY 1, 2
"""
_SUMS: Final = _SUMS_FORM.format(both=_BOTH, counts=_COUNTS)
_ROWS: Final = """
{both}
SELECT b.id, k.legal_name, b.grade, b.currency, o_ratio, n_ratio, o_limit, n_limit, o_days,
    n_days, used
FROM both_ways b JOIN clients_client k ON k.id = b.id
WHERE ({condition}) AND (%(grade)s = '' OR b.grade = %(grade)s)
ORDER BY k.name_pinyin, b.id LIMIT %(limit)s OFFSET %(offset)s
"""


@dataclass(slots=True)
class GradeEffect:
    """What would change for the clients of a grade; limits by currency, before and after."""

    grade: str
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FIGURES, 0))
    limits: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)


def _values(
    on: dt.date, before: Sequence[PolicyLine], after: Sequence[PolicyLine]
) -> dict[str, Any]:
    return {
        **line_parameters(before, "old_"),
        **line_parameters(after, "new_"),
        **day_parameters(on),
    }


def policy_effect(
    *, on: dt.date, before: Sequence[PolicyLine], after: Sequence[PolicyLine]
) -> list[GradeEffect]:
    """The effect by grade, and no row for a grade that no client has."""
    found: dict[str, GradeEffect] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, _values(on, before, after))
        for grade, currency, old, new, *counts in cursor.fetchall():
            effect = found.setdefault(grade, GradeEffect(grade))
            for name, count in zip(FIGURES, counts, strict=True):
                effect.counts[name] += count
            if old or new:
                effect.limits[currency] = (old, new)
    return [found[grade] for grade in GRADES if grade in found]


def totals(effects: Sequence[GradeEffect]) -> GradeEffect:
    """All grades together."""
    whole = GradeEffect("")
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for effect in effects:
        for name, count in effect.counts.items():
            whole.counts[name] += count
        for currency, (old, new) in effect.limits.items():
            sums[currency][0] += old
            sums[currency][1] += new
    whole.limits = {currency: (pair[0], pair[1]) for currency, pair in sorted(sums.items())}
    return whole


@dataclass(frozen=True, slots=True)
class ClientEffect:
    """What would change for one client."""

    client_id: int
    name: str
    grade: str
    currency: str
    old_ratio: Decimal
    new_ratio: Decimal
    old_limit: Decimal | None
    new_limit: Decimal | None
    old_days: int
    new_days: int
    used: Decimal


def clients_behind(  # the policy of before and after, and which rows
    *,
    on: dt.date,
    before: Sequence[PolicyLine],
    after: Sequence[PolicyLine],
    figure: str,
    grade: str = "",
    page: int = 1,
) -> tuple[list[ClientEffect], bool]:
    """The clients that a figure counts, by name, and whether there are more."""
    sql = _ROWS.format(both=_BOTH, condition=FIGURES[figure])
    values = _values(on, before, after) | {
        "grade": grade,
        "limit": PER_PAGE + 1,
        "offset": (page - 1) * PER_PAGE,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = [ClientEffect(*row) for row in cursor.fetchall()]
    return rows[:PER_PAGE], len(rows) > PER_PAGE
