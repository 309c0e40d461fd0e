"""Tables of this room."""

from interactions.models.follow_ups import FollowUp
from interactions.models.log import Interaction
from interactions.models.minutes import (
    Meeting,
    MeetingFile,
    Minutes,
    MinutesAction,
    MinutesAnswer,
    MinutesObjection,
    MinutesTransition,
)

__all__ = [
    "FollowUp",
    "Interaction",
    "Meeting",
    "MeetingFile",
    "Minutes",
    "MinutesAction",
    "MinutesAnswer",
    "MinutesObjection",
    "MinutesTransition",
]
