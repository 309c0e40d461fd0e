"""Use cases of this room."""

from interactions.services.follow_ups import add_follow_up, complete_follow_up
from interactions.services.log import (
    RecordingFacts,
    UnableToLog,
    link_interaction,
    log_interaction,
)

__all__ = [
    "RecordingFacts",
    "UnableToLog",
    "add_follow_up",
    "complete_follow_up",
    "link_interaction",
    "log_interaction",
]
