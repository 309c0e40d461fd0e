"""docker-compose.yml, Dockerfile, .env.example and the settings tell the same story."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from crm.embedded.servers import POSTGRES_SETTINGS

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# Read by docker-compose itself, to make DATABASE_URL and REDIS_URL of.
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "VALKEY_PASSWORD"}
# Set by scripts and images, never by a person.
NOT_FOR_PEOPLE = {"DJANGO_SETTINGS_MODULE", "PATH", "LANG", "PYTEST_XDIST_WORKER"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
    return loaded


def read_names() -> set[str]:
    """Every environment variable that the product reads."""
    found = set()
    for path in (CHECKOUT / "crm").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r"\benv(?:\.\w+)?\(\s*\"([A-Z_]+)\"", text))
        found |= set(re.findall(r"environ(?:\.get\(|\.setdefault\(|\[)\s*\"([A-Z_]+)\"", text))
    return found


def example_names() -> set[str]:
    """Every variable that .env.example explains."""
    text = (CHECKOUT / ".env.example").read_text(encoding="utf-8")
    return set(re.findall(r"^#?([A-Z_]+)=", text, flags=re.MULTILINE))


def test_env_example_explains_every_variable_and_no_other() -> None:
    assert example_names() == read_names() - NOT_FOR_PEOPLE | COMPOSE_ONLY


def test_every_service_of_the_product_is_there_and_is_checked(compose: dict[str, Any]) -> None:
    services = compose["services"]

    assert services.keys() == {"postgres", "redis", "migrate", "web", "worker", "beat"}
    assert {name for name in services if "healthcheck" in services[name]} == (
        services.keys() - {"migrate"}
    )


def test_servers_are_the_versions_it_was_built_for(compose: dict[str, Any]) -> None:
    postgres, redis = compose["services"]["postgres"], compose["services"]["redis"]

    assert postgres["image"] == "postgres:18"
    assert postgres["volumes"] == ["postgres:/var/lib/postgresql"]
    assert redis["image"] == "valkey/valkey:8"
    assert "--maxmemory-policy noeviction" in redis["command"][-1]
    assert "--appendonly yes" in redis["command"][-1]


def test_postgres_is_set_up_like_the_embedded_one(compose: dict[str, Any]) -> None:
    postgres = compose["services"]["postgres"]

    for option in (
        *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *("--lc-ctype=C.UTF-8", "--lc-collate=C", "--data-checksums"),
    ):
        assert option in postgres["environment"]["POSTGRES_INITDB_ARGS"].split()
    for option in postgres["command"][1:]:
        name, _, value = option.removeprefix("--").partition("=")
        assert POSTGRES_SETTINGS[name] == value


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_nothing_starts_before_the_migrations_are_through(
    compose: dict[str, Any], name: str
) -> None:
    needs = compose["services"][name]["depends_on"]

    assert needs["migrate"]["condition"] == "service_completed_successfully"
    assert needs["postgres"]["condition"] == "service_healthy"
    assert needs["redis"]["condition"] == "service_healthy"


@pytest.mark.parametrize("name", ["migrate", "web", "worker", "beat"])
def test_the_product_gets_only_variables_it_knows(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]

    assert service["env_file"] == ".env"
    assert service["environment"].keys() <= read_names()
    assert {"DATABASE_URL", "REDIS_URL", "DUNWELL_PRODUCTION"} <= service["environment"].keys()


def test_migrations_run_once_and_the_rest_comes_back(compose: dict[str, Any]) -> None:
    services = compose["services"]

    assert services["migrate"]["restart"] == "no"
    assert all(
        service["restart"] == "unless-stopped"
        for name, service in services.items()
        if name != "migrate"
    )


def test_only_the_web_server_is_reachable_and_only_from_this_host(compose: dict[str, Any]) -> None:
    ports = {name: service.get("ports") for name, service in compose["services"].items()}

    assert ports.pop("web") == ["127.0.0.1:8000:8000"]
    assert set(ports.values()) == {None}


def test_every_volume_is_declared(compose: dict[str, Any]) -> None:
    used = {
        volume.partition(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
    }

    assert used == compose["volumes"].keys()


def test_the_image_runs_as_nobody_special_and_is_checked() -> None:
    lines = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8").splitlines()

    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users == ["dunwell"]
    assert any(line.startswith("HEALTHCHECK ") for line in lines)


def test_the_image_copies_no_secrets_and_no_data() -> None:
    ignored = set((CHECKOUT / ".dockerignore").read_text(encoding="utf-8").split())

    assert {".env", ".dunwell", ".git", ".venv"} <= ignored
