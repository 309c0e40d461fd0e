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
            states.MeetingState,
            {
                "PLANNED": (Tone.INFO, "calendar-event"),
                "HELD": (Tone.GOOD, "users"),
                "CANCELLED": (Tone.QUIET, "ban"),
            },
        )
        register_badges(
            states.MinutesState,
            {
                "ISSUED": (Tone.INFO, "file-text"),
                "SENT": (Tone.PROGRESS, "mail-forward"),
                "CONFIRMED": (Tone.GOOD, "circle-check"),
                "OBJECTED": (Tone.BAD, "alert-circle"),
                "DEEMED": (Tone.GOOD, "hourglass"),
                "SUPERSEDED": (Tone.QUIET, "history"),
            },
        )
        register_badges(
            states.MeetingSide, {"OURS": (Tone.INFO, "building"), "THEIRS": (Tone.INFO, "user")}
        )
