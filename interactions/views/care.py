"""Revisits that are due, and the service levels they come from."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client
from clients.selectors import our_zone
from core.access import approver_required, current_user, staff_required
from core.dates import day_in, now, today
from core.display import format_day
from core.errors import Refusal
from core.forms import note_refusal
from core.navigation import route_or_blank
from core.paging import stretch
from interactions.forms.care import ClientLevelForm, RevisitForm, ServiceLevelForm, SkipForm
from interactions.models import ClientCare, Revisit, ServiceLevel
from interactions.services.care import (
    LEVEL_FIELDS,
    record_revisit,
    save_service_level,
    set_service_level,
    skip_revisit,
)

GET_AND_POST = ["GET", "HEAD", "POST"]


@staff_required
@require_safe
def revisits(request: HttpRequest) -> HttpResponse:
    """Revisits that are planned, the late ones first; one's own unless `?whose=all`."""
    user, on = current_user(request), today(our_zone())
    show_all = request.GET.get("whose") == "all" and user.sees_all_clients
    found = Revisit.objects.visible_to(user).planned().select_related("client__owner", "level")
    if not show_all:
        found = found.filter(client__owner=user)
    rows = stretch(found, order=("due_on", "pk"), after=request.GET.get("after", ""))
    views = [{"label": pgettext("revisits", "Mine"), "url": "?", "is_active": not show_all}]
    if user.sees_all_clients:
        label = pgettext("revisits", "All")
        views.append({"label": label, "url": "?whose=all", "is_active": show_all})
    context = {
        "rows": [revisit_row(one, on) for one in rows.rows],
        "cursor": rows.cursor,
        "views": views,
        "is_mine": user.sees_all_clients and not show_all,
        "may_set_levels": user.may_approve,
    }
    return render(request, "interactions/revisits.html", context)


def revisit_row(row: Revisit, on: dt.date) -> dict[str, Any]:
    """A planned revisit as a list shows it; `client.owner` and `level` are there."""
    return {
        "row": row,
        "due": format_day(row.due_on, get_language() or "en"),
        "is_late": row.due_on < on,
        "is_due": row.due_on == on,
        "client_url": reverse("clients:client", args=[row.client_id]),
        "done_url": reverse("interactions:revisit_done", args=[row.pk]),
        "skip_url": reverse("interactions:revisit_skip", args=[row.pk]),
    }


def _planned(request: HttpRequest, pk: int) -> Revisit:
    found = Revisit.objects.visible_to(current_user(request)).planned()
    return get_object_or_404(found.select_related("client", "level"), pk=pk)


@staff_required
@require_http_methods(GET_AND_POST)
def revisit_done(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of a revisit; the next one is planned with it."""
    row, at, zone = _planned(request, pk), now(), our_zone()
    form = RevisitForm(request.POST or None, client=row.client, at=at)
    back = reverse("clients:client", args=[row.client_id])
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["occurred_at"] = min(given["occurred_at"], at)
        try:
            following = record_revisit(
                revisit=row,
                **given,
                done_on=day_in(given["occurred_at"], zone),
                on=today(zone),
                actor=current_user(request),
                at=at,
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            _tell(request, following)
            return redirect(route_or_blank("portal:survey_new", "revisit", row.pk) or back)
    context = {"form": form, "revisit": row, "client": row.client, "cancel_url": back}
    return render(request, "interactions/revisit_done.html", context)


def _tell(request: HttpRequest, following: Revisit | None) -> None:
    if following is None:
        messages.success(request, _("Noted."))
        return
    day = format_day(following.due_on, get_language() or "en")
    messages.success(request, _("Noted. The next revisit is due on %(day)s.") % {"day": day})


@staff_required
@require_http_methods(GET_AND_POST)
def revisit_skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a revisit out, saying why."""
    row = _planned(request, pk)
    form = SkipForm(request.POST or None)
    back = reverse("clients:client", args=[row.client_id])
    if request.method == "POST" and form.is_valid():
        try:
            following = skip_revisit(
                revisit=row,
                reason=form.cleaned_data["reason"],
                on=today(our_zone()),
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            _tell(request, following)
            return redirect(back)
    context = {"form": form, "revisit": row, "client": row.client, "cancel_url": back}
    return render(request, "interactions/revisit_skip.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def client_level(request: HttpRequest, pk: int) -> HttpResponse:
    """Which service level a client has."""
    user, on = current_user(request), today(our_zone())
    client = get_object_or_404(Client.objects.visible_to(user), pk=pk)
    care = ClientCare.objects.filter(client=client).first()
    suggested = _suggested(client)
    initial = {
        "level": care.level_id if care else suggested and suggested.pk,
        "start_on": care.start_on if care else on,
    }
    form = ClientLevelForm(request.POST or None, initial=initial)
    back = reverse("clients:client", args=[client.pk])
    if request.method == "POST" and form.is_valid():
        try:
            planned = set_service_level(
                client=client, **form.cleaned_data, on=on, actor=user, at=now()
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            _tell(request, planned)
            return redirect(back)
    context = {"form": form, "client": client, "suggested": suggested, "cancel_url": back}
    return render(request, "interactions/client_level.html", context)


def _suggested(client: Client) -> ServiceLevel | None:
    levels = ServiceLevel.objects.filter(is_active=True).order_by("position", "pk")
    return next((one for one in levels if client.grade and client.grade in one.grades), None)


@approver_required
@require_safe
def service_levels(request: HttpRequest) -> HttpResponse:
    """All service levels, with how many clients have each."""
    levels = ServiceLevel.objects.annotate(count=Count("clients")).order_by("position", "pk")
    return render(request, "interactions/service_levels.html", {"levels": levels})


@approver_required
@require_http_methods(GET_AND_POST)
def service_level_new(request: HttpRequest) -> HttpResponse:
    """Add a service level."""
    return _level_form(request, None)


@approver_required
@require_http_methods(GET_AND_POST)
def service_level_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a service level."""
    return _level_form(request, get_object_or_404(ServiceLevel, pk=pk))


def _level_form(request: HttpRequest, level: ServiceLevel | None) -> HttpResponse:
    form = ServiceLevelForm(request.POST or None, instance=level)
    back = reverse("interactions:service_levels")
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in LEVEL_FIELDS}
        try:
            save_service_level(level=level, values=values, actor=current_user(request), at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(back)
    context = {"form": form, "level": level, "cancel_url": back}
    return render(request, "interactions/service_level_form.html", context)
