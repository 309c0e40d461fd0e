"""Rows of a run as the text of docs/benchmarks.md."""

from __future__ import annotations

import datetime as dt
import math
import os
import platform
import re
from pathlib import Path

import psycopg2

from tests.bench.measuring import Row, goal_of, is_met

PATH = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"

HEAD = """# Benchmarks

What the product costs on ledgers of {sizes} invoices.
Each figure stands beside a *floor*: the least that could be called the same work, in raw SQL
fetched to Python (for letters: bare WeasyPrint, tuned as ours). Clients are a tenth of the
invoices; 60% of the invoices are settled, 20% open and not due, 20% overdue.

- Ours and the floor take turns in one run, after a warm-up each. Figures are medians, in
  milliseconds unless they say otherwise.
- *Clock* is what a user waits. *Busy* is processor time, of the process and of its Postgres
  backend together: other work on the machine stretches the clock several times over, busy time
  hardly. On an idle machine the two agree, but for the wait for the disk at commit.
- Ratios and goals are judged by busy time. Compare ratios, not milliseconds: the same machine is
  faster or slower by tens of percent from hour to hour, and slows both alike.
- What writes is measured in a transaction that is taken back, with its deferred checks inside
  the time. Parallel query workers are off, so that all work is counted.
- *The peer* is Tryton 8.0 (`python -O`) with the same ledger, measured in November 2026 on a
  machine of this size: 1,000 payments in 13.5 s, 200,000 dunnings made and processed in 213 s.

`make bench` measures everything and writes this page; on an idle machine it takes about half an
hour. `make bench ARGS=--quick` only shows that everything runs;
`ARGS="--sizes 100000 --only bench_aging"` narrows it down and writes nothing. Never point it at a
server whose figures matter to you: it makes and drops databases of its own there.

Measured {date} on {machine}.
"""

GOALS = """## Goals

A bare number is so many floors. Milliseconds are those of the machine that the goals were set
on, where the raw sums of all open rows by client take {yardstick} ms on these ledgers; here and
now they take {slow} times as long, and so many times less is shown here. The tables further down
show the times as they were. An empty cell was not measured.
"""

# A goal in milliseconds is worth what the machine is worth. This piece of raw SQL, the sums of
# all open rows by client, took so long where the goals were set; it is measured in every run.
YARDSTICK = "aging by client, all rows"
YARDSTICK_MS = {10_000: 2.4, 100_000: 25.0, 1_000_000: 265.0}

# Why a goal is missed, by the row's name; said where it is missed and nowhere else.
REASONS = {
    "top 50 debtors": "Only on the small ledger, where four short statements and fifty clients as"
    " objects are all of it; the time stays, the floor's grows with the ledger.",
    "dashboard figures: buckets, sales, collections, trend": "Only on the small ledger: the rollup"
    " has a few thousand rows whatever the ledger's size, the floor has as many as are open.",
    "dashboard figures as of 90 days ago": "Only on the small ledger, for the same reason.",
    "list of 200 invoices, served": "The ratio is held, the milliseconds are not: nearly all of"
    " them are spent where the floor spends them too. In a profile two fifths are reading the rows"
    " through the ORM and two fifths the templates; the rest is middleware and forms.",
    "plan and queue the reminders of all overdue invoices": "On the small ledger what is fixed (the"
    " policy, what is known of clients, the act, the outbox) shows beside the floor.",
    "1,000 receipts one by one": "Each is a transaction of its own with its locks, triggers, the"
    " rollup and an act in the client's chain, in five statements. About 70% is spent in Postgres,"
    " the larger part of that on writing the receipt and its allocations with their triggers.",
    "scores of all clients, the night after": "Only on the small ledger, where about twenty short"
    " statements, the same for any number of clients, are a third of it.",
    "scores of all clients, each one moved by a new calibration": "Not on the largest ledger:"
    " what is the same for any number of clients weighs more on the smaller ones.",
    "scores after 1 client of 100 had new facts": "Not on the largest ledger: ten clients take"
    " the same statements as a thousand, and on a small one the whole scoring takes hardly more.",
    "overdue dashboard as of 90 days ago, served": "Only on the small ledger, where drawing the"
    " figures and their table is most of the page, and the page of the floor has none to draw.",
    "import a CSV: clients, invoices, receipts, allocations": "Not on the largest ledger: the"
    " rollup has a row for each day and boundary of the file, as many in a small file as in one ten"
    " times larger. The floor is told the finished rows and"
    " stores them; ours reads every cell, matches clients, checks each row against the ledger and"
    " proves every counter and reference.",
    "completeness check of many contracts: facts and all rules": "The floor reads the contracts"
    " alone. Ours also asks the rooms above for the exposure of each client and its group, for what"
    " was let pass and for relatives of blocked debtors.",
    "facts of many contracts alone": "For the same reason.",
    "letter, zh-hans, 60 invoices": "The same letter took 1.10 to 1.33 floors in one run;"
    " it does not depend on the ledger.",
}


def as_markdown(rows: list[Row]) -> str:
    """The whole document."""
    rows = scaled(rows)
    ledgers = sorted({row["ledger"] for row in rows})
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    sizes = _listed([f"{ledger:,}" for ledger in ledgers])
    parts = [HEAD.format(sizes=sizes, date=today, machine=_machine()), _goals(rows, ledgers)]
    for ledger in ledgers:
        own = [row for row in rows if row["ledger"] == ledger]
        parts.append(_section(f"{ledger:,} invoices, {ledger // 10:,} clients", own))
    return "\n".join(part for part in (*parts, _growth(rows), _notes(rows)) if part)


def scaled(rows: list[Row]) -> list[Row]:
    """The rows with how many times slower the machine was than the one of the goals."""
    slow = {
        row["ledger"]: row["floor_ms"] / YARDSTICK_MS[row["ledger"]]
        for row in rows
        if row["work"] == YARDSTICK and row["ledger"] in YARDSTICK_MS
    }
    return [{"slow": slow.get(row["ledger"], 1.0), **row} for row in rows]


def in_short(rows: list[Row]) -> str:
    """A line per row, for who watches a run."""
    return "\n".join(
        f"{'':11}{row['work'][:60]:<60} {_number(row['ours_ms']):>9} {_number(row['floor_ms']):>9}"
        f" {_number(row['ratio']):>6}  {goal_of(row)}{' MISSED' if is_met(row) is False else ''}"
        for row in rows
    )


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _by_work(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["work"], []).append(row)
    return found


def _goals(rows: list[Row], ledgers: list[int]) -> str:
    """One line per goal: what was reached at each size, and whether that is enough."""
    heads = " | ".join(f"{ledger:,}" for ledger in ledgers)
    lines = [f"| work | goal | {heads} | |", f"|---|---|{'---:|' * len(ledgers)}---|"]
    reasons = []
    for work, own in _by_work(rows).items():
        verdicts = [is_met(row) for row in own]
        if all(verdict is None for verdict in verdicts):
            continue
        reached = {row["ledger"]: _reached(row) for row in own}
        goals = _listed_once([goal_of(row) for row in own])
        verdict = _verdict(own)
        cells = " | ".join(reached.get(ledger, "") for ledger in ledgers)
        lines.append(f"| {work} | {goals} | {cells} | {verdict} |")
        if False in verdicts:
            reasons.append(f"- {work}: {REASONS.get(work, 'no reason is known.')}")
    slow = {row["ledger"]: row.get("slow", 1.0) for row in rows}
    head = GOALS.format(
        yardstick=_listed([f"{YARDSTICK_MS.get(ledger, 0):g}" for ledger in ledgers]),
        slow=_listed([f"{slow[ledger]:.1f}" for ledger in ledgers]),
    )
    text = f"{head}\n" + "\n".join(lines) + "\n"
    return text + ("\nMissed:\n\n" + "\n".join(reasons) + "\n" if reasons else "")


def _verdict(rows: list[Row]) -> str:
    """Met, missed, or at which sizes missed."""
    missed = [f"{row['ledger']:,}" for row in rows if is_met(row) is False]
    if not missed:
        return "met"
    return f"**missed** at {_listed(missed)}" if len(missed) < len(rows) else "**missed**"


def _listed_once(goals: list[str]) -> str:
    """A goal that depends on the size is said from the smallest ledger's to the largest's."""
    return goals[0] if len(set(goals)) == 1 else f"{goals[0]} … {goals[-1]}"


def _reached(row: Row) -> str:
    goal, parts = goal_of(row), []
    if row.get("shown"):
        return str(row["shown"])
    if row["ratio"] is not None and (not goal or re.search(r"<= [\d.,]+(?! ms)(?![\d.,])", goal)):
        parts.append(f"{row['ratio']:.2f}")
    if "ms" in goal:
        parts.append(f"{_number(row['ours_ms'] / row.get('slow', 1))} ms")
    return ", ".join(parts)


def _section(title: str, rows: list[Row]) -> str:
    lines = [
        f"## {title}\n",
        "| work | rows | clock | busy | floor busy | ratio | goal | |",
        "|---|---:|---:|---:|---:|---:|---|---|",
    ]
    for row in rows:
        verdict = {True: "met", False: "**missed**", None: ""}[is_met(row)]
        lines.append(
            f"| {row['work']} | {_size(row['size'])} | {_number(row.get('clock_ms'))}"
            f" | {_number(row['ours_ms'])} | {_number(row['floor_ms'])}"
            f" | {_number(row['ratio'])} | {goal_of(row)} | {verdict} |"
        )
    return "\n".join(lines) + "\n"


def _notes(rows: list[Row]) -> str:
    """What the rows say about themselves, once each, as the largest ledger's row has it."""
    notes = {row["work"]: row["note"] for row in rows if row.get("note")}
    if not notes:
        return ""
    lines = [f"- {work}: {note}" for work, note in notes.items()]
    return "## What the rows are\n\n" + "\n".join(lines) + "\n"


def _size(value: int | str) -> str:
    return f"{value:,}" if isinstance(value, int) else value


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:,.2f}" if value >= 1 else f"{value:.3f}"


def _growth(rows: list[Row]) -> str:
    """How the time grows from the smallest to the largest ledger: 1 is in proportion, 0 is flat."""
    lines = []
    for work, own in _by_work(rows).items():
        small, large = own[0], own[-1]
        if small["ledger"] == large["ledger"] or not small["ours_ms"]:
            continue
        span = math.log(large["ledger"] / small["ledger"])
        exponent = math.log(large["ours_ms"] / small["ours_ms"]) / span
        limit = large.get("growth")
        goal = "" if limit is None else f"<= {limit:g}"
        verdict = "" if limit is None else "met" if exponent <= limit else "**missed**"
        lines.append(f"| {work} | {exponent:.2f} | {goal} | {verdict} |")
    if not lines:
        return ""
    head = "## Growth\n\nBusy time grows with the ledger's size to this power: 0 is flat, 1 is in"
    head += " proportion.\n\n| work | exponent | goal | |\n|---|---:|---|---|\n"
    return head + "\n".join(lines) + "\n"


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
