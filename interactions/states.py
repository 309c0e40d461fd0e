"""Choices of the interaction log."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class InteractionKind(TextChoices):
    """How it was said."""

    CALL = "CALL", pgettext_lazy("interaction", "Call")
    EMAIL = "EMAIL", pgettext_lazy("interaction", "E-mail")
    MESSAGE = "MESSAGE", pgettext_lazy("interaction", "SMS / WeChat")
    VISIT = "VISIT", pgettext_lazy("interaction", "Visit")
    MEETING = "MEETING", pgettext_lazy("interaction", "Meeting")
    LETTER = "LETTER", pgettext_lazy("interaction", "Letter")
    NOTE = "NOTE", pgettext_lazy("interaction", "Note")


class Direction(TextChoices):
    """Who spoke to whom."""

    IN = "IN", pgettext_lazy("direction", "From the client")
    OUT = "OUT", pgettext_lazy("direction", "To the client")
    INTERNAL = "INTERNAL", pgettext_lazy("direction", "Internal")


class MailKind(TextChoices):
    """What wrote a mail."""

    NORMAL = "NORMAL", pgettext_lazy("mail", "Written by a person")
    BOUNCE = "BOUNCE", pgettext_lazy("mail", "Not delivered")
    AUTO_REPLY = "AUTO_REPLY", pgettext_lazy("mail", "Automatic answer")


class MailSource(TextChoices):
    """How a mail came to be archived."""

    IMAP = "IMAP", pgettext_lazy("mail source", "Fetched from the mailbox")
    UPLOAD = "UPLOAD", pgettext_lazy("mail source", "Uploaded")
    COMMAND = "COMMAND", pgettext_lazy("mail source", "Read from a file")
    SENT = "SENT", pgettext_lazy("mail source", "Sent from here")


class MailState(TextChoices):
    """Where an archived mail is: in the tray, with a client, or set aside."""

    TRAY = "TRAY", pgettext_lazy("mail state", "In the tray")
    FILED = "FILED", pgettext_lazy("mail state", "Filed")
    DISMISSED = "DISMISSED", pgettext_lazy("mail state", "Set aside")


# A mail that was set aside by mistake can still be filed; a filed one stays with its client.
MAIL_TRANSITIONS: dict[MailState, frozenset[MailState]] = {
    MailState.TRAY: frozenset({MailState.FILED, MailState.DISMISSED}),
    MailState.FILED: frozenset(),
    MailState.DISMISSED: frozenset({MailState.FILED}),
}


class MailDismissal(TextChoices):
    """Why a mail was set aside."""

    SPAM = "SPAM", pgettext_lazy("mail dismissal", "Spam")
    PRIVATE = "PRIVATE", pgettext_lazy("mail dismissal", "Private")
    UNRELATED = "UNRELATED", pgettext_lazy("mail dismissal", "Nothing to do with a client")


class ProposalKind(TextChoices):
    """What a sentence of a mail sounds like."""

    PROMISE = "PROMISE", pgettext_lazy("proposal", "Promise to pay")
    DISPUTE = "DISPUTE", pgettext_lazy("proposal", "Dispute")


class ProposalState(TextChoices):
    """What a person made of a proposal."""

    OPEN = "OPEN", pgettext_lazy("proposal", "To be decided")
    ACCEPTED = "ACCEPTED", pgettext_lazy("proposal", "Recorded as proposed")
    EDITED = "EDITED", pgettext_lazy("proposal", "Recorded with changes")
    REJECTED = "REJECTED", pgettext_lazy("proposal", "Rejected")


PROPOSAL_TRANSITIONS: dict[ProposalState, frozenset[ProposalState]] = {
    ProposalState.OPEN: frozenset(
        {ProposalState.ACCEPTED, ProposalState.EDITED, ProposalState.REJECTED}
    ),
    ProposalState.ACCEPTED: frozenset(),
    ProposalState.EDITED: frozenset(),
    ProposalState.REJECTED: frozenset(),
}


class Outcome(TextChoices):
    """What came of it."""

    NONE = "", pgettext_lazy("outcome", "Nothing to note")
    ANSWERED = "ANSWERED", pgettext_lazy("outcome", "Answered")
    NO_ANSWER = "NO_ANSWER", pgettext_lazy("outcome", "No answer")
    VOICEMAIL = "VOICEMAIL", pgettext_lazy("outcome", "Voicemail")
    REFUSED = "REFUSED", pgettext_lazy("outcome", "Refused to talk")
    RESCHEDULE = "RESCHEDULE", pgettext_lazy("outcome", "Call back later")
    PROMISED = "PROMISED", pgettext_lazy("outcome", "Promised to pay")
    DISPUTED = "DISPUTED", pgettext_lazy("outcome", "Raised a dispute")


class MeetingState(TextChoices):
    """Whether a meeting took place."""

    PLANNED = "PLANNED", pgettext_lazy("meeting", "Planned")
    HELD = "HELD", pgettext_lazy("meeting", "Held")
    CANCELLED = "CANCELLED", pgettext_lazy("meeting", "Cancelled")


MEETING_TRANSITIONS: dict[MeetingState, frozenset[MeetingState]] = {
    MeetingState.PLANNED: frozenset({MeetingState.HELD, MeetingState.CANCELLED}),
    MeetingState.HELD: frozenset(),
    MeetingState.CANCELLED: frozenset(),
}


class MinutesState(TextChoices):
    """Life of one version of minutes."""

    ISSUED = "ISSUED", pgettext_lazy("minutes", "Issued")
    SENT = "SENT", pgettext_lazy("minutes", "Awaiting confirmation")
    CONFIRMED = "CONFIRMED", pgettext_lazy("minutes", "Confirmed")
    OBJECTED = "OBJECTED", pgettext_lazy("minutes", "Objected to")
    DEEMED = "DEEMED", pgettext_lazy("minutes", "Confirmed by silence")
    SUPERSEDED = "SUPERSEDED", pgettext_lazy("minutes", "Superseded")


# The database holds the same map: interactions/sql/minutes.sql.
MINUTES_TRANSITIONS: dict[MinutesState, frozenset[MinutesState]] = {
    MinutesState.ISSUED: frozenset({MinutesState.SENT, MinutesState.SUPERSEDED}),
    MinutesState.SENT: frozenset(
        {
            MinutesState.CONFIRMED,
            MinutesState.OBJECTED,
            MinutesState.DEEMED,
            MinutesState.SUPERSEDED,
        }
    ),
    MinutesState.CONFIRMED: frozenset({MinutesState.SUPERSEDED}),
    MinutesState.OBJECTED: frozenset({MinutesState.SUPERSEDED}),
    MinutesState.DEEMED: frozenset({MinutesState.SUPERSEDED}),
    MinutesState.SUPERSEDED: frozenset(),
}

#: How a version may be answered.
MINUTES_OUTCOMES: frozenset[MinutesState] = frozenset(
    {MinutesState.CONFIRMED, MinutesState.OBJECTED, MinutesState.DEEMED}
)


class MinutesLanguage(TextChoices):
    """In which language minutes are written."""

    EN = "en", pgettext_lazy("language of minutes", "English")
    ZH = "zh-hans", pgettext_lazy("language of minutes", "Chinese (simplified)")
    BOTH = "both", pgettext_lazy("language of minutes", "Both, one below the other")


class MeetingSide(TextChoices):
    """Whose person, and whose task."""

    OURS = "OURS", pgettext_lazy("meeting", "Ours")
    THEIRS = "THEIRS", pgettext_lazy("meeting", "The client's")


class Consent(TextChoices):
    """Whether the other side knew that it was recorded."""

    GIVEN = "GIVEN", pgettext_lazy("consent", "Asked, and given")
    TOLD = "TOLD", pgettext_lazy("consent", "Told, not objected")
    NOT_ASKED = "NOT_ASKED", pgettext_lazy("consent", "Not asked")
