"""Rows of a run as the text of docs/benchmarks.md."""

from __future__ import annotations

import datetime as dt
import math
import os
import platform
from pathlib import Path

import psycopg2

from tests.bench.measuring import Row, is_met

PATH = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"

HEAD = """# Benchmarks

Written by `make bench`; measured {date} on {machine}.

Every figure of ours is taken in turns with its floor, in one run: the least that could be
called the same work, in raw SQL fetched to Python (or bare WeasyPrint, tuned). Times are
medians in milliseconds. Only the ratios of one run mean something: the same machine is faster
or slower by tens of percent from hour to hour. The goals are the project's own; a goal in
milliseconds that names the peer is a share of what Tryton 8.0 took for the same ledger.
"""


def as_markdown(rows: list[Row]) -> str:
    """The whole document."""
    parts = [HEAD.format(date=dt.datetime.now(tz=dt.UTC).date().isoformat(), machine=_machine())]
    for ledger in sorted({row["ledger"] for row in rows}):
        own = [row for row in rows if row["ledger"] == ledger]
        parts.append(_section(f"{ledger:,} invoices, {ledger // 10:,} clients", own))
    growth = _growth(rows)
    if growth:
        parts.append(growth)
    missed = [row for row in rows if is_met(row) is False]
    parts.append(_missed(missed))
    return "\n".join(parts)


def _section(title: str, rows: list[Row]) -> str:
    lines = [
        f"## {title}\n",
        "| work | rows | ours, ms | floor, ms | ratio | goal | |",
        "|---|---:|---:|---:|---:|---|---|",
    ]
    notes = []
    for row in rows:
        verdict = {True: "met", False: "**missed**", None: ""}[is_met(row)]
        lines.append(
            f"| {row['work']} | {row['size']:,} | {_number(row['ours_ms'])}"
            f" | {_number(row['floor_ms'])} | {_number(row['ratio'])} | {row['goal']}"
            f" | {verdict} |"
        )
        if row.get("note"):
            notes.append(f"- {row['work']}: {row['note']}")
    text = "\n".join(lines) + "\n"
    return text + ("\n" + "\n".join(notes) + "\n" if notes else "")


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:,.2f}" if value >= 1 else f"{value:.3f}"


def _growth(rows: list[Row]) -> str:
    """How the time grows from the smallest to the largest ledger: 1 is in proportion, 0 is flat."""
    by_work: dict[str, list[Row]] = {}
    for row in rows:
        by_work.setdefault(row["work"], []).append(row)
    lines = []
    for work, own in by_work.items():
        small, large = own[0], own[-1]
        if small["ledger"] == large["ledger"] or not small["ours_ms"]:
            continue
        span = math.log(large["ledger"] / small["ledger"])
        exponent = math.log(large["ours_ms"] / small["ours_ms"]) / span
        lines.append(f"| {work} | {exponent:.2f} |")
    if not lines:
        return ""
    head = "## Growth\n\nTime grows with the ledger's size to this power.\n\n"
    return head + "| work | exponent |\n|---|---:|\n" + "\n".join(lines) + "\n"


def _missed(rows: list[Row]) -> str:
    if not rows:
        return "Every goal that a number decides was met.\n"
    lines = [
        f"- {row['work']} at {row['ledger']:,}: {row['goal']} wanted,"
        f" {_number(row['ours_ms'])} ms, ratio {_number(row['ratio'])}"
        for row in rows
    ]
    return "## Missed\n\n" + "\n".join(lines) + "\n"


def _machine() -> str:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    load = os.getloadavg()[2]
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()},"
        f" Python {platform.python_version()}, {_postgres()} with default durability;"
        f" load average of the last 15 minutes {load:.1f}"
    )


def _postgres() -> str:
    with psycopg2.connect(os.environ["DATABASE_URL"]) as connection:
        version = connection.server_version
    return f"Postgres {version // 10000}.{version % 10000}"
