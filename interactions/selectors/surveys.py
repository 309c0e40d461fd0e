"""How content clients are: figures by month, account manager and level, and their rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from clients.models import Client, Creditor
from core.models import User
from interactions.models import (
    ServiceLevel,
    SurveyAnswer,
    SurveyPolicy,
    SurveyRequest,
    SurveyVersion,
)
from interactions.models.surveys import GAP_DAYS, SurveyAnswerQuerySet
from interactions.rules.care import SATISFIED_FROM, UNHAPPY_UP_TO, Csat, may_ask_again

_SATISFIED = Count("pk", filter=Q(score__gte=SATISFIED_FROM))


def newest_survey() -> SurveyVersion | None:
    """The wording that is asked now."""
    return SurveyVersion.objects.order_by("-number").first()


@dataclass(frozen=True, slots=True)
class AskedLately:
    """When a client was asked last, and from when it may be asked again."""

    last_on: dt.date
    again_on: dt.date


def not_before(
    *, client: Client, creditor: Creditor, on: dt.date, void: Collection[int] = ()
) -> AskedLately | None:
    """Why a client is not asked on a day; None when it may be."""
    gap = SurveyPolicy.objects.filter(creditor=creditor).values_list("gap_days", flat=True).first()
    last = (
        SurveyRequest.objects.filter(client=client)
        .exclude(pk__in=void)
        .order_by("-asked_on", "-pk")
        .values_list("asked_on", flat=True)
        .first()
    )
    again_on = may_ask_again(last_on=last, gap_days=gap or GAP_DAYS, on=on)
    return AskedLately(last, again_on) if last is not None and again_on is not None else None


@dataclass(frozen=True, slots=True)
class Group:
    """The figure of one month, account manager or level. `key` is what its rows are found by."""

    key: str
    label: str
    csat: Csat


@dataclass(frozen=True, slots=True)
class SurveyFigures:
    """CSAT of a stretch of time, and how it is made up."""

    total: Csat
    asked: int
    months: Mapping[dt.date, Csat]
    owners: list[Group]
    levels: list[Group]


def answers_between(user: User, since: dt.date, until: dt.date) -> SurveyAnswerQuerySet:
    """Answers that this user may see, of the days from `since` to `until`."""
    return SurveyAnswer.objects.visible_to(user).filter(
        answered_on__gte=since, answered_on__lte=until
    )


def survey_figures(*, user: User, since: dt.date, until: dt.date) -> SurveyFigures:
    """CSAT in all, by month, by account manager and by level; five queries whatever the rows."""
    found = answers_between(user, since, until).order_by()
    total = found.aggregate(answers=Count("pk"), satisfied=_SATISFIED)
    asked = SurveyRequest.objects.visible_to(user).filter(asked_on__gte=since, asked_on__lte=until)
    months = (
        found.annotate(month=TruncMonth("answered_on"))
        .values("month")
        .annotate(answers=Count("pk"), satisfied=_SATISFIED)
        .order_by("month")
    )
    return SurveyFigures(
        total=_csat(total),
        asked=asked.count(),
        months={row["month"]: _csat(row) for row in months},
        owners=_owners(found),
        levels=_levels(found),
    )


def _csat(row: Mapping[str, Any]) -> Csat:
    return Csat(row["answers"], row["satisfied"])


def _owners(found: SurveyAnswerQuerySet) -> list[Group]:
    rows = (
        found.values("owner_id", "owner__name")
        .annotate(answers=Count("pk"), satisfied=_SATISFIED)
        .order_by("owner__name", "owner_id")
    )
    return [
        Group(str(row["owner_id"] or "none"), row["owner__name"] or "", _csat(row)) for row in rows
    ]


def _levels(found: SurveyAnswerQuerySet) -> list[Group]:
    names = {one.pk: str(one) for one in ServiceLevel.objects.all()}
    rows = (
        found.values("level_id")
        .annotate(answers=Count("pk"), satisfied=_SATISFIED)
        .order_by("level__position", "level_id")
    )
    return [
        Group(str(row["level_id"] or "none"), names.get(row["level_id"], ""), _csat(row))
        for row in rows
    ]


def narrowed(found: SurveyAnswerQuerySet, chosen: Mapping[str, str]) -> SurveyAnswerQuerySet:
    """The rows behind a figure: `show`, `owner`, `level`; whatever else is chosen is left out."""
    shown = chosen.get("show", "")
    if shown == "satisfied":
        found = found.filter(score__gte=SATISFIED_FROM)
    elif shown == "unhappy":
        found = found.filter(Q(score__lte=UNHAPPY_UP_TO) | Q(wants_to_complain=True))
    elif shown == "words":
        found = found.exclude(comment="")
    for name in ("owner", "level"):
        value = chosen.get(name, "")
        if value == "none":
            found = found.filter(**{f"{name}__isnull": True})
        elif value.isdecimal():
            found = found.filter(**{f"{name}_id": int(value[:18])})
    return found
