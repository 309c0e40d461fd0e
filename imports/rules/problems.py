"""What is found in a file: problems, which stop the import, and notes, which do not.

A finding is a code with its figures; the words for it, in the reader's language, are in
`imports.selectors.finding_words`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Problem(StrEnum):
    """Why a file is not taken in."""

    # The file as a whole
    EMPTY_FILE = "empty_file"
    NOT_TEXT = "not_text"
    BAD_BYTES = "bad_bytes"
    BAD_QUOTES = "bad_quotes"
    BAD_WORKBOOK = "bad_workbook"
    WORKBOOK_TOO_LARGE = "workbook_too_large"
    UNKNOWN_SHEET = "unknown_sheet"
    NO_HEADER = "no_header"
    NO_ROWS = "no_rows"
    TOO_WIDE = "too_wide"
    # The mapping
    MISSING_TARGET = "missing_target"
    UNKNOWN_COLUMN = "unknown_column"
    UNKNOWN_TARGET = "unknown_target"
    TARGET_TWICE = "target_twice"
    AMBIGUOUS_DATES = "ambiguous_dates"
    MIXED_DATES = "mixed_dates"
    SUMMARY_REPORT = "summary_report"
    # One cell
    EXTRA_CELLS = "extra_cells"
    MISSING_VALUE = "missing_value"
    BAD_DATE = "bad_date"
    BAD_AMOUNT = "bad_amount"
    TOO_LARGE = "too_large"
    TOO_PRECISE = "too_precise"
    BAD_CURRENCY = "bad_currency"
    BAD_NUMBER = "bad_number"
    TOO_LONG = "too_long"
    NO_DUE_DATE = "no_due_date"
    # Between rows
    ROW_TWICE = "row_twice"
    NUMBER_CLASH = "number_clash"
    LINE_WITHOUT_AMOUNT = "line_without_amount"
    ZERO_AMOUNT = "zero_amount"
    BALANCE_ABOVE_AMOUNT = "balance_above_amount"
    DISPUTE_ABOVE_AMOUNT = "dispute_above_amount"
    SETTLEMENT_BELOW_ZERO = "settlement_below_zero"
    # Against the ledger
    CHANGED_FACT = "changed_fact"
    AMBIGUOUS_CLIENT = "ambiguous_client"
    BOOKS_CLOSED = "books_closed"
    UNKNOWN_INVOICE = "unknown_invoice"
    OTHER_CLIENT = "other_client"
    OTHER_CURRENCY = "other_currency"
    CHANGED_RECEIPT = "changed_receipt"
    PAYMENT_CLASH = "payment_clash"


class Note(StrEnum):
    """What was decided on the way and should be known."""

    DEFAULT_CURRENCY = "default_currency"
    SYMBOL_CURRENCY = "symbol_currency"
    DATE_ORDER = "date_order"
    UNUSED_COLUMNS = "unused_columns"
    SKIPPED_ROWS = "skipped_rows"
    LEFT_OUT_STATUS = "left_out_status"
    LEFT_OUT_STANDS = "left_out_stands"
    LEFT_OUT_ZERO = "left_out_zero"
    LEFT_OUT_LATER = "left_out_later"
    LEFT_OUT_USED_CREDIT = "left_out_used_credit"
    PART_USED_CREDIT = "part_used_credit"
    UNKNOWN_STATUS = "unknown_status"
    PARTIAL_WITHOUT_AMOUNT = "partial_without_amount"
    WRITTEN_OFF = "written_off"
    LINES_ADDED_UP = "lines_added_up"
    DUE_FROM_TERMS = "due_from_terms"
    DUE_FROM_DEFAULT = "due_from_default"
    DUE_BEFORE_ISSUED = "due_before_issued"
    SETTLED_BEFORE_ISSUED = "settled_before_issued"
    ASSUMED_DATE = "assumed_date"
    OVERPAID = "overpaid"
    BALANCE_DIFFERS = "balance_differs"
    PAID_WITH_BALANCE = "paid_with_balance"
    LEDGER_AHEAD = "ledger_ahead"
    TAKEN_BACK = "taken_back"
    REPLACED_ASSUMED = "replaced_assumed"
    NOT_COUNTRIES = "not_countries"
    UNKNOWN_COUNTRY = "unknown_country"
    UNKNOWN_OWNER = "unknown_owner"
    BAD_EMAIL = "bad_email"
    CLIENT_NAMES_DIFFER = "client_names_differ"
    SAME_NAME_EXISTS = "same_name_exists"
    MORE_THAN_OPEN = "more_than_open"
    WITHOUT_INVOICE = "without_invoice"
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `row` is the row as a spreadsheet numbers it, 0 for the file as a whole."""

    code: Problem | Note
    row: int = 0
    column: str = ""
    value: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_problem(self) -> bool:
        """Whether it stops the import."""
        return isinstance(self.code, Problem)

    def as_json(self) -> dict[str, Any]:
        """For keeping with the import."""
        return {
            "code": str(self.code),
            "row": self.row,
            "column": self.column,
            "value": self.value[:200],
            "figures": dict(self.figures),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Finding:
        """The finding that `as_json` kept."""
        code = data["code"]
        known: Problem | Note = Problem(code) if code in set(Problem) else Note(code)
        return cls(known, data["row"], data["column"], data["value"], data["figures"])


class TableProblem(Exception):
    """The file cannot be read any further."""

    def __init__(self, code: Problem, *, row: int = 0, value: str = "", **figures: Any) -> None:
        super().__init__(code)
        self.finding = Finding(code, row=row, value=value, figures=figures)


PROBLEMS_KEPT = 1000
EXAMPLES_KEPT = 20


class Findings:
    """Collects findings: all are counted, the first ones of each kind are kept.

    A file of a million rows may be wrong in every one of them; nobody reads more than the
    first thousand, and memory is bounded.
    """

    def __init__(self) -> None:
        self.counts: Counter[Problem | Note] = Counter()
        self._kept: list[Finding] = []
        self._kept_problems = 0

    def add(self, finding: Finding, *, count: int = 1) -> None:
        """Note a finding; `count` when it stands for several rows."""
        if count <= 0:
            return
        seen = self.counts[finding.code]
        self.counts[finding.code] += count
        if finding.is_problem:
            if self._kept_problems < PROBLEMS_KEPT:
                self._kept.append(finding)
                self._kept_problems += 1
        elif seen < EXAMPLES_KEPT:
            self._kept.append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Note several."""
        for finding in findings:
            self.add(finding)

    @property
    def problem_count(self) -> int:
        """How many problems, kept or not."""
        return sum(n for code, n in self.counts.items() if isinstance(code, Problem))

    @property
    def problems(self) -> list[Finding]:
        """The problems that were kept, in the order of the rows."""
        return sorted((f for f in self._kept if f.is_problem), key=lambda f: (f.row, f.column))

    @property
    def notes(self) -> list[Finding]:
        """Examples of each note."""
        return [f for f in self._kept if not f.is_problem]
