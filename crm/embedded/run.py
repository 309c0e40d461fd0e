"""``make run``: the whole product on one machine, until Ctrl-C.

Web server, Celery worker, beat and (without EMAIL_URL) the mail catcher run under this process,
the embedded services under their own supervisor. Whatever dies is started again; when this
process dies, however it dies, everything else follows.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from crm import embedded
from crm.embedded.process import Child, EmbeddedError, Program, stop_all, wait_until
from crm.embedded.state import CHECKOUT, State, default_root, port_is_free
from crm.embedded.supervisor import attach, running

POLL_SECONDS = 0.5
PORTS_TRIED = 50
LOG_LIMIT_BYTES = 20 * 1024 * 1024
DEMO_LOGINS = "demo-logins.txt"


@dataclass
class Site:
    """One running installation: its state, its address, its processes."""

    state: State
    host: str
    port: int
    embedded: bool
    environ: dict[str, str]
    children: list[Child] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where a browser on this machine finds it."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104  # only compared
        return f"http://{host}:{self.port}"


class _StopError(Exception):
    """Ctrl-C, SIGTERM, or the terminal was closed."""


def _stop_on_signal(_number: int, _frame: FrameType | None) -> None:
    raise _StopError


def run(*, host: str, port: int) -> int:
    """Start everything, say where it is, keep it running until told to stop.

    ``port`` is the first one tried. Returns the exit status.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop_on_signal)
    started = time.monotonic()
    children: list[Child] = []
    try:
        site = _prepare(host=host, port=port)
        children = site.children
        _start(site)
        print(_welcome(site, seconds=time.monotonic() - started), flush=True)
        _keep_running(site)
    except _StopError:
        print("\nStopping ...", flush=True)
        return 0
    except EmbeddedError as error:
        print(f"dunwell: {error}", file=sys.stderr)
        return 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        stop_all(children)
    return 0


# --- getting ready ------------------------------------------------------------------------------


def _prepare(*, host: str, port: int) -> Site:
    own_services = not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))
    if own_services:
        print("Starting Postgres and Valkey ...", flush=True)
    embedded.ensure()
    state = State(default_root())
    state.prepare()
    _refuse_second(state)
    site = Site(state, host, _free_port(host, port), own_services, dict(os.environ))
    state.write("web.port", str(site.port))
    site.environ.setdefault("SITE_URL", site.url)
    site.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    if not site.environ.get("EMAIL_URL"):
        state.write("mail.port", str(_free_port("127.0.0.1", state.port("mail", default=2525))))
    # WhiteNoise warns on every start when the directory is not there.
    Path(site.environ.get("STATIC_ROOT", CHECKOUT / ".static")).mkdir(parents=True, exist_ok=True)
    _manage(site, "prepare", *(["--demo"] if _wants_demo(site) else []))
    return site


def _wants_demo(site: Site) -> bool:
    # Accounts with a printed password never go into somebody's real database unasked.
    asked = os.environ.get("DUNWELL_DEMO", "")
    return asked == "1" or (asked != "0" and site.embedded)


def _refuse_second(state: State) -> None:
    lock = state.lock("run.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        port = state.port("web", default=0)
        raise EmbeddedError(
            f"Dunwell already runs here, on port {port}. Stop it with Ctrl-C in its terminal, "
            f"or set DUNWELL_STATE to another directory for a second one."
        ) from error


def _free_port(host: str, first: int) -> int:
    for port in range(first, first + PORTS_TRIED):
        if port_is_free(port, host):
            return port
    raise EmbeddedError(f"No free port from {first} to {first + PORTS_TRIED - 1}. Set PORT.")


def _manage(site: Site, *arguments: str) -> None:
    command = [sys.executable, "manage.py", *arguments]
    # What the command says is for who waits here; the log of each task it leaves behind is not.
    environ = {"LOG_LEVEL": "WARNING", **site.environ}
    status = subprocess.run(command, cwd=CHECKOUT, env=environ, check=False).returncode
    if status != 0:
        raise EmbeddedError(f"manage.py {arguments[0]} failed (status {status}).")


# --- the processes ------------------------------------------------------------------------------


def _commands(site: Site) -> Mapping[str, list[str]]:
    python = [sys.executable, "-m"]
    commands = {
        "mail": [
            *(*python, "crm.mailcatcher", "--port", str(site.state.port("mail", default=2525))),
            *("--maildir", str(site.state.root / "mail")),
        ],
        "web": [
            *(*python, "granian", "--interface", "wsgi", "--no-ws", "--host", site.host),
            *("--port", str(site.port), "--workers", site.environ.get("WEB_WORKERS", "1")),
            *("--blocking-threads", site.environ.get("WEB_THREADS", "4")),
            *("--respawn-failed-workers", "crm.wsgi:application"),
        ],
        "worker": [
            *(*python, "celery", "-A", "crm.celery", "worker", "--loglevel", "INFO"),
            *("--concurrency", site.environ.get("WORKER_PROCESSES", "2")),
            *("--without-gossip", "--without-mingle"),
        ],
        "beat": [
            *(*python, "celery", "-A", "crm.celery", "beat", "--loglevel", "INFO", "--pidfile="),
            *("--schedule", str(site.state.root / "beat-schedule")),
        ],
    }
    if site.environ.get("EMAIL_URL"):
        del commands["mail"]
    return commands


def _start(site: Site) -> None:
    for name, argv in _commands(site).items():
        log = site.state.logs / f"{name}.log"
        _turn_over(log)
        child = Child(Program(name, argv, log, CHECKOUT, environ=site.environ))
        site.children.append(child)
        child.start()
        if name == "web":
            # Alone until it answers: the page is what a person waits for.
            _wait_for_web(site, child)


def _wait_for_web(site: Site, web: Child) -> None:
    def alive() -> bool:
        return web.process is not None and web.process.poll() is None

    if not wait_until(lambda: _answers(site.url), seconds=120, alive=alive, every=0.1):
        raise EmbeddedError(f"The web server did not start. Its log: {web.program.log}")


def _turn_over(log: Path) -> None:
    # Once at each start is enough for a development log.
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".log.1"))


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:  # noqa: S310  # ours
            return bool(answer.status == 200)  # noqa: PLR2004  # OK
    except (urllib.error.URLError, OSError):
        return False


def _keep_running(site: Site) -> None:
    while True:
        time.sleep(POLL_SECONDS)
        if site.embedded and running(site.state) is None:
            _bring_back_services(site)
        for child in site.children:
            event = child.keep_running(time.monotonic())
            if event:
                print(f"{time.strftime('%H:%M:%S')} {event}", flush=True)


def _bring_back_services(site: Site) -> None:
    print(f"{time.strftime('%H:%M:%S')} the embedded services died; starting them", flush=True)
    services, lock = attach(site.state)
    embedded.held_locks.append(lock)
    if services.database_url != site.environ["DATABASE_URL"]:
        raise EmbeddedError("The services came back on another port. Start again.")


# --- what a person reads ------------------------------------------------------------------------


def _welcome(site: Site, *, seconds: float) -> str:
    lines = ["", f"Dunwell is ready after {seconds:.0f} s:  {site.url}", ""]
    logins = site.state.root / DEMO_LOGINS
    if logins.exists():
        lines += [logins.read_text(encoding="utf-8").rstrip(), ""]
    else:
        lines += ["First login: .venv/bin/python manage.py createsuperuser", ""]
    if not site.environ.get("EMAIL_URL"):
        lines.append(f"Mail is caught, not sent:  {site.url}/dev/mail/")
    lines += [f"Data and logs:  {site.state.root}", "Ctrl-C stops everything; the data stays.", ""]
    return "\n".join(lines)
