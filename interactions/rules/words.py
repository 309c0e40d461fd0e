"""What an index of three letters can look up."""

from __future__ import annotations

from itertools import groupby
from typing import Final

TRIGRAM: Final = 3


def has_trigram(text: str) -> bool:
    """Whether a search has three letters or digits in a row; without, no index helps.

    Two Chinese characters (付款) are a whole word and have none.
    """
    runs = groupby(text, key=str.isalnum)
    return any(is_word and len(list(run)) >= TRIGRAM for is_word, run in runs)
