"""A score in words: what its points are for, what changed, what would raise it, and the strongest
reasons as a letter to the client can say them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credit.models import ScoreSnapshot
from credit.rules.columns import facts_row, named_facts, named_points
from credit.rules.reasons import DAYS, Counted, Reason, said_once, strongest, words_of
from credit.rules.score import (
    BEHAVIOUR_FACTORS,
    LEAST_DAYS,
    LEAST_SETTLED,
    BehaviourWeight,
    Portfolio,
    next_band,
    on_time_to_rise,
)
from credit.selectors.columns import read_columns
from credit.selectors.facts import DUE, EXCUSED
from credit.states import CONFIRMED_BY_PEOPLE, Factor


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
    fact = named_facts(snapshot.facts)
    share = dict(zip(("late_0", "late_7", "late_30"), snapshot.calibration.shares, strict=True))
    earlier = named_points(before.points) if before else {}
    found = [
        FactorLine(
            Factor(name),
            Factor(name).label,
            round(points),
            round(points) - round(earlier[name]) if earlier else None,
            _fact(Factor(name), fact, share, snapshot.calibration.mean_late),
            _rows(Factor(name), snapshot.client_id),
        )
        for name, points in named_points(snapshot.points).items()
    ]
    chosen = [one for one in found if one.points or one.moved]
    return sorted(chosen, key=lambda one: one.points)


def _fact(factor: Factor, fact: dict[str, float], share: dict[str, float], mean_late: float) -> str:
    if factor is Factor.RECENT:
        return _("%(own).0f days late on average recently; all clients %(all).0f.") % {
            "own": _mean_days(fact),
            "all": mean_late,
        }
    if factor.is_behaviour:
        return _behaviour(factor, round(fact[factor.value]))
    overdue = round(fact[factor.value.replace("late", "overdue")])
    late = fact[factor.value] + overdue
    of = fact["settled"] + overdue
    return _("%(own).0f%% of its payments, the newest counting most; all clients %(all).0f%%.") % {
        "own": 100 * late / of if of else 0.0,
        "all": 100 * share[factor.value],
    }


def _behaviour(factor: Factor, times: int) -> str:
    if factor is Factor.REPORTS:
        text = ngettext(
            "%(n)d valid report speaks against it.",
            "%(n)d valid reports speak against it.",
            times,
        )
    elif factor is Factor.EXPIRED_REPORTS:
        text = ngettext(
            "%(n)d report that ran out within a year; none is valid.",
            "%(n)d reports that ran out within a year; none is valid.",
            times,
        )
    elif factor in CONFIRMED_BY_PEOPLE or factor is Factor.FREELOADING:
        text = ngettext(
            "%(n)d time within a year, confirmed by a manager.",
            "%(n)d times within a year, confirmed by a manager.",
            times,
        )
    else:
        text = ngettext("%(n)d time within a year.", "%(n)d times within a year.", times)
    return text % {"n": times}


def _mean_days(fact: dict[str, float]) -> float:
    """Days late on average recently."""
    return fact["recent"] / fact["recent_weight"] if fact["recent_weight"] else 0.0


def _rows(factor: Factor, client_id: int) -> str:
    """Where the rows behind a factor are listed."""
    if factor is Factor.DISPUTES_LOST:
        return f"{reverse('disputes:list')}?state=all"
    if factor in CONFIRMED_BY_PEOPLE:
        return reverse("credit:client_behaviours", args=[client_id])
    if factor is Factor.FREELOADING:
        return reverse("credit:freeloading_client", args=[client_id])
    if factor in (Factor.REPORTS, Factor.EXPIRED_REPORTS):
        return reverse("credit:client_reports", args=[client_id])
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
        steps.append(_next_invoices(invoices, after_overdue=bool(overdue)))
    elif invoices is None:
        steps.append(_("Pay on time for longer than forty invoices, or settle what counts below."))
    steps += _of_behaviour(snapshot.points)
    return Advice(grade, round(least - snapshot.score), tuple(steps))


def _next_invoices(invoices: int, *, after_overdue: bool) -> str:
    if after_overdue:
        text = ngettext(
            "Then pay the next invoice on time.",
            "Then pay the next %(n)d invoices on time.",
            invoices,
        )
    else:
        text = ngettext(
            "Pay the next invoice on time.", "Pay the next %(n)d invoices on time.", invoices
        )
    return text % {"n": invoices}


def _of_behaviour(points: Sequence[float]) -> list[str]:
    """What time or a word of the client takes away again."""
    words = {
        "broken_promises": _("Keep the dates you promise; a broken promise counts for a year."),
        "disputes_lost": _("Name what is wrong with an invoice before it is due, with its proof."),
        "returns": _("Return goods only where something is wrong with them."),
        "demands": _("Agree in writing on what goes beyond the contract before asking for it."),
        "abuse": _("Treat our staff with respect; an incident counts for a year."),
        "freeloading": _("Pay for advice, trials and extra work, or have them in the contract."),
        "reports": _("Settle what the reports on file say, and send newer ones."),
        "expired_reports": _("Send a newer report: the one on file has run out."),
    }
    by_name = named_points(points)
    return [text for name, text in words.items() if round(by_name[name]) < 0]


def evidence_missing(snapshot: ScoreSnapshot) -> str:
    """Why there is no grade yet; empty where there is one."""
    if snapshot.computed != "U":
        return ""
    fact = named_facts(snapshot.facts)
    return _(
        "No grade by itself yet: it takes %(least)d paid invoices and %(days)d days; so far there "
        "are %(closed)d and %(since)d."
    ) % {
        "least": LEAST_SETTLED,
        "days": LEAST_DAYS,
        "closed": round(fact["closed"]),
        "since": round(fact["days"]),
    }


# --- the strongest reasons, for a letter ------------------------------------------------------

#: Invoices paid within so many days are counted in words.
COUNTED_DAYS: Final = 730

_LATE: Final = "closed <= %(on)s AND closed - due > {days}"
_OPEN: Final = "(closed IS NULL OR closed > %(on)s) AND %(on)s::date - due > {days}"
_COLUMNS: Final = ", ".join(
    f"count(*) FILTER (WHERE {one.format(days=days)})"
    for one in (_LATE, _OPEN)
    for days in DAYS.values()
)
_COUNTS: Final = f"""
    SELECT count(*) FILTER (WHERE closed <= %(on)s), {_COLUMNS}
    FROM (
        SELECT i.closed_on AS closed, {DUE} AS due
        FROM payments_invoice i LEFT JOIN ({EXCUSED}) e ON e.invoice_id = i.id
        WHERE e.invoice_id IS NULL AND i.client_id = %(client)s AND i.issued_on <= %(on)s
            AND (i.closed_on IS NULL OR i.closed_on > %(since)s)
    ) invoices
"""  # noqa: S608  # constants of this module


def strongest_reasons(snapshot: ScoreSnapshot, language: str, count: int = 4) -> list[Reason]:
    """What took the most points of a score, the strongest first, with its facts in words.

    Only what took points is a reason: a client without one gets an empty list.
    """
    taken = strongest(list(named_points(snapshot.points).items()))
    facts = named_facts(snapshot.facts)
    counts = _counts(snapshot) if any(code in DAYS for code, _ in taken) else {}
    chosen = said_once(taken, counts)[:count]
    return [
        Reason(
            code,
            points,
            words_of(
                code,
                language,
                counted=counts.get(code, Counted()),
                times=round(facts[code]) if code in BEHAVIOUR_FACTORS else 0,
                mean=_mean_days(facts),
            ),
        )
        for code, points in chosen
    ]


def _counts(snapshot: ScoreSnapshot) -> dict[str, Counted]:
    """How many invoices stand behind the factors of payment, as of the day of the score."""
    params = {
        "client": snapshot.client_id,
        "on": snapshot.on,
        "since": snapshot.on - dt.timedelta(days=COUNTED_DAYS),
    }
    (row,) = read_columns(_COUNTS, params, 1 + 2 * len(DAYS))
    paid = int(row[0])
    return {
        code: Counted(paid, int(row[1 + place]), int(row[1 + len(DAYS) + place]))
        for place, code in enumerate(DAYS)
    }
