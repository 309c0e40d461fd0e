"""App configuration."""

from typing import Final

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.ui import Tone, register_badges
from interactions import states

_TONE_NAMES: Final = {
    "THREAT": (Tone.BAD, "alert-triangle"),
    "INSULT": (Tone.BAD, "alert-circle"),
    "EXPOSURE": (Tone.BAD, "users"),
    "CRIMINAL_LEVERAGE": (Tone.BAD, "hand-stop"),
    "IMPERSONATION": (Tone.BAD, "building"),
    "FALSE_LEGAL": (Tone.WARN, "file-text"),
    "PRESSURE": (Tone.WARN, "clock"),
    "BLAME": (Tone.WARN, "message-circle"),
    "CONCESSION": (Tone.WARN, "coins"),
}
_SITUATIONS: Final = {
    "COURTESY": (Tone.GOOD, "mood-smile"),
    "OVERDUE_FIRST": (Tone.INFO, "bell"),
    "OVERDUE_SECOND": (Tone.WARN, "bell-ringing"),
    "PROMISE_BROKEN": (Tone.WARN, "calendar-x"),
    "PROMISE_THANKS": (Tone.GOOD, "heart-handshake"),
    "DISPUTE_RECEIVED": (Tone.INFO, "messages"),
    "DISPUTE_SETTLED": (Tone.GOOD, "messages"),
    "PART_PAYMENT": (Tone.GOOD, "coins"),
    "PAID_THANKS": (Tone.GOOD, "circle-check"),
    "PLAN_OFFER": (Tone.INFO, "calendar-event"),
    "PREPAYMENT": (Tone.INFO, "wallet"),
    "DELIVERY_HELD": (Tone.WARN, "player-pause"),
    "MEETING": (Tone.INFO, "users-group"),
    "MINUTES_SENT": (Tone.INFO, "file-text"),
    "BALANCE": (Tone.INFO, "file-check"),
    "SURVEY": (Tone.INFO, "mood-smile"),
    "DOCUMENTS": (Tone.NEUTRAL, "paperclip"),
    "AFTER_CALL": (Tone.NEUTRAL, "phone"),
    "GREETING": (Tone.GOOD, "mood-smile"),
}
_CALLS: Final = {
    "FIRST_CALL": (Tone.NEUTRAL, "phone"),
    "ALREADY_PAID": (Tone.NEUTRAL, "circle-check"),
    "NO_MONEY": (Tone.NEUTRAL, "wallet"),
    "BOSS_AWAY": (Tone.NEUTRAL, "user-off"),
    "BAD_GOODS": (Tone.NEUTRAL, "messages"),
    "ABUSE": (Tone.WARN, "alert-triangle"),
    "DISCOUNT": (Tone.NEUTRAL, "coins"),
    "VAGUE": (Tone.NEUTRAL, "question-mark"),
    "REFUSES": (Tone.NEUTRAL, "hand-stop"),
    "THIRD_PERSON": (Tone.NEUTRAL, "users"),
}


def _calm_badges() -> None:
    """Looks of what belongs to calm communication and mails written by hand."""
    register_badges(states.ToneName, _TONE_NAMES)
    register_badges(
        states.ToneSeverity,
        {"BLOCK": (Tone.BAD, "hand-stop"), "WARN": (Tone.WARN, "alert-triangle")},
    )
    quiet = (Tone.NEUTRAL, "note")
    register_badges(states.PatternKind, dict.fromkeys(states.PatternKind.values, quiet))
    register_badges(states.ToneExcuse, dict.fromkeys(states.ToneExcuse.values, quiet))
    register_badges(states.Situation, _SITUATIONS)
    register_badges(
        states.TextChannel,
        {"MAIL": (Tone.NEUTRAL, "mail"), "SHORT": (Tone.NEUTRAL, "message")},
    )
    register_badges(
        states.TextTone,
        {
            "WARM": (Tone.GOOD, "mood-smile"),
            "NEUTRAL": (Tone.NEUTRAL, "message-circle"),
            "FIRM": (Tone.WARN, "file-text"),
        },
    )
    register_badges(states.OutgoingState, {})
    register_badges(states.CallSituation, _CALLS)
    register_badges(
        states.IncidentCategory,
        {
            "ABUSE": (Tone.WARN, "alert-circle"),
            "THREAT": (Tone.BAD, "alert-triangle"),
            "HARASSMENT": (Tone.WARN, "hand-stop"),
            "DISCRIMINATION": (Tone.WARN, "users"),
            "OTHER": (Tone.NEUTRAL, "note"),
        },
    )
    register_badges(
        states.IncidentSeverity,
        {
            "MILD": (Tone.NEUTRAL, "message-circle"),
            "SERIOUS": (Tone.WARN, "alert-circle"),
            "DANGER": (Tone.BAD, "alert-triangle"),
        },
    )
    register_badges(
        states.IncidentState,
        {"OPEN": (Tone.WARN, "alert-circle"), "REVIEWED": (Tone.PROGRESS, "user-check")},
    )


def _log_badges() -> None:
    """Looks of the log and its rules of contact."""
    register_badges(
        states.Outcome,
        {
            "ANSWERED": (Tone.GOOD, "phone-call"),
            "NO_ANSWER": (Tone.QUIET, "x"),
            "VOICEMAIL": (Tone.QUIET, "inbox"),
            "REFUSED": (Tone.BAD, "hand-stop"),
            "RESCHEDULE": (Tone.INFO, "calendar-event"),
            "PROMISED": (Tone.GOOD, "heart-handshake"),
        },
    )
    register_badges(
        states.Consent,
        {
            "GIVEN": (Tone.GOOD, "check"),
            "TOLD": (Tone.INFO, "message-circle"),
            "NOT_ASKED": (Tone.WARN, "alert-triangle"),
        },
    )
    register_badges(
        states.RuleMode,
        {
            "OFF": (Tone.QUIET, "circle"),
            "WARN": (Tone.WARN, "alert-triangle"),
            "BLOCK": (Tone.BAD, "hand-stop"),
        },
    )
    register_badges(
        states.ContactRule,
        {
            "HOURS": (Tone.NEUTRAL, "clock"),
            "FREQUENCY": (Tone.NEUTRAL, "phone-call"),
            "AUTHORISED": (Tone.NEUTRAL, "users"),
            "REFUSAL": (Tone.NEUTRAL, "hand-stop"),
            "OPT_OUT": (Tone.NEUTRAL, "bell-off"),
        },
    )


def _mail_badges() -> None:
    """Looks of archived mails."""
    register_badges(
        states.MailKind,
        {
            "NORMAL": (Tone.QUIET, "mail"),
            "BOUNCE": (Tone.BAD, "mail-off"),
            "AUTO_REPLY": (Tone.QUIET, "clock-pause"),
        },
    )
    register_badges(
        states.MailState,
        {
            "TRAY": (Tone.WARN, "inbox"),
            "FILED": (Tone.GOOD, "circle-check"),
            "DISMISSED": (Tone.QUIET, "archive"),
        },
    )
    register_badges(
        states.MailSource,
        {
            "IMAP": (Tone.QUIET, "inbox"),
            "UPLOAD": (Tone.QUIET, "upload"),
            "COMMAND": (Tone.QUIET, "file-import"),
            "SENT": (Tone.QUIET, "mail-forward"),
        },
    )
    register_badges(
        states.MailDismissal,
        {
            "SPAM": (Tone.QUIET, "x"),
            "PRIVATE": (Tone.QUIET, "lock"),
            "UNRELATED": (Tone.QUIET, "x"),
        },
    )
    register_badges(
        states.ProposalKind,
        {
            "PROMISE": (Tone.GOOD, "heart-handshake"),
            "DISPUTE": (Tone.WARN, "messages"),
        },
    )
    register_badges(
        states.ProposalState,
        {
            "OPEN": (Tone.WARN, "help"),
            "ACCEPTED": (Tone.GOOD, "circle-check"),
            "EDITED": (Tone.GOOD, "circle-check"),
            "REJECTED": (Tone.QUIET, "x"),
        },
    )


def _meeting_badges() -> None:
    register_badges(
        states.MeetingState,
        {
            "PLANNED": (Tone.INFO, "calendar-event"),
            "HELD": (Tone.GOOD, "users"),
            "CANCELLED": (Tone.QUIET, "ban"),
        },
    )
    register_badges(
        states.MinutesState,
        {
            "ISSUED": (Tone.INFO, "file-text"),
            "SENT": (Tone.PROGRESS, "mail-forward"),
            "CONFIRMED": (Tone.GOOD, "circle-check"),
            "OBJECTED": (Tone.BAD, "alert-circle"),
            "DEEMED": (Tone.GOOD, "hourglass"),
            "SUPERSEDED": (Tone.QUIET, "history"),
        },
    )
    register_badges(
        states.MeetingSide, {"OURS": (Tone.INFO, "building"), "THEIRS": (Tone.INFO, "user")}
    )
    register_badges(
        states.MinutesLanguage,
        {
            "en": (Tone.QUIET, "language"),
            "zh-hans": (Tone.QUIET, "language"),
            "both": (Tone.QUIET, "language"),
        },
    )


def _care_badges() -> None:
    register_badges(
        states.NoticeKind,
        {
            "PAYMENT": (Tone.NEUTRAL, "cash"),
            "RETURNS": (Tone.NEUTRAL, "package"),
            "SERVICE": (Tone.NEUTRAL, "phone"),
        },
    )
    register_badges(states.RevisitState, {"SKIPPED": (Tone.QUIET, "arrow-forward-up")})
    register_badges(
        states.SurveyOccasion,
        {
            "DELIVERY": (Tone.NEUTRAL, "truck"),
            "COMPLAINT": (Tone.NEUTRAL, "message-circle"),
            "REVISIT": (Tone.NEUTRAL, "heart-handshake"),
        },
    )


class InteractionsConfig(AppConfig):
    """What was said: an append-only log."""

    name = "interactions"
    verbose_name = _("Interactions")

    def ready(self) -> None:
        """Give this room's states their badges."""
        from interactions.selectors.about import register_about
        from interactions.selectors.mail_pages import mail_abouts

        register_about("interactions.mailmessage", _("mail"), mail_abouts, in_filter=False)
        _log_badges()
        _mail_badges()
        _calm_badges()
        _meeting_badges()
        _care_badges()
