"""Tables of this room."""

from interactions.models.follow_ups import FollowUp
from interactions.models.log import Interaction

__all__ = ["FollowUp", "Interaction"]
