"""Plans of reminders: make one, look at every decision, approve it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client
from clients.selectors import default_creditor
from core.access import current_user, money_required, staff_required
from core.dates import now, today
from core.errors import Refusal
from core.jobs import start_job
from reminders.forms.runs import PlanForm
from reminders.models import Cycle, ReminderRun
from reminders.selectors.explain import explain
from reminders.selectors.pages import (
    decisions_of,
    planned_messages,
    reason_counts,
    runs_visible,
    state_counts,
)
from reminders.selectors.policy import ladder_of
from reminders.services.approval import approve_run, exclude_client
from reminders.services.assessment import assess, draft_message
from reminders.services.planning import PLAN_JOB
from reminders.services.texts import write_text
from reminders.states import Outcome, Reason, RunState

PER_PAGE = 100


def _run(pk: int) -> ReminderRun:
    related = ReminderRun.objects.select_related("creditor", "planned_by", "approved_by")
    return get_object_or_404(related, pk=pk)


@staff_required
@require_safe
def runs(request: HttpRequest) -> HttpResponse:
    """Plans, newest first."""
    counts = state_counts(current_user(request))
    context = {"runs": runs_visible(), "in_doubt": counts.get("IN_DOUBT", 0)}
    return render(request, "reminders/runs.html", context)


@money_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a day in the background."""
    creditor = default_creditor()
    on = today(creditor.time_zone if creditor else settings.TIME_ZONE)
    form = PlanForm(request.POST or None, on=on)
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data
        job = start_job(
            kind=PLAN_JOB,
            title=_("Plan of reminders: %s") % read["creditor"],
            args={"creditor": read["creditor"].pk, "on": read["on"].isoformat()},
            actor=current_user(request),
            at=now(),
        )
        return redirect("core:job", job.pk)
    context = {"form": form, "cancel_url": reverse("reminders:runs")}
    return render(request, "reminders/plan.html", context)


@staff_required
@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: what would go to whom, what would not, and why."""
    user, row = current_user(request), _run(pk)
    planned = planned_messages(row, user)
    context = {
        "run": row,
        "reasons": reason_counts(row, user),
        "page": Paginator(planned, PER_PAGE).get_page(request.GET.get("page")),
        "going": sum(not one.excluded for one in planned),
        "states": state_counts(user, row.pk),
        "may_approve": user.sees_all_clients and row.state == RunState.PLANNED,
    }
    return render(request, "reminders/run.html", context)


@staff_required
@require_safe
def decisions(request: HttpRequest, pk: int) -> HttpResponse:
    """The invoices behind a number of the plan, each with its reason in words."""
    row = _run(pk)
    outcome, reason = request.GET.get("outcome", ""), request.GET.get("reason", "")
    found = decisions_of(
        run=row,
        user=current_user(request),
        outcome=outcome if outcome in Outcome.values else "",
        reason=reason if reason in Reason.values else "",
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        (
            one,
            explain(
                one.reason,
                one.facts,
                currency=one.currency,
                days_past_due=one.days_past_due,
                level=one.level,
                asked=one.asked,
            ),
        )
        for one in page
    ]
    context = {"run": row, "page": page, "rows": rows, "outcome": outcome, "reason": reason}
    return render(request, "reminders/decisions.html", context)


@staff_required
@require_safe
def preview(request: HttpRequest, pk: int, client: int, currency: str) -> HttpResponse:
    """Exactly what would go to one client now: the text the sender would freeze."""
    row = _run(pk)
    who = get_object_or_404(Client.objects.visible_to(current_user(request)), pk=client)
    if not row.decisions.filter(client=who, currency=currency).exists():
        raise Http404
    ladder, on = ladder_of(row.creditor), today(row.creditor.time_zone)
    found = assess(creditor=row.creditor, client_id=who.pk, currency=currency, ladder=ladder, on=on)
    climbs = Cycle.objects.filter(
        creditor=row.creditor, client=who, currency=currency, closed_on=None, level__gt=-1
    )
    draft = draft_message(
        creditor=row.creditor,
        client=who,
        currency=currency,
        assessment=found,
        ladder=ladder,
        on=on,
        wrote_before=climbs.exists(),
    )
    context = {
        "run": row,
        "client": who,
        "currency": currency,
        "draft": draft,
        "text": write_text(draft) if draft else None,
        "reasons": [
            explain(d.reason, d.facts, currency=currency) for d in found.decisions if d.facts
        ],
    }
    return render(request, "reminders/preview.html", context)


@money_required
@require_POST
def exclude(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a client out of a plan, or take it in again."""
    row, user = _run(pk), current_user(request)
    asked = request.POST.get("client", "")
    visible = Client.objects.visible_to(user)
    client = get_object_or_404(visible, pk=int(asked[:18]) if asked.isdecimal() else 0)
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
@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, then queue the messages."""
    row, user = _run(pk), current_user(request)
    if request.method == "POST":
        try:
            queued = approve_run(run=row, actor=user, at=now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            said = ngettext(
                "%d message is queued. It is checked once more before it goes.",
                "%d messages are queued. Each is checked once more before it goes.",
                queued,
            )
            messages.success(request, said % queued)
        return redirect("reminders:run", pk)
    planned = planned_messages(row, user)
    context = {
        "run": row,
        "going": sum(not one.excluded for one in planned),
        "left_out": sum(one.excluded for one in planned),
        "cancel_url": reverse("reminders:run", args=[pk]),
        "submit_label": _("Approve and send"),
    }
    return render(request, "reminders/approve.html", context)
