"""A score in words: what its points are for, what changed, and what would raise it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credit.models import ScoreSnapshot
from credit.rules.columns import FACTS, facts_row
from credit.rules.score import (
    FACTORS,
    LEAST_DAYS,
    LEAST_SETTLED,
    BehaviourWeight,
    Portfolio,
    next_band,
    on_time_to_rise,
)
from credit.states import Factor


@dataclass(frozen=True, slots=True)
class FactorLine:
    """One factor: its points (whole), how they moved since the snapshot before, and its facts."""

    factor: Factor
    label: str | Promise
    points: int
    moved: int | None
    fact: str
    url: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What would raise the score to the next grade: sentences, each an act of the client."""

    grade: str
    points: int
    steps: tuple[str, ...]


def factor_lines(snapshot: ScoreSnapshot, before: ScoreSnapshot | None = None) -> list[FactorLine]:
    """The factors that give or take points, those that take most first."""
    fact = dict(zip(FACTS, snapshot.facts, strict=True))
    share = dict(zip(("late_0", "late_7", "late_30"), snapshot.calibration.shares, strict=True))
    earlier = before.points if before else [None] * len(FACTORS)
    found = [
        FactorLine(
            Factor(name),
            Factor(name).label,
            round(points),
            None if was is None else round(points) - round(was),
            _fact(Factor(name), fact, share, snapshot.calibration.mean_late),
            _rows(Factor(name), snapshot.client_id),
        )
        for name, points, was in zip(FACTORS, snapshot.points, earlier, strict=True)
    ]
    chosen = [one for one in found if one.points or one.moved]
    return sorted(chosen, key=lambda one: one.points)


def _fact(factor: Factor, fact: dict[str, float], share: dict[str, float], mean_late: float) -> str:
    if factor is Factor.RECENT:
        own = fact["recent"] / fact["recent_weight"] if fact["recent_weight"] else 0.0
        return _("%(own).0f days late on average recently; all clients %(all).0f.") % {
            "own": own,
            "all": mean_late,
        }
    if factor.is_behaviour:
        times = round(fact[factor.value])
        return ngettext("%(n)d time within a year.", "%(n)d times within a year.", times) % {
            "n": times
        }
    overdue = round(fact[factor.value.replace("late", "overdue")])
    late = fact[factor.value] + overdue
    of = fact["settled"] + overdue
    return _("%(own).0f%% of its payments, the newest counting most; all clients %(all).0f%%.") % {
        "own": 100 * late / of if of else 0.0,
        "all": 100 * share[factor.value],
    }


def _rows(factor: Factor, client_id: int) -> str:
    """Where the rows behind a factor are listed."""
    if factor is Factor.DISPUTES_LOST:
        return f"{reverse('disputes:list')}?state=all"
    if factor.is_behaviour:
        return f"{reverse('clients:client', args=[client_id])}#timeline"
    return f"{reverse('payments:invoices')}?client={client_id}&show=all"


def advice(
    snapshot: ScoreSnapshot, portfolio: Portfolio, weights: dict[str, BehaviourWeight]
) -> Advice | None:
    """What takes the client to the grade above; None at the top."""
    above = next_band(snapshot.score)
    if above is None:
        return None
    grade, least = above
    facts = facts_row(snapshot.facts)
    steps = []
    overdue = round(float(facts.overdue[0][0]))
    if overdue:
        steps.append(
            ngettext(
                "Pay the invoice that is overdue.",
                "Pay the %(n)d invoices that are overdue.",
                overdue,
            )
            % {"n": overdue}
        )
    invoices = on_time_to_rise(facts, portfolio, weights, least)
    if invoices:
        steps.append(
            ngettext(
                "Then pay the next invoice on time.",
                "Then pay the next %(n)d invoices on time.",
                invoices,
            )
            % {"n": invoices}
        )
    elif invoices is None:
        steps.append(_("Pay on time for longer than forty invoices, or settle what counts below."))
    steps += _of_behaviour(snapshot.points)
    return Advice(grade, round(least - snapshot.score), tuple(steps))


def _of_behaviour(points: Sequence[float]) -> list[str]:
    """What time or a word of the client takes away again."""
    words = {
        "broken_promises": _("Keep the dates you promise; a broken promise counts for a year."),
        "disputes_lost": _("Name what is wrong with an invoice before it is due, with its proof."),
        "reports": _("Send newer reports than those on file."),
    }
    by_name = dict(zip(FACTORS, points, strict=True))
    return [text for name, text in words.items() if round(by_name[name]) < 0]


def evidence_missing(snapshot: ScoreSnapshot) -> str:
    """Why there is no grade yet; empty where there is one."""
    if snapshot.computed != "U":
        return ""
    fact = dict(zip(FACTS, snapshot.facts, strict=True))
    return _(
        "No grade by itself yet: it takes %(least)d paid invoices and %(days)d days; so far there "
        "are %(closed)d and %(since)d."
    ) % {
        "least": LEAST_SETTLED,
        "days": LEAST_DAYS,
        "closed": round(fact["closed"]),
        "since": round(fact["days"]),
    }
