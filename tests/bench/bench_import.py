"""Importing a file, beside a bare COPY of the same rows into the same tables with their indexes.

The file has as many rows as the ledger has invoices, of clients nobody knows yet, in the shares
of every bench: a tenth as many clients, 60% settled, 20% open, 20% overdue. Ours is everything
from the bytes of the CSV: reading it twice, pinyin, every check against the ledger, triggers,
foreign keys, totals, the act. The floor is told the finished rows and only stores them, into
empty copies of the tables (LIKE ... INCLUDING INDEXES), without triggers or foreign keys.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.db import connection, transaction

from clients.models import Creditor
from imports.services.files import import_path
from imports.services.options import Options
from payments.models import Invoice
from tests.bench.measuring import Row, allow_silence, compare, rounds_for
from tests.factories import NOW

TODAY = dt.date(2026, 6, 30)
HEADINGS = (
    "Client code",
    "Client name",
    "Invoice number",
    "Invoice date",
    "Due date",
    "Amount",
    "Currency",
    "Settled date",
)
TABLES = ("clients_client", "payments_invoice", "payments_receipt", "payments_allocation")
_ROWS_OF_CHINESE = 3


def write_ledger(path: Path, rows: int) -> None:
    """A ledger of that many invoices, the same for the same number."""
    chance = random.Random(rows)  # noqa: S311 - a ledger, not a secret
    surnames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
    clients = [_client(number, chance, surnames) for number in range(max(rows // 10, 1))]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADINGS)
        for number in range(rows):
            code, name = chance.choice(clients)
            share = chance.random()
            age = chance.randrange(45, 700) if share < 0.8 else chance.randrange(0, 29)
            issued = TODAY - dt.timedelta(days=age)
            due = issued + dt.timedelta(days=30)
            settled = due + dt.timedelta(days=chance.randrange(-10, 15)) if share < 0.6 else ""
            amount = f"{chance.randrange(1000, 9_000_000) / 100:.2f}"
            writer.writerow([code, name, f"B-{number}", issued, due, amount, "CNY", settled])


def _client(number: int, chance: random.Random, surnames: str) -> tuple[str, str]:
    """A code, and a name that is Chinese for one client in three."""
    if number % _ROWS_OF_CHINESE:
        return f"BENCH-{number}", f"Bench Trading Company No. {number} Ltd"
    name = "".join(chance.choice(surnames) for _character in range(4))
    return f"BENCH-{number}", f"上海{name}贸易第{number}有限公司"


def _stored_columns(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)"
            " FROM information_schema.columns"
            " WHERE table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        return str(cursor.fetchone()[0])


class Bare:
    """The finished rows of an import as COPY files, and a bare load of them."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._columns = {table: _stored_columns(table) for table in TABLES}

    def keep(self, creditor: Creditor) -> None:
        """Write out the rows that an import has just made."""
        of_clients = f"SELECT client_id FROM payments_invoice WHERE creditor_id = {creditor.pk}"
        where = {
            "clients_client": f"id IN ({of_clients})",
            "payments_invoice": f"creditor_id = {creditor.pk}",
            "payments_receipt": f"creditor_id = {creditor.pk}",
            "payments_allocation": "receipt_id IN (SELECT id FROM payments_receipt"
            f" WHERE creditor_id = {creditor.pk})",
        }
        with connection.cursor() as cursor:
            for table in TABLES:
                query = f"SELECT {self._columns[table]} FROM {table} WHERE {where[table]}"
                with (self._directory / table).open("wb") as file:
                    cursor.copy_expert(f"COPY ({query} ORDER BY id) TO STDOUT", file)

    def load(self) -> None:
        """COPY them into empty copies of the tables."""
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(
                    f"CREATE TABLE bench_{table} (LIKE {table} INCLUDING DEFAULTS"
                    " INCLUDING GENERATED INCLUDING INDEXES INCLUDING STORAGE)"
                )
                with (self._directory / table).open("rb") as file:
                    cursor.copy_expert(
                        f"COPY bench_{table} ({self._columns[table]}) FROM STDIN", file
                    )


def measure(*, rows: int, rounds: int) -> Row:
    """One row for a file of that many invoices."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        path = directory / "ledger.csv"
        write_ledger(path, rows)
        bare = Bare(directory)

        def take_in() -> Creditor:
            # Invoice numbers are counted per creditor: one of its own keeps the ledger's out of
            # the way. Taken back with the rest.
            creditor = Creditor.objects.create(
                code="bench-import", legal_name="Bench Import Ltd", currency="CNY"
            )
            outcome = import_path(path=path, options=Options(creditor, TODAY), actor=None, at=NOW)
            assert outcome.counts["invoices"] == rows
            return creditor

        def keep() -> None:
            bare.keep(take_in())

        _warm_up(keep)
        return compare(
            work="import a CSV: clients, invoices, receipts, allocations",
            size=rows,
            ours=take_in,
            floor=bare.load,
            goal="<= 3",
            rounds=rounds,
            warm_up=False,
            writes=True,
            note="floor: COPY of the finished rows into empty indexed copies of the four tables",
        )


def _warm_up(work: Callable[[], None]) -> None:
    """Do it once, untimed, and take it back."""
    with transaction.atomic():
        allow_silence()
        work()
        transaction.set_rollback(True)


def run(*, quick: bool = False) -> list[Row]:
    """Rows of work, size, ours_ms, floor_ms, ratio and goal, for a file as large as the ledger."""
    rows = min(Invoice.objects.count(), 1_000) if quick else Invoice.objects.count()
    return [measure(rows=rows, rounds=rounds_for(rows, quick=quick, usual=3))]
