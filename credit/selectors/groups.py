"""Clients that are one risk: what one owes is looked at together with what the others owe.

A group is all that confirmed pairs connect. `credit.services.related` confirms no pair that
would make one larger than `LARGEST_GROUP`, which bounds the walk.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from django.db import connection

from credit.rules.related import LARGEST_GROUP

#: Each of the clients `ids` with the members of its group. UNION ends the walk: no pair twice.
GROUPS_SQL: Final = """
grouped (root, id) AS (
    SELECT one, one FROM unnest(%(ids)s::bigint[]) AS one
    UNION
    SELECT g.root, n.id FROM grouped g
    CROSS JOIN LATERAL (
        SELECT right_id AS id FROM credit_relatedpair
        WHERE left_id = g.id AND state = 'CONFIRMED'
        UNION ALL
        SELECT left_id FROM credit_relatedpair
        WHERE right_id = g.id AND state = 'CONFIRMED'
    ) n
)
"""


def group_of(client_id: int) -> tuple[int, ...]:
    """The clients that form one risk with this one, itself among them, in order of their keys."""
    return groups_of([client_id])[client_id]


def groups_of(client_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The group of each of these clients; one query, however many they are."""
    found: dict[int, list[int]] = {client_id: [] for client_id in client_ids}
    if not found:
        return {}
    # LIMIT stops the walk; no group reaches it.
    sql = f"WITH RECURSIVE {GROUPS_SQL} SELECT root, id FROM grouped LIMIT %(most)s"  # noqa: S608  # no input of anybody
    values: dict[str, Any] = {"ids": list(found), "most": (LARGEST_GROUP + 1) * len(found)}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        for root, client_id in cursor.fetchall():
            found[root].append(client_id)
    return {root: tuple(sorted(members)) for root, members in found.items()}
