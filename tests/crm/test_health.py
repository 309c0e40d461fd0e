"""/healthz and /readyz: what a load balancer decides by."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client

from crm import celery, health


@pytest.fixture(autouse=True)
def _unknown_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_complete", set())
    cache.delete(health.SWEEPER_BEAT)


def test_healthz_needs_no_database(client: Client) -> None:
    # No django_db mark: a query would fail the test.
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_it_refuses_to_be_posted_to(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_readyz_says_what_it_looked_at(client: Client) -> None:
    body = client.get("/readyz").json()

    assert body["status"] == "ok"
    assert body["checks"] == {"database": "ok", "redis": "ok", "migrations": "ok"}
    assert body["sweeper_age_seconds"] is None
    assert body["sweeper_late"] is True


@pytest.mark.django_db
def test_readyz_knows_when_the_sweeper_ran(client: Client) -> None:
    class SweeperTask:
        name = "core.tasks.sweep_outbox"

    celery.note_sweeper(task=SweeperTask(), state="SUCCESS")

    body = client.get("/readyz").json()
    assert body["sweeper_age_seconds"] < 60
    assert body["sweeper_late"] is False


@pytest.mark.parametrize(
    ("name", "state"), [("core.tasks.sweep_outbox", "FAILURE"), ("core.tasks.other", "SUCCESS")]
)
def test_a_failed_sweep_and_another_task_leave_no_mark(name: str, state: str) -> None:
    class OtherTask:
        pass

    task = OtherTask()
    task.name = name  # type: ignore[attr-defined]  # celery's tasks carry one
    celery.note_sweeper(task=task, state=state)

    assert health.sweeper_age_seconds() is None


def test_the_task_that_leaves_the_mark_is_the_one_beat_starts(settings: Any) -> None:
    assert celery.SWEEPER in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}


def test_beat_starts_only_tasks_that_exist(settings: Any) -> None:
    celery.app.loader.import_default_modules()

    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        assert entry["task"] in celery.app.tasks, name


@pytest.mark.django_db
def test_readyz_fails_without_redis_and_does_not_tell_its_address(
    client: Client, settings: Any
) -> None:
    settings.REDIS_URL = "redis://:hidden@127.0.0.1:1/0"

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["redis"] == "ConnectionError"
    assert "hidden" not in response.content.decode()


def test_readyz_fails_without_the_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> str:
        raise DatabaseError("password authentication failed for user crm")

    monkeypatch.setattr(health, "_database", refuse)
    monkeypatch.setattr(health, "_migrated", refuse)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["status"] == "unavailable"
    assert response.json()["checks"]["database"] == "DatabaseError"
    assert "crm" not in response.content.decode()


@pytest.mark.django_db
def test_readyz_fails_while_a_migration_waits(client: Client) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.get(app="imports", name="0001_initial").delete()

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json()["checks"]["migrations"].endswith("not applied")
