"""What was open on a day, row by row: an invoice paid later was open then.

Open at D = `open_amount` + allocations effective after D, for invoices issued by D and not
closed by D. Every dated figure and every list behind a figure reads the one set of rows
defined here (`_ROWS`; `_ROWS_NOW` where nothing moved since), so that they cannot disagree.
For today it costs what the open rows cost; for a past day, the allocations since then.

An amount can be below zero on a past day, when money was moved between invoices since; it
counts in every sum, as it does in the rollup.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db import connection

from clients.models import Creditor
from core.models import User
from core.money import ZERO
from payments.models import Invoice
from payments.rules.aging import BUCKETS, EDGES

# The rows when no allocation counts from after the day, which is so for today: the counters say
# it all, and the open rows are read from their covering indexes, in order of client.
_ROWS_NOW: Final = """
WITH open_rows AS (
    SELECT i.id, i.client_id, i.due_on, i.open_amount AS open_on, %(on)s - i.due_on AS days
    FROM payments_invoice i
    WHERE i.open_amount > 0 AND i.creditor_id = %(creditor)s AND i.currency = %(currency)s
      AND i.issued_on <= %(on)s
      AND (%(owner)s IS NULL
           OR i.client_id IN (SELECT k.id FROM clients_client k WHERE k.owner_id = %(owner)s))
      AND (%(clients)s::bigint[] IS NULL OR i.client_id = ANY (%(clients)s::bigint[]))
)
"""

# Every filter is always in the text: psycopg2 puts the values in before Postgres plans, which
# folds `NULL IS NULL OR ...` away. No SQL is ever put together from parts.
_ROWS: Final = """
WITH later AS MATERIALIZED (
    SELECT a.invoice_id, sum(a.amount) AS amount
    FROM payments_allocation a WHERE a.effective_on > %(on)s GROUP BY 1
), candidates AS (
    SELECT i.id, i.client_id, i.due_on, i.issued_on,
           i.open_amount + coalesce(l.amount, 0) AS open_on
    FROM payments_invoice i LEFT JOIN later l ON l.invoice_id = i.id
    WHERE i.open_amount > 0 AND i.creditor_id = %(creditor)s AND i.currency = %(currency)s
    UNION ALL
    SELECT i.id, i.client_id, i.due_on, i.issued_on, l.amount
    FROM payments_invoice i JOIN later l ON l.invoice_id = i.id
    WHERE i.closed_on > %(on)s AND i.creditor_id = %(creditor)s AND i.currency = %(currency)s
), open_rows AS (
    SELECT c.id, c.client_id, c.due_on, c.open_on, %(on)s - c.due_on AS days
    FROM candidates c
    WHERE c.issued_on <= %(on)s AND c.open_on <> 0
      AND (%(owner)s IS NULL
           OR c.client_id IN (SELECT k.id FROM clients_client k WHERE k.owner_id = %(owner)s))
      AND (%(clients)s::bigint[] IS NULL OR c.client_id = ANY (%(clients)s::bigint[]))
)
"""

BUCKET_SUMS: Final = """
    coalesce(sum(open_on) FILTER (WHERE days <= 0), 0),
    coalesce(sum(open_on) FILTER (WHERE days BETWEEN 1 AND 30), 0),
    coalesce(sum(open_on) FILTER (WHERE days BETWEEN 31 AND 60), 0),
    coalesce(sum(open_on) FILTER (WHERE days BETWEEN 61 AND 90), 0),
    coalesce(sum(open_on) FILTER (WHERE days BETWEEN 91 AND 180), 0),
    coalesce(sum(open_on) FILTER (WHERE days BETWEEN 181 AND 365), 0),
    coalesce(sum(open_on) FILTER (WHERE days > 365), 0)
"""
assert EDGES == (0, 30, 60, 90, 180, 365), "the sums above spell out the edges"  # noqa: S101


def _both(*parts: str) -> dict[bool, str]:
    """A statement over the rows, by whether today's counters say it all."""
    return {False: "".join([_ROWS, *parts]), True: "".join([_ROWS_NOW, *parts])}


_TOTALS: Final = _both("SELECT ", BUCKET_SUMS, " FROM open_rows")

_BY_CLIENT: Final = _both(
    "SELECT client_id, count(*), min(due_on), ",
    BUCKET_SUMS,
    """
FROM open_rows GROUP BY client_id
ORDER BY coalesce(sum(open_on) FILTER (WHERE days > 0), 0) DESC, client_id
LIMIT %(limit)s OFFSET %(offset)s
""",
)

# One pass gives the page, and the totals over all clients beside each of its rows.
_CLIENT_PAGE: Final = _both(
    """
, grouped (client_id, invoices, oldest, b0, b1, b2, b3, b4, b5, b6) AS (
    SELECT client_id, count(*), min(due_on), """,
    BUCKET_SUMS,
    """
    FROM open_rows GROUP BY client_id
)
SELECT client_id, invoices, oldest, b0, b1, b2, b3, b4, b5, b6, count(*) OVER (),
       sum(b0) OVER (), sum(b1) OVER (), sum(b2) OVER (), sum(b3) OVER (), sum(b4) OVER (),
       sum(b5) OVER (), sum(b6) OVER ()
FROM grouped ORDER BY b1 + b2 + b3 + b4 + b5 + b6 DESC, client_id
LIMIT %(limit)s OFFSET %(offset)s
""",
)

_PAGE: Final = _both(
    """
, chosen AS (
    SELECT * FROM open_rows
    WHERE (%(first)s IS NULL OR days >= %(first)s) AND (%(last)s IS NULL OR days <= %(last)s)
)
SELECT id, open_on, (SELECT count(*) FROM chosen), (SELECT sum(open_on) FROM chosen)
FROM chosen
ORDER BY
    CASE WHEN %(order)s = 'due_on' THEN due_on END,
    CASE WHEN %(order)s = '-due_on' THEN due_on END DESC,
    CASE WHEN %(order)s = 'open' THEN open_on END,
    CASE WHEN %(order)s = '-open' THEN open_on END DESC,
    id
LIMIT %(limit)s OFFSET %(offset)s
""",
)

ORDERS: Final = ("due_on", "-due_on", "open", "-open")


@dataclass(frozen=True, slots=True)
class Aging:
    """Open amounts by bucket, in the order of `payments.rules.aging.BUCKETS`."""

    buckets: tuple[Decimal, ...]

    @property
    def receivables(self) -> Decimal:
        """All that was open, due or not."""
        return sum(self.buckets, ZERO)

    @property
    def current(self) -> Decimal:
        """Open and not yet due."""
        return self.buckets[0]

    @property
    def overdue(self) -> Decimal:
        """Open and past its due date."""
        return sum(self.buckets[1:], ZERO)


# A tuple: an export makes a hundred thousand, each in half the time of a frozen dataclass.
class ClientAging(NamedTuple):
    """One client's open amounts on a day."""

    client_id: int
    invoices: int
    oldest_due_on: dt.date
    aging: Aging


@dataclass(frozen=True, slots=True)
class AgingPage:
    """A stretch of clients; `count` and `total` are over all of them."""

    rows: Sequence[ClientAging]
    count: int
    total: Aging


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days past due, both ends included; None leaves an end open."""

    first: int | None
    last: int | None


#: What a list behind a figure shows, by the word in its address.
SPANS: Final[dict[str, Span]] = {
    "open": Span(None, None),
    "overdue": Span(1, None),
    **{bucket.code: Span(bucket.first, bucket.last) for bucket in BUCKETS},
}


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice and what was open on it on the day asked about."""

    invoice: Invoice
    open_on: Decimal
    days_past_due: int


@dataclass(frozen=True, slots=True)
class OpenInvoicePage:
    """A stretch of the rows behind a figure; `count` and `total` are over all of them."""

    rows: Sequence[OpenInvoice]
    count: int
    total: Decimal


def scope_of(user: User) -> int | None:
    """Whose clients a total is about: None for all, else the user whose clients they are."""
    return None if user.sees_all_clients else user.pk


def _parameters(
    creditor: Creditor, currency: str, on: dt.date, user: User, clients: Sequence[int] | None
) -> dict[str, Any]:
    return {
        "on": on,
        "creditor": creditor.pk,
        "currency": currency,
        "owner": scope_of(user),
        "clients": None if clients is None else list(clients),
    }


def aging_on(*, creditor: Creditor, currency: str, on: dt.date, user: User) -> Aging:
    """Receivables by bucket at the end of a day, summed over the rows."""
    is_now = is_settled_history(creditor=creditor, currency=currency, on=on)
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS[is_now], _parameters(creditor, currency, on, user, None))
        return Aging(tuple(cursor.fetchone()))


def aging_page(
    *,
    creditor: Creditor,
    currency: str,
    on: dt.date,
    user: User,
    limit: int,
    offset: int = 0,
) -> AgingPage:
    """A stretch of the clients by what was overdue, with the totals over all of them."""
    statement = _CLIENT_PAGE[is_settled_history(creditor=creditor, currency=currency, on=on)]
    parameters = _parameters(creditor, currency, on, user, None)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters | {"limit": limit, "offset": offset})
        found = cursor.fetchall()
    if not found:
        return AgingPage((), 0, Aging((ZERO,) * len(BUCKETS)))
    rows = [ClientAging(one[0], one[1], one[2], Aging(tuple(one[3:10]))) for one in found]
    return AgingPage(rows, found[0][10], Aging(tuple(found[0][11:])))


def aging_by_client(
    *,
    creditor: Creditor,
    currency: str,
    on: dt.date,
    user: User,
    clients: Sequence[int] | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> Iterator[ClientAging]:
    """Each client's buckets at the end of a day, the most overdue first."""
    parameters = _parameters(creditor, currency, on, user, clients) | {
        "limit": limit,
        "offset": offset,
    }
    is_now = is_settled_history(creditor=creditor, currency=currency, on=on)
    with connection.cursor() as cursor:
        cursor.execute(_BY_CLIENT[is_now], parameters)
        while rows := cursor.fetchmany(5000):
            for client_id, count, oldest, *buckets in rows:
                yield ClientAging(client_id, count, oldest, Aging(tuple(buckets)))


def open_invoices_on(
    *,
    creditor: Creditor,
    currency: str,
    on: dt.date,
    user: User,
    span: Span = SPANS["open"],
    client_id: int | None = None,
    order: str = "due_on",
    limit: int = 50,
    offset: int = 0,
) -> OpenInvoicePage:
    """The rows behind a figure. An `order` that is not one of `ORDERS` means the due date."""
    parameters = _parameters(creditor, currency, on, user, None) | {
        "clients": None if client_id is None else [client_id],
        "first": span.first,
        "last": span.last,
        "order": order if order in ORDERS else "due_on",
        "limit": limit,
        "offset": offset,
    }
    statement = _PAGE[is_settled_history(creditor=creditor, currency=currency, on=on)]
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found = cursor.fetchall()
    if not found:
        return _beyond_the_end(statement, parameters) if offset else OpenInvoicePage((), 0, ZERO)
    invoices = (
        Invoice.objects.visible_to(user)
        .select_related("client", "creditor")
        .in_bulk([row[0] for row in found])
    )
    rows = [
        OpenInvoice(invoices[pk], open_on, (on - invoices[pk].due_on).days)
        for pk, open_on, _count, _total in found
    ]
    return OpenInvoicePage(rows, found[0][2], found[0][3])


def _beyond_the_end(statement: str, parameters: dict[str, Any]) -> OpenInvoicePage:
    """A page number past the last one still tells how many rows there are."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters | {"offset": 0, "limit": 1})
        first = cursor.fetchone()
    return OpenInvoicePage((), first[2], first[3]) if first else OpenInvoicePage((), 0, ZERO)


def is_settled_history(*, creditor: Creditor, currency: str, on: dt.date) -> bool:
    """Whether no allocation counts from after a day, so that today's counters say it all."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT NOT EXISTS (
                SELECT 1 FROM payments_allocation a JOIN payments_invoice i ON i.id = a.invoice_id
                WHERE a.effective_on > %s AND i.creditor_id = %s AND i.currency = %s)
            """,
            [on, creditor.pk, currency],
        )
        return bool(cursor.fetchone()[0])
