"""Checklists: what counts in each segment, and the next number of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import approver_required, current_user
from core.dates import now
from core.errors import Refusal
from core.forms import note_refusal
from credit.forms.checklists import ChecklistForm, LineFormSet
from credit.models import Checklist
from credit.selectors import current_checklists
from credit.services import write_checklist
from credit.views.screening import day_here

GET_AND_POST = ["GET", "HEAD", "POST"]


@approver_required
@require_safe
def checklists(request: HttpRequest) -> HttpResponse:
    """The list that counts in each segment, with those before and to come."""
    language = get_language() or "en"
    rows: list[dict[str, Any]] = [
        {
            "checklist": one,
            "lines": [(item, item.text_in(language)) for item in one.items.all()],
        }
        for one in current_checklists(day_here())
    ]
    current = {row["checklist"].pk for row in rows}
    every = Checklist.objects.select_related("created_by").order_by("segment", "-number", "pk")
    context = {"rows": rows, "others": [one for one in every if one.pk not in current]}
    return render(request, "credit/checklists.html", context)


@approver_required
@require_safe
def checklist(request: HttpRequest, pk: int) -> HttpResponse:
    """One number of a list, as it was or will be."""
    row = get_object_or_404(Checklist.objects.select_related("created_by"), pk=pk)
    language = get_language() or "en"
    lines = [(item, item.text_in(language)) for item in row.items.order_by("position")]
    return render(request, "credit/checklist.html", {"checklist": row, "lines": lines})


@approver_required
@require_http_methods(GET_AND_POST)
def checklist_new(request: HttpRequest) -> HttpResponse:
    """Write the next number of a segment's list, from the one that `after` names."""
    after = Checklist.objects.filter(pk=_key(request.GET.get("after"))).first()
    on = day_here()
    start = {"starts_on": on, "segment": after.segment if after else ""}
    form = ChecklistForm(request.POST or None, initial=start)
    lines = LineFormSet(request.POST or None, prefix="lines", initial=_lines(after))
    if request.method == "POST" and all([form.is_valid(), lines.is_valid()]):
        try:
            write_checklist(
                **form.cleaned_data,
                lines=lines.lines(),
                on=on,
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. Screenings from that day on go by this list."))
            return redirect("credit:checklists")
    url = reverse("credit:checklists")
    context = {"form": form, "lines": lines, "after": after, "cancel_url": url}
    return render(request, "credit/checklist_form.html", context)


def _key(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004  # keys


def _lines(after: Checklist | None) -> list[dict[str, Any]]:
    if after is None:
        return []
    return [
        {
            "kind": one.kind,
            "text": one.text,
            "text_zh": one.text_zh,
            "is_required": one.is_required,
            "place": one.position,
        }
        for one in after.items.order_by("position")
    ]
