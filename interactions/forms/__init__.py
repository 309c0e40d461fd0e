"""Forms of this room."""

from interactions.forms.follow_ups import FollowUpForm
from interactions.forms.log import CorrectionForm, LogFilterForm

__all__ = ["CorrectionForm", "FollowUpForm", "LogFilterForm"]
