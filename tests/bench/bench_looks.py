"""Who is to be looked at, worked out for all clients, and all clients compared with each other.

The floor of the looks reads what they cannot do without: who owes, and who was invoiced within the
year. Comparing has none: the least that would find the same pairs is what it does.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from clients.models import Client
from clients.selectors import default_creditor
from core.dates import today
from credit.models import Monitoring, RelatedKey, RelatedLook
from credit.selectors.monitoring import STAKE_DAYS
from credit.services.monitoring import refresh_monitoring
from credit.services.related import compare_all
from payments.models import Invoice
from tests.bench.measuring import Row, allow_silence, compare, rounds_for

#: Comparing 100,000 clients for the first time is to take five minutes at most.
MS_A_CLIENT = 3

_FLOOR = """
SELECT client_id, currency, sum(open_amount) FROM payments_clientbalance GROUP BY 1, 2
"""
_INVOICED = "SELECT DISTINCT client_id FROM payments_invoice WHERE issued_on > %(since)s"


def run(*, quick: bool = False) -> list[Row]:
    """Rows of work, size, ours_ms, floor_ms, ratio and goal; what is written is rolled back."""
    size = Invoice.objects.count()
    rows: list[Row] = []
    for part in (_looks, _relatives):
        with transaction.atomic():
            allow_silence()
            rows += part(size, quick=quick)
            transaction.set_rollback(True)
    return rows


def _fetched(statement: str, **told: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, told)
        cursor.fetchall()


def _looks(size: int, *, quick: bool) -> list[Row]:
    creditor = default_creditor()
    assert creditor is not None
    on = today(creditor.time_zone)
    since = on - dt.timedelta(days=STAKE_DAYS)

    def floor() -> None:
        _fetched(_FLOOR)
        _fetched(_INVOICED, since=since)

    measure = partial(
        compare, size=size, floor=floor, rounds=rounds_for(size, quick=quick, usual=5), writes=True
    )
    first = measure(
        work="who is to be looked at, all clients for the first time",
        ours=lambda: refresh_monitoring(on=on),
        note="floor: what is open by client, and who was invoiced within the year",
    )
    refresh_monitoring(on=on)
    assert Monitoring.objects.exists()
    again = measure(
        work="who is to be looked at, an hour later",
        ours=lambda: refresh_monitoring(on=on),
        growth=1.1,
        note="nothing has changed; the same floor",
    )
    return [first, again]


def _relatives(size: int, *, quick: bool) -> list[Row]:
    """As after a first import: no fact was ever compared. `quick` changes nothing: it runs once."""
    clients = Client.objects.count()
    RelatedKey.objects.all().delete()
    row = compare(
        work="all clients compared with each other, for the first time",
        size=size,
        ours=lambda: compare_all(at=timezone.now()),
        goal=f"<= {MS_A_CLIENT * clients:,} ms",
        growth=1.3,
        rounds=1,
        warm_up=False,
        note=f"{clients:,} clients by name, number, address, contacts and who paid; once",
    )
    assert not RelatedLook.objects.exists()
    assert RelatedKey.objects.exists()
    return [row]
