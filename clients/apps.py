"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from clients import states
from core.ui import Tone, register_badges


class ClientsConfig(AppConfig):
    """Who owes: creditors, clients, contacts, standing."""

    name = "clients"
    verbose_name = _("Clients")

    def ready(self) -> None:
        """Give this room's states their badges."""
        register_badges(
            states.Grade,
            {
                "A": (Tone.GOOD, "shield-check"),
                "B": (Tone.GOOD, "shield-check"),
                "C": (Tone.WARN, "shield"),
                "D": (Tone.BAD, "shield-x"),
                "E": (Tone.BAD, "shield-x"),
                "U": (Tone.QUIET, "help"),
            },
        )
        register_badges(states.ScreeningOutcome, {"CONDITIONAL": (Tone.WARN, "shield-check")})
        register_badges(
            states.DepositBasis,
            {"SEGMENT": (Tone.NEUTRAL, "users-group"), "KEPT": (Tone.WARN, "hourglass")},
        )
        register_badges(
            states.ClientKind,
            {
                "COMPANY": (Tone.NEUTRAL, "building"),
                "LARGE_ENTERPRISE": (Tone.NEUTRAL, "building"),
                "PUBLIC_BODY": (Tone.NEUTRAL, "building-bank"),
                "SOLE_TRADER": (Tone.NEUTRAL, "user"),
                "INDIVIDUAL": (Tone.NEUTRAL, "user"),
            },
        )
        register_badges(
            states.Language,
            {
                "en": (Tone.NEUTRAL, "language"),
                "zh-hans": (Tone.NEUTRAL, "language"),
            },
        )
        register_badges(
            states.ContactRole,
            {
                "ACCOUNTS_PAYABLE": (Tone.INFO, "coins"),
                "BUYER": (Tone.NEUTRAL, "briefcase"),
                "LEGAL_REPRESENTATIVE": (Tone.PROGRESS, "scale"),
                "MANAGEMENT": (Tone.NEUTRAL, "user-check"),
            },
        )
