"""The list of clients."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from clients.models import Client
from clients.selectors import default_creditor
from core.access import current_user, staff_required
from core.dates import today
from core.money import format_money
from core.paging import PAGE_SIZE
from workspace.forms.filters import ClientFilterForm
from workspace.selectors import clients as listing


@staff_required
@require_safe
def client_list(request: HttpRequest) -> HttpResponse:
    """Clients by filter, by name or by what is overdue."""
    user = current_user(request)
    creditor = default_creditor()
    on = today(creditor.time_zone if creditor else settings.TIME_ZONE)
    form = ClientFilterForm(request.GET, user=user)
    chosen = form.chosen()
    sort = request.GET.get("sort", "")
    sort = sort if sort in listing.SORTS else "name"
    found = listing.clients_to_list(user=user, chosen=chosen, on=on)
    currency = chosen.currency or (creditor.currency if creditor else "CNY")
    page, clients = _page(request, found, sort=sort, currency=currency, on=on)
    context = {
        "form": form,
        "page": page,
        "rows": _rows(clients, on),
        "sort": sort,
        "currency": currency,
        "is_filtered": bool(request.GET),
    }
    return render(request, "clients/list.html", context)


def _page(
    request: HttpRequest, found: QuerySet[Client], *, sort: str, currency: str, on: dt.date
) -> tuple[Page[Any], list[Client]]:
    number = request.GET.get("page")
    if "overdue" not in sort:
        rows = listing.in_order(found.select_related("owner"), sort)
        page = Paginator(rows, PAGE_SIZE).get_page(number)
        return page, list(page)
    count = listing.count_overdue(found, currency=currency, on=on)
    counted = Paginator(range(count), PAGE_SIZE).get_page(number)
    ids = listing.ids_by_overdue(
        found,
        currency=currency,
        on=on,
        sort=sort,
        limit=PAGE_SIZE,
        offset=(counted.number - 1) * PAGE_SIZE,
    )
    by_id = found.select_related("owner").in_bulk(ids)
    return counted, [by_id[pk] for pk in ids]


def _rows(clients: list[Client], on: dt.date) -> list[dict[str, Any]]:
    owed = listing.owed_by([client.pk for client in clients], on=on)
    language = get_language() or "en"
    return [
        {
            "client": client,
            "url": reverse("clients:client", args=[client.pk]),
            "owner": client.owner.name if client.owner else "",
            "owed": [
                {
                    "open": format_money(one.open_amount, one.currency, language),
                    "overdue": format_money(one.overdue, one.currency, language)
                    if one.overdue
                    else "",
                }
                for one in owed.get(client.pk, ())
            ],
        }
        for client in clients
    ]
