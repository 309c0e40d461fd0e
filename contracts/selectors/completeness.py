"""The facts that the completeness rules read, for one contract or ten thousand, in few queries.

What a client owes, which rate is too high and who its relatives are is known above: those rooms
register themselves with `set_exposure_source`, `set_rate_level_source` and `set_relatives_source`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from contracts.models import Contract, Override, OverrideRequest
from contracts.rules.completeness import (
    NOT_IN_FORCE,
    TEXT_GAPS,
    Facts,
    Gap,
    Relative,
    gaps,
    is_covered,
)
from contracts.selectors.gap_words import gap_reason, gap_sentence
from contracts.selectors.limits import (
    LimitRoom,
    credit_releases,
    credit_rooms,
    decides_limits,
)
from contracts.states import LateChargeKind, Severity

FACTS_SQL: Final = """
SELECT c.id, c.state, c.currency, w.country, k.country, c.amount, c.starts_on, c.ends_on,
    c.signed_on, c.terms_days, c.late_charge_kind, c.late_charge_rate, c.acceptance_days,
    c.suspension_days, c.notice_email <> '' AND (c.notice_address <> '' OR k.address <> ''),
    c.governing_law <> '', c.forum <> '',
    w.email <> '' AND w.address <> '' AND EXISTS (
        SELECT FROM clients_bankaccount q WHERE q.creditor_id = w.id AND q.currency = c.currency
    ),
    c.prepayment_kind, c.prepayment_ratio,
    c.document_id IS NOT NULL,
    k.grade, k.screening_outcome, k.screened_until, k.on_credit_hold, k.credit_limit,
    coalesce(nullif(k.limit_currency, ''), w.currency),
    coalesce(s.prepayment_ratio, l.ratio), coalesce(k.deposit_ratio, g.prepayment_ratio),
    c.demanded_ratio, coalesce(k.terms_days, g.max_terms_days),
    coalesce(l.lines, 0), coalesce(l.undated, 0), l.first_on, l.last_on,
    coalesce(e.entries, 0), coalesce(e.scheduled, 0), coalesce(e.prepaid, 0),
    coalesce(e.instalments, 0), coalesce(t.kinds, '{}'), a.id IS NOT NULL, p.id IS NOT NULL,
    c.client_id
FROM contracts_contract c
JOIN clients_client k ON k.id = c.client_id
JOIN clients_creditor w ON w.id = c.creditor_id
LEFT JOIN contracts_servicetype s ON s.id = c.service_type_id
LEFT JOIN contracts_gradeterms g ON g.grade = k.grade
LEFT JOIN (
    SELECT n.contract_id, count(*) AS lines,
        count(*) FILTER (WHERE n.deliver_on IS NULL) AS undated,
        min(n.deliver_on) AS first_on, max(n.deliver_on) AS last_on,
        max(y.prepayment_ratio) AS ratio
    FROM contracts_contractline n LEFT JOIN contracts_servicetype y ON y.id = n.service_type_id
    WHERE n.contract_id = ANY(%(ids)s) GROUP BY 1
) l ON l.contract_id = c.id
LEFT JOIN (
    SELECT contract_id, count(*) AS entries, sum(amount) AS scheduled,
        sum(amount) FILTER (WHERE kind = 'PREPAYMENT') AS prepaid,
        count(*) FILTER (WHERE kind = 'INSTALMENT') AS instalments
    FROM contracts_scheduleentry WHERE contract_id = ANY(%(ids)s) GROUP BY 1
) e ON e.contract_id = c.id
LEFT JOIN (
    SELECT contract_id, array_agg(kind::text) AS kinds
    FROM contracts_contractclause WHERE contract_id = ANY(%(ids)s) GROUP BY 1
) t ON t.contract_id = c.id
LEFT JOIN LATERAL (
    SELECT b.id FROM contracts_contractversion v
    JOIN contracts_contractacceptance b ON b.version_id = v.id AND b.how = 'LINK'
    WHERE v.contract_id = c.id LIMIT 1
) a ON true
LEFT JOIN LATERAL (
    SELECT x.id FROM contracts_contracttransition x
    WHERE x.contract_id = c.id AND x.from_state = 'DRAFT' AND x.to_state = 'SIGNED' LIMIT 1
) p ON true
WHERE c.id = ANY(%(ids)s)
"""

#: (client, currency) -> what the client owes all of us in that currency.
Exposures = Callable[[Collection[int]], Mapping[tuple[int, str], Decimal]]
#: (creditor's country, day of the contract) -> the yearly percent above which a court may cut.
RateLevels = Callable[[Collection[tuple[str, dt.date]]], Mapping[tuple[str, dt.date], Decimal]]
#: client -> blocked debtors with whom it belongs, or may belong, together.
Relatives = Callable[[Collection[int]], Mapping[int, tuple[Relative, ...]]]
_exposure_sources: list[Exposures] = []
_rate_level_sources: list[RateLevels] = []
_relatives_sources: list[Relatives] = []


def set_exposure_source(source: Exposures) -> None:
    """Say where open balances are kept: the room of payments does, above this one."""
    _exposure_sources[:] = [source]


def set_rate_level_source(source: RateLevels) -> None:
    """Say who knows the warning levels of late charges: the room of payments does."""
    _rate_level_sources[:] = [source]


def set_relatives_source(source: Relatives) -> None:
    """Say who knows which clients belong together: the room of credit does."""
    _relatives_sources[:] = [source]


# Places in a row of FACTS_SQL: its first columns are the fields of Facts, in their order.
_STATE, _COUNTRY, _SIGNED, _CHARGE, _LIMIT, _CURRENCY, _PLAIN, _CLIENT = 1, 3, 8, 10, 25, 26, 39, 42
_ZERO: Final = Decimal(0)


def completeness_facts(contract_ids: Sequence[int], on: dt.date) -> list[Facts]:
    """The facts of these contracts, in eight queries at most, however many they are."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS_SQL, {"ids": list(contract_ids)})
        rows = cursor.fetchall()
    owed: Mapping[tuple[int, str], Decimal] = {}
    if not decides_limits():
        owed = _exposures({row[_CLIENT] for row in rows if row[_LIMIT] is not None})
    levels = _levels({_level_key(row, on) for row in rows if row[_CHARGE] == LateChargeKind.RATE})
    relatives = _relatives({row[_CLIENT] for row in rows if row[_STATE] in NOT_IN_FORCE})
    rooms = credit_rooms({row[_CLIENT] for row in rows})
    limited = [row[0] for row in rows if rooms and _limit_of(rooms, row[_CLIENT])]
    releases = credit_releases(limited, on)
    return [
        _facts(
            row,
            owed.get((row[_CLIENT], row[_CURRENCY]), _ZERO),
            levels.get(_level_key(row, on)) if row[_CHARGE] == LateChargeKind.RATE else None,
            rooms.get(row[_CLIENT]) if rooms else None,
            releases.get(row[0]),
            relatives=relatives.get(row[_CLIENT], ()),
        )
        for row in rows
    ]


def _facts(
    row: Sequence[Any],
    balance: Decimal,
    level: Decimal | None,
    room: LimitRoom | None,
    released_up_to: Decimal | None,
    *,
    relatives: tuple[Relative, ...],
) -> Facts:
    """The facts of one row; a limit of the room above stands for the one kept at the client."""
    plain = [*row[:_PLAIN], frozenset(row[_PLAIN]), *row[_PLAIN + 1 : _CLIENT]]
    if room is None:
        return Facts(*(*plain, balance, level, True, None, relatives))
    plain[_LIMIT], plain[_CURRENCY] = room.limit, room.currency
    return Facts(*(*plain, room.used, level, room.blocks, released_up_to, relatives))


def _limit_of(rooms: Mapping[int, LimitRoom], client_id: int) -> bool:
    room = rooms.get(client_id)
    return room is not None and room.limit is not None


def _exposures(clients: Collection[int]) -> Mapping[tuple[int, str], Decimal]:
    """Only of those who have a limit."""
    if not clients or not _exposure_sources:
        return {}
    return _exposure_sources[0](clients)


def _relatives(clients: Collection[int]) -> Mapping[int, tuple[Relative, ...]]:
    """Only of those with whom a contract is not in force yet."""
    if not clients or not _relatives_sources:
        return {}
    return _relatives_sources[0](clients)


def _levels(
    wanted: Collection[tuple[str, dt.date]],
) -> Mapping[tuple[str, dt.date], Decimal]:
    """Only of those who agreed a rate."""
    if not wanted or not _rate_level_sources:
        return {}
    return _rate_level_sources[0](wanted)


def _level_key(row: Sequence[Any], on: dt.date) -> tuple[str, dt.date]:
    return row[_COUNTRY], row[_SIGNED] or on


@dataclass(frozen=True, slots=True)
class ShownGap:
    """A gap in words, with the override that lets it pass and the request for one."""

    gap: Gap
    sentence: str
    why: str
    override: Override | None = None
    request: OverrideRequest | None = None

    @property
    def blocks(self) -> bool:
        """Whether it stops activation."""
        return self.gap.severity == Severity.BLOCKING and self.override is None


def contract_gaps(contract: Contract, on: dt.date, *, as_taken_in: bool = False) -> list[ShownGap]:
    """What this contract lacks on a day, in the reader's language; what blocks comes first.

    `as_taken_in` judges a draft as if it were entered signed on paper.
    """
    (facts,) = completeness_facts([contract.pk], on)
    if as_taken_in:
        facts = replace(facts, is_taken_in=True)
    overrides = list(contract.overrides.select_related("actor"))
    requests = {
        one.gap: one
        for one in contract.override_requests.filter(answered_at=None).select_related("actor")
    }
    return [
        ShownGap(
            gap,
            gap_sentence(gap, facts),
            gap_reason(gap),
            next((one for one in overrides if is_covered(gap, [one.gap])), None),
            requests.get(gap.key),
        )
        for gap in gaps(facts, on)
    ]


def blocking_gaps(contract: Contract, on: dt.date) -> list[ShownGap]:
    """What stops activation: it blocks, and nobody let it pass."""
    return [one for one in contract_gaps(contract, on) if one.blocks]


def gaps_of_many(contract_ids: Sequence[int], on: dt.date) -> dict[int, list[Gap]]:
    """The gaps of many contracts, without words: seven queries, however many they are."""
    return {facts.contract_id: gaps(facts, on) for facts in completeness_facts(contract_ids, on)}


def open_blocking(contract_ids: Sequence[int], on: dt.date) -> dict[int, list[tuple[Gap, str]]]:
    """What stops each of these contracts, in words; those that nothing stops are left out."""
    passed: dict[int, list[str]] = defaultdict(list)
    kept = Override.objects.filter(contract__in=contract_ids)
    for contract_id, key in kept.values_list("contract_id", "gap"):
        passed[contract_id].append(key)
    stopped = {}
    for facts in completeness_facts(contract_ids, on):
        found = _blocking(gaps(facts, on), passed[facts.contract_id])
        if found:
            stopped[facts.contract_id] = [(gap, gap_sentence(gap, facts)) for gap in found]
    return stopped


def _blocking(found: Iterable[Gap], passed: Sequence[str]) -> list[Gap]:
    return [
        gap for gap in found if gap.severity == Severity.BLOCKING and not is_covered(gap, passed)
    ]


__all__ = [
    "FACTS_SQL",
    "TEXT_GAPS",
    "ShownGap",
    "blocking_gaps",
    "completeness_facts",
    "contract_gaps",
    "gaps_of_many",
    "open_blocking",
    "set_exposure_source",
    "set_rate_level_source",
    "set_relatives_source",
]
