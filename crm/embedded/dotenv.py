"""Reads ``.env`` into the environment, before anything decides whether to start servers."""

from __future__ import annotations

import os
from pathlib import Path

from crm.embedded.process import EmbeddedError

# Set by tests: what a developer wrote into .env must not decide whether they pass.
IGNORE = "DUNWELL_IGNORE_DOTENV"


def load_unless_ignored(path: Path) -> None:
    """Read the checkout's own ``.env``, except in tests."""
    if not os.environ.get(IGNORE):
        load(path)


def load(path: Path) -> None:
    """Set what ``.env`` names and the environment does not have yet; no file is fine.

    ``KEY=value``, one a line; ``#`` comments and one pair of quotes around the value are
    understood, nothing is expanded. An empty value counts as not set, as in ``.env.example``.
    """
    if not path.is_file():
        return
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip().removeprefix("export ")
        if not line or line.startswith("#"):
            continue
        key, equals, value = line.partition("=")
        if not equals or not key.strip().isidentifier():
            raise EmbeddedError(f"{path.name}, line {number}: expected KEY=value.")
        value = _unquoted(value.strip())
        if value:
            os.environ.setdefault(key.strip(), value)


def _unquoted(value: str) -> str:
    for quote in ('"', "'"):
        if value.startswith(quote) and value.endswith(quote) and len(value) > 1:
            return value[1:-1]
    # A comment after the value needs a space before it, so that passwords may contain a #.
    return value.partition(" #")[0].rstrip()
