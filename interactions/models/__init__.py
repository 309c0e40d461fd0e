"""Tables of this room."""

from interactions.models.follow_ups import FollowUp
from interactions.models.log import Interaction
from interactions.models.tone import ToneOverride, ToneRule

__all__ = ["FollowUp", "Interaction", "ToneOverride", "ToneRule"]
