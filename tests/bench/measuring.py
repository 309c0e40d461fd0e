"""Measuring ours beside its floor: in turns, in one run, so that a noisy machine slows both.

Two times are taken. The clock is what a user waits. *Busy* is the processor time of this
process and of its Postgres backend: other work on the machine stretches the clock several
times over, busy time only a little. On an idle machine the two agree for everything here but
the wait for the disk at commit. Ratios and goals are judged by busy time.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection, transaction

Row = dict[str, Any]
Work = Callable[[], object]


# From so many rows on a single call takes long enough to say much.
LARGE = 200_000


def rounds_for(size: int, *, quick: bool, usual: int) -> int:
    """How often to measure work on a ledger: once to see that it runs, less often where large."""
    if quick:
        return 1
    return max(usual // 2, 1) if size > LARGE else usual


class Took(NamedTuple):
    """Milliseconds of one call: by the clock, and of the processor."""

    clock: float
    busy: float


def _processor_ns(backend: Path | None) -> int:
    told = int(backend.read_text().split()[0]) if backend else 0
    return time.process_time_ns() + told


def _backend() -> Path | None:
    """Where the kernel tells the processor time of our Postgres backend, if it runs here."""
    connection.ensure_connection()
    path = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return path if path.exists() and "postgres" in path.with_name("comm").read_text() else None


def take(work: Work) -> Took:
    """How long one call takes."""
    backend = _backend()
    busy, started = _processor_ns(backend), time.perf_counter()
    work()
    clock = (time.perf_counter() - started) * 1000
    return Took(clock, (_processor_ns(backend) - busy) / 1e6 if backend else clock)


def _take_back(work: Work) -> Took:
    """The same for work that writes: its deferred checks are in the time, its rows are not kept."""
    with transaction.atomic():
        allow_silence()
        taken = take(lambda: _with_checks(work))
        transaction.set_rollback(True)
    return taken


def allow_silence() -> None:
    """Let this transaction say nothing for as long as it takes: a file is read in Python."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def _with_checks(work: Work) -> None:
    work()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def compare(
    *,
    work: str,
    size: int,
    ours: Work,
    floor: Work | None = None,
    goal: str = "",
    growth: float | None = None,
    rounds: int = 7,
    warm_up: bool = True,
    writes: bool = False,
    note: str = "",
) -> Row:
    """One row: the medians of ours and of the floor, taken in turns after one warm-up each.

    `growth` is the highest power of the ledger's size that the time may grow with. Without
    `warm_up` the caller has seen to it.
    """
    timed = _take_back if writes else take
    mine: list[Took] = []
    theirs: list[Took] = []
    for turn in range(rounds + warm_up):
        pair = (timed(floor) if floor else None, timed(ours))
        if turn < warm_up:
            continue
        mine.append(pair[1])
        if pair[0]:
            theirs.append(pair[0])
    busy = statistics.median(took.busy for took in mine)
    floor_busy = statistics.median(took.busy for took in theirs) if theirs else None
    return {
        "work": work,
        "size": size,
        "clock_ms": statistics.median(took.clock for took in mine),
        "ours_ms": busy,
        "floor_ms": floor_busy,
        "ratio": busy / floor_busy if floor_busy else None,
        "goal": goal,
        "growth": growth,
        "note": note,
    }


def goal_of(row: Row) -> str:
    """The goal as text; a bare number means so many floors."""
    goal = row.get("goal") or ""
    return f"<= {goal:g}" if isinstance(goal, int | float) else str(goal)


def is_met(row: Row) -> bool | None:
    """Whether a row reaches its goal; None when it has none that a number decides.

    A goal reads `<= 1.5` (of the floor), `<= 100 ms`, or holds both joined with `and`. A row
    that knows better says so itself, under `met`. Milliseconds are those of the machine that the
    goals were set on: a machine that is `slow` times slower has so many times longer.
    """
    if "met" in row:
        return bool(row["met"])
    verdicts = []
    for limit, unit in re.findall(r"<= ([\d.,]+)( ms)?", goal_of(row)):
        value = row["ours_ms"] / row.get("slow", 1) if unit else row["ratio"]
        if value is None:
            return None
        verdicts.append(float(value) <= float(limit.replace(",", "")))
    return all(verdicts) if verdicts else None
