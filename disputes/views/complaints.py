"""Complaints: the list, the page of one with its history, and its steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client, Creditor
from clients.selectors import our_zone
from core.access import approver_required, current_user, staff_required
from core.dates import now, today
from core.display import format_day
from core.errors import Refusal
from core.forms import note_refusal
from core.navigation import route_or_blank
from core.paging import stretch
from core.ui import badge_for
from disputes.forms.complaints import (
    AnswerComplaintForm,
    AnswerDaysForm,
    CloseComplaintForm,
    ComplaintDisputeForm,
    ComplaintFilterForm,
    ComplaintForm,
    ReopenComplaintForm,
    TakeUpForm,
)
from disputes.models import Complaint, ComplaintPolicy, ComplaintTransition
from disputes.models.complaints import ANSWER_DAYS, ComplaintQuerySet
from disputes.selectors import Fact, facts_before
from disputes.services import (
    UnableToHandleComplaint,
    answer_complaint,
    close_complaint,
    dispute_from_complaint,
    open_complaint,
    reopen_complaint,
    set_answer_days,
    take_up_complaint,
)
from disputes.states import COMPLAINT_TRANSITIONS, ComplaintReason, ComplaintState

GET_AND_POST = ["GET", "HEAD", "POST"]
S = ComplaintState


@dataclass(frozen=True, slots=True)
class Step:
    """One edge as its page shows it."""

    to: ComplaintState
    form: type[Any]
    service: Callable[..., Complaint]
    title: str | Promise
    what: str | Promise
    icon: str


STEPS: Final[Mapping[str, Step]] = {
    "take-up": Step(
        S.IN_WORK,
        TakeUpForm,
        take_up_complaint,
        gettext_lazy("Take it up"),
        gettext_lazy("Say who answers the client, and sort the complaint."),
        "tool",
    ),
    "answer": Step(
        S.ANSWERED,
        AnswerComplaintForm,
        answer_complaint,
        gettext_lazy("Note the answer"),
        gettext_lazy("Nothing is sent by this: note what the client was answered."),
        "message-2",
    ),
    "close": Step(
        S.CLOSED,
        CloseComplaintForm,
        close_complaint,
        gettext_lazy("Close it"),
        gettext_lazy("Ask the client first whether the answer settles it."),
        "circle-check",
    ),
    "reopen": Step(
        S.REOPENED,
        ReopenComplaintForm,
        reopen_complaint,
        gettext_lazy("Open it again"),
        gettext_lazy("A new deadline runs from today; what was answered stays in the history."),
        "rotate",
    ),
}


@staff_required
@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """Complaints by their deadline, the most pressing first; those not closed unless asked."""
    user = current_user(request)
    form = ComplaintFilterForm(request.GET, user=user)
    chosen = form.cleaned_data if form.is_valid() else {}
    on = today(our_zone())
    found: ComplaintQuerySet = Complaint.objects.visible_to(user)
    if chosen.get("late"):
        found = found.late(on=on)
    rows = stretch(
        _filtered(found, chosen).select_related("client", "owner"),
        order=("answer_by", "pk"),
        after=request.GET.get("after", ""),
    )
    context = {
        "rows": [complaint_row(one, on) for one in rows.rows],
        "cursor": rows.cursor,
        "form": form,
        "may_set_days": user.may_approve,
    }
    return render(request, "disputes/complaints.html", context)


def _filtered(found: ComplaintQuerySet, chosen: Mapping[str, Any]) -> ComplaintQuerySet:
    state = chosen.get("state", "")
    if not state:
        found = found.exclude(state=S.CLOSED)
    elif state != "all":
        found = found.filter(state=state)
    for name in ("owner", "category", "client"):
        if chosen.get(name):
            found = found.filter(**{name: chosen[name]})
    return found


def complaint_row(row: Complaint, on: Any) -> dict[str, Any]:
    """A complaint as a list shows it; `client` and `owner` are there."""
    language = get_language() or "en"
    return {
        "row": row,
        "url": reverse("disputes:complaint", args=[row.pk]),
        "client_url": reverse("clients:client", args=[row.client_id]),
        "reason": ComplaintReason(row.reason).label,
        "answer_by": format_day(row.answer_by, language),
        "is_late": row.is_late(on),
    }


_RELATED: Final = (
    "client__owner",
    "creditor",
    "owner",
    "contract",
    "invoice__contract",
    "delivery__contract",
    "dispute__invoice",
    "created_by",
)


def _mine(request: HttpRequest, pk: int) -> Complaint:
    found = Complaint.objects.visible_to(current_user(request)).select_related(*_RELATED)
    return get_object_or_404(found, pk=pk)


@staff_required
@require_safe
def complaint(request: HttpRequest, pk: int) -> HttpResponse:
    """One complaint: what was said, what came before it, and its history."""
    row = _mine(request, pk)
    history = row.transitions.select_related("actor").order_by("-at", "-pk")
    steps = [
        {"name": name, "title": one.title, "icon": one.icon}
        for name, one in STEPS.items()
        if one.to in COMPLAINT_TRANSITIONS[S(row.state)]
    ]
    context = {
        "complaint": row,
        "is_late": row.is_late(today(row.creditor.time_zone)),
        "steps": steps,
        "about": _about(row),
        "facts": [_fact(one) for one in facts_before(row)],
        "history": [_entry(one) for one in history],
        "may_dispute": row.dispute_id is None and row.state != S.CLOSED,
        "survey_url": route_or_blank("portal:survey_new", "complaint", row.pk)
        if row.state == S.CLOSED
        else "",
    }
    return render(request, "disputes/complaint.html", context)


def _about(row: Complaint) -> tuple[str, str]:
    if row.contract is not None:
        words = _("Contract %(number)s") % {"number": row.contract.number}
        return words, reverse("contracts:contract", args=[row.contract_id])
    if row.invoice is not None:
        words = _("Invoice %(number)s") % {"number": row.invoice.number}
        return words, reverse("payments:invoice", args=[row.invoice_id])
    if row.delivery is not None:
        day = format_day(row.delivery.delivered_on, get_language() or "en")
        words = _("Delivery of %(day)s: %(what)s") % {"day": day, "what": row.delivery.what}
        return words, reverse("contracts:contract", args=[row.delivery.contract_id])
    return _("The dealings as a whole"), ""


def _fact(fact: Fact) -> dict[str, Any]:
    language = get_language() or "en"
    days = [format_day(one, language) for one in fact.days]
    labels = {
        "demand": _("A reminder or demand had been sent to the client"),
        "due": _("The invoice was past its due date"),
        "accepted": _("A delivery under it had been accepted"),
        "promise": _("The client had promised to pay"),
        "earlier": _("The client had complained in the twelve months before"),
    }
    detail = " – ".join(days)
    if fact.code == "due":
        detail = _("due %(day)s") % {"day": days[0]}
    elif fact.count:
        times = ngettext("%(n)s time", "%(n)s times", fact.count) % {"n": fact.count}
        detail = " · ".join(filter(None, [times, detail]))
    return {"label": labels[fact.code], "is_so": fact.is_so, "detail": detail}


def _entry(one: ComplaintTransition) -> dict[str, Any]:
    look = badge_for("complaint", one.to_state)
    return {
        "icon": look.icon,
        "tone": look.tone,
        "title": str(S(one.to_state).label),
        "at": one.at,
        "who": one.actor.name if one.actor else _("the system"),
        "body": one.note,
    }


@staff_required
@require_http_methods(GET_AND_POST)
def complaint_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what a client is not content with."""
    user, at = current_user(request), now()
    client = get_object_or_404(Client.objects.visible_to(user).select_related("owner"), pk=pk)
    initial = {"about": request.GET.get("about", "")[:40]}
    form = ComplaintForm(request.POST or None, client=client, user=user, at=at, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = _note(client, form, user)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Noted. The client is to be answered by the day shown."))
            return redirect("disputes:complaint", made.pk)
    cancel_url = reverse("clients:client", args=[client.pk])
    context = {"form": form, "client": client, "cancel_url": cancel_url}
    return render(request, "disputes/complaint_new.html", context)


def _note(client: Client, form: ComplaintForm, user: Any) -> Complaint:
    given = form.given()
    if given["creditor"] is None:
        raise UnableToHandleComplaint(_("Enter one of your own companies first."))
    at = now()
    given["received_at"] = min(given["received_at"], at)
    return open_complaint(client=client, **given, actor=user, at=at)


@staff_required
@require_http_methods(GET_AND_POST)
def complaint_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of a complaint, with what is said with it."""
    row, user = _mine(request, pk), current_user(request)
    if name not in STEPS:
        raise Http404
    step = STEPS[name]
    back = reverse("disputes:complaint", args=[row.pk])
    form: forms.Form = step.form(request.POST or None, complaint=row, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            step.service(complaint=row, **form.given(), actor=user, at=now())  # type: ignore[attr-defined]  # every step form has it
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Noted."))
            return redirect(back)
    context = {"form": form, "complaint": row, "step": step, "cancel_url": back}
    return render(request, "disputes/complaint_step.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def complaint_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold an amount of an invoice apart, from a complaint."""
    row = _mine(request, pk)
    form = ComplaintDisputeForm(request.POST or None, complaint=row)
    back = reverse("disputes:complaint", args=[row.pk])
    if request.method == "POST" and form.is_valid():
        try:
            dispute_from_complaint(
                complaint=row,
                **form.cleaned_data,
                on=today(row.creditor.time_zone),
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Noted. The disputed part is not asked for any more."))
            return redirect(back)
    context = {"form": form, "complaint": row, "cancel_url": back}
    return render(request, "disputes/complaint_dispute.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def answer_days(request: HttpRequest) -> HttpResponse:
    """Within how many working days each creditor answers complaints."""
    set_days = dict(ComplaintPolicy.objects.values_list("creditor", "answer_days"))
    creditors = Creditor.objects.order_by("code")
    days = {one: set_days.get(one.pk, ANSWER_DAYS) for one in creditors}
    form = AnswerDaysForm(request.POST or None, days=days)
    back = reverse("disputes:complaints")
    if request.method == "POST" and form.is_valid():
        for creditor, number in form.given().items():
            if number != days[creditor]:
                set_answer_days(
                    creditor=creditor, days=number, actor=current_user(request), at=now()
                )
        messages.success(request, _("Saved."))
        return redirect(back)
    context = {"form": form, "cancel_url": back}
    return render(request, "disputes/answer_days.html", context)
