"""Gives every pytest session servers, a database and a Valkey database of its own.

Loaded with ``-p`` from pyproject.toml so that it runs before pytest-django reads the settings.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crm import embedded
from crm.embedded.servers import Postgres, State, default_root

SESSION = "DUNWELL_TEST_SESSION"
_VALKEY_DATABASES = 255  # 0 is left to commands


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(args: list[str]) -> Generator[None]:
    """Start the services in the first process; xdist's workers inherit its environment."""
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        embedded.ensure(for_tests=True)
        os.environ[SESSION] = "reused" if "--reuse-db" in args else f"p{os.getpid()}"
        _drop_left_over_databases()
    if SESSION in os.environ:
        os.environ["REDIS_URL"] = _own_valkey_database(os.environ["REDIS_URL"])
    return (yield)


def pytest_configure() -> None:
    """Name the test database after the session; pytest-django adds the xdist worker's name."""
    from django.conf import settings

    if SESSION in os.environ:
        name = f"test_dunwell_{os.environ[SESSION]}"
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = name


def pytest_sessionstart() -> None:
    """Empty the session's Valkey database: the one before may have left counters in it."""
    if SESSION in os.environ:
        import redis

        with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
            client.flushdb()


def _own_valkey_database(url: str) -> str:
    worker = int(re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or -1) + 1
    session = int(re.sub(r"\D", "", os.environ[SESSION]) or 0)
    number = 1 + (session * 16 + worker) % _VALKEY_DATABASES
    return urlsplit(url)._replace(path=f"/{number}").geturl()


def _drop_left_over_databases() -> None:
    # A session that was killed could not drop its databases; its pid is in their names.
    port = urlsplit(os.environ["DATABASE_URL"]).port
    postgres = Postgres(State(default_root() / "tests", durable=False), port or 0)
    names = postgres.sql("SELECT datname FROM pg_database WHERE datname LIKE 'test_dunwell_p%'")
    for name in names.split():
        pid = re.match(r"test_dunwell_p(\d+)", name)
        if pid and not Path(f"/proc/{pid[1]}").exists():
            postgres.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', "postgres")
