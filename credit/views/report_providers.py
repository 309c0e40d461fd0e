"""Providers of credit reports, and for how long their reports count."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import approver_required, current_user, staff_required
from core.dates import now
from core.errors import Refusal
from core.forms import note_refusal
from credit.forms.reports import ProviderForm, ValidityForm
from credit.models import ReportProvider
from credit.rules.reports import days_of_validity
from credit.selectors.report_words import plain_number
from credit.selectors.reports import providers_with_counts
from credit.services import add_provider, set_validity
from credit.services.providers import can_be_asked, has_key
from credit.views.reports import day_of_reports

GET_AND_POST: Final = ["GET", "HEAD", "POST"]


@staff_required
@require_safe
def providers(request: HttpRequest) -> HttpResponse:
    """Who gives reports, on which scale, and how long they count."""
    on = day_of_reports()
    context = {
        "rows": [_row(one, on) for one in providers_with_counts()],
        "may_change": current_user(request).may_approve,
    }
    return render(request, "credit/report_providers.html", context)


def _row(one: ReportProvider, on: Any) -> dict[str, Any]:
    known = sorted(one.validity.all(), key=lambda row: (row.from_on, row.pk))
    scale = ""
    if one.score_worst is not None and one.score_best is not None:
        scale = f"{plain_number(one.score_worst)} – {plain_number(one.score_best)}"
    return {
        "provider": one,
        "days": days_of_validity([(row.from_on, row.days) for row in known], on),
        "history": known[::-1],
        "scale": scale,
        "can_be_asked": can_be_asked(one.code),
        "has_key": has_key(one.code),
        "count": one.report_count,  # type: ignore[attr-defined]  # annotated
    }


@approver_required
@require_http_methods(GET_AND_POST)
def provider_validity(request: HttpRequest, pk: int) -> HttpResponse:
    """For how long a provider's reports count, from a day on."""
    provider = get_object_or_404(ReportProvider, pk=pk)
    form = ValidityForm(request.POST or None, initial={"from_on": day_of_reports()})
    if request.method == "POST" and form.is_valid():
        try:
            set_validity(
                provider=provider, **form.cleaned_data, actor=current_user(request), at=now()
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("credit:report_providers")
    context = {"form": form, "provider": provider, "cancel_url": reverse("credit:report_providers")}
    return render(request, "credit/provider_validity.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def provider_new(request: HttpRequest) -> HttpResponse:
    """Take on another provider."""
    form = ProviderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            add_provider(**form.cleaned_data, actor=current_user(request), at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("credit:report_providers")
    context = {"form": form, "cancel_url": reverse("credit:report_providers")}
    return render(request, "credit/provider_new.html", context)
