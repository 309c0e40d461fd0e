"""Exhibits before they have their numbers and pages."""

from __future__ import annotations

from dataclasses import dataclass

from cases.letters.contexts import ExhibitFile, Section
from core.models import Document


@dataclass(frozen=True)
class Attached:
    """A kept file that belongs to an exhibit: its name in the archive, and the row."""

    name: str
    document: Document


@dataclass(frozen=True)
class DraftExhibit:
    """An exhibit before it has its number and pages."""

    title: str
    proves: str
    source: str
    made_on: str
    original: str
    sections: tuple[Section, ...]
    attached: tuple[Attached, ...] = ()
    files: tuple[ExhibitFile, ...] = ()
