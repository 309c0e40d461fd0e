"""Whether a client may be contacted now: hours, how often, whom, and who has said stop.

A voluntary ceiling for business debts: 09:00 to 18:00 on the client's working days, one call a day
and three a week, authorised contacts only, stop on refusal (GB/T 45251-2025; 民法典 1024, 1033; US
Reg F 7-in-7; UK CONC 7.9). Days and weeks are the client's own: Monday to Sunday, local midnight to
local midnight, also when the clocks change in between.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from core.dates import day_in, start_of_day
from core.hours import Hours, next_opening
from interactions.states import ContactRule, InteractionKind, RuleMode

# Which rules a way of contacting is held to. A written message waits to be read, so a letter and an
# e-mail have no hours; a note and a meeting that both sides agreed on have no limits at all.
_HELD_TO: Final[Mapping[str, frozenset[str]]] = {
    InteractionKind.CALL: frozenset(ContactRule.values),
    InteractionKind.VISIT: frozenset(
        {ContactRule.HOURS, ContactRule.AUTHORISED, ContactRule.REFUSAL, ContactRule.OPT_OUT}
    ),
    InteractionKind.MESSAGE: frozenset(
        {ContactRule.HOURS, ContactRule.AUTHORISED, ContactRule.REFUSAL, ContactRule.OPT_OUT}
    ),
    InteractionKind.EMAIL: frozenset({ContactRule.AUTHORISED, ContactRule.OPT_OUT}),
}
# More steps than any run of full days and weeks with days off in between.
_STEPS: Final = 60


@dataclass(frozen=True, slots=True)
class Limits:
    """A policy: the figures, and what each rule does. A rule that is not named is off."""

    hours: Hours
    per_day: int
    per_week: int
    modes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when somebody is about to be contacted."""

    at: dt.datetime
    time_zone: str
    country: str
    calls: tuple[dt.datetime, ...] = ()
    is_named: bool = True
    is_authorised: bool = True
    refused_at: dt.datetime | None = None
    opted_out_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that is not kept. `allowed_at` is when it would be, where time alone mends it."""

    rule: str
    mode: str
    since: dt.datetime | None = None
    allowed_at: dt.datetime | None = None

    @property
    def blocks(self) -> bool:
        """Whether the policy forbids it, rather than warning."""
        return self.mode == RuleMode.BLOCK


@dataclass(frozen=True, slots=True)
class Counts:
    """Calls so far on that day and in that week of the client, and the ceilings."""

    today: int
    per_day: int
    week: int
    per_week: int


@dataclass(frozen=True, slots=True)
class ContactVerdict:
    """What the rules say about one contact at one moment."""

    channel: str
    local: dt.datetime
    counts: Counts
    findings: tuple[Finding, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether nothing blocks it."""
        return not any(finding.blocks for finding in self.findings)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What it should be warned of."""
        return tuple(finding for finding in self.findings if not finding.blocks)

    @property
    def blocks(self) -> tuple[Finding, ...]:
        """What forbids it."""
        return tuple(finding for finding in self.findings if finding.blocks)

    @property
    def allowed_at(self) -> dt.datetime | None:
        """When it would be allowed; None when it is, or when time alone does not mend it."""
        times = [finding.allowed_at for finding in self.blocks]
        known = [time for time in times if time is not None]
        return max(known) if known and len(known) == len(times) else None


def week_of(at: dt.datetime, time_zone: str) -> tuple[dt.datetime, dt.datetime]:
    """The instants at which the client's week around `at` begins and ends."""
    day = day_in(at, time_zone)
    monday = day - dt.timedelta(days=day.weekday())
    return (
        start_of_day(monday, time_zone).astimezone(dt.UTC),
        start_of_day(monday + dt.timedelta(days=7), time_zone).astimezone(dt.UTC),
    )


def count_calls(
    calls: Iterable[dt.datetime], at: dt.datetime, time_zone: str, limits: Limits
) -> Counts:
    """How many of these fall on the client's day and in its week around `at`."""
    day = day_in(at, time_zone)
    monday = day - dt.timedelta(days=day.weekday())
    days = [day_in(call, time_zone) for call in calls]
    return Counts(
        today=sum(one == day for one in days),
        per_day=limits.per_day,
        week=sum(monday <= one < monday + dt.timedelta(days=7) for one in days),
        per_week=limits.per_week,
    )


def check_contact(channel: str, limits: Limits, facts: Facts) -> ContactVerdict:
    """Hold one contact against the rules of the policy that apply to its channel."""
    held = {
        rule: limits.modes.get(rule, RuleMode.OFF)
        for rule in _HELD_TO.get(channel, frozenset())
        if limits.modes.get(rule, RuleMode.OFF) != RuleMode.OFF
    }
    broken = [(rule, since) for rule, since in _broken(limits, facts) if rule in held]
    timed = {ContactRule.HOURS, ContactRule.FREQUENCY} & set(held)
    later = _next_allowed(limits, facts, timed) if broken else None
    return ContactVerdict(
        channel=channel,
        local=facts.at.astimezone(ZoneInfo(facts.time_zone)),
        counts=count_calls(facts.calls, facts.at, facts.time_zone, limits),
        findings=tuple(
            Finding(rule, held[rule], since, later if rule in timed else None)
            for rule, since in broken
        ),
    )


def _broken(limits: Limits, facts: Facts) -> list[tuple[str, dt.datetime | None]]:
    found: list[tuple[str, dt.datetime | None]] = []
    if _opening(limits, facts, facts.at) != facts.at:
        found.append((ContactRule.HOURS, None))
    if _is_full(limits, facts, facts.at):
        found.append((ContactRule.FREQUENCY, None))
    if not (facts.is_named and facts.is_authorised):
        found.append((ContactRule.AUTHORISED, None))
    if facts.refused_at is not None:
        found.append((ContactRule.REFUSAL, facts.refused_at))
    if facts.opted_out_at is not None:
        found.append((ContactRule.OPT_OUT, facts.opted_out_at))
    return found


def _opening(limits: Limits, facts: Facts, at: dt.datetime) -> dt.datetime:
    return next_opening(at, limits.hours, time_zone=facts.time_zone, country=facts.country)


def _is_full(limits: Limits, facts: Facts, at: dt.datetime) -> bool:
    counts = count_calls(facts.calls, at, facts.time_zone, limits)
    return counts.today >= counts.per_day or counts.week >= counts.per_week


def _next_allowed(limits: Limits, facts: Facts, timed: set[ContactRule]) -> dt.datetime | None:
    """The first moment that hours and frequency both allow; None when there is none in sight."""
    at = facts.at
    for _ in range(_STEPS):
        opens = _opening(limits, facts, at) if ContactRule.HOURS in timed else at
        if ContactRule.FREQUENCY not in timed or not _is_full(limits, facts, opens):
            return opens
        counts = count_calls(facts.calls, opens, facts.time_zone, limits)
        if counts.week >= counts.per_week:
            at = week_of(opens, facts.time_zone)[1]
        else:
            tomorrow = day_in(opens, facts.time_zone) + dt.timedelta(days=1)
            at = start_of_day(tomorrow, facts.time_zone).astimezone(dt.UTC)
    return None
