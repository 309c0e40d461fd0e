"""Early warning: who worsened, which signals a client shows, and what to do about it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credit.models import CurrentScore
from credit.rules.columns import named_facts
from credit.rules.notices import bands_fallen
from credit.rules.score import BEHAVIOUR_FACTORS
from credit.selectors.monitoring import Before
from credit.states import Factor, WarningLevel

#: Early warnings from so much on are urgent, and from so much on to be watched.
URGENT, WATCH = 2.0, 1.0
#: Above this chance of being over 30 days late, a prepayment is worth asking for.
_RISKY = 0.2
_OLD = 30


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, and where its rows are or where it is done."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Worsened:
    """How far a client fell, since when."""

    since: dt.date
    is_look: bool
    was: str
    points: int


@dataclass(frozen=True, slots=True)
class Signals:
    """The level, how far the client fell, the signals in words, and the next steps."""

    level: WarningLevel
    worsened: Worsened | None
    signals: tuple[Line, ...]
    steps: tuple[Line, ...]


def level_of(warning: float) -> WarningLevel:
    """The level of an early warning value."""
    if warning >= URGENT:
        return WarningLevel.URGENT
    return WarningLevel.WATCH if warning >= WATCH else WarningLevel.CALM


def signals_of(row: CurrentScore, before: Before | None = None) -> Signals:
    """What a client's latest score shows; `snapshot`, `client` and its `monitoring` are there.

    `before` is where it stood when somebody last looked (`stood_before`).
    """
    fact = named_facts(row.snapshot.facts)
    found = [*_payments(row, fact), *_behaviour(row, fact), *_limit(row)]
    chance = _("%(share).0f%% chance to be over 30 days late")
    url = reverse("credit:snapshot", args=[row.snapshot_id])
    found.append(Line(chance % {"share": 100 * row.snapshot.late_30}, url))
    worsened = _worsened(row, before)
    return Signals(
        level_of(row.warning),
        worsened,
        tuple(found),
        _steps(row, fact, worsened=worsened is not None),
    )


def _worsened(row: CurrentScore, before: Before | None) -> Worsened | None:
    """A lower grade, or the same with a score lower by more than it moves by itself."""
    if before is None:
        return None
    points = row.snapshot.score - before.score
    if not bands_fallen([before.grade], row.client.grade) and points > -_NOTABLE:
        return None
    return Worsened(before.on, before.is_look, before.grade, points)


#: Points by which a score falls before it is told: a quarter of a band.
_NOTABLE = 30


def _rows(client_id: int, show: str) -> str:
    return f"{reverse('payments:invoices')}?client={client_id}&show={show}"


def _payments(row: CurrentScore, fact: dict[str, float]) -> list[Line]:
    overdue, oldest, found = round(fact["overdue_0"]), round(fact["oldest"]), []
    if overdue:
        text = ngettext(
            "%(n)d invoice overdue, the oldest for %(days)d days",
            "%(n)d invoices overdue, the oldest for %(days)d days",
            overdue,
        )
        found.append(Line(text % {"n": overdue, "days": oldest}, _rows(row.client_id, "overdue")))
    if fact["worst"] > _OLD:
        text = _("paid %(days)d days late within half a year") % {"days": fact["worst"]}
        found.append(Line(text, _rows(row.client_id, "all")))
    return found


def _behaviour(row: CurrentScore, fact: dict[str, float]) -> list[Line]:
    """What counts against the client beyond payments."""
    file, found = reverse("credit:file", args=[row.client_id]), []
    for name in BEHAVIOUR_FACTORS:
        times = round(fact[name])
        if not times:
            continue
        if name == "broken_promises":
            text = ngettext("%(n)d broken promise", "%(n)d broken promises", times)
            url = f"{reverse('clients:client', args=[row.client_id])}#timeline"
            found.append(Line(text % {"n": times}, url))
        else:
            text = _("%(what)s: %(n)d") % {"what": Factor(name).label, "n": times}
            found.append(Line(text, _URLS.get(name, lambda _pk: file)(row.client_id)))
    return found


_URLS = {
    "reports": lambda pk: reverse("credit:client_reports", args=[pk]),
    "expired_reports": lambda pk: reverse("credit:client_reports", args=[pk]),
    "freeloading": lambda pk: reverse("credit:freeloading_client", args=[pk]),
    "returns": lambda pk: reverse("credit:client_behaviours", args=[pk]),
    "demands": lambda pk: reverse("credit:client_behaviours", args=[pk]),
    "abuse": lambda pk: reverse("credit:client_behaviours", args=[pk]),
}


def _limit(row: CurrentScore) -> list[Line]:
    monitoring = getattr(row.client, "monitoring", None)
    url, found = reverse("clients:standing", args=[row.client_id]), []
    if monitoring is not None and monitoring.over_since is not None:
        found.append(Line(_("over the credit limit"), url))
    if row.client.on_credit_hold:
        found.append(Line(_("on credit hold"), url))
    return found


def _steps(row: CurrentScore, fact: dict[str, float], *, worsened: bool) -> tuple[Line, ...]:
    """What to do next, the most pressing first; never more than four things."""
    pk, overdue = row.client_id, round(fact["overdue_0"])
    call = f"{reverse('interactions:call')}?client={pk}"
    steps = []
    if overdue and fact["oldest"] > _OLD:
        steps.append(Line(_("Call, and agree a date"), call))
        steps.append(
            Line(_("Agree a plan of instalments"), reverse("payments:plan_new", args=[pk]))
        )
        if not row.client.on_credit_hold:
            text = _("Propose a hold before more is delivered")
            steps.append(Line(text, reverse("credit:hold_new", args=[pk])))
    elif overdue:
        steps.append(Line(_("Call before the next reminder goes out"), call))
    elif row.snapshot.late_30 > _RISKY:
        text = _("Ask for a prepayment in the next contract")
        steps.append(Line(text, reverse("clients:standing", args=[pk])))
    if worsened:
        text = _("Look at the client and note what you found")
        steps.append(Line(text, reverse("credit:look_new", args=[pk])))
    if round(fact["expired_reports"]):
        steps.append(Line(_("File a newer report"), reverse("credit:report_new", args=[pk])))
    return tuple(steps[:4])
