"""Aging by client: a page, and the same table as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.models import Client
from core.access import current_user, staff_required
from core.exports import Cell, csv_response, xlsx_response
from core.models import User
from core.money import format_amount
from core.templatetags.dunwell import AGING_LABELS
from payments.forms.filters import FigureQuery, figure_form
from payments.rules.aging import BUCKETS
from payments.selectors.as_of import Aging, ClientAging, aging_by_client, aging_page
from payments.views.figures import read_figure_query

PAGE_SIZE = 100
MAX_PAGES = 100_000
FORMATS = ("csv", "xlsx")


@staff_required
@require_safe
def aging(request: HttpRequest) -> HttpResponseBase:
    """Every client's buckets at the end of a day; `?format=csv` or `xlsx` for the whole table."""
    user = current_user(request)
    query = read_figure_query(request.GET)
    if query is None:
        return render(request, "workspace/overdue_empty.html")
    if request.GET.get("format") in FORMATS:
        return _export(query, user, request.GET["format"])
    return _page(request, query, user)


def _page(request: HttpRequest, query: FigureQuery, user: User) -> HttpResponse:
    number = request.GET.get("page", "")
    asked = min(int(number), MAX_PAGES) if number.isdecimal() and int(number) else 1
    found = aging_page(
        creditor=query.creditor,
        currency=query.currency,
        on=query.on,
        user=user,
        limit=PAGE_SIZE,
        offset=(asked - 1) * PAGE_SIZE,
    )
    if asked > 1 and not found.rows:
        raise Http404
    clients = Client.objects.visible_to(user).in_bulk([row.client_id for row in found.rows])
    context = {
        "query": query,
        "form": figure_form(query),
        "page": Paginator(range(found.count), PAGE_SIZE).get_page(asked),
        "rows": [_row(query, row, clients[row.client_id]) for row in found.rows],
        "total": _totals(query, found.total),
        "labels": AGING_LABELS,
    }
    return render(request, "workspace/aging.html", context)


def _row(query: FigureQuery, row: ClientAging, client: Client) -> dict[str, Any]:
    language = get_language() or "en"
    invoices = reverse("payments:invoices")

    def rows(show: str) -> str:
        return f"{invoices}?{query.address(show=show, client=client.pk)}"

    return {
        "client": client,
        "url": reverse("clients:client", args=[client.pk]),
        "rows_url": rows("open"),
        "receivables": format_amount(row.aging.receivables, query.currency, language),
        "overdue": format_amount(row.aging.overdue, query.currency, language),
        "overdue_url": rows("overdue") if row.aging.overdue else "",
        "cells": [
            (format_amount(part, query.currency, language), rows(one.code)) if part else ("–", "")
            for part, one in zip(row.aging.buckets, BUCKETS, strict=True)
        ],
    }


def _totals(query: FigureQuery, total: Aging) -> dict[str, Any]:
    language, currency = get_language() or "en", query.currency
    invoices = reverse("payments:invoices")
    return {
        "receivables": format_amount(total.receivables, currency, language),
        "receivables_url": f"{invoices}?{query.address(show='open')}",
        "overdue": format_amount(total.overdue, currency, language),
        "overdue_url": f"{invoices}?{query.address(show='overdue')}",
        "cells": [
            (format_amount(part, currency, language), f"{invoices}?{query.address(show=one.code)}")
            for part, one in zip(total.buckets, BUCKETS, strict=True)
        ],
    }


def _export(query: FigureQuery, user: User, wanted: str) -> HttpResponseBase:
    name = f"aging-{query.creditor.code}-{query.currency}-{query.on.isoformat()}.{wanted}"
    headings = [
        _("Client code"),
        _("Legal name"),
        _("Currency"),
        *AGING_LABELS,
        _("Receivables"),
        pgettext("figure", "Overdue"),
        _("Open invoices"),
        _("Oldest due date"),
    ]
    rows = aging_by_client(creditor=query.creditor, currency=query.currency, on=query.on, user=user)
    lines = _export_lines(query, rows, user)
    if wanted == "csv":
        return csv_response(name=name, headings=headings, rows=lines)
    return xlsx_response(name=name, title=_("Aging"), headings=headings, rows=lines)


def _export_lines(
    query: FigureQuery, rows: Iterable[ClientAging], user: User
) -> Iterator[tuple[Cell, ...]]:
    clients = Client.objects.visible_to(user).order_by()
    names = {pk: (code, name) for pk, code, name in clients.values_list("pk", "code", "legal_name")}
    for row in rows:
        code, name = names[row.client_id]
        overdue = row.aging.overdue
        yield (
            code,
            name,
            query.currency,
            *row.aging.buckets,
            row.aging.current + overdue,
            overdue,
            row.invoices,
            row.oldest_due_on,
        )
