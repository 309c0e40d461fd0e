"""The texts of reminders and of client links are files: each is calm by our own lexicon."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interactions.rules.tone import check_tone
from tests.interactions.test_tone import entries

FILES = sorted((Path(__file__).resolve().parents[2] / "templates" / "email").glob("*.*.txt"))
_TAGS = re.compile(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", re.DOTALL)


def test_there_are_texts_in_both_languages() -> None:
    assert {path.name.split(".")[1] for path in FILES} == {"en", "zh-hans"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_text_that_leaves_by_itself_is_calm(path: Path) -> None:
    words = _TAGS.sub("1", path.read_text(encoding="utf-8"))
    hits = check_tone(words, path.name.split(".")[1], entries())
    assert [(hit.rule, hit.matched) for hit in hits] == []
