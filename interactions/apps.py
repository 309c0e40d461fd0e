"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.ui import Tone, register_badges
from interactions import states


class InteractionsConfig(AppConfig):
    """What was said: an append-only log."""

    name = "interactions"
    verbose_name = _("Interactions")

    def ready(self) -> None:
        """Give this room's states their badges."""
        register_badges(
            states.Outcome,
            {
                "ANSWERED": (Tone.GOOD, "phone-call"),
                "NO_ANSWER": (Tone.QUIET, "x"),
                "VOICEMAIL": (Tone.QUIET, "inbox"),
                "REFUSED": (Tone.BAD, "hand-stop"),
                "RESCHEDULE": (Tone.INFO, "calendar-event"),
                "PROMISED": (Tone.GOOD, "heart-handshake"),
            },
        )
        register_badges(
            states.Consent,
            {
                "GIVEN": (Tone.GOOD, "check"),
                "TOLD": (Tone.INFO, "message-circle"),
                "NOT_ASKED": (Tone.WARN, "alert-triangle"),
            },
        )
        register_badges(
            states.RuleMode,
            {
                "OFF": (Tone.QUIET, "circle"),
                "WARN": (Tone.WARN, "alert-triangle"),
                "BLOCK": (Tone.BAD, "hand-stop"),
            },
        )
        register_badges(
            states.ContactRule,
            {
                "HOURS": (Tone.NEUTRAL, "clock"),
                "FREQUENCY": (Tone.NEUTRAL, "phone-call"),
                "AUTHORISED": (Tone.NEUTRAL, "users"),
                "REFUSAL": (Tone.NEUTRAL, "hand-stop"),
                "OPT_OUT": (Tone.NEUTRAL, "bell-off"),
            },
        )
