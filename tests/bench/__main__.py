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
SIZES = (10_000, 100_000, 1_000_000)


def modules() -> list[str]:
    """Names of the modules that measure something."""
    return sorted(path.stem for path in HERE.glob("bench_*.py"))


def measure(names: list[str], *, size: int, is_first: bool, quick: bool) -> list[Row]:
    """Run the modules in this process, on the database it is connected to."""
    rows: list[Row] = []
    for name in names:
        module: Any = importlib.import_module(f"tests.bench.{name}")
        # What does not read the ledger is measured once, not once per ledger.
        if not is_first and not getattr(module, "PER_LEDGER", True):
            continue
        print(f"{size:>9,}  {name}", file=sys.stderr, flush=True)
        rows += [{**row, "ledger": size, "module": name} for row in module.run(quick=quick)]
    return rows


def _child(arguments: argparse.Namespace) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    django.setup()
    rows = measure(
        arguments.only or modules(),
        size=arguments.child,
        is_first=arguments.child == arguments.sizes[0],
        quick=arguments.quick,
    )
    arguments.out.write_text(json.dumps(rows), encoding="utf-8")


def _in_child(size: int, arguments: argparse.Namespace) -> list[Row]:
    # A process of its own per ledger: settings read the database's address once.
    with ledgers.copy_of(size) as url, tempfile.TemporaryDirectory() as directory:
        out = Path(directory) / "rows.json"
        command = [sys.executable, "-m", "tests.bench", "--child", str(size), "--out", str(out)]
        command += ["--sizes", ",".join(map(str, arguments.sizes))]
        command += ["--quick"] if arguments.quick else []
        command += ["--only", ",".join(arguments.only)] if arguments.only else []
        subprocess.run(
            command, check=True, env=os.environ | {"DATABASE_URL": url}, cwd=HERE.parents[1]
        )
        rows: list[Row] = json.loads(out.read_text(encoding="utf-8"))
    return rows


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON")
    parser.add_argument("--sizes", type=lambda text: [int(s) for s in text.split(",")])
    parser.add_argument("--only", type=lambda text: text.split(","))
    parser.add_argument("--child", type=int, help=argparse.SUPPRESS)
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
    rows = [row for size in arguments.sizes for row in _in_child(size, arguments)]
    text = report.as_markdown(rows)
    print(json.dumps(rows) if arguments.json else text)
    if arguments.is_whole or arguments.write:
        report.PATH.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
