"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.ui import Tone, register_badges
from credit import states


class CreditConfig(AppConfig):
    """How far we trust."""

    name = "credit"
    verbose_name = _("Credit")

    def ready(self) -> None:
        """Give this room's states their badges."""
        register_badges(
            states.ScreeningState,
            {
                "IN_WORK": (Tone.PROGRESS, "tool"),
                "SUBMITTED": (Tone.WARN, "send"),
                "CONDITIONAL": (Tone.WARN, "shield-check"),
                "EXPIRED": (Tone.BAD, "hourglass-empty"),
            },
        )
        register_badges(
            states.CheckKind,
            {
                "REGISTRATION": (Tone.NEUTRAL, "building"),
                "OWNERSHIP": (Tone.NEUTRAL, "users"),
                "INTERVIEW": (Tone.NEUTRAL, "messages"),
                "REFERENCES": (Tone.NEUTRAL, "user-check"),
                "BANK": (Tone.NEUTRAL, "building-bank"),
                "REPORT": (Tone.NEUTRAL, "chart-bar"),
                "DOCUMENT": (Tone.NEUTRAL, "file"),
                "COOPERATION": (Tone.NEUTRAL, "heart-handshake"),
            },
        )
        register_badges(
            states.Verdict,
            {
                "GOOD": (Tone.GOOD, "circle-check"),
                "CONCERN": (Tone.BAD, "alert-triangle"),
                "NOT_NEEDED": (Tone.QUIET, "circle-x"),
            },
        )
        register_badges(
            states.PaysOnTime,
            {
                "ALWAYS": (Tone.GOOD, "circle-check"),
                "MOSTLY": (Tone.INFO, "percentage"),
                "LATE": (Tone.BAD, "alert-circle"),
                "UNSAID": (Tone.QUIET, "help"),
            },
        )
