"""A file as a table: where its headings are, and its rows in stretches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO, Final

from imports.rules.amounts import POINT, parse_amount
from imports.rules.dates import looks_like_date
from imports.rules.guess import known_headings
from imports.rules.headers import labels_of
from imports.rules.problems import Finding, Findings, Problem, TableProblem
from imports.rules.text import csv_records, detect_delimiter, detect_encoding
from imports.rules.workbook import Workbook, is_workbook

BATCH: Final = 5_000
HEADER_SEARCH: Final = 40
MAX_COLUMNS: Final = 300
SAMPLE_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that follow each other, each as wide as the table; `numbers` are spreadsheet rows."""

    numbers: Sequence[int]
    rows: Sequence[Sequence[str]]


class Table:
    """An opened file whose headings were found. The file stays the caller's to close."""

    def __init__(self, file: BinaryIO, *, sheet: str = "", header_row: int = 0) -> None:
        """Find encoding, delimiter or sheet, and headings. Raises TableProblem."""
        self._file = file
        self._book: Workbook | None = None
        self.encoding = self.delimiter = self.sheet = ""
        self.sheets: tuple[str, ...] = ()
        if is_workbook(file):
            self._book = Workbook(file)
            self.sheets = tuple(self._book.sheets)
            self.sheet = self._choose_sheet(sheet)
        else:
            self.encoding = detect_encoding(file)
            self.delimiter = detect_delimiter(file, self.encoding)
        self.header_row, headings = self._find_header(header_row)
        if len(headings) > MAX_COLUMNS:
            raise TableProblem(Problem.TOO_WIDE, limit=MAX_COLUMNS)
        self.labels = labels_of(headings)

    def _records(self) -> Iterator[list[str]]:
        if self._book is not None:
            return self._book.records(self.sheet)
        return csv_records(self._file, self.encoding, self.delimiter)

    def _choose_sheet(self, wanted: str) -> str:
        if wanted:
            if wanted not in self.sheets:
                raise TableProblem(
                    Problem.UNKNOWN_SHEET, value=wanted, sheets=", ".join(self.sheets)
                )
            return wanted
        best, best_known = self.sheets[0] if self.sheets else "", -1
        for name in self.sheets[:20]:
            self.sheet = name
            rows = islice(self._records(), HEADER_SEARCH)
            known = max((known_headings(row) for row in rows), default=0)
            if known > best_known:
                best, best_known = name, known
        return best

    def _find_header(self, wanted: int) -> tuple[int, list[str]]:
        """The row of headings: the one that holds the most known ones, below any title rows."""
        rows = list(islice(self._records(), max(HEADER_SEARCH, wanted)))
        if not any(rows):
            raise TableProblem(Problem.EMPTY_FILE)
        if wanted:
            if wanted > len(rows) or not rows[wanted - 1]:
                raise TableProblem(Problem.NO_HEADER, row=wanted)
            return wanted, _trimmed(rows[wanted - 1])
        known = [known_headings(row) for row in rows]
        if max(known) > 1:
            index = known.index(max(known))
            return index + 1, _trimmed(rows[index])
        for index, row in enumerate(rows):
            if _could_be_header(row):
                return index + 1, _trimmed(row)
        raise TableProblem(Problem.NO_HEADER)

    def batches(self, findings: Findings | None = None, size: int = BATCH) -> Iterator[Batch]:
        """The rows below the headings, blank ones left out, in stretches of at most `size`.

        A row that is shorter than the headings is filled up; one that is longer is a problem
        when the cells beyond hold anything.
        """
        width = len(self.labels)
        records = islice(self._records(), self.header_row, None)
        first = self.header_row + 1
        while True:
            rows: Sequence[Sequence[str]] = list(islice(records, size))
            if not rows:
                return
            numbers: Sequence[int] = range(first, first + len(rows))
            first += len(rows)
            if set(map(len, rows)) != {width}:
                numbers, rows = _fitted(numbers, rows, width, findings)
            if rows:
                yield Batch(numbers, rows)

    def sample(self) -> list[list[str]]:
        """The first rows, for guessing and showing."""
        rows = chain.from_iterable(batch.rows for batch in self.batches(size=SAMPLE_ROWS))
        return [list(row) for row in islice(rows, SAMPLE_ROWS)]


def _trimmed(row: Sequence[str]) -> list[str]:
    """Without the empty cells that programs leave behind the last heading."""
    cells = list(row)
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _could_be_header(row: Sequence[str]) -> bool:
    cells = [cell for cell in _trimmed(row) if cell.strip()]
    return len(cells) > 1 and len(set(cells)) == len(cells) and not any(map(_is_data, cells))


def _is_data(cell: str) -> bool:
    return looks_like_date(cell) or parse_amount(cell.strip(), POINT) is not None


def _fitted(
    numbers: Sequence[int],
    rows: Sequence[Sequence[str]],
    width: int,
    findings: Findings | None,
) -> tuple[Sequence[int], Sequence[Sequence[str]]]:
    kept_numbers: list[int] = []
    kept: list[Sequence[str]] = []
    for number, row in zip(numbers, rows, strict=True):
        if not any(cell.strip() for cell in row):
            continue
        beyond = [cell for cell in row[width:] if cell.strip()]
        if beyond and findings is not None:
            findings.add(
                Finding(
                    Problem.EXTRA_CELLS,
                    row=number,
                    value=beyond[0],
                    figures={"cells": len(row), "width": width},
                )
            )
        kept_numbers.append(number)
        kept.append([*row, *[""] * (width - len(row))] if len(row) < width else row[:width])
    return kept_numbers, kept
