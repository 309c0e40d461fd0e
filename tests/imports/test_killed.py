"""A process that dies in the middle of an import leaves nothing of it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from clients.models import Client, Creditor
from imports.models import LedgerImport
from payments.models import Allocation, Invoice, Receipt
from tests.factories import make_creditor
from tests.imports.ledgers import IBM_HEADINGS, factoring_rows, rows_to_csv, take_in, write

pytestmark = pytest.mark.django_db(transaction=True)

# The command, in a process of its own that stops for good right before a given statement.
CHILD = """
import sys, time
import django
django.setup()
from django.core.management import call_command
from imports.services import posting
def stopping(real):
    def stop(statement, params=None):
        if statement == getattr(posting, sys.argv[2], sys.argv[2]):
            print("stopped", flush=True)
            time.sleep(600)
        return real(statement, params)
    return stop
posting.execute, posting.fetch = stopping(posting.execute), stopping(posting.fetch)
call_command("import_ledger", sys.argv[1])
"""
STEPS = [
    "_LOADED",
    "SET LOCAL dunwell.loading = 'off'",
    "_RECEIPTS",
    "_DISPUTES",
    "SET CONSTRAINTS ALL IMMEDIATE",
]


def start(path: Path, step: str) -> "subprocess.Popen[str]":
    """A child that imports into the test database."""
    database = connection.settings_dict
    url = (
        f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}"
        f":{database['PORT']}/{database['NAME']}"
    )
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "crm.settings"}
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path), step],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    )


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
    child = start(path, step)
    assert child.stdout is not None
    assert child.stdout.readline() == "stopped\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    wait_until_alone()
    for model in (Client, Invoice, Receipt, Allocation, LedgerImport):
        assert not model.objects.exists()
    take_in(path, Creditor.objects.get(pk=creditor.pk))
    assert Invoice.objects.count() == len(rows)
