"""Balance confirmations: all of them with their state, many asked at once, silence."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client, Creditor
from clients.selectors import default_creditor
from core.access import APPROVERS, MONEY, current_user, role_required, staff_required
from core.dates import now, today
from core.display import format_day, format_moment
from core.errors import Refusal
from core.forms import note_refusal
from core.money import format_money
from core.paging import stretch
from core.templatetags.dunwell import badge_html
from portal.forms.balances import BatchForm, SilenceForm
from portal.models import PortalLink, PortalLinkQuerySet, StatementBatch
from portal.selectors.balances import (
    Account,
    accounts_to_ask,
    answer_to,
    balances_in,
    state_of,
    with_answers,
)
from portal.services.batches import start_batch
from portal.services.silence import set_silence_days, silence_days
from portal.states import StatementState

GET_AND_POST = ["GET", "HEAD", "POST"]
_SHOWN_ACCOUNTS = 200


@staff_required
@require_safe
def balances(request: HttpRequest) -> HttpResponse:
    """Every balance a client was asked to confirm, the latest first, by where it stands."""
    at, user = now(), current_user(request)
    show = request.GET.get("show", "")
    state = StatementState(show) if show in StatementState.values else None
    mine: PortalLinkQuerySet = PortalLink.objects.visible_to(user)
    found = balances_in(mine, state, at)
    client = None
    if request.GET.get("client", "").isdigit():
        visible = Client.objects.visible_to(user)
        client = get_object_or_404(visible, pk=int(request.GET["client"]))
        found = found.filter(client=client)
    order = ("-created_at", "-pk")
    rows = stretch(with_answers(found), order=order, after=request.GET.get("after", ""))
    of = f"&client={client.pk}" if client else ""
    tabs = [{"label": pgettext("balances", "All"), "url": f"?{of[1:]}", "is_active": state is None}]
    tabs += [
        {"label": one.label, "url": f"?show={one}{of}", "is_active": one is state}
        for one in StatementState
    ]
    context = {
        "rows": [balance_row(one, at) for one in rows.rows],
        "cursor": rows.cursor,
        "client": client,
        "tabs": tabs,
        "may_ask_many": user.role in MONEY,
        "may_set": user.may_approve,
    }
    return render(request, "portal/balances.html", context)


def balance_row(link: PortalLink, at: dt.datetime) -> dict[str, Any]:
    """A balance confirmation as lists show it."""
    language, zone = get_language() or "en", link.creditor.time_zone
    facts, answer = link.facts, answer_to(link)
    currency = facts["currency"]
    return {
        "url": reverse("portal:link", args=[answer.link_id if answer else link.pk]),
        "client": link.client.legal_name,
        "client_url": reverse("clients:client", args=[link.client_id]),
        "account": f"{link.creditor.code} · {currency}",
        "on": format_day(dt.date.fromisoformat(facts["on"]), language),
        "stated": format_money(Decimal(facts["total"]), currency, language),
        "confirmed": format_money(answer.confirmed, currency, language) if answer else "",
        "state": badge_html("statement", state_of(link, at), language),
        "asked": format_moment(link.created_at, language, zone),
        "answered": format_moment(answer.at, language, zone) if answer else "",
        "recipient": link.recipient_name,
    }


@role_required(*MONEY)
@require_http_methods(GET_AND_POST)
def batch_new(request: HttpRequest) -> HttpResponse:
    """Ask many clients at a period's end: first who would be asked, then the button."""
    at, user = now(), current_user(request)
    creditor = default_creditor()
    on = today(creditor.time_zone) if creditor else today("UTC")
    data = request.POST if request.method == "POST" else request.GET
    form = BatchForm(data or None, on=on, creditor=creditor)
    accounts: list[Account] | None = None
    if form.is_valid():
        given = form.cleaned_data
        if request.method == "POST":
            try:
                made = start_batch(**given, actor=user, at=at)
            except Refusal as refusal:
                note_refusal(form, refusal)
            else:
                return redirect("portal:batch", made.pk)
        chosen = ("creditor", "currency", "on", "overdue_only")
        accounts = accounts_to_ask(**{name: given[name] for name in chosen}, at=at)
    context = {"form": form, "cancel_url": reverse("portal:balances"), **_preview(accounts, data)}
    return render(request, "portal/batch_new.html", context)


def _preview(accounts: list[Account] | None, data: Any) -> dict[str, Any]:
    if accounts is None:
        return {"accounts": None}
    language, currency = get_language() or "en", str(data.get("currency", ""))
    asked = [one for one in accounts if one.contact and not one.was_asked]
    return {
        "accounts": [
            {
                "client": one.client.legal_name,
                "client_url": reverse("clients:client", args=[one.client.pk]),
                "invoices": one.invoices,
                "total": format_money(one.total, currency, language),
                "contact": f"{one.contact.name} <{one.contact.email}>" if one.contact else "",
                "was_asked": one.was_asked,
            }
            for one in accounts[:_SHOWN_ACCOUNTS]
        ],
        "count": len(accounts),
        "asked": len(asked),
        "without_address": sum(not one.contact and not one.was_asked for one in accounts),
        "asked_before": sum(one.was_asked for one in accounts),
    }


@role_required(*MONEY)
@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Who of a batch was asked, and who has no address."""
    row = get_object_or_404(StatementBatch.objects.select_related("creditor", "job"), pk=pk)
    rows = row.rows.select_related("client").order_by("pk")
    counts: dict[str, int] = {}
    for state in rows.values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    part = stretch(rows, order=("client_id", "pk"), after=request.GET.get("after", ""))
    context = {
        "batch": row,
        "job": row.job,
        "rows": part.rows,
        "cursor": part.cursor,
        "counts": sorted(counts.items()),
    }
    return render(request, "portal/batch.html", context)


@role_required(*APPROVERS)
@require_http_methods(GET_AND_POST)
def silence(request: HttpRequest) -> HttpResponse:
    """After how many working days without an answer each creditor asks again."""
    creditors = list(Creditor.objects.order_by("code"))
    forms = [
        SilenceForm(
            request.POST if request.POST.get("creditor") == str(one.pk) else None,
            creditor=one,
            days=silence_days(one),
        )
        for one in creditors
    ]
    for form in forms:
        if form.is_bound and form.is_valid():
            days = form.cleaned_data["days"]
            set_silence_days(
                creditor=form.creditor, days=days, actor=current_user(request), at=now()
            )
            messages.success(request, _("Saved. Links made from now on wait this long."))
            return redirect("portal:silence")
    context = {"forms": forms, "cancel_url": reverse("portal:balances")}
    return render(request, "portal/silence.html", context)
