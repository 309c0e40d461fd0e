"""A migrated database that test databases are copied from.

Migrating takes seconds and is the same every time; ``CREATE DATABASE ... TEMPLATE`` takes tenths.
The template's name is a hash of everything that migrations read, so a changed migration makes a
new one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from crm.embedded.process import EmbeddedError
from crm.embedded.servers import Postgres
from crm.embedded.state import CHECKOUT, State, default_root

_PREFIX = "tests_template_"
_READ_BY_MIGRATIONS = ("*/migrations/*.py", "*/sql/*.sql", "*/data/*", "uv.lock")


def test_servers() -> Postgres:
    """The Postgres that this test session uses."""
    port = urlsplit(os.environ["DATABASE_URL"]).port
    return Postgres(State(default_root() / "tests", durable=False), port or 0)


def migrated_template() -> str:
    """Name of the template, made now if there is none for the migrations as they are."""
    postgres = test_servers()
    name = _PREFIX + _fingerprint()
    lock = postgres.state.lock("template.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)  # xdist's workers all come here at once
        templates = postgres.sql(
            f"SELECT datname FROM pg_database WHERE datname LIKE '{_PREFIX}%'"  # noqa: S608  # a constant
        ).split()
        if name not in templates:
            _make(postgres, name)
            _drop(postgres, templates)
    finally:
        os.close(lock)
    return name


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for pattern in _READ_BY_MIGRATIONS:
        for path in sorted(CHECKOUT.glob(pattern)):
            if path.is_file():
                digest.update(f"{path.relative_to(CHECKOUT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _make(postgres: Postgres, name: str) -> None:
    draft = f"tests_draft_{os.getpid()}"
    postgres.sql(f"DROP DATABASE IF EXISTS {draft} WITH (FORCE)", "postgres")
    postgres.sql(f"CREATE DATABASE {draft}", "postgres")
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{draft}").geturl()
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=CHECKOUT,
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        postgres.sql(f"DROP DATABASE {draft} WITH (FORCE)", "postgres")
        raise EmbeddedError(f"The migrations failed:\n{done.stdout}{done.stderr}")
    postgres.sql(f"ALTER DATABASE {draft} RENAME TO {name}", "postgres")


def _drop(postgres: Postgres, names: list[str]) -> None:
    for name in names:
        try:
            postgres.sql(f"DROP DATABASE IF EXISTS {name}", "postgres")
        except EmbeddedError:
            continue  # A session that started earlier is copying from it: next time.


def drop_left_over_databases() -> None:
    """Drop the databases of sessions that have ended; the pid is in the name."""
    postgres = test_servers()
    names = postgres.sql(
        "SELECT datname FROM pg_database WHERE datname ~ '^(test_dunwell_p|tests_draft_)[0-9]+'"
    )
    for name in names.split():
        pid = name.removeprefix("test_dunwell_p").removeprefix("tests_draft_").partition("_")[0]
        # One of this process's number is of another that had it before.
        if pid == str(os.getpid()) or not Path(f"/proc/{pid}").exists():
            postgres.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', "postgres")
