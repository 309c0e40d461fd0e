"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.ui import Tone, register_badges
from disputes import states


class DisputesConfig(AppConfig):
    """What is contested."""

    name = "disputes"
    verbose_name = _("Disputes")

    def ready(self) -> None:
        """Give this room's states their badges."""
        register_badges(
            states.DisputeState,
            {
                "OPEN": (Tone.WARN, "messages"),
                "UPHELD": (Tone.GOOD, "circle-check"),
                "REJECTED": (Tone.QUIET, "circle-x"),
            },
        )
        register_badges(
            states.DisputeReason,
            {
                "QUALITY": (Tone.NEUTRAL, "thumb-down"),
                "QUANTITY": (Tone.NEUTRAL, "calculator"),
                "PRICE": (Tone.NEUTRAL, "discount"),
                "NOT_DELIVERED": (Tone.NEUTRAL, "truck"),
                "NOT_ORDERED": (Tone.NEUTRAL, "file-x"),
                "ALREADY_PAID": (Tone.NEUTRAL, "cash"),
                "PAPERWORK": (Tone.NEUTRAL, "file-alert"),
                "IMPORTED": (Tone.QUIET, "file-import"),
            },
        )
