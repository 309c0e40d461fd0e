"""Tables as CSV and XLSX, safe to open: no cell can be taken for a formula."""

import csv
import datetime as dt
import html
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Final
from urllib.parse import quote

from django.http import FileResponse, StreamingHttpResponse

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
    """The table as XLSX. Amounts are numbers, days are dates; text is never a formula.

    Written by hand: a workbook is a zip of small XML files around one large one, and a library
    that makes an object per cell takes minutes for what a client list needs seconds.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115  # closed by the response that sends it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as book:
        for part, text in _PARTS.items():
            book.writestr(part, text.replace("TITLE", _xml_text(_sheet_title(title))))
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(_SHEET_HEAD)
            waiting = iter(rows)
            lines: list[Sequence[Cell]] = [[str(heading) for heading in headings]]
            while lines:
                sheet.write("".join(map(_xml_row, lines)).encode())
                lines = list(islice(waiting, _ROWS_PER_CHUNK))
            sheet.write(b"</sheetData></worksheet>")
    file.seek(0)
    response = FileResponse(file, content_type=XLSX_TYPE)
    response["Content-Disposition"] = _disposition(name)
    return response


_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SHEET_HEAD: Final = f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'.encode()
_PARTS: Final = {
    "[Content_Types].xml": f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
    'package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
    f'ContentType="{_TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
    f'ContentType="{_TYPE}.worksheet+xml"/><Override PartName="/xl/styles.xml" '
    f'ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'{_XML}<Relationships xmlns="{_LINKS}"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="TITLE" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_LINKS}">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    # Style 1 is a date (format 14: the reader's own short date).
    "xl/styles.xml": f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/>'
    '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
}
_DAY_ZERO: Final = dt.date(1899, 12, 30)
# XML 1.0 knows no control characters; a sheet's name no signs of a path or a range.
_NOT_XML: Final = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_NOT_TITLE: Final = re.compile(r"[\[\]:*?/\\]")


def _xml_text(text: str) -> str:
    return html.escape(_NOT_XML.sub("", text))


def _sheet_title(title: str) -> str:
    return _NOT_TITLE.sub(" ", title)[:31]


def _xml_row(row: Sequence[Cell]) -> str:
    return f"<row>{''.join(map(_xml_cell, row))}</row>"


def _xml_cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, str):
        text = _xml_text(escape_formula(cell))
        return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(cell, dt.date):
        return f'<c s="1"><v>{(cell - _DAY_ZERO).days}</v></c>'
    return f"<c><v>{cell:f}</v></c>" if isinstance(cell, Decimal) else f"<c><v>{cell}</v></c>"
