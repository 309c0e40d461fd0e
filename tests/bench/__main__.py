"""``python -m tests.bench``: measure the product beside its floors and write docs/benchmarks.md.

``--quick`` takes the smallest ledger and few rounds, to see that everything runs;
``--sizes 10000,100000`` and ``--only bench_aging`` narrow a run down (then nothing is written
unless ``--write`` says so).
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench import ledgers, report
from tests.bench.measuring import Row

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SEED_SECONDS = 600
SIZES = (10_000, 100_000, 1_000_000)


def modules() -> list[str]:
    """Names of the modules that measure something."""
    return sorted(path.stem for path in HERE.glob("bench_*.py"))


def _child(arguments: argparse.Namespace) -> None:
    """Run one module in this process, on the database it is connected to."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    django.setup()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    module: Any = importlib.import_module(f"tests.bench.{arguments.child}")
    arguments.out.write_text(json.dumps(module.run(quick=arguments.quick)), encoding="utf-8")


def _in_child(name: str, url: str, *, quick: bool) -> list[Row]:
    """Run a module in a process of its own: settings read the database's address once."""
    with tempfile.TemporaryDirectory() as directory:
        out = Path(directory) / "rows.json"
        command = [sys.executable, "-m", "tests.bench", "--child", name, "--out", str(out)]
        command += ["--quick"] if quick else []
        subprocess.run(command, check=True, cwd=ROOT, env=os.environ | {"DATABASE_URL": url})
        rows: list[Row] = json.loads(out.read_text(encoding="utf-8"))
    return rows


def _is_needed(name: str, *, is_first: bool) -> bool:
    """What does not read the ledger is measured once, not once per ledger."""
    text = (HERE / f"{name}.py").read_text(encoding="utf-8")
    return is_first or "PER_LEDGER = False" not in text


def _measure(arguments: argparse.Namespace) -> tuple[list[Row], list[str]]:
    """All rows, and the modules that failed; one that fails does not stop the others."""
    rows: list[Row] = []
    failed: list[str] = []
    for size in arguments.sizes:
        with ledgers.copy_of(size) as url:
            rows += _seeding(size, arguments.only)
            for name in arguments.only or modules():
                if not _is_needed(name, is_first=size == arguments.sizes[0]):
                    continue
                print(f"{size:>9,}  {name}", file=sys.stderr, flush=True)
                try:
                    made = _in_child(name, url, quick=arguments.quick)
                except subprocess.CalledProcessError:
                    failed.append(f"{name} at {size:,}")
                    continue
                rows += [{**row, "ledger": size, "module": name} for row in made]
                print(report.in_short(made), file=sys.stderr, flush=True)
    return rows, failed


def _seeding(size: int, only: list[str] | None) -> list[Row]:
    """How long the ledger took to load, by the clock; noted when it was made."""
    seconds = ledgers.seconds_to_seed(size)
    if only or seconds is None:
        return []
    return [
        {
            "work": "seed_demo: a whole ledger by COPY",
            "size": size,
            "clock_ms": seconds * 1000,
            "ours_ms": seconds * 1000,
            "floor_ms": None,
            "ratio": None,
            "goal": "minutes",
            "met": seconds < SEED_SECONDS,
            "shown": f"{seconds:.0f} s",
            "note": "by the clock: rows written out, COPY, triggers, foreign keys, ANALYZE",
            "ledger": size,
            "module": "seed_demo",
        }
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    parser.add_argument("--sizes", type=lambda text: [int(s) for s in text.split(",")])
    parser.add_argument("--only", type=lambda text: text.split(","))
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.is_whole = not (arguments.quick or arguments.sizes or arguments.only)
    arguments.sizes = arguments.sizes or list(SIZES[:1] if arguments.quick else SIZES)
    return arguments


def main() -> None:
    """Measure, print, and write the document after a whole run."""
    arguments = _arguments()
    if arguments.child:
        _child(arguments)
        return
    if not os.environ.get("DATABASE_URL"):
        sys.exit("Run it as `make bench`, or set DATABASE_URL to a server of its own.")
    rows, failed = _measure(arguments)
    if not rows:
        sys.exit("Nothing could be measured.")
    text = report.as_markdown(rows)
    print(json.dumps(rows) if arguments.json else text)
    if failed:
        sys.exit(f"These could not be measured: {', '.join(failed)}.")
    if arguments.is_whole or arguments.write:
        report.PATH.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
