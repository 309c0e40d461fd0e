"""The overdue dashboard."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.access import current_user, staff_required
from core.display import format_day, format_number, format_percent
from core.models import User
from core.money import format_amount, format_money
from core.templatetags.dunwell import AGING_LABELS
from payments.forms.filters import (
    MONTHS,
    TOP,
    FigureQuery,
    figure_form,
)
from payments.rules.aging import BUCKETS
from payments.selectors.debtors import MOVERS_DAYS, Debtor, Mover, movers, top_debtors
from payments.selectors.flows import PERIOD_DAYS
from payments.views.figures import read_figure_query
from workspace.selectors.dashboard import CurrencyFigures, figures_by_currency


@staff_required
@require_safe
def overdue(request: HttpRequest) -> HttpResponse:
    """Receivables of one creditor and currency at the end of a day, each figure with its rows."""
    user = current_user(request)
    query = read_figure_query(request.GET)
    if query is None:
        return render(request, "workspace/overdue_empty.html")
    by_currency = figures_by_currency(creditor=query.creditor, on=query.on, user=user)
    query = _with_known_currency(query, by_currency)
    figures = by_currency.get(query.currency)
    context: dict[str, Any] = {
        "query": query,
        "form": figure_form(query),
        "tabs": _currency_tabs(query, by_currency),
    }
    if figures is not None:
        months, top = _choice(request, "months", MONTHS), _choice(request, "top", TOP)
        context |= _panels(query, figures, user, months=months, top=top)
    return render(request, "workspace/overdue.html", context)


def _choice(request: HttpRequest, name: str, allowed: tuple[int, ...]) -> int:
    asked = request.GET.get(name, "")
    return int(asked) if asked in {str(one) for one in allowed} else allowed[0]


def _with_known_currency(
    query: FigureQuery, by_currency: dict[str, CurrencyFigures]
) -> FigureQuery:
    if query.currency in by_currency or not by_currency:
        return query
    own = query.creditor.currency
    known = own if own in by_currency else next(iter(by_currency))
    return FigureQuery(query.creditor, known, query.on, query.today)


def _currency_tabs(
    query: FigureQuery, by_currency: dict[str, CurrencyFigures]
) -> list[dict[str, Any]]:
    return [
        {
            "label": currency,
            "url": "?" + query.address(currency=currency),
            "is_active": currency == query.currency,
        }
        for currency in by_currency
    ]


def _panels(
    query: FigureQuery, figures: CurrencyFigures, user: User, *, months: int, top: int
) -> dict[str, Any]:
    scope: dict[str, Any] = {
        "creditor": query.creditor,
        "currency": query.currency,
        "on": query.on,
        "user": user,
    }
    return {
        "figures": figures,
        "amounts": _amount_stats(query, figures),
        "ratios": _ratio_stats(query, figures),
        "aging_chart": _aging_chart(query, figures),
        "trend_chart": _trend_chart(query, figures, months),
        "month_tabs": _tabs(query, "months", MONTHS, months),
        "top_tabs": _tabs(query, "top", TOP, top),
        "debtors": [_debtor_row(query, one) for one in top_debtors(**scope, count=top)],
        "movers_days": MOVERS_DAYS,
        "movers_url": f"{reverse('workspace:movers')}?{query.address()}",
    }


def _tabs(
    query: FigureQuery, name: str, allowed: tuple[int, ...], chosen: int
) -> list[dict[str, Any]]:
    return [
        {"label": one, "url": "?" + query.address(**{name: one}), "is_active": one == chosen}
        for one in allowed
    ]


def _amount_stats(query: FigureQuery, figures: CurrencyFigures) -> list[dict[str, Any]]:
    """Amounts whose rows add up to them."""
    invoices, entries = reverse("payments:invoices"), reverse("payments:entries")
    aging, language = figures.aging, get_language() or "en"

    def stat(label: str, amount: Decimal, url: str, formula: str, sub: str = "") -> dict[str, Any]:
        written = format_money(amount, query.currency, language)
        return {"label": label, "value": written, "url": url, "formula": formula, "sub": sub}

    share = figures.overdue_share
    return [
        stat(
            _("Receivables"),
            aging.receivables,
            f"{invoices}?{query.address(show='open')}",
            _("Invoices issued by this day, less all that settled them by this day."),
        ),
        stat(
            pgettext("figure", "Overdue"),
            aging.overdue,
            f"{invoices}?{query.address(show='overdue')}",
            _("Receivables whose due date lies before this day."),
            ""
            if share is None
            else _("%(share)s of receivables") % {"share": format_percent(share)},
        )
        | {"tone": "bad" if aging.overdue > 0 else "good"},
        stat(
            _("Disputed, held apart"),
            figures.disputed,
            f"{reverse('disputes:held')}?{query.address()}",
            _("Open disputes, each at most what is open on its invoice. Never demanded."),
        ),
        stat(
            _("Unapplied credit"),
            figures.credit,
            f"{entries}?{query.address(kind='credit')}",
            _("Receipts and credit notes, less what was applied or refunded by this day."),
        ),
        stat(
            _("Credit sales, %(days)s days") % {"days": PERIOD_DAYS},
            figures.sales,
            f"{entries}?{query.address(kind='sales')}",
            _("Invoices issued in the period, less credit notes issued in it."),
        ),
        stat(
            _("Collected, %(days)s days") % {"days": PERIOD_DAYS},
            figures.collected,
            f"{entries}?{query.address(kind='collected')}",
            _("Money received in the period, less refunds and returns."),
        ),
    ]


def _ratio_stats(query: FigureQuery, figures: CurrencyFigures) -> list[dict[str, Any]]:
    """Ratios, each with its formula filled in."""
    language = get_language() or "en"

    def money(amount: Decimal) -> str:
        return format_amount(amount, query.currency, language)

    closing, current = money(figures.aging.receivables), money(figures.aging.current)
    sales, opening = money(figures.sales), money(figures.opening)
    days = str(PERIOD_DAYS)
    before = format_day(query.on - dt.timedelta(days=PERIOD_DAYS), language)
    return [
        _days_stat(
            _("DSO"),
            figures.dso,
            _("Days sales outstanding = receivables / credit sales × days"),
            f"{closing} / {sales} × {days}",
        ),
        _days_stat(
            _("Count-back DSO"),
            figures.count_back_dso,
            _(
                "Take the latest month's sales off the receivables and count its days; repeat; "
                "the last month counts in proportion."
            ),
            closing,
        ),
        _days_stat(
            _("Best-possible DSO"),
            figures.best_possible_dso,
            _("Not yet due / credit sales × days: the DSO if nobody were late"),
            f"{current} / {sales} × {days}",
        ),
        _days_stat(
            _("Average days delinquent"),
            figures.days_delinquent,
            _("DSO less best-possible DSO"),
            f"({closing} - {current}) / {sales} × {days}",
        ),
        {
            "label": _("Collection effectiveness (CEI)"),
            "value": "–"
            if figures.effectiveness is None
            else format_percent(figures.effectiveness),
            "formula": _(
                "(opening + sales - closing) / (opening + sales - closing not yet due) × 100. "
                "Opening is %(day)s."
            )
            % {"day": before}
            + f"\n\n({opening} + {sales} - {closing}) / ({opening} + {sales} - {current}) × 100",
        },
    ]


def _days_stat(label: str, value: Decimal | None, formula: str, filled: str) -> dict[str, Any]:
    return {
        "label": label,
        "value": "–" if value is None else format_number(value, 1),
        "sub": _("no credit sales to compare with") if value is None else _("days"),
        "formula": f"{formula}\n\n{filled}",
    }


def _aging_chart(query: FigureQuery, figures: CurrencyFigures) -> dict[str, Any]:
    invoices = reverse("payments:invoices")
    return {
        "kind": "bar",
        "axis": _("Days past due"),
        "categories": AGING_LABELS,
        "currency": query.currency,
        "series": [
            {
                "name": pgettext("amount", "Open"),
                "values": list(figures.aging.buckets),
                "tones": [f"bucket-{index}" for index in range(len(BUCKETS))],
                "urls": [f"{invoices}?{query.address(show=bucket.code)}" for bucket in BUCKETS],
            }
        ],
    }


def _trend_chart(query: FigureQuery, figures: CurrencyFigures, months: int) -> dict[str, Any]:
    points = figures.flow.trend(months)
    urls = [f"{reverse('workspace:overdue')}?{query.address(as_of=point.on)}" for point in points]
    return {
        "kind": "line",
        "axis": _("Day"),
        "categories": [point.on for point in points],
        "days": "day",
        "currency": query.currency,
        "series": [
            {
                "name": _("Receivables"),
                "values": [point.receivables for point in points],
                "tone": "series-1",
                "urls": urls,
            },
            {
                "name": pgettext("figure", "Overdue"),
                "values": [point.overdue for point in points],
                "tone": "bucket-4",
                "urls": urls,
            },
        ],
    }


def _debtor_row(query: FigureQuery, debtor: Debtor) -> dict[str, Any]:
    language = get_language() or "en"
    client, invoices = debtor.client.pk, reverse("payments:invoices")
    return {
        "client": debtor.client,
        "url": reverse("clients:client", args=[debtor.client.pk]),
        "rows_url": f"{invoices}?{query.address(show='overdue', client=client)}",
        "open_url": f"{invoices}?{query.address(show='open', client=client)}",
        "overdue": format_amount(debtor.aging.overdue, query.currency, language),
        "open": format_amount(debtor.aging.receivables, query.currency, language),
        "oldest": format_number(max((query.on - debtor.oldest_due_on).days, 0)),
        "buckets": debtor.aging.buckets,
    }


@staff_required
@require_safe
def overdue_changes(request: HttpRequest) -> HttpResponse:
    """Who owes more, and less, than a week before; the dashboard fetches it after itself."""
    query = read_figure_query(request.GET)
    if query is None:
        raise Http404
    found = movers(
        creditor=query.creditor,
        currency=query.currency,
        on=query.on,
        user=current_user(request),
    )
    context = {
        "query": query,
        "form": figure_form(query),
        "movers": [_mover_row(query, one) for one in found],
        "movers_days": MOVERS_DAYS,
    }
    is_fragment = bool(request.headers.get("HX-Request"))
    template = "workspace/_movers.html" if is_fragment else "workspace/movers.html"
    return render(request, template, context)


def _mover_row(query: FigureQuery, mover: Mover) -> dict[str, Any]:
    written = format_amount(abs(mover.change), query.currency, get_language() or "en")
    return {
        "client": mover.client,
        "url": reverse("clients:client", args=[mover.client.pk]),
        "change": f"{'+' if mover.change > 0 else '-'}{written}",
        "grew": mover.change > 0,
    }
