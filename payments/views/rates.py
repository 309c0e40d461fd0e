"""Reference rates and interest rules, with their source and who verified them."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from core.access import current_user, staff_required
from core.states import Role
from payments.models import InterestPreset, ReferenceRate
from payments.selectors.interest_words import format_rate, series_name


@staff_required
@require_safe
def rates(request: HttpRequest) -> HttpResponse:
    """What interest is calculated with; an administrator changes it in the back room."""
    language = get_language() or "en"
    rows = ReferenceRate.objects.order_by("series", "-effective_on")
    series = [
        {
            "name": series_name(code),
            "points": [{"row": row, "percent": f"{format_rate(row.percent)}%"} for row in points],
        }
        for code, points in groupby(rows, key=lambda row: row.series)
    ]
    presets = [
        {"row": row, "name": row.name_in(language)}
        for row in InterestPreset.objects.order_by("code", "-effective_on")
    ]
    is_admin = current_user(request).role == Role.ADMIN
    context = {"series": series, "presets": presets, "is_admin": is_admin}
    return render(request, "payments/rates.html", context)
