"""Every bench runs in its short form, and a run becomes a page: figures are for `make bench`."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clients.models import Creditor
from tests.bench import report
from tests.bench.__main__ import HERE, modules
from tests.bench.measuring import Row, is_met

# Brings its own fonts into the process it runs in.
APART = "bench_pdf"
KEYS = {"work", "size", "ours_ms", "floor_ms", "ratio", "goal"}


def _row(**values: Any) -> Row:
    return {
        "work": "aging",
        "size": 10_000,
        "clock_ms": 3.0,
        "ours_ms": 2.0,
        "floor_ms": 1.0,
        "ratio": 2.0,
        "goal": "<= 3",
        "ledger": 10_000,
    } | values


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in modules() if name != APART])
def test_a_bench_measures_what_it_says(name: str, ledger: Creditor) -> None:
    rows: list[Row] = importlib.import_module(f"tests.bench.{name}").run(quick=True)

    assert rows
    for row in rows:
        assert row.keys() >= KEYS, row["work"]
        assert row["ours_ms"] > 0, row["work"]
        assert not row["floor_ms"] or row["ratio"] == row["ours_ms"] / row["floor_ms"]


def test_the_bench_of_letters_measures_them_in_a_process_of_its_own(tmp_path: Path) -> None:
    out = tmp_path / "rows.json"
    command = [sys.executable, "-m", "tests.bench", "--quick", "--child", APART, "--out", str(out)]
    subprocess.run(command, check=True, cwd=HERE.parents[1])

    rows: list[Row] = json.loads(out.read_text(encoding="utf-8"))
    assert all(row["ours_ms"] > 0 and row["floor_ms"] > 0 for row in rows)
    assert {"letter, en, 3 invoices", "letter, zh-hans, 3 invoices"} <= {
        row["work"] for row in rows
    }


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ({"goal": "<= 3"}, True),
        ({"goal": "<= 1.5"}, False),
        ({"goal": "<= 100 ms"}, True),
        ({"goal": "<= 1,350 ms", "ours_ms": 1400.0}, False),
        ({"goal": "<= 3 and <= 1 ms"}, False),
        ({"goal": "<= 3", "ratio": None}, None),
        ({"goal": ""}, None),
        ({"goal": "minutes", "met": True}, True),
    ],
)
def test_a_goal_is_judged_by_the_ratio_or_by_the_time(
    values: dict[str, Any], verdict: bool | None
) -> None:
    assert is_met(_row(**values)) is verdict


def test_the_page_tells_each_goal_with_what_was_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "_postgres", lambda: "Postgres")
    rows = [
        _row(),
        _row(ledger=100_000, ratio=2.5, ours_ms=20.0, growth=0.9),
        _row(work="search", goal="", floor_ms=None, ratio=None),
        _row(work="page", goal="<= 1 ms", ledger=100_000),
    ]
    page = report.as_markdown(rows)

    assert "| aging | <= 3 | 2.00 | 2.50 | met |" in page
    assert "| page | <= 1 ms |  | 2.00 ms | **missed** |" in page
    assert "- page: no reason is known." in page
    assert "| aging | 1.00 | <= 0.9 | **missed** |" in page
    assert "| search | <=" not in page


def test_milliseconds_are_judged_by_what_the_machine_is_worth() -> None:
    yardstick = _row(work=report.YARDSTICK, floor_ms=2 * report.YARDSTICK_MS[10_000])
    page = _row(work="page", goal="<= 100 ms", ours_ms=180.0)

    assert is_met(page) is False
    assert is_met(report.scaled([yardstick, page])[1]) is True
