"""Forms of this room."""

from interactions.forms.follow_ups import FollowUpForm
from interactions.forms.log import CorrectionForm

__all__ = ["CorrectionForm", "FollowUpForm"]
