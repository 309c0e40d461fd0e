"""A creditor's way of reminding, as the rules want it."""

from dataclasses import dataclass
from decimal import Decimal

from clients.models import Creditor
from core.hours import Hours
from reminders.models import LadderPolicy
from reminders.rules.decisions import Policy, Step
from reminders.rules.ladder import (
    DEFAULT_FEED_AGE_DAYS,
    DEFAULT_GAP_DAYS,
    DEFAULT_LADDER,
    DEFAULT_TOLERANCE,
    Rung,
)
from reminders.states import Channel, Tone


@dataclass(frozen=True, slots=True)
class Ladder:
    """The policy for the rules, and how each level speaks and goes out."""

    policy: Policy
    rungs: dict[int, Rung]
    hours: Hours
    sender_name: str
    reply_to: str

    def tone(self, level: int) -> Tone:
        """How a level speaks."""
        rung = self.rungs.get(level)
        return rung.tone if rung is not None else Tone.OVERSIGHT

    def channel(self, level: int) -> Channel:
        """How a level reaches the client."""
        rung = self.rungs.get(level)
        return rung.channel if rung is not None else Channel.EMAIL


def ladder_of(creditor: Creditor) -> Ladder:
    """The creditor's ladder; the usual one where nobody has set one up."""
    stored = (
        LadderPolicy.objects.filter(creditor=creditor)
        .select_related("creditor")
        .prefetch_related("steps")
        .first()
    )
    if stored is None:
        return Ladder(
            policy=_policy(
                DEFAULT_LADDER, Decimal(DEFAULT_TOLERANCE), DEFAULT_GAP_DAYS, DEFAULT_FEED_AGE_DAYS
            ),
            rungs={rung.level: rung for rung in DEFAULT_LADDER},
            hours=Hours(),
            sender_name="",
            reply_to="",
        )
    rungs = rungs_of(stored)
    return Ladder(
        policy=_policy(rungs, stored.tolerance, stored.min_gap_days, stored.max_feed_age_days),
        rungs={rung.level: rung for rung in rungs},
        hours=Hours(stored.send_from, stored.send_until, stored.workdays_only),
        sender_name=stored.sender_name,
        reply_to=stored.reply_to,
    )


def rungs_of(policy: LadderPolicy) -> tuple[Rung, ...]:
    """The stored steps, lowest level first."""
    return tuple(
        Rung(step.level, step.day, Channel(step.channel), Tone(step.tone), step.enabled)
        for step in sorted(policy.steps.all(), key=lambda step: step.level)
    )


def _policy(rungs: tuple[Rung, ...], tolerance: Decimal, gap: int, feed_age: int | None) -> Policy:
    steps = tuple(
        Step(rung.level, rung.day, is_person=rung.channel == Channel.PERSON)
        for rung in rungs
        if rung.enabled
    )
    return Policy(steps=steps, tolerance=tolerance, min_gap_days=gap, max_feed_age_days=feed_age)
