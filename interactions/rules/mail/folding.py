"""What a person wrote, apart from what the mail program quoted below it.

Folding loses nothing: the pieces, joined by newlines, are the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final


class PieceKind(Enum):
    """What a piece of a mail is."""

    TEXT = "text"
    QUOTE = "quote"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a mail that belong together."""

    kind: PieceKind
    text: str


_SPLIT_LINE: Final = re.compile(
    r"^[\s>]*[-_*—=]{2,}\s*(original message|original-nachricht|ursprüngliche nachricht"
    r"|forwarded (message|by)|begin forwarded message|message d'origine|message original"
    r"|message transféré|weitergeleitete nachricht|原始邮件|原始郵件|原邮件|转发(的)?邮件|轉寄郵件"
    r"|原始信件|回复的原邮件|回复的邮件信息)[^\n]{0,60}$",
    re.IGNORECASE,
)
_FROM_LINE: Final = re.compile(
    r"^[\s>*|]*(from|发件人|寄件者|寄件人|von|de)\s*[:：]\s*\*?\s*\S", re.IGNORECASE
)
_OTHER_LINE: Final = re.compile(
    r"^[\s>*|]*(sent|date|to|cc|subject|reply-to|发送时间|发送日期|日期|时间|收件人|抄送|主题|寄件日期|主旨"
    r"|收件者|gesendet|datum|an|betreff|envoyé|à|objet)\s*[:：]",
    re.IGNORECASE,
)
_ENGLISH: Final = re.compile(r"^\s*on\s.{6,400}\swrote\s*[:：]\s*$", re.IGNORECASE)
_CHINESE: Final = re.compile(
    r"^\s*(?:(?:在|于|於)\s*.{4,300}|.{0,200}[于於在]\s*\d{4}\s*[年/.-].{4,200}"
    r"|\d{4}\s*[年/.-].{4,300}|[Aa]t \d{4}-\d\d-\d\d.{4,300})(?:写道|寫道|来信说|wrote)\s*[:：]\s*$"
)
_GERMAN: Final = re.compile(r"^\s*am\s.{6,300}\sschrieb\b.{0,200}[:：]\s*$", re.IGNORECASE)
_FRENCH: Final = re.compile(r"^\s*le\s.{6,300}\sa écrit\s*[:：]\s*$", re.IGNORECASE)
_ATTRIBUTIONS: Final = (_ENGLISH, _CHINESE, _GERMAN, _FRENCH)
_ATTRIBUTION_START: Final = re.compile(
    r"^\s*(on\s|am\s|le\s|在|于|於|\d{4}|at \d{4}|.{0,200}[于於在]\s*\d{4})", re.IGNORECASE
)
_DIGIT: Final = re.compile(r"\d")
_DELIMITER: Final = re.compile(r"^(-- ?|—)$")
_MOBILE: Final = re.compile(
    r"^\s*(sent from my \w.{0,40}|sent from (outlook|mail|yahoo).{0,40}|get outlook for .{0,40}"
    r"|发自我的\s?\S.{0,30}|从我的\s?\S.{0,20}发送|发自.{0,12}(邮箱|手机).{0,10}"
    r"|von meinem .{0,30} gesendet|envoyé de mon .{0,30})\s*$",
    re.IGNORECASE,
)
_HEADER_LINES: Final = 6
_ATTRIBUTION_LINES: Final = 4
_ENOUGH_HEADERS: Final = 2


def fold(text: str) -> list[Piece]:
    """Pieces of a mail in order: own words, quotes, signatures."""
    lines = text.split("\n")
    kinds = _kinds(lines)
    pieces: list[Piece] = []
    start = 0
    for at in range(1, len(lines) + 1):
        if at == len(lines) or kinds[at] != kinds[start]:
            pieces.append(Piece(kinds[start], "\n".join(lines[start:at])))
            start = at
    return pieces


def own_words(text: str) -> str:
    """What the writer of this mail wrote, without quotes and signatures.

    A mail that holds nothing but a quote is taken as it is.
    """
    said = "\n".join(one.text for one in fold(text) if one.kind is PieceKind.TEXT).strip()
    return said or text.strip()


def _kinds(lines: list[str]) -> list[PieceKind]:
    kinds = [PieceKind.TEXT] * len(lines)
    at = 0
    while at < len(lines):
        if _begins_rest(lines, at):
            kinds[at:] = [PieceKind.QUOTE] * (len(lines) - at)
            break
        length = _attribution(lines, at)
        if length:
            end = _end_of_quote(lines, at + length)
            kinds[at:end] = [PieceKind.QUOTE] * (end - at)
            at = end
            continue
        if lines[at].lstrip().startswith(">"):
            kinds[at] = PieceKind.QUOTE
        elif _is_signature(lines, at):
            end = _end_of_signature(lines, at)
            kinds[at:end] = [PieceKind.SIGNATURE] * (end - at)
            at = end
            continue
        at += 1
    return _with_blanks(lines, kinds)


def _begins_rest(lines: list[str], at: int) -> bool:
    """Whether everything from here on is the mail before: a separator or a block of headers."""
    line = lines[at]
    if _SPLIT_LINE.match(line):
        return True
    if not _FROM_LINE.match(line) or line.lstrip().startswith(">"):
        return False
    below = lines[at + 1 : at + 1 + _HEADER_LINES]
    return sum(bool(_OTHER_LINE.match(one)) for one in below) >= _ENOUGH_HEADERS


def _attribution(lines: list[str], at: int) -> int:
    """How many lines say who wrote what follows; 0 when none do. Programs wrap that sentence."""
    if not _ATTRIBUTION_START.match(lines[at][:300]):
        return 0
    for length in range(1, _ATTRIBUTION_LINES + 1):
        part = lines[at : at + length]
        if length > 1 and not part[-1].strip():
            return 0
        sentence = " ".join(one.strip() for one in part)[:600]
        # A day has digits; without any it is a sentence like another.
        if _DIGIT.search(sentence) and any(one.match(sentence) for one in _ATTRIBUTIONS):
            return length
    return 0


def _end_of_quote(lines: list[str], at: int) -> int:
    """Where a quote ends. Without "> " the quote has no end: everything below is quoted."""
    first = next((n for n in range(at, len(lines)) if lines[n].strip()), len(lines))
    if first == len(lines) or not lines[first].lstrip().startswith(">"):
        return len(lines)
    end = first
    while end < len(lines) and lines[end].lstrip().startswith(">"):
        end += 1
    return end


def _is_signature(lines: list[str], at: int) -> bool:
    return bool(_DELIMITER.match(lines[at]) or _MOBILE.match(lines[at][:200]))


def _end_of_signature(lines: list[str], at: int) -> int:
    """A signature goes to the end, or to the quote below it; a mobile one is its line."""
    if not _DELIMITER.match(lines[at]):
        return at + 1
    end = at + 1
    while end < len(lines):
        quoted = lines[end].lstrip().startswith(">")
        if quoted or _begins_rest(lines, end) or _attribution(lines, end):
            break
        end += 1
    return end


def _with_blanks(lines: list[str], kinds: list[PieceKind]) -> list[PieceKind]:
    """Blank lines go with what stands above them, so that pieces do not fray."""
    for at in range(1, len(lines)):
        if not lines[at].strip() and kinds[at] is PieceKind.TEXT:
            kinds[at] = kinds[at - 1]
    return kinds


_FORWARD_SUBJECT: Final = re.compile(r"^\s*(fwd?|wg|tr|转发|轉寄|转寄)\s*[:：]", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[^\s<>,;:\"'()\[\]@]+@[^\s<>,;:\"'()\[\]@]+\.[^\s<>,;:\"'()\[\]@]+")


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A mail inside a mail: who wrote it, and its text."""

    email: str
    text: str


def forwarded(subject: str, text: str) -> Forwarded | None:
    """The mail that was forwarded in a text; None when nothing was."""
    lines = text.split("\n")
    marked = [
        n for n, one in enumerate(lines) if _SPLIT_LINE.match(one) and "orward" in one.lower()
    ]
    if not marked and not _FORWARD_SUBJECT.match(subject):
        marked = [n for n, one in enumerate(lines) if _SPLIT_LINE.match(one) and "转发" in one]
        if not marked:
            return None
    start = marked[0] if marked else 0
    for at in range(start, len(lines)):
        if _FROM_LINE.match(lines[at]) and _begins_rest([one.lstrip("> ") for one in lines], at):
            address = _ADDRESS.search(" ".join(lines[at : at + 2]))
            if address is None:
                return None
            return Forwarded(address[0].lower(), _below_headers(lines, at))
    return None


def _below_headers(lines: list[str], at: int) -> str:
    end = at
    while end < len(lines) and lines[end].strip():
        end += 1
    return "\n".join(lines[end:]).strip()
