"""Use cases of this room."""

from interactions.services.follow_ups import add_follow_up, complete_follow_up
from interactions.services.log import UnableToLog, log_interaction
from interactions.services.tone import UnableToSay, keep_override, require_calm

__all__ = [
    "UnableToLog",
    "UnableToSay",
    "add_follow_up",
    "complete_follow_up",
    "keep_override",
    "log_interaction",
    "require_calm",
]
