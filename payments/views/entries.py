"""The rows behind sales, collections and unapplied credit."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.access import current_user, staff_required
from core.display import format_day
from core.money import format_amount, format_money
from core.paging import PAGE_SIZE
from payments.forms.filters import FigureQuery, figure_form
from payments.selectors.entries import Entry, EntryKind
from payments.selectors.entries import entries as entries_of
from payments.selectors.flows import period_of
from payments.views.figures import read_figure_query


@staff_required
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """Signed rows whose sum is the figure on the dashboard."""
    query = read_figure_query(request.GET)
    asked = request.GET.get("kind", "")
    if query is None or asked not in set(EntryKind):
        raise Http404
    kind, number = EntryKind(asked), request.GET.get("page", "")
    first, last = period_of(query.on)
    found = entries_of(
        kind=kind,
        creditor=query.creditor,
        currency=query.currency,
        first=first,
        last=last,
        user=current_user(request),
        limit=PAGE_SIZE,
        offset=PAGE_SIZE * (min(max(int(number), 1), 100_000) - 1) if number.isdecimal() else 0,
    )
    language = get_language() or "en"
    context = {
        "query": query,
        "form": figure_form(query),
        "kind": kind.value,
        "tabs": _tabs(query, kind),
        "first": first,
        "rows": [_row(one, query.currency, language) for one in found.rows],
        "page": Paginator(range(found.count), PAGE_SIZE).get_page(number),
        "total": format_money(found.total, query.currency, language),
    }
    return render(request, "payments/entries.html", context)


def _tabs(query: FigureQuery, kind: EntryKind) -> list[dict[str, Any]]:
    labels = {
        EntryKind.SALES: _("Credit sales"),
        EntryKind.COLLECTED: pgettext("money", "Collected"),
        EntryKind.CREDIT: _("Unapplied credit"),
    }
    return [
        {"label": label, "url": "?" + query.address(kind=one.value), "is_active": one == kind}
        for one, label in labels.items()
    ]


_ROUTES = {
    "invoice": "payments:invoice",
    "credit_note": "payments:credit_note",
    "receipt": "payments:receipt",
    "refund": "payments:receipt",
}


def _row(entry: Entry, currency: str, language: str) -> dict[str, Any]:
    words = {
        "invoice": _("Invoice"),
        "credit_note": _("Credit note"),
        "receipt": _("Receipt"),
        "refund": _("Refund"),
    }
    return {
        "what": words[entry.what],
        "label": entry.label or f"#{entry.pk}",
        "url": reverse(_ROUTES[entry.what], args=[entry.pk]),
        "on": format_day(entry.on, language),
        "client": entry.client.legal_name,
        "client_url": reverse("clients:client", args=[entry.client.pk]),
        "amount": format_amount(entry.amount, currency, language),
    }
