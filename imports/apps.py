"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.ui import Tone, register_badges
from imports import states


class ImportsConfig(AppConfig):
    """Ledgers coming in: mapping, preview, report."""

    name = "imports"
    verbose_name = _("Imports")

    def ready(self) -> None:
        """Give this room's states their badges."""
        register_badges(
            states.ImportKind,
            {
                "INVOICES": (Tone.NEUTRAL, "file-invoice"),
                "PAYMENTS": (Tone.NEUTRAL, "cash"),
            },
        )
        register_badges(
            states.DateOrder,
            {
                "AUTO": (Tone.QUIET, "bulb"),
                "DMY": (Tone.NEUTRAL, "calendar"),
                "MDY": (Tone.NEUTRAL, "calendar"),
            },
        )
