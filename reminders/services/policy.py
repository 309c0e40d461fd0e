"""How a creditor reminds: a manager edits it; nobody's ladder starts again because of that."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from clients.models import Creditor
from core import audit
from core.errors import Refusal
from core.models import User
from core.states import Role
from core.transactions import in_transaction
from reminders.models import LadderPolicy, LadderStep
from reminders.rules.ladder import (
    DEFAULT_FEED_AGE_DAYS,
    DEFAULT_GAP_DAYS,
    DEFAULT_LADDER,
    DEFAULT_TOLERANCE,
    LadderFault,
    Rung,
    ladder_faults,
)

EDITING_ROLES = frozenset({Role.MANAGER, Role.ADMIN})

_FIELDS = frozenset(
    {
        "tolerance",
        "min_gap_days",
        "max_feed_age_days",
        "send_from",
        "send_until",
        "workdays_only",
        "sender_name",
        "reply_to",
    }
)


class UnableToChangePolicy(Refusal):
    """This is not a ladder that can be climbed."""


@in_transaction
def default_policy(*, creditor: Creditor) -> LadderPolicy:
    """The creditor's policy; made with the usual ladder when there is none."""
    policy, created = LadderPolicy.objects.get_or_create(
        creditor=creditor,
        defaults={
            "tolerance": Decimal(DEFAULT_TOLERANCE),
            "min_gap_days": DEFAULT_GAP_DAYS,
            "max_feed_age_days": DEFAULT_FEED_AGE_DAYS,
        },
    )
    if created:
        _store_rungs(policy, DEFAULT_LADDER)
    return policy


@in_transaction
def change_policy(
    *,
    creditor: Creditor,
    rungs: Sequence[Rung],
    fields: Mapping[str, Any],
    actor: User,
    at: dt.datetime,
) -> LadderPolicy:
    """Replace the ladder and its settings. Levels already sent stay sent.

    Raises UnableToChangePolicy for a role that may not, steps whose days do not rise, or hours
    that are not a span.
    """
    if actor.role not in EDITING_ROLES:
        raise UnableToChangePolicy(_("A manager or an administrator edits the policy."))
    unknown = set(fields) - _FIELDS
    if unknown:
        raise TypeError(f"unknown policy fields: {sorted(unknown)}")
    _check_hours(fields)
    faults = ladder_faults(rungs)
    if faults:
        raise UnableToChangePolicy(_words(faults[0]))
    default_policy(creditor=creditor)
    policy = LadderPolicy.objects.select_for_update().get(creditor=creditor)
    before = _as_facts(policy)
    for name, value in fields.items():
        setattr(policy, name, value)
    policy.save()
    _store_rungs(policy, rungs)
    audit.record(
        action="reminders.change_policy",
        actor=actor,
        at=at,
        subject=policy,
        stream=f"creditor:{creditor.pk}",
        payload={"before": before, "after": _as_facts(policy)},
    )
    return policy


def _check_hours(fields: Mapping[str, Any]) -> None:
    opens, closes = fields.get("send_from"), fields.get("send_until")
    if (opens is None) != (closes is None):
        raise UnableToChangePolicy(
            _("Give both hours, or neither to send at any time."), field="send_until"
        )
    if opens is not None and closes is not None and opens >= closes:
        raise UnableToChangePolicy(
            _("The hours end before they begin. Give a later time."), field="send_until"
        )


def _words(fault: LadderFault) -> str:
    sentences = {
        "day": _("Level %(level)s must begin on a later day than the level below it."),
        "person": _("Level %(level)s stands above the step where a person decides."),
        "courtesy": _(
            "Level %(level)s lies before the due date: there only one step, as a courtesy, fits."
        ),
        "late": _("Level %(level)s lies after the due date: a courtesy comes before it."),
    }
    return sentences[fault.fault] % {"level": fault.level}


def _store_rungs(policy: LadderPolicy, rungs: Sequence[Rung]) -> None:
    for rung in rungs:
        LadderStep.objects.update_or_create(
            policy=policy,
            level=rung.level,
            defaults={
                "day": rung.day,
                "channel": rung.channel,
                "tone": rung.tone,
                "enabled": rung.enabled,
            },
        )


def _as_facts(policy: LadderPolicy) -> dict[str, Any]:
    return {
        **{name: _plain(getattr(policy, name)) for name in sorted(_FIELDS)},
        "steps": [
            [step.level, step.day, step.channel, step.tone, step.enabled]
            for step in policy.steps.order_by("level")
        ],
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.time) else value
