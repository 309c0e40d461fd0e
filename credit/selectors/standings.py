"""What each client should get by a policy, in one statement for one client or a hundred thousand.

The same statement answers the daily refresh and the "what if" of the editor: the lines of the
policy are its parameters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from clients.selectors import default_creditor
from clients.services import StandingFigures
from core.dates import add_months, month_start
from credit.models import CreditPolicy, HoldRule
from credit.rules.policy import SALES_MONTHS, PolicyLine, Threshold

#: What every client should have, before it is compared with what it has. `{chosen}` and `{sold}`
#: pick the clients, `{p}` is the prefix of the policy's parameters.
WANTED_SQL: Final = """
SELECT k.id, n.grade, r.ratio AS policy_ratio,
    coalesce(l.value, CASE WHEN r.factor = 0 OR n.days = 0 THEN 0
        WHEN v.sales > 0 THEN trunc(v.raw, 1 - floor(log(v.raw))::int) END) AS credit_limit,
    CASE WHEN l.value IS NOT NULL THEN l.currency
        ELSE coalesce(s.currency, nullif(k.limit_currency, ''), %(currency)s) END AS limit_currency,
    CASE WHEN d.value IS NOT NULL THEN d.value
        WHEN t.deposit_cap < r.ratio THEN t.deposit_cap
        WHEN r.ratio <> g.ratio THEN r.ratio END AS deposit_ratio,
    CASE WHEN d.value IS NOT NULL THEN ''
        WHEN t.deposit_cap < r.ratio THEN 'KEPT'
        WHEN r.ratio <> g.ratio THEN 'SEGMENT' ELSE '' END AS deposit_basis,
    CASE WHEN m.value IS NOT NULL THEN m.value::int
        WHEN r.days <> g.days THEN r.days END AS terms_days,
    n.days AS days_now, k.segment
FROM clients_client k
LEFT JOIN credit_standing t ON t.client_id = k.id
LEFT JOIN credit_standingoverride o ON o.client_id = k.id AND o.part = 'GRADE'
    AND o.ended_at IS NULL AND o.expires_on >= %(on)s
LEFT JOIN credit_standingoverride l ON l.client_id = k.id AND l.part = 'LIMIT'
    AND l.ended_at IS NULL AND l.expires_on >= %(on)s
LEFT JOIN credit_standingoverride d ON d.client_id = k.id AND d.part = 'DEPOSIT'
    AND d.ended_at IS NULL AND d.expires_on >= %(on)s
LEFT JOIN credit_standingoverride m ON m.client_id = k.id AND m.part = 'TERMS'
    AND m.ended_at IS NULL AND m.expires_on >= %(on)s
JOIN {p}lines g ON g.segment = '' AND g.grade = coalesce(nullif(o.grade, ''), t.grade, k.grade)
LEFT JOIN {p}lines x ON x.segment = lower(trim(k.segment)) AND x.segment <> '' AND x.grade = g.grade
CROSS JOIN LATERAL (SELECT coalesce(x.ratio, g.ratio) AS ratio, coalesce(x.days, g.days) AS days,
    coalesce(x.factor, g.factor) AS factor) r
CROSS JOIN LATERAL (SELECT g.grade, coalesce(m.value::int, r.days) AS days) n
LEFT JOIN sold s ON s.client_id = k.id
CROSS JOIN LATERAL (SELECT s.sales,
    greatest(s.sales * n.days * r.factor / 360, 0.000001) AS raw) v
WHERE {chosen}
"""

#: The net sales of the last twelve whole months, in the currency most invoices were written in.
SOLD_SQL: Final = """
SELECT DISTINCT ON (client_id) client_id, currency, sales FROM (
    SELECT client_id, currency, sum(amount) AS sales, sum(n) AS n FROM (
        SELECT client_id, currency, amount, 1 AS n FROM payments_invoice
        WHERE {chosen} issued_on >= %(since)s AND issued_on < %(until)s
        UNION ALL
        SELECT client_id, currency, -amount, 0 FROM payments_creditnote
        WHERE {chosen} issued_on >= %(since)s AND issued_on < %(until)s
    ) moved GROUP BY 1, 2
) each ORDER BY client_id, n DESC, currency
"""

LINES_SQL: Final = """
SELECT * FROM unnest(%({p}segments)s::text[], %({p}grades)s::text[], %({p}ratios)s::numeric[],
    %({p}days)s::int[], %({p}factors)s::numeric[]) AS p (segment, grade, ratio, days, factor)
"""

_WANTED_OF: Final = "WITH lines AS ({lines}), sold AS ({sold}) {wanted}"
_DIFFERENT: Final = """
WITH lines AS ({lines}), sold AS ({sold}), wanted AS ({wanted})
SELECT w.id, w.grade, w.credit_limit, w.limit_currency, w.deposit_ratio, w.deposit_basis,
    w.terms_days, k.grade, k.credit_limit, k.limit_currency, k.deposit_ratio, k.deposit_basis,
    k.terms_days
FROM wanted w JOIN clients_client k ON k.id = w.id
WHERE (w.grade, w.credit_limit, w.deposit_ratio, w.deposit_basis, w.terms_days)
    IS DISTINCT FROM (k.grade, k.credit_limit, k.deposit_ratio, k.deposit_basis, k.terms_days)
   OR (w.credit_limit IS NOT NULL AND w.limit_currency <> k.limit_currency)
ORDER BY w.id
"""


@dataclass(frozen=True, slots=True)
class Different:
    """A client whose standing should change: what it should be, and what it is."""

    wanted: StandingFigures
    current: StandingFigures


def current_policy() -> CreditPolicy:
    """The newest version."""
    return CreditPolicy.objects.order_by("-number")[:1].get()


_POLICY: Final = f"""
SELECT {", ".join(one.name for one in fields(PolicyLine))} FROM credit_policyrow
WHERE policy_id = coalesce(%s, (SELECT id FROM credit_creditpolicy ORDER BY number DESC LIMIT 1))
ORDER BY segment, id
"""  # noqa: S608  # names of this room's own


def policy_lines(policy: CreditPolicy | None = None) -> list[PolicyLine]:
    """The lines of a version, of the newest unless said. Every credit check reads them."""
    with connection.cursor() as cursor:
        cursor.execute(_POLICY, [policy.pk if policy else None])
        return [PolicyLine(*row) for row in cursor.fetchall()]


def thresholds(policy: CreditPolicy | None = None) -> list[Threshold]:
    """The rules of holds of a version, of the newest unless said."""
    chosen = policy or current_policy()
    return [rule.plain for rule in HoldRule.objects.filter(policy=chosen).order_by("rule")]


def line_parameters(lines: Sequence[PolicyLine], prefix: str = "") -> dict[str, Any]:
    """A policy as parameters of the statements."""
    return {
        f"{prefix}segments": [line.segment for line in lines],
        f"{prefix}grades": [line.grade for line in lines],
        f"{prefix}ratios": [line.deposit_ratio for line in lines],
        f"{prefix}days": [line.terms_days for line in lines],
        f"{prefix}factors": [line.limit_factor for line in lines],
    }


def day_parameters(on: dt.date) -> dict[str, Any]:
    """The day and the months whose sales count, and the currency where nothing was sold."""
    until = month_start(on)
    creditor = default_creditor()
    return {
        "on": on,
        "since": add_months(until, -SALES_MONTHS),
        "until": until,
        "currency": creditor.currency if creditor else "CNY",
    }


def wanted_sql(*, chosen: str = "true", prefix: str = "") -> str:
    """What each client should have by the lines of a prefix."""
    return WANTED_SQL.format(chosen=chosen, p=prefix)


def differing(
    *, on: dt.date, lines: Sequence[PolicyLine], client_ids: Collection[int] | None = None
) -> list[Different]:
    """The clients whose standing is not what it should be; one statement."""
    some = client_ids is not None
    sql = _DIFFERENT.format(
        lines=LINES_SQL.format(p=""),
        sold=SOLD_SQL.format(chosen="client_id = ANY(%(ids)s) AND" if some else ""),
        wanted=wanted_sql(chosen="k.id = ANY(%(ids)s)" if some else "true"),
    )
    values: Mapping[str, Any] = {
        **line_parameters(lines),
        **day_parameters(on),
        "ids": list(client_ids or ()),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [_different(row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client should have, the ratio that counts in the end, and the terms."""

    figures: StandingFigures
    ratio: Decimal
    days: int


def wanted_of(
    *, client_id: int, on: dt.date, lines: Sequence[PolicyLine], counted_on: dt.date | None = None
) -> Wanted | None:
    """What a client should have: with the settings of a day, the sales known on another."""
    sql = _WANTED_OF.format(
        lines=LINES_SQL.format(p=""),
        sold=SOLD_SQL.format(chosen="client_id = ANY(%(ids)s) AND"),
        wanted=wanted_sql(chosen="k.id = ANY(%(ids)s)"),
    )
    values = {**line_parameters(lines), **day_parameters(counted_on or on), "on": on}
    with connection.cursor() as cursor:
        cursor.execute(sql, {**values, "ids": [client_id]})
        row = cursor.fetchone()
    if row is None:
        return None
    figures = StandingFigures(row[0], row[1], *row[3:8])
    ratio = row[2] if figures.deposit_ratio is None else figures.deposit_ratio
    return Wanted(figures, ratio, row[8])


def _different(row: Sequence[Any]) -> Different:
    return Different(
        wanted=StandingFigures(row[0], *row[1:7]), current=StandingFigures(row[0], *row[7:13])
    )


def changed_ids(rows: Iterable[Different]) -> list[int]:
    """Whose they are."""
    return [row.wanted.client_id for row in rows]
