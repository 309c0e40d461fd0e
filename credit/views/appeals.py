"""Appeals of clients: the list by deadline, the page of one, and its steps."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client
from core.access import approver_required, current_user, staff_required
from core.dates import now
from core.display import format_day
from core.errors import Refusal
from core.forms import note_refusal
from core.models import User
from core.paging import stretch
from core.ui import badge_for
from credit.forms.fairness import (
    AppealFilterForm,
    AppealForm,
    AppealTimeForm,
    DecideAppealForm,
    ReasonForm,
    TakeUpAppealForm,
)
from credit.models import Appeal, AppealTerms, AppealTransition, CurrentScore
from credit.selectors.columns import our_day
from credit.services.appeal_papers import appeal_letter
from credit.services.appeals import (
    decide_appeal,
    receive_appeal,
    set_answer_time,
    take_up_appeal,
    withdraw_appeal,
)
from credit.states import APPEAL_OUTCOMES, APPEAL_WAITING, AppealAgainst, AppealChannel, AppealState

GET_AND_POST = ["GET", "HEAD", "POST"]
S = AppealState


@staff_required
@require_safe
def appeals(request: HttpRequest) -> HttpResponse:
    """Appeals by their deadline, the most pressing first; those not answered unless asked."""
    user, on = current_user(request), our_day(now())
    form = AppealFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = Appeal.objects.visible_to(user)
    state = chosen.get("state", "")
    if chosen.get("late"):
        found = found.late(on=on)
    if not state:
        found = found.filter(state__in=APPEAL_WAITING)
    elif state != "all":
        found = found.filter(state=state)
    rows = stretch(
        found.select_related("client", "handler"),
        order=("answer_by", "pk"),
        after=request.GET.get("after", ""),
    )
    context = {
        "rows": [appeal_row(one, on) for one in rows.rows],
        "cursor": rows.cursor,
        "form": form,
        "may_set_time": user.may_approve,
    }
    return render(request, "credit/appeals.html", context)


def appeal_row(row: Appeal, on: dt.date) -> dict[str, Any]:
    """An appeal as a list shows it."""
    language = get_language() or "en"
    return {
        "row": row,
        "url": reverse("credit:appeal", args=[row.pk]),
        "client_url": reverse("clients:client", args=[row.client_id]),
        "against": AppealAgainst(row.against).label,
        "answer_by": format_day(row.answer_by, language),
        "is_late": row.is_late(on),
    }


@staff_required
@require_http_methods(GET_AND_POST)
def appeal_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what a client appeals against. `?about=behaviour:7` chooses it."""
    user, at = current_user(request), now()
    client = get_object_or_404(Client.objects.visible_to(user), pk=pk)
    on = our_day(at)
    initial = {"about": request.GET.get("about", "")[:40]}
    form = AppealForm(request.POST or None, client=client, on=on, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = _receive(client, form, user, on, at)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Noted. The client is to be answered by the day shown."))
            return redirect("credit:appeal", made.pk)
    cancel_url = reverse("clients:client", args=[client.pk])
    context = {"form": form, "client": client, "cancel_url": cancel_url}
    return render(request, "credit/appeal_new.html", context)


def _receive(client: Client, form: AppealForm, user: User, on: dt.date, at: dt.datetime) -> Appeal:
    given = form.given()
    if given["against"] == AppealAgainst.GRADE:
        latest = CurrentScore.objects.filter(client=client).select_related("snapshot").first()
        given["snapshot"] = latest.snapshot if latest is not None else None
    return receive_appeal(client=client, **given, actor=user, on=on, at=at)


_RELATED = (
    *("client__owner", "behaviour", "free_entry", "snapshot", "hold", "decided_by", "handler"),
    *("created_by", "interaction", "document__document"),
)


def _mine(request: HttpRequest, pk: int) -> Appeal:
    found = Appeal.objects.visible_to(current_user(request)).select_related(*_RELATED)
    return get_object_or_404(found, pk=pk)


@staff_required
@require_safe
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """One appeal: what it is against, why, by when, and what the client was told."""
    row, user = _mine(request, pk), current_user(request)
    history = row.transitions.select_related("actor").order_by("-at", "-pk")
    context = {
        "appeal": row,
        "against": AppealAgainst(row.against).label,
        "is_late": row.is_late(our_day(now())),
        "steps": _steps(row, user),
        "history": [_entry(one, row) for one in history],
        "is_answered": row.state in APPEAL_OUTCOMES,
        "link": row.key.removeprefix("link:") if row.channel == AppealChannel.LINK else "",
    }
    return render(request, "credit/appeal.html", context)


def _steps(row: Appeal, user: User) -> list[dict[str, Any]]:
    """What this person may do with it as it stands."""
    found: list[tuple[str, str, str]] = []
    if row.state == S.RECEIVED and user.may_approve:
        found.append(("credit:appeal_take_up", _("Take it up"), "tool"))
    if row.state == S.IN_WORK and row.handler_id == user.pk:
        found.append(("credit:appeal_decide", _("Decide and answer"), "gavel"))
    if row.state in APPEAL_WAITING:
        found.append(("credit:appeal_withdraw", _("Withdrawn by the client"), "arrow-back-up"))
    return [
        {"url": reverse(route, args=[row.pk]), "title": title, "icon": icon}
        for route, title, icon in found
    ]


def _entry(one: AppealTransition, row: Appeal) -> dict[str, Any]:
    look = badge_for("appeal", one.to_state)
    nobody = _("the client") if row.channel == AppealChannel.LINK else _("the system")
    return {
        "icon": look.icon,
        "tone": look.tone,
        "title": str(S(one.to_state).label),
        "at": one.at,
        "who": one.actor.name if one.actor else nobody,
        "body": one.note,
    }


@approver_required
@require_http_methods(GET_AND_POST)
def appeal_take_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which manager looks at it."""
    row, user = _mine(request, pk), current_user(request)
    form = TakeUpAppealForm(request.POST or None, appeal=row, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            take_up_appeal(appeal=row, **form.cleaned_data, actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Noted."))
            return redirect("credit:appeal", row.pk)
    what = _("A manager who did not take the decision looks at it.")
    return _step_page(request, row, form, _("Take it up"), what)


@approver_required
@require_http_methods(GET_AND_POST)
def appeal_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide it, with the reason that the client is told."""
    row, user, at = _mine(request, pk), current_user(request), now()
    form = DecideAppealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decide_appeal(appeal=row, **form.cleaned_data, actor=user, on=our_day(at), at=at)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Decided. Send the client the text below."))
            return redirect("credit:appeal", row.pk)
    what = _("Upheld, a behaviour or free work stops counting at once. All else a person does.")
    return _step_page(request, row, form, _("Decide and answer"), what)


@staff_required
@require_http_methods(GET_AND_POST)
def appeal_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The client took it back."""
    row = _mine(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_appeal(
                appeal=row,
                reason=form.cleaned_data["reason"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Noted."))
            return redirect("credit:appeal", row.pk)
    what = _("Only when the client itself said so; note how and when.")
    return _step_page(request, row, form, _("Withdrawn by the client"), what)


def _step_page(
    request: HttpRequest, row: Appeal, form: forms.Form, title: str, what: str
) -> HttpResponse:
    back = reverse("credit:appeal", args=[row.pk])
    context = {"form": form, "title": title, "what": what, "cancel_url": back, "client": row.client}
    return render(request, "credit/fairness_step.html", context)


@staff_required
@require_safe
def appeal_letter_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer as a letter in the client's language."""
    row = _mine(request, pk)
    try:
        pdf = appeal_letter(row)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("credit:appeal", row.pk)
    response = HttpResponse(pdf, content_type="application/pdf")
    name = content_disposition_header(as_attachment=False, filename=f"appeal-{row.pk}.pdf")
    response["Content-Disposition"] = name or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@approver_required
@require_http_methods(GET_AND_POST)
def appeal_time(request: HttpRequest) -> HttpResponse:
    """Within how many days appeals are answered; its history below."""
    rows = AppealTerms.objects.select_related("created_by").order_by("-pk")[:50]
    form = AppealTimeForm(request.POST or None, initial={"days": rows[0].answer_days})
    if request.method == "POST" and form.is_valid():
        try:
            set_answer_time(**form.cleaned_data, actor=current_user(request), at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("credit:appeals")
    context = {"form": form, "history": rows, "cancel_url": reverse("credit:appeals")}
    return render(request, "credit/appeal_time.html", context)
