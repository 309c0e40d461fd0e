"""Reads of this room."""

from interactions.selectors.log import ENTRY_PARTS, log_of

__all__ = ["ENTRY_PARTS", "log_of"]
