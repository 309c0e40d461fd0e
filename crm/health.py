"""Is it up, and can it work? Asked by load balancers, Docker and ``make run``.

``/healthz`` answers as long as the process does; restart it when it does not. ``/readyz`` looks
at what the process needs; send it no requests while that fails.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

SWEEPER_BEAT = "health:sweeper-beat"
# The sweeper runs every 30 s; after ten missed rounds work is piling up unseen.
SWEEPER_LATE_SECONDS = 300
_BEAT_KEPT_SECONDS = 7 * 24 * 3600
_complete: set[str] = set()


@dataclass(frozen=True)
class Probe:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str


def note_sweeper_beat() -> None:
    """Remember that the outbox sweeper ran just now."""
    cache.set(SWEEPER_BEAT, time.time(), _BEAT_KEPT_SECONDS)


def sweeper_age_seconds() -> float | None:
    """Seconds since the sweeper last ran, or None when it never did."""
    beat = cache.get(SWEEPER_BEAT)
    return None if beat is None else max(0.0, time.time() - float(beat))


def ready() -> list[Probe]:
    """Database, Valkey and migrations: without one of them no request can be served."""
    return [_probe("database", _database), _probe("redis", _redis), _probe("migrations", _migrated)]


def _probe(name: str, look: Callable[[], str]) -> Probe:
    try:
        detail = look()
    except (DatabaseError, redis.RedisError, OSError) as error:
        # The kind of error only: the page is open, and messages may name hosts and accounts.
        return Probe(name, ok=False, detail=type(error).__name__)
    return Probe(name, ok=not detail, detail=detail)


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _redis() -> str:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2) as client:
        client.ping()
    return ""


def _migrated() -> str:
    # What this process was built for does not change, so a yes is remembered.
    if connection.alias in _complete:
        return ""
    if not MigrationRecorder(connection).has_table():
        return "none applied"
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return f"{len(waiting)} not applied"
    _complete.add(connection.alias)
    return ""
