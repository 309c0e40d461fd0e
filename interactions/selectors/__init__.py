"""Reads of this room."""

from interactions.selectors.log import log_of
from interactions.selectors.tone import check_text, register_court_listed

__all__ = ["check_text", "log_of", "register_court_listed"]
