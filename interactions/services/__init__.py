"""Use cases of this room."""

from interactions.services.follow_ups import add_follow_up, complete_follow_up
from interactions.services.log import UnableToLog, log_interaction

__all__ = ["UnableToLog", "add_follow_up", "complete_follow_up", "log_interaction"]
