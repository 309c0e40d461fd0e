"""File a credit report, correct or withdraw one, and look a client up in a register."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.models import Client
from clients.selectors import default_creditor
from core.access import current_user, money_required, staff_required
from core.dates import now
from core.errors import Refusal
from core.forms import note_refusal
from credit.forms.reports import (
    FACTS_SHOWN,
    FIGURES_SHOWN,
    LookUpForm,
    ReportEntry,
    WithdrawReportForm,
    initial_of,
)
from credit.models import CreditReport, ReportProvider
from credit.services import correct_report, file_report, start_look_up, withdraw_report
from credit.services.companies_house import CODE
from credit.services.look_ups import unfit_for_look_up
from credit.services.providers import has_key
from credit.states import ENTERED_FIGURES
from credit.views.reports import (
    day_of_reports,
    may_correct,
    may_withdraw,
    own_client,
    own_report,
)

GET_AND_POST: Final = ["GET", "HEAD", "POST"]


@staff_required
@require_http_methods(GET_AND_POST)
def report_new(request: HttpRequest, pk: int) -> HttpResponse:
    """File what a provider says of a client."""
    client = own_client(request, pk)
    entry = ReportEntry(
        request.POST or None, request.FILES or None, initial=_initial(request, client)
    )
    if request.method == "POST" and entry.is_valid():
        try:
            made = file_report(
                client=client,
                provider=entry.form.cleaned_data["provider"],
                content=entry.content(),
                uploads=entry.uploads(),
                key=entry.form.cleaned_data["key"],
                on=day_of_reports(),
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(entry.form, refusal)
        else:
            messages.success(request, _("The report is filed."))
            return redirect("credit:report", made.pk)
    context = {"client": client, "cancel_url": reverse("credit:client_reports", args=[client.pk])}
    return render(request, "credit/report_new.html", context | _parts(entry))


def _initial(request: HttpRequest, client: Client) -> dict[str, Any]:
    creditor = default_creditor()
    asked = ReportProvider.objects.filter(code=request.GET.get("provider", "")[:40]).first()
    return {
        "report_on": day_of_reports(),
        "currency": creditor.currency if creditor else "CNY",
        "subject_name": client.legal_name,
        "provider": asked.pk if asked else None,
    }


def _parts(entry: ReportEntry) -> dict[str, Any]:
    """The rows in sight and those behind a line; a row with something in it is in sight."""
    figures, facts = list(entry.figures.forms), list(entry.facts.forms)
    shown = max(FIGURES_SHOWN, _last_used(figures))
    shown_facts = max(FACTS_SHOWN, _last_used(facts))
    return {
        "form": entry.form,
        "figures": entry.figures,
        "facts": entry.facts,
        "figure_rows": (figures[:shown], figures[shown:]),
        "fact_rows": (facts[:shown_facts], facts[shown_facts:]),
    }


def _last_used(rows: list[Any]) -> int:
    used = [n for n, row in enumerate(rows, 1) if row.initial or row.errors or row.has_changed()]
    return max(used, default=0)


@staff_required
@require_http_methods(GET_AND_POST)
def report_correct(request: HttpRequest, pk: int) -> HttpResponse:
    """File what a report should have said; the old one stays on file."""
    row, user = own_report(request, pk), current_user(request)
    if not may_correct(row, user):
        raise Http404
    entry = ReportEntry(
        request.POST or None,
        request.FILES or None,
        initial=initial_of(row),
        figures=_figures_of(row),
        facts=_facts_of(row),
        is_correction=True,
    )
    if request.method == "POST" and entry.is_valid():
        try:
            made = correct_report(
                report=row,
                content=entry.content(),
                correction=entry.form.cleaned_data["correction"],
                uploads=entry.uploads(),
                key=entry.form.cleaned_data["key"],
                on=day_of_reports(),
                actor=user,
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(entry.form, refusal)
        else:
            messages.success(request, _("The corrected report is filed; the old one stays."))
            return redirect("credit:report", made.pk)
    back = reverse("credit:report", args=[row.pk])
    context = {"report": row, "client": row.client, "cancel_url": back}
    return render(request, "credit/report_correct.html", context | _parts(entry))


def _figures_of(row: CreditReport) -> list[dict[str, Any]]:
    known = row.figures.filter(name__in=ENTERED_FIGURES).order_by("position")
    return [dict(one) for one in known.values("name", "number", "year", "label", "unit")]


def _facts_of(row: CreditReport) -> list[dict[str, Any]]:
    known = row.facts.order_by("position")
    return [dict(one) for one in known.values("kind", "dated_on", "text")]


@money_required
@require_http_methods(GET_AND_POST)
def report_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a report should not have been filed."""
    row, user = own_report(request, pk), current_user(request)
    if not may_withdraw(row, user):
        raise Http404
    form = WithdrawReportForm(request.POST or None)
    back = reverse("credit:report", args=[row.pk])
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_report(
                report=row,
                reason=form.cleaned_data["reason"],
                on=day_of_reports(),
                actor=user,
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("The report is withdrawn. It stays on file."))
            return redirect(back)
    context = {"form": form, "report": row, "cancel_url": back, "tone": "danger"}
    return render(request, "credit/report_withdraw.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def look_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask Companies House about a client: the work is a job, this page only promises it."""
    client, user = own_client(request, pk), current_user(request)
    form = LookUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            job = start_look_up(client=client, **form.cleaned_data, actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            return redirect("core:job", job.pk)
    context = {
        "client": client,
        "form": form,
        "has_key": has_key(CODE),
        "unfit": unfit_for_look_up(client),
        "cancel_url": reverse("credit:client_reports", args=[client.pk]),
    }
    return render(request, "credit/look_up.html", context)
