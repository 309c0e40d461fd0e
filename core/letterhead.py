"""Whose paper it is: the names, lines and logo at the head of whatever is printed."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sender:
    """The letterhead; the fields that `pdf/_letterhead.html` reads."""

    legal_name: str
    other_name: str
    lines: tuple[str, ...]
    has_logo: bool


def letterhead(name: str, other: str, lines: Iterable[str], *, has_logo: bool) -> Sender:
    """A letterhead without blank lines, and without a second name that says the first again."""
    given = tuple(line.strip() for line in lines if line.strip())
    return Sender(name, "" if other == name else other, given, has_logo)
