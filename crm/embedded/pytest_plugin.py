"""Gives every pytest session servers, a database and a Valkey database of its own.

Loaded with ``-p`` from pyproject.toml so that it runs before pytest-django reads the settings.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

from crm import embedded
from crm.embedded import dotenv
from crm.embedded.test_databases import drop_left_over_databases, migrated_template

SESSION = "DUNWELL_TEST_SESSION"
_VALKEY_DATABASES = 255  # 0 is left to commands


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(args: list[str]) -> Generator[None]:
    """Start the services in the first process; xdist's workers inherit its environment."""
    os.environ[dotenv.IGNORE] = "1"
    if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
        embedded.ensure(for_tests=True)
        os.environ[SESSION] = "reused" if "--reuse-db" in args else f"p{os.getpid()}"
        drop_left_over_databases()
        # Workers want a migrated database once they have collected; it is made meanwhile.
        Thread(target=migrated_template, daemon=True).start()
    if SESSION in os.environ:
        os.environ["REDIS_URL"] = _own_valkey_database(os.environ["REDIS_URL"])
    return (yield)


def pytest_configure() -> None:
    """Name the test database after the session; pytest-django adds the xdist worker's name.

    Files go to a temporary directory.
    """
    from django.conf import settings

    folder = Path(tempfile.mkdtemp(prefix="dunwell-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings.MEDIA_ROOT = str(folder / "media")
    settings.STATIC_ROOT = str(folder / "static")
    (folder / "static").mkdir()  # WhiteNoise warns about a directory that is not there
    if SESSION in os.environ:
        name = f"test_dunwell_{os.environ[SESSION]}"
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = name


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object]) -> None:
    """Let pytest-django copy a migrated database instead of migrating an empty one."""
    if fixturedef.argname == "django_db_setup" and SESSION in os.environ:
        from django.conf import settings

        settings.DATABASES["default"]["TEST"]["TEMPLATE"] = migrated_template()


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
