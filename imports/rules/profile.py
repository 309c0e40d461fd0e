"""The first pass over a file: how its dates and amounts are written, judged over whole columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from imports.rules.amounts import MarkEvidence, currency_of_sign
from imports.rules.dates import ASKED, AUTO, IntervalEvidence, OrderEvidence
from imports.rules.mapping import Mapping, label_of
from imports.rules.problems import Finding, Findings, Note, Problem
from imports.rules.table import Batch
from imports.rules.targets import AMOUNTS, DATES, Target
from imports.rules.words import are_countries, terms_of

# Rows whose dates are compared with the days between them; and how many spellings are remembered.
_INTERVAL_ROWS: Final = 5_000
_DISTINCT_KEPT: Final = 20_000
_INTERVALS: Final = (
    (Target.ISSUED_ON, Target.DUE_ON, Target.TERMS),
    (Target.ISSUED_ON, Target.SETTLED_ON, Target.DAYS_TO_SETTLE),
)


@dataclass(frozen=True, slots=True)
class Conventions:
    """How the values of a file are read."""

    orders: dict[Target, str]
    decimals: dict[Target, str]
    countries: bool
    """Whether the column of countries names countries."""
    signs: bool
    """Whether the currency is to be read from the signs beside the amounts."""
    rows: int


@dataclass
class Profile:
    """Evidence from every row of a file."""

    mapping: Mapping
    labels: Sequence[str]
    rows: int = 0
    orders: dict[Target, OrderEvidence] = field(default_factory=dict)
    marks: dict[Target, MarkEvidence] = field(default_factory=dict)
    intervals: IntervalEvidence = field(default_factory=IntervalEvidence)
    countries: set[str] = field(default_factory=set)
    _seen: dict[Target, set[str]] = field(default_factory=dict)

    def feed(self, batches: Iterable[Batch]) -> Profile:
        """Look at every row."""
        dates = sorted(self.mapping.targets & DATES)
        amounts = sorted(self.mapping.targets & AMOUNTS)
        self.orders = {target: OrderEvidence() for target in dates}
        self.marks = {target: MarkEvidence() for target in amounts}
        self._seen = {target: set() for target in dates}
        for batch in batches:
            columns = list(zip(*batch.rows, strict=True))
            for target in dates:
                self._feed_dates(target, columns[self._index(target)], batch.numbers)
            for target in amounts:
                self.marks[target].feed(columns[self._index(target)])
            if Target.COUNTRY in self.mapping.targets and len(self.countries) < _DISTINCT_KEPT:
                self.countries.update(columns[self._index(Target.COUNTRY)])
            if self.rows < _INTERVAL_ROWS:
                self._feed_intervals(columns)
            self.rows += len(batch.rows)
        return self

    def _index(self, target: Target) -> int:
        return self.mapping.columns.index(target)

    def _feed_dates(self, target: Target, column: Sequence[str], numbers: Sequence[int]) -> None:
        seen = self._seen[target]
        new = set(column) - seen
        if new:
            self.orders[target].feed(sorted(new), lambda value: numbers[column.index(value)])
            if len(seen) < _DISTINCT_KEPT:
                seen |= new

    def _feed_intervals(self, columns: Sequence[Sequence[str]]) -> None:
        for start, end, days in _INTERVALS:
            if {start, end, days} <= self.mapping.targets:
                triple = (columns[self._index(target)] for target in (start, end, days))
                for first, last, text in zip(*triple, strict=True):
                    count = terms_of(text)
                    if count is not None:
                        self.intervals.feed(first, last, count)

    def conventions(self, findings: Findings, default_currency: str) -> Conventions:
        """What follows from the evidence. Undecidable dates are a problem that says so."""
        signs = self._signs(findings, default_currency)
        together = MarkEvidence()
        for one in self.marks.values():
            together.merge(one)
        decimal = self.mapping.decimal or together.decimal
        are = bool(self.countries) and are_countries(frozenset(self.countries))
        if any(value.strip() for value in self.countries) and not are:
            examples = ", ".join(sorted(v for v in self.countries if v.strip())[:3])
            self._note(findings, Note.NOT_COUNTRIES, Target.COUNTRY, examples)
        return Conventions(
            orders={target: self._order(target, findings) for target in self.orders},
            decimals=dict.fromkeys(self.marks, decimal),
            countries=are,
            signs=signs,
            rows=self.rows,
        )

    def _note(self, findings: Findings, code: Note, target: Target, value: str) -> None:
        column = label_of(target, self.mapping, self.labels)
        findings.add(Finding(code, column=column, value=value))

    def _order(self, target: Target, findings: Findings) -> str:
        if self.mapping.date_order != AUTO:
            return self.mapping.date_order
        evidence = self.orders[target]
        column = label_of(target, self.mapping, self.labels)
        if evidence.is_mixed:
            _mixed(evidence, column, findings)
            return ASKED
        if evidence.order != AUTO or not evidence.is_open:
            return evidence.order
        others = {one.order for one in self.orders.values()} - {AUTO}
        order = others.pop() if len(others) == 1 else self.intervals.order
        if order == AUTO:
            row, value = evidence.either_example or (0, "")
            findings.add(Finding(Problem.AMBIGUOUS_DATES, row=row, column=column, value=value))
            return ASKED
        findings.add(Finding(Note.DATE_ORDER, column=column, value=order))
        return order

    def _signs(self, findings: Findings, default: str) -> bool:
        """Without a column of currencies, the signs beside the amounts tell them."""
        signs = set().union(*(one.signs for one in self.marks.values())) if self.marks else set()
        if Target.CURRENCY in self.mapping.targets or self.mapping.currency:
            return False
        known = {currency for sign in signs if (currency := currency_of_sign(sign, default))}
        if not known:
            findings.add(Finding(Note.DEFAULT_CURRENCY, value=default))
            return False
        findings.add(Finding(Note.SYMBOL_CURRENCY, value=", ".join(sorted(known))))
        return True


def _mixed(evidence: OrderEvidence, column: str, findings: Findings) -> None:
    day_row, day = evidence.day_first_example or (0, "")
    month_row, month = evidence.month_first_example or (0, "")
    findings.add(
        Finding(
            Problem.MIXED_DATES,
            row=max(day_row, month_row),
            column=column,
            value=day if day_row > month_row else month,
            figures={"day": day, "day_row": day_row, "month": month, "month_row": month_row},
        )
    )
