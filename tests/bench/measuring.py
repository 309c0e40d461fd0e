"""Measuring ours beside its floor: in turns, in one run, so that a noisy machine slows both."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

Row = dict[str, Any]
Work = Callable[[], object]


def milliseconds(work: Work) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _rolled_back(work: Work) -> float:
    """The same for work that writes: its deferred checks are in the time, its rows are not kept."""
    with transaction.atomic():
        taken = milliseconds(lambda: _with_checks(work))
        transaction.set_rollback(True)
    return taken


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
    rounds: int = 7,
    writes: bool = False,
    note: str = "",
) -> Row:
    """One row: the medians of ours and of the floor, taken in turns after one warm-up each."""
    clock = _rolled_back if writes else milliseconds
    mine, theirs = [], []
    for turn in range(rounds + 1):
        if floor:
            theirs.append(clock(floor))
        mine.append(clock(ours))
        if turn == 0:
            mine.clear()
            theirs.clear()
    ours_ms = statistics.median(mine)
    floor_ms = statistics.median(theirs) if theirs else None
    return {
        "work": work,
        "size": size,
        "ours_ms": round(ours_ms, 3),
        "floor_ms": None if floor_ms is None else round(floor_ms, 3),
        "ratio": None if not floor_ms else round(ours_ms / floor_ms, 2),
        "goal": goal,
        "note": note,
    }


def is_met(row: Row) -> bool | None:
    """Whether a row reaches its goal; None when it has none that a number decides.

    A goal reads `<= 1.5` (of the floor), `<= 100 ms`, or holds both joined with `and`. A row
    that knows better says so itself, under `met`.
    """
    if "met" in row:
        return bool(row["met"])
    verdicts = []
    for limit, unit in re.findall(r"<= ([\d.,]+)( ms)?", str(row["goal"])):
        value = row["ours_ms"] if unit else row["ratio"]
        if value is None:
            return None
        verdicts.append(float(value) <= float(limit.replace(",", "")))
    return all(verdicts) if verdicts else None
