"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from contracts import states
from core.ui import Tone, register_badges


class ContractsConfig(AppConfig):
    """What was agreed."""

    name = "contracts"
    verbose_name = _("Contracts")

    def ready(self) -> None:
        """Give this room's states their badges."""
        register_badges(
            states.LateChargeKind,
            {
                "NONE": (Tone.QUIET, "circle-minus"),
                "PRESET": (Tone.NEUTRAL, "scale"),
                "RATE": (Tone.NEUTRAL, "percentage"),
            },
        )
