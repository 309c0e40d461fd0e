"""What entries of the log are about: rooms above say how their things are called and opened.

This room keeps soft links only. A room that wants its things shown registers, in `ready()`, a
reader that is asked once per page for all the things of a type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from interactions.models import Interaction


@dataclass(frozen=True, slots=True)
class About:
    """A thing as a page shows it: its name, and where it opens ("" when nowhere)."""

    label: str
    url: str = ""


Reader = Callable[[Sequence[str]], Mapping[str, About]]


@dataclass(frozen=True, slots=True)
class AboutKind:
    """A type of thing: what it is called, and who reads it. Some are shown, not filtered by."""

    noun: str | Promise
    reader: Reader
    in_filter: bool


_kinds: dict[str, AboutKind] = {}


def register_about(
    about_type: str, noun: str | Promise, reader: Reader, *, in_filter: bool = True
) -> None:
    """Say how things of a type (`payments.invoice`) are shown in the log."""
    _kinds[about_type] = AboutKind(noun, reader, in_filter)


def about_choices() -> list[tuple[str, str | Promise]]:
    """The types that the log can be filtered by."""
    return [(name, kind.noun) for name, kind in _kinds.items() if kind.in_filter]


def abouts_of(entries: Iterable[Interaction]) -> dict[int, list[About]]:
    """What each of these entries was about; one query per type, however many entries."""
    rows = list(entries)
    wanted: dict[str, dict[str, None]] = {}
    for entry in rows:
        for link in entry.links.all():
            wanted.setdefault(link.about_type, {})[link.about_id] = None
    found = {
        (name, key): about
        for name, keys in wanted.items()
        if name in _kinds
        for key, about in _kinds[name].reader(list(keys)).items()
    }
    return {
        entry.pk: [
            found[link.about_type, link.about_id]
            for link in entry.links.all()
            if (link.about_type, link.about_id) in found
        ]
        for entry in rows
    }
