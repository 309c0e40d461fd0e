"""Reads of this room."""

from interactions.selectors.log import (
    ENTRY_PARTS,
    log_of,
)
from interactions.selectors.mail_lookup import (
    SentMail,
    register_message_lookup,
)
from interactions.selectors.tone import (
    check_text,
    register_court_listed,
)

__all__ = [
    "ENTRY_PARTS",
    "SentMail",
    "check_text",
    "log_of",
    "register_court_listed",
    "register_message_lookup",
]
