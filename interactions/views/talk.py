"""Scripts of hard calls; incidents reported to a manager."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client
from core.access import approver_required, current_user, staff_required
from core.dates import now
from core.errors import Refusal
from core.forms import note_refusal
from core.paging import stretch
from interactions.forms.talk import IncidentDecisionForm, IncidentForm, ScriptForm
from interactions.models import CallScript, Incident, Interaction
from interactions.models.talk import STEPS
from interactions.selectors.talk import incidents_listed
from interactions.selectors.talk import scripts as scripts_in
from interactions.services.talk import (
    close_incident,
    report_incident,
    review_incident,
    save_script,
)
from interactions.states import CallSituation, IncidentState
from interactions.views.tone import library_tabs

GET_AND_POST = ["GET", "HEAD", "POST"]
_STEPS = (*STEPS, *(f"{step}_zh" for step in STEPS))


@staff_required
@require_safe
def scripts(request: HttpRequest) -> HttpResponse:
    """What to say in hard calls; `?language=` in that of the client."""
    user = current_user(request)
    asked = request.GET.get("language", get_language() or "en")
    language = "zh-hans" if asked.lower().startswith("zh") else "en"
    context = {
        "scripts": scripts_in(language),
        "language": language,
        "opened": request.GET.get("situation", ""),
        "may_edit": user.may_approve,
        "tabs": library_tabs("scripts", may_edit=user.may_approve),
    }
    return render(request, "interactions/scripts.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def script_edit(request: HttpRequest, situation: str) -> HttpResponse:
    """A new version of a script; the old ones stay."""
    if situation not in CallSituation.values:
        raise Http404
    versions = list(
        CallScript.objects.filter(situation=situation)
        .select_related("created_by")
        .order_by("-version")
    )
    initial = {name: getattr(versions[0], name) for name in _STEPS} if versions else {}
    form = ScriptForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            kept = save_script(
                situation=situation,
                steps=form.cleaned_data,
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Version %(n)d is kept.") % {"n": kept.version})
            return redirect(f"{reverse('interactions:scripts')}?situation={situation}")
    context = {
        "form": form,
        "label": CallSituation(situation).label,
        "versions": versions,
        "cancel_url": reverse("interactions:scripts"),
    }
    return render(request, "interactions/script_form.html", context)


# --- incidents --------------------------------------------------------------------------------


@staff_required
@require_safe
def incidents(request: HttpRequest) -> HttpResponse:
    """Incidents by state, the latest first."""
    state = request.GET.get("state", "")
    state = state if state in IncidentState.values else ""
    found = incidents_listed(current_user(request), state=state)
    rows = stretch(found, order=("-reported_at", "-pk"), after=request.GET.get("after", ""))
    base = reverse("interactions:incidents")
    tabs: list[dict[str, Any]] = [
        {"label": pgettext("incidents", "All"), "url": base, "is_active": not state}
    ]
    tabs += [
        {"label": one.label, "url": f"{base}?state={one.value}", "is_active": one.value == state}
        for one in IncidentState
    ]
    context = {"rows": rows.rows, "cursor": rows.cursor, "tabs": tabs}
    return render(request, "interactions/incidents.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def incident_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Report what a client said; `?entry=` takes the words of a log entry."""
    user = current_user(request)
    client = get_object_or_404(Client.objects.visible_to(user), pk=pk)
    entry = _entry(request, client)
    initial: dict[str, Any] = {"occurred_at": entry.occurred_at if entry else now()}
    if entry is not None:
        initial |= {"quote": entry.body, "entry": entry.pk}
    form = IncidentForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        read = dict(form.cleaned_data)
        read.pop("entry")
        try:
            row = report_incident(client=client, interaction=entry, actor=user, at=now(), **read)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Reported. A manager looks at it."))
            return redirect("interactions:incident", row.pk)
    context = {
        "form": form,
        "client": client,
        "cancel_url": reverse("clients:client", args=[client.pk]),
    }
    return render(request, "interactions/incident_form.html", context)


def _entry(request: HttpRequest, client: Client) -> Interaction | None:
    asked = request.POST.get("entry") or request.GET.get("entry", "")
    if not asked.isdecimal():
        return None
    return Interaction.objects.filter(client=client, pk=int(asked[:18])).first()


def _incident(request: HttpRequest, pk: int) -> Incident:
    mine = Incident.objects.visible_to(current_user(request))
    rows = mine.select_related("client", "reported_by", "manager", "interaction")
    return get_object_or_404(rows, pk=pk)


@staff_required
@require_safe
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    """One incident, with what was decided."""
    row = _incident(request, pk)
    context = {
        "incident": row,
        "transitions": row.transitions.select_related("actor").order_by("pk"),
        "may_decide": current_user(request).may_approve and row.state != IncidentState.CLOSED,
    }
    return render(request, "interactions/incident.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def incident_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """A manager decides, then closes."""
    row = _incident(request, pk)
    form = IncidentDecisionForm(request.POST or None)
    decide = review_incident if row.state == IncidentState.OPEN else close_incident
    if request.method == "POST" and form.is_valid():
        try:
            decide(
                incident=row,
                note=form.cleaned_data["note"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("interactions:incident", pk)
    context = {
        "form": form,
        "incident": row,
        "client": row.client,
        "cancel_url": reverse("interactions:incident", args=[pk]),
    }
    return render(request, "interactions/incident_decide.html", context)
