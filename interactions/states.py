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
