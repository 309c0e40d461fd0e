"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.ui import Tone, register_badges
from portal import states


class PortalConfig(AppConfig):
    """What the client sees."""

    name = "portal"
    verbose_name = _("Client links")

    def ready(self) -> None:
        """Give this room's states their badges."""
        register_badges(
            states.LinkState,
            {
                "WAITING": (Tone.INFO, "mail"),
                "OPENED": (Tone.PROGRESS, "mail-opened"),
                "ACTED": (Tone.GOOD, "circle-check"),
                "REVOKED": (Tone.QUIET, "ban"),
            },
        )
        register_badges(states.LinkMail, {"SENDING": (Tone.PROGRESS, "mail-forward")})
        register_badges(
            states.VisitKind,
            {
                "OPENED": (Tone.INFO, "mail-opened"),
                "ACTED": (Tone.GOOD, "circle-check"),
                "REFUSED": (Tone.QUIET, "ban"),
            },
        )
        register_badges(
            states.WhyClosed,
            {
                "REVOKED": (Tone.QUIET, "ban"),
                "USED": (Tone.GOOD, "circle-check"),
                "OUTDATED": (Tone.WARN, "history"),
                "ALTERED": (Tone.BAD, "shield-x"),
                "NOT_POSSIBLE": (Tone.WARN, "alert-circle"),
            },
        )
