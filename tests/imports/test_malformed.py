"""Broken files: never a crash, never half a write; a row and a column, or the whole file in."""

import datetime as dt
import io
import os
import random
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.models import Client, Creditor
from disputes.models import Dispute
from imports.rules.problems import Problem, TableProblem
from imports.rules.table import Table
from imports.selectors.finding_words import sentence
from imports.services.imports import UnableToImport
from payments.models import Allocation, CreditNote, Invoice, Receipt
from tests.factories import make_creditor
from tests.imports.ledgers import rows_to_csv, take_in

pytestmark = pytest.mark.django_db

HEADINGS = [
    "Client",
    "Invoice",
    "Date",
    "Due",
    "Amount",
    "Currency",
    "Amount paid",
    "Balance",
    "Settled date",
    "Disputed",
    "Status",
]
GOOD = [
    "Acme",
    "1",
    "2026-01-05",
    "2026-02-04",
    "100.00",
    "EUR",
    "40.00",
    "60.00",
    "",
    "No",
    "Sent",
]
ROOMS = (Client, Invoice, Receipt, CreditNote, Allocation, Dispute)

# Cells as people and programs get them wrong, and text from anywhere in Unicode.
nasty = st.sampled_from(
    ["", " ", "-", "0", "-1", "1e9", "NaN", "inf", "1,5", "1.234,56", "(5)", "1.001", "9" * 30]
    + ["31/2/2026", "2/3/2026", "0000-00-00", "99999", "tomorrow", "2026-01-05T25:00:00Z"]
    + ["Yes", "n/a", "XXX", "€", "US$", "Paid", "Void", "Total", "合计", "=1+1", "'", '"', "\\N"]
    + ["\\", "\t", "\n", "\r\n", "\u200b", "\u202e", "A" * 300, "\ufeff", "½", "٣", "💰", "a\x00b"]
)
cell = st.one_of(nasty, nasty, st.text(max_size=12), st.just(None))
broken_rows = st.lists(
    st.tuples(st.lists(cell, min_size=11, max_size=11), st.integers(0, 2)), min_size=1, max_size=6
)
few = settings(
    # A handful in each run; DUNWELL_EXAMPLES=2000 for a night.
    max_examples=int(os.environ.get("DUNWELL_EXAMPLES", "25")),
)


@pytest.fixture
def creditor() -> Creditor:
    """Ours."""
    return make_creditor(code="own", currency="EUR")


def counted() -> list[int]:
    """How many rows each table of the ledger has."""
    return [room.objects.count() for room in ROOMS]


def check_all_or_nothing(path: Path, creditor: Creditor) -> None:
    """The file is in, whole and tied, or refused with a place and a sentence and no row."""
    with transaction.atomic():
        _check(path, creditor)
        # The next example starts with an empty ledger.
        transaction.set_rollback(True)


def _check(path: Path, creditor: Creditor) -> None:
    before = counted()
    try:
        outcome = take_in(path, creditor)
    except UnableToImport as refusal:
        assert counted() == before
        problems = refusal.findings.problems
        assert problems
        for finding in problems:
            assert finding.is_problem
            assert sentence(finding)
            assert finding.row >= 0
        return
    for totals in outcome.totals:
        assert totals.get("amount") == totals.get("ledger_amount")
        assert Decimal(totals.get("open", 0)) == Decimal(totals.get("ledger_open", 0))
    after = counted()
    assert not any(take_in(path, creditor).counts.values())
    assert counted() == after


def assembled(rows: list[tuple[list[str | None], int]]) -> list[list[str]]:
    """Good rows with some of their cells broken: one, half, or all."""
    made = []
    for number, (cells, how) in enumerate(rows):
        good = [*GOOD]
        good[1] = str(number)
        chance = random.Random(number)
        share = (1, 6, 11)[how]
        for index in chance.sample(range(11), share):
            replacement = cells[index]
            if replacement is not None:
                good[index] = replacement
        made.append(good)
    return made


@few
@given(rows=broken_rows)
def test_broken_cells_in_a_text_file(
    rows: list[tuple[list[str | None], int]], creditor: Creditor, tmp_path: Path
) -> None:
    path = tmp_path / "broken.csv"
    text = rows_to_csv(HEADINGS, assembled(rows))
    path.write_bytes(text.encode("utf-8", errors="replace"))
    check_all_or_nothing(path, creditor)


def as_cell(text: str) -> Any:
    """What a workbook can hold: no control characters, and sometimes a number or a day."""
    clean = "".join(c for c in text if c.isprintable() or c == "\n")
    if clean in {"0", "-1", "99999"}:
        return float(clean)
    if clean == "2/3/2026":
        return dt.datetime(2026, 3, 2, 23, 59)
    return f" {clean}" if clean.startswith("=") else clean


@few
@given(rows=broken_rows)
def test_broken_cells_in_a_workbook(
    rows: list[tuple[list[str | None], int]], creditor: Creditor, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(HEADINGS)
    for row in assembled(rows):
        page.append([as_cell(text) for text in row])
    path = tmp_path / "broken.xlsx"
    book.save(path)
    check_all_or_nothing(path, creditor)


def good_csv() -> bytes:
    """A file that would go in."""
    rows = [[*GOOD] for _n in range(30)]
    for number, row in enumerate(rows):
        row[1] = str(number)
    return rows_to_csv(HEADINGS, rows).encode()


def good_workbook() -> bytes:
    """The same as a workbook."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for line in good_csv().decode().splitlines():
        page.append(line.split(","))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


bends = st.lists(
    st.tuples(st.sampled_from(["flip", "cut", "drop", "repeat", "insert"]), st.integers(0, 10**9)),
    min_size=1,
    max_size=6,
)


def bent(data: bytes, how: list[tuple[str, int]]) -> bytes:
    """Bytes damaged on the way."""
    damaged = bytearray(data)
    for kind, number in how:
        if not damaged:
            break
        place = number % len(damaged)
        if kind == "flip":
            damaged[place] ^= 1 << (number % 8)
        elif kind == "cut":
            del damaged[place:]
        elif kind == "drop":
            del damaged[place : place + 1 + number % 40]
        elif kind == "repeat":
            damaged[place:place] = damaged[place : place + number % 200]
        else:
            damaged[place:place] = bytes([number % 256])
    return bytes(damaged)


@few
@given(how=bends)
def test_a_damaged_text_file(
    how: list[tuple[str, int]], creditor: Creditor, tmp_path: Path
) -> None:
    path = tmp_path / "bent.csv"
    path.write_bytes(bent(good_csv(), how))
    check_all_or_nothing(path, creditor)


@few
@given(how=bends)
def test_a_damaged_workbook(how: list[tuple[str, int]], creditor: Creditor, tmp_path: Path) -> None:
    path = tmp_path / "bent.xlsx"
    path.write_bytes(bent(good_workbook(), how))
    check_all_or_nothing(path, creditor)


@few
@given(how=bends)
def test_a_workbook_whose_sheet_was_damaged_before_it_was_packed(
    how: list[tuple[str, int]],
) -> None:
    original = good_workbook()
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(original)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, bent(part, how) if "sheet1" in name else part)
    try:
        rows = [row for batch in Table(buffer).batches() for row in batch.rows]
    except TableProblem as refused:
        assert Problem(refused.finding.code)
    else:
        assert all(isinstance(value, str) for row in rows for value in row)


@few
@given(data=st.binary(max_size=400))
def test_bytes_from_anywhere(data: bytes) -> None:
    try:
        list(Table(io.BytesIO(data)).batches())
    except TableProblem as refused:
        assert Problem(refused.finding.code)
