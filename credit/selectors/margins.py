"""Net margins, from the rows of the ledger, of the log and of free work: one statement a call.

Each piece below gives rows (client, currency, line, day, what, key, quantity, rate, amount); a
margin is their sum by line, and the page behind a line shows the same rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection

from clients.models import Client
from clients.selectors import default_creditor
from core.dates import add_months
from core.money import ZERO
from credit.rules.freeloading import ERROR_WORDS, RETURN_WORDS, NetMargin, net_margin
from credit.selectors.assumptions import Assumptions, assumptions_on
from credit.states import Assumed, MarginLine

MONTHS: Final = 12
#: An outgoing contact that is about one of these is collection.
COLLECTING: Final = (
    "payments.invoice",
    "payments.promise",
    "payments.instalmentplan",
    "reminders.message",
    "reminders.demandletter",
)
L = MarginLine

_INVOICES: Final = """
SELECT i.client_id, i.currency, 'INVOICED' AS line, i.issued_on AS day,
       'payments.invoice' AS about, i.id AS key, NULL::numeric AS quantity,
       NULL::numeric AS rate, i.amount::numeric AS amount
FROM payments_invoice i
WHERE i.issued_on BETWEEN %(since)s AND %(until)s {i_only}
"""

_CREDIT_NOTES: Final = """
SELECT n.client_id, n.currency, CASE x.nature WHEN 'GIVEN' THEN 'CREDITED' ELSE 'RETURNED' END,
       n.issued_on, 'payments.creditnote', n.id, NULL::numeric, NULL::numeric, n.amount
FROM payments_creditnote n CROSS JOIN LATERAL (
    SELECT coalesce(
        (SELECT r.nature FROM credit_creditreading r WHERE r.credit_note_id = n.id
         ORDER BY r.id DESC LIMIT 1),
        CASE WHEN n.reason ~* %(return_words)s THEN 'RETURNED'
             WHEN n.reason ~* %(error_words)s THEN 'CORRECTED' ELSE 'GIVEN' END) AS nature
) x
WHERE n.issued_on BETWEEN %(since)s AND %(until)s {n_only}
"""

# Money that settled nothing and went back is no gift: only what a person read as one.
_REFUNDS: Final = """
SELECT r.client_id, r.currency, 'REFUNDED', x.refunded_on, 'payments.refund', x.id,
       NULL::numeric, NULL::numeric, x.amount
FROM payments_refund x JOIN payments_receipt r ON r.id = x.receipt_id
WHERE x.refunded_on BETWEEN %(since)s AND %(until)s {r_only}
  AND (SELECT d.nature FROM credit_creditreading d WHERE d.refund_id = x.id
       ORDER BY d.id DESC LIMIT 1) = 'GIVEN'
"""

_AMENDMENTS: Final = """
SELECT c.client_id, c.currency, 'DISCOUNT', (a.ended_at AT TIME ZONE %(zone)s)::date,
       'contracts.amendment', a.id, NULL::numeric, NULL::numeric, a.price_before - a.price_after
FROM contracts_amendment a JOIN contracts_contract c ON c.id = a.contract_id
WHERE a.kind = 'DISCOUNT' AND a.state = 'ACCEPTED' AND a.price_after < a.price_before
  AND (a.ended_at AT TIME ZONE %(zone)s)::date BETWEEN %(since)s AND %(until)s {c_only}
"""

_ENTRIES: Final = """
SELECT e.client_id, e.currency, e.kind, e.happened_on, 'credit.freeentry', e.id, e.hours, h.value,
       e.amount + coalesce(e.hours * h.value, 0)
FROM credit_freeentry e LEFT JOIN LATERAL (
    SELECT a.value FROM credit_marginassumption a
    WHERE a.name = 'HOUR_COST' AND a.of = e.work AND a.currency = e.currency
      AND a.effective_on <= e.happened_on
    ORDER BY a.effective_on DESC, a.id DESC LIMIT 1
) h ON true
WHERE e.happened_on BETWEEN %(since)s AND %(until)s AND e.reverses_id IS NULL {e_only}
  AND NOT EXISTS (SELECT 1 FROM credit_freeentry b WHERE b.reverses_id = e.id)
"""

# Minutes of the contact, at the cost of an hour of collection, in the currency that the client was
# last invoiced in. An entry made by hand about the same contact stands for it.
_CONTACTS: Final = """
SELECT t.client_id, t.currency, 'CONTACTS', t.day, 'interactions.interaction', t.id, m.value,
       h.value, coalesce(m.value / 60 * h.value, 0)
FROM (
    SELECT t.client_id, t.id, (t.occurred_at AT TIME ZONE %(zone)s)::date AS day,
           CASE t.about_type WHEN 'reminders.message' THEN 'REMINDER'
                             WHEN 'reminders.demandletter' THEN 'LETTER' ELSE t.kind END AS act,
           coalesce((SELECT i.currency FROM payments_invoice i
                     WHERE i.client_id = t.client_id AND i.issued_on <= %(until)s
                     ORDER BY i.issued_on DESC, i.id DESC LIMIT 1), %(currency)s) AS currency
    FROM interactions_interaction t
    WHERE t.direction = 'OUT' AND t.kind <> 'NOTE'
      AND t.occurred_at >= (%(since)s::date)::timestamp AT TIME ZONE %(zone)s
      AND t.occurred_at < (%(until)s::date + 1)::timestamp AT TIME ZONE %(zone)s {t_only}
      AND (t.about_type = ANY(%(collecting)s)
           OR EXISTS (SELECT 1 FROM interactions_interactionlink k
                      WHERE k.interaction_id = t.id AND k.about_type = ANY(%(collecting)s)))
      AND NOT EXISTS (SELECT 1 FROM interactions_interaction c WHERE c.corrects_id = t.id)
      AND NOT EXISTS (SELECT 1 FROM credit_freeentry e
                      WHERE e.interaction_id = t.id AND e.kind = 'COLLECTION'
                        AND e.reverses_id IS NULL AND NOT EXISTS (
                            SELECT 1 FROM credit_freeentry b WHERE b.reverses_id = e.id))
) t LEFT JOIN LATERAL (
    SELECT a.value FROM credit_marginassumption a
    WHERE a.name = 'MINUTES' AND a.of = t.act AND a.effective_on <= t.day
    ORDER BY a.effective_on DESC, a.id DESC LIMIT 1
) m ON true LEFT JOIN LATERAL (
    SELECT a.value FROM credit_marginassumption a
    WHERE a.name = 'HOUR_COST' AND a.of = 'COLLECTION' AND a.currency = t.currency
      AND a.effective_on <= t.day
    ORDER BY a.effective_on DESC, a.id DESC LIMIT 1
) h ON true
"""

# What was open on each day past due within the period, times a day's share of the yearly rate:
# amount x days to the end, less each payment x its days to the end.
_MONEY: Final = """
SELECT s.client_id, s.currency, 'MONEY', s.due_on, 'payments.invoice', s.id,
       s.amount_days / s.amount, p.value, s.amount_days * p.value / 36500
FROM (
    SELECT i.client_id, i.currency, i.due_on, i.id, i.amount,
           i.amount * (%(until)s - f.start_on + 1)
           - coalesce(sum(a.amount * (%(until)s - greatest(a.effective_on, f.start_on) + 1)), 0)
           AS amount_days
    FROM payments_invoice i
    CROSS JOIN LATERAL (SELECT greatest(i.due_on + 1, i.issued_on, %(since)s) AS start_on) f
    LEFT JOIN payments_allocation a ON a.invoice_id = i.id AND a.effective_on <= %(until)s
    WHERE i.due_on < %(until)s AND i.issued_on <= %(until)s {i_only}
      AND (i.closed_on IS NULL OR (i.closed_on > i.due_on AND i.closed_on > %(since)s))
    GROUP BY i.client_id, i.currency, i.due_on, i.id, i.amount, f.start_on
) s CROSS JOIN LATERAL (
    SELECT a.value FROM credit_marginassumption a
    WHERE a.name = 'CAPITAL' AND a.currency IN (s.currency, '') AND a.effective_on <= %(until)s
    ORDER BY a.currency DESC, a.effective_on DESC, a.id DESC LIMIT 1
) p
WHERE s.amount_days > 0
"""

# Told once: when an invoice grows too old within the period, with what is open at its end.
_LOST: Final = """
SELECT s.client_id, s.currency, 'LOST', s.due_on, 'payments.invoice', s.id, s.open_on,
       %(lost_share)s::numeric, s.open_on * %(lost_share)s::numeric / 100
FROM (
    SELECT i.client_id, i.currency, i.due_on, i.id,
           i.amount - coalesce(sum(a.amount), 0) - i.disputed AS open_on
    FROM payments_invoice i
    LEFT JOIN payments_allocation a ON a.invoice_id = i.id AND a.effective_on <= %(until)s
    WHERE i.due_on BETWEEN %(since)s::date - %(lost_after)s AND %(until)s::date - %(lost_after)s
      AND i.issued_on <= %(until)s AND (i.closed_on IS NULL OR i.closed_on > %(until)s) {i_only}
    GROUP BY i.client_id, i.currency, i.due_on, i.id
) s WHERE s.open_on > 0
"""

_BY_HAND: Final = (
    L.CONSULTATION, L.TRIAL, L.SCOPE_CREEP, L.CONCESSION, L.REFUND, L.REWORK, L.COLLECTION,
)  # fmt: skip
_PIECES: Final[tuple[tuple[tuple[MarginLine, ...], str], ...]] = (
    ((L.INVOICED,), _INVOICES),
    ((L.RETURNED, L.CREDITED), _CREDIT_NOTES),
    ((L.REFUNDED,), _REFUNDS),
    ((L.DISCOUNT,), _AMENDMENTS),
    (_BY_HAND, _ENTRIES),
    ((L.CONTACTS,), _CONTACTS),
    ((L.MONEY,), _MONEY),
    ((L.LOST,), _LOST),
)
_ALIASES: Final = "inrcet"


def _narrowed(piece: str) -> str:
    only = {f"{a}_only": f"AND {a}.client_id = ANY(%(clients)s)" for a in _ALIASES}
    return piece.format(**only)


_SUMS: Final = (
    "SELECT client_id, currency, line, count(*), sum(amount),"  # noqa: S608 - our own text
    " coalesce(sum(quantity) FILTER (WHERE rate IS NULL AND quantity > 0), 0) FROM ("
    + " UNION ALL ".join(_narrowed(piece) for _lines, piece in _PIECES)
    + ") r GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
)


@dataclass(frozen=True, slots=True)
class Period:
    """The days over which a margin is worked out."""

    since: dt.date
    until: dt.date


def twelve_months(on: dt.date) -> Period:
    """The twelve months up to a day."""
    return Period(add_months(on, -MONTHS) + dt.timedelta(days=1), on)


@dataclass(frozen=True, slots=True)
class WorkedOut:
    """A margin, how many rows each line has, and hours or minutes that have no cost yet."""

    client_id: int
    margin: NetMargin
    counts: dict[MarginLine, int]
    unpriced: dict[MarginLine, Decimal]


def _given(clients: Sequence[int], period: Period, assumed: Assumptions) -> dict[str, Any]:
    creditor = default_creditor()
    return {
        "clients": list(clients),
        "since": period.since,
        "until": period.until,
        "zone": creditor.time_zone if creditor else "UTC",
        "currency": creditor.currency if creditor else "CNY",
        "collecting": list(COLLECTING),
        "return_words": RETURN_WORDS,
        "error_words": ERROR_WORDS,
        "lost_after": int(assumed.value(Assumed.LOST_AFTER)),
        "lost_share": assumed.value(Assumed.LOST_SHARE),
    }


def margins_of(clients: Sequence[Client], period: Period) -> list[WorkedOut]:
    """The net margin of each client in each of its currencies, in the order of both."""
    assumed = assumptions_on(period.until)
    segments = {one.pk: one.segment for one in clients}
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, _given(sorted(segments), period, assumed))
        rows = cursor.fetchall()
    return [
        _worked_out(client, currency, lines, assumed.terms(segments[client]))
        for client, currency, lines in _grouped(rows)
    ]


def _grouped(rows: Sequence[tuple[Any, ...]]) -> Iterator[tuple[int, str, list[tuple[Any, ...]]]]:
    found: dict[tuple[int, str], list[tuple[Any, ...]]] = {}
    for client, currency, *rest in rows:
        found.setdefault((client, currency), []).append(tuple(rest))
    for (client, currency), lines in found.items():
        yield client, currency, lines


def _worked_out(
    client: int, currency: str, lines: Sequence[tuple[Any, ...]], terms: Any
) -> WorkedOut:
    counts = {L(line): count for line, count, _sum, _unpriced in lines}
    margin = net_margin(
        currency=currency,
        amounts={L(line): amount for line, _count, amount, _unpriced in lines},
        invoices=counts.get(L.INVOICED, 0),
        terms=terms,
    )
    return WorkedOut(client, margin, counts, {L(r[0]): r[3] for r in lines if r[3] > ZERO})


@dataclass(frozen=True, slots=True)
class LineRow:
    """A row behind a line: what it is, and how its amount came about."""

    day: dt.date
    about: str
    key: int
    quantity: Decimal | None
    rate: Decimal | None
    amount: Decimal


def line_rows(
    client: Client, line: MarginLine, currency: str, period: Period, *, limit: int, offset: int
) -> tuple[list[LineRow], int, Decimal]:
    """The rows behind a line, the latest first; how many there are, and what they sum to."""
    piece = next(sql for lines, sql in _PIECES if line in lines)
    names = "client_id, currency, line, day, about, key, quantity, rate, amount"
    rows = f"WITH r ({names}) AS ({_narrowed(piece)}) SELECT "
    chosen = " FROM r WHERE line = %(line)s AND currency = %(of)s"
    given = _given([client.pk], period, assumptions_on(period.until))
    given |= {"line": line, "of": currency, "limit": limit, "offset": offset}
    with connection.cursor() as cursor:
        cursor.execute(f"{rows} count(*), coalesce(sum(amount), 0) {chosen}", given)
        count, total = cursor.fetchone()
        cursor.execute(
            f"{rows} day, about, key, quantity, rate, amount {chosen}"
            " ORDER BY day DESC, key DESC LIMIT %(limit)s OFFSET %(offset)s",
            given,
        )
        found = [LineRow(*row) for row in cursor.fetchall()]
    return found, count, total
