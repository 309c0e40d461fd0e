"""Which rows are records, and which are headings of sections, totals and footers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from imports.rules.dates import looks_like_date
from imports.rules.mapping import Mapping
from imports.rules.problems import Finding, Findings, Note
from imports.rules.table import Batch
from imports.rules.targets import LINE_FIELDS, PAYMENTS, Target
from imports.rules.words import is_total

_TOTAL_CELLS: Final = 3

Kept = tuple[Sequence[int], Sequence[Sequence[str]], Sequence[str] | None]


class RowFilter:
    """Keeps the records of each stretch, in order; remembers the section they are in."""

    def __init__(self, mapping: Mapping, findings: Findings) -> None:
        self._mapping = mapping
        self._findings = findings
        self._number = mapping.index_of(Target.INVOICE_NUMBER)
        self._day = mapping.index_of(
            Target.SETTLED_ON if mapping.kind == PAYMENTS else Target.ISSUED_ON
        )
        self._lines = [i for i, t in enumerate(mapping.columns) if t in LINE_FIELDS]
        self._section = ""
        self._last: Sequence[str] | None = None

    def kept(self, batch: Batch) -> Kept:
        """Row numbers, rows, and with sections the heading each row stands under."""
        if not self._mapping.sections and not self._has_oddities(batch.rows):
            self._last = batch.rows[-1]
            return batch.numbers, batch.rows, None
        numbers: list[int] = []
        rows: list[Sequence[str]] = []
        sections: list[str] = []
        for number, row in zip(batch.numbers, batch.rows, strict=True):
            record = self._record(number, row)
            if record is not None:
                numbers.append(number)
                rows.append(record)
                sections.append(self._section)
                self._last = record
        return numbers, rows, sections if self._mapping.sections else None

    def _has_oddities(self, rows: Sequence[Sequence[str]]) -> bool:
        """Records have a number and a day; most files have nothing else: no closer look."""
        for index in (self._number, self._day):
            if index is not None:
                column = [row[index] for row in rows]
                if "" in column or any(map(str.isspace, column)):
                    return True
        return False

    def _record(self, number: int, row: Sequence[str]) -> Sequence[str] | None:
        filled = [i for i, cell in enumerate(row) if cell.strip()]
        if self._day is not None and row[self._day].strip() and self._has_number(row):
            return row
        if any(is_total(row[i]) for i in filled[:_TOTAL_CELLS]) and not self._is_dated(row):
            self._skip(number, row[filled[0]])
            return None
        if len(filled) == 1:
            if self._mapping.sections and filled[0] == 0:
                self._section = " ".join(row[0].split())
            else:
                self._skip(number, row[filled[0]])
            return None
        return self._continued(row)

    def _has_number(self, row: Sequence[str]) -> bool:
        return self._number is None or bool(row[self._number].strip())

    def _is_dated(self, row: Sequence[str]) -> bool:
        return self._day is not None and looks_like_date(row[self._day])

    def _continued(self, row: Sequence[str]) -> Sequence[str]:
        """A further line of the invoice above: its number is given once, on the first line."""
        number = self._number
        if (
            number is None
            or row[number].strip()
            or self._last is None
            or self._is_dated(row)
            or not any(row[i].strip() for i in self._lines)
        ):
            return row
        return [self._last[number] if i == number else cell for i, cell in enumerate(row)]

    def _skip(self, number: int, value: str) -> None:
        self._findings.add(Finding(Note.SKIPPED_ROWS, row=number, value=value[:80]))
