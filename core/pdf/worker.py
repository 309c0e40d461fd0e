"""One rendering process and its pipes, seen from the service. Standard library only."""

import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from core.pdf import wire
from core.pdf.fontset import FONTS_CONF

_START_SECONDS: Final = 60.0
_PROJECT_DIR: Final = Path(__file__).resolve().parents[2]
# Passed on because the loader and Python need them; nothing else of the environment is.
_KEPT_VARIABLES: Final = ("PATH", "LD_LIBRARY_PATH", "PYTHONPYCACHEPREFIX")


class WorkerFailed(Exception):
    """The process refused the job, died, or took too long. `kind` as in UnableToRenderPdf."""

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use. Beyond `wall_seconds` the process is killed from outside."""

    wall_seconds: float
    cpu_seconds: int
    memory_bytes: int


class Worker:
    """A started rendering process. Does one job at a time; the caller holds a lock."""

    def __init__(self, *, fonts_conf: Path = FONTS_CONF) -> None:
        """Start the process and wait until it is warm. Raises WorkerFailed."""
        self.jobs_done = 0
        self.resident = 0
        self.cpu_seconds = 0.0
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed in close()
        self._process = subprocess.Popen(
            [sys.executable, "-s", "-m", "core.pdf.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=_PROJECT_DIR,
            env=_environment(fonts_conf),
            # A Ctrl-C in the terminal is for the parent; the closed pipe then ends the child.
            start_new_session=True,
        )
        self._pipe = _Pipe(self._process)
        try:
            self._accept(self._receive(time.monotonic() + _START_SECONDS, _START_SECONDS)[0])
        except BaseException:
            self.close()
            raise

    @property
    def is_alive(self) -> bool:
        """False once it ended by itself (idle, recycled) or was killed."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of the rendering process."""
        return self._process.pid

    def run(
        self, header: Mapping[str, Any], blobs: Sequence[bytes], limits: Limits
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Do one job. Raises WorkerFailed; `is_alive` says whether the process survived."""
        deadline = time.monotonic() + limits.wall_seconds
        job = {
            **header,
            "cpu_seconds": limits.cpu_seconds,
            "memory_bytes": limits.memory_bytes,
        }
        try:
            self._pipe.write(wire.encode(job, blobs), deadline)
        except BrokenPipeError:
            self._raise_death(limits)
        except TimeoutError:
            self._kill_late(limits.wall_seconds)
        reply, payload = self._receive(deadline, limits.wall_seconds, limits)
        self.jobs_done += 1
        self.resident = int(reply.get("resident", 0))
        self.cpu_seconds = float(reply.get("cpu_seconds", 0))
        if reply.get("kind") == "memory":
            # It ends by itself after this (see the child), but the next job may come sooner.
            self._process.kill()
            self._process.wait()
        self._accept(reply)
        return reply, payload

    @staticmethod
    def _accept(reply: Mapping[str, Any]) -> None:
        if not reply["ok"]:
            raise WorkerFailed(str(reply["kind"]), str(reply["detail"]))

    def close(self) -> None:
        """End the process, now. Safe to call twice."""
        self._pipe.close()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._errors.close()

    def _receive(
        self, deadline: float, allowed: float, limits: Limits | None = None
    ) -> tuple[dict[str, Any], list[bytes]]:
        try:
            return wire.decode(lambda length: self._pipe.read(length, deadline))
        except TimeoutError:
            self._kill_late(allowed)
        except (EOFError, wire.BrokenFrame):
            self._raise_death(limits)
        raise AssertionError("unreachable")

    def _kill_late(self, allowed: float) -> None:
        self._process.kill()
        self._process.wait()
        raise WorkerFailed("timeout", f"{allowed:g}")

    def _raise_death(self, limits: Limits | None) -> None:
        self._process.kill()
        status, most_held = self._wait_for_usage()
        if status == -signal.SIGXCPU:
            raise WorkerFailed("cpu")
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 500))
        last_words = self._errors.read().decode(errors="replace")
        # What is refused memory may fall over without a word, in C and in Python. The limit is on
        # addresses, of which a process holds a part; more than half of it held tells why.
        was_full = limits is not None and most_held * 2 > limits.memory_bytes
        if was_full or "MemoryError" in last_words or "failed to allocate" in last_words:
            raise WorkerFailed("memory")
        name = signal.Signals(-status).name if status < 0 else f"exit {status}"
        raise WorkerFailed("crash", f"{name} {last_words.strip()[-200:]}".strip())

    def _wait_for_usage(self) -> tuple[int, int]:
        """How it ended (as `Popen.returncode` says it), and the most bytes it ever held."""
        if self._process.returncode is not None:
            return self._process.returncode, 0
        try:
            _pid, status, usage = os.wait4(self._process.pid, 0)
        except ChildProcessError:  # somebody else has waited for it
            return self._process.wait(), 0
        self._process.returncode = os.waitstatus_to_exitcode(status)
        return self._process.returncode, usage.ru_maxrss * 1024


def _environment(fonts_conf: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | {
        "FONTCONFIG_FILE": str(fonts_conf),
        "HOME": "/nonexistent",
        "LANG": "C.UTF-8",
        # Same context, same bytes: sets of strings must not change their order by chance.
        "PYTHONHASHSEED": "0",
        "PYTHONUNBUFFERED": "1",
        # Give big blocks back to the system at once: 112 MB held instead of 139.
        "MALLOC_MMAP_THRESHOLD_": "65536",
        "MALLOC_TRIM_THRESHOLD_": "65536",
    }


class _Pipe:
    """Both ends of the conversation, never blocking past a deadline (monotonic seconds)."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("The process was started without pipes.")
        self._stdin, self._stdout = process.stdin, process.stdout
        os.set_blocking(self._stdin.fileno(), False)
        os.set_blocking(self._stdout.fileno(), False)

    def write(self, data: bytes, deadline: float) -> None:
        """Raises BrokenPipeError when the process is gone, TimeoutError when it does not read."""
        view = memoryview(data)
        while view:
            _wait(self._stdin.fileno(), selectors.EVENT_WRITE, deadline)
            try:
                view = view[os.write(self._stdin.fileno(), view) :]
            except BlockingIOError:
                continue

    def read(self, length: int, deadline: float) -> bytes:
        """Exactly `length` bytes. Raises EOFError or TimeoutError."""
        parts = bytearray()
        while len(parts) < length:
            _wait(self._stdout.fileno(), selectors.EVENT_READ, deadline)
            try:
                part = os.read(self._stdout.fileno(), min(length - len(parts), 1 << 20))
            except BlockingIOError:
                continue
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)

    def close(self) -> None:
        for stream in (self._stdin, self._stdout):
            try:
                stream.close()
            except BrokenPipeError:
                continue


def _wait(descriptor: int, event: int, deadline: float) -> None:
    left = deadline - time.monotonic()
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, event)
        if left <= 0 or not selector.select(left):
            raise TimeoutError
