"""Reads of scripts and incidents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.models import User
from core.states import Role
from interactions.models import CallScript, Incident
from interactions.models.talk import STEPS
from interactions.states import CallSituation

STEP_LABELS: Final[dict[str, str | Promise]] = {
    "opening": pgettext_lazy("call step", "Begin"),
    "ask": pgettext_lazy("call step", "Ask"),
    "listen": pgettext_lazy("call step", "Listen"),
    "offer": pgettext_lazy("call step", "Offer"),
    "close": pgettext_lazy("call step", "Close"),
    "never": _("Never say"),
}


@dataclass(frozen=True, slots=True)
class Script:
    """What to say in one situation, in one language."""

    row: CallScript
    label: str | Promise
    steps: tuple[tuple[str, str | Promise, str], ...]


def scripts(language: str) -> list[Script]:
    """The newest script for each situation, in the order of the situations; one query."""
    newest = {row.situation: row for row in CallScript.objects.newest().order_by("situation")}
    return [
        Script(
            row=newest[situation.value],
            label=situation.label,
            steps=tuple(
                (step, STEP_LABELS[step], newest[situation.value].step_in(step, language))
                for step in STEPS
            ),
        )
        for situation in CallSituation
        if situation.value in newest
    ]


def managers() -> QuerySet[User]:
    """Who an incident can be routed to, managers first."""
    return User.objects.filter(is_active=True, role__in=(Role.MANAGER, Role.ADMIN)).order_by(
        "-role", "pk"
    )


def incidents_listed(user: User, *, state: str = "", client_id: int | None = None) -> QuerySet[Any]:
    """Incidents that this user sees, the latest first."""
    rows = Incident.objects.visible_to(user).select_related("client", "reported_by", "manager")
    if state:
        rows = rows.filter(state=state)
    if client_id is not None:
        rows = rows.filter(client=client_id)
    return rows
