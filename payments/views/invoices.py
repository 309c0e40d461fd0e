"""The list of invoices: browsing today's, or the rows behind a figure on any day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, pgettext
from django.views.decorators.http import require_safe

from clients.selectors import default_creditor
from core.access import current_user, staff_required
from core.dates import today
from core.display import format_day, format_number
from core.models import User
from core.money import format_amount, format_money
from core.navigation import addresses
from core.paging import PAGE_SIZE, Stretch, capped_count, stretch
from core.templatetags.dunwell import AGING_LABELS, badge_html
from payments.forms.filters import FigureQuery, InvoiceFilter
from payments.models import Invoice
from payments.rules.aging import BUCKETS
from payments.selectors.as_of import ORDERS, SPANS, OpenInvoice, open_invoices_on
from payments.selectors.invoices import SHOWN, invoices_to_browse, open_stretch
from payments.states import InvoiceState
from payments.views.figures import read_figure_query

# Few rows can be sorted by anything; many only as an index has them.
FEW_SORTS = ("due_on", "-due_on", "issued_on", "-issued_on", "open_amount", "-open_amount")
DUE_SORTS = ("due_on", "-due_on")
LATEST = "-pk"


@staff_required
@require_safe
def invoices(request: HttpRequest) -> HttpResponse:
    """Invoices by filter. With creditor and currency, the rows of a figure and their total."""
    user = current_user(request)
    form = InvoiceFilter(request.GET, user=user)
    chosen = form.chosen()
    show = chosen["show"] or "open"
    query = read_figure_query(request.GET)
    is_figure = (
        query is not None
        and show in SPANS
        and not chosen["q"]
        and bool((chosen["creditor"] and chosen["currency"]) or chosen["as_of"])
    )
    context = {"form": form, "show": show, "client": chosen["client"]}
    if is_figure and query is not None:
        context |= _figure_context(request, query, show, chosen, user)
    else:
        context |= _browse_context(request, show, chosen, user)
    return render(request, "payments/invoices.html", context)


def _figure_context(
    request: HttpRequest, query: FigureQuery, show: str, chosen: dict[str, Any], user: User
) -> dict[str, Any]:
    number = request.GET.get("page", "")
    offset = PAGE_SIZE * (max(int(number), 1) - 1) if number.isdecimal() else 0
    order = request.GET.get("sort", "")
    client = chosen["client"]
    found = open_invoices_on(
        creditor=query.creditor,
        currency=query.currency,
        on=query.on,
        user=user,
        span=SPANS[show],
        client_id=client.pk if client else None,
        order=order if order in ORDERS else "due_on",
        limit=PAGE_SIZE,
        offset=min(offset, 10_000_000),
    )
    language = get_language() or "en"
    more = {"client": client.pk} if client else {}
    return {
        "query": query,
        "page": Paginator(range(found.count), PAGE_SIZE).get_page(number),
        "sort": order if order in ORDERS else "due_on",
        "sort_due": True,
        "sort_open": "open",
        "tabs": _figure_tabs(query, show, more),
        "rows": _written(
            ((one.invoice, one.open_on, _state_then(one, query)) for one in found.rows), query.on
        ),
        "count": found.count,
        "total": format_money(found.total, query.currency, language),
    }


def _state_then(row: OpenInvoice, query: FigureQuery) -> InvoiceState:
    if not query.is_past:
        return row.invoice.state_on(query.on)
    # Of a past day only what the row itself says is known.
    return InvoiceState.OVERDUE if row.days_past_due > 0 else InvoiceState.OPEN


def _figure_tabs(query: FigureQuery, show: str, more: dict[str, Any]) -> list[dict[str, Any]]:
    labels = [
        ("open", pgettext("invoices", "Open")),
        ("overdue", pgettext("invoices", "Overdue")),
        *((bucket.code, label) for bucket, label in zip(BUCKETS, AGING_LABELS, strict=True)),
    ]
    return [
        {
            "label": label,
            "url": "?" + query.address(show=code, **more),
            "is_active": code == show,
        }
        for code, label in labels
    ]


def _browse_context(
    request: HttpRequest, show: str, chosen: dict[str, Any], user: User
) -> dict[str, Any]:
    creditor = chosen["creditor"] or default_creditor()
    on = today(creditor.time_zone if creditor else settings.TIME_ZONE)
    show = show if show in SHOWN else "open"
    found = invoices_to_browse(
        user=user,
        on=on,
        show=show,
        creditor=chosen["creditor"],
        currency=chosen["currency"] or "",
        client=chosen["client"],
        text=chosen["q"] or "",
    )
    is_few = bool(chosen["client"] or chosen["q"])
    sort = _sort_of(request, show, is_few=is_few)
    rows = _next_rows(request, found, user=user, on=on, show=show, sort=sort, chosen=chosen)
    count, is_more = capped_count(found)
    return {
        "tabs": _browse_tabs(request, show),
        "show": show,
        "sort": sort,
        "is_few": is_few,
        "sort_due": is_few or sort in DUE_SORTS,
        "sort_open": "open_amount" if is_few else "",
        "rows": invoice_rows(rows.rows, on=on),
        "cursor": rows.cursor,
        "count": count,
        "is_more": is_more,
    }


def _next_rows(
    request: HttpRequest,
    found: QuerySet[Invoice],
    *,
    user: User,
    on: dt.date,
    show: str,
    sort: str,
    chosen: dict[str, Any],
) -> Stretch[Invoice]:
    after = request.GET.get("after", "")
    narrowed = any(chosen[name] for name in ("client", "q", "creditor", "currency"))
    if sort in DUE_SORTS and not narrowed:
        return open_stretch(user=user, on=on, show=show, sort=sort, after=after, size=PAGE_SIZE)
    key = "-pk" if sort.startswith("-") else "pk"
    return stretch(found, order=(sort, key), after=after, size=PAGE_SIZE)


def _sort_of(request: HttpRequest, show: str, *, is_few: bool) -> str:
    asked = request.GET.get("sort", "")
    is_open = show in {"open", "overdue"}
    if asked in (FEW_SORTS if is_few else DUE_SORTS if is_open else ()):
        return asked
    return "due_on" if is_open else LATEST


def _browse_tabs(request: HttpRequest, show: str) -> list[dict[str, Any]]:
    kept = request.GET.copy()
    for name in ("show", "page", "after", "sort"):
        kept.pop(name, None)
    labels = {
        "open": pgettext("invoices", "Open"),
        "overdue": pgettext("invoices", "Overdue"),
        "settled": pgettext("invoices", "Settled"),
        "all": pgettext("invoices", "All"),
    }
    tabs = []
    for code in SHOWN:
        kept["show"] = code
        tabs.append(
            {"label": labels[code], "url": f"?{kept.urlencode()}", "is_active": code == show}
        )
    return tabs


def invoice_rows(found: Iterable[Invoice], *, on: dt.date) -> list[dict[str, Any]]:
    """Invoices as the cells of a table, written out once for the reader's language."""
    return _written(((one, one.open_amount, one.state_on(on)) for one in found), on)


def _written(
    found: Iterable[tuple[Invoice, Decimal, InvoiceState]], on: dt.date
) -> list[dict[str, Any]]:
    language = get_language() or "en"
    to_invoice, to_client = addresses("payments:invoice"), addresses("clients:client")
    rows = []
    for invoice, open_amount, state in found:
        late = (on - invoice.due_on).days if open_amount > 0 else 0
        rows.append(
            {
                "url": to_invoice(invoice.pk),
                "number": invoice.number,
                "client": invoice.client.legal_name,
                "client_url": to_client(invoice.client_id),
                "creditor": invoice.creditor.code,
                "issued": format_day(invoice.issued_on, language),
                "due": format_day(invoice.due_on, language),
                "late": format_number(late) if late > 0 else "",
                "late_class": " dw-late" if late > 0 else "",
                "currency": invoice.currency,
                "amount": format_amount(invoice.amount, invoice.currency, language),
                "open": format_amount(open_amount, invoice.currency, language),
                "state": badge_html("invoice", state.value, language),
            }
        )
    return rows
