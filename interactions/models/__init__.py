"""Tables of this room."""

from interactions.models.follow_ups import FollowUp
from interactions.models.log import Interaction, InteractionDocument, InteractionLink, Recording
from interactions.models.mail import (
    MailAttachment,
    MailFetch,
    MailFolder,
    MailMessage,
    MailProposal,
    MailSuggestion,
    MailThread,
)
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
    "InteractionDocument",
    "InteractionLink",
    "MailAttachment",
    "MailFetch",
    "MailFolder",
    "MailMessage",
    "MailProposal",
    "MailSuggestion",
    "MailThread",
    "Meeting",
    "MeetingFile",
    "Minutes",
    "MinutesAction",
    "MinutesAnswer",
    "MinutesObjection",
    "MinutesTransition",
    "Recording",
]
