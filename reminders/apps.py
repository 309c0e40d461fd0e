"""App configuration."""

from typing import Final

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.ui import Tone, register_badges
from reminders import states

_REASONS: Final = {
    "DUE": (Tone.INFO, "bell-ringing"),
    "NOT_DUE": (Tone.QUIET, "calendar-due"),
    "PAID": (Tone.GOOD, "circle-check"),
    "CREDIT_COVERS": (Tone.GOOD, "wallet"),
    "DISPUTED": (Tone.WARN, "messages"),
    "PROMISED": (Tone.PROGRESS, "heart-handshake"),
    "ON_PLAN": (Tone.PROGRESS, "calendar-event"),
    "ON_HOLD": (Tone.WARN, "player-pause"),
    "OPTED_OUT": (Tone.WARN, "bell-off"),
    "UNDER_TOLERANCE": (Tone.QUIET, "coins"),
    "RECENTLY_REMINDED": (Tone.QUIET, "history"),
    "MESSAGE_PENDING": (Tone.PROGRESS, "mail-forward"),
    "FEED_STALE": (Tone.BAD, "building-bank"),
    "NO_CONTACT": (Tone.BAD, "user-off"),
    "WAIT_NEXT_STEP": (Tone.QUIET, "clock"),
    "PERSON_DECIDES": (Tone.WARN, "user-check"),
}
_TONES: Final = {
    "COURTESY": (Tone.GOOD, "mood-smile"),
    "OVERSIGHT": (Tone.GOOD, "message-circle"),
    "ASKING": (Tone.INFO, "question-mark"),
    "FORMAL": (Tone.NEUTRAL, "file-text"),
    "FINAL": (Tone.WARN, "alert-triangle"),
}
_CHANNELS: Final = {
    "CALL_EMAIL": (Tone.NEUTRAL, "phone-call"),
    "PERSON": (Tone.WARN, "user-check"),
}
_SERVICE: Final = {
    "EMS": (Tone.NEUTRAL, "truck-delivery"),
    "REGISTERED": (Tone.NEUTRAL, "mail-check"),
    "COURIER": (Tone.NEUTRAL, "truck"),
    "HAND": (Tone.NEUTRAL, "signature"),
}
_LETTERS: Final = {
    "QUEUED": (Tone.PROGRESS, "loader-2"),
    "READY": (Tone.GOOD, "file-check"),
}


class RemindersConfig(AppConfig):
    """How we ask: ladder, decisions, messages, demand letters."""

    name = "reminders"
    verbose_name = _("Reminders")

    def ready(self) -> None:
        """Give this room's states their badges; say which mails are reminders."""
        from interactions.selectors import register_message_lookup
        from interactions.selectors.outgoing import register_files
        from reminders.selectors.letters import letter_files
        from reminders.selectors.replies import reminders_sent

        register_message_lookup("reminders", reminders_sent)
        register_files(letter_files)
        register_badges(states.Outcome, {}, domain="decision")
        register_badges(states.Reason, _REASONS, domain="decision_reason")
        register_badges(states.Channel, _CHANNELS)
        register_badges(states.Tone, _TONES, domain="message_tone")
        register_badges(states.LetterState, _LETTERS)
        register_badges(states.ServiceMethod, _SERVICE)
        register_badges(states.RunState, {"PLANNED": (Tone.WARN, "clipboard-list")})
