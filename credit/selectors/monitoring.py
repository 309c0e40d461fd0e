"""Who is to be looked at, when, and what has changed since somebody did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from clients.models import Client
from clients.selectors import default_creditor
from core.models import User
from credit.models import ClientLook, Monitoring, ScoreSnapshot
from credit.rules.notices import FALL_DAYS
from credit.selectors.exposure import exposure_sql

#: Something is at stake with who was invoiced within so many days.
STAKE_DAYS: Final = 365

_LINES: Final = """
    SELECT segment, grade, monitor_days FROM credit_policyrow
    WHERE policy_id = (SELECT id FROM credit_creditpolicy ORDER BY number DESC LIMIT 1)
"""
#: With whom something is at stake. `{chosen}` picks the clients.
_STAKE: Final = """
    SELECT client_id FROM payments_clientbalance WHERE {chosen} open_amount > 0
    UNION
    SELECT client_id FROM contracts_contract WHERE {chosen} state IN ('ACTIVE', 'SUSPENDED')
    UNION
    SELECT client_id FROM payments_invoice WHERE {chosen} issued_on > %(stake)s
"""
#: What the table should say of them.
_WANTED: Final = """
WITH lines AS ({lines}), used AS ({used}), stake AS ({stake})
SELECT k.id AS client_id, coalesce(m.since, %(on)s::date) AS since, l.id AS last_look_id,
    d.days AS every_days,
    least(l.next_on, coalesce(l.looked_on, m.since, %(on)s::date) + d.days) AS due_on,
    CASE WHEN greatest(u.open + u.unbilled - u.covered, 0) > k.credit_limit
        THEN coalesce(m.over_since, %(on)s::date) END AS over_since
FROM stake s
JOIN clients_client k ON k.id = s.client_id
JOIN lines g ON g.segment = '' AND g.grade = k.grade
LEFT JOIN lines x ON x.segment = lower(trim(k.segment)) AND x.segment <> '' AND x.grade = k.grade
CROSS JOIN LATERAL (SELECT coalesce(x.monitor_days, g.monitor_days)::int AS days) d
LEFT JOIN credit_monitoring m ON m.client_id = k.id
LEFT JOIN LATERAL (
    SELECT id, looked_on, next_on FROM credit_clientlook
    WHERE client_id = k.id ORDER BY id DESC LIMIT 1
) l ON true
LEFT JOIN used u ON u.client_id = k.id
    AND u.currency = coalesce(nullif(k.limit_currency, ''), %(currency)s)
"""


def stake_sql(*, some: bool) -> str:
    """With whom something is at stake: of all clients, or those of `ids`."""
    return _STAKE.format(chosen="client_id = ANY(%(ids)s) AND" if some else "")


def wanted_sql(*, some: bool) -> str:
    """Who is looked after, and until when to look: of all clients, or those of `ids`."""
    used = exposure_sql("ids" if some else "")
    return _WANTED.format(lines=_LINES, used=used, stake=stake_sql(some=some))


def wanted_parameters(on: dt.date, client_ids: Collection[int] | None) -> dict[str, Any]:
    """What the statement takes."""
    creditor = default_creditor()
    return {
        "on": on,
        "stake": on - dt.timedelta(days=STAKE_DAYS),
        "currency": creditor.currency if creditor else "CNY",
        "ids": list(client_ids or ()),
    }


def looks_due(*, user: User, on: dt.date) -> QuerySet[Monitoring]:
    """Clients to be looked at by a day, the longest due first."""
    found = Monitoring.objects.visible_to(user).due(on=on)
    return found.select_related("client", "last_look").order_by("due_on", "pk")


def cadence_of(client: Client) -> int:
    """After how many days the policy asks for the next look."""
    sql = f"""
        SELECT coalesce(x.monitor_days, g.monitor_days) FROM ({_LINES}) g
        LEFT JOIN ({_LINES}) x ON x.segment = lower(trim(%(segment)s)) AND x.segment <> ''
            AND x.grade = g.grade
        WHERE g.segment = '' AND g.grade = %(grade)s
    """  # noqa: S608  # constants of this module
    with connection.cursor() as cursor:
        cursor.execute(sql, {"segment": client.segment, "grade": client.grade})
        (days,) = cursor.fetchone()
    return int(days)


@dataclass(frozen=True, slots=True)
class Before:
    """Where a client stood when somebody last looked, or ninety days ago."""

    on: dt.date
    grade: str
    score: int
    is_look: bool


def stood_before(client_ids: Collection[int], *, on: dt.date) -> dict[int, Before]:
    """Each client's last look; without one its score of ninety days ago. Two queries.

    Clients first scored since then are compared with their first score.
    """
    since = on - dt.timedelta(days=FALL_DAYS)
    looks = (
        ClientLook.objects.filter(client__in=client_ids, score__isnull=False)
        .order_by("client_id", "-pk")
        .distinct("client_id")
    )
    found = {
        one.client_id: Before(one.looked_on, one.grade, one.score or 0, is_look=True)
        for one in looks
    }
    rest = [pk for pk in client_ids if pk not in found]
    with connection.cursor() as cursor:
        cursor.execute(_AGO, {"ids": rest, "since": since})
        for client_id, day, grade, score in cursor.fetchall():
            found[client_id] = Before(day, grade, score, is_look=False)
    return found


_AGO: Final = """
    SELECT c.id, s."on", s.granted, s.score
    FROM unnest(%(ids)s::bigint[]) AS c (id)
    CROSS JOIN LATERAL (
        (SELECT "on", granted, score, 0 AS place FROM credit_scoresnapshot
            WHERE client_id = c.id AND "on" <= %(since)s ORDER BY "on" DESC, id DESC LIMIT 1)
        UNION ALL
        (SELECT "on", granted, score, 1 FROM credit_scoresnapshot
            WHERE client_id = c.id ORDER BY "on", id LIMIT 1)
        ORDER BY place LIMIT 1
    ) s
"""


def score_of(client: Client) -> ScoreSnapshot | None:
    """The score that counts."""
    return client.scores.order_by("-on", "-pk").first()


#: So many looks are shown on a client's pages.
SHOWN: Final = 5


def looks_of(client: Client, count: int = SHOWN) -> list[ClientLook]:
    """The latest looks at a client."""
    return list(
        ClientLook.objects.filter(client=client).select_related("actor").order_by("-pk")[:count]
    )
