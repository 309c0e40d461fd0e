"""Plans of reminders: make one, look at every decision, approve it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client
from clients.selectors import our_zone
from core.access import current_user, money_required, staff_required
from core.dates import now, today
from core.errors import Refusal
from core.forms import note_refusal, typed_text
from core.models import Job
from core.paging import stretch
from reminders.forms.runs import AskedFilter, DecisionFilter, PlanForm
from reminders.models import Decision, ReminderRun
from reminders.selectors.explain import explain
from reminders.selectors.pages import (
    currency_totals,
    decisions_of,
    going_count,
    planned_messages,
    reason_counts,
    run_rows,
    runs_newest_first,
    state_counts,
)
from reminders.services.approval import approve_run, exclude_client
from reminders.services.planning import PlanResult, start_plan
from reminders.services.previews import preview_planned
from reminders.states import Outcome, Reason, RunState

PER_PAGE = 50
RUNS_PER_PAGE = 30
GET_AND_POST = ["GET", "HEAD", "POST"]


def _run(pk: int) -> ReminderRun:
    return get_object_or_404(runs_newest_first(), pk=pk)


@staff_required
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """Plans, newest first."""
    user = current_user(request)
    page = Paginator(runs_newest_first(), RUNS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": run_rows(list(page), user),
        "waiting": state_counts(user),
    }
    return render(request, "reminders/runs.html", context)


@money_required
@require_http_methods(GET_AND_POST)
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a day: at once, or in the background where there is much to judge."""
    on = today(our_zone())
    form = PlanForm(request.POST or None, on=on)
    if request.method == "POST" and form.is_valid():
        try:
            made = start_plan(**form.cleaned_data, actor=current_user(request), at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            return _to_plan(request, made)
    context = {"form": form, "cancel_url": reverse("reminders:runs")}
    return render(request, "reminders/plan.html", context)


def _to_plan(request: HttpRequest, made: Job | PlanResult) -> HttpResponse:
    if isinstance(made, Job):
        return redirect("core:job", made.pk)
    if not made.is_new:
        messages.info(request, _("This day was planned and approved before. Nothing was added."))
    return redirect("reminders:run", made.run.pk)


@staff_required
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: what would go to whom, what would not, and why."""
    user, row = current_user(request), _run(pk)
    text = typed_text(request.GET.get("q"))
    planned = planned_messages(row, user, text=text)
    going, left_out = going_count(row, user)
    context = {
        "run": row,
        "form": AskedFilter(request.GET),
        "reasons": reason_counts(row, user),
        "totals": currency_totals(row, user),
        "page": Paginator(planned, PER_PAGE).get_page(request.GET.get("page")),
        "going": going,
        "left_out": left_out,
        "states": state_counts(user, row.pk),
        "may_approve": user.sees_all_clients and row.state == RunState.PLANNED,
    }
    return render(request, "reminders/run.html", context)


@staff_required
@require_safe
def decisions(request: HttpRequest, pk: int) -> HttpResponse:
    """The invoices behind a number of the plan, each with its reason in words."""
    row, user = _run(pk), current_user(request)
    outcome, reason = request.GET.get("outcome", ""), request.GET.get("reason", "")
    found = decisions_of(
        run=row,
        user=user,
        outcome=outcome if outcome in Outcome.values else "",
        reason=reason if reason in Reason.values else "",
        text=typed_text(request.GET.get("q")),
    )
    part = stretch(found, order=("pk", "pk"), after=request.GET.get("after", ""), size=PER_PAGE)
    context = {
        "run": row,
        "form": DecisionFilter(request.GET),
        "tabs": _tabs(row, reason_counts(row, user), reason),
        "rows": [(one, _why(one)) for one in part.rows],
        "cursor": part.cursor,
        "outcome": outcome,
        "reason": reason,
    }
    return render(request, "reminders/decisions.html", context)


def _why(decision: Decision) -> str:
    return explain(
        decision.reason,
        decision.facts,
        currency=decision.currency,
        days_past_due=decision.days_past_due,
        level=decision.level,
        asked=decision.asked,
    )


def _tabs(run: ReminderRun, counts: list[Any], chosen: str) -> list[dict[str, Any]]:
    """Each reason with how many invoices have it; every number opens its rows."""
    base = reverse("reminders:decisions", args=[run.pk])
    everything = {
        "label": _("All"),
        "url": base,
        "count": sum(one.count for one in counts),
        "is_active": not chosen,
    }
    return [everything] + [
        {
            "label": Reason(one.reason).label,
            "url": f"{base}?outcome={one.outcome}&reason={one.reason}",
            "count": one.count,
            "is_active": one.reason == chosen,
        }
        for one in counts
    ]


@staff_required
@require_safe
def preview(request: HttpRequest, pk: int, client: int, currency: str) -> HttpResponse:
    """Exactly what would go to one client: the text the sender would freeze."""
    row = _run(pk)
    who = get_object_or_404(Client.objects.visible_to(current_user(request)), pk=client)
    if not row.decisions.filter(client=who, currency=currency).exists():
        raise Http404
    on = max(today(row.creditor.time_zone), row.on)
    shown = preview_planned(run=row, client=who, currency=currency, on=on)
    context = {
        "run": row,
        "client": who,
        "currency": currency,
        "preview": shown,
        "draft": shown.draft,
        "text": shown.text,
        "reasons": [
            (one, explain(one.reason, one.facts, currency=currency))
            for one in shown.assessment.decisions
            if one.outcome is Outcome.SKIP
        ],
    }
    return render(request, "reminders/preview.html", context)


@money_required
@require_POST
def exclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a client out of a plan, or take it in again."""
    row, user = _run(pk), current_user(request)
    asked = request.POST.get("client", "")
    client = get_object_or_404(
        Client.objects.visible_to(user), pk=int(asked[:18]) if asked.isdecimal() else 0
    )
    try:
        exclude_client(
            run=row,
            client=client,
            excluded=request.POST.get("excluded") == "1",
            actor=user,
            at=now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("reminders:run", pk)


@money_required
@require_http_methods(GET_AND_POST)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then queue the messages."""
    row, user = _run(pk), current_user(request)
    if request.method == "POST":
        _approve(request, row)
        return redirect("reminders:run", pk)
    going, left_out = going_count(row, user)
    context = {
        "run": row,
        "going": going,
        "left_out": left_out,
        "totals": currency_totals(row, user),
        "is_old": row.on < today(row.creditor.time_zone),
        "cancel_url": reverse("reminders:run", args=[pk]),
        "submit_label": _("Approve and send"),
    }
    return render(request, "reminders/approve.html", context)


def _approve(request: HttpRequest, row: ReminderRun) -> None:
    was_approved = row.state == RunState.APPROVED
    try:
        queued = approve_run(run=row, actor=current_user(request), at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return
    if was_approved:
        messages.info(request, _("This plan was approved before. Nothing was added."))
        return
    said = ngettext(
        "%d message is queued. It is checked once more before it goes.",
        "%d messages are queued. Each is checked once more before it goes.",
        queued,
    )
    messages.success(request, said % queued)
