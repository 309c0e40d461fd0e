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
