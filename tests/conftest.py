"""What every test shares."""

import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Hash passwords cheaply: no test is about the hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _no_language_left() -> Iterator[None]:
    """A request leaves its language with the thread; the next test begins without one."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Remember what the migrations loaded: the flush after a transactional test puts it back."""
    with django_db_blocker.unblock():
        _LOADED.update(_rows_of_tables())


#: Rows by table, as COPY gives them: rates, clauses, texts and the like belong to the schema.
_LOADED: dict[str, str] = {}


def _filled(cursor: Any, tables: list[str]) -> list[str]:
    """Those of the tables that hold a row."""
    cursor.execute(
        " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables
        )
    )
    return [table for (table,) in cursor.fetchall()]


def _rows_of_tables() -> dict[str, str]:
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for table in _filled(cursor, connection.introspection.table_names(cursor)):
            rows = StringIO()
            cursor.copy_expert(f'COPY "{table}" TO STDOUT', rows)
            found[table] = rows.getvalue()
    return found


@pytest.fixture(autouse=True, scope="session")
def _flush_quickly() -> Iterator[None]:
    """Let the test runner empty tables that refuse TRUNCATE, and only those that hold rows.

    Replica mode keeps triggers from firing; only a superuser can switch it on, and only the
    runner's own flush between transactional tests does.
    """
    from django.db import connection
    from django.db.backends.postgresql.operations import DatabaseOperations

    def flush(self: DatabaseOperations, sql_list: list[str]) -> None:
        tables = re.findall(r'"(\w+)"', " ".join(sql_list))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            if filled := _filled(cursor, tables):
                cursor.execute("TRUNCATE " + ", ".join(f'"{one}"' for one in filled) + " CASCADE")
            for table in set(tables) & set(_LOADED):
                cursor.copy_expert(f'COPY "{table}" FROM STDIN', StringIO(_LOADED[table]))

    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign, assignment]  # test runner only
    yield
    del DatabaseOperations.execute_sql_flush
