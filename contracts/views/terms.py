"""Prepayment terms: by grade, demanded for one contract, and where a worse grade has an effect."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.forms.schedule import DemandForm
from contracts.models import GradeTerms
from contracts.selectors.terms import effects, terms_context, worsened_contracts
from contracts.services.prepayment import demand_prepayment
from contracts.states import PrepaymentKind
from contracts.views.schedule import GET_AND_POST, own_contract
from core.access import approver_required, current_user, staff_required
from core.dates import now
from core.errors import Refusal
from core.forms import note_refusal

PER_PAGE = 50


@approver_required
@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """What clients of each grade get."""
    rows = [(row, row.prepayment_ratio * 100) for row in GradeTerms.objects.order_by("grade")]
    return render(request, "contracts/terms.html", {"rows": rows})


@approver_required
@require_http_methods(GET_AND_POST)
def demand(request: HttpRequest, pk: int) -> HttpResponse:
    """A manager asks for more before the work of one contract, with a reason."""
    row = own_contract(request, pk)
    ratio = row.demanded_ratio
    initial = {
        "ratio": f"{(ratio * 100).normalize():f}" if ratio is not None else "",
        "kind": row.prepayment_kind,
        "reason": row.demanded_reason,
    }
    form = DemandForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data
        try:
            demand_prepayment(
                contract=row,
                ratio=read["ratio"],
                kind=PrepaymentKind(read["kind"]),
                reason=read["reason"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Kept. It counts when the contract goes out."))
            return redirect("contracts:contract", pk)
    context: dict[str, Any] = {
        **terms_context(row),
        "form": form,
        "cancel_url": reverse("contracts:contract", args=[pk]),
    }
    return render(request, "contracts/terms_demand.html", context)


@staff_required
@require_safe
def worse(request: HttpRequest) -> HttpResponse:
    """Contracts in force that ask for less than the client's grade would today."""
    found = worsened_contracts(user=current_user(request))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = effects(page)
    shown = [(one, one.frozen * 100, one.now * 100) for one in rows]
    options = rows[0].options if rows else []
    return render(
        request, "contracts/terms_worse.html", {"page": page, "rows": shown, "options": options}
    )
