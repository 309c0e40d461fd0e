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
        register_badges(
            states.ComplaintState,
            {
                "RECEIVED": (Tone.WARN, "inbox"),
                "IN_WORK": (Tone.PROGRESS, "tool"),
                "ANSWERED": (Tone.INFO, "message-2"),
                "CLOSED": (Tone.GOOD, "circle-check"),
                "REOPENED": (Tone.BAD, "rotate"),
            },
        )
        register_badges(
            states.ComplaintChannel,
            {
                "MAIL": (Tone.NEUTRAL, "mail"),
                "LINK": (Tone.NEUTRAL, "link"),
                "SURVEY": (Tone.NEUTRAL, "mood-sad"),
            },
        )
        looks = {"QUALITY": "thumb-down", "DELIVERY": "truck", "SERVICE": "clock"}
        looks |= {"BILLING": "file-invoice", "CONDUCT": "message-circle", "OTHER": "dots"}
        register_badges(
            states.ComplaintCategory, {key: (Tone.NEUTRAL, icon) for key, icon in looks.items()}
        )
        register_badges(
            states.ComplaintReason,
            {
                one.value: (Tone.NEUTRAL, looks[one.category.value])
                for one in states.ComplaintReason
            },
        )
