"""Guessing what the columns of a file are, from headings and from what is in them.

Which heading means what, for each program's exports and in general, is data:
`imports/data/presets.json` and `imports/data/synonyms.json`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from imports.rules.amounts import COMMA, POINT, parse_amount
from imports.rules.dates import looks_like_date
from imports.rules.headers import header_variants, normal_header
from imports.rules.mapping import Mapping
from imports.rules.targets import DATES, INVOICES, NUMERIC, PAYMENTS, Target, targets_for
from imports.rules.words import currency_of, email_of

_DATA: Final = Path(__file__).resolve().parent.parent / "data"
SOURCES: Final = ("generic", "zoho_crm", "zoho_books", "fxiaoke", "xero", "quickbooks")
# A column is what its heading says unless hardly any of its values agree; and it is what its
# values say, with no heading to go by, only when nearly all of them agree.
_CONTRADICTED: Final = 0.2
_EVIDENT: Final = 0.95
_EVIDENT_ROWS: Final = 2


@dataclass(frozen=True, slots=True)
class Preset:
    """How one program heads the columns of one of its exports."""

    source: str
    kind: str
    signature: tuple[frozenset[str], ...]
    """Of each set, the file has at least one heading."""
    columns: dict[str, Target]
    ignore: frozenset[str]
    """Headings that elsewhere mean something else ("Account code" is the client's, but a ledger
    account in Xero)."""


def _data(name: str) -> Any:
    return json.loads((_DATA / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def presets() -> tuple[Preset, ...]:
    """All presets, in the order in which they are tried."""
    return tuple(
        Preset(
            source=source,
            kind=one["kind"],
            signature=tuple(frozenset(group) for group in one["signature"]),
            columns={heading: Target(name) for heading, name in one["columns"].items()},
            ignore=frozenset(one.get("ignore", ())),
        )
        for source, several in _data("presets.json").items()
        for one in several
    )


@lru_cache(maxsize=2)
def synonyms(kind: str) -> dict[str, tuple[Target, int]]:
    """Normal heading to target and rank: of two columns for one target the lower rank wins."""
    found: dict[str, tuple[Target, int]] = {}
    for name, headings in _data("synonyms.json")[kind].items():
        for rank, heading in enumerate(headings):
            found.setdefault(heading, (Target(name), rank))
    return found


@lru_cache(maxsize=1)
def _all_headings() -> frozenset[str]:
    from_presets = {heading for preset in presets() for heading in preset.columns}
    return frozenset(synonyms(INVOICES)) | frozenset(synonyms(PAYMENTS)) | from_presets


def known_headings(row: Sequence[str]) -> int:
    """How many different headings of ledgers are in a row."""
    names = {v for cell in row if cell.strip() for v in header_variants(cell)}
    return len(names & _all_headings())


def guess_mapping(
    labels: Sequence[str], sample: Sequence[Sequence[str]], source: str = "auto"
) -> Mapping:
    """The likeliest mapping. It may be incomplete: `Mapping.missing` says what is left to say.

    `source` names the program whose export it is; "auto" finds out.
    """
    names = frozenset(variant for label in labels for variant in header_variants(label))
    preset = _matching_preset(names, source)
    kind = preset.kind if preset else _kind(labels, names)
    values = [[row[index].strip() for row in sample] for index in range(len(labels))]
    columns: list[Target | None] = [None] * len(labels)
    if preset:
        _assign(columns, _from_preset(labels, preset), values)
    ignore = preset.ignore if preset else frozenset()
    _assign(columns, _from_synonyms(labels, kind, ignore), values)
    _from_content(columns, kind, values)
    _settle(columns, kind)
    sections = kind == INVOICES and _has_sections(columns, sample)
    named = source if source in SOURCES else "generic"
    return Mapping(
        columns=tuple(columns),
        kind=kind,
        source=preset.source if preset else named,
        sections=sections,
    )


def _matching_preset(names: frozenset[str], source: str) -> Preset | None:
    wanted = [p for p in presets() if source in {"auto", p.source}]
    full = [p for p in wanted if all(group & names for group in p.signature)]
    if full:
        # The preset that recognises the most of the file.
        return max(full, key=lambda p: len(names & set(p.columns)))
    if source in {"auto", "generic"} or not wanted:
        return None
    return max(wanted, key=lambda p: len(names & set(p.columns)))


def _kind(labels: Sequence[str], names: frozenset[str]) -> str:
    """Receipts have a payment number or a way of paying, and nothing that falls due."""
    payments = {h for h, (t, _rank) in synonyms(PAYMENTS).items() if t in _PAYMENT_SIGNS}
    due = {h for h, (t, _rank) in synonyms(INVOICES).items() if t in _INVOICE_SIGNS}
    if names & (payments - due - _NOT_TELLING) and not names & due:
        return PAYMENTS
    return INVOICES


_PAYMENT_SIGNS: Final = frozenset({Target.PAYMENT_NUMBER, Target.METHOD, Target.APPLIED_AMOUNT})
_INVOICE_SIGNS: Final = frozenset(
    {Target.DUE_ON, Target.TERMS, Target.OPEN_BALANCE, Target.UNIT_PRICE, Target.STATUS}
)
_NOT_TELLING: Final = frozenset(
    {"num", "number", "transaction id", "transaction number", "transaction no", "单据编号", "mode"}
)

Candidate = tuple[int, Target, int]
"""Column, target, rank."""


def _from_preset(labels: Sequence[str], preset: Preset) -> list[Candidate]:
    order = list(preset.columns)
    return [
        (index, preset.columns[variant], order.index(variant))
        for index, label in enumerate(labels)
        for variant in header_variants(label)
        if variant in preset.columns
    ]


def _from_synonyms(labels: Sequence[str], kind: str, ignore: frozenset[str]) -> list[Candidate]:
    known = synonyms(kind)
    return [
        (index, *known[variant])
        for index, label in enumerate(labels)
        for variant in header_variants(label)
        if variant in known and variant not in ignore
    ]


def _assign(
    columns: list[Target | None], candidates: list[Candidate], values: list[list[str]]
) -> None:
    """Give each target its best column; a column has one meaning, and must not contradict it."""
    taken = {target for target in columns if target}
    filled = [any(column) for column in values]
    # Of two columns for one target, one with values goes before an empty one, then by rank.
    ranked = sorted(candidates, key=lambda c: (not filled[c[0]] and _is_needed(c[1]), c[2], c[0]))
    for index, target, _rank in ranked:
        is_free = columns[index] is None and target not in taken
        if is_free and _agreement(target, values[index]) >= _CONTRADICTED:
            columns[index] = target
            taken.add(target)
    # A file whose every date is broken still has a column of dates, to be named in each problem.
    for index, target, _rank in ranked:
        if columns[index] is None and target in _TOLD_BY_HEADING - taken:
            columns[index] = target
            taken.add(target)


_TOLD_BY_HEADING: Final = frozenset({Target.ISSUED_ON, Target.AMOUNT})


def _is_needed(target: Target) -> bool:
    return target in {Target.CLIENT_NAME, Target.INVOICE_NUMBER, Target.ISSUED_ON, Target.AMOUNT}


def _is_amount(value: str) -> bool:
    text = value.rstrip("%")
    return parse_amount(text, POINT) is not None or parse_amount(text, COMMA) is not None


def _test_of(target: Target) -> Callable[[str], bool] | None:
    if target in DATES:
        return looks_like_date
    if target in NUMERIC:
        return _is_amount
    if target is Target.CURRENCY:
        return lambda value: currency_of(value) is not None
    if target is Target.CONTACT_EMAIL:
        return lambda value: email_of(value) is not None
    return None


def _agreement(target: Target, values: Sequence[str]) -> float:
    """The share of values that can be what the target wants; 1 for a column without values."""
    test = _test_of(target)
    given = [value for value in values if value]
    if test is None or not given:
        return 1.0
    return sum(map(test, given)) / len(given)


def _from_content(columns: list[Target | None], kind: str, values: list[list[str]]) -> None:
    """What no heading told: e-mail addresses, currency codes, and two columns of dates."""
    free = [i for i, target in enumerate(columns) if target is None]
    for target in (Target.CONTACT_EMAIL, Target.CURRENCY):
        if target in targets_for(kind) and target not in columns:
            found = [i for i in free if _is_evident(target, values[i])]
            if len(found) == 1:
                columns[found[0]] = target
    if kind == INVOICES and Target.ISSUED_ON not in columns:
        dates = [i for i in free if columns[i] is None and _is_evident(Target.ISSUED_ON, values[i])]
        if Target.DUE_ON in columns and len(dates) == 1:
            columns[dates[0]] = Target.ISSUED_ON
        elif Target.DUE_ON not in columns and len(dates) == 2:  # noqa: PLR2004  # issued and due
            columns[dates[0]], columns[dates[1]] = Target.ISSUED_ON, Target.DUE_ON


def _is_evident(target: Target, values: Sequence[str]) -> bool:
    given = [value for value in values if value]
    if len(given) < _EVIDENT_ROWS:
        return False
    if target in DATES and all(value.isdigit() for value in given):
        return False
    return _agreement(target, given) >= _EVIDENT


def _settle(columns: list[Target | None], kind: str) -> None:
    """Two readings of one heading that the rest of the file decides."""
    nameless = not {Target.CLIENT_NAME, Target.CLIENT_CODE} & set(columns)
    if kind == INVOICES and nameless and Target.CONTACT_NAME in columns:
        # A column headed "Contact" with no company beside it is the client.
        columns[columns.index(Target.CONTACT_NAME)] = Target.CLIENT_NAME
    if kind == PAYMENTS and Target.AMOUNT not in columns and Target.APPLIED_AMOUNT in columns:
        columns[columns.index(Target.APPLIED_AMOUNT)] = Target.AMOUNT


def _has_sections(columns: Sequence[Target | None], sample: Sequence[Sequence[str]]) -> bool:
    """Reports put the client's name on a line of its own above the client's invoices."""
    if Target.CLIENT_NAME in columns or Target.CLIENT_CODE in columns:
        return False
    filled = [[i for i, cell in enumerate(row) if cell.strip()] for row in sample]
    return any(cells == [0] for cells in filled[:_SECTION_SEARCH])


_SECTION_SEARCH: Final = 20


def is_summary(labels: Sequence[str]) -> bool:
    """Whether the headings are those of an ageing summary: sums by age, and no invoice."""
    buckets = 0
    for label in labels:
        name = normal_header(label)
        digits = [part for part in name.split() if part.isdigit()]
        if digits and all(part.isdigit() or part in _BUCKET_WORDS for part in name.split()):
            buckets += 1
    return buckets > 1


_BUCKET_WORDS: Final = frozenset(
    {"days", "day", "over", "and", "to", "more", "older", "past", "due"}
)
