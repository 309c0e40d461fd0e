"""Credit reports: over all clients, of one client, and one with what changed in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.models import Client
from clients.selectors import our_zone
from core.access import MONEY, current_user, staff_required
from core.dates import today
from core.display import format_day
from core.documents import document_response
from core.models import User
from core.money import format_money
from core.paging import stretch
from credit.forms.reports import ReportFilterForm
from credit.models import CreditReport, CreditReportFact, CreditReportPaper, ReportProvider
from credit.models.reports import CreditReportQuerySet
from credit.rules.reports import Change, FactKey, changes, fact_key, told_apart
from credit.selectors.report_words import (
    fact_words,
    figure_name,
    figure_value,
    plain_number,
    sign_words,
)
from credit.selectors.reports import before, figures_of, history, reports_of, signs_of
from credit.services.look_ups import unfit_for_look_up
from credit.states import CreditReportState, PaperKind

S = CreditReportState


def day_of_reports() -> dt.date:
    """Today, where the creditor is."""
    return today(our_zone())


def own_client(request: HttpRequest, pk: int) -> Client:
    """The client, for those who see it."""
    found = Client.objects.visible_to(current_user(request)).select_related("owner")
    return get_object_or_404(found, pk=pk)


def own_report(request: HttpRequest, pk: int) -> CreditReport:
    """The report, for those who see its client, with what its state needs."""
    found = CreditReport.objects.visible_to(current_user(request)).with_state()
    related = found.select_related(
        "client", "provider", "filed_by", "replaces", "replaced_by", "withdrawal__actor"
    )
    return get_object_or_404(related, pk=pk)


def may_correct(report: CreditReport, user: User) -> bool:
    """Finance and managers correct what was entered; sales what they entered themselves."""
    is_standing = report.state_on(report.filed_on) not in {S.CORRECTED, S.WITHDRAWN}
    is_theirs = user.role in MONEY or report.filed_by_id == user.pk
    return is_standing and is_theirs and not report.is_looked_up


def may_withdraw(report: CreditReport, user: User) -> bool:
    """Finance and managers: a bad report is not to vanish by whom it hinders."""
    is_standing = report.state_on(report.filed_on) not in {S.CORRECTED, S.WITHDRAWN}
    return is_standing and user.role in MONEY


@staff_required
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Reports by the day they run out, the first to do so on top."""
    on = day_of_reports()
    form = ReportFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = _filtered(CreditReport.objects.visible_to(current_user(request)), chosen, on)
    rows = stretch(
        found.with_state().select_related("client", "provider"),
        order=("valid_until", "pk"),
        after=request.GET.get("after", ""),
    )
    context = {
        "rows": [report_row(one, on) for one in rows.rows],
        "cursor": rows.cursor,
        "form": form,
    }
    return render(request, "credit/reports.html", context)


def _filtered(
    found: CreditReportQuerySet, chosen: Mapping[str, Any], on: dt.date
) -> CreditReportQuerySet:
    state = chosen.get("state", "")
    if not state:
        found = found.newest()
    elif state != "all":
        found = found.in_state(state, on=on)
    for name in ("provider", "client"):
        if chosen.get(name):
            found = found.filter(**{name: chosen[name]})
    return found.filter(fact_count__gt=0) if chosen.get("adverse") else found


def report_row(row: CreditReport, on: dt.date) -> dict[str, Any]:
    """A report as a list shows it; client and provider are there."""
    language = get_language() or "en"
    limit = row.recommended_limit
    return {
        "row": row,
        "state": row.state_on(on),
        "url": reverse("credit:report", args=[row.pk]),
        "client_url": reverse("clients:client", args=[row.client_id]),
        "report_on": format_day(row.report_on, language),
        "valid_until": format_day(row.valid_until, language),
        "is_late": row.state_on(on) == S.EXPIRED,
        "score": score_words(row),
        "limit": "" if limit is None else format_money(limit, row.currency, language),
        "is_bad": bool(signs_of(row)),
    }


def score_words(row: CreditReport) -> str:
    """The score with the best of its scale, and the rating in words."""
    parts = []
    if row.score is not None and row.score_best is not None and row.score_worst is not None:
        words = _("%(score)s (%(worst)s worst, %(best)s best)")
        parts.append(
            words
            % {
                "score": plain_number(row.score),
                "worst": plain_number(row.score_worst),
                "best": plain_number(row.score_best),
            }
        )
    return " · ".join(filter(None, [*parts, row.rating]))


@staff_required
@require_safe
def client_reports(request: HttpRequest, pk: int) -> HttpResponse:
    """Every report on a client, the newest first, and how scores and limits went."""
    client, on = own_client(request, pk), day_of_reports()
    context = {
        "client": client,
        "rows": [report_row(one, on) for one in reports_of(client)[:200]],
        "charts": [
            chart
            for provider, found in history(client).items()
            for chart in _charts(provider, found)
        ],
        "may_look_up": not unfit_for_look_up(client),
    }
    return render(request, "credit/client_reports.html", context)


def _charts(provider: ReportProvider, found: list[CreditReport]) -> list[dict[str, Any]]:
    """How a provider's score went, and its limit: each scale and each currency by itself."""
    scales: dict[tuple[Any, Any], list[CreditReport]] = {}
    currencies: dict[str, list[CreditReport]] = {}
    for one in found:
        if one.score is not None:
            scales.setdefault((one.score_worst, one.score_best), []).append(one)
        if one.recommended_limit is not None:
            currencies.setdefault(one.currency, []).append(one)
    name = {"provider": str(provider)}
    charts = [
        _chart(_("Score of %(provider)s") % name, rows, "score", "")
        for rows in scales.values()
        if len(rows) > 1
    ]
    return charts + [
        _chart(_("Limit recommended by %(provider)s") % name, rows, "recommended_limit", currency)
        for currency, rows in currencies.items()
        if len(rows) > 1
    ]


def _chart(title: str, rows: list[CreditReport], field: str, currency: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        "kind": "line",
        "axis": _("Date of the report"),
        "categories": [one.report_on for one in rows],
        "series": [
            {
                "name": _("Score") if field == "score" else _("Recommended limit"),
                "values": [getattr(one, field) for one in rows],
                "urls": [reverse("credit:report", args=[one.pk]) for one in rows],
            }
        ],
    }
    data |= {"currency": currency} if currency else {"unit": ""}
    return {"id": f"{field}-{rows[0].pk}", "title": title, "data": data}


@staff_required
@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: what it says, and what is other than in the one before."""
    row, user, on = own_report(request, pk), current_user(request), day_of_reports()
    earlier = before(row)
    context = {
        "report": row,
        "state": row.state_on(on),
        "days_left": (row.valid_until - on).days,
        "conclusion": _conclusion(row, earlier),
        "signs": [sign_words(sign) for sign in signs_of(row)],
        "figures": _figure_rows(row, earlier),
        "earlier": earlier,
        "papers": [_paper(one) for one in row.papers.select_related("document")],
        "may_correct": may_correct(row, user),
        "may_withdraw": may_withdraw(row, user),
        "may_look_up": row.is_looked_up,
        **_fact_rows(row, earlier),
    }
    return render(request, "credit/report.html", context)


def _conclusion(row: CreditReport, earlier: CreditReport | None) -> list[dict[str, Any]]:
    """Score, rating, limit and probability, each beside the one before."""
    language = get_language() or "en"

    def said(one: CreditReport) -> dict[str, str]:
        limit, chance = one.recommended_limit, one.default_probability
        return {
            _("Score"): score_words(one),
            _("Recommended limit"): ""
            if limit is None
            else format_money(limit, one.currency, language),
            _("Probability of default"): "" if chance is None else f"{plain_number(chance)}%",
        }

    old = said(earlier) if earlier else {}
    return [
        {"label": label, "value": value, "before": old.get(label, ""), "is_other": False}
        | ({"is_other": old[label] != value} if old.get(label) else {})
        for label, value in said(row).items()
        if value or old.get(label)
    ]


def _figure_rows(row: CreditReport, earlier: CreditReport | None) -> list[dict[str, Any]]:
    found = changes(figures_of(row), figures_of(earlier) if earlier else [])
    return [_figure_row(one) for one in found]


def _figure_row(one: Change) -> dict[str, Any]:
    by = ""
    if one.by:
        sign = "+" if one.by > 0 else "−"
        by = sign + figure_value(one.figure, abs(one.by))
        if one.percent is not None:
            by += f" ({sign}{plain_number(round(abs(one.percent), 1))}%)"
    return {
        "name": figure_name(one.figure),
        "value": figure_value(one.figure),
        "is_number": one.figure.number is not None,
        "before": figure_value(one.before) if one.before else "",
        "before_year": one.before.year if one.before else None,
        "by": by,
        "is_other": one.is_other,
    }


def _fact_rows(row: CreditReport, earlier: CreditReport | None) -> dict[str, Any]:
    """Facts of a report with what is new, and those of the one before that are not said now."""
    facts = list(row.facts.order_by("position"))
    old = list(earlier.facts.order_by("position")) if earlier else []
    new, gone = told_apart([_key(one) for one in facts], [_key(one) for one in old])
    return {
        "facts": [_fact(one, is_new=bool(earlier) and _key(one) in new) for one in facts],
        "gone": [_fact(one, is_new=False) for one in old if _key(one) in gone],
    }


def _key(one: CreditReportFact) -> FactKey:
    says = one.text or " ".join(f"{name}={one.details[name]}" for name in sorted(one.details))
    return fact_key(one.kind, one.dated_on, says)


def _fact(one: CreditReportFact, *, is_new: bool) -> dict[str, Any]:
    words = fact_words(one.kind, one.text, one.details)
    return {"fact": one, "words": words, "is_new": is_new}


def _paper(one: CreditReportPaper) -> dict[str, Any]:
    label = one.source if one.kind == PaperKind.ANSWER else one.document.original_name
    return {"paper": one, "label": label, "url": reverse("credit:report_paper", args=[one.pk])}


@staff_required
@require_safe
def report_paper(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of a report; who does not see the client gets 404."""
    mine = CreditReport.objects.visible_to(current_user(request))
    found = CreditReportPaper.objects.filter(report__in=mine).select_related("document")
    return document_response(get_object_or_404(found, pk=pk).document)
