"""Scores: the credit file of a client, a snapshot, the look back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client
from core.access import current_user, money_required, staff_required
from core.dates import now
from core.exports import csv_response
from core.jobs import start_job
from credit.models import Calibration, ScoreSnapshot
from credit.selectors.columns import our_day
from credit.selectors.events import credit_events
from credit.selectors.explain import advice, evidence_missing, factor_lines, strongest_reasons
from credit.selectors.file import FileFact, file_facts
from credit.services.calibration import CALIBRATE, portfolio_of
from credit.services.scores import behaviour_weights

GET_AND_POST = ["GET", "HEAD", "POST"]
#: So many facts and so many scores are shown; the export has all.
SHOWN: Final = 60
_EXPORTED: Final = 10_000


@staff_required
@require_safe
def credit_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Everything that moved a client's score, with its proof."""
    client = get_object_or_404(Client.objects.visible_to(current_user(request)), pk=pk)
    if request.GET.get("as") == "csv":
        return _export(client)
    found = _scores(client, SHOWN + 1)
    on = our_day(now())
    context: dict[str, Any] = {
        "client": client,
        "on": on,
        "facts": file_facts(client, on=on, limit=SHOWN),
        "snapshots": found[:SHOWN],
    }
    if found:
        context |= _explained(found[0], found[1] if len(found) > 1 else None)
        context["is_current"] = True
        shown = found[:SHOWN]
        events = credit_events(client, since=shown[-1].on, limit=SHOWN)
        context["trend"] = _trend(shown, events)
    return render(request, "credit/file.html", context)


@staff_required
@require_safe
def snapshot(request: HttpRequest, pk: int) -> HttpResponse:
    """A score as it was on its day."""
    rows = ScoreSnapshot.objects.visible_to(current_user(request))
    row = get_object_or_404(rows.select_related("client", "calibration"), pk=pk)
    earlier = row.client.scores.filter(pk__lt=row.pk).order_by("-on", "-pk").first()
    return render(
        request, "credit/snapshot.html", {"client": row.client, **_explained(row, earlier)}
    )


def _explained(row: ScoreSnapshot, before: ScoreSnapshot | None) -> dict[str, Any]:
    return {
        "score": row,
        "before": before,
        "lines": factor_lines(row, before),
        "reasons": strongest_reasons(row, get_language() or "en"),
        "advice": advice(row, portfolio_of(row.calibration), behaviour_weights()),
        "missing": evidence_missing(row),
        "chances": [
            (_("late at all"), Decimal(str(round(100 * row.late_0, 1)))),
            (_("over 7 days late"), Decimal(str(round(100 * row.late_7, 1)))),
            (_("over 30 days late"), Decimal(str(round(100 * row.late_30, 1)))),
        ],
        "moved": row.score - before.score if before else None,
        "start": round(row.start),
    }


def _scores(client: Client, count: int) -> list[ScoreSnapshot]:
    return list(client.scores.select_related("calibration").order_by("-on", "-pk")[:count])


def _trend(rows: Sequence[ScoreSnapshot], events: Sequence[FileFact]) -> dict[str, Any]:
    """The chart of the score, the oldest first: each score leads to its explanation, and what
    happened stands on its day, at the score that counted then."""
    scored = {one.on: one for one in reversed(rows)}
    happened: dict[dt.date, list[FileFact]] = {}
    for one in reversed(events):
        happened.setdefault(one.on, []).append(one)
    days = sorted({*scored, *happened})
    values: list[Decimal | None] = []
    for day in days:
        last = values[-1] if values else None
        values.append(Decimal(scored[day].score) if day in scored else last)
    return {
        "kind": "line",
        "axis": _("Day"),
        "categories": days,
        "series": [
            {
                "name": _("Score"),
                "values": values,
                "urls": [
                    reverse("credit:snapshot", args=[scored[day].pk]) if day in scored else ""
                    for day in days
                ],
            }
        ],
        "events": [happened.get(day, []) for day in days] if happened else [],
        "unit": "",
        "digits": 0,
    }


def _export(client: Client) -> HttpResponseBase:
    """Facts, what happened, and the scores themselves, the newest first."""
    headings = [_("Day"), _("Kind"), _("What"), _("Note"), _("Score"), _("Address")]
    on = our_day(now())
    fact, event = pgettext("credit file", "Fact"), pgettext("credit file", "What happened")
    rows: list[tuple[str, FileFact, int | None]] = [
        *((fact, one, None) for one in file_facts(client, on=on, limit=_EXPORTED)),
        *((event, one, None) for one in credit_events(client, since=None, limit=_EXPORTED)),
    ]
    for score in _scores(client, _EXPORTED):
        url = reverse("credit:snapshot", args=[score.pk])
        what = _("Grade %(grade)s") % {"grade": score.granted}
        rows.append((_("Score"), FileFact(score.on, "target", "", what, "", url), score.score))
    rows.sort(key=lambda row: row[1].on, reverse=True)
    lines = ((one.on, kind, one.title, one.body, score, one.url) for kind, one, score in rows)
    return csv_response(name=f"credit-file-{client.code}.csv", headings=headings, rows=lines)


@money_required
@require_http_methods(GET_AND_POST)
def backtest(request: HttpRequest) -> HttpResponse:
    """How well the score would have done on this ledger; a POST looks back anew."""
    at = now()
    if request.method == "POST":
        job = start_job(
            kind=CALIBRATE,
            title=_("Look back on the ledger"),
            args={"on": our_day(at).isoformat()},
            actor=current_user(request),
            at=at,
        )
        return redirect("core:job", pk=job.pk)
    row = Calibration.objects.select_related("created_by").first()
    horizons = row.measures.get("horizons", []) if row else []
    context = {
        "row": row,
        "horizons": [
            (one, _calibration_chart(one)) for one in horizons if one["forecast"]["count"]
        ],
        "cutoff": dt.date.fromisoformat(row.measures["cutoff"]) if horizons and row else None,
    }
    return render(request, "credit/backtest.html", context)


def _calibration_chart(one: dict[str, Any]) -> dict[str, Any]:
    steps = one["forecast"]["steps"]
    return {
        "kind": "line",
        "axis": _("Forecast"),
        "categories": [f"{100 * forecast:.0f}% ({count})" for count, forecast, _came in steps],
        "series": [
            {
                "name": _("Forecast"),
                "values": [Decimal(str(round(100 * forecast, 1))) for _n, forecast, _c in steps],
            },
            {
                "name": _("What came"),
                "values": [Decimal(str(round(100 * came, 1))) for _n, _f, came in steps],
            },
        ],
        "unit": "%",
    }
