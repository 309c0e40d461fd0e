"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core.demo import register_piece
from core.ui import Tone, register_badges
from credit import states


class CreditConfig(AppConfig):
    """How far we trust."""

    name = "credit"
    verbose_name = _("Credit")

    def ready(self) -> None:
        """Give this room's states their badges, and the demonstration its piece."""
        from credit.services.freeloading_demo import tell_free_work

        register_piece(tell_free_work)
        _freeloading_badges()
        _standing_badges()
        _hold_badges()
        _fairness_badges()
        _screening_badges()
        _related_badges()
        _limit_badges()
        _tell_contracts()
        _report_badges()
        _score_badges()
        # What it calls has models, which are there only now.
        from credit.services.demo import tell_scores
        from credit.services.reports_demo import tell_reports

        register_piece(tell_reports)
        register_piece(tell_scores)


def _score_badges() -> None:
    register_badges(
        states.WarningLevel,
        {
            "URGENT": (Tone.BAD, "bell-ringing"),
            "WATCH": (Tone.WARN, "eye"),
            "CALM": (Tone.QUIET, "circle-check"),
        },
    )
    register_badges(
        states.LookOutcome,
        {
            "CALM": (Tone.GOOD, "circle-check"),
            "WATCH": (Tone.WARN, "eye"),
            "ACT": (Tone.BAD, "bell-ringing"),
        },
    )
    register_badges(
        states.NoticeLevel,
        {
            "NOTICE": (Tone.INFO, "bell"),
            "WARNING": (Tone.WARN, "alert-triangle"),
            "URGENT": (Tone.BAD, "bell-ringing"),
        },
    )
    register_badges(
        states.NoticeSignal,
        {
            "GRADE": (Tone.BAD, "shield-x"),
            "LIKELY_LATE": (Tone.BAD, "clock"),
            "OVER_LIMIT": (Tone.BAD, "coins"),
            "BAD_REPORT": (Tone.BAD, "file-alert"),
            "EXPIRED_REPORT": (Tone.WARN, "hourglass-empty"),
        },
    )
    factors = {
        one.value: (Tone.NEUTRAL, "clock" if not one.is_behaviour else "hand-stop")
        for one in states.Factor
    }
    register_badges(states.Factor, factors)


def _screening_badges() -> None:
    register_badges(
        states.ScreeningState,
        {
            "IN_WORK": (Tone.PROGRESS, "tool"),
            "SUBMITTED": (Tone.WARN, "send"),
            "CONDITIONAL": (Tone.WARN, "shield-check"),
            "EXPIRED": (Tone.BAD, "hourglass-empty"),
        },
    )
    register_badges(
        states.CheckKind,
        {
            "REGISTRATION": (Tone.NEUTRAL, "building"),
            "OWNERSHIP": (Tone.NEUTRAL, "users"),
            "INTERVIEW": (Tone.NEUTRAL, "messages"),
            "REFERENCES": (Tone.NEUTRAL, "user-check"),
            "BANK": (Tone.NEUTRAL, "building-bank"),
            "REPORT": (Tone.NEUTRAL, "chart-bar"),
            "DOCUMENT": (Tone.NEUTRAL, "file"),
            "COOPERATION": (Tone.NEUTRAL, "heart-handshake"),
        },
    )
    register_badges(
        states.Verdict,
        {
            "GOOD": (Tone.GOOD, "circle-check"),
            "CONCERN": (Tone.BAD, "alert-triangle"),
            "NOT_NEEDED": (Tone.QUIET, "circle-x"),
        },
    )
    register_badges(
        states.PaysOnTime,
        {
            "ALWAYS": (Tone.GOOD, "circle-check"),
            "MOSTLY": (Tone.INFO, "percentage"),
            "LATE": (Tone.BAD, "alert-circle"),
            "UNSAID": (Tone.QUIET, "help"),
        },
    )


def _tell_contracts() -> None:
    from contracts.selectors import set_relatives_source
    from contracts.selectors.limits import CreditSource, set_credit_source
    from credit.selectors.limits import delivery_refusal, limit_rooms, lock_clients, releases
    from credit.selectors.related import relatives_for_contracts

    set_relatives_source(relatives_for_contracts)
    set_credit_source(
        CreditSource(
            rooms=limit_rooms, releases=releases, refusal=delivery_refusal, lock=lock_clients
        )
    )


def _related_badges() -> None:
    register_badges(
        states.RelatedState,
        {
            "PROPOSED": (Tone.WARN, "hourglass"),
            "CONFIRMED": (Tone.BAD, "link"),
            "DISMISSED": (Tone.QUIET, "circle-x"),
            "WITHDRAWN": (Tone.QUIET, "arrow-back-up"),
        },
    )
    looks = {
        "REGISTRATION": "building",
        "LEGAL_REPRESENTATIVE": "user",
        "ADDRESS": "map-pin",
        "PHONE": "phone",
        "MAIL_DOMAIN": "mail",
        "PAYER": "cash",
        "NAME": "search",
    }
    register_badges(states.RelatedSign, {key: (Tone.NEUTRAL, icon) for key, icon in looks.items()})


def _limit_badges() -> None:
    register_badges(
        states.LimitRequestState,
        {
            "ASKED": (Tone.WARN, "hourglass"),
            "RELEASED": (Tone.GOOD, "circle-check"),
            "REJECTED": (Tone.BAD, "circle-x"),
            "SETTLED": (Tone.QUIET, "check"),
            "REVOKED": (Tone.QUIET, "arrow-back-up"),
        },
    )
    register_badges(
        states.LimitOutcome,
        {
            "RELEASE": (Tone.GOOD, "check"),
            "REJECT": (Tone.BAD, "x"),
            "RECHECK": (Tone.INFO, "refresh"),
            "REVOKE": (Tone.WARN, "arrow-back-up"),
        },
    )


def _report_badges() -> None:
    """Looks of credit reports."""
    register_badges(
        states.CreditReportState,
        {
            "VALID": (Tone.GOOD, "circle-check"),
            "EXPIRING": (Tone.WARN, "hourglass"),
            "EXPIRED": (Tone.BAD, "hourglass-empty"),
            "EARLIER": (Tone.QUIET, "history"),
            "CORRECTED": (Tone.QUIET, "edit"),
            "WITHDRAWN": (Tone.QUIET, "ban"),
        },
    )
    register_badges(
        states.AdverseKind,
        {
            "INSOLVENCY": (Tone.BAD, "alert-triangle"),
            "DISSOLVED": (Tone.BAD, "circle-x"),
            "STRIKE_OFF": (Tone.BAD, "file-x"),
            "JUDGMENT": (Tone.BAD, "gavel"),
            "EXECUTED": (Tone.BAD, "gavel"),
            "DISHONEST": (Tone.BAD, "hand-stop"),
            "ABNORMAL": (Tone.WARN, "alert-circle"),
            "TAX": (Tone.WARN, "building-bank"),
            "CHARGE": (Tone.NEUTRAL, "lock"),
            "ACCOUNTS_LATE": (Tone.WARN, "calendar-x"),
            "STATEMENT_LATE": (Tone.WARN, "calendar-x"),
            "OFFICE": (Tone.WARN, "map-pin"),
        },
    )
    quiet = (Tone.NEUTRAL, "calculator")
    register_badges(states.ReportFigure, dict.fromkeys(states.ReportFigure.values, quiet))
    register_badges(
        states.PaperKind,
        {"REPORT": (Tone.NEUTRAL, "file"), "ANSWER": (Tone.NEUTRAL, "code")},
    )


def _hold_badges() -> None:
    register_badges(
        states.HoldState,
        {
            "PROPOSED": (Tone.WARN, "hourglass"),
            "HELD": (Tone.BAD, "lock"),
            "DECLINED": (Tone.QUIET, "circle-x"),
            "WITHDRAWN": (Tone.QUIET, "arrow-back-up"),
            "RELEASED": (Tone.GOOD, "lock-open"),
            "EXPIRED": (Tone.QUIET, "hourglass-empty"),
        },
    )


def _standing_badges() -> None:
    register_badges(
        states.LimitAction, {"WARN": (Tone.WARN, "alert-triangle"), "BLOCK": (Tone.BAD, "ban")}
    )
    register_badges(
        states.StandingPart,
        {
            "GRADE": (Tone.NEUTRAL, "shield"),
            "LIMIT": (Tone.NEUTRAL, "coins"),
            "DEPOSIT": (Tone.NEUTRAL, "percentage"),
            "TERMS": (Tone.NEUTRAL, "calendar-due"),
            "HOLD": (Tone.BAD, "lock"),
        },
    )
    register_badges(
        states.StandingCause,
        {
            "GRADE": (Tone.INFO, "shield"),
            "POLICY": (Tone.INFO, "list-details"),
            "DAILY": (Tone.QUIET, "refresh"),
            "SET": (Tone.NEUTRAL, "edit"),
            "ENDED": (Tone.QUIET, "circle-x"),
            "EXPIRED": (Tone.QUIET, "hourglass-empty"),
            "CONFIRMED": (Tone.NEUTRAL, "check"),
            "HELD": (Tone.BAD, "lock"),
            "RELEASED": (Tone.GOOD, "lock-open"),
        },
    )
    register_badges(
        states.OverrideEnd,
        {
            "ENDED": (Tone.QUIET, "circle-x"),
            "REPLACED": (Tone.QUIET, "refresh"),
            "EXPIRED": (Tone.QUIET, "hourglass-empty"),
        },
    )
    register_badges(
        states.HoldRuleCode,
        {
            "OVERDUE_DAYS": (Tone.BAD, "clock"),
            "OVER_LIMIT": (Tone.BAD, "coins"),
            "GRADE": (Tone.BAD, "shield-x"),
            "BROKEN_PROMISES": (Tone.BAD, "heart-handshake"),
        },
    )


def _fairness_badges() -> None:
    register_badges(
        states.BehaviourState,
        {
            "PROPOSED": (Tone.WARN, "hourglass"),
            "CONFIRMED": (Tone.BAD, "circle-check"),
            "REJECTED": (Tone.QUIET, "circle-x"),
            "WITHDRAWN": (Tone.QUIET, "arrow-back-up"),
            "OVERTURNED": (Tone.GOOD, "gavel"),
        },
    )
    register_badges(
        states.AppealState,
        {
            "RECEIVED": (Tone.WARN, "inbox"),
            "IN_WORK": (Tone.PROGRESS, "tool"),
            "UPHELD": (Tone.GOOD, "circle-check"),
            "PARTLY": (Tone.INFO, "circle-check"),
            "REJECTED": (Tone.QUIET, "circle-x"),
            "WITHDRAWN": (Tone.QUIET, "arrow-back-up"),
        },
    )
    register_badges(
        states.AppealAgainst,
        {
            "BEHAVIOUR": (Tone.NEUTRAL, "scale"),
            "FREE_WORK": (Tone.NEUTRAL, "discount"),
            "GRADE": (Tone.NEUTRAL, "shield"),
            "HOLD": (Tone.NEUTRAL, "lock"),
            "OTHER": (Tone.NEUTRAL, "dots"),
        },
    )
    register_badges(
        states.AppealChannel,
        {
            "LETTER": (Tone.NEUTRAL, "mail"),
            "MAIL": (Tone.NEUTRAL, "mail-opened"),
            "CALL": (Tone.NEUTRAL, "phone"),
            "VISIT": (Tone.NEUTRAL, "users"),
            "LINK": (Tone.NEUTRAL, "link"),
        },
    )


def _freeloading_badges() -> None:
    work = {
        "CONSULTATION": "message-circle",
        "TRIAL": "package",
        "SCOPE_CREEP": "chevrons-right",
        "CONCESSION": "discount",
        "REFUND": "credit-card-refund",
        "REWORK": "tool",
        "COLLECTION": "phone-outgoing",
    }
    neutral = {key: (Tone.NEUTRAL, icon) for key, icon in work.items()}
    register_badges(states.FreeWork, neutral)
    register_badges(
        states.MarginLine,
        {
            **neutral,
            "INVOICED": (Tone.NEUTRAL, "file-invoice"),
            "RETURNED": (Tone.NEUTRAL, "arrow-back-up"),
            "DISCOUNT": (Tone.NEUTRAL, "discount"),
            "CREDITED": (Tone.NEUTRAL, "receipt"),
            "REFUNDED": (Tone.NEUTRAL, "credit-card-refund"),
            "CONTACTS": (Tone.NEUTRAL, "phone-outgoing"),
            "MONEY": (Tone.NEUTRAL, "coins"),
            "LOST": (Tone.NEUTRAL, "trending-down"),
        },
    )
    register_badges(
        states.WorkKind,
        {
            "CONSULTING": (Tone.NEUTRAL, "message-circle"),
            "SALES": (Tone.NEUTRAL, "briefcase"),
            "DELIVERY": (Tone.NEUTRAL, "truck"),
            "COLLECTION": (Tone.NEUTRAL, "phone-outgoing"),
        },
    )
    register_badges(states.CollectionAct, {"REMINDER": (Tone.NEUTRAL, "bell")})
    register_badges(states.Assumed, dict.fromkeys(states.Assumed, (Tone.NEUTRAL, "adjustments")))
    register_badges(
        states.CreditNature,
        {
            "GIVEN": (Tone.WARN, "discount"),
            "RETURNED": (Tone.QUIET, "arrow-back-up"),
            "CORRECTED": (Tone.QUIET, "pencil"),
        },
    )
    course = {
        "KEEP": (Tone.GOOD, "circle-check"),
        "PREPAY": (Tone.WARN, "wallet"),
        "EXIT": (Tone.BAD, "logout"),
    }
    register_badges(states.ClientCourse, course)
    register_badges(states.ClientAdvice, {**course, "TOO_LITTLE": (Tone.QUIET, "hourglass-empty")})
    register_badges(
        states.FreeVerdict,
        {"CONFIRMED": (Tone.WARN, "flag"), "OURS": (Tone.QUIET, "heart-handshake")},
    )
