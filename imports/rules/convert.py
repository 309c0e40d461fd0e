"""The second pass: cells become typed values, column by column, ready to be copied.

A million rows pass through here, so a stretch of rows is turned on its side and each column is
read in one go, with what was read before remembered. What cannot be read is a finding with its
row and column, and an empty value.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from core.money import minor_units, round_money
from imports.rules import words
from imports.rules.amounts import POINT, currency_of_sign, fitted, in_range, parse_amount
from imports.rules.dates import ASKED, DMY, MDY, parse_date
from imports.rules.mapping import Mapping, label_of
from imports.rules.parties import ATTRIBUTES, Parties
from imports.rules.problems import Finding, Findings, Note, Problem
from imports.rules.profile import Conventions
from imports.rules.rows import RowFilter
from imports.rules.table import Batch
from imports.rules.targets import AMOUNTS, DATES, LINE_FIELDS, Target

NULL: Final = r"\N"
_MEMO: Final = 200_000
_CLEAN: Final = re.compile(
    r"[^\s\\\x00-\x1f\x7f\u200b\ufeff]+(?: [^\s\\\x00-\x1f\x7f\u200b\ufeff]+)*"
)
_INVISIBLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\ufeff]")
_LENGTHS: Final = {
    Target.INVOICE_NUMBER: 80,
    Target.PAYMENT_NUMBER: 80,
    Target.CLIENT_CODE: 60,
    Target.CLIENT_NAME: 200,
}
_CUT: Final = {Target.REFERENCE: 120, Target.DESCRIPTION: 300}
_PERCENT: Final = Decimal(100)


Columns = MappingType[Target, Sequence[str]]


class Memo(dict[str, str]):
    """Remembers what each spelling was read as; forgets all rather than grow without bound."""

    def __init__(self, read: Callable[[str], str]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> str:
        if len(self) >= _MEMO:
            self.clear()
        value = self[text] = self._read(text)
        return value


#: Stands for a cell that holds something unreadable, until it is reported and emptied.
_BAD: Final = "\x00bad"


def clean(text: str) -> str:
    """Text without what a database cannot hold or nobody can see, with single spaces."""
    if _CLEAN.fullmatch(text):
        return text
    return " ".join(_INVISIBLE.sub("", text).split())


def are_clean(cells: Sequence[str]) -> bool:
    """Whether every text is clean and needs no escaping, asked of the whole column at once.

    False may also mean that a closer look is needed; True is certain.
    """
    together = f"|{'|'.join(cells)}|"
    return (
        together.isprintable()
        and "\\" not in together
        and "  " not in together
        and "| " not in together
        and " |" not in together
    )


def escaped(text: str) -> str:
    """A clean text as COPY wants it; an empty one is NULL."""
    return text.replace("\\", "\\\\") if text else NULL


@dataclass(frozen=True, slots=True)
class Reading:
    """All that is needed to read a file's cells."""

    mapping: Mapping
    labels: Sequence[str]
    conventions: Conventions
    currency: str
    """For rows without one."""
    time_zone: str
    shift: int = 0
    """Days that every date is moved by."""


class Converter:
    """Turns stretches of rows into lines for COPY, in the order of `columns`."""

    def __init__(self, reading: Reading, parties: Parties, findings: Findings) -> None:
        self._reading = reading
        self._mapping = reading.mapping
        self._parties = parties
        self._findings = findings
        self._rows = RowFilter(reading.mapping, findings)
        self._has_lines = bool(LINE_FIELDS & self._mapping.targets)
        self._memos = self._make_memos()
        self.bad_cells: set[tuple[int, str]] = set()
        self.columns: tuple[str, ...] = self._stage_columns()

    # What is copied ------------------------------------------------------------------------

    def _stage_columns(self) -> tuple[str, ...]:
        given = self._mapping.targets
        names = ["row", "client", "number", "currency"]
        names += [str(t) for t in (*_SIMPLE, *_AMOUNT_COLUMNS) if t in given]
        if Target.DISPUTED in given:
            names += ["disputed", "dispute_note"]
        if self._has_lines:
            names.append("line_total")
        return tuple(names)

    def lines(self, batch: Batch) -> Iterable[str]:
        """The stretch as lines for COPY; rows that are no records (headings, totals) are gone."""
        numbers, rows, sections = self._rows.kept(batch)
        if not rows:
            return ()
        cells = list(zip(*rows, strict=True))
        table = {
            target: cells[index]
            for index, target in enumerate(self._mapping.columns)
            if target is not None
        }
        return map("\t".join, zip(*self._values(table, numbers, sections), strict=True))

    def _values(
        self,
        table: Columns,
        numbers: Sequence[int],
        sections: Sequence[str] | None,
    ) -> list[Sequence[str]]:
        currencies = self._currencies(table, numbers)
        values: list[Sequence[str]] = [
            list(map(str, numbers)),
            self._clients(table, numbers, sections),
            self._texts(Target.INVOICE_NUMBER, table, numbers),
            currencies,
        ]
        values += [self._simple(t, table[t], numbers) for t in _SIMPLE if t in table]
        values += [
            self._amounts(t, table[t], numbers, currencies) for t in _AMOUNT_COLUMNS if t in table
        ]
        if Target.DISPUTED in table:
            values += self._disputed(table[Target.DISPUTED])
        if self._has_lines:
            values.append(self._line_totals(table, numbers, currencies))
        return values

    # Findings ------------------------------------------------------------------------------

    def _report(
        self, code: Problem | Note, target: Target, row: int, value: str, **figures: object
    ) -> None:
        column = label_of(target, self._mapping, self._reading.labels)
        self._findings.add(Finding(code, row=row, column=column, value=value, figures=figures))
        if isinstance(code, Problem):
            self.bad_cells.add((row, str(target)))

    def _report_bad(
        self,
        code: Problem | Note,
        target: Target,
        read: list[str],
        cells: Sequence[str],
        numbers: Sequence[int],
    ) -> list[str]:
        """Report the cells that could not be read, and leave them empty."""
        if _BAD in read:
            for index, value in enumerate(read):
                if value == _BAD:
                    self._report(code, target, numbers[index], cells[index])
                    read[index] = NULL
        return read

    # Columns -------------------------------------------------------------------------------

    def _make_memos(self) -> dict[Target, Memo]:
        reading = self._reading
        memos = {
            target: Memo(_date_reader(order, reading.time_zone, reading.shift))
            for target, order in reading.conventions.orders.items()
        }
        memos |= {target: Memo(read) for target, read in _READERS.items()}
        default = reading.currency
        memos[Target.CURRENCY] = Memo(
            lambda text: (words.currency_of(text, default) or _BAD) if text.strip() else default
        )
        return memos

    def _simple(self, target: Target, cells: Sequence[str], numbers: Sequence[int]) -> list[str]:
        if target in _CUT:
            length = _CUT[target]
            if are_clean(cells) and max(map(len, cells)) <= length:
                return [text or NULL for text in cells]
            return [escaped(clean(text)[:length]) for text in cells]
        if target in _LENGTHS:
            return self._texts(target, {target: cells}, numbers)
        read = list(map(self._memos[target].__getitem__, cells))
        return self._report_bad(
            _BAD_CODES.get(target, Problem.BAD_NUMBER), target, read, cells, numbers
        )

    def _texts(self, target: Target, table: Columns, numbers: Sequence[int]) -> list[str]:
        """Text that identifies something: kept whole or refused, never cut."""
        cells = table.get(target)
        if cells is None:
            return [NULL] * len(numbers)
        limit = _LENGTHS[target]
        if are_clean(cells) and max(map(len, cells)) <= limit:
            return [text or NULL for text in cells]
        read = [clean(text) for text in cells]
        for index, text in enumerate(read):
            if len(text) > limit:
                self._report(Problem.TOO_LONG, target, numbers[index], text, limit=limit)
                read[index] = ""
        return [escaped(text) for text in read]

    def _clients(
        self,
        table: Columns,
        numbers: Sequence[int],
        sections: Sequence[str] | None,
    ) -> list[str]:
        blank = [""] * len(numbers)
        codes = self._party_texts(Target.CLIENT_CODE, table, numbers) or blank
        names = self._party_texts(Target.CLIENT_NAME, table, numbers) or sections or blank
        given = {target: table[target] for target in ATTRIBUTES if target in table}
        found = self._parties.numbers_of(codes, names, numbers, given)
        return [NULL if number is None else str(number) for number in found]

    def _party_texts(
        self, target: Target, table: Columns, numbers: Sequence[int]
    ) -> Sequence[str] | None:
        if target not in table:
            return None
        cells, limit = table[target], _LENGTHS[target]
        if are_clean(cells) and max(map(len, cells)) <= limit:
            return cells
        read = [clean(text) for text in cells]
        for index, text in enumerate(read):
            if len(text) > limit:
                self._report(Problem.TOO_LONG, target, numbers[index], text, limit=limit)
                read[index] = text[:limit]
        return read

    def _currencies(self, table: Columns, numbers: Sequence[int]) -> list[str]:
        default = self._reading.currency
        if Target.CURRENCY in table:
            cells = table[Target.CURRENCY]
            read = list(map(self._memos[Target.CURRENCY].__getitem__, cells))
            return self._report_bad(Problem.BAD_CURRENCY, Target.CURRENCY, read, cells, numbers)
        if self._reading.conventions.signs:
            return self._currencies_by_sign(table, len(numbers))
        return [default] * len(numbers)

    def _currencies_by_sign(self, table: Columns, count: int) -> list[str]:
        default, found = self._reading.currency, [""] * count
        for target in sorted(AMOUNTS & table.keys()):
            for index, text in enumerate(table[target]):
                if not found[index] and text:
                    amount = parse_amount(text.strip(), self._decimal(target))
                    sign = amount.sign if amount else ""
                    found[index] = (currency_of_sign(sign, default) or "") if sign else ""
        return [currency or default for currency in found]

    def _decimal(self, target: Target) -> str:
        return self._reading.conventions.decimals.get(target) or POINT

    def _amounts(
        self,
        target: Target,
        cells: Sequence[str],
        numbers: Sequence[int],
        currencies: Sequence[str],
    ) -> list[str]:
        plain = _plain_amount(set(currencies)) if self._decimal(target) == POINT else None
        if plain is not None:
            if all(map(plain, cells)):
                return list(cells)
            return [
                text if plain(text) else self._amount(target, text, numbers[i], currencies[i])
                for i, text in enumerate(cells)
            ]
        return [
            self._amount(target, text, numbers[i], currencies[i]) for i, text in enumerate(cells)
        ]

    def _amount(self, target: Target, text: str, row: int, currency: str) -> str:
        text = text.strip()
        if not text:
            return NULL
        amount = parse_amount(text, self._decimal(target))
        if amount is None:
            self._report(Problem.BAD_AMOUNT, target, row, text)
            return NULL
        if not in_range(amount.value):
            self._report(Problem.TOO_LARGE, target, row, text)
            return NULL
        if currency == NULL:
            return NULL
        value = fitted(amount.value, currency)
        if value is None:
            figures = {"currency": currency, "places": minor_units(currency)}
            self._report(Problem.TOO_PRECISE, target, row, text, **figures)
            return NULL
        return format(value, "f")

    def _disputed(self, cells: Sequence[str]) -> list[list[str]]:
        memo = self._memos[Target.DISPUTED]
        flags = [memo[text] for text in cells]
        notes = [
            NULL if words.flag_of(text) is not None else escaped(clean(text)[:300])
            for text in cells
        ]
        return [flags, notes]

    # Lines of an invoice -------------------------------------------------------------------

    def _line_totals(
        self,
        table: Columns,
        numbers: Sequence[int],
        currencies: Sequence[str],
    ) -> list[str]:
        """Line amount, or quantity x price less discount, plus tax, rounded once per line."""
        fields = [t for t in _LINE_PARTS if t in table]
        totals: list[str] = []
        for index, cells in enumerate(zip(*(table[t] for t in fields), strict=True)):
            given = dict(zip(fields, cells, strict=True))
            totals.append(self._line_total(given, numbers[index], currencies[index]))
        return totals

    def _line_total(self, given: dict[Target, str], row: int, currency: str) -> str:
        parts: dict[Target, Decimal] = {}
        for target, text in given.items():
            value = self._line_part(target, text.strip(), row)
            if value is not None:
                parts[target] = value
        line = parts.get(Target.LINE_AMOUNT)
        if line is None and Target.UNIT_PRICE in parts:
            share = 1 - parts.get(Target.DISCOUNT, Decimal(0)) / _PERCENT
            line = parts.get(Target.QUANTITY, Decimal(1)) * parts[Target.UNIT_PRICE] * share
        if line is None or currency == NULL:
            return NULL
        tax = parts.get(Target.TAX, Decimal(0))
        if given.get(Target.TAX, "").strip().endswith("%"):
            tax = line * tax / _PERCENT
        total = round_money(line + tax, currency)
        if not in_range(total):
            self._report(Problem.TOO_LARGE, Target.UNIT_PRICE, row, str(total))
            return NULL
        return format(total, "f")

    def _line_part(self, target: Target, text: str, row: int) -> Decimal | None:
        if not text:
            return None
        amount = parse_amount(text.rstrip("% "), self._decimal(Target.UNIT_PRICE))
        if amount is None or not in_range(amount.value):
            # Tax is often a code ("20% VAT on income"): only a number or a rate counts.
            if target is not Target.TAX:
                self._report(Problem.BAD_AMOUNT, target, row, text)
            return None
        return amount.value


def _date_reader(order: str, time_zone: str, shift: int) -> Callable[[str], str]:
    moved = dt.timedelta(days=shift)

    def read(text: str) -> str:
        if not text.strip():
            return NULL
        day = parse_date(text, DMY if order == ASKED else order, time_zone)
        if day is None and order == ASKED:
            day = parse_date(text, MDY, time_zone)
        return (day + moved).isoformat() if day else _BAD

    return read


def _or_null(read: Callable[[str], object]) -> Callable[[str], str]:
    """Read a word; what is not understood is left empty, and judged where it matters."""

    def reader(text: str) -> str:
        value = read(text)
        return NULL if value is None else str(value)

    return reader


def _days(text: str) -> str:
    if not text.strip():
        return NULL
    days = words.terms_of(text)
    return NULL if days is None else str(days)


def _status(text: str) -> str:
    return words.status_of(text) or escaped("?" + clean(text)[:60])


def _disputed_flag(text: str) -> str:
    # What is neither yes nor no is the reason of a dispute.
    return "f" if words.flag_of(text) is False else "t"


_READERS: Final[dict[Target, Callable[[str], str]]] = {
    Target.TERMS: _days,
    Target.DAYS_TO_SETTLE: _days,
    Target.STATUS: _status,
    Target.DISPUTED: _disputed_flag,
    Target.DOCUMENT_TYPE: _or_null(words.document_type_of),
    Target.METHOD: words.method_of,
}
_BAD_CODES: Final = dict.fromkeys(DATES, Problem.BAD_DATE)
_SIMPLE: Final = (
    Target.DOCUMENT_TYPE,
    Target.ISSUED_ON,
    Target.DUE_ON,
    Target.TERMS,
    Target.SETTLED_ON,
    Target.DAYS_TO_SETTLE,
    Target.STATUS,
    Target.REFERENCE,
    Target.DESCRIPTION,
    Target.PAYMENT_NUMBER,
    Target.METHOD,
)
_AMOUNT_COLUMNS: Final = (
    Target.AMOUNT,
    Target.PAID_AMOUNT,
    Target.OPEN_BALANCE,
    Target.DISPUTED_AMOUNT,
    Target.APPLIED_AMOUNT,
)
_LINE_PARTS: Final = (
    Target.LINE_AMOUNT,
    Target.QUANTITY,
    Target.UNIT_PRICE,
    Target.DISCOUNT,
    Target.TAX,
)


def _plain_amount(currencies: set[str]) -> Callable[[str], object] | None:
    """What recognises an amount that can be copied as it stands, when all rows share a currency."""
    if len(currencies) != 1:
        return None
    (currency,) = currencies
    if currency == NULL:
        return None
    places = minor_units(currency)
    fraction = rf"(?:\.\d{{1,{places}}})?" if places else ""
    return re.compile(rf"-?\d{{1,15}}{fraction}", re.ASCII).fullmatch
