"""What we would lose with a client today: open invoices, work in hand, less what was prepaid.

Exposure = open invoices + what contracts in force have not invoiced yet - money of prepayments
that was not drawn. Money of a prepayment covers its own contract and no other. A prepayment that
is still awaited holds the work (`payments.selectors.prepayments.delivery_holds`), so that part
of the contract is no risk before it comes.

One client is answered from its balance rows and its own contracts, whatever the ledger's size.
There are no exchange rates in the product: an amount in another currency than the limit's is
told beside it and never added.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from django.db import connection

from credit.selectors.groups import groups_of

_ZERO: Final = Decimal(0)

#: client_id, currency, open invoices, unbilled, covered. `{chosen}` picks the clients.
EXPOSURE_SQL: Final = """
SELECT client_id, currency, sum(open_amount) AS open, sum(unbilled) AS unbilled,
    sum(covered) AS covered
FROM (
    SELECT client_id, currency, open_amount, 0 AS unbilled, 0 AS covered
    FROM payments_clientbalance WHERE {chosen} open_amount > 0
    UNION ALL
    SELECT c.client_id, c.currency, 0, w.unbilled,
        least(greatest(p.held + w.awaited, 0), w.unbilled + b.open)
    FROM contracts_contract c
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(i.amount), 0) AS billed, coalesce(sum(i.open_amount), 0) AS open
        FROM payments_invoice i WHERE i.contract_id = c.id AND i.currency = c.currency
    ) b
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(r.held), 0) AS held, coalesce(sum(q.amount), 0) AS asked,
            coalesce(sum(q.amount - r.came) FILTER (WHERE q.state = 'REQUESTED'), 0) AS missing
        FROM payments_prepayment q
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(t.unallocated), 0) AS held,
                coalesce(sum(t.amount - t.refunded), 0) AS came
            FROM payments_receipt t WHERE t.prepayment_id = q.id
        ) r
        WHERE q.contract_id = c.id AND q.state <> 'CANCELLED'
    ) p
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(s.amount), 0) AS scheduled FROM contracts_scheduleentry s
        WHERE s.contract_id = c.id AND s.kind = 'PREPAYMENT'
    ) e
    CROSS JOIN LATERAL (
        SELECT CASE WHEN c.state IN ('ACTIVE', 'SUSPENDED')
                THEN greatest(coalesce(c.amount, 0) - b.billed, 0) ELSE 0 END AS unbilled,
            CASE WHEN c.state IN ('ACTIVE', 'SUSPENDED')
                THEN p.missing + greatest(greatest(
                    round(coalesce(c.amount, 0) * coalesce(c.prepayment_ratio, 0), 2), e.scheduled
                ) - p.asked, 0) ELSE 0 END AS awaited
    ) w
    WHERE {of_contract} c.state IN ('SIGNED', 'ACTIVE', 'SUSPENDED', 'COMPLETED', 'TERMINATED')
) parts
GROUP BY 1, 2
"""


def exposure_sql(name: str = "") -> str:
    """The statement for the clients of a parameter of this name, or for all."""
    if not name:
        return EXPOSURE_SQL.format(chosen="", of_contract="")
    return EXPOSURE_SQL.format(
        chosen=f"client_id = ANY(%({name})s) AND", of_contract=f"c.client_id = ANY(%({name})s) AND"
    )


@dataclass(frozen=True, slots=True)
class Exposure:
    """What is at risk in one currency: each part, and the whole."""

    currency: str
    open_amount: Decimal = _ZERO
    unbilled: Decimal = _ZERO
    covered: Decimal = _ZERO

    @property
    def amount(self) -> Decimal:
        """Open + unbilled - covered; what is covered is never more than there is."""
        return max(self.open_amount + self.unbilled - self.covered, _ZERO)

    def __add__(self, other: Exposure) -> Exposure:
        if self.currency != other.currency:
            raise ValueError("Currencies are never added up.")
        return Exposure(
            self.currency,
            self.open_amount + other.open_amount,
            self.unbilled + other.unbilled,
            self.covered + other.covered,
        )


def exposures(client_ids: Collection[int]) -> dict[int, dict[str, Exposure]]:
    """The exposures of each client by currency; one query, however many they are."""
    found: dict[int, dict[str, Exposure]] = defaultdict(dict)
    if client_ids:
        with connection.cursor() as cursor:
            cursor.execute(exposure_sql("ids"), {"ids": list(client_ids)})
            for client_id, currency, open_amount, unbilled, covered in cursor.fetchall():
                found[client_id][currency] = Exposure(currency, open_amount, unbilled, covered)
    return dict(found)


@dataclass(frozen=True, slots=True)
class Room:
    """A limit, what of it is used, and what could not be held against it.

    `limit` is None where none is set. `others` are exposures in other currencies. `members` are
    the clients whose exposures and limits are counted together.
    """

    limit: Decimal | None
    currency: str
    used: Exposure
    others: tuple[Exposure, ...] = ()
    members: tuple[int, ...] = ()

    @property
    def free(self) -> Decimal | None:
        """What may still be given on credit; below zero when it is overdrawn."""
        return None if self.limit is None else self.limit - self.used.amount

    @property
    def is_over(self) -> bool:
        """Whether more is out than the limit allows."""
        return self.limit is not None and self.used.amount > self.limit

    @property
    def over(self) -> Decimal:
        """By how much."""
        return max(self.used.amount - self.limit, _ZERO) if self.limit is not None else _ZERO


@dataclass(frozen=True, slots=True)
class CreditCheck:
    """The room of a client, and where it is one of several that of the group."""

    client_id: int
    grade: str
    segment: str
    own: Room
    group: Room | None = None

    @property
    def tighter(self) -> Room:
        """The room with less left in it; a group's counts as much as one's own."""
        if self.group is None or self.group.free is None:
            return self.own
        if self.own.free is None or self.group.free < self.own.free:
            return self.group
        return self.own


@dataclass(slots=True)
class _Row:
    limit: Decimal | None
    currency: str
    grade: str
    segment: str
    by_currency: dict[str, Exposure] = field(default_factory=dict)


_CLIENTS: Final = """
SELECT k.id, k.credit_limit, coalesce(nullif(k.limit_currency, ''), w.currency, 'CNY'), k.grade,
    k.segment
FROM clients_client k
LEFT JOIN (SELECT currency FROM clients_creditor ORDER BY code LIMIT 1) w ON true
WHERE k.id = ANY(%(ids)s)
"""


def credit_checks(client_ids: Collection[int]) -> dict[int, CreditCheck]:
    """The room of each client and of its group; three queries, however many they are."""
    groups = groups_of(client_ids)
    everyone = sorted({one for group in groups.values() for one in group} | set(client_ids))
    with connection.cursor() as cursor:
        cursor.execute(_CLIENTS, {"ids": everyone})
        rows = {row[0]: _Row(*row[1:]) for row in cursor.fetchall()}
    for client_id, by_currency in exposures(everyone).items():
        if client_id in rows:
            rows[client_id].by_currency = by_currency
    return {
        client_id: CreditCheck(
            client_id,
            rows[client_id].grade,
            rows[client_id].segment,
            _own(rows[client_id], client_id),
            _of_group(rows, client_id, groups[client_id]),
        )
        for client_id in client_ids
        if client_id in rows
    }


def credit_check(client_id: int) -> CreditCheck:
    """The room of one client and its group."""
    return credit_checks([client_id])[client_id]


def _own(row: _Row, client_id: int) -> Room:
    return _room(row.limit, row.currency, [row], (client_id,))


def _of_group(rows: dict[int, _Row], client_id: int, group: tuple[int, ...]) -> Room | None:
    """All that the group owes against the limits of all: a relative without one adds none."""
    members = tuple(one for one in group if one in rows)
    if len(members) < 2:  # noqa: PLR2004  # one is no group
        return None
    currency = rows[client_id].currency
    limits = [
        row.limit
        for one in members
        if (row := rows[one]).limit is not None and row.currency == currency
    ]
    limit = sum(limits, _ZERO) if limits else None
    return _room(limit, currency, [rows[one] for one in members], members)


def _room(
    limit: Decimal | None, currency: str, rows: Iterable[_Row], members: tuple[int, ...]
) -> Room:
    totals: dict[str, Exposure] = {}
    for row in rows:
        for code, one in row.by_currency.items():
            totals[code] = totals[code] + one if code in totals else one
    used = totals.pop(currency, Exposure(currency))
    others = tuple(totals[code] for code in sorted(totals) if totals[code].amount)
    return Room(limit, currency, used, others, members)
