"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.ui import Tone, register_badges
from payments import states


class PaymentsConfig(AppConfig):
    """What is owed and paid."""

    name = "payments"
    verbose_name = _("Payments")

    def ready(self) -> None:
        """Give this room's states their badges, and contracts the names of the presets."""
        from contracts.selectors import set_preset_source
        from payments.selectors.interest import preset_choices

        set_preset_source(preset_choices)
        register_badges(
            states.ReceiptMethod,
            {
                "BANK_TRANSFER": (Tone.NEUTRAL, "building-bank"),
                "CHEQUE": (Tone.NEUTRAL, "writing"),
                "CARD": (Tone.NEUTRAL, "credit-card"),
                "CASH": (Tone.NEUTRAL, "cash"),
                "WALLET": (Tone.NEUTRAL, "device-mobile"),
                "ACCEPTANCE": (Tone.NEUTRAL, "certificate"),
            },
        )
        register_badges(
            states.RefundKind,
            {
                "REFUND": (Tone.NEUTRAL, "arrow-back-up"),
                "ENTRY_ERROR": (Tone.QUIET, "pencil"),
            },
        )
        register_badges(
            states.PromiseState,
            {
                "OPEN": (Tone.INFO, "hourglass"),
            },
        )
