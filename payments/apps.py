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
        """Give this room's states their badges, and contracts what only this room knows."""
        _tell_contracts()
        _tell_interactions()
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
                "FORFEITED": (Tone.WARN, "lock"),
                "TWICE": (Tone.WARN, "copy"),
                "DEPOSIT": (Tone.NEUTRAL, "shield-check"),
            },
        )
        register_badges(
            states.PromiseState,
            {
                "OPEN": (Tone.INFO, "hourglass"),
            },
        )
        register_badges(
            states.PrepaymentState,
            {
                "REQUESTED": (Tone.WARN, "hourglass"),
                "CLEARED": (Tone.GOOD, "circle-check"),
                "CLOSED": (Tone.QUIET, "archive"),
                "CANCELLED": (Tone.QUIET, "ban"),
            },
        )
        register_badges(
            states.ReleaseKind,
            {
                "REFUND": (Tone.NEUTRAL, "arrow-back-up"),
                "FORFEITED": (Tone.WARN, "lock"),
                "TWICE": (Tone.WARN, "copy"),
                "DEPOSIT": (Tone.NEUTRAL, "shield-check"),
            },
        )
        register_badges(
            states.ReleaseState,
            {
                "ASKED": (Tone.WARN, "hourglass"),
                "APPROVED": (Tone.GOOD, "circle-check"),
                "REFUSED": (Tone.BAD, "circle-x"),
                "WITHDRAWN": (Tone.QUIET, "arrow-back-up"),
            },
        )


def _tell_contracts() -> None:
    from contracts.selectors import (
        set_exposure_source,
        set_preset_source,
        set_rate_level_source,
    )
    from contracts.selectors.holds import add_hold_source
    from contracts.selectors.prepaid import set_prepaid_source
    from contracts.services.performance import on_acceptance
    from payments.selectors.for_contracts import exposures, prepaid, rate_levels
    from payments.selectors.interest import preset_choices
    from payments.selectors.prepayments import hold_sentence
    from payments.services.billing import bill_accepted

    set_preset_source(preset_choices)
    set_exposure_source(exposures)
    set_rate_level_source(rate_levels)
    set_prepaid_source(prepaid)
    add_hold_source(hold_sentence)
    on_acceptance(bill_accepted)


def _tell_interactions() -> None:
    from payments.selectors.message_facts import register

    register()
