"""Reads of the tone check."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

from django.utils.translation import get_language

from clients.models import Client, Creditor
from interactions.models import ToneRule
from interactions.rules import tone
from interactions.rules.tone import ToneEntry, ToneFacts, ToneHit

CourtListed = Callable[[Client], bool]
_court_listed: list[CourtListed] = []


def register_court_listed(source: CourtListed) -> None:
    """Let a room above say whether a court has listed a client as a defaulter."""
    _court_listed.append(source)


def lexicon() -> list[ToneEntry]:
    """The entries in use, each in its newest version."""
    chinese = (get_language() or "en") == "zh-hans"
    return [
        ToneEntry(
            key=row.key,
            rule=row.rule,
            severity=row.severity,
            kind=row.kind,
            pattern=row.pattern,
            calmer=row.calmer,
            why=row.why_zh if chinese else row.why,
            unless=frozenset(row.unless),
        )
        for row in ToneRule.objects.newest().filter(is_active=True).order_by("key")
    ]


def facts_about(client: Client | None) -> ToneFacts:
    """Names that are left alone, and what excuses a word."""
    names = [name for row in Creditor.objects.all() for name in (row.legal_name, row.legal_name_zh)]
    if client is None:
        return ToneFacts(names=tuple(name for name in names if name))
    names += [client.legal_name, *client.contacts.values_list("name", flat=True)]
    return ToneFacts(
        names=tuple(name for name in names if name),
        court_listed=any(source(client) for source in _court_listed),
    )


def check_text(text: str, *, language: str, client: Client | None = None) -> list[ToneHit]:
    """What in a text is not calm. Line ends are read as one character, as a form gives them."""
    return tone.check_tone(text, language, lexicon(), facts_about(client))


def hits_kept(hits: Iterable[ToneHit]) -> list[dict[str, Any]]:
    """Hits as they are written down."""
    names = ("key", "rule", "severity", "start", "end", "matched")
    return [{name: asdict(hit)[name] for name in names} for hit in hits]


@dataclass(frozen=True, slots=True)
class MarkedPiece:
    """A stretch of a text, with the hits that begin there."""

    text: str
    hits: tuple[ToneHit, ...] = field(default=())

    @property
    def severity(self) -> str:
        """The worst of its hits."""
        return tone.worst(self.hits)


def marked(text: str, hits: Sequence[ToneHit]) -> list[MarkedPiece]:
    """The text cut where hits begin and end, to be shown with marks."""
    edges = sorted({0, len(text), *(hit.start for hit in hits), *(hit.end for hit in hits)})
    return [
        MarkedPiece(
            text[start:end], tuple(hit for hit in hits if hit.start <= start and end <= hit.end)
        )
        for start, end in pairwise(edges)
    ]
