"""Money that came in: list, entry, application to invoices, taking back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
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
from core.forms import note_refusal, typed_text
from core.money import format_amount, format_money
from core.paging import capped_count, stretch
from payments.forms.entry import (
    AllocationForm,
    ReceiptForm,
    RefundForm,
    ReversalForm,
    plain_amount,
)
from payments.forms.filters import ReceiptFilter
from payments.models import Allocation, CreditNote, Invoice, Receipt
from payments.selectors.receipts import receipts_to_list
from payments.services import (
    allocate,
    record_receipt,
    refund_receipt,
    reverse_allocation,
    suggested_lines,
)
from payments.states import ReceiptMethod, RefundKind

GET_AND_POST = ["GET", "HEAD", "POST"]
_CLIENT_MATCHES = 20


@staff_required
@require_safe
def receipts(request: HttpRequest) -> HttpResponse:
    """Receipts, the latest first."""
    form = ReceiptFilter(request.GET)
    chosen = form.chosen()
    found = receipts_to_list(
        user=current_user(request),
        text=chosen["q"] or "",
        method=chosen["method"] or "",
        unapplied=bool(chosen["unapplied"]),
    )
    rows = stretch(found, order=("-received_on", "-pk"), after=request.GET.get("after", ""))
    count, is_more = capped_count(found)
    context = {
        "form": form,
        "rows": [_row(one) for one in rows.rows],
        "cursor": rows.cursor,
        "count": count,
        "is_more": is_more,
        "may_enter": current_user(request).role in MONEY,
    }
    return render(request, "payments/receipts.html", context)


def _row(receipt: Receipt) -> dict[str, Any]:
    language = get_language() or "en"
    return {
        "url": reverse("payments:receipt", args=[receipt.pk]),
        "on": format_day(receipt.received_on, language),
        "client": receipt.client.legal_name,
        "client_url": reverse("clients:client", args=[receipt.client_id]),
        "creditor": receipt.creditor.code,
        "method": ReceiptMethod(receipt.method).label,
        "reference": receipt.reference or receipt.payer_name,
        "currency": receipt.currency,
        "amount": format_amount(receipt.amount, receipt.currency, language),
        "left": format_amount(receipt.unallocated, receipt.currency, language)
        if receipt.unallocated
        else "",
    }


def _own_receipt(request: HttpRequest, pk: int) -> Receipt:
    mine = Receipt.objects.visible_to(current_user(request))
    return get_object_or_404(
        mine.select_related("client", "creditor", "bank_account", "created_by"), pk=pk
    )


@staff_required
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """One receipt: what it settled, what is left, what was taken back."""
    row = _own_receipt(request, pk)
    context = {
        "receipt": row,
        "client": row.client,
        "facts": _facts(row),
        "allocations": source_allocations(row),
        "refunds": row.refunds.select_related("created_by").order_by("refunded_on", "pk"),
        "may_handle_money": current_user(request).role in MONEY,
    }
    return render(request, "payments/receipt.html", context)


def _facts(row: Receipt) -> list[tuple[str, object]]:
    language = get_language() or "en"

    def money(amount: Decimal) -> str:
        return format_money(amount, row.currency, language)

    return [
        (_("Amount"), money(row.amount)),
        (_("Applied"), money(row.allocated)),
        (_("Refunded"), money(row.refunded) if row.refunded else None),
        (_("Not applied"), money(row.unallocated)),
        (_("Received on"), format_day(row.received_on, language)),
        (_("Method"), ReceiptMethod(row.method).label),
        (_("Paid by"), row.payer_name),
        (_("Reference"), row.reference),
        (_("On our account"), str(row.bank_account) if row.bank_account else None),
        (_("Entered by"), row.created_by.name if row.created_by else None),
    ]


def source_allocations(source: Receipt | CreditNote) -> list[dict[str, Any]]:
    """What a receipt or credit note settled, reversals beneath what they take back."""
    language = get_language() or "en"
    rows = source.allocations.select_related("invoice", "created_by", "reversed_by")
    return [
        {
            "row": row,
            "number": row.invoice.number,
            "url": reverse("payments:invoice", args=[row.invoice_id]),
            "amount": format_money(row.amount, source.currency, language),
            "is_reversal": row.reverses_id is not None,
            "reverse_url": ""
            if row.reverses_id or hasattr(row, "reversed_by")
            else reverse("payments:allocation_reverse", args=[row.pk]),
        }
        for row in rows.order_by("effective_on", "pk")
    ]


# --- Entry -----------------------------------------------------------------------------------


@money_required
@require_http_methods(GET_AND_POST)
def receipt_new(request: HttpRequest) -> HttpResponse:
    """Enter a receipt of `?client=`; without one, ask which client."""
    user = current_user(request)
    chosen = request.GET.get("client", "")
    if not chosen.isdecimal():
        return _choose_client(request)
    client = get_object_or_404(Client.objects.visible_to(user), pk=int(chosen[:18]))
    form = ReceiptForm(request.POST or None, initial=_receipt_defaults(client))
    if request.method == "POST" and form.is_valid():
        try:
            row = record_receipt(client=client, **form.cleaned_data, actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Entered. Now apply it to invoices."))
            return redirect("payments:allocate", row.pk)
    return render(request, "payments/receipt_form.html", {"form": form, "client": client})


def _choose_client(request: HttpRequest) -> HttpResponse:
    text = typed_text(request.GET.get("q"))
    found = Client.objects.visible_to(current_user(request)).search(text)
    matches = list(found.order_by("name_pinyin", "pk")[:_CLIENT_MATCHES]) if text else []
    return render(request, "payments/choose_client.html", {"q": text, "matches": matches})


def _receipt_defaults(client: Client) -> dict[str, Any]:
    largest = client.balances.select_related("creditor").order_by("-open_amount", "pk").first()
    creditor = largest.creditor if largest else default_creditor()
    if creditor is None:
        return {}
    return {
        "creditor": creditor,
        "currency": largest.currency if largest else creditor.currency,
        "received_on": today(creditor.time_zone),
    }


# --- Application -----------------------------------------------------------------------------


@money_required
@require_http_methods(GET_AND_POST)
def receipt_allocate(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply what is left of a receipt: the legal order is suggested, the user decides."""
    row = _own_receipt(request, pk)
    back = reverse("payments:receipt", args=[row.pk])
    return allocation_page(request, row, back)


def allocation_page(request: HttpRequest, source: Receipt | CreditNote, back: str) -> HttpResponse:
    """The page that applies a receipt or a credit note to its client's open invoices."""
    suggested = {invoice.pk: amount for invoice, amount in suggested_lines(source)}
    open_ones = Invoice.objects.open().filter(
        client_id=source.client_id, creditor_id=source.creditor_id, currency=source.currency
    )
    prepayment = source.prepayment if isinstance(source, Receipt) else None
    if prepayment is not None:  # it settles its own contract's invoices only
        open_ones = open_ones.filter(contract=prepayment.contract_id)
    invoices = list(open_ones.order_by("due_on", "pk"))
    form = AllocationForm(request.POST or None, invoices=invoices, suggested=suggested)
    if request.method == "POST" and form.is_valid() and _apply(request, source, form):
        messages.success(request, _("Applied."))
        return redirect(back)
    context = {
        "form": form,
        "source": source,
        "client": source.client,
        "back": back,
        "source_label": _source_label(source),
        "left": format_money(source.unallocated, source.currency, get_language() or "en"),
        "rows": _allocation_rows(form, source),
    }
    return render(request, "payments/allocate.html", context)


def _source_label(source: Receipt | CreditNote) -> str:
    language = get_language() or "en"
    money = format_money(source.amount, source.currency, language)
    if isinstance(source, CreditNote):
        return f"{source.number} · {money}"
    return f"{format_day(source.received_on, language)} · {money}"


def _allocation_rows(form: AllocationForm, source: Receipt | CreditNote) -> list[dict[str, Any]]:
    language = get_language() or "en"
    on = today(source.creditor.time_zone)
    return [
        {
            "field": form[f"invoice_{invoice.pk}"],
            "number": invoice.number,
            "url": reverse("payments:invoice", args=[invoice.pk]),
            "due": format_day(invoice.due_on, language),
            "state": invoice.state_on(on).value,
            "open": format_amount(invoice.open_amount, invoice.currency, language),
            "open_plain": plain_amount(invoice.open_amount, invoice.currency),
        }
        for invoice in form.invoices
    ]


def _apply(request: HttpRequest, source: Receipt | CreditNote, form: AllocationForm) -> bool:
    try:
        allocate(
            receipt=source if isinstance(source, Receipt) else None,
            credit_note=source if isinstance(source, CreditNote) else None,
            lines=form.lines(),
            actor=current_user(request),
            at=now(),
        )
    except Refusal as refusal:
        note_refusal(form, refusal)
        return False
    return True


@money_required
@require_http_methods(GET_AND_POST)
def allocation_reverse(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one allocation back, whole, with a reason."""
    user = current_user(request)
    row = get_object_or_404(
        Allocation.objects.visible_to(user).select_related(
            "invoice__client", "invoice__creditor", "receipt", "credit_note"
        ),
        pk=pk,
    )
    if row.reverses_id:
        raise Http404
    on = today(row.invoice.creditor.time_zone)
    form = ReversalForm(request.POST or None, initial={"on": on})
    back = reverse("payments:invoice", args=[row.invoice_id])
    if request.method == "POST" and form.is_valid():
        try:
            reverse_allocation(allocation=row, **form.cleaned_data, actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Taken back. The invoice is open again."))
            return redirect(back)
    amount = format_money(row.amount, row.invoice.currency, get_language() or "en")
    context = {"form": form, "row": row, "amount": amount, "cancel_url": back}
    return render(request, "payments/allocation_reverse.html", context)


@money_required
@require_http_methods(GET_AND_POST)
def receipt_refund(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that money of a receipt left again."""
    row = _own_receipt(request, pk)
    initial = {
        "on": today(row.creditor.time_zone),
        "amount": plain_amount(row.unallocated, row.currency),
    }
    form = RefundForm(request.POST or None, initial=initial)
    back = reverse("payments:receipt", args=[row.pk])
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data
        try:
            refund_receipt(
                receipt=row,
                amount=read["amount"],
                kind=RefundKind(read["kind"]),
                reason=read["reason"],
                on=read["on"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Noted."))
            return redirect(back)
    left = format_money(row.unallocated, row.currency, get_language() or "en")
    context = {"form": form, "receipt": row, "left": left, "cancel_url": back}
    return render(request, "payments/receipt_refund.html", context)
