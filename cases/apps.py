"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from cases import states
from core.ui import Tone, register_badges


class CasesConfig(AppConfig):
    """How we enforce: evidence packets."""

    name = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Give this room's states their badges."""
        register_badges(
            states.PacketState,
            {
                "QUEUED": (Tone.PROGRESS, "loader-2"),
                "READY": (Tone.GOOD, "file-check"),
            },
        )
