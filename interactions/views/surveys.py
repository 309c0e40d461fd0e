"""How content clients are: figures with their rows, and the wording that is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Creditor
from clients.selectors import our_zone
from core.access import approver_required, current_user, staff_required
from core.dates import add_months, month_end, month_start, now, today
from core.display import NOTHING, format_day, format_percent
from core.errors import Refusal
from core.forms import note_refusal
from core.navigation import route_or_blank
from core.paging import stretch
from interactions.forms.care import (
    AnswerFilterForm,
    SurveyFilterForm,
    SurveyGapForm,
    SurveyWordingForm,
)
from interactions.models import SurveyAnswer, SurveyPolicy, SurveyVersion
from interactions.models.surveys import GAP_DAYS
from interactions.rules.care import UNHAPPY_UP_TO, Csat, months_between
from interactions.selectors.surveys import (
    Group,
    SurveyFigures,
    answers_between,
    narrowed,
    newest_survey,
    survey_figures,
)
from interactions.services.surveys import publish_survey, set_survey_gap
from interactions.states import score_words

GET_AND_POST = ["GET", "HEAD", "POST"]
MOST_MONTHS = 60


def _period(chosen: Mapping[str, Any]) -> tuple[dt.date, dt.date]:
    """The days asked about; the last twelve months unless said otherwise, at most five years."""
    on = today(our_zone())
    until = chosen.get("until") or on
    since = chosen.get("since") or month_start(add_months(until, -11))
    return max(since, add_months(until, -MOST_MONTHS)), until


@staff_required
@require_safe
def surveys(request: HttpRequest) -> HttpResponse:
    """CSAT with its number of answers: in all, by month, by account manager, by level."""
    user = current_user(request)
    form = SurveyFilterForm(request.GET)
    since, until = _period(form.cleaned_data if form.is_valid() else {})
    figures = survey_figures(user=user, since=since, until=until)
    found = answers_between(user, since, until).exclude(comment="")
    said = found.select_related("client").order_by("-answered_on", "-pk")[:10]
    context = {
        "form": SurveyFilterForm(initial={"since": since, "until": until}),
        "since": since,
        "until": until,
        "stats": _stats(figures, since, until),
        "trend": _trend(figures, since, until),
        "owners": [_group(one, "owner", since, until) for one in figures.owners],
        "levels": [_group(one, "level", since, until) for one in figures.levels],
        "said": [answer_row(one) for one in said],
        "words_url": _rows_url(since, until, show="words"),
        "occasions_url": route_or_blank("portal:survey_occasions"),
        "may_write": user.may_approve,
    }
    return render(request, "interactions/surveys.html", context)


def _rows_url(since: dt.date, until: dt.date, **more: str) -> str:
    query = {"since": since.isoformat(), "until": until.isoformat(), **more}
    return f"{reverse('interactions:survey_answers')}?{urlencode(query)}"


def percent_of(csat: Csat) -> str:
    """The share of fours and fives; a dash where nobody answered."""
    if csat.percent is None:
        return NOTHING
    return format_percent(csat.percent, 1)


def _stats(figures: SurveyFigures, since: dt.date, until: dt.date) -> list[dict[str, Any]]:
    total = figures.total
    return [
        {
            "label": _("Content clients (CSAT)"),
            "value": percent_of(total),
            "url": _rows_url(since, until, show="satisfied"),
            "sub": _("%(satisfied)s of %(n)s answers")
            % {"satisfied": total.satisfied, "n": total.answers},
            "formula": _(
                "Answers of 4 and 5, divided by all answers of the period. Without answers "
                "there is no figure."
            ),
        },
        {
            "label": _("Answers"),
            "value": str(total.answers),
            "url": _rows_url(since, until),
            "sub": _("%(n)s asked in the same period") % {"n": figures.asked},
        },
    ]


def _trend(figures: SurveyFigures, since: dt.date, until: dt.date) -> dict[str, Any]:
    months = months_between(since, until)
    none = Csat(0, 0)
    rows = [figures.months.get(month, none) for month in months]
    urls = [_rows_url(max(month, since), min(month_end(month), until)) for month in months]
    return {
        "kind": "line",
        "axis": _("Month"),
        "categories": months,
        "days": "month",
        "unit": "%",
        "series": [
            {
                "name": _("CSAT"),
                "values": [one.percent for one in rows],
                "tone": "series-1",
                "urls": [url if one.answers else "" for url, one in zip(urls, rows, strict=True)],
            }
        ],
        "counts": [
            {
                "month": month,
                "percent": percent_of(one),
                "answers": one.answers,
                "url": url if one.answers else "",
            }
            for month, one, url in zip(months, rows, urls, strict=True)
        ],
    }


def _group(one: Group, name: str, since: dt.date, until: dt.date) -> dict[str, Any]:
    return {
        "label": one.label or (_("No level") if name == "level" else _("Nobody")),
        "percent": percent_of(one.csat),
        "answers": one.csat.answers,
        "url": _rows_url(since, until, **{name: one.key}),
        "satisfied_url": _rows_url(since, until, show="satisfied", **{name: one.key}),
    }


def answer_row(one: SurveyAnswer) -> dict[str, Any]:
    """An answer as a list shows it; `client` is there."""
    return {
        "row": one,
        "words": score_words(one.score),
        "is_unhappy": one.score <= UNHAPPY_UP_TO or one.wants_to_complain,
        "day": format_day(one.answered_on, get_language() or "en"),
        "client_url": reverse("clients:client", args=[one.client_id]),
    }


@staff_required
@require_safe
def survey_answers(request: HttpRequest) -> HttpResponse:
    """The answers behind a figure, the latest first."""
    user = current_user(request)
    form = AnswerFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    since, until = _period(chosen)
    found = narrowed(answers_between(user, since, until), chosen)
    rows = stretch(
        found.select_related("client", "owner", "level", "request__version"),
        order=("-answered_on", "-pk"),
        after=request.GET.get("after", ""),
    )
    context = {
        "rows": [answer_row(one) for one in rows.rows],
        "cursor": rows.cursor,
        "form": form,
        "since": since,
        "until": until,
    }
    return render(request, "interactions/survey_answers.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def survey_wording(request: HttpRequest) -> HttpResponse:
    """The wording that is asked, and a new one; links that are out keep theirs."""
    newest = newest_survey()
    names = ("question", "question_zh", "open_question", "open_question_zh")
    initial = {name: getattr(newest, name) for name in names} if newest else {}
    form = SurveyWordingForm(request.POST or None, initial=initial)
    back = reverse("interactions:surveys")
    if request.method == "POST" and form.is_valid():
        try:
            made = publish_survey(**form.cleaned_data, actor=current_user(request), at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(
                request, _("Version %(number)s is asked from now on.") % {"number": made.number}
            )
            return redirect(back)
    versions = SurveyVersion.objects.order_by("-number")[:50]
    context = {"form": form, "newest": newest, "versions": versions, "cancel_url": back}
    return render(request, "interactions/survey_wording.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def survey_gap(request: HttpRequest) -> HttpResponse:
    """How many days lie between two surveys of one client."""
    set_days = dict(SurveyPolicy.objects.values_list("creditor", "gap_days"))
    creditors = Creditor.objects.order_by("code")
    days = {one: set_days.get(one.pk, GAP_DAYS) for one in creditors}
    form = SurveyGapForm(request.POST or None, days=days)
    back = reverse("interactions:surveys")
    if request.method == "POST" and form.is_valid():
        for creditor, number in form.given().items():
            if number != days[creditor]:
                set_survey_gap(
                    creditor=creditor, days=number, actor=current_user(request), at=now()
                )
        messages.success(request, _("Saved."))
        return redirect(back)
    context = {"form": form, "cancel_url": back}
    return render(request, "interactions/survey_gap.html", context)
