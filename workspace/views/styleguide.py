"""The styleguide: every component and every badge on one page, for those who build pages."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core.access import staff_required
from core.templatetags.dunwell import AGING_LABELS
from core.ui import Tone, all_badges

BUCKETS = [Decimal(part) for part in (182000, 64000, 31500, 12000, 22500, 8000, 4000)]
DAY = dt.date(2026, 11, 3)
MOMENT = dt.datetime(2026, 11, 3, 6, 5, tzinfo=dt.UTC)
DOCUMENT = SimpleNamespace(
    mime="application/pdf",
    original_name="demand-letter-0042.pdf",
    size=48213,
    created_at=MOMENT,
    sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
)


class SampleForm(forms.Form):
    """A field of each kind, one of them wrong."""

    name = forms.CharField(label=gettext_lazy("Text"))
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"), help_text=gettext_lazy("A hint stands beneath the field.")
    )
    due_on = forms.DateField(
        label=gettext_lazy("Date"), widget=forms.DateInput(attrs={"type": "date"})
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Choice"), choices=[("CNY", "CNY"), ("EUR", "EUR")]
    )
    note = forms.CharField(
        label=gettext_lazy("Long text"), widget=forms.Textarea(attrs={"rows": 3})
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("One of a few"),
        choices=[("EMAIL", gettext_lazy("E-mail")), ("LETTER", gettext_lazy("Letter"))],
        widget=forms.RadioSelect,
    )
    confirmed = forms.BooleanField(label=gettext_lazy("One checkbox"), required=False)


class SampleFilter(forms.Form):
    """A filter bar."""

    q = forms.CharField(label=gettext_lazy("Name or number"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("All")), ("OPEN", gettext_lazy("Open"))],
    )


@staff_required
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Each component as pages use it, and each state's badge."""
    context: dict[str, Any] = {
        "title": _("Styleguide"),
        "badges": all_badges(),
        "tones": list(Tone),
        "buckets": BUCKETS,
        "receivables": sum(BUCKETS),
        "overdue": sum(BUCKETS[1:]),
        "bucket_labels": list(enumerate(AGING_LABELS)),
        "form": SampleForm({"name": "Acme", "amount": "twelve", "due_on": DAY, "channel": "EMAIL"}),
        "filter_form": SampleFilter(),
        "page": Paginator(range(483), 25).get_page(3),
        "document": DOCUMENT,
        "day": DAY,
        "moment": MOMENT,
        "sort": "-due_on",
        **_charts(),
        **_lists(),
        **_jobs(),
    }
    return render(request, "workspace/styleguide.html", context)


def _charts() -> dict[str, Any]:
    months = [dt.date(2026, month, 1) for month in range(1, 11)]
    overdue = [Decimal(50000 + 9000 * (index % 4)) for index in range(10)]
    trend = {
        "kind": "line",
        "axis": _("Month"),
        "categories": months,
        "days": "month",
        "currency": "CNY",
        "series": [
            {"name": _("Overdue"), "values": overdue, "tone": "bucket-4"},
            {"name": _("Receivables"), "values": [x * 3 for x in overdue], "tone": "series-1"},
        ],
    }
    aging = {
        "kind": "bar",
        "axis": _("Days past due"),
        "categories": AGING_LABELS,
        "currency": "CNY",
        "series": [
            {
                "name": _("Open"),
                "values": BUCKETS,
                "tones": [f"bucket-{index}" for index in range(7)],
                "urls": [f"?bucket={index}" for index in range(7)],
            }
        ],
    }
    return {"trend": trend, "aging": aging}


def _lists() -> dict[str, Any]:
    return {
        "facts": [(_("Client code"), "0187-ERLSR"), (_("Grade"), "C"), (_("Limit"), None)],
        "tabs": [
            {"label": _("At risk"), "url": "#", "is_active": True, "count": 12},
            {"label": _("Low-hanging"), "url": "#", "is_active": False, "count": 1204},
            {"label": _("On hold"), "url": "#", "is_active": False, "count": 0},
        ],
        "entries": [
            {
                "icon": "phone",
                "tone": "good",
                "title": _("Call"),
                "at": MOMENT,
                "who": "Wang Fang",
                "body": _("Promised 20,000 by Friday.\nAsked for the delivery note again."),
            },
            {"icon": "mail", "tone": "info", "title": _("Reminder, level 1"), "on": DAY},
        ],
    }


def _jobs() -> dict[str, Any]:
    running = SimpleNamespace(
        pk=1,
        state="RUNNING",
        title=_("Import of ledger.csv"),
        message=_("Row 1,260 of 2,466"),
        done=1260,
        total=2466,
        percent=51,
        is_finished=False,
    )
    failed = SimpleNamespace(
        pk=2,
        state="FAILED",
        title=_("Import of ledger.csv"),
        message="",
        done=0,
        total=0,
        percent=None,
        is_finished=True,
        error=_("Row 17, column DueDate: 31.02.2026 is not a date."),
    )
    return {"running_job": running, "failed_job": failed}
