"""What is contested: opened, answered, and held apart in every figure."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import current_user, staff_required
from core.dates import now, today
from core.display import format_day
from core.errors import Refusal
from core.forms import note_refusal
from core.money import format_amount, format_money
from core.paging import PAGE_SIZE, stretch
from disputes.forms import CloseDisputeForm, OpenDisputeForm
from disputes.models import Dispute
from disputes.selectors import held_invoices
from disputes.services import close_dispute, open_dispute
from disputes.states import DisputeReason, DisputeState
from payments.forms.entry import plain_amount
from payments.forms.filters import figure_form
from payments.models import Invoice
from payments.views.figures import read_figure_query

GET_AND_POST = ["GET", "HEAD", "POST"]


@staff_required
@require_safe
def disputes(request: HttpRequest) -> HttpResponse:
    """Disputes, the latest first; open ones unless `?state=all`."""
    show_all = request.GET.get("state") == "all"
    found = Dispute.objects.visible_to(current_user(request)).select_related("client", "invoice")
    if not show_all:
        found = found.open()
    rows = stretch(found, order=("-opened_on", "-pk"), after=request.GET.get("after", ""))
    tabs = [
        {"label": pgettext("disputes", "Open"), "url": "?", "is_active": not show_all},
        {"label": pgettext("disputes", "All"), "url": "?state=all", "is_active": show_all},
    ]
    context = {"rows": [_row(one) for one in rows.rows], "cursor": rows.cursor, "tabs": tabs}
    return render(request, "disputes/list.html", context)


def _row(dispute: Dispute) -> dict[str, Any]:
    language = get_language() or "en"
    return {
        "dispute": dispute,
        "opened": format_day(dispute.opened_on, language),
        "client": dispute.client.legal_name,
        "client_url": reverse("clients:client", args=[dispute.client_id]),
        "number": dispute.invoice.number,
        "invoice_url": reverse("payments:invoice", args=[dispute.invoice_id]),
        "reason": DisputeReason(dispute.reason).label,
        "amount": format_money(dispute.amount, dispute.invoice.currency, language),
        "close_url": reverse("disputes:close", args=[dispute.pk])
        if dispute.state == DisputeState.OPEN
        else "",
    }


@staff_required
@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """The invoices behind the disputed figure of a creditor, currency and day."""
    query = read_figure_query(request.GET)
    if query is None:
        raise Http404
    number = request.GET.get("page", "")
    found = held_invoices(
        creditor=query.creditor,
        currency=query.currency,
        on=query.on,
        user=current_user(request),
        limit=PAGE_SIZE,
        offset=PAGE_SIZE * (min(max(int(number), 1), 100_000) - 1) if number.isdecimal() else 0,
    )
    language = get_language() or "en"
    context = {
        "query": query,
        "form": figure_form(query),
        "page": Paginator(range(found.count), PAGE_SIZE).get_page(number),
        "total": format_money(found.total, query.currency, language),
        "rows": [
            {
                "number": one.invoice.number,
                "url": reverse("payments:invoice", args=[one.invoice.pk]),
                "client": one.invoice.client.legal_name,
                "client_url": reverse("clients:client", args=[one.invoice.client_id]),
                "due": format_day(one.invoice.due_on, language),
                "amount": format_amount(one.amount, query.currency, language),
            }
            for one in found.rows
        ],
    }
    return render(request, "disputes/held.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def dispute_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Hold part or all of an invoice apart."""
    user = current_user(request)
    invoice = get_object_or_404(
        Invoice.objects.visible_to(user).select_related("client", "creditor"), pk=pk
    )
    initial = {"amount": plain_amount(invoice.collectible, invoice.currency)}
    form = OpenDisputeForm(request.POST or None, initial=initial)
    back = reverse("payments:invoice", args=[invoice.pk])
    if request.method == "POST" and form.is_valid():
        try:
            open_dispute(
                invoice=invoice,
                **form.cleaned_data,
                on=today(invoice.creditor.time_zone),
                actor=user,
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Noted. The disputed part is not asked for any more."))
            return redirect(back)
    money = format_money(invoice.collectible, invoice.currency, get_language() or "en")
    context = {"form": form, "invoice": invoice, "collectible": money, "cancel_url": back}
    return render(request, "disputes/open.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def dispute_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a dispute, saying how."""
    user = current_user(request)
    mine = Dispute.objects.visible_to(user).open().select_related("invoice__creditor", "client")
    dispute = get_object_or_404(mine, pk=pk)
    form = CloseDisputeForm(request.POST or None)
    back = reverse("payments:invoice", args=[dispute.invoice_id])
    if request.method == "POST" and form.is_valid() and _close(request, dispute, form):
        return redirect(back)
    money = format_money(dispute.amount, dispute.invoice.currency, get_language() or "en")
    context = {"form": form, "dispute": dispute, "amount": money, "cancel_url": back}
    return render(request, "disputes/close.html", context)


def _close(request: HttpRequest, dispute: Dispute, form: CloseDisputeForm) -> bool:
    state = DisputeState(form.cleaned_data["state"])
    try:
        done = close_dispute(
            dispute=dispute,
            state=state,
            resolution=form.cleaned_data["resolution"],
            on=today(dispute.invoice.creditor.time_zone),
            actor=current_user(request),
            at=now(),
        )
    except Refusal as refusal:
        note_refusal(form, refusal)
        return False
    if not done:
        messages.info(request, _("Somebody ended this dispute before."))
    elif state == DisputeState.UPHELD:
        messages.success(request, _("Ended. Issue a credit note for the amount conceded."))
    else:
        messages.success(request, _("Ended. The amount is collectible again."))
    return True
