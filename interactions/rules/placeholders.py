"""Facts in braces: `{client_name}`. What is not one of the known names is refused by name."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

_NAME: Final = re.compile(r"\{([a-z][a-z0-9_]{0,40})\}")
_BRACE: Final = re.compile(r"[{}]")


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its facts; `missing` are the names of facts that are not known."""

    text: str
    missing: tuple[str, ...]


def names_in(text: str) -> list[str]:
    """The names used, each once, in their order."""
    return list(dict.fromkeys(_NAME.findall(text)))


def unknown_names(text: str, known: Collection[str]) -> list[str]:
    """Names that nobody knows."""
    return [name for name in names_in(text) if name not in known]


def stray_braces(text: str) -> list[str]:
    """Braces that hold no name, each with what stands around it."""
    rest = _NAME.sub(lambda found: " " * len(found.group()), text)
    return [text[max(0, one.start() - 10) : one.end() + 10] for one in _BRACE.finditer(rest)]


def fill(text: str, facts: Mapping[str, str]) -> Filled:
    """Put facts in the place of their names. A fact is text: braces in it stay as they are."""
    missing = tuple(name for name in names_in(text) if not facts.get(name))
    return Filled(
        _NAME.sub(lambda found: facts.get(found.group(1)) or found.group(), text), missing
    )
