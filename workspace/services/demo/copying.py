"""Rows into Postgres by COPY: text lines in temporary files, one COPY per table.

One statement per table matters twice: it is the fastest way in, and the ledger's
statement-level triggers then run once for a million rows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import IO

from django.db import connection

#: NULL in COPY's text format.
NULL = r"\N"


class CopyBook:
    """Lines per table, kept in temporary files until they are loaded in the order of `tables`."""

    def __init__(self, tables: dict[str, Sequence[str]]) -> None:
        self._tables = tables
        self._stack = ExitStack()
        self._files: dict[str, IO[str]] = {}

    def __enter__(self) -> CopyBook:
        for name in self._tables:
            self._files[name] = self._stack.enter_context(
                tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def file(self, table: str) -> IO[str]:
        """Where the table's lines go: tab separated, escaped by the caller, one per row."""
        return self._files[table]

    def load(self) -> None:
        """COPY every table, then set the sequence behind its id past the last one used."""
        with connection.cursor() as cursor:
            for name, columns in self._tables.items():
                lines = self._files[name]
                lines.seek(0)
                cursor.cursor.copy_expert(f"COPY {name} ({', '.join(columns)}) FROM STDIN", lines)
                cursor.execute(
                    "SELECT setval(pg_get_serial_sequence(%s, 'id'),"  # noqa: S608 - our own names
                    f" greatest((SELECT max(id) FROM {name}), 1))",
                    [name],
                )
