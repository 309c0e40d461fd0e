"""States and choices of reminders and letters."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Outcome(TextChoices):
    """What was decided for an invoice."""

    SEND = "SEND", pgettext_lazy("decision", "Send")
    SKIP = "SKIP", pgettext_lazy("decision", "Skip")


class Reason(TextChoices):
    """Why an invoice is reminded of, or not. Every decision has exactly one."""

    DUE = "DUE", pgettext_lazy("decision reason", "Its step is due")
    NOT_DUE = "NOT_DUE", pgettext_lazy("decision reason", "Not due yet")
    PAID = "PAID", pgettext_lazy("decision reason", "Paid")
    CREDIT_COVERS = "CREDIT_COVERS", pgettext_lazy("decision reason", "Credit covers it")
    DISPUTED = "DISPUTED", pgettext_lazy("decision reason", "Disputed")
    PROMISED = "PROMISED", pgettext_lazy("decision reason", "Promised")
    ON_PLAN = "ON_PLAN", pgettext_lazy("decision reason", "On a plan")
    ON_HOLD = "ON_HOLD", pgettext_lazy("decision reason", "On hold")
    OPTED_OUT = "OPTED_OUT", pgettext_lazy("decision reason", "Opted out")
    UNDER_TOLERANCE = "UNDER_TOLERANCE", pgettext_lazy("decision reason", "Too small")
    RECENTLY_REMINDED = "RECENTLY_REMINDED", pgettext_lazy("decision reason", "Reminded lately")
    MESSAGE_PENDING = "MESSAGE_PENDING", pgettext_lazy("decision reason", "A message is under way")
    FEED_STALE = "FEED_STALE", pgettext_lazy("decision reason", "Bank statements not up to date")
    NO_CONTACT = "NO_CONTACT", pgettext_lazy("decision reason", "Nobody to write to")
    WAIT_NEXT_STEP = "WAIT_NEXT_STEP", pgettext_lazy("decision reason", "Next step not reached")
    PERSON_DECIDES = "PERSON_DECIDES", pgettext_lazy("decision reason", "A person decides")


class RunState(TextChoices):
    """Life of a plan of reminders."""

    PLANNED = "PLANNED", pgettext_lazy("run", "Waiting for approval")
    APPROVED = "APPROVED", pgettext_lazy("run", "Approved")
    SUPERSEDED = "SUPERSEDED", pgettext_lazy("run", "Replaced by a newer plan")


RUN_TRANSITIONS: dict[RunState, frozenset[RunState]] = {
    RunState.PLANNED: frozenset({RunState.APPROVED, RunState.SUPERSEDED}),
    RunState.APPROVED: frozenset(),
    RunState.SUPERSEDED: frozenset(),
}


class MessageState(TextChoices):
    """Life of one message. IN_DOUBT is decided by a person, never resent by itself."""

    QUEUED = "QUEUED", pgettext_lazy("message", "Queued")
    INFLIGHT = "INFLIGHT", pgettext_lazy("message", "Being sent")
    SENT = "SENT", pgettext_lazy("message", "Sent")
    FAILED = "FAILED", pgettext_lazy("message", "Failed")
    SUPPRESSED = "SUPPRESSED", pgettext_lazy("message", "Not sent")
    IN_DOUBT = "IN_DOUBT", pgettext_lazy("message", "In doubt")


MESSAGE_TRANSITIONS: dict[MessageState, frozenset[MessageState]] = {
    MessageState.QUEUED: frozenset({MessageState.INFLIGHT, MessageState.SUPPRESSED}),
    MessageState.INFLIGHT: frozenset(
        {
            MessageState.SENT,
            MessageState.FAILED,
            MessageState.IN_DOUBT,
            MessageState.QUEUED,
        }
    ),
    MessageState.IN_DOUBT: frozenset({MessageState.SENT, MessageState.FAILED}),
    MessageState.SENT: frozenset(),
    MessageState.FAILED: frozenset(),
    MessageState.SUPPRESSED: frozenset(),
}


class Channel(TextChoices):
    """How a step reaches the client."""

    EMAIL = "EMAIL", pgettext_lazy("channel", "E-mail")
    CALL_EMAIL = "CALL_EMAIL", pgettext_lazy("channel", "Call and e-mail")
    LETTER = "LETTER", pgettext_lazy("channel", "E-mail and formal letter")
    PERSON = "PERSON", pgettext_lazy("channel", "A person decides")


class Tone(TextChoices):
    """How a step speaks."""

    COURTESY = "COURTESY", pgettext_lazy("tone", "Courtesy")
    OVERSIGHT = "OVERSIGHT", pgettext_lazy("tone", "Assumes an oversight")
    ASKING = "ASKING", pgettext_lazy("tone", "Asks for a reason and a date")
    FORMAL = "FORMAL", pgettext_lazy("tone", "Formal, with facts")
    FINAL = "FINAL", pgettext_lazy("tone", "Final, with a deadline")


class LetterState(TextChoices):
    """Life of a demand letter."""

    QUEUED = "QUEUED", pgettext_lazy("letter", "Being made")
    READY = "READY", pgettext_lazy("letter", "Ready")
    FAILED = "FAILED", pgettext_lazy("letter", "Failed")


LETTER_TRANSITIONS: dict[LetterState, frozenset[LetterState]] = {
    LetterState.QUEUED: frozenset({LetterState.READY, LetterState.FAILED}),
    LetterState.READY: frozenset(),
    LetterState.FAILED: frozenset({LetterState.QUEUED}),
}


class ServiceMethod(TextChoices):
    """How a letter is to be delivered."""

    EMS = "EMS", _("EMS with content note")
    REGISTERED = "REGISTERED", _("Registered post")
    COURIER = "COURIER", _("Courier")
    EMAIL = "EMAIL", _("E-mail to the designated address")
    HAND = "HAND", _("By hand, against signature")
