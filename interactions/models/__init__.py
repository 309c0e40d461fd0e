"""Tables of this room."""

from interactions.models.follow_ups import FollowUp
from interactions.models.log import Interaction, InteractionDocument, InteractionLink, Recording

__all__ = ["FollowUp", "Interaction", "InteractionDocument", "InteractionLink", "Recording"]
