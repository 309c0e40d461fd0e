"""Small ledgers of every shape, and what imports them in a test."""

import csv
import datetime as dt
import io
import random
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl

from clients.models import Creditor
from imports.services.files import import_path
from imports.services.imports import Outcome, UnableToImport
from imports.services.options import Options
from tests.factories import NOW

TODAY = dt.date(2026, 6, 30)
CNY_LEDGER = """\
客户名称,发票号,开票日期,到期日,金额,币种,已收金额,收款日期,争议
上海远东贸易有限公司,FP-1,2026年1月5日,2026年2月4日,"1,000.00",人民币,"1,000.00",2026年2月10日,否
上海远东贸易有限公司,FP-2,2026年3月5日,2026年4月4日,"2,500.50",人民币,500.50,2026年4月20日,否
苏州云锦纺织有限公司,FP-3,2026年5月5日,2026年6月4日,800.00,人民币,,,是
"""


def write(directory: Path, text: str, name: str = "ledger.csv", encoding: str = "utf-8") -> Path:
    """A text file."""
    path = directory / name
    path.write_bytes(text.encode(encoding))
    return path


def rows_to_csv(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV text."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return buffer.getvalue()


def write_xlsx(
    directory: Path, rows: Iterable[Sequence[Any]], name: str = "ledger.xlsx", sheet: str = "Sheet"
) -> Path:
    """A workbook with one sheet."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    path = directory / name
    book.save(path)
    return path


IBM_HEADINGS = [
    "countryCode",
    "customerID",
    "PaperlessDate",
    "invoiceNumber",
    "InvoiceDate",
    "DueDate",
    "InvoiceAmount",
    "Disputed",
    "SettledDate",
    "PaperlessBill",
    "DaysToSettle",
    "DaysLate",
]


def factoring_rows(count: int = 120, seed: int = 7) -> list[list[str]]:
    """Rows as in a factoring sample that is widely used: month first, all settled, no names."""
    chance = random.Random(seed)
    rows = []
    for number in range(count):
        issued = dt.date(2025, 1, 2) + dt.timedelta(days=chance.randrange(300))
        days = chance.randrange(0, 75)
        due, settled = issued + dt.timedelta(days=30), issued + dt.timedelta(days=days)
        rows.append(
            [
                str(chance.choice((391, 406, 770, 897, 818))),
                f"{chance.randrange(20):04d}-ABCDE",
                _us(issued + dt.timedelta(days=5)),
                str(611365 + number * 37),
                _us(issued),
                _us(due),
                str(Decimal(chance.randrange(100, 20000)) / 100),
                chance.choice(("Yes", "No", "No", "No")),
                _us(settled),
                chance.choice(("Paper", "Electronic")),
                str(days),
                str(max(days - 30, 0)),
            ]
        )
    return rows


def _us(day: dt.date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def take_in(path: Path, creditor: Creditor, **more: Any) -> Outcome:
    """Import a file as the command does."""
    on = more.pop("on", TODAY)
    options = Options(creditor, on, more.pop("until", None), more.pop("shift", 0))
    return import_path(path=path, options=options, actor=None, at=NOW, **more)


def refused(path: Path, creditor: Creditor, **more: Any) -> list[tuple[int, str, str]]:
    """Row, column and code of each problem of a file that must be refused."""
    try:
        take_in(path, creditor, **more)
    except UnableToImport as refusal:
        return [(f.row, f.column, str(f.code)) for f in refusal.findings.problems]
    raise AssertionError("the file was taken in")
