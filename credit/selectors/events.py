"""What happened to a client's credit, for the chart of its score: what people did and decided.

The facts of the file say what moved the score; these say what was done about it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import Client
from clients.selectors import our_zone
from core.dates import day_in
from credit.models import (
    AppealTransition,
    BehaviourTransition,
    ClientLook,
    CourseDecision,
    CreditReport,
    HoldTransition,
    LimitDecision,
    ScreeningTransition,
    StandingChange,
    StandingOverride,
)
from credit.selectors.file import FileFact
from credit.states import (
    SCREENING_DECIDED,
    AppealState,
    BehaviourState,
    HoldState,
    LookOutcome,
    ScreeningState,
    StandingPart,
)

_BANDS: Final = "ABCDE"


def credit_events(client: Client, *, since: dt.date | None, limit: int) -> list[FileFact]:
    """The newest first: grades, holds, decisions, behaviours, reports, appeals; a query each."""
    zone = our_zone()
    found = [one for source in _SOURCES for one in source(client, zone, limit)]
    kept = [one for one in found if since is None or one.on >= since]
    return sorted(kept, key=lambda one: one.on, reverse=True)[:limit]


Events = Iterator[FileFact]


def _grades(client: Client, zone: str, limit: int) -> Events:
    rows = StandingChange.objects.filter(client=client, part=StandingPart.GRADE)
    url = reverse("clients:standing", args=[client.pk])
    for one in rows.order_by("-at", "-pk")[:limit]:
        words = {"was": one.before or "–", "is": one.after or "–"}
        tone = "info"
        if one.before in _BANDS and one.after in _BANDS and one.before and one.after:
            tone = "bad" if one.after > one.before else "good"
        title = _("Grade %(was)s → %(is)s") % words
        yield FileFact(day_in(one.at, zone), "shield", tone, title, one.reason, url)


def _holds(client: Client, zone: str, limit: int) -> Events:
    titles = {
        HoldState.HELD: ("lock", "bad", _("Credit hold decided")),
        HoldState.RELEASED: ("lock-open", "good", _("Credit hold lifted")),
        HoldState.EXPIRED: ("hourglass-empty", "info", _("Credit hold ended with its last day")),
        HoldState.DECLINED: ("circle-x", "info", _("Credit hold declined")),
    }
    rows = HoldTransition.objects.filter(hold__client=client, to_state__in=titles)
    for one in rows.order_by("-at", "-pk")[:limit]:
        icon, tone, title = titles[HoldState(one.to_state)]
        url = reverse("credit:hold", args=[one.hold_id])
        yield FileFact(day_in(one.at, zone), icon, tone, title, one.note, url)


def _limit_decisions(client: Client, zone: str, limit: int) -> Events:
    rows = LimitDecision.objects.filter(request__client=client).select_related("request__contract")
    for one in rows.order_by("-at", "-pk")[:limit]:
        title = _("Over the limit, contract %(number)s: %(what)s") % {
            "number": one.request.contract.number,
            "what": one.get_outcome_display(),
        }
        url = reverse("credit:limit", args=[one.request_id])
        yield FileFact(day_in(one.at, zone), "coins", "info", title, one.reason, url)


def _settings(client: Client, zone: str, limit: int) -> Events:
    rows = StandingOverride.objects.filter(client=client)
    url = reverse("clients:standing", args=[client.pk])
    for one in rows.order_by("-at", "-pk")[:limit]:
        title = _("Set by hand: %(what)s") % {"what": one.get_part_display()}
        yield FileFact(day_in(one.at, zone), "edit", "info", title, one.reason, url)


def _screenings(client: Client, zone: str, limit: int) -> Events:
    rows = ScreeningTransition.objects.filter(
        screening__client=client, to_state__in=SCREENING_DECIDED
    ).select_related("screening")
    for one in rows.order_by("-at", "-pk")[:limit]:
        title = _("Screening: %(how)s") % {"how": ScreeningState(one.to_state).label}
        tone = "bad" if one.to_state == ScreeningState.REJECTED else "good"
        url = reverse("credit:screening", args=[one.screening_id])
        yield FileFact(day_in(one.at, zone), "list-check", tone, title, one.screening.reason, url)


def _courses(client: Client, zone: str, limit: int) -> Events:
    url = reverse("credit:freeloading_client", args=[client.pk])
    for one in CourseDecision.objects.filter(client=client).order_by("-decided_at", "-pk")[:limit]:
        title = _("Decided: %(what)s") % {"what": one.get_course_display()}
        yield FileFact(one.decided_on, "discount", "info", title, one.reason, url)


def _behaviours(client: Client, zone: str, limit: int) -> Events:
    titles = {
        BehaviourState.CONFIRMED: ("hand-stop", "bad", _("%(what)s: confirmed")),
        BehaviourState.OVERTURNED: ("gavel", "good", _("%(what)s: overturned by appeal")),
        BehaviourState.WITHDRAWN: ("arrow-back-up", "info", _("%(what)s: withdrawn")),
    }
    rows = BehaviourTransition.objects.filter(behaviour__client=client, to_state__in=titles)
    for one in rows.select_related("behaviour").order_by("-at", "-pk")[:limit]:
        icon, tone, title = titles[BehaviourState(one.to_state)]
        title %= {"what": one.behaviour.get_kind_display()}
        url = reverse("credit:behaviour", args=[one.behaviour_id])
        yield FileFact(day_in(one.at, zone), icon, tone, title, one.note, url)


def _looks(client: Client, zone: str, limit: int) -> Events:
    tones = {LookOutcome.CALM: "good", LookOutcome.WATCH: "info", LookOutcome.ACT: "bad"}
    for one in ClientLook.objects.filter(client=client).order_by("-pk")[:limit]:
        title = _("Looked at: %(what)s") % {"what": one.get_outcome_display()}
        tone = tones[LookOutcome(one.outcome)]
        url = f"{reverse('credit:file', args=[client.pk])}#looks"
        yield FileFact(one.looked_on, "eye", tone, title, one.found, url)


def _reports(client: Client, zone: str, limit: int) -> Events:
    rows = CreditReport.objects.filter(client=client).select_related("provider")
    for one in rows.order_by("-filed_on", "-pk")[:limit]:
        title = _("Report of %(provider)s filed") % {"provider": one.provider}
        url = reverse("credit:report", args=[one.pk])
        yield FileFact(one.filed_on, "file-description", "info", title, "", url)


def _appeals(client: Client, zone: str, limit: int) -> Events:
    titles = {
        AppealState.RECEIVED: ("inbox", "info", _("Appeal received: %(what)s")),
        AppealState.UPHELD: ("gavel", "good", _("Appeal upheld: %(what)s")),
        AppealState.PARTLY: ("gavel", "good", _("Appeal upheld in part: %(what)s")),
        AppealState.REJECTED: ("gavel", "info", _("Appeal not upheld: %(what)s")),
    }
    rows = AppealTransition.objects.filter(appeal__client=client, to_state__in=titles)
    for one in rows.select_related("appeal").order_by("-at", "-pk")[:limit]:
        icon, tone, title = titles[AppealState(one.to_state)]
        title %= {"what": one.appeal.get_against_display()}
        url = reverse("credit:appeal", args=[one.appeal_id])
        is_new = one.to_state == AppealState.RECEIVED
        on = one.appeal.received_on if is_new else day_in(one.at, zone)
        yield FileFact(on, icon, tone, title, one.note, url)


_SOURCES: Final[tuple[Callable[[Client, str, int], Events], ...]] = (
    *(_grades, _holds, _limit_decisions, _settings, _screenings),
    *(_courses, _behaviours, _looks, _reports, _appeals),
)
