"""Compaction of the aging flow changes no figure, and nobody waits for it."""

import datetime as dt

import pytest
from django.db import connection, connections

from core.verify import run_checks
from payments.models import AgingFlow, Promise
from payments.services import record_promise
from payments.services.rollups import compact_aging_flow
from payments.states import PromiseState
from payments.tasks import daily
from tests.factories import NOW, TODAY, make_client, make_creditor, make_invoice, pay


def _flow_sums() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT creditor_id, currency, measure, day, sum(amount) FROM payments_agingflow"
            " GROUP BY 1, 2, 3, 4 HAVING sum(amount) <> 0 ORDER BY 1, 2, 3, 4"
        )
        rows: list[tuple[object, ...]] = cursor.fetchall()
    return rows


def _problems() -> list[str]:
    return [problem for result in run_checks() for problem in result.problems]


@pytest.mark.django_db
def test_it_leaves_one_row_per_day_and_every_sum_as_it_was() -> None:
    creditor, client = make_creditor(), make_client()
    for days in (40, 40, 40, 5):
        pay(make_invoice(client, creditor, due_on=TODAY - dt.timedelta(days=days)), "400.00")
    before, rows = _flow_sums(), AgingFlow.objects.count()

    fewer = compact_aging_flow()

    assert fewer > 0
    assert AgingFlow.objects.count() == rows - fewer == len(before)
    assert _flow_sums() == before
    assert _problems() == []
    assert compact_aging_flow() == 0


@pytest.mark.django_db
def test_it_drops_what_came_to_nothing() -> None:
    creditor, client = make_creditor(), make_client()
    pay(make_invoice(client, creditor, due_on=TODAY + dt.timedelta(days=20)))

    compact_aging_flow()

    # Paid before it fell due: it was never overdue, so no such row is left.
    assert not AgingFlow.objects.filter(amount=0).exists()
    assert not AgingFlow.objects.filter(day__gt=TODAY).exists()


@pytest.mark.django_db(transaction=True)
def test_it_leaves_at_once_while_another_compacts() -> None:
    creditor, client = make_creditor(), make_client()
    for _ in range(2):
        make_invoice(client, creditor)
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [7_160_413_225])
            assert compact_aging_flow() == 0
            cursor.execute("ROLLBACK")
        assert compact_aging_flow() > 0
    finally:
        other.close()


@pytest.mark.django_db
def test_the_daily_task_judges_by_the_day_of_each_creditor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Monday 23:30 in London is Tuesday in Shanghai: only there has the last day passed.
    monday_evening = dt.datetime(2026, 6, 15, 22, 30, tzinfo=dt.UTC)
    monkeypatch.setattr("payments.tasks.now", lambda: monday_evening)
    promises = {}
    for zone in ("Europe/London", "Asia/Shanghai"):
        creditor, client = make_creditor(time_zone=zone, country=""), make_client()
        invoice = make_invoice(client, creditor)
        promises[zone] = record_promise(
            creditor=creditor,
            client=client,
            invoice=invoice,
            currency=invoice.currency,
            amount=invoice.amount,
            due_on=dt.date(2026, 6, 11),
            on=dt.date(2026, 6, 10),
            actor=None,
            at=NOW,
        )

    daily()
    daily()

    states = {zone: Promise.objects.get(pk=row.pk).state for zone, row in promises.items()}
    assert states == {
        "Europe/London": PromiseState.OPEN,
        "Asia/Shanghai": PromiseState.BROKEN,
    }
