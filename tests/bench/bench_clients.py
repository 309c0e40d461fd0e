"""One client's page, and finding a client: flat, whatever the ledger's size."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client as Browser

from clients.models import Client
from clients.selectors import default_creditor
from core.dates import today
from core.models import User
from core.states import Role
from payments.models import Invoice
from payments.selectors.positions import client_positions
from tests.bench.measuring import Row, compare
from workspace.selectors.client import client_file
from workspace.selectors.search import search_everywhere

_ONE = """
SELECT count(*), sum(open_amount), sum(open_amount) FILTER (WHERE due_on < %s)
FROM payments_invoice WHERE client_id = %s AND open_amount > 0
"""


def run(*, quick: bool = False) -> list[Row]:
    """Rows of work, size, ours_ms, floor_ms, ratio and goal, on the ledger that is loaded."""
    creditor = default_creditor()
    user = User.objects.filter(role=Role.FINANCE).first()
    assert creditor is not None
    assert user is not None
    on, size, rounds = today(creditor.time_zone), Invoice.objects.count(), 1 if quick else 15
    client = usual_client()

    def one_client() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(_ONE, [on, client.pk])
            return cursor.fetchall()

    browser = Browser()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def served() -> None:
        response = browser.get(f"/clients/{client.pk}/")
        assert response.status_code == 200, response.status_code

    rows = [
        compare(
            work="credit standing of one client: buckets, disputed, credit",
            size=size,
            ours=lambda: client_positions(client_id=client.pk, on=on),
            floor=one_client,
            goal="<= 3 ms",
            growth=0.15,
            rounds=rounds,
            note="reads only, no lock",
        ),
        compare(
            work="one client's page, all its reads",
            size=size,
            ours=lambda: client_file(client=client, on=on),
            rounds=rounds,
        ),
        compare(work="one client's page, served", size=size, ours=served, rounds=rounds),
    ]
    return rows + _searches(client, user, size, rounds)


def usual_client() -> Client:
    """A client with about as many open invoices as most have."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT client_id FROM payments_invoice WHERE open_amount > 0
            GROUP BY 1 HAVING count(*) BETWEEN 4 AND 6 ORDER BY 1 LIMIT 1
            """
        )
        return Client.objects.get(pk=cursor.fetchone()[0])


def _searches(client: Client, user: User, size: int, rounds: int) -> list[Row]:
    named = Client.objects.filter(language="zh-hans").order_by("-pk")[0]
    texts = {
        "a name in Chinese": named.legal_name[:6],
        "two Chinese characters": named.legal_name[2:4],
        "pinyin": named.name_pinyin[:12],
        "initials": named.name_initials[:4],
        "a code": client.code,
        "an invoice number": Invoice.objects.order_by("pk").values_list("number", flat=True)[0],
        "nothing that exists": "zzqxv",
    }
    return [
        compare(
            work=f"search: {what}",
            size=size,
            ours=lambda text=text: search_everywhere(text=text, user=user),  # type: ignore[misc]  # bound now, on purpose
            rounds=rounds,
        )
        for what, text in texts.items()
    ]
