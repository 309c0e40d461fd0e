"""Tables as CSV and XLSX, safe to open: no cell can be taken for a formula."""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Final
from urllib.parse import quote

from django.http import FileResponse, StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

Cell = str | int | Decimal | dt.date | None

# A spreadsheet runs a cell that begins with one of these (OWASP: CSV injection).
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_ROWS_PER_CHUNK: Final = 1000
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def escape_formula(text: str) -> str:
    """Text with an apostrophe in front where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _escaped(row: Sequence[Cell]) -> list[Cell]:
    """The row with its texts escaped; amounts, days and nothing are written as they are."""
    return [escape_formula(cell) if isinstance(cell, str) else cell for cell in row]


def _disposition(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name)}"


def csv_response(
    *, name: str, headings: Sequence[object], rows: Iterable[Sequence[Cell]]
) -> StreamingHttpResponse:
    """The table as CSV, sent while it is read. UTF-8 with a mark, so that Excel reads Chinese."""

    def chunks() -> Iterator[bytes]:
        # Many rows at a time: a hundred thousand little writes cost more than the rows.
        yield "\ufeff".encode()
        waiting = iter(rows)
        lines: list[Sequence[Cell]] = [[str(heading) for heading in headings]]
        while lines:
            buffer = io.StringIO()
            csv.writer(buffer).writerows(map(_escaped, lines))
            yield buffer.getvalue().encode()
            lines = list(islice(waiting, _ROWS_PER_CHUNK))

    response = StreamingHttpResponse(chunks(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = _disposition(name)
    return response


def xlsx_response(
    *, name: str, title: str, headings: Sequence[object], rows: Iterable[Sequence[Cell]]
) -> FileResponse:
    """The table as XLSX. Amounts are numbers, days are dates; text is never a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title=title[:31])

    def written(cell: Cell) -> object:
        if not isinstance(cell, str):
            return cell
        # The type is set after the value: openpyxl would take "=1+1" for a formula.
        made = WriteOnlyCell(sheet, value=escape_formula(cell))
        made.data_type = "s"
        return made

    sheet.append([written(str(heading)) for heading in headings])
    for row in rows:
        sheet.append([written(cell) for cell in row])
    buffer = io.BytesIO()
    book.save(buffer)
    buffer.seek(0)
    response = FileResponse(buffer, content_type=XLSX_TYPE)
    response["Content-Disposition"] = _disposition(name)
    return response
