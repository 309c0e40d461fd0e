"""Is a text calm? A lexicon of phrases and patterns, read over a text that was folded first.

Folding takes away what hides a word from a list of words: capitals, full-width and traditional
characters, spaces and signs between letters, characters that cannot be seen. Every hit is told
in the places of the text as it was written.

What the client wrote before (quoted lines, the mail below "On … wrote:") is not ours and is not
checked; neither are names.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from interactions.rules.hanzi import SIMPLIFIED, simplified
from interactions.rules.own_words import quoted_spans

BLOCK: Final = "BLOCK"
WARN: Final = "WARN"

PHRASE: Final = "PHRASE"
REGEX: Final = "REGEX"
SHAPE: Final = "SHAPE"
ALL_CAPS: Final = "all_caps"
EXCLAMATIONS: Final = "exclamations"
SHAPES: Final = (ALL_CAPS, EXCLAMATIONS)

# Where an entry does not count.
DENIED: Final = "DENIED"
CASE_NUMBER: Final = "CASE_NUMBER"
COURT_LISTED: Final = "COURT_LISTED"

#: What is longer than this is no letter to a client.
LONGEST_TEXT: Final = 50_000
#: Of one entry in one text: enough to see what is wrong.
_MOST_HITS: Final = 50
_LONGEST_SENTENCE: Final = 600


@dataclass(frozen=True, slots=True)
class ToneEntry:
    """An entry of the lexicon. `unless` names the contexts in which it does not count."""

    key: str
    rule: str
    severity: str
    kind: str
    pattern: str
    calmer: str = ""
    why: str = ""
    unless: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ToneFacts:
    """What is known besides the text: names that are left alone, and facts that excuse a word."""

    names: tuple[str, ...] = ()
    court_listed: bool = False


NO_FACTS: Final = ToneFacts()


@dataclass(frozen=True, slots=True)
class ToneHit:
    """What was found where. Putting `calmer` in the place of `swap_start:swap_end` mends it."""

    key: str
    rule: str
    severity: str
    start: int
    end: int
    matched: str
    why: str
    calmer: str
    swap_start: int
    swap_end: int


def check_tone(
    text: str, language: str, lexicon: Iterable[ToneEntry], facts: ToneFacts = NO_FACTS
) -> list[ToneHit]:
    """What in a text is not calm, in the order of the text, blocks before warnings.

    All languages of the lexicon are looked for, because people mix them. `language` is what the
    text is meant to be in: a full stop in place of "!!" is its own.
    """
    text = text[:LONGEST_TEXT]
    quoted = [*quoted_spans(text), *_name_spans(text, facts.names)]
    folded = _fold(_blanked(text, quoted))
    hits: list[ToneHit] = [
        hit
        for entry in lexicon
        if not (COURT_LISTED in entry.unless and facts.court_listed)
        for hit in _hits(entry, text, folded, language)
    ]
    hits.sort(key=lambda hit: (hit.start, hit.severity, -hit.end, hit.key))
    return _without_repeats(hits)


def worst(hits: Sequence[ToneHit]) -> str:
    """BLOCK, WARN, or "" for a calm text."""
    severities = {hit.severity for hit in hits}
    return BLOCK if BLOCK in severities else WARN if WARN in severities else ""


def replaced(text: str, hit: ToneHit) -> str:
    """The text with the calmer wording of one hit in its place."""
    return text[: hit.swap_start] + hit.calmer + text[hit.swap_end :]


def _without_repeats(hits: list[ToneHit]) -> list[ToneHit]:
    """One hit per rule and place: of two that overlap the first, longer one says enough."""
    kept: list[ToneHit] = []
    for hit in hits:
        if not any(k.rule == hit.rule and hit.start < k.end and k.start < hit.end for k in kept):
            kept.append(hit)
    return kept


# --- Folding ----------------------------------------------------------------------------------

_NOTHING: Final = "\x00"
_LIKE: Final = {"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-"}
_HAN: Final = "\u3400-\u9fff"
# Signs and spaces that people put between characters so that no list finds the word.
_BETWEEN_HAN: Final = re.compile(rf"(?<=[{_HAN}])[ *._~|/·\-]{{1,4}}(?=[{_HAN}])")
_SPACED_LETTERS: Final = re.compile(
    r"(?<![a-z0-9'])(?!(?<=[a-z] )[ai] )(?:[a-z][ *._\-]){2,30}[a-z](?![a-z0-9'])"
)
_BLANKS: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Folded:
    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the folded text stands in the text as it was written."""
        return self.places[start], self.places[end - 1] + 1


def _blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    chars = list(text)
    for start, end in spans:
        chars[start:end] = [_NOTHING if not char.isspace() else char for char in chars[start:end]]
    return "".join(chars)


def _fold(text: str) -> _Folded:
    chars: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for part in _folded_char(char):
            chars.append(part)
            places.append(place)
    folded = _Folded("".join(chars), tuple(places))
    folded = _squeezed(folded, _BLANKS, _blank)
    folded = _squeezed(folded, _BETWEEN_HAN, lambda _found: "")
    return _squeezed(folded, _SPACED_LETTERS, lambda found: re.sub(r"[^a-z]", "", found))


def _folded_char(char: str) -> str:
    if char.isascii():
        return char.lower()
    if unicodedata.category(char) == "Cf":
        return ""
    plain = unicodedata.normalize("NFKC", _LIKE.get(char, char)).lower()
    return "".join(SIMPLIFIED.get(part, part) for part in plain)


def _blank(found: str) -> str:
    """One blank, or a line's end where a paragraph ends."""
    return "\n" if found.count("\n") > 1 else " "


def _squeezed(folded: _Folded, what: re.Pattern[str], into: Callable[[str], str]) -> _Folded:
    """With each find of `what` replaced by some of its characters (or by one blank)."""
    parts: list[str] = []
    places: list[int] = []
    last = 0
    for found in what.finditer(folded.text):
        parts.append(folded.text[last : found.start()])
        places.extend(folded.places[last : found.start()])
        kept = into(found.group())
        parts.append(kept)
        places.extend(_kept_places(folded, found, kept))
        last = found.end()
    parts.append(folded.text[last:])
    places.extend(folded.places[last:])
    return _Folded("".join(parts), tuple(places))


def _kept_places(folded: _Folded, found: re.Match[str], kept: str) -> list[int]:
    if len(kept) <= 1:
        return [folded.places[found.start()]] * len(kept)
    return [
        folded.places[place]
        for place in range(found.start(), found.end())
        if folded.text[place].isalpha()
    ]


def _name_spans(text: str, names: Iterable[str]) -> list[tuple[int, int]]:
    spans = []
    for name in names:
        wanted = name.strip()
        if len(wanted) > 1:
            pattern = re.compile(re.escape(wanted), re.IGNORECASE)
            spans += [found.span() for found in pattern.finditer(text)]
    return spans


# --- Looking ----------------------------------------------------------------------------------


@lru_cache(maxsize=2048)
def compiled(kind: str, pattern: str) -> re.Pattern[str]:
    """A phrase or pattern ready to look for, in the folded form."""
    if kind == REGEX:
        return re.compile(simplified(pattern), re.IGNORECASE)
    phrase = _fold(pattern.strip()).text
    before = r"(?<![a-z0-9])" if phrase[:1].isascii() and phrase[:1].isalnum() else ""
    after = r"(?![a-z0-9])" if phrase[-1:].isascii() and phrase[-1:].isalnum() else ""
    return re.compile(before + re.escape(phrase) + after)


def _hits(entry: ToneEntry, text: str, folded: _Folded, language: str) -> list[ToneHit]:
    if entry.kind == SHAPE:
        return [
            _hit(entry, text, span, span, calmer)
            for span, calmer in _shapes(entry.pattern, text, folded, language)
        ]
    hits: list[ToneHit] = []
    for found in compiled(entry.kind, entry.pattern).finditer(folded.text):
        if len(hits) == _MOST_HITS:
            break
        if found.end() > found.start() and not _excused(entry, folded.text, found):
            span = folded.span(*found.span())
            hits.append(_hit(entry, text, span, _sentence(text, span), entry.calmer))
    return hits


def _hit(
    entry: ToneEntry, text: str, span: tuple[int, int], swap: tuple[int, int], calmer: str
) -> ToneHit:
    return ToneHit(
        key=entry.key,
        rule=entry.rule,
        severity=entry.severity,
        start=span[0],
        end=span[1],
        matched=text[span[0] : span[1]],
        why=entry.why,
        calmer=calmer,
        swap_start=swap[0],
        swap_end=swap[1],
    )


_ENDS: Final = "。！？!?；;\n"


def _sentence(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The sentence around a stretch, with its own end: what a calmer wording takes the place of."""
    start, end = span
    first, last = max(0, start - _LONGEST_SENTENCE), min(len(text), end + _LONGEST_SENTENCE)
    while start > first and not _ends_at(text, start - 1):
        start -= 1
    while start < span[0] and text[start].isspace():
        start += 1
    while end < last and not _ends_at(text, end - 1):
        end += 1
    while end < len(text) and text[end] in _ENDS.rstrip("\n") + ".":
        end += 1
    while end > span[1] and text[end - 1].isspace():
        end -= 1
    return start, end


def _ends_at(text: str, place: int) -> bool:
    """A sentence ends with this character; a point only before a blank, so not in 1.5 or a.b."""
    if text[place] == ".":
        return place + 1 == len(text) or text[place + 1].isspace()
    return text[place] in _ENDS


# --- Contexts in which an entry does not count -------------------------------------------------

_WINDOW: Final = 40
_NEAR: Final = 80
_DENIAL_EN: Final = re.compile(
    r"(?:\b(?:not|never|cannot|without|neither|nor)|n't|\bno intention of)"
    r"(?: (?:ever|be|been|intend to|want to|wish to|plan to|going to|yet|have|we|an?|as|"
    r"accept(?:ed)?(?: as| in)?))?(?: be| an?| in| the)? ?$"
)
_DENIAL_ZH: Final = re.compile(
    r"(?:不会|绝不|决不|不打算|无意|从未|从不|并未|不曾|不想|不愿|没有要|不应|不得|并非|尚未|不是要)"
    r"[^。,;!?就则\n]{0,6}$|(?:不构成|不代表|不等于|不视为|不意味着|不作为|不属于)"
    r"[^。,;!?\n]{0,14}$|不$|未$"
)
_CASE: Final = re.compile(
    r"[(\[]?20[0-9]{2}[)\]]?[\u4e00-\u9fff]{1,3}[0-9]{0,6}[\u4e00-\u9fff]{1,4}[0-9]{1,7}号|案号"
    r"|\b(?:case|claim|docket|file|reference|ref)(?: (?:no|number|ref))?[.:]{0,2} ?"
    r"(?=[a-z0-9/\-]{0,12}[0-9])[a-z0-9]"
)


def _excused(entry: ToneEntry, text: str, found: re.Match[str]) -> bool:
    if DENIED in entry.unless:
        before = text[max(0, found.start() - _WINDOW) : found.start()]
        if _DENIAL_EN.search(before) or _DENIAL_ZH.search(before):
            return True
    if CASE_NUMBER in entry.unless:
        near = text[max(0, found.start() - _NEAR) : found.end() + _NEAR]
        return bool(_CASE.search(near))
    return False


# --- Shapes: capitals and exclamation marks ----------------------------------------------------

_CAPS_WORD: Final = re.compile(r"[A-Z][A-Z']*")
_CAPS_RUN: Final = re.compile(
    r"(?<![A-Za-z0-9\-])[A-Z][A-Z']*(?:,? [A-Z][A-Z']*){0,30}(?![a-z0-9\-])"
)
# Words that are shouted, rather than part of a name, a code or a heading of an invoice.
_SHOUTED_ALONE: Final = frozenset(
    (
        *("URGENT", "IMMEDIATELY", "NOW", "PAY", "MUST", "NEVER", "ALWAYS", "WARNING", "OVERDUE"),
        *("FINAL", "LAST", "TODAY", "ASAP", "STOP", "ATTENTION", "IMPORTANT", "DEMAND", "ENOUGH"),
        "UNACCEPTABLE",
    )
)
_SHOUTED: Final = _SHOUTED_ALONE | frozenset(
    (
        *(
            "YOU",
            "YOUR",
            "WE",
            "OUR",
            "THIS",
            "THAT",
            "IS",
            "ARE",
            "WILL",
            "NOT",
            "PLEASE",
            "MONEY",
        ),
        *("PAYMENT", "NOTICE", "CHANCE", "BILL", "DEBT", "OWE", "DO", "HAVE", "MY", "ME", "HOW"),
        *("WHY", "WHEN", "WHERE", "AGAIN"),
    )
)
_MARKS: Final = re.compile(r"(?:[!?！？]\s?){1,20}[!?！？]")
#: So many in one text are shouting even when they stand apart.
_MARKS_APART: Final = 4


def _shapes(
    shape: str, text: str, folded: _Folded, language: str
) -> list[tuple[tuple[int, int], str]]:
    seen = _as_written(text, folded)
    if shape == ALL_CAPS:
        shouts = ((found.span(), _sentence_case(found.group())) for found in _shouts(seen))
        return list(islice(shouts, _MOST_HITS))
    stop = "。" if language == "zh-hans" else "."
    marks = [(found.span(), stop) for found in islice(_MARKS.finditer(seen), _MOST_HITS)]
    if not marks and sum(seen.count(mark) for mark in "!！") >= _MARKS_APART:
        last = max(seen.rfind("!"), seen.rfind("！"))
        return [((last, last + 1), stop)]
    return marks


def _as_written(text: str, folded: _Folded) -> str:
    """The text with its capitals; what is not checked (quotations, names) is blank."""
    checked = {
        place for place, char in zip(folded.places, folded.text, strict=True) if char != _NOTHING
    }
    return "".join(char if place in checked else " " for place, char in enumerate(text))


def _shouts(text: str) -> Iterable[re.Match[str]]:
    for found in _CAPS_RUN.finditer(text):
        words = _CAPS_WORD.findall(found.group())
        loud = [word for word in words if word in _SHOUTED]
        alone = len(words) == 1 and words[0] in _SHOUTED_ALONE
        if alone or (len(words) > 1 and loud):
            yield found


def _sentence_case(words: str) -> str:
    low = words.lower()
    return low[:1].upper() + low[1:]
