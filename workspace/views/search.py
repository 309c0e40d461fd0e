"""Search from the top of every page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from clients.selectors import our_zone
from core.access import current_user, staff_required
from core.dates import today
from core.forms import typed_text
from payments.views.invoices import invoice_rows
from workspace.selectors.search import search_everywhere


@staff_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """All matches; an exact and only match opens at once."""
    text = typed_text(request.GET.get("q"))
    found = search_everywhere(text=text, user=current_user(request))
    if found.count == 1:
        if found.clients:
            return redirect("clients:client", found.clients[0].pk)
        if found.invoices:
            return redirect("payments:invoice", found.invoices[0].pk)
        return redirect("contracts:contract", found.contracts[0].pk)
    on = today(our_zone())
    context = {"q": text, "found": found, "invoices": invoice_rows(found.invoices, on=on)}
    return render(request, "workspace/search.html", context)
