"""Reads of this room."""

from interactions.selectors.about import (
    About,
    about_choices,
    abouts_of,
    register_about,
)
from interactions.selectors.log import (
    ENTRY_PARTS,
    LogFilter,
    LogPage,
    everything_said,
    log_of,
    log_page,
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
    "About",
    "LogFilter",
    "LogPage",
    "SentMail",
    "about_choices",
    "abouts_of",
    "check_text",
    "everything_said",
    "log_of",
    "log_page",
    "register_about",
    "register_court_listed",
    "register_message_lookup",
]
