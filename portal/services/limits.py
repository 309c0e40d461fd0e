"""Addresses that try tokens: counted in the cache, which every process shares."""

from __future__ import annotations

from typing import Final

from django.core.cache import cache

TRIES: Final = 20
WINDOW_SECONDS: Final = 10 * 60


def may_try(address: str) -> bool:
    """Whether this address has tried fewer than 20 unknown tokens in the last ten minutes."""
    tries: int = cache.get(_key(address), 0)
    return tries < TRIES


def note_unknown(address: str) -> None:
    """Count a token that was none of ours; the first of a window starts its clock."""
    key = _key(address)
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        cache.incr(key)
    except ValueError:
        # The window ended between the two: the next try starts another.
        cache.add(key, 1, WINDOW_SECONDS)


def _key(address: str) -> str:
    return f"portal-unknown:{address}"
