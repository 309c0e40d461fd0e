"""What changed between two texts, so that a person can read it.

Pure. Within a paragraph word by word, Chinese sign by sign; the result is plain values without
markup, for `components/difference.html` or a room's own page.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

SAME, ADDED, REMOVED = "same", "added", "removed"

# A run of letters and digits, one Chinese sign, a run of spaces, or one other sign.
_TOKEN: Final = re.compile(r"[^\W_\u2e80-\u9fff]+(?:[.,][^\W_\u2e80-\u9fff]+)*|\s+|.", re.DOTALL)
#: Below this likeness a paragraph is shown as replaced: islands of equal words only confuse.
_ALIKE: Final = 0.35
#: Paragraphs beyond this are compared as a whole; nobody writes them.
_MOST_TOKENS: Final = 6000


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words and whether they are in both versions, only in the new or only in the old."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ParagraphChange:
    """One paragraph that differs: its place, counted from 1, and its pieces."""

    place: int
    pieces: tuple[Piece, ...]


def compare_texts(old: str, new: str) -> tuple[Piece, ...]:
    """The pieces of two texts: same, removed, added; removed stands before what replaces it."""
    if old == new:
        return (Piece(SAME, new),) if new else ()
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(before), len(after)) > _MOST_TOKENS:
        return replaced(old, new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if before and after and matcher.ratio() < _ALIKE:
        return replaced(old, new)
    pieces: list[Piece] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            pieces.append(Piece(SAME, "".join(after[c:d])))
            continue
        pieces += replaced("".join(before[a:b]), "".join(after[c:d]))
    return tuple(pieces)


def replaced(old: str, new: str) -> tuple[Piece, ...]:
    """One text in the place of another; an empty one is left out."""
    return tuple(piece for piece in (Piece(REMOVED, old), Piece(ADDED, new)) if piece.text)


def paragraphs(text: str) -> list[str]:
    """A text in its paragraphs: one per line that says something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def compare_paragraphs(before: Sequence[str], after: Sequence[str]) -> Iterator[ParagraphChange]:
    """What differs, paragraph against paragraph; one that came or went is shown whole."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        for offset in range(max(b - a, d - c)):
            was = before[a + offset] if a + offset < b else ""
            now = after[c + offset] if c + offset < d else ""
            place = (c if now else a) + offset + 1
            yield ParagraphChange(place, compare_texts(was, now))
