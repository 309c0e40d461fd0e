"""Standing, holds, limits, warnings."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.states import Role


class LimitAction(TextChoices):
    """What happens at the edge of a contract when the client is over its limit."""

    WARN = "WARN", _("Warn")
    BLOCK = "BLOCK", _("Block")


class StandingPart(TextChoices):
    """A part of what a client gets; all but the hold may be set by hand for a time."""

    GRADE = "GRADE", _("Grade")
    LIMIT = "LIMIT", _("Credit limit")
    DEPOSIT = "DEPOSIT", _("Deposit ratio")
    TERMS = "TERMS", _("Payment terms")
    HOLD = "HOLD", _("Credit hold")


class StandingCause(TextChoices):
    """Why a standing changed."""

    GRADE = "GRADE", pgettext_lazy("cause", "New grade")
    POLICY = "POLICY", pgettext_lazy("cause", "New policy")
    DAILY = "DAILY", pgettext_lazy("cause", "Daily refresh")
    SET = "SET", pgettext_lazy("cause", "Set by hand")
    ENDED = "ENDED", pgettext_lazy("cause", "Own setting ended")
    EXPIRED = "EXPIRED", pgettext_lazy("cause", "Own setting expired")
    CONFIRMED = "CONFIRMED", pgettext_lazy("cause", "Rise confirmed")
    HELD = "HELD", pgettext_lazy("cause", "Hold decided")
    RELEASED = "RELEASED", pgettext_lazy("cause", "Hold ended")


class OverrideEnd(TextChoices):
    """How a setting by hand came to its end."""

    ENDED = "ENDED", pgettext_lazy("setting", "Ended")
    REPLACED = "REPLACED", pgettext_lazy("setting", "Replaced")
    EXPIRED = "EXPIRED", pgettext_lazy("setting", "Expired")


class HoldRuleCode(TextChoices):
    """What proposes a hold."""

    OVERDUE_DAYS = "OVERDUE_DAYS", _("Oldest overdue beyond … days")
    OVER_LIMIT = "OVER_LIMIT", _("Over the limit by … percent")
    GRADE = "GRADE", _("Grade E")
    BROKEN_PROMISES = "BROKEN_PROMISES", _("Broken promises")


#: Who may decide, from the least to the most; a policy names the least role of a grade.
APPROVER_ORDER: tuple[Role, ...] = (Role.FINANCE, Role.MANAGER, Role.ADMIN)
#: Their names as choices.
APPROVERS = [(role.value, role.label) for role in APPROVER_ORDER]


def may_decide(role: str, least: str) -> bool:
    """Whether somebody of this role decides where the policy asks for at least the other."""
    if role not in APPROVER_ORDER:
        return False
    return APPROVER_ORDER.index(Role(role)) >= APPROVER_ORDER.index(Role(least))


class HoldState(TextChoices):
    """Life of a hold: proposed by a rule or a colleague, decided by a person, never for ever."""

    PROPOSED = "PROPOSED", pgettext_lazy("hold", "Proposed")
    HELD = "HELD", pgettext_lazy("hold", "On hold")
    DECLINED = "DECLINED", pgettext_lazy("hold", "Declined")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("hold", "No longer so")
    RELEASED = "RELEASED", pgettext_lazy("hold", "Lifted")
    EXPIRED = "EXPIRED", pgettext_lazy("hold", "Run out")


HOLD_TRANSITIONS: dict[HoldState, frozenset[HoldState]] = {
    HoldState.PROPOSED: frozenset({HoldState.HELD, HoldState.DECLINED, HoldState.WITHDRAWN}),
    HoldState.HELD: frozenset({HoldState.RELEASED, HoldState.EXPIRED}),
    HoldState.DECLINED: frozenset(),
    HoldState.WITHDRAWN: frozenset(),
    HoldState.RELEASED: frozenset(),
    HoldState.EXPIRED: frozenset(),
}
#: There is one of them a client at most.
HOLD_OPEN: tuple[HoldState, ...] = (HoldState.PROPOSED, HoldState.HELD)


class WarningLevel(TextChoices):
    """How soon somebody should look."""

    URGENT = "URGENT", pgettext_lazy("early warning", "Act now")
    WATCH = "WATCH", pgettext_lazy("early warning", "Watch")
    CALM = "CALM", pgettext_lazy("early warning", "Calm")


class LimitRequestState(TextChoices):
    """What became of a request to let a contract pass over the limit."""

    ASKED = "ASKED", pgettext_lazy("limit", "Waiting for a decision")
    RELEASED = "RELEASED", pgettext_lazy("limit", "Released")
    REJECTED = "REJECTED", pgettext_lazy("limit", "Rejected")
    SETTLED = "SETTLED", pgettext_lazy("limit", "Within the limit again")
    REVOKED = "REVOKED", pgettext_lazy("limit", "Release taken back")


LIMIT_TRANSITIONS: dict[LimitRequestState, frozenset[LimitRequestState]] = {
    LimitRequestState.ASKED: frozenset(
        {LimitRequestState.RELEASED, LimitRequestState.REJECTED, LimitRequestState.SETTLED}
    ),
    LimitRequestState.RELEASED: frozenset({LimitRequestState.REVOKED}),
    LimitRequestState.REJECTED: frozenset(),
    LimitRequestState.SETTLED: frozenset(),
    LimitRequestState.REVOKED: frozenset(),
}


class LimitOutcome(TextChoices):
    """A decision on a contract over the limit."""

    RELEASE = "RELEASE", pgettext_lazy("decision", "Release")
    REJECT = "REJECT", pgettext_lazy("decision", "Reject")
    RECHECK = "RECHECK", pgettext_lazy("decision", "Check again")
    REVOKE = "REVOKE", pgettext_lazy("decision", "Take back")
