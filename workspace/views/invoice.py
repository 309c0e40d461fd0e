"""The page of one invoice: what is owed on it, why, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.access import MONEY, current_user, staff_required
from core.dates import today
from core.display import format_day
from core.forms import day_or_none
from core.money import format_money
from payments.models import Allocation, Invoice
from payments.selectors.interest import interest_for_invoice, preset_choices
from payments.states import PlanState


@staff_required
@require_safe
def invoice_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Figures, allocations with their reversals, disputes, promises, decisions."""
    user = current_user(request)
    invoice = get_object_or_404(
        Invoice.objects.visible_to(user).select_related(
            "client", "creditor", "contract", "created_by"
        ),
        pk=pk,
    )
    on = today(invoice.creditor.time_zone)
    context = {
        "invoice": invoice,
        "client": invoice.client,
        "on": on,
        "state": invoice.state_on(on),
        "days_past_due": invoice.days_past_due(on) if invoice.open_amount > 0 else 0,
        "may_handle_money": user.role in MONEY,
        "facts": _facts(invoice),
        "allocations": [_allocation(one, invoice.currency) for one in _allocations(invoice)],
        "disputes": invoice.disputes.select_related("created_by").order_by("-opened_on", "-pk"),
        "promises": invoice.promises.order_by("-due_on", "-pk"),
        "plans": invoice.plan_lines.filter(plan__state=PlanState.ACTIVE).select_related("plan"),
        "credit_notes": invoice.credit_notes.order_by("-issued_on", "-pk"),
    }
    return render(request, "payments/invoice.html", context)


@staff_required
@require_safe
def invoice_interest(request: HttpRequest, pk: int) -> HttpResponse:
    """Late-payment interest to a chosen day, line by line; another rule can be tried."""
    invoice = get_object_or_404(
        Invoice.objects.visible_to(current_user(request)).select_related(
            "client", "creditor", "contract"
        ),
        pk=pk,
    )
    language = get_language() or "en"
    presets = preset_choices(language)
    asked = request.GET.get("preset", "")
    preset = asked if asked in dict(presets) else ""
    until = day_or_none(request.GET.get("until")) or today(invoice.creditor.time_zone)
    context = {
        "invoice": invoice,
        "until": until,
        "preset": preset,
        "presets": presets,
        "interest": interest_for_invoice(invoice=invoice, until=until, preset=preset),
    }
    return render(request, "payments/invoice_interest.html", context)


def _facts(invoice: Invoice) -> list[tuple[str, object]]:
    language = get_language() or "en"

    def money(amount: Any) -> str:
        return format_money(amount, invoice.currency, language)

    disputed = invoice.open_amount - invoice.collectible
    return [
        (pgettext("invoice", "Amount"), money(invoice.amount)),
        (_("Settled"), money(invoice.allocated)),
        (pgettext("amount", "Open"), money(invoice.open_amount)),
        (_("Disputed, held apart"), money(disputed) if disputed else None),
        (_("To be collected"), money(invoice.collectible)),
        (_("Issued on"), format_day(invoice.issued_on, language)),
        (_("Due on"), format_day(invoice.due_on, language)),
        (
            _("Settled on"),
            format_day(invoice.closed_on, language) if invoice.closed_on else None,
        ),
        (_("Reference"), invoice.reference),
        (_("Description"), invoice.description),
    ]


def _allocations(invoice: Invoice) -> Iterable[Allocation]:
    return (
        invoice.allocations.select_related(
            "receipt", "credit_note", "created_by", "reverses", "reversed_by"
        )
        # Oldest first: a reversal stands beneath what it takes back.
        .order_by("effective_on", "pk")
    )


def _allocation(row: Allocation, currency: str) -> dict[str, Any]:
    is_receipt = row.receipt is not None
    source = reverse(
        "payments:receipt" if is_receipt else "payments:credit_note",
        args=[row.receipt_id or row.credit_note_id],
    )
    label = (
        _("Receipt of %(day)s")
        % {"day": format_day(row.receipt.received_on, get_language() or "en")}
        if row.receipt
        else _("Credit note %(number)s")
        % {"number": row.credit_note.number if row.credit_note else ""}
    )
    is_taken_back = hasattr(row, "reversed_by")
    return {
        "row": row,
        "label": label,
        "url": source,
        "amount": format_money(row.amount, currency, get_language() or "en"),
        "is_reversal": row.reverses_id is not None,
        "is_taken_back": is_taken_back,
        "reverse_url": ""
        if row.reverses_id or is_taken_back
        else reverse("payments:allocation_reverse", args=[row.pk]),
    }
