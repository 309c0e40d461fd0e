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
            states.MailKind,
            {
                "NORMAL": (Tone.QUIET, "mail"),
                "BOUNCE": (Tone.BAD, "mail-off"),
                "AUTO_REPLY": (Tone.QUIET, "clock-pause"),
            },
        )
        register_badges(
            states.MailState,
            {
                "TRAY": (Tone.WARN, "inbox"),
                "FILED": (Tone.GOOD, "circle-check"),
                "DISMISSED": (Tone.QUIET, "archive"),
            },
        )
        register_badges(
            states.MailSource,
            {
                "IMAP": (Tone.QUIET, "inbox"),
                "UPLOAD": (Tone.QUIET, "upload"),
                "COMMAND": (Tone.QUIET, "file-import"),
                "SENT": (Tone.QUIET, "mail-forward"),
            },
        )
        register_badges(
            states.MailDismissal,
            {
                "SPAM": (Tone.QUIET, "x"),
                "PRIVATE": (Tone.QUIET, "lock"),
                "UNRELATED": (Tone.QUIET, "x"),
            },
        )
        register_badges(
            states.ProposalKind,
            {
                "PROMISE": (Tone.GOOD, "heart-handshake"),
                "DISPUTE": (Tone.WARN, "messages"),
            },
        )
        register_badges(
            states.ProposalState,
            {
                "OPEN": (Tone.WARN, "help"),
                "ACCEPTED": (Tone.GOOD, "circle-check"),
                "EDITED": (Tone.GOOD, "circle-check"),
                "REJECTED": (Tone.QUIET, "x"),
            },
        )
        _register_meetings()


def _register_meetings() -> None:
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
    register_badges(
        states.MinutesLanguage,
        {
            "en": (Tone.QUIET, "language"),
            "zh-hans": (Tone.QUIET, "language"),
            "both": (Tone.QUIET, "language"),
        },
    )
