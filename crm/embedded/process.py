"""Child processes that cannot outlive the process that started them.

Linux kills a child with its parent only when asked: ``prctl(PR_SET_PDEATHSIG)`` makes the
kernel send the child a signal when the thread that forked it dies, whatever killed that thread.
So children are started from the main thread only, and each sits in a process group of its own so
that a Ctrl-C in the terminal reaches the supervisor alone, which then stops them in order.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)

# A child that dies this often within the window is broken, not unlucky.
RESTART_LIMIT = 6
RESTART_WINDOW_SECONDS = 60.0


class EmbeddedError(Exception):
    """The embedded services cannot do what was asked; the text is meant for a person."""


@dataclass(frozen=True)
class Account:
    """The unprivileged account that the servers run as when we are root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Program:
    """How one child is started and stopped."""

    name: str
    argv: Sequence[str]
    log: Path
    cwd: Path
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 20.0
    environ: Mapping[str, str] | None = None
    account: Account | None = None
    keep_open: tuple[int, ...] = ()


def _die_with_parent(parent: int, death_signal: signal.Signals) -> Callable[[], None]:
    def ask_kernel() -> None:
        if _LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0) != 0:
            os._exit(127)
        # The parent may have died between fork and prctl: then no signal would ever come.
        if os.getppid() != parent:
            os._exit(127)

    return ask_kernel


def start(program: Program) -> subprocess.Popen[bytes]:
    """Start a child in its own process group; it gets its stop signal when we die.

    Raises EmbeddedError when called from another thread than the main one, because the kernel
    ties the death signal to the calling thread.
    """
    if threading.current_thread() is not threading.main_thread():
        raise EmbeddedError("Child processes are started from the main thread only.")
    account = program.account
    with program.log.open("ab") as log:
        return subprocess.Popen(
            list(program.argv),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=program.cwd,
            env=None if program.environ is None else dict(program.environ),
            process_group=0,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            pass_fds=program.keep_open,
            # Safe: we are the main thread, and the function only makes two system calls.
            preexec_fn=_die_with_parent(os.getpid(), program.stop_signal),  # noqa: PLW1509
        )


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def stop(program: Program, process: subprocess.Popen[bytes]) -> None:
    """Stop one child politely, then without asking; nothing of its group is left afterwards."""
    if process.poll() is None:
        process.send_signal(program.stop_signal)
        try:
            process.wait(program.stop_seconds)
        except subprocess.TimeoutExpired:
            _signal_group(process, signal.SIGKILL)
            process.wait()
    _signal_group(process, signal.SIGKILL)


@dataclass
class Child:
    """A program that is kept running: started again, a little later each time, when it dies."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)
    start_again_at: float = 0.0

    def start(self) -> None:
        """Start it now."""
        self.process = start(self.program)

    def stop(self) -> None:
        """Stop it; does nothing when it is not running."""
        if self.process is not None:
            stop(self.program, self.process)
            self.process = None

    def keep_running(self, now: float) -> str | None:
        """Start the child again if it died; ``now`` is a monotonic clock in seconds.

        Returns a line for the log when something happened. Raises EmbeddedError when it keeps
        dying.
        """
        if self.process is None:
            if now >= self.start_again_at:
                self.start()
                return f"{self.program.name} started again"
            return None
        status = self.process.poll()
        if status is None:
            return None
        _signal_group(self.process, signal.SIGKILL)
        self.process = None
        self.deaths = [at for at in self.deaths if now - at < RESTART_WINDOW_SECONDS] + [now]
        if len(self.deaths) >= RESTART_LIMIT:
            raise EmbeddedError(
                f"{self.program.name} keeps stopping (last status {status}). "
                f"Its log: {self.program.log}"
            )
        self.start_again_at = now + 0.25 * 2 ** len(self.deaths)
        return f"{self.program.name} stopped with status {status}"


def stop_all(children: Sequence[Child]) -> None:
    """Stop children in the reverse of the order they were started in."""
    for child in reversed(children):
        child.stop()


def wait_until(
    ready: Callable[[], bool], *, seconds: float, alive: Callable[[], bool], every: float = 0.03
) -> bool:
    """Poll ``ready`` until it holds; gives up after ``seconds`` or when ``alive`` fails."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not alive():
            return False
        if ready():
            return True
        time.sleep(every)
    return False
