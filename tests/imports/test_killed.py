"""A process that dies in the middle of an import leaves nothing of it."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import connection, connections

from clients.models import Client, Creditor
from imports.models import LedgerImport
from imports.services import posting
from imports.services.staging import execute, fetch
from payments.models import Allocation, Invoice, Receipt
from tests.factories import make_creditor
from tests.imports.ledgers import IBM_HEADINGS, factoring_rows, rows_to_csv, take_in, write

pytestmark = pytest.mark.django_db(transaction=True)

STEPS = [
    "_LOADED",
    "SET LOCAL dunwell.loading = 'off'",
    "_RECEIPTS",
    "_DISPUTES",
    "SET CONSTRAINTS ALL IMMEDIATE",
]


def stopped_at(step: str, path: Path) -> int:
    """A child that imports into the test database and stops for good right before a statement."""
    reading, writing = os.pipe()
    connections.close_all()
    child = os.fork()
    if child == 0:  # pragma: no cover  # killed below
        try:
            _import(path, step, writing)
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as told:
        assert told.readline() == "stopped\n"
    return child


def _import(path: Path, step: str, writing: int) -> None:
    def stopping(real: Callable[..., Any]) -> Callable[..., Any]:
        def stop(statement: str, params: Any = None) -> Any:
            if statement == getattr(posting, step, step):
                os.write(writing, b"stopped\n")
                time.sleep(600)
            return real(statement, params)

        return stop

    with (
        mock.patch.object(posting, "execute", stopping(execute)),
        mock.patch.object(posting, "fetch", stopping(fetch)),
    ):
        call_command("import_ledger", str(path))


def wait_until_alone() -> None:
    """Until the server has noticed that the child is gone."""
    for _try in range(200):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
            )
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.05)
    raise AssertionError("the child's session did not end")


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_import_leaves_nothing_and_can_be_done_again(step: str, tmp_path: Path) -> None:
    creditor = make_creditor(code="own")
    rows = factoring_rows(40)
    path = write(tmp_path, rows_to_csv(IBM_HEADINGS, rows))
    child = stopped_at(step, path)
    os.kill(child, signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    wait_until_alone()
    for model in (Client, Invoice, Receipt, Allocation, LedgerImport):
        assert not model.objects.exists()
    take_in(path, Creditor.objects.get(pk=creditor.pk))
    assert Invoice.objects.count() == len(rows)
