"""The rendering process: `python -m core.pdf.child`.

Started by `core.pdf.worker` with a clean environment: no settings, no secrets. It reads jobs
from standard input and answers on standard output, one frame each (`core.pdf.wire`). After
warming up it locks itself down: no sockets, no subprocesses, no file but fonts, styles and
Python's own modules. It ends when the pipe closes, or when nothing came for five minutes.
"""

import ctypes.util
import gc
import os
import resource
import select
import sys
import sysconfig
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.pdf import wire
from core.pdf.fontset import missing_fonts

if TYPE_CHECKING:
    from core.pdf.engine import Engine

IDLE_SECONDS: Final = 300
_PACKAGE_DIR: Final = Path(__file__).resolve().parent

Reply = tuple[dict[str, Any], Sequence[bytes]]


def main() -> int:
    """Serve jobs until the pipe closes. Returns the exit status."""
    protocol = _take_over_stdout()
    try:
        engine = _start_engine()
    except _UnableToStart as error:
        _answer(protocol, {"ok": False, "kind": error.kind, "detail": str(error)})
        return 1
    _lock_down()
    _answer(protocol, {"ok": True})
    while select.select([0], [], [], IDLE_SECONDS)[0]:
        try:
            header, blobs = wire.decode(_read_exactly)
        except EOFError:
            return 0
        reply, payload = _attempt(engine, header, blobs)
        _answer(protocol, reply, payload)
        if reply.get("kind") == "memory":
            # The heap is in pieces after a refused allocation; a fresh process is safer.
            return 1
    return 0


class _UnableToStart(Exception):
    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


def _start_engine() -> "Engine":
    font_dir = Path(os.environ["FONTCONFIG_FILE"]).parent
    if missing := missing_fonts(font_dir):
        raise _UnableToStart("fonts", ", ".join(missing))
    ctypes.util.find_library = _find_by_full_name_only
    try:
        from core.pdf.engine import Engine  # only after the fonts are known
    except (ImportError, OSError) as error:
        raise _UnableToStart("libraries", str(error)) from error
    engine = Engine(font_dir)
    for text in _WARM_UP:
        engine.render(text, styles=("pdf",), assets={}, mark_missing=False)
    gc.collect()
    # What is alive now lives as long as the process: the collector need not walk it again.
    gc.freeze()
    return engine


def _find_by_full_name_only(name: str) -> str | None:
    """Answers weasyprint's question for libraries by names like `pango-1.0` with "none such".

    It then asks for `libpango-1.0.so.0`, which the loader finds by itself. For each name before
    that one, ctypes would start ldconfig, gcc and ld: a third of the time that a start takes.
    """
    return None


_WARM_UP: Final = (
    '<html lang="en"><h1>Account</h1><p>Total <b>1,234.50</b> €</p>'
    "<table><thead><tr><th>No.<tbody><tr><td class=num>1</table>",
    '<html lang="zh-Hans"><h1>函</h1><p>应付 <b>壹</b> 元</p>',
)


def _take_over_stdout() -> int:
    """Keep the pipe for frames only: whatever a library prints goes to standard error."""
    protocol = os.dup(1)
    os.dup2(2, 1)
    return protocol


def _read_exactly(length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        part = os.read(0, min(length - len(parts), 1 << 20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _answer(protocol: int, header: Mapping[str, Any], blobs: Sequence[bytes] = ()) -> None:
    view = memoryview(wire.encode(header, blobs))
    while view:
        view = view[os.write(protocol, view) :]


def _attempt(engine: "Engine", header: dict[str, Any], blobs: list[bytes]) -> Reply:
    from core.pdf.engine import JobFailed

    _violations.clear()
    _set_limits(cpu_seconds=int(header["cpu_seconds"]), memory=int(header["memory_bytes"]))
    try:
        reply, payload = _JOBS[str(header["op"])](engine, header, blobs)
    except JobFailed as error:
        return _refusal(error.kind, error.detail), ()
    # A library in C that was refused memory may forget to say so (a SystemError).
    except (MemoryError, SystemError):
        return _refusal("memory"), ()
    # Whatever a library raises on a hostile document must not end the process.
    except Exception as error:  # noqa: BLE001
        detail = f"{type(error).__name__}: {error}"[:300]
        return _refusal("fetch" if _violations else "document", detail), ()
    if _violations:
        return _refusal("fetch", _violations[0]), ()
    return reply | {"ok": True, **_usage()}, payload


def _refusal(kind: str, detail: str = "") -> dict[str, Any]:
    return {"ok": False, "kind": kind, "detail": detail, **_usage()}


def _render(engine: "Engine", header: dict[str, Any], blobs: list[bytes]) -> Reply:
    text, *contents = blobs
    done = engine.render(
        text.decode(),
        styles=header["styles"],
        assets=dict(zip(header["assets"], contents, strict=True)),
        mark_missing=header["mark_missing"],
    )
    return {"pages": done.pages, "notes": done.notes}, (done.pdf,)


def _merge(engine: "Engine", header: dict[str, Any], blobs: list[bytes]) -> Reply:
    from core.pdf.merging import merge  # most children never merge

    merged = merge(engine, header, blobs)
    return {"pages": merged.pages}, (merged.pdf,)


def _count(_engine: "Engine", _header: dict[str, Any], blobs: list[bytes]) -> Reply:
    from core.pdf.merging import count_pages

    return {"counts": [count_pages(blob) for blob in blobs]}, ()


_JOBS: Final[Mapping[str, Callable[["Engine", dict[str, Any], list[bytes]], Reply]]] = {
    "render": _render,
    "merge": _merge,
    "count": _count,
}


def _set_limits(*, cpu_seconds: int, memory: int) -> None:
    """Bound this job. Processor time is counted from now; passing it ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    ceiling = int(used.ru_utime + used.ru_stime) + cpu_seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (ceiling, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_AS, (memory, resource.RLIM_INFINITY))


def _usage() -> dict[str, Any]:
    """What this process holds and has used so far: bytes of memory, seconds of processor."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"resident": _resident_bytes(), "cpu_seconds": used.ru_utime + used.ru_stime}


def _resident_bytes() -> int:
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  hot, and no Path is needed
        return int(file.read().split()[1]) * resource.getpagesize()


# --- locked down -------------------------------------------------------------------------

_violations: list[str] = []
_REFUSED_EVENTS: Final = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "shutil.",
    "tempfile.",
    "urllib.",
    "ftplib.",
    "http.client.",
)


def _lock_down() -> None:
    """Refuse, from now on, what no document needs: a second wall behind the asset fetcher."""
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Standard error is a file of the parent's; nothing else is ever written.
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    paths = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    readable = (*sorted(paths), str(_PACKAGE_DIR), str(Path(os.environ["FONTCONFIG_FILE"]).parent))

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            _check_open(arguments, readable)
        elif event.startswith(_REFUSED_EVENTS):
            _violations.append(f"{event} {arguments[:1]!r}"[:200])
            raise PermissionError(event)

    sys.addaudithook(refuse)


def _check_open(arguments: tuple[Any, ...], readable: Sequence[str]) -> None:
    path, _mode, flags = arguments
    if isinstance(path, int) or path == "/proc/self/statm":
        return
    name = os.path.realpath(os.fsdecode(path))
    writes = bool(flags) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    if writes or not name.startswith(tuple(f"{root}{os.sep}" for root in readable)):
        _violations.append(f"open {name}"[:200])
        raise PermissionError(name)


if __name__ == "__main__":
    sys.exit(main())
