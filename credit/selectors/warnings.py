"""Early warning: which signals a client shows, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credit.models import CurrentScore
from credit.rules.columns import FACTS
from credit.states import WarningLevel

#: Early warnings from so much on are urgent, and from so much on to be watched.
URGENT, WATCH = 2.0, 1.0
#: Above this chance of being over 30 days late, a prepayment is worth asking for.
_RISKY = 0.2
_OLD = 30


@dataclass(frozen=True, slots=True)
class Signals:
    """The level, the signals in words, and the next step."""

    level: WarningLevel
    signals: tuple[str, ...]
    step: str


def level_of(warning: float) -> WarningLevel:
    """The level of an early warning value."""
    if warning >= URGENT:
        return WarningLevel.URGENT
    return WarningLevel.WATCH if warning >= WATCH else WarningLevel.CALM


def signals_of(row: CurrentScore) -> Signals:
    """What a client's latest score shows; `snapshot` must be joined."""
    snapshot = row.snapshot
    fact = dict(zip(FACTS, snapshot.facts, strict=True))
    overdue, oldest = round(fact["overdue_0"]), round(fact["oldest"])
    found = []
    if overdue:
        found.append(
            ngettext(
                "%(n)d invoice overdue, the oldest for %(days)d days",
                "%(n)d invoices overdue, the oldest for %(days)d days",
                overdue,
            )
            % {"n": overdue, "days": oldest}
        )
    if fact["worst"] > _OLD:
        found.append(_("paid %(days)d days late within half a year") % {"days": fact["worst"]})
    if fact["broken_promises"]:
        times = round(fact["broken_promises"])
        found.append(
            ngettext("%(n)d broken promise", "%(n)d broken promises", times) % {"n": times}
        )
    found.append(
        _("%(share).0f%% chance to be over 30 days late") % {"share": 100 * snapshot.late_30}
    )
    return Signals(level_of(row.warning), tuple(found), _step(overdue, oldest, snapshot.late_30))


def _step(overdue: int, oldest: int, chance: float) -> str:
    if overdue and oldest > _OLD:
        return _("Call, and agree a date or a plan; look at the hold before more is delivered.")
    if overdue:
        return _("Call before the next reminder goes out.")
    if chance > _RISKY:
        return _("Ask for a prepayment in the next contract.")
    return _("Nothing to do now.")
