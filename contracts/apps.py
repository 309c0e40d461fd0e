"""App configuration."""

from django.apps import AppConfig
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from contracts import states
from core.ui import Tone, register_badges

_PLAIN = Tone.NEUTRAL

LOOKS: dict[type[TextChoices], dict[str, tuple[Tone, str]]] = {
    states.ContractState: {
        "REVIEW": (Tone.PROGRESS, "scale"),
        "SIGNED": (Tone.PROGRESS, "signature"),
        "COMPLETED": (Tone.QUIET, "checks"),
    },
    states.LateChargeKind: {
        "NONE": (Tone.QUIET, "circle-minus"),
        "PRESET": (_PLAIN, "scale"),
        "RATE": (_PLAIN, "percentage"),
    },
    states.ContractLanguage: {
        "en": (_PLAIN, "language"),
        "zh-hans": (_PLAIN, "language"),
        "both": (_PLAIN, "columns"),
    },
    states.ClauseKind: {
        "PAYMENT": (_PLAIN, "cash"),
        "PREPAYMENT": (_PLAIN, "coins"),
        "LATE_CHARGE": (_PLAIN, "percentage"),
        "SUSPENSION": (_PLAIN, "player-pause"),
        "ACCEPTANCE": (_PLAIN, "clipboard-check"),
        "RETURNS": (_PLAIN, "arrow-back-up"),
        "NOTICES": (_PLAIN, "mail"),
        "CHANGES": (_PLAIN, "edit"),
        "LAW": (_PLAIN, "gavel"),
        "RECORDING": (_PLAIN, "phone-call"),
        "DATA": (_PLAIN, "shield-lock"),
        "ACCELERATION": (_PLAIN, "chevrons-right"),
    },
    states.PrepaymentKind: {
        "PREPAYMENT": (_PLAIN, "cash"),
        "EARNEST": (_PLAIN, "lock"),
        "DEPOSIT": (_PLAIN, "shield"),
    },
    states.ScheduleKind: {
        "PREPAYMENT": (_PLAIN, "cash"),
        "DATE": (_PLAIN, "calendar"),
        "INSTALMENT": (_PLAIN, "calendar-due"),
        "MILESTONE": (_PLAIN, "flag"),
    },
    states.Frequency: {
        "WEEKLY": (_PLAIN, "calendar"),
        "MONTHLY": (_PLAIN, "calendar"),
        "QUARTERLY": (_PLAIN, "calendar"),
    },
    states.ReviewState: {
        "ASKED": (Tone.PROGRESS, "scale"),
        "CHANGES": (Tone.WARN, "edit"),
        "SIGNED_OFF": (Tone.GOOD, "circle-check"),
    },
    states.AcceptedHow: {
        "PAPER": (_PLAIN, "writing"),
        "LINK": (_PLAIN, "link"),
    },
    states.Severity: {
        "BLOCKING": (Tone.BAD, "ban"),
        "WARNING": (Tone.WARN, "alert-triangle"),
        "ADVICE": (Tone.QUIET, "bulb"),
    },
    states.DeliveryState: {
        "DELIVERED": (Tone.PROGRESS, "truck-delivery"),
        "ACCEPTED": (Tone.GOOD, "circle-check"),
        "REJECTED": (Tone.BAD, "circle-x"),
    },
    states.AnsweredHow: {
        "RECORD": (_PLAIN, "writing"),
        "LINK": (_PLAIN, "link"),
        "DEEMED": (_PLAIN, "hourglass"),
    },
    states.Side: {
        "OURS": (_PLAIN, "building"),
        "THEIRS": (_PLAIN, "user"),
    },
    states.AmendmentKind: {
        "EXTENSION": (_PLAIN, "calendar-plus"),
        "DISCOUNT": (_PLAIN, "discount"),
        "SCHEDULE": (_PLAIN, "calendar-due"),
        "SCOPE": (_PLAIN, "list-details"),
    },
    states.BalanceHow: {
        "LAST": (_PLAIN, "arrow-right"),
        "SPREAD": (_PLAIN, "chart-bar"),
        "NEW": (_PLAIN, "plus"),
    },
    states.FlagKind: {
        "LATE_DELIVERY": (Tone.BAD, "truck-delivery"),
        "LATE_OURS": (Tone.WARN, "clock"),
        "LATE_THEIRS": (Tone.WARN, "clock"),
        "LATE_PAYMENT": (Tone.BAD, "alert-circle"),
        "MAY_SUSPEND": (Tone.WARN, "player-pause"),
        "MAY_RESUME": (Tone.GOOD, "player-play"),
    },
}


class ContractsConfig(AppConfig):
    """What was agreed."""

    name = "contracts"
    verbose_name = _("Contracts")

    def ready(self) -> None:
        """Give this room's states their badges; say what contracts say of minutes."""
        from contracts.selectors import minutes
        from interactions.services.agreements import AgreementKind, register_agreement

        for choices, looks in LOOKS.items():
            register_badges(choices, looks)
        register_agreement(
            AgreementKind(
                label="contracts.contract",
                choices=minutes.contracts_to_meet_about,
                name=minutes.number_of_contract,
                deemed_days=minutes.minutes_days_of,
            )
        )
