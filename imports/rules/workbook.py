"""Workbooks (XLSX): the cells' values as text, with guards on what unpacking may cost."""

from __future__ import annotations

import datetime as dt
import math
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import BinaryIO, Final

import python_calamine

from imports.rules.problems import Problem, TableProblem

MAX_UNPACKED: Final = 512 * 1024 * 1024
MAX_PARTS: Final = 2_000
MAX_CELLS: Final = 30_000_000
_CHUNK: Final = 1 << 18
_SHEET: Final = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_CELL: Final = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_ROW: Final = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\br\s*=\s*["']([0-9]{1,10})["']""")
_LOCAL_HEADER: Final = 30
_TAIL: Final = 256

CellValue = str | float | int | bool | dt.time | dt.date | dt.datetime | dt.timedelta


def is_workbook(file: BinaryIO) -> bool:
    """Whether the file is a ZIP, which a workbook is and a CSV never."""
    file.seek(0)
    return file.read(4) == b"PK\x03\x04"


def _inflated(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The unpacked bytes of a part, without trusting the size that its header states."""
    raw = archive.fp
    if raw is None:
        raise TableProblem(Problem.BAD_WORKBOOK)
    raw.seek(part.header_offset)
    header = raw.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
        raise TableProblem(Problem.BAD_WORKBOOK)
    raw.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left = part.compress_size
    inflater = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        piece = raw.read(min(left, _CHUNK))
        if not piece:
            return
        left -= len(piece)
        if inflater is None:
            yield piece
            continue
        yield inflater.decompress(piece, _CHUNK * 4)
        while inflater.unconsumed_tail:
            yield inflater.decompress(inflater.unconsumed_tail, _CHUNK * 4)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


class _Extent:
    """How far a sheet's cells reach: a cell far out makes the whole rectangle be reserved."""

    def __init__(self) -> None:
        self.rows = self.columns = 1
        self._tail = b""

    def feed(self, piece: bytes) -> None:
        text = self._tail + piece
        for letters in {m[0] for m in _CELL.findall(text)}:
            self.columns = max(self.columns, _column_number(letters))
        for row in _ROW.findall(text):
            self.rows = max(self.rows, int(row))
        far = max((int(m[1]) for m in _CELL.findall(text[-_TAIL * 4 :])), default=0)
        self.rows = max(self.rows, far)
        self._tail = text[-_TAIL:]
        if self.rows * self.columns > MAX_CELLS:
            raise TableProblem(Problem.WORKBOOK_TOO_LARGE, limit=f"{MAX_CELLS:,} cells")


def check_workbook(file: BinaryIO) -> None:
    """Refuse what would unpack to more than a ledger ever is, before anything is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or not any(_SHEET.fullmatch(p.filename) for p in parts):
                raise TableProblem(Problem.BAD_WORKBOOK)
            _check_parts(archive, parts)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError) as error:
        raise TableProblem(Problem.BAD_WORKBOOK, value=str(error)) from error


def _check_parts(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    unpacked = 0
    for part in parts:
        extent = _Extent() if _SHEET.fullmatch(part.filename) else None
        for piece in _inflated(archive, part):
            unpacked += len(piece)
            if unpacked > MAX_UNPACKED:
                limit = f"{MAX_UNPACKED // (1024 * 1024)} MB"
                raise TableProblem(Problem.WORKBOOK_TOO_LARGE, limit=limit)
            if extent:
                extent.feed(piece)


def cell_text(value: CellValue) -> str:
    """A cell as text: numbers as a spreadsheet shows them at full width, days as ISO dates.

    A spreadsheet keeps 15 significant digits; what a binary fraction adds behind them
    (66919.790000000001) was never typed.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        return format(Decimal(format(value, ".15g")), "f")
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


class Workbook:
    """An opened workbook: its visible sheets, and the rows of one of them."""

    def __init__(self, file: BinaryIO) -> None:
        check_workbook(file)
        file.seek(0)
        with _broken_is_a_problem():
            self._book = python_calamine.CalamineWorkbook.from_filelike(file)
            self.sheets: list[str] = [
                sheet.name
                for sheet in self._book.sheets_metadata
                if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
                and sheet.visible == python_calamine.SheetVisibleEnum.Visible
            ] or list(self._book.sheet_names)

    def records(self, sheet: str) -> Iterator[list[str]]:
        """Every row of a sheet from the top, blank ones as empty lists."""
        with _broken_is_a_problem():
            for row in self._book.get_sheet_by_name(sheet).iter_rows():
                cells = [cell_text(value) for value in row]
                yield cells if any(cells) else []


@contextmanager
def _broken_is_a_problem() -> Iterator[None]:
    """calamine's own errors, and panics of its Rust side, mean that the file is broken."""
    try:
        yield
    except TableProblem:
        raise
    except Exception as error:
        raise TableProblem(Problem.BAD_WORKBOOK, value=str(error)[:200]) from error
    except BaseException as error:
        # A panic is no Exception; leaving the loop or Ctrl-C is none either, but not its fault.
        if type(error).__name__ != "PanicException":
            raise
        raise TableProblem(Problem.BAD_WORKBOOK, value=str(error)[:200]) from error
