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


class Consent(TextChoices):
    """Whether the other side knew that it was recorded."""

    GIVEN = "GIVEN", pgettext_lazy("consent", "Asked, and given")
    TOLD = "TOLD", pgettext_lazy("consent", "Told, not objected")
    NOT_ASKED = "NOT_ASKED", pgettext_lazy("consent", "Not asked")


class RuleMode(TextChoices):
    """What a contact rule does when it is not kept."""

    OFF = "OFF", pgettext_lazy("rule mode", "Off")
    WARN = "WARN", pgettext_lazy("rule mode", "Warns")
    BLOCK = "BLOCK", pgettext_lazy("rule mode", "Blocks")


class ContactRule(TextChoices):
    """What is kept when a client is contacted."""

    HOURS = "HOURS", pgettext_lazy("contact rule", "Contact hours")
    FREQUENCY = "FREQUENCY", pgettext_lazy("contact rule", "How often")
    AUTHORISED = "AUTHORISED", pgettext_lazy("contact rule", "Authorised contacts only")
    REFUSAL = "REFUSAL", pgettext_lazy("contact rule", "Stop on refusal")
    OPT_OUT = "OPT_OUT", pgettext_lazy("contact rule", "Opted out")
