"""`manage.py doctor` names what is missing and what to do about it."""

import ctypes
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from crm import doctor, health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "diagnose", list)
    monkeypatch.setattr(health, "_complete", set())


def report(*arguments: str) -> tuple[int, dict[str, dict[str, str]]]:
    """Exit status and the findings by their name."""
    out = io.StringIO()
    status = 0
    try:
        call_command("doctor", "--json", *arguments, stdout=out)
    except SystemExit as ended:
        status = int(ended.code or 0)
    body = json.loads(out.getvalue())
    assert body["ok"] == (status == 0)
    return status, {finding["check"]: finding for finding in body["findings"]}


def test_it_finds_nothing_to_complain_about_here() -> None:
    status, findings = report()

    assert status == 0, findings
    assert {"python", "pdf", "database", "redis", "migrations", "mail"} <= findings.keys()
    assert findings["chinese_search"]["verdict"] == "ok"


def test_a_missing_library_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise OSError(f"{name}: cannot open shared object file")

    monkeypatch.setattr(ctypes, "CDLL", refuse)

    status, findings = report()

    assert status == 1
    assert findings["libpango-1.0.so.0"]["verdict"] == "miss"
    assert "libpango-1.0-0" in findings["libpango-1.0.so.0"]["remedy"]


def test_a_missing_font_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "diagnose", lambda: ["NotoSansSC-Bold.ttf is missing"])

    status, findings = report()

    assert status == 1
    assert findings["pdf"]["detail"] == "NotoSansSC-Bold.ttf is missing"


def test_a_missing_test_program_is_only_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)

    status, findings = report()

    assert status == 0
    assert findings["chromium-headless-shell"]["verdict"] == "note"


def test_a_missing_extension_is_named() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION pg_trgm CASCADE")

    status, findings = report()

    assert status == 1
    assert findings["pg_trgm"]["verdict"] == "miss"


def test_a_migration_that_waits_is_counted() -> None:
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.get(app="imports", name="0001_initial").delete()

    status, findings = report()

    assert status == 1
    assert "not applied" in findings["migrations"]["detail"]


def test_redis_that_may_evict_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import redis

    monkeypatch.setattr(redis.Redis, "config_get", lambda *_: {"maxmemory-policy": "allkeys-lru"})

    status, findings = report()

    assert status == 1
    assert "noeviction" in findings["redis_eviction"]["remedy"]


def test_no_redis_leaves_out_what_depends_on_it(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    status, findings = report()

    assert status == 1
    assert findings["redis"]["verdict"] == "miss"
    assert "redis_eviction" not in findings


def test_a_full_disk_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Usage:
        free = 100 * 1024**2

    monkeypatch.setattr("shutil.disk_usage", lambda _path: Usage)

    status, findings = report()

    assert status == 1
    assert findings["disk"]["detail"].startswith("0.1 GB free")


def test_production_without_collected_files_is_named(settings: Any, tmp_path: Path) -> None:
    settings.PRODUCTION = True
    settings.STATIC_ROOT = str(tmp_path)

    status, findings = report()

    assert status == 1
    assert "collectstatic" in findings["static"]["remedy"]


def test_a_mail_server_that_is_away_is_named(settings: Any) -> None:
    settings.MAIL_CATCHER = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    status, findings = report()

    assert status == 1
    assert "EMAIL_URL" in findings["mail"]["remedy"]


def test_a_person_reads_lines_and_a_sum() -> None:
    out = io.StringIO()

    call_command("doctor", "--language", "en", stdout=out)

    assert "✓ database" in out.getvalue()
    assert out.getvalue().rstrip().endswith("Nothing is missing.")
