"""Settings come from the environment, and what is missing is named loudly."""

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

Load = Callable[..., dict[str, Any]]
CHECKOUT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "DUNWELL_PRODUCTION": "1",
    "SECRET_KEY": "kqhzRfX2mVw7tJ0sLb4uYc9eNd6aGp1oZi8xQyT3rEvUnHjM5W",
    "ALLOWED_HOSTS": "dunwell.example",
    "SITE_URL": "https://dunwell.example/",
    "DATABASE_URL": "postgres://user:p%40ss@db.example:5433/ledger",
    "REDIS_URL": "redis://:word@cache.example:6379/0",
    "EMAIL_URL": "smtp+tls://user:word@mail.example:587",
    "DEFAULT_FROM_EMAIL": "ar@dunwell.example",
}


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Read the settings with nothing but the given environment."""
    for name in {*PRODUCTION, "DEBUG", "DUNWELL_STATE", "STATIC_ROOT", "MEDIA_ROOT"}:
        monkeypatch.delenv(name, raising=False)

    def run(**environ: str) -> dict[str, Any]:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(CHECKOUT / "crm" / "settings.py"))

    return run


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"DUNWELL_PRODUCTION"}))
def test_production_refuses_to_start_without(load: Load, name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"  {name}: "):
        load(**{key: value for key, value in PRODUCTION.items() if key != name})


def test_production_names_all_that_is_missing_at_once(load: Load) -> None:
    with pytest.raises(ImproperlyConfigured) as refusal:
        load(DUNWELL_PRODUCTION="1")

    for name in PRODUCTION.keys() - {"DUNWELL_PRODUCTION"}:
        assert f"  {name}: " in str(refusal.value)


def test_production_refuses_debug(load: Load) -> None:
    with pytest.raises(ImproperlyConfigured, match="DEBUG must be off"):
        load(**PRODUCTION, DEBUG="1")


def test_production_takes_its_servers_from_their_addresses(load: Load) -> None:
    found = load(**PRODUCTION)

    database = found["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"]) == ("db.example", 5433)
    assert (database["NAME"], database["PASSWORD"]) == ("ledger", "p@ss")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example", 587)
    assert found["EMAIL_USE_TLS"] is True
    assert found["MAIL_CATCHER"] is False
    assert found["SITE_URL"] == "https://dunwell.example"


def test_production_keeps_cookies_and_pages_to_https(load: Load) -> None:
    found = load(**PRODUCTION)

    assert found["SESSION_COOKIE_SECURE"] is True
    assert found["CSRF_COOKIE_SECURE"] is True
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["SECURE_HSTS_SECONDS"] >= 31_536_000


def test_development_needs_nothing_and_catches_mail(load: Load, tmp_path: Path) -> None:
    found = load(DUNWELL_STATE=str(tmp_path))

    assert found["MAIL_CATCHER"] is True
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("127.0.0.1", 2525)
    assert found["DEBUG"] is False


def test_mail_goes_to_the_port_where_the_catcher_listens(load: Load, tmp_path: Path) -> None:
    (tmp_path / "mail.port").write_text("2531")

    assert load(DUNWELL_STATE=str(tmp_path))["EMAIL_PORT"] == 2531
