"""What every provider of reports that can be asked by a program answers with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFigure:
    """A figure: a number, or a word or ISO day as the register keeps it."""

    name: str
    number: Decimal | None = None
    text: str = ""
    unit: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFact:
    """Something that stands against the company, in the register's own codes."""

    kind: str
    dated_on: dt.date | None = None
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one question, byte for byte. `path` names the question."""

    path: str
    status: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a register knows of a company."""

    number: str
    name: str
    former_names: tuple[str, ...] = ()
    figures: tuple[FoundFigure, ...] = ()
    facts: tuple[FoundFact, ...] = ()
    answers: tuple[Answer, ...] = ()


class Provider(Protocol):
    """Somebody who can be asked about a company by its registration number."""

    def look_up(self, registration_number: str) -> Found:
        """Ask. Raises UnableToLookUp for a lasting no, ProviderIsBusy when to ask again."""
        ...
