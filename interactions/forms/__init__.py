"""Forms of this room."""

from interactions.forms.follow_ups import FollowUpForm
from interactions.forms.log import CorrectionForm, LogFilterForm
from interactions.forms.mail import DismissForm, MailUploadForm

__all__ = ["CorrectionForm", "DismissForm", "FollowUpForm", "LogFilterForm", "MailUploadForm"]
