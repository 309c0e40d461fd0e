"""Tables of this room."""

from interactions.models.care import (
    ClientCare,
    Revisit,
    ServiceLevel,
)
from interactions.models.contact_rules import (
    ContactBreach,
    ContactPolicy,
    RecordingNote,
    RefusalLift,
)
from interactions.models.follow_ups import (
    FollowUp,
)
from interactions.models.log import (
    Interaction,
    InteractionDocument,
    InteractionLink,
    Recording,
)
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
from interactions.models.notices import NoticeAcknowledgement, NoticeVersion, PolicyNotice
from interactions.models.outgoing import (
    OutgoingAttachment,
    OutgoingMail,
    OutgoingTransition,
)
from interactions.models.surveys import (
    SurveyAnswer,
    SurveyPolicy,
    SurveyRequest,
    SurveyVersion,
)
from interactions.models.texts import (
    MessageTemplate,
    MessageTemplateVersion,
)
from interactions.models.tone import (
    ToneOverride,
    ToneRule,
)

__all__ = [
    "ClientCare",
    "ContactBreach",
    "ContactPolicy",
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
    "MessageTemplate",
    "MessageTemplateVersion",
    "Minutes",
    "MinutesAction",
    "MinutesAnswer",
    "MinutesObjection",
    "MinutesTransition",
    "NoticeAcknowledgement",
    "NoticeVersion",
    "OutgoingAttachment",
    "OutgoingMail",
    "OutgoingTransition",
    "PolicyNotice",
    "Recording",
    "RecordingNote",
    "RefusalLift",
    "Revisit",
    "ServiceLevel",
    "SurveyAnswer",
    "SurveyPolicy",
    "SurveyRequest",
    "SurveyVersion",
    "ToneOverride",
    "ToneRule",
]
