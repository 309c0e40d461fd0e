"""A seeded ledger for the tests of this folder, loaded once and never committed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from clients.models import BankAccount, Creditor
from core.dates import now, today
from payments.services.rollups import compact_aging_flow
from workspace.services.demo import load_ledger

CLIENTS, INVOICES = 600, 6_000


@pytest.fixture(scope="module")
def ledger(django_db_setup: None, django_db_blocker: Any) -> Iterator[Creditor]:
    """Six thousand invoices as `seed_demo --clients --invoices` loads them; its creditor."""
    with django_db_blocker.unblock(), transaction.atomic():
        on, at = today(settings.TIME_ZONE), now()
        load_ledger(clients=CLIENTS, invoices=INVOICES, seed=7, on=on, at=at)
        compact_aging_flow()
        BankAccount.objects.update(feed_through_on=on + dt.timedelta(days=1))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield Creditor.objects.get()
        transaction.set_rollback(True)
