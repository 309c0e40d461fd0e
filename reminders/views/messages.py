"""Messages on their way, those in doubt, and the holds that stop them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client
from clients.selectors import default_creditor
from core.access import current_user, money_required, staff_required
from core.dates import day_in, now, today
from core.errors import Refusal
from core.forms import note_refusal, typed_text
from core.paging import stretch
from reminders.forms.runs import HoldForm, MessageFilter, ResolveForm
from reminders.models import Message, ReminderHold
from reminders.selectors.explain import explain
from reminders.selectors.pages import messages_of, state_counts
from reminders.services.holds import add_hold, release_hold
from reminders.services.machine import resolve
from reminders.services.previews import preview_queued
from reminders.states import MessageState

GET_AND_POST = ["GET", "HEAD", "POST"]
PER_PAGE = 50


@staff_required
@require_safe
def message_list(request: HttpRequest) -> HttpResponse:
    """Messages by state; those in doubt wait for a person."""
    user = current_user(request)
    state, run = request.GET.get("state", ""), request.GET.get("run", "")
    run_id = int(run[:18]) if run.isdecimal() else None
    found = messages_of(
        user=user,
        state=state if state in MessageState.values else "",
        run_id=run_id,
        text=typed_text(request.GET.get("q")),
    )
    part = stretch(found, order=("-pk", "-pk"), after=request.GET.get("after", ""), size=PER_PAGE)
    context = {
        "rows": part.rows,
        "cursor": part.cursor,
        "form": MessageFilter(request.GET),
        "tabs": _tabs(state_counts(user, run_id), state, run_id),
        "run": run_id,
    }
    return render(request, "reminders/message_list.html", context)


def _tabs(counts: dict[str, int], chosen: str, run_id: int | None) -> list[dict[str, Any]]:
    """All, then each state; what waits is counted, what has ended only within one plan."""
    base = reverse("reminders:messages")
    kept = f"&run={run_id}" if run_id else ""
    everything: dict[str, Any] = {
        "label": pgettext("messages", "All"),
        "url": f"{base}?{kept.removeprefix('&')}",
        "is_active": chosen not in MessageState.values,
    }
    return [everything] + [
        {
            "label": state.label,
            "url": f"{base}?state={state.value}{kept}",
            "is_active": state.value == chosen,
            "count": counts.get(state.value),
        }
        for state in MessageState
    ]


def _message(request: HttpRequest, pk: int) -> Message:
    visible = Message.objects.visible_to(current_user(request))
    return get_object_or_404(visible.select_related("client", "creditor", "run", "cycle"), pk=pk)


@staff_required
@require_safe
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: the text as it was frozen, what it asked for, its history."""
    row = _message(request, pk)
    context: dict[str, Any] = {
        "message": row,
        "lines": row.lines.filter(attempt=row.attempts).select_related("invoice").order_by("pk"),
        "transitions": row.transitions.select_related("actor"),
    }
    if row.suppressed_reason:
        context["why"] = explain(row.suppressed_reason, row.suppressed_facts, currency=row.currency)
    if row.state == MessageState.QUEUED:
        on = today(row.creditor.time_zone)
        context["preview"] = preview_queued(message=row, on=on)
        context["waits_until"] = row.available_at if row.available_at > now() else None
    return render(request, "reminders/message.html", context)


@staff_required
@require_safe
def message_raw(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes as they were sent, for a mail program."""
    row = _message(request, pk)
    if row.raw is None:
        raise Http404
    response = HttpResponse(bytes(row.raw), content_type="message/rfc822")
    response["Content-Disposition"] = f'attachment; filename="message-{row.pk}.eml"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@money_required
@require_http_methods(GET_AND_POST)
def message_resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """A person decides what became of a message in doubt."""
    row = _message(request, pk)
    form = ResolveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            resolve(
                message=row,
                arrived=form.cleaned_data["arrived"] == "yes",
                note=form.cleaned_data["note"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            notes.success(request, _("Decided, with your name."))
            return redirect("reminders:message", pk)
    cancel = reverse("reminders:message", args=[pk])
    context = {"message": row, "form": form, "cancel_url": cancel}
    return render(request, "reminders/message_resolve.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def hold_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop reminders to a client, or of one invoice, for a while."""
    user = current_user(request)
    client = get_object_or_404(Client.objects.visible_to(user), pk=pk)
    form = HoldForm(
        request.POST or None, client=client, initial={"invoice": request.GET.get("invoice")}
    )
    if request.method == "POST" and form.is_valid():
        creditor, at = default_creditor(), now()
        on = day_in(at, creditor.time_zone if creditor else client.time_zone)
        try:
            add_hold(client=client, on=on, actor=user, at=at, **form.cleaned_data)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            notes.success(request, _("Noted. Reminders wait."))
            return redirect("clients:client", pk)
    cancel = reverse("clients:client", args=[pk])
    context = {"client": client, "form": form, "cancel_url": cancel}
    return render(request, "reminders/hold_new.html", context)


@staff_required
@require_POST
def hold_release(request: HttpRequest, pk: int) -> HttpResponse:
    """End a hold."""
    user = current_user(request)
    hold = get_object_or_404(ReminderHold.objects.visible_to(user), pk=pk)
    if release_hold(hold=hold, actor=user, at=now()):
        notes.success(request, _("The hold has ended."))
    return redirect("clients:client", hold.client_id)
