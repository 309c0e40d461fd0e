"""Aging by client, top debtors, totals and past dates, beside raw SQL over the same rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.test import Client as Browser

from clients.models import Creditor
from clients.selectors import default_creditor
from core.dates import today
from core.models import User
from core.states import Role
from payments.models import Invoice
from payments.selectors.as_of import aging_by_client, aging_on
from payments.selectors.debtors import top_debtors
from payments.selectors.flows import flows_until
from tests.bench.measuring import Row, compare

_BUCKETS = """
    coalesce(sum({open}) FILTER (WHERE {days} <= 0), 0),
    coalesce(sum({open}) FILTER (WHERE {days} BETWEEN 1 AND 30), 0),
    coalesce(sum({open}) FILTER (WHERE {days} BETWEEN 31 AND 60), 0),
    coalesce(sum({open}) FILTER (WHERE {days} BETWEEN 61 AND 90), 0),
    coalesce(sum({open}) FILTER (WHERE {days} BETWEEN 91 AND 180), 0),
    coalesce(sum({open}) FILTER (WHERE {days} BETWEEN 181 AND 365), 0),
    coalesce(sum({open}) FILTER (WHERE {days} > 365), 0)
"""
_TODAY = _BUCKETS.format(open="open_amount", days="%(on)s - due_on")
_SCOPE = "creditor_id = %(creditor)s AND currency = %(currency)s AND open_amount > 0"

BY_CLIENT = f"SELECT client_id, {_TODAY} FROM payments_invoice WHERE {_SCOPE} GROUP BY 1"
TOTALS = f"SELECT {_TODAY} FROM payments_invoice WHERE {_SCOPE}"
TOP = f"""SELECT client_id, {_TODAY} FROM payments_invoice WHERE {_SCOPE} GROUP BY 1
    ORDER BY sum(open_amount) FILTER (WHERE due_on < %(on)s) DESC NULLS LAST, 1 LIMIT 50"""
_PAST_ROWS = """
    WITH later AS (SELECT invoice_id, sum(amount) AS amount FROM payments_allocation
                   WHERE effective_on > %(on)s GROUP BY 1),
    was_open AS (
        SELECT i.client_id, i.due_on, i.open_amount + coalesce(l.amount, 0) AS open_on
        FROM payments_invoice i LEFT JOIN later l ON l.invoice_id = i.id
        WHERE i.creditor_id = %(creditor)s AND i.currency = %(currency)s
          AND i.issued_on <= %(on)s AND i.open_amount + coalesce(l.amount, 0) <> 0)
"""
_PAST_BUCKETS = _BUCKETS.format(open="open_on", days="%(on)s - due_on")
PAST = f"{_PAST_ROWS} SELECT client_id, {_PAST_BUCKETS} FROM was_open GROUP BY 1"
PAST_TOTALS = f"{_PAST_ROWS} SELECT {_PAST_BUCKETS} FROM was_open"
DAYS_BACK = 90


def _fetched(statement: str, parameters: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[Any] = cursor.fetchall()
    return rows


def run(*, quick: bool = False) -> list[Row]:
    """Rows of work, size, ours_ms, floor_ms, ratio and goal, on the ledger that is loaded."""
    creditor = default_creditor()
    user = User.objects.filter(role=Role.FINANCE).first()
    assert creditor is not None
    assert user is not None
    on = today(creditor.time_zone)
    size = Invoice.objects.count()
    rounds = 1 if quick else 5
    rows = _selector_rows(creditor, user, on, size, rounds)
    rows += _past_rows(creditor, user, on - dt.timedelta(days=DAYS_BACK), size, rounds)
    return rows + _served_rows(creditor, user, on, size, rounds)


def _parameters(creditor: Creditor, on: dt.date) -> dict[str, Any]:
    return {"creditor": creditor.pk, "currency": creditor.currency, "on": on}


def _selector_rows(
    creditor: Creditor, user: User, on: dt.date, size: int, rounds: int
) -> list[Row]:
    told = _parameters(creditor, on)
    scope: dict[str, Any] = {**told, "creditor": creditor, "user": user}
    return [
        compare(
            work="aging by client, all rows",
            size=size,
            ours=lambda: list(aging_by_client(**scope)),
            floor=lambda: _fetched(BY_CLIENT, told),
            goal="<= 3",
            rounds=rounds,
        ),
        compare(
            work="top 50 debtors",
            size=size,
            ours=lambda: top_debtors(**scope, count=50),
            floor=lambda: _fetched(TOP, told),
            goal="<= 1.5",
            rounds=rounds,
        ),
        compare(
            work="dashboard figures: buckets, sales, collections, trend",
            size=size,
            ours=lambda: flows_until(creditor=creditor, on=on, user=user),
            floor=lambda: _fetched(TOTALS, told),
            goal="<= 1.5",
            rounds=rounds,
            note="the floor sums the buckets from the open rows; ours reads the rollup",
        ),
    ]


def _past_rows(creditor: Creditor, user: User, on: dt.date, size: int, rounds: int) -> list[Row]:
    told = _parameters(creditor, on)
    scope: dict[str, Any] = {**told, "creditor": creditor, "user": user}
    return [
        compare(
            work=f"aging by client as of {DAYS_BACK} days ago",
            size=size,
            ours=lambda: list(aging_by_client(**scope)),
            floor=lambda: _fetched(PAST, told),
            goal="<= 1.5",
            rounds=rounds,
        ),
        compare(
            work=f"aging totals as of {DAYS_BACK} days ago, from the rows",
            size=size,
            ours=lambda: aging_on(**scope),
            floor=lambda: _fetched(PAST_TOTALS, told),
            goal="<= 1.5",
            rounds=rounds,
        ),
        compare(
            work=f"dashboard figures as of {DAYS_BACK} days ago",
            size=size,
            ours=lambda: flows_until(creditor=creditor, on=on, user=user),
            floor=lambda: _fetched(PAST_TOTALS, told),
            goal="<= 1.5",
            rounds=rounds,
            note="the floor sums the buckets from open rows and allocations; ours reads the rollup",
        ),
    ]


def _served_rows(creditor: Creditor, user: User, on: dt.date, size: int, rounds: int) -> list[Row]:
    browser = Browser(raise_request_exception=True)
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    told = _parameters(creditor, on)
    query = {"creditor": creditor.code, "currency": creditor.currency}
    before = on - dt.timedelta(days=DAYS_BACK)

    def served(path: str, data: dict[str, Any]) -> None:
        response: Any = browser.get(path, data)
        assert response.status_code == 200, (path, response.status_code)
        assert response.getvalue() if response.streaming else response.content

    def plainly(statement: str, on: dt.date, path: str, **data: object) -> None:
        _fetched(statement, told | {"on": on})
        served(path, {"creditor": idle.code, "currency": idle.currency} | data)

    with transaction.atomic():
        # What a page costs before it shows a figure: the page of a creditor with no invoices.
        idle = Creditor.objects.create(code="idle", legal_name="Idle Ltd", currency="CNY")
        rows = [
            compare(
                work="aging of all clients, served as CSV",
                size=size,
                ours=lambda: served("/overdue/clients/", query | {"format": "csv"}),
                floor=lambda: plainly(BY_CLIENT, on, "/overdue/clients/", format="csv"),
                goal="<= 3",
                rounds=rounds,
                note="floor: the same query and the same file for a creditor without invoices",
            ),
            compare(
                work="overdue dashboard with its 50 top debtors, served",
                size=size,
                ours=lambda: served("/overdue/", query | {"top": 50}),
                floor=lambda: plainly(TOP, on, "/overdue/"),
                goal="<= 100 ms",
                rounds=max(rounds, 3),
                note="floor: the top 50 and the same page for a creditor without invoices",
            ),
            compare(
                work=f"overdue dashboard as of {DAYS_BACK} days ago, served",
                size=size,
                ours=lambda: served("/overdue/", query | {"as_of": before.isoformat()}),
                floor=lambda: plainly(PAST, before, "/overdue/"),
                goal="<= 1.5",
                rounds=max(rounds, 3),
                note="floor: aging by client of that day and the page without figures",
            ),
        ]
        transaction.set_rollback(True)
    return rows
