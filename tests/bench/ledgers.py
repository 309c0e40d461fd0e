"""Seeded ledgers of each size, kept as template databases on the server in use.

The copy that is measured is thrown away afterwards; the template stays until the code that
makes it changes, or it is so old that its dates no longer fit today.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
from psycopg2 import sql

ROOT = Path(__file__).resolve().parents[2]
MAX_AGE_DAYS = 3
SEED = "1"

# What decides how a seeded database looks.
_MADE_BY = (
    "*/migrations/*.py",
    "*/sql/*.sql",
    "workspace/services/demo/bulk.py",
    "workspace/services/demo/copying.py",
)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for pattern in _MADE_BY:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def url_of(database: str) -> str:
    """The address of a database on the server in use."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()


def _execute(database: str, *statements: sql.Composable) -> None:
    with _connected(database) as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def _connected(database: str) -> Iterator[psycopg2.extensions.cursor]:
    connection = psycopg2.connect(url_of(database))
    connection.autocommit = True
    try:
        yield connection.cursor()
    finally:
        connection.close()


def _own_database() -> str:
    return urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")


def _told(name: str) -> dict[str, Any]:
    """What is noted on a template; nothing when there is none."""
    with _connected(_own_database()) as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        )
        found = cursor.fetchone()
    told: dict[str, Any] = json.loads(found[0]) if found and found[0] else {}
    return told


def _is_fresh(name: str) -> bool:
    told = _told(name)
    if not told:
        return False
    age = (dt.datetime.now(tz=dt.UTC).date() - dt.date.fromisoformat(told["on"])).days
    return bool(told["fingerprint"] == _fingerprint() and age <= MAX_AGE_DAYS)


def seconds_to_seed(invoices: int) -> float | None:
    """How long `seed_demo` took for the ledger of that size, by the clock."""
    seconds = _told(template(invoices)).get("seconds")
    return float(seconds) if seconds is not None else None


def _manage(database: str, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url_of(database)},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def template(invoices: int) -> str:
    """Name of a database with a ledger of that size; made when there is none that fits."""
    name = f"dunwell_bench_{invoices}"
    if _is_fresh(name):
        return name
    drop(name)
    _execute(
        _own_database(),
        sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)),
    )
    _manage(name, "migrate", "--verbosity", "0")
    clients = str(max(invoices // 10, 1))
    size = ("--clients", clients, "--invoices", str(invoices), "--seed", SEED)
    seeded = json.loads(_manage(name, "seed_demo", *size, "--json"))
    _execute(name, sql.SQL("VACUUM (ANALYZE, PARALLEL 0)"), sql.SQL("CHECKPOINT"))
    told = json.dumps(
        {
            "fingerprint": _fingerprint(),
            "on": dt.datetime.now(tz=dt.UTC).date().isoformat(),
            "seconds": seeded["seconds"],
        }
    )
    _execute(
        _own_database(),
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(told)),
    )
    return name


def drop(name: str) -> None:
    """Remove a database, whoever is connected to it."""
    _execute(
        _own_database(),
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)),
    )


@contextmanager
def copy_of(invoices: int) -> Iterator[str]:
    """The address of a private copy of the ledger of that size, its bank data of today."""
    source, name = template(invoices), f"dunwell_bench_run_{os.getpid()}"
    drop(name)
    _execute(
        _own_database(),
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(source)
        ),
    )
    try:
        _execute(name, sql.SQL("UPDATE clients_bankaccount SET feed_through_on = current_date + 1"))
        yield url_of(name)
    finally:
        drop(name)
