"""Minutes: written as a draft, issued as a version, compared, downloaded."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import current_user, staff_required
from core.dates import now
from core.documents import document_response
from core.errors import Refusal
from core.forms import note_refusal
from interactions.forms.meetings import (
    CompareMinutesForm,
    IssueForm,
    MinutesForm,
    TaskFormSet,
    tasks_initial,
)
from interactions.letters.minutes import minutes_text
from interactions.models import Meeting, Minutes
from interactions.rules.minutes import draft_from_json, missing
from interactions.selectors.minutes import draft_content, text_changes
from interactions.services.meetings import save_draft
from interactions.services.minutes import agreement_of, issue_minutes, missing_words
from interactions.views.meetings import GET_AND_POST, mine_or_404


@staff_required
@require_http_methods(GET_AND_POST)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the draft. *More rows* keeps it and adds room for actions."""
    row = mine_or_404(request, pk)
    draft = draft_from_json(row.draft)
    form = MinutesForm(request.POST or None, meeting=row, draft=draft)
    tasks = TaskFormSet(request.POST or None, initial=tasks_initial(draft), prefix="tasks")
    if request.method == "POST" and form.is_valid() and tasks.is_valid():
        filled = [task for one in tasks.forms if (task := one.task()) is not None]
        try:
            save_draft(
                meeting=row,
                draft=form.draft(filled),
                revision=form.cleaned_data["revision"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            return _after_saving(request, row)
    cancel_url = reverse("interactions:meeting", args=[row.pk])
    context = {"form": form, "tasks": tasks, "meeting": row, "cancel_url": cancel_url}
    return render(request, "interactions/minutes_form.html", context)


def _after_saving(request: HttpRequest, row: Meeting) -> HttpResponse:
    messages.success(request, _("The draft is saved."))
    then = request.POST.get("then", "")
    routes = {"issue": "interactions:minutes_issue", "more": "interactions:minutes_edit"}
    return redirect(routes.get(then, "interactions:meeting"), row.pk)


@staff_required
@require_http_methods(GET_AND_POST)
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the text once more, then freeze it as the next version."""
    row = mine_or_404(request, pk)
    back = reverse("interactions:meeting", args=[row.pk])
    form = IssueForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            made = issue_minutes(meeting=row, reason=reason, actor=current_user(request), at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            said = _("Version %(number)d is issued. Send it to the client now.")
            messages.success(request, said % {"number": made.number})
            return redirect(back)
    newest = row.minutes.order_by("-number").first()
    number = newest.number + 1 if newest else 1
    context = {
        # A reason is asked for only after words were found that need one.
        "form": form if form.errors else None,
        "meeting": row,
        "text": minutes_text(_as_it_stands(row, number)),
        "number": number,
        "newest": newest,
        "gaps": [missing_words(one) for one in missing(draft_from_json(row.draft))],
        "cancel_url": back,
        "submit_label": _("Issue version %(number)d") % {"number": number},
    }
    return render(request, "interactions/minutes_issue.html", context)


def _as_it_stands(row: Meeting, number: int) -> dict[str, Any]:
    content = draft_content(row, version=number, agreement=agreement_of(row))
    # A preview shows what is there: an action without a day is named among the gaps.
    content["tasks"] = [one for one in content["tasks"] if one["due_on"]]
    return content


def _version(request: HttpRequest, pk: int) -> Minutes:
    mine = Minutes.objects.visible_to(current_user(request))
    related = ("meeting__client", "meeting__creditor", "document", "answered_document", "answer")
    return get_object_or_404(mine.select_related(*related, "created_by"), pk=pk)


@staff_required
@require_safe
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: the exact text, its hash, how it was answered, its way so far."""
    row = _version(request, pk)
    answer = getattr(row, "answer", None)
    context = {
        "minutes": row,
        "meeting": row.meeting,
        "answer": answer,
        "objections": list(answer.objections.all()) if answer else [],
        "transitions": list(row.transitions.select_related("actor")),
    }
    return render(request, "interactions/minutes_version.html", context)


@staff_required
@require_safe
def document(request: HttpRequest, pk: int, which: str) -> HttpResponseBase:
    """The paper of a version: as it was issued, or with its answer."""
    row = _version(request, pk)
    kept = {"issued": row.document, "answered": row.answered_document}.get(which)
    if kept is None:
        raise Http404
    return document_response(kept, inline=True)


@staff_required
@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed between two versions."""
    row = mine_or_404(request, pk)
    versions = {one.number: one for one in row.minutes.order_by("number")}
    numbers = list(versions)
    latest = {"old": numbers[-2:][0], "new": numbers[-1]} if numbers else {}
    form = CompareMinutesForm(request.GET or latest, numbers=numbers)
    context: dict[str, Any] = {"meeting": row, "form": form}
    if form.is_valid():
        old, new = versions[form.cleaned_data["old"]], versions[form.cleaned_data["new"]]
        context |= {"old": old, "new": new, "changes": text_changes(old, new)}
    return render(request, "interactions/minutes_compare.html", context)
