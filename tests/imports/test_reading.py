"""Files of every encoding and layout become the same rows; broken ones say what is broken."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from imports.rules import workbook
from imports.rules.problems import Problem, TableProblem
from imports.rules.table import Table

TEXT = "客户名称,发票号,金额\n上海远东,FP-1,100\n苏州云锦,FP-2,200\n"
ROWS = [["上海远东", "FP-1", "100"], ["苏州云锦", "FP-2", "200"]]


def table_of(data: bytes, **layout: object) -> Table:
    """A table over bytes."""
    return Table(io.BytesIO(data), **layout)  # type: ignore[arg-type]  # sheet and header_row


def problem_of(data: bytes) -> tuple[Problem | str, int]:
    """Why bytes are no table, and in which row."""
    with pytest.raises(TableProblem) as caught:
        list(table_of(data).batches())
    return Problem(caught.value.finding.code), caught.value.finding.row


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
)
def test_every_encoding_gives_the_same_rows(encoding: str) -> None:
    table = table_of((TEXT * 3).encode(encoding))
    assert table.labels == ("客户名称", "发票号", "金额")
    assert table.sample()[:2] == ROWS


def test_western_european_text_is_not_taken_for_chinese() -> None:
    text = "Kunde;Rechnung;Betrag\nMüller & Söhne;1;100\nCafé Zürich;2;200\nÅse Bjørn;3;1\n"
    table = table_of(text.encode("cp1252"))
    assert (table.encoding, table.delimiter) == ("cp1252", ";")
    assert table.sample()[0][0] == "Müller & Söhne"


def test_damaged_utf8_names_the_line_instead_of_showing_rubbish() -> None:
    data = (TEXT * 20).encode()
    data = data[:500] + b"\xff" + data[500:]
    code, row = problem_of(data)
    assert code is Problem.BAD_BYTES
    assert row == data[:500].count(b"\n") + 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = TEXT.replace(",", delimiter).replace("100", '"1,00;0\t|"')
    assert table_of(text.encode()).delimiter == delimiter


def test_a_delimiter_that_is_named_is_taken_and_rows_keep_their_numbers() -> None:
    table = table_of(f"sep=;\n{TEXT.replace(',', ';')}".encode())
    (batch,) = table.batches()
    assert (table.header_row, list(batch.numbers)) == (2, [3, 4])


def test_title_rows_above_the_headings_are_passed_over() -> None:
    table = table_of(f"应收账款明细\n截至2026-06-30,,\n\n{TEXT}".encode())
    (batch,) = table.batches()
    assert table.header_row == 4
    assert list(batch.numbers) == [5, 6]


def test_a_cell_may_hold_line_breaks_and_rows_are_counted_as_a_spreadsheet_does() -> None:
    text = 'Customer,Invoice,Amount\n"Acme\nLtd",1,5\nBolt,2,6\n'
    (batch,) = table_of(text.encode()).batches()
    assert batch.rows[0][0] == "Acme\nLtd"
    assert list(batch.numbers) == [2, 3]


def test_a_mark_inside_a_plain_cell_is_only_a_mark() -> None:
    (batch,) = table_of(b'Customer,Item,Amount\nAcme,MacBook Pro 14",5\n').batches()
    assert batch.rows[0] == ["Acme", 'MacBook Pro 14"', "5"]


def test_a_quotation_mark_that_is_never_closed_names_its_row() -> None:
    code, row = problem_of(b'Customer,Invoice,Amount\nAcme,1,5\n"Bolt,2,6\nCity,3,7\n')
    assert (code, row) == (Problem.BAD_QUOTES, 3)


def test_short_rows_are_filled_and_blank_ones_left_out() -> None:
    (batch,) = table_of(b"Customer,Invoice,Amount,Note\nAcme,1,5\n,,,\n\nBolt,2,6,x,,\n").batches()
    assert batch.rows == [["Acme", "1", "5", ""], ["Bolt", "2", "6", "x"]]
    assert list(batch.numbers) == [2, 5]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"   \n", b"\x00\x00"])
def test_an_empty_file_is_said_to_be_empty(data: bytes) -> None:
    assert problem_of(data)[0] is Problem.EMPTY_FILE


def test_what_is_no_text_is_refused() -> None:
    assert problem_of(b"Customer,Invoice\n\x00\x01\x02\x03,1\n")[0] is Problem.NOT_TEXT
    assert problem_of(b"%PDF-1.7\n\xe2\xe3\xcf\xd3 \x00")[0] is Problem.NOT_TEXT


def test_data_without_headings_is_refused() -> None:
    assert problem_of(b"1,2026-01-05,100\n2,2026-01-06,200\n")[0] is Problem.NO_HEADER


# Workbooks -------------------------------------------------------------------------------


def book(rows: list[list[object]], **sheets: list[list[object]]) -> bytes:
    """A workbook; further sheets stand before the main one."""
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    for row in rows:
        page.append(row)
    for index, (name, more) in enumerate(sheets.items()):
        other = made.create_sheet(name, index)
        for row in more:
            other.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_cells_of_a_workbook_are_read_by_their_kind() -> None:
    import datetime as dt

    rows: list[list[object]] = [
        ["Customer", "Invoice", "Date", "Amount", "Flag"],
        ["Acme", 1001, dt.date(2026, 3, 5), 66919.790000000001, True],
        ["Bolt", "0002", dt.datetime(2026, 3, 6, 14, 30), 0.1 + 0.2, False],
    ]
    assert table_of(book(rows)).sample() == [
        ["Acme", "1001", "2026-03-05", "66919.79", "TRUE"],
        ["Bolt", "0002", "2026-03-06 14:30:00", "0.3", "FALSE"],
    ]


def test_the_sheet_with_the_ledger_is_chosen_and_another_can_be() -> None:
    ledger: list[list[object]] = [["Customer", "Invoice", "Date", "Amount"], ["Acme", 1, "x", 5]]
    data = book(ledger, Cover=[["Receivables"], ["as of June"]], Other=[["Customer", "Invoice"]])
    assert table_of(data).sheet == "Sheet"
    assert table_of(data, sheet="Other").labels == ("Customer", "Invoice")
    with pytest.raises(TableProblem) as caught:
        table_of(data, sheet="None")
    assert caught.value.finding.figures["sheets"] == "Cover, Other, Sheet"


def test_rows_of_a_workbook_are_numbered_from_its_top() -> None:
    rows: list[list[object]] = [[], ["Ledger"], [], ["Customer", "Invoice", "Amount"], ["A", 1, 5]]
    table = table_of(book(rows))
    (batch,) = table.batches()
    assert (table.header_row, list(batch.numbers)) == (4, [5])


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "nothing")
    assert problem_of(buffer.getvalue())[0] is Problem.BAD_WORKBOOK
    assert problem_of(buffer.getvalue()[:40])[0] is Problem.BAD_WORKBOOK


def rebuilt(data: bytes, name: str, content: bytes) -> bytes:
    """A workbook with one part replaced."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return buffer.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1 << 20)
    data = rebuilt(book([["a", "b"]]), SHEET, b"<x>" + b"0" * (4 << 20) + b"</x>")
    assert len(data) < 100_000
    assert problem_of(data)[0] is Problem.WORKBOOK_TOO_LARGE


def test_the_size_in_the_header_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1 << 20)
    data = rebuilt(book([["a", "b"]]), SHEET, b"<x>" + b"0" * (4 << 20) + b"</x>")
    true, false = (4 << 20) + 7, 100
    lying = data.replace(true.to_bytes(4, "little"), false.to_bytes(4, "little"))
    assert lying != data
    assert problem_of(lying)[0] is Problem.WORKBOOK_TOO_LARGE


def test_one_cell_far_out_does_not_reserve_the_whole_sheet() -> None:
    original = book([["Customer", "Invoice"], ["a", "b"]])
    with zipfile.ZipFile(io.BytesIO(original)) as archive:
        sheet = archive.read(SHEET)
    far = sheet.replace(
        b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    assert far != sheet
    assert problem_of(rebuilt(original, SHEET, far))[0] is Problem.WORKBOOK_TOO_LARGE


def test_a_broken_sheet_is_a_broken_workbook() -> None:
    data = rebuilt(book([["a", "b"]]), SHEET, b"<worksheet><sheetData><row><c>")
    assert problem_of(data)[0] in {Problem.BAD_WORKBOOK, Problem.EMPTY_FILE}


def test_entities_of_xml_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary")
    original = book([["Customer", "Invoice", "Amount"], ["a", "b", "c"]])
    with zipfile.ZipFile(io.BytesIO(original)) as archive:
        sheet = archive.read(SHEET)
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'.encode()
    evil = sheet.replace(b"<worksheet", doctype + b"<worksheet", 1).replace(
        b"</sheetData>",
        b'<row r="3"><c r="A3" t="inlineStr"><is><t>&e;</t></is></c></row></sheetData>',
    )
    try:
        rows = table_of(rebuilt(original, SHEET, evil)).sample()
    except TableProblem as refused:
        rows = [[str(refused.finding.value)]]
    assert "canary" not in str(rows)
