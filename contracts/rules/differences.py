"""What changed between two versions of a contract, so that a person can read it.

Clauses, lines and entries of the schedule are paired first, then compared: within a paragraph
word by word, Chinese sign by sign. Input is the content of two versions as
`contracts.selectors.texts.contract_content` makes it; output is plain values without markup.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum
from typing import Any

from core.differences import (
    ADDED,
    REMOVED,
    SAME,
    Piece,
    compare_paragraphs,
    compare_texts,
    paragraphs,
    replaced,
)

__all__ = [
    "ADDED",
    "REMOVED",
    "SAME",
    "Difference",
    "FieldChange",
    "How",
    "Part",
    "Piece",
    "compare_texts",
    "differences",
    "paragraphs",
]

Content = Mapping[str, Any]


class Part(Enum):
    """Where in the contract something changed."""

    TERMS = "terms"
    PARTIES = "parties"
    LINES = "lines"
    SCHEDULE = "schedule"
    CLAUSES = "clauses"


class How(Enum):
    """What happened to it."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One figure, name or paragraph. `name` is the key of the content; `index` a paragraph's."""

    name: str
    pieces: tuple[Piece, ...]
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changed: a clause, a line, an entry, or the terms as a whole.

    `label` names it to the reader, `label_zh` in Chinese; numbers are places counted from 1, of
    the old and the new version, 0 where it does not exist.
    """

    part: Part
    how: How
    label: str = ""
    label_zh: str = ""
    old_place: int = 0
    new_place: int = 0
    fields: tuple[FieldChange, ...] = ()


def differences(old: Content, new: Content) -> list[Difference]:
    """Everything that differs, in the order of the contract's parts; empty for the same text."""
    return [
        *_facts(Part.TERMS, old.get("terms", {}), new.get("terms", {})),
        *_facts(Part.PARTIES, _flat(old.get("parties", {})), _flat(new.get("parties", {}))),
        *_listed(Part.LINES, old, new, key=_line_key, label=lambda row: (row["description"],) * 2),
        *_listed(Part.SCHEDULE, old, new, key=_entry_key, label=_entry_label),
        *_listed(Part.CLAUSES, old, new, key=_clause_key, label=_clause_label),
    ]


# --- facts ----------------------------------------------------------------------------------


def _flat(parties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"{party}.{name}": value
        for party, facts in parties.items()
        for name, value in facts.items()
    }


def _facts(part: Part, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    changed = tuple(_fields(old, new, [*old, *(name for name in new if name not in old)]))
    return [Difference(part, How.CHANGED, fields=changed)] if changed else []


def _fields(
    old: Mapping[str, Any], new: Mapping[str, Any], names: Sequence[str]
) -> Iterator[FieldChange]:
    for name in names:
        before, after = _said(old.get(name)), _said(new.get(name))
        if before != after:
            yield FieldChange(name, replaced(before, after))


def _said(value: object) -> str:
    return "" if value is None else str(value)


# --- lists ----------------------------------------------------------------------------------

Row = Mapping[str, Any]


def _line_key(row: Row) -> tuple[str, ...]:
    return (str(row["description"]),)


def _entry_key(row: Row) -> tuple[str, ...]:
    return (str(row["kind"]), str(row.get("label", "")), str(row.get("due_on")))


def _clause_key(row: Row) -> tuple[str, ...]:
    which = str(row.get("code") or row["heading"] or row["heading_zh"])
    kind = str(row["kind"])
    # Another late charge replaced the one before; two clauses on anything else are two clauses.
    return (which if kind == "OTHER" else kind, which)


def _entry_label(row: Row) -> tuple[str, str]:
    label = str(row.get("label") or row.get("due_on") or row["kind"])
    return label, label


def _clause_label(row: Row) -> tuple[str, str]:
    english, chinese = str(row["heading"]), str(row["heading_zh"])
    return english or chinese, chinese or english


def _listed(
    part: Part,
    old: Content,
    new: Content,
    *,
    key: Callable[[Row], tuple[str, ...]],
    label: Callable[[Row], tuple[str, str]],
) -> list[Difference]:
    before: Sequence[Row] = old.get(part.value, [])
    after: Sequence[Row] = new.get(part.value, [])
    pairs = _pairs(before, after, key)
    moved = _moved(pairs)
    found = []
    for a, b in pairs:
        old_row, new_row = before[a] if a is not None else None, after[b] if b is not None else None
        fields = tuple(_row_changes(part, old_row or {}, new_row or {}))
        if old_row is not None and new_row is not None and not fields and (a, b) not in moved:
            continue
        english, chinese = label(new_row or old_row or {})
        found.append(
            Difference(
                part,
                _how(old_row, new_row, has_changed=bool(fields)),
                label=english,
                label_zh=chinese,
                old_place=0 if a is None else a + 1,
                new_place=0 if b is None else b + 1,
                fields=fields,
            )
        )
    return found


def _how(old: Row | None, new: Row | None, *, has_changed: bool) -> How:
    if old is None:
        return How.ADDED
    if new is None:
        return How.REMOVED
    return How.CHANGED if has_changed else How.MOVED


Pair = tuple[int | None, int | None]


def _pairs(
    before: Sequence[Row], after: Sequence[Row], key: Callable[[Row], tuple[str, ...]]
) -> list[Pair]:
    """Which row became which: by the whole key, then by its first part in order; rest alone."""
    free_old, free_new = list(range(len(before))), list(range(len(after)))
    paired: list[tuple[int, int]] = []
    for length in (None, 1 if before and len(key(before[0])) > 1 else None):
        for b in list(free_new):
            same = (a for a in free_old if key(before[a])[:length] == key(after[b])[:length])
            a = next(same, None)
            if a is not None:
                paired.append((a, b))
                free_old.remove(a)
                free_new.remove(b)
    paired.sort(key=lambda pair: pair[1])
    # What is gone is told where it was: before the first that followed it.
    result: list[Pair] = []
    news: dict[int, int | None] = {**{b: a for a, b in paired}, **dict.fromkeys(free_new)}
    for b in range(len(after)):
        partner = news[b]
        if partner is not None:
            while free_old and free_old[0] < partner:
                result.append((free_old.pop(0), None))
        result.append((partner, b))
    return [*result, *((a, None) for a in free_old)]


def _moved(pairs: Sequence[Pair]) -> set[Pair]:
    """The fewest rows that must have moved for the order to be what it is."""
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    old_order = sorted(a for a, _b in both)
    new_order = [a for a, _b in both]
    kept: set[int] = set()
    for block in SequenceMatcher(None, old_order, new_order, autojunk=False).get_matching_blocks():
        kept.update(old_order[block.a : block.a + block.size])
    return {(a, b) for a, b in both if a not in kept}


def _row_changes(part: Part, old: Row, new: Row) -> Iterator[FieldChange]:
    prose = {"heading", "heading_zh", "body", "body_zh"} if part is Part.CLAUSES else set()
    hidden = {"position", "kind", "code", "version"} if part is Part.CLAUSES else {"position"}
    for name in [*new, *(name for name in old if name not in new)]:
        if name in hidden:
            continue
        before, after = _said(old.get(name)), _said(new.get(name))
        if before == after:
            continue
        if name not in prose:
            whole = name in {"description", "deliverable", "label"}
            pieces = compare_texts(before, after) if whole else replaced(before, after)
            yield FieldChange(name, pieces)
        else:
            yield from _prose(name, before, after)


def _prose(name: str, old: str, new: str) -> Iterator[FieldChange]:
    """Paragraph against paragraph; a paragraph that came or went is shown whole."""
    for change in compare_paragraphs(paragraphs(old), paragraphs(new)):
        yield FieldChange(name, change.pieces, index=change.place)
