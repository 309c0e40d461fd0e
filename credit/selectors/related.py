"""Who may belong together: the facts that are compared, who shares them, and what to warn of."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.db import connection
from django.db.models import Q
from django.urls import reverse

from clients.models import Client
from contracts.rules.completeness import Relative
from core.models import User
from credit.models import RelatedPair
from credit.rules.related import ALIKE, CROWD, Sign, payer_key, points_of
from credit.selectors.groups import GROUPS_SQL
from credit.states import RelatedSign, RelatedState

_DATA: Final = Path(__file__).resolve().parent.parent / "data" / "related.json"

Pair = tuple[int, int]


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    return read


@lru_cache(maxsize=1)
def mail_providers() -> frozenset[str]:
    """Domains under which everybody has a mailbox, as of the day in the file."""
    return frozenset(_data()["mail_providers"])


@lru_cache(maxsize=1)
def collectors() -> frozenset[str]:
    """Who pays on everybody's behalf, as of the day in the file, as keys."""
    return frozenset(payer_key(one) for one in _data()["collectors"])


# --- What is written -----------------------------------------------------------------------------

#: client, what, text: every fact of the clients `ids` that is compared.
FACTS_SQL: Final = """
SELECT id, 'NAME', legal_name FROM clients_client WHERE id = ANY(%(ids)s)
UNION ALL
SELECT id, 'LEGAL_REPRESENTATIVE', legal_representative FROM clients_client
WHERE id = ANY(%(ids)s) AND legal_representative <> ''
UNION ALL
SELECT id, 'REGISTRATION', registration_number FROM clients_client
WHERE id = ANY(%(ids)s) AND registration_number <> ''
UNION ALL
SELECT id, 'ADDRESS', address FROM clients_client WHERE id = ANY(%(ids)s) AND address <> ''
UNION ALL
SELECT client_id, 'LEGAL_REPRESENTATIVE', name FROM clients_contact
WHERE client_id = ANY(%(ids)s) AND role = 'LEGAL_REPRESENTATIVE'
UNION ALL
SELECT client_id, 'PHONE', phone FROM clients_contact
WHERE client_id = ANY(%(ids)s) AND phone <> ''
UNION ALL
SELECT client_id, 'MAIL_DOMAIN', email FROM clients_contact
WHERE client_id = ANY(%(ids)s) AND email <> ''
UNION ALL
SELECT one, 'PAYER', r.payer_name FROM unnest(%(ids)s::bigint[]) AS one
CROSS JOIN LATERAL (
    SELECT DISTINCT payer_name FROM payments_receipt
    WHERE client_id = one AND payer_name <> ''
) r
"""


def written_facts(client_ids: Collection[int]) -> list[tuple[int, str, str]]:
    """Client, sign and text of every fact that is compared; one query."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS_SQL, {"ids": list(client_ids)})
        return [(client_id, sign, text) for client_id, sign, text in cursor.fetchall()]


# --- Who shares it -------------------------------------------------------------------------------

#: Facts of the clients `ids` that others have too, one more of them than say something.
SAME_SQL: Final = """
SELECT m.client_id, o.client_id, m.sign, m.key, m.shown, o.shown, m.is_own AND o.is_own
FROM credit_relatedkey m
CROSS JOIN LATERAL (
    SELECT k.client_id, k.shown, k.is_own FROM credit_relatedkey k
    WHERE k.sign = m.sign AND NOT k.sign = 'NAME' AND k.key = m.key
      AND k.client_id <> m.client_id
    ORDER BY k.client_id LIMIT %(most)s
) o
WHERE m.client_id = ANY(%(ids)s) AND NOT m.sign = 'NAME'
"""

#: Of the clients `ids` those whose name is quite that of another, by all its trigrams. One that is
#: only alike is never enough by itself (`credit.rules.related`), so that only these are asked whom
#: else they are like. Those with more twins than say something are left out.
TWINS_SQL: Final = """
SELECT m.client_id
FROM credit_relatedkey m
CROSS JOIN LATERAL (
    SELECT count(*) AS n FROM (
        SELECT FROM credit_relatedkey k
        WHERE k.sign = 'NAME' AND show_trgm(k.key) = show_trgm(m.key)
          AND k.client_id <> m.client_id
        LIMIT %(most)s
    ) twins
) o
WHERE m.client_id = ANY(%(ids)s) AND m.sign = 'NAME' AND o.n BETWEEN 1 AND %(most)s - 1
"""

#: The names most like those of the clients `ids`; as alike as `pg_trgm.similarity_threshold`.
ALIKE_SQL: Final = """
SELECT m.client_id, o.client_id
FROM credit_relatedkey m
CROSS JOIN LATERAL (
    SELECT k.client_id FROM credit_relatedkey k
    WHERE k.sign = 'NAME' AND k.key %% m.key AND k.client_id <> m.client_id
    ORDER BY similarity(k.key, m.key) DESC, k.client_id LIMIT %(most)s
) o
WHERE m.client_id = ANY(%(ids)s) AND m.sign = 'NAME'
"""

#: How alike the names of given pairs are.
_LIKENESS_SQL: Final = """
SELECT p.a, p.b, x.key, x.shown, y.shown, similarity(x.key, y.key)
FROM unnest(%(left)s::bigint[], %(right)s::bigint[]) AS p (a, b)
JOIN credit_relatedkey x ON x.client_id = p.a AND x.sign = 'NAME'
JOIN credit_relatedkey y ON y.client_id = p.b AND y.sign = 'NAME'
"""


def signs_of(client_ids: Collection[int]) -> dict[Pair, list[Sign]]:
    """What these clients have in common with any other, by pair.

    Pairs that were found before and have nothing in common any more come with an empty list.
    Inside a transaction: the threshold of likeness is set for it.
    """
    values: dict[str, Any] = {"ids": list(client_ids), "most": CROWD + 1}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(ALIKE)])
        cursor.execute(SAME_SQL, values)
        found = _same(cursor.fetchall())
        cursor.execute(TWINS_SQL, values)
        twins = [client_id for (client_id,) in cursor.fetchall()]
        cursor.execute(ALIKE_SQL, {**values, "ids": twins})
        alike = _not_crowded(cursor.fetchall())
        for a, b in alike:
            found.setdefault((min(a, b), max(a, b)), [])
        for pair in _known_pairs(client_ids):
            found.setdefault(pair, [])
        lefts, rights = [one[0] for one in found], [one[1] for one in found]
        cursor.execute(_LIKENESS_SQL, {"left": lefts, "right": rights})
        for a, b, key, left, right, likeness in cursor.fetchall():
            points = points_of(RelatedSign.NAME, key, likeness)
            if points:
                found[a, b].append(Sign(RelatedSign.NAME, key, points, left, right))
    return {pair: _sorted(signs) for pair, signs in found.items()}


def _same(rows: Iterable[tuple[Any, ...]]) -> dict[Pair, list[Sign]]:
    """Signs by pair; what more than `CROWD` others share is none."""
    shared: dict[tuple[int, str, str], list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        shared[row[0], row[2], row[3]].append(row)
    found: dict[Pair, dict[tuple[str, str], Sign]] = defaultdict(dict)
    for (_client, kind, key), some in shared.items():
        if len(some) > CROWD:
            continue
        for mine, other, _kind, _key, my_text, other_text, both_own in some:
            if both_own:
                continue
            texts = (my_text, other_text) if mine < other else (other_text, my_text)
            sign = RelatedSign(kind)
            pair = (min(mine, other), max(mine, other))
            found[pair][kind, key] = Sign(sign, key, points_of(sign, key), *texts)
    return {pair: list(signs.values()) for pair, signs in found.items()}


def _not_crowded(rows: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """A name like those of more than `CROWD` others says nothing."""
    others: dict[int, list[int]] = defaultdict(list)
    for mine, other in rows:
        others[mine].append(other)
    return [(mine, one) for mine, some in others.items() if len(some) <= CROWD for one in some]


def _known_pairs(client_ids: Collection[int]) -> list[Pair]:
    some = Q(left__in=client_ids) | Q(right__in=client_ids)
    return list(RelatedPair.objects.filter(some).values_list("left_id", "right_id"))


def _sorted(signs: list[Sign]) -> list[Sign]:
    return sorted(signs, key=lambda one: (-one.points, one.kind, one.key))


def kept(sign: Sign) -> dict[str, Any]:
    """A sign as it is stored."""
    return asdict(sign) | {"kind": sign.kind.value}


def sign_from(row: Mapping[str, Any]) -> Sign:
    """A stored sign."""
    return Sign(**{**row, "kind": RelatedSign(row["kind"])})


# --- What to warn of -----------------------------------------------------------------------------

#: Blocked debtors: on hold, or of the worst grade.
BLOCKED_SQL: Final = f"""
WITH RECURSIVE {GROUPS_SQL}, linked (root, id, sure) AS (
    SELECT root, id, true FROM grouped WHERE id <> root
    UNION
    SELECT one, n.id, false FROM unnest(%(ids)s::bigint[]) AS one
    CROSS JOIN LATERAL (
        SELECT right_id AS id FROM credit_relatedpair
        WHERE left_id = one AND state = 'PROPOSED'
        UNION ALL
        SELECT left_id FROM credit_relatedpair WHERE right_id = one AND state = 'PROPOSED'
    ) n
)
SELECT l.root, o.id, o.legal_name, bool_or(l.sure), p.id, p.signs::text
FROM linked l
JOIN clients_client o ON o.id = l.id AND (o.on_credit_hold OR o.grade = 'E')
LEFT JOIN credit_relatedpair p
    ON p.left_id = least(l.root, l.id) AND p.right_id = greatest(l.root, l.id)
    AND p.state IN ('PROPOSED', 'CONFIRMED')
GROUP BY l.root, o.id, o.legal_name, p.id, p.signs::text
ORDER BY l.root, o.legal_name, o.id
"""  # noqa: S608  # no input of anybody


@dataclass(frozen=True, slots=True)
class BlockedRelative:
    """A blocked debtor with whom a client belongs, or may belong, together.

    Of the debtor it tells the name alone: whoever reads it may not be one who sees it.
    """

    client_id: int
    name: str
    is_confirmed: bool
    pair_id: int | None
    kinds: tuple[RelatedSign, ...]

    @property
    def url(self) -> str:
        """Where it is decided; of a relative of a relative there is no pair."""
        return reverse("credit:related_pair", args=[self.pair_id]) if self.pair_id else ""


def blocked_relatives(client_ids: Collection[int]) -> dict[int, list[BlockedRelative]]:
    """The blocked relatives of each of these clients; one query, however many they are."""
    found: dict[int, list[BlockedRelative]] = defaultdict(list)
    if client_ids:
        with connection.cursor() as cursor:
            cursor.execute(BLOCKED_SQL, {"ids": list(client_ids)})
            rows = cursor.fetchall()
        for root, other, name, sure, pair, signs in rows:
            kinds = tuple(
                dict.fromkeys(RelatedSign(one["kind"]) for one in json.loads(signs or "[]"))
            )
            found[root].append(BlockedRelative(other, name, sure, pair, kinds))
    return dict(found)


def relatives_for_contracts(client_ids: Collection[int]) -> dict[int, tuple[Relative, ...]]:
    """The same, as the completeness check of contracts reads it."""
    return {
        client_id: tuple(
            Relative(one.name, tuple(str(kind.label) for kind in one.kinds), one.is_confirmed)
            for one in some
        )
        for client_id, some in blocked_relatives(client_ids).items()
    }


# --- Pairs as somebody may see them --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Side:
    """One client of a pair; `is_open` says whether the reader may see more than its name."""

    client: Client
    is_open: bool


def sides_for(pair: RelatedPair, user: User) -> tuple[Side, Side]:
    """Both sides; sales see of another's client its name."""
    return _side(pair.left, user), _side(pair.right, user)


def _side(client: Client, user: User) -> Side:
    return Side(client, user.sees_all_clients or client.owner_id == user.pk)


#: Pairs that count, or may: what is over is on its own page only.
LIVE: Final = (RelatedState.PROPOSED, RelatedState.CONFIRMED)
SHOWN: Final = 10


def relatives_of(client: Client) -> list[RelatedPair]:
    """The live pairs of a client, the confirmed first, then by points."""
    found = RelatedPair.objects.of(client).filter(state__in=LIVE)
    return list(found.select_related("left", "right").order_by("state", "-points", "-pk")[:SHOWN])
