"""Where one set of embedded services lives: its directory, passwords, locks and ports."""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import secrets
import socket
import stat
from dataclasses import dataclass
from pathlib import Path

from crm.embedded.process import Account, EmbeddedError

CHECKOUT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class State:
    """The directory that holds one set of embedded services.

    ``durable`` is false for the servers that only tests use: they may lose data in a crash.
    """

    root: Path
    durable: bool = True

    @property
    def postgres_data(self) -> Path:
        """The Postgres cluster."""
        return self.root / "postgres"

    @property
    def valkey_data(self) -> Path:
        """Valkey's append-only file."""
        return self.root / "valkey"

    @property
    def logs(self) -> Path:
        """One log file per child."""
        return self.root / "log"

    @property
    def services(self) -> Path:
        """URLs of the running services; there only while they run."""
        return self.root / "services.json"

    def prepare(self) -> None:
        """Create the directory, closed to others; root's must let the service account through."""
        self.root.mkdir(mode=0o755 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        self.logs.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            _refuse_unreachable(self.root)

    def write(self, name: str, text: str) -> Path:
        """Write a file of mode 0600 so that a reader never sees half of it."""
        path = self.root / name
        draft = self.root / f".{name}.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        return path

    def secret(self, name: str) -> str:
        """A password that is made once and kept."""
        path = self.root / name
        if not path.exists():
            self.write(name, secrets.token_urlsafe(32))
        return path.read_text(encoding="utf-8").strip()

    def port(self, name: str, *, default: int) -> int:
        """The TCP port noted for a service of this state, or ``default``."""
        try:
            return int((self.root / f"{name}.port").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return default

    def lock(self, name: str) -> int:
        """Open a lock file; the caller takes the lock with ``fcntl.flock``."""
        return os.open(self.root / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def locked(self, name: str) -> bool:
        """True while some process holds the lock exclusively."""
        descriptor = self.lock(name)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False


def _refuse_unreachable(root: Path) -> None:
    # Postgres refuses to run as root, and the account it runs as must be able to walk here.
    for folder in (root, *root.parents):
        if not folder.stat().st_mode & stat.S_IXOTH:
            raise EmbeddedError(
                f"Running as root, Postgres needs a state directory that other accounts can "
                f"reach, and {folder} is closed to them. Set DUNWELL_STATE to a directory "
                f"outside the home directory, for example /var/lib/dunwell."
            )


def default_root() -> Path:
    """``DUNWELL_STATE``, else ``.dunwell`` in the checkout, else (root) below ``/var/lib``.

    Root gets a directory per checkout outside any home, because Postgres then runs as an account
    that could not read it there.
    """
    named = os.environ.get("DUNWELL_STATE")
    if named:
        return Path(named).expanduser().resolve()
    if os.geteuid() != 0:
        return CHECKOUT / ".dunwell"
    mark = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
    return Path("/var/lib/dunwell") / f"{CHECKOUT.name}-{mark}"


def service_account(state: State) -> Account | None:
    """Who the servers run as: ourselves, or for root the account that already owns the data."""
    if os.geteuid() != 0:
        return None
    if state.postgres_data.exists():
        entry = pwd.getpwuid(state.postgres_data.stat().st_uid)
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    for name in ("dunwell", "postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise EmbeddedError("Running as root, Postgres needs an unprivileged account such as nobody.")


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """True when a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def sticky_port(state: State, name: str) -> int:
    """The port used last time if it is free, else another: URLs survive a restart."""
    port = state.port(name, default=0)
    if not port or not port_is_free(port):
        port = _any_port()
        state.write(f"{name}.port", str(port))
    return port
