"""Invoices of payment schedules, and how invoices are numbered."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Creditor
from clients.selectors import our_zone
from contracts.models import Contract, ScheduleEntry
from core.access import approver_required, current_user, money_required
from core.dates import now, today
from core.errors import Refusal
from core.forms import note_refusal
from payments.forms.prepayments import EntryInvoiceForm, NumberingForm
from payments.models import InvoiceNumbering
from payments.selectors.billing import proposed_invoices
from payments.selectors.prepayments import delivery_hold
from payments.services import invoice_entry, set_numbering

GET_AND_POST = ["GET", "HEAD", "POST"]


@money_required
@require_http_methods(GET_AND_POST)
def entry_invoice(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue the invoice of an entry by hand: before its day, or over a hold."""
    user = current_user(request)
    row = get_object_or_404(
        ScheduleEntry.objects.select_related("contract__client", "contract__creditor", "line"),
        pk=pk,
        contract__in=Contract.objects.visible_to(user),
    )
    contract = row.contract
    form = EntryInvoiceForm(
        request.POST or None, initial={"on": today(contract.creditor.time_zone)}
    )
    if request.method == "POST" and form.is_valid():
        try:
            invoice = invoice_entry(entry=row, **form.cleaned_data, actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Issued."))
            return redirect("payments:invoice", invoice.pk)
    context = {
        "form": form,
        "entry": row,
        "contract": contract,
        "hold": delivery_hold(contract),
        "cancel_url": reverse("contracts:contract", args=[contract.pk]),
    }
    return render(request, "payments/prepayment_entry_invoice.html", context)


@money_required
@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """Entries that are ripe but wait for a person: suspended contracts, held work."""
    on = today(our_zone())
    found = proposed_invoices(user=current_user(request), on=on)
    return render(request, "payments/prepayment_proposals.html", {"proposals": found})


@approver_required
@require_safe
def numbering(request: HttpRequest) -> HttpResponse:
    """How each creditor's invoices are numbered."""
    rows = Creditor.objects.select_related("invoice_numbering").order_by("code")
    shown = [(row, getattr(row, "invoice_numbering", None) or InvoiceNumbering()) for row in rows]
    return render(request, "payments/prepayment_numbering.html", {"rows": shown})


@approver_required
@require_http_methods(GET_AND_POST)
def numbering_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change how a creditor's invoices are numbered from now on."""
    row = get_object_or_404(Creditor.objects.select_related("invoice_numbering"), pk=pk)
    rule = getattr(row, "invoice_numbering", None) or InvoiceNumbering()
    initial = {"begins_with": rule.prefix, "digits": rule.digits, "next_number": rule.next_number}
    form = NumberingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data
        try:
            set_numbering(
                creditor=row,
                prefix=read["begins_with"],
                digits=read["digits"],
                next_count=read["next_number"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("payments:numbering")
    context = {"form": form, "creditor": row, "cancel_url": reverse("payments:numbering")}
    return render(request, "payments/prepayment_numbering_form.html", context)
