"""Screenings: the list, the page of one with its sections, and its steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client
from clients.selectors import default_creditor, our_zone, registration_remark
from core.access import approver_required, current_user, staff_required
from core.dates import now, today
from core.display import format_percent
from core.documents import document_response
from core.errors import Refusal
from core.forms import note_refusal
from core.models import User
from core.money import format_money
from core.paging import stretch
from core.ui import badge_for
from credit.forms.screening import (
    ChecksForm,
    DecideForm,
    InterviewForm,
    ReferenceAnswerForm,
    ReferenceForm,
    ReturnForm,
    SubmitForm,
    WithdrawForm,
    usual_review,
)
from credit.models import Reference, Screening, ScreeningAnswer, ScreeningTransition
from credit.models.screening import ScreeningQuerySet
from credit.selectors import (
    REVIEW_AHEAD,
    Cooperation,
    checklist_for,
    cooperation,
    cooperation_of,
    is_question,
    last_screening,
    screening_lines,
)
from credit.services import (
    accept_screening,
    accept_with_conditions,
    ask_reference,
    note_findings,
    note_interview,
    note_reference,
    reject_screening,
    return_screening,
    start_screening,
    submit_screening,
    withdraw_screening,
)
from credit.states import SCREENING_DECIDED, SCREENING_OPEN, SCREENING_TRANSITIONS, ScreeningState

GET_AND_POST = ["GET", "HEAD", "POST"]
S = ScreeningState


def day_here() -> dt.date:
    """Today where we are."""
    return today(our_zone())


# --- The list ------------------------------------------------------------------------------------

#: Each list: its name, its words, and the field by which it goes.
_LISTS: Final[Mapping[str, tuple[str | Promise, str]]] = {
    "work": (gettext_lazy("To do"), "started_at"),
    "waiting": (gettext_lazy("Wait for a decision"), "submitted_at"),
    "due": (gettext_lazy("To be screened again"), "review_on"),
    "decided": (gettext_lazy("Decided"), "-decided_at"),
}


def _listed(found: ScreeningQuerySet, name: str, on: dt.date) -> ScreeningQuerySet:
    if name == "due":
        return found.due_again(by=on + REVIEW_AHEAD)
    if name == "decided":
        return found.filter(state__in=SCREENING_DECIDED)
    return found.filter(state=S.IN_WORK if name == "work" else S.SUBMITTED)


@staff_required
@require_safe
def screenings(request: HttpRequest) -> HttpResponse:
    """What is to be done, decided and looked at again, each list by its own day."""
    on = day_here()
    name = request.GET.get("show", "work")
    name = name if name in _LISTS else "work"
    mine = Screening.objects.visible_to(current_user(request))
    field = _LISTS[name][1]
    key = "-pk" if field.startswith("-") else "pk"
    related = ("client", "started_by", "submitted_by", "decided_by")
    rows = stretch(
        _listed(mine, name, on).select_related(*related),
        order=(field, key),
        after=request.GET.get("after", ""),
    )
    url = reverse("credit:screenings")
    tabs = [
        {
            "label": words,
            "url": f"{url}?show={one}",
            "is_active": one == name,
            "count": _listed(mine, one, on).count() if one != "decided" else None,
        }
        for one, (words, _field) in _LISTS.items()
    ]
    context = {
        "rows": [{"row": one, "state": one.shown_state(on)} for one in rows.rows],
        "cursor": rows.cursor,
        "tabs": tabs,
        "show": name,
        "may_write_lists": current_user(request).may_approve,
    }
    return render(request, "credit/screenings.html", context)


# --- One screening -------------------------------------------------------------------------------

_RELATED: Final = (
    "client__owner", "checklist", "previous", "started_by", "submitted_by", "decided_by",
)  # fmt: skip


def _mine(request: HttpRequest, pk: int) -> Screening:
    found = Screening.objects.visible_to(current_user(request)).select_related(*_RELATED)
    return get_object_or_404(found, pk=pk)


@staff_required
@require_safe
def screening(request: HttpRequest, pk: int) -> HttpResponse:
    """One screening: checklist, interview, references, what we know, and its history."""
    return _page(request, _mine(request, pk))


def _page(request: HttpRequest, row: Screening, **bound: forms.Form) -> HttpResponse:
    """The page of a screening; `bound` are forms that were refused, by their name."""
    zone = our_zone()
    on = today(zone)
    lines = screening_lines(row)
    checks = [one for one in lines if not is_question(one.item)]
    questions = [one for one in lines if is_question(one.item)]
    open_lines = [one for one in lines if one.item.is_required and not one.is_done]
    language = get_language() or "en"
    context = {
        "screening": row,
        "client": row.client,
        "state": row.shown_state(on),
        "in_work": row.state == S.IN_WORK,
        "remark": registration_remark(row.client.country, row.client.registration_number),
        "checks": bound.get("checks") or ChecksForm(lines=checks),
        "check_lines": [(one, one.item.text_in(language)) for one in checks],
        "interview": bound.get("interview") or InterviewForm(lines=questions),
        "question_lines": [(one, one.item.text_in(language)) for one in questions],
        "references": list(row.references.select_related("asked_by").order_by("pk")),
        "reference_form": bound.get("reference") or ReferenceForm(initial={"asked_on": on}),
        "open_count": len(open_lines),
        "facts": cooperation_facts(cooperation_of(row, on)),
        "conditions": condition_words(row),
        "history": [_entry(one) for one in row.transitions.select_related("actor").order_by("-pk")],
        "steps": _steps(row, current_user(request)),
        "on": on,
        "time_zone": zone,
    }
    return render(request, "credit/screening.html", context)


def cooperation_facts(known: Cooperation) -> list[tuple[str, Any]]:
    """What our own ledger says, as pairs."""
    language = get_language() or "en"
    sales = [format_money(total, currency, language) for currency, total in known.sales.items()]
    late = known.late_percent
    return [
        (_("Client since"), known.since),
        (_("Invoices"), known.invoices),
        (_("Sales so far"), " · ".join(sales) or None),
        (_("Paid late"), None if late is None else format_percent(late, 0)),
        (_("Overdue now"), known.overdue),
        (_("Disputes"), known.disputes),
        (_("Complaints"), known.complaints),
    ]


def condition_words(row: Screening) -> list[str]:
    """The conditions of a decision, one by one."""
    words = []
    if row.deposit_ratio is not None:
        share = format_percent(row.deposit_ratio * 100, 0)
        words.append(_("Deposit of %(share)s before the work") % {"share": share})
    if row.credit_limit is not None:
        creditor = default_creditor()
        currency = creditor.currency if creditor else "CNY"
        limit = format_money(row.credit_limit, currency, get_language() or "en")
        words.append(_("Credit limit of %(limit)s") % {"limit": limit})
    if row.terms_days is not None:
        words.append(_("At most %(days)s days to pay") % {"days": row.terms_days})
    return words


def _entry(one: ScreeningTransition) -> dict[str, Any]:
    badge = badge_for("screening", one.to_state)
    return {
        "icon": badge.icon,
        "tone": badge.tone,
        "title": badge.label,
        "at": one.at,
        "who": one.actor.name if one.actor else _("the system"),
        "body": one.note,
    }


@staff_required
@require_http_methods(GET_AND_POST)
def screening_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin to screen a client; shows before by which list, and what we know already."""
    user = current_user(request)
    client = get_object_or_404(Client.objects.visible_to(user), pk=pk)
    on = day_here()
    current = last_screening(client)
    if current is not None and current.state in SCREENING_OPEN:
        return redirect("credit:screening", current.pk)
    if request.method == "POST":
        try:
            row = start_screening(client=client, on=on, actor=user, at=now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("clients:client", client.pk)
        messages.success(request, _("The screening has begun. Fill in its sections."))
        return redirect("credit:screening", row.pk)
    context = {
        "client": client,
        "checklist": checklist_for(client.segment, on),
        "facts": cooperation_facts(cooperation(client, on)),
        "remark": registration_remark(client.country, client.registration_number),
        "previous": current,
        "cancel_url": reverse("clients:client", args=[client.pk]),
    }
    return render(request, "credit/screening_start.html", context)


# --- Its sections, each saved by itself ----------------------------------------------------------


@staff_required
@require_POST
def screening_checks(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the findings of the checklist."""
    row = _mine(request, pk)
    lines = [one for one in screening_lines(row) if not is_question(one.item)]
    form = ChecksForm(request.POST, request.FILES, lines=lines)

    def save() -> None:
        note_findings(
            screening=row, findings=form.findings(), actor=current_user(request), at=now()
        )

    return _saved(request, row, "checks", form, save)


@staff_required
@require_POST
def screening_interview(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the answers of the interview."""
    row = _mine(request, pk)
    lines = [one for one in screening_lines(row) if is_question(one.item)]
    form = InterviewForm(request.POST, lines=lines)

    def save() -> None:
        note_interview(screening=row, answers=form.answers(), actor=current_user(request), at=now())

    return _saved(request, row, "interview", form, save)


@staff_required
@require_POST
def screening_reference(request: HttpRequest, pk: int) -> HttpResponse:
    """Note whom we asked."""
    row = _mine(request, pk)
    form = ReferenceForm(request.POST)

    def save() -> None:
        ask_reference(
            screening=row,
            **form.cleaned_data,
            on=day_here(),
            actor=current_user(request),
            at=now(),
        )

    return _saved(request, row, "reference", form, save)


_ANCHORS: Final = {"checks": "checklist", "interview": "interview", "reference": "references"}


def _saved(
    request: HttpRequest, row: Screening, name: str, form: forms.Form, save: Callable[[], None]
) -> HttpResponse:
    """Save a section and come back to it, or show the page with what is wrong."""
    if form.is_valid():
        try:
            save()
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(f"{reverse('credit:screening', args=[row.pk])}#{_ANCHORS[name]}")
    return _page(request, row, **{name: form})


@staff_required
@require_http_methods(GET_AND_POST)
def reference_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what a reference said."""
    user, on = current_user(request), day_here()
    mine = Screening.objects.visible_to(user)
    found = Reference.objects.filter(screening__in=mine).select_related("screening__client")
    row = get_object_or_404(found, pk=pk)
    form = ReferenceAnswerForm(request.POST or None, initial={"answered_on": on})
    back = f"{reverse('credit:screening', args=[row.screening_id])}#references"
    if request.method == "POST" and form.is_valid():
        try:
            note_reference(reference=row, **form.cleaned_data, on=on, actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect(back)
    context = {"form": form, "reference": row, "client": row.screening.client, "cancel_url": back}
    return render(request, "credit/reference_answer.html", context)


@staff_required
@require_safe
def screening_document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The paper of a finding; who does not see the client gets 404."""
    mine = Screening.objects.visible_to(current_user(request))
    found = ScreeningAnswer.objects.filter(screening__in=mine, document__isnull=False)
    row = get_object_or_404(found.select_related("document"), pk=pk)
    assert row.document is not None  # noqa: S101  # for the type checker
    return document_response(row.document)


# --- Its steps -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One edge as its page shows it."""

    to: ScreeningState
    form: type[forms.Form]
    service: Callable[..., Screening]
    title: str | Promise
    what: str | Promise
    icon: str
    needs_day: bool = False
    for_managers: bool = False


STEPS: Final[Mapping[str, Step]] = {
    "submit": Step(
        S.SUBMITTED,
        SubmitForm,
        submit_screening,
        gettext_lazy("Ask for a decision"),
        gettext_lazy("A manager other than you decides. What was found is not changed any more."),
        "send",
        needs_day=True,
    ),
    "return": Step(
        S.IN_WORK,
        ReturnForm,
        return_screening,
        gettext_lazy("Give it back"),
        gettext_lazy("Say what is missing; what was found stays."),
        "arrow-back-up",
        for_managers=True,
    ),
    "withdraw": Step(
        S.WITHDRAWN,
        WithdrawForm,
        withdraw_screening,
        gettext_lazy("Give it up"),
        gettext_lazy("The client does not come. The screening stays on record."),
        "ban",
    ),
}


def _steps(row: Screening, user: User) -> list[dict[str, Any]]:
    """The steps that are open to this user, the usual one first."""
    may_decide = user.may_approve and user.pk != row.submitted_by_id
    steps: list[dict[str, Any]] = []
    if row.state == S.SUBMITTED and may_decide:
        url = reverse("credit:screening_decide", args=[row.pk])
        steps.append({"title": _("Decide"), "icon": "scale", "url": url})
    for name, one in STEPS.items():
        if one.to in SCREENING_TRANSITIONS[S(row.state)] and (may_decide or not one.for_managers):
            url = reverse("credit:screening_step", args=[row.pk, name])
            steps.append({"title": one.title, "icon": one.icon, "url": url})
    return steps


@staff_required
@require_http_methods(GET_AND_POST)
def screening_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Submit it, give it back, or give it up."""
    step, user = STEPS.get(name), current_user(request)
    if step is None or (step.for_managers and not user.may_approve):
        raise Http404
    row = _mine(request, pk)
    form = step.form(request.POST or None)
    back = reverse("credit:screening", args=[row.pk])
    if request.method == "POST" and form.is_valid():
        day = {"on": day_here()} if step.needs_day else {}
        try:
            step.service(screening=row, **form.cleaned_data, **day, actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Noted."))
            return redirect(back)
    context = {"form": form, "screening": row, "step": step, "cancel_url": back}
    return render(request, "credit/screening_step.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def screening_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, accept with conditions, or reject."""
    row, on = _mine(request, pk), day_here()
    form = DecideForm(request.POST or None, initial={"review_on": usual_review(on)})
    back = reverse("credit:screening", args=[row.pk])
    if request.method == "POST" and form.is_valid():
        try:
            _decide(row, form, on=on, actor=current_user(request))
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Decided. The client's page shows it."))
            return redirect(back)
    lines = screening_lines(row)
    language = get_language() or "en"
    concerns = [
        (one.item.text_in(language), one.answer.text)
        for one in lines
        if one.answer is not None and one.answer.verdict == "CONCERN"
    ]
    context = {
        "form": form,
        "screening": row,
        "client": row.client,
        "concerns": concerns,
        "references": list(row.references.order_by("pk")),
        "facts": cooperation_facts(cooperation_of(row, on)),
        "is_own": row.submitted_by_id == current_user(request).pk,
        "cancel_url": back,
    }
    return render(request, "credit/screening_decide.html", context)


def _decide(row: Screening, form: DecideForm, *, on: dt.date, actor: User) -> None:
    read, at = form.cleaned_data, now()
    outcome, said = read["outcome"], {"reason": read["reason"], "on": on, "actor": actor, "at": at}
    if outcome == S.REJECTED:
        reject_screening(screening=row, **said)
    elif outcome == S.CONDITIONAL:
        accept_with_conditions(
            screening=row, conditions=form.conditions(), review_on=read["review_on"], **said
        )
    else:
        accept_screening(screening=row, review_on=read["review_on"], **said)
