"""Invoices and credit notes are entered here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client
from clients.selectors import default_creditor
from core.access import MONEY, current_user, money_required, staff_required
from core.dates import now, today
from core.display import format_day
from core.errors import Refusal
from core.forms import note_refusal
from core.money import format_money
from payments.forms.entry import CreditNoteForm, InvoiceForm, plain_amount
from payments.models import CreditNote, Invoice
from payments.services import credit_invoice, issue_invoice
from payments.views.receipts import allocation_page, source_allocations

GET_AND_POST = ["GET", "HEAD", "POST"]


@money_required
@require_http_methods(GET_AND_POST)
def invoice_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter an invoice of a client."""
    user = current_user(request)
    client = get_object_or_404(Client.objects.visible_to(user), pk=pk)
    form = InvoiceForm(request.POST or None, client=client, initial=_invoice_defaults())
    back = reverse("clients:client", args=[client.pk])
    if request.method == "POST" and form.is_valid():
        try:
            invoice = issue_invoice(client=client, **form.cleaned_data, actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("The invoice is entered."))
            return redirect("payments:invoice", invoice.pk)
    context = {"form": form, "client": client, "cancel_url": back}
    return render(request, "payments/invoice_form.html", context)


def _invoice_defaults() -> dict[str, Any]:
    creditor = default_creditor()
    if creditor is None:
        return {}
    return {
        "creditor": creditor,
        "currency": creditor.currency,
        "issued_on": today(creditor.time_zone),
    }


@money_required
@require_http_methods(GET_AND_POST)
def credit_note_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invoice back, wholly or in part, and apply it at once unless told otherwise."""
    user = current_user(request)
    invoice = get_object_or_404(
        Invoice.objects.visible_to(user).select_related("client", "creditor"), pk=pk
    )
    initial = {
        "amount": plain_amount(invoice.open_amount, invoice.currency),
        "issued_on": today(invoice.creditor.time_zone),
    }
    form = CreditNoteForm(request.POST or None, initial=initial)
    back = reverse("payments:invoice", args=[invoice.pk])
    if request.method == "POST" and form.is_valid():
        try:
            credit_invoice(invoice=invoice, **form.cleaned_data, actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("The credit note is issued."))
            return redirect(back)
    context = {"form": form, "invoice": invoice, "cancel_url": back}
    return render(request, "payments/credit_note_form.html", context)


def _own_note(request: HttpRequest, pk: int) -> CreditNote:
    mine = CreditNote.objects.visible_to(current_user(request))
    return get_object_or_404(
        mine.select_related("client", "creditor", "invoice", "created_by"), pk=pk
    )


@staff_required
@require_safe
def credit_note(request: HttpRequest, pk: int) -> HttpResponse:
    """One credit note and what it settled."""
    note = _own_note(request, pk)
    language = get_language() or "en"
    context = {
        "note": note,
        "client": note.client,
        "facts": [
            (_("Amount"), format_money(note.amount, note.currency, language)),
            (_("Applied"), format_money(note.allocated, note.currency, language)),
            (_("Not applied"), format_money(note.unallocated, note.currency, language)),
            (_("Issued on"), format_day(note.issued_on, language)),
            (_("Reason"), note.reason),
            (_("Entered by"), note.created_by.name if note.created_by else None),
        ],
        "allocations": source_allocations(note),
        "may_handle_money": current_user(request).role in MONEY,
    }
    return render(request, "payments/credit_note.html", context)


@money_required
@require_http_methods(GET_AND_POST)
def credit_note_allocate(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply what is left of a credit note."""
    note = _own_note(request, pk)
    back = reverse("payments:credit_note", args=[note.pk])
    return allocation_page(request, note, back)
