"""Reads of this room."""

from interactions.selectors.log import log_of

__all__ = ["log_of"]
