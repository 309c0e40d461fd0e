"""A state directory of its own for each test, and a handle on what runs in it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
import pytest

# Far more than needed: a machine that is busy with other things is not a failure.
PATIENCE_SECONDS = 90.0
ROOM_BYTES = 2 * 1024**3
CHECKOUT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Installation:
    """Embedded services in a directory of their own, driven as a person would drive them."""

    root: Path
    python: Sequence[str] = (sys.executable,)
    cwd: Path = CHECKOUT
    environ: Mapping[str, str] = field(default_factory=dict)

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start ``python -m crm.embedded ARGUMENTS``."""
        inherited = {"PATH", "HOME", "LANG", "PYTHONDONTWRITEBYTECODE"} & os.environ.keys()
        return subprocess.Popen(
            [*self.python, "-m", "crm.embedded", *arguments],
            cwd=self.cwd,
            env={key: os.environ[key] for key in inherited}
            | {"DUNWELL_STATE": str(self.root), "DUNWELL_IGNORE_DOTENV": "1"}
            | dict(self.environ)
            | more,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def output(self, *arguments: str, status: int = 0, **more: str) -> str:
        """What a command prints, once it has ended with ``status``."""
        process = self.start(*arguments, **more)
        text, _ = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == status, text
        return text.strip()

    @contextmanager
    def used(self) -> Iterator[str]:
        """Keep the services in use; gives the database's URL."""
        user = self.start("exec", "--", "sh", "-c", 'echo "$DATABASE_URL"; exec cat')
        assert user.stdin is not None
        assert user.stdout is not None
        url = user.stdout.readline().strip()
        assert url.startswith("postgres://"), url + user.stdout.read()
        try:
            yield url
        finally:
            user.stdin.close()
            user.wait(PATIENCE_SECONDS)
            user.stdout.close()

    def supervisor(self) -> int:
        """Process id of the supervisor."""
        services = json.loads((self.root / "services.json").read_text(encoding="utf-8"))
        return int(services["supervisor_pid"])

    def pids(self) -> set[int]:
        """Every living process that works in this directory."""
        found = set()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                zombie = process.joinpath("stat").read_text().rpartition(")")[2].split()[0] == "Z"
                words = process.joinpath("cmdline").read_bytes().decode(errors="replace")
                cwd = process.joinpath("cwd").readlink()
            except OSError:
                continue
            if not zombie and (str(self.root) in words or cwd.is_relative_to(self.root)):
                found.add(int(process.name))
        return found

    def ends(self, within: float = PATIENCE_SECONDS) -> bool:
        """True once nothing works in this directory any more."""
        return eventually(lambda: not self.pids(), within)


def eventually(condition: Callable[[], bool], within: float = PATIENCE_SECONDS) -> bool:
    """Poll until the condition holds."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def run_sql(url: str, statement: str) -> list[tuple[object, ...]]:
    """Run one statement in a connection of its own and commit it."""
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def run_alone(url: str, statement: str) -> None:
    """Run a statement that refuses to be part of a transaction."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def _open_directory() -> Path:
    # pytest's own temporary directories are closed to the account the servers run as. In memory
    # where there is room: what these tests kill are processes, never the power.
    memory = Path("/dev/shm")  # noqa: S108
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM_BYTES
    root = Path(tempfile.mkdtemp(prefix="dunwell-embedded-", dir=memory if roomy else None))
    root.chmod(0o755)
    return root


@pytest.fixture(scope="session")
def ready_made() -> Iterator[Path]:
    """A state directory after its first start; tests copy it, because initdb takes seconds."""
    root = _open_directory()
    first = Installation(root)
    first.output("exec", "--", "true")
    assert first.ends()
    shutil.rmtree(root / "log")
    yield root
    shutil.rmtree(root)


@contextmanager
def copied_state(original: Path) -> Iterator[Path]:
    """A copy of a state directory in which nothing runs; it finds ports of its own."""
    root = _open_directory()
    subprocess.run(["cp", "-a", f"{original}/.", str(root)], check=True)
    for port in root.glob("*.port"):
        port.unlink()
    yield root
    shutil.rmtree(root)


def ending(installation: Installation) -> Iterator[Installation]:
    """Hand over an installation, then end what still runs in it."""
    yield installation
    for pid in installation.pids():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    assert installation.ends()


@pytest.fixture
def state() -> Iterator[Path]:
    """An empty directory."""
    root = _open_directory()
    yield root
    shutil.rmtree(root)


@pytest.fixture
def installation(ready_made: Path) -> Iterator[Installation]:
    """Services that do not run yet; whatever the test leaves running is ended."""
    with copied_state(ready_made) as root:
        yield from ending(Installation(root))
