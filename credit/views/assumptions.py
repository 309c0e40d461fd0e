"""What the net margin assumes: every row, and a new one from a day on."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import approver_required, current_user
from core.dates import now
from core.errors import Refusal
from core.forms import note_refusal
from credit.forms.freeloading import AssumptionForm
from credit.models import MarginAssumption
from credit.selectors.assumptions import assumptions_on
from credit.services.margins import set_assumption
from credit.states import Assumed, CollectionAct, WorkKind
from credit.views.freeloading import GET_AND_POST, house_day
from credit.views.margin_words import assumed_value

#: What migrations wrote, for nobody's figures in particular.
STARTING = "starting"


@approver_required
@require_safe
def assumptions(request: HttpRequest) -> HttpResponse:
    """Every assumption with its history; the row that holds today is marked."""
    on = house_day()
    holding = {one.pk for one in assumptions_on(on).rows.values()}
    rows = MarginAssumption.objects.select_related("created_by").order_by(
        "of", "currency", "-effective_on", "-pk"
    )
    ordered = sorted(rows[:2000], key=lambda one: Assumed.values.index(one.name))
    groups = [
        {
            "name": Assumed(name),
            "url": reverse("credit:assumption_new", args=[name]),
            "rows": [_row(one, is_holding=one.pk in holding) for one in own],
        }
        for name, own in groupby(ordered, key=lambda one: one.name)
    ]
    return render(request, "credit/assumptions.html", {"groups": groups})


def _row(row: MarginAssumption, *, is_holding: bool) -> dict[str, Any]:
    name = Assumed(row.name)
    address = reverse("credit:assumption_new", args=[name])
    return {
        "row": row,
        "of": " · ".join(filter(None, [_of(name, row.of), row.currency])) or _("All"),
        "value": assumed_value(name, row.value, row.currency),
        "is_holding": is_holding,
        "source": _("Starting assumption: enter a figure of your own.")
        if row.source == STARTING
        else row.source,
        "url": f"{address}?{urlencode({'of': row.of, 'currency': row.currency})}",
    }


def _of(name: Assumed, of: str) -> str:
    if name == Assumed.HOUR_COST:
        return str(WorkKind(of).label)
    if name == Assumed.MINUTES:
        return str(CollectionAct(of).label)
    return of


@approver_required
@require_http_methods(GET_AND_POST)
def assumption_new(request: HttpRequest, name: str) -> HttpResponse:
    """Enter a figure from a day on; earlier rows stay."""
    if name not in Assumed.values:
        raise Http404
    chosen, on = Assumed(name), house_day()
    of, currency = request.GET.get("of", "")[:60], request.GET.get("currency", "")[:3]
    row = assumptions_on(on).rows.get((chosen.value, of, currency))
    initial = {"of": of, "currency": currency, "effective_on": on}
    if row is not None:
        initial["value"] = row.value.normalize() if row.value % 1 else int(row.value)
    form = AssumptionForm(request.POST or None, name=chosen, initial=initial)
    back = reverse("credit:assumptions")
    if request.method == "POST" and form.is_valid():
        try:
            set_assumption(name=chosen, **form.given(), actor=current_user(request), at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. Lists follow within hours, a client's page now."))
            return redirect(back)
    context = {"form": form, "name": chosen, "cancel_url": back}
    return render(request, "credit/assumption_new.html", context)
