"""Mails that other rooms sent: they say whose a Message-ID is, without being imported here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail of ours that another room keeps."""

    client_id: int
    email: str


Lookup = Callable[[Sequence[str]], Mapping[str, SentMail]]
_lookups: dict[str, Lookup] = {}


def register_message_lookup(name: str, lookup: Lookup) -> None:
    """Have a room asked which of some Message-IDs (`<…>`) are its mails. Called in `ready()`."""
    _lookups[name] = lookup


def sent_elsewhere(message_ids: Sequence[str]) -> Mapping[str, SentMail]:
    """Mails of other rooms by Message-ID."""
    return dict(_all(message_ids)) if message_ids else {}


def _all(message_ids: Sequence[str]) -> Iterator[tuple[str, SentMail]]:
    for name in sorted(_lookups):
        yield from _lookups[name](message_ids).items()
