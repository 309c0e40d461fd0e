"""One background process per state directory that keeps Postgres and Valkey running.

Who may do what is settled by file locks, which the kernel drops when a process dies, however it
dies:

``users.lock``
    Held shared by everyone who uses the services. When the supervisor can have it exclusively,
    nobody is left, and it stops.
``start.lock``
    Held by whoever starts the supervisor, so that two who ask at once start one.
``supervisor.lock``
    Held by the supervisor: it is alive.
``servers.lock``
    Held by the supervisor and inherited by Postgres and Valkey: some server may still touch the
    data. A new supervisor waits for it, so no data directory ever has two servers.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from types import FrameType
from typing import TypeVar

from crm.embedded.process import Child, EmbeddedError, stop_all
from crm.embedded.servers import Postgres, Valkey
from crm.embedded.state import CHECKOUT, State, port_is_free, sticky_port

POLL_SECONDS = 0.3
# How long a new supervisor waits for the servers of a killed one to finish writing.
HANDOVER_SECONDS = 90.0

_Server = TypeVar("_Server", Postgres, Valkey)


@dataclass(frozen=True)
class Services:
    """Where the running services are."""

    database_url: str
    redis_url: str
    supervisor_pid: int


# --- the user's side ----------------------------------------------------------------------------


def attach(state: State) -> tuple[Services, int]:
    """Use the services of a state directory, starting them if nobody has.

    Returns where they are and the descriptor of the shared lock: the services run for as long as
    some process keeps one open. Raises EmbeddedError when they cannot be started.
    """
    state.prepare()
    user = state.lock("users.lock")
    fcntl.flock(user, fcntl.LOCK_SH)  # waits while a supervisor is stopping
    turn = state.lock("start.lock")
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        found = running(state)
        if found is None:
            _start_supervisor(state)
            found = running(state)
    except BaseException:
        os.close(user)
        raise
    finally:
        os.close(turn)
    if found is None:
        os.close(user)
        raise EmbeddedError(f"The embedded services stopped at once. Logs: {state.logs}")
    return found, user


def running(state: State) -> Services | None:
    """Where the services are, or None when they are not running."""
    if not state.root.is_dir() or not state.locked("supervisor.lock"):
        return None
    try:
        return Services(**json.loads(state.services.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _start_supervisor(state: State) -> None:
    with (state.logs / "supervisor.log").open("ab") as log:
        command = [sys.executable, "-m", "crm.embedded", "serve", str(state.root)]
        if not state.durable:
            command.append("--for-tests")
        # A session of its own: a Ctrl-C in this terminal is not meant for other users of it.
        launcher = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
        assert launcher.stdout is not None
        with launcher.stdout:
            answer = launcher.stdout.read().decode(errors="replace").strip()
        launcher.wait()
    if answer != "ready":
        raise EmbeddedError(answer or f"The embedded services did not start. Logs: {state.logs}")


# --- the supervisor's side ----------------------------------------------------------------------


class _Stop(Exception):
    """Somebody asked the supervisor to stop."""


def _stop_on_signal(_number: int, _frame: FrameType | None) -> None:
    raise _Stop


def serve(state: State) -> int:
    """Run the services until nobody uses them. Says ``ready`` or what went wrong on stdout.

    Returns the exit status.
    """
    state.prepare()
    if os.fork():  # The one who asked must not have us as a child to reap.
        return 0
    answer = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    children: list[Child] = []
    try:
        _take_over(state)
        signal.signal(signal.SIGTERM, _stop_on_signal)
        signal.signal(signal.SIGINT, _stop_on_signal)
        services = _start_servers(state, children)
        state.write(state.services.name, json.dumps(services.__dict__))
        os.write(answer, b"ready\n")
        os.close(answer)
        answer = -1
        _keep_running(state, children)
    except (_Stop, EmbeddedError) as error:
        _log(str(error) or "told to stop")
        if answer >= 0:
            os.write(answer, f"{error}\n".encode())
            return 1
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        state.services.unlink(missing_ok=True)
        stop_all(children)
        _log("stopped")
    return 0


def _take_over(state: State) -> None:
    # Never closed: the kernel gives the locks back when the process ends.
    fcntl.flock(state.lock("supervisor.lock"), fcntl.LOCK_EX | fcntl.LOCK_NB)
    state.services.unlink(missing_ok=True)


def _inherited_lock(state: State) -> int:
    lock = state.lock("servers.lock")
    deadline = time.monotonic() + HANDOVER_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise EmbeddedError(
                    f"A server of an earlier run still holds {state.root} and does not stop."
                ) from error
            time.sleep(0.05)
        else:
            return lock


def _start_servers(state: State, children: list[Child]) -> Services:
    lock = _inherited_lock(state)
    try:
        postgres = _start_one(Postgres, state, lock, children)
    except EmbeddedError:
        if state.durable:
            raise
        # Tests run without fsync, so a power cut may have ruined their cluster: make a new one.
        shutil.rmtree(state.postgres_data, ignore_errors=True)
        postgres = _start_one(Postgres, state, lock, children)
    valkey = _start_one(Valkey, state, lock, children)
    return Services(postgres.url, valkey.url, os.getpid())


def _start_one(kind: type[_Server], state: State, lock: int, children: list[Child]) -> _Server:
    while True:
        server = kind(state, sticky_port(state, kind.__name__.lower()), (lock,))
        server.create()
        child = Child(server.program())
        children.append(child)
        child.start()
        try:
            server.wait(child)
        except EmbeddedError:
            stop_all([children.pop()])
            # Somebody else took the port between our look and the start: take another.
            if port_is_free(server.port):
                raise
            continue
        _log(f"{child.program.name} is up on port {server.port}")
        return server


def _keep_running(state: State, children: list[Child]) -> None:
    users = state.lock("users.lock")
    while True:
        time.sleep(POLL_SECONDS)
        for child in children:
            event = child.keep_running(time.monotonic())
            if event:
                _log(event)
        try:
            # Kept until we exit, so that whoever asks meanwhile waits and then starts afresh.
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        _log("nobody uses the services any more")
        return


def _log(line: str) -> None:
    stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    print(f"{stamp} supervisor[{os.getpid()}] {line}", file=sys.stderr, flush=True)
