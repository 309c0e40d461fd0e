"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.ui import Tone, register_badges
from portal import states


def _statement_badges() -> None:
    register_badges(
        states.StatementOutcome,
        {
            "CONFIRMED": (Tone.GOOD, "circle-check"),
            "PARTLY": (Tone.WARN, "alert-triangle"),
            "OBJECTED": (Tone.BAD, "alert-circle"),
        },
    )
    register_badges(
        states.LineAnswer,
        {"CONFIRMED": (Tone.GOOD, "circle-check"), "OBJECTED": (Tone.BAD, "alert-circle")},
    )
    register_badges(
        states.StatementState,
        {
            "ASKED": (Tone.INFO, "mail"),
            "OPENED": (Tone.PROGRESS, "mail-opened"),
            "SILENT": (Tone.WARN, "hourglass"),
            "CONFIRMED": (Tone.GOOD, "circle-check"),
            "PARTLY": (Tone.WARN, "alert-triangle"),
            "OBJECTED": (Tone.BAD, "alert-circle"),
            "CLOSED": (Tone.QUIET, "ban"),
        },
    )
    register_badges(
        states.BatchRowState,
        {
            "WAITING": (Tone.QUIET, "clock"),
            "SENDING": (Tone.PROGRESS, "mail-forward"),
            "SENT": (Tone.GOOD, "mail-forward"),
            "FAILED": (Tone.BAD, "mail-x"),
            "IN_DOUBT": (Tone.WARN, "help"),
            "NO_ADDRESS": (Tone.WARN, "mail-off"),
            "REFUSED": (Tone.QUIET, "ban"),
        },
    )


class PortalConfig(AppConfig):
    """What the client sees."""

    name = "portal"
    verbose_name = _("Client links")

    def ready(self) -> None:
        """Give this room's states their badges; tell evidence packets of answered balances."""
        from cases.selectors import register_acknowledgements
        from core.demo import register_piece
        from portal.services.demo import tell_balances
        from portal.services.demo_links import tell_links
        from portal.services.evidence import answered_balances

        register_acknowledgements(answered_balances)
        register_piece(tell_links)  # what is silent by then is chased with the balances
        register_piece(tell_balances)
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
        _statement_badges()
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
