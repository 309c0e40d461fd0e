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
            states.WarningLevel,
            {
                "URGENT": (Tone.BAD, "bell-ringing"),
                "WATCH": (Tone.WARN, "eye"),
                "CALM": (Tone.QUIET, "circle-check"),
            },
        )
        factors = {
            one.value: (Tone.NEUTRAL, "clock" if not one.is_behaviour else "hand-stop")
            for one in states.Factor
        }
        register_badges(states.Factor, factors)
