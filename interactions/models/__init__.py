"""Tables of this room."""

from interactions.models.contact_rules import (
    ContactBreach,
    ContactPolicy,
    RecordingNote,
    RefusalLift,
)
from interactions.models.follow_ups import FollowUp
from interactions.models.log import Interaction, InteractionDocument, InteractionLink, Recording

__all__ = [
    "ContactBreach",
    "ContactPolicy",
    "FollowUp",
    "Interaction",
    "InteractionDocument",
    "InteractionLink",
    "Recording",
    "RecordingNote",
    "RefusalLift",
]
