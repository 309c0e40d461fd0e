"""Reads of this room."""

from interactions.selectors.log import ENTRY_PARTS, log_of
from interactions.selectors.mail_lookup import SentMail, register_message_lookup

__all__ = ["ENTRY_PARTS", "SentMail", "log_of", "register_message_lookup"]
