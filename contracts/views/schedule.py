"""The payment schedule of a draft: the whole of it, equal instalments, one entry."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contracts.forms.schedule import ChangeEntryForm, EntryFormSet, InstalmentsForm
from contracts.models import Contract, ScheduleEntry
from contracts.rules.prepayment import required_amount
from contracts.selectors.schedule import Schedule, schedule_of
from contracts.selectors.terms import terms_of
from contracts.services.schedule import (
    UnableToSchedule,
    balance_schedule,
    change_entry,
    plan_instalments,
    set_schedule,
)
from contracts.states import ContractState
from core.access import current_user, staff_required
from core.dates import now, today
from core.errors import Refusal
from core.forms import note_refusal
from core.money import format_money

GET_AND_POST = ["GET", "HEAD", "POST"]


def own_contract(request: HttpRequest, pk: int) -> Contract:
    """The contract, if this user may see it; 404 otherwise."""
    visible = Contract.objects.visible_to(current_user(request))
    return get_object_or_404(visible.select_related("client", "creditor", "service_type"), pk=pk)


@staff_required
@require_http_methods(GET_AND_POST)
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole schedule in one table; what is saved comes to the price."""
    row = own_contract(request, pk)
    kept = schedule_of(row, follow=["invoice"])
    forms = EntryFormSet(
        request.POST or None,
        initial=[_initial(entry) for entry in kept.entries],
        form_kwargs={"contract": row},
    )
    problem = ""
    if request.method == "POST" and forms.is_valid():
        rows = [(form, form.entry()) for form in forms]
        try:
            set_schedule(
                contract=row,
                entries=[entry for _form, entry in rows if entry],
                actor=current_user(request),
                at=now(),
            )
        except UnableToSchedule as refusal:
            filled = [form for form, entry in rows if entry]
            if refusal.row is not None and refusal.row < len(filled):
                note_refusal(filled[refusal.row], refusal)
            else:
                problem = str(refusal)
        else:
            messages.success(request, _("The payment schedule is kept."))
            return redirect("contracts:contract", pk)
    return render(request, "contracts/schedule.html", _context(row, kept, forms, problem))


def _initial(entry: ScheduleEntry) -> dict[str, Any]:
    return {"kind": entry.kind, "line": entry.line_id, **ChangeEntryForm.initial_of(entry)}


def _context(row: Contract, kept: Schedule, forms: Any, problem: str) -> dict[str, Any]:
    return {
        "contract": row,
        "schedule": kept,
        "forms": forms,
        "problem": problem,
        "missing": format_money(kept.missing, row.currency, get_language() or "en"),
        "is_draft": row.state == ContractState.DRAFT,
        "cancel_url": reverse("contracts:contract", args=[row.pk]),
    }


@staff_required
@require_http_methods(GET_AND_POST)
def instalments(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a schedule of equal instalments, with what has to be prepaid taken first."""
    row = own_contract(request, pk)
    required = required_amount(row.amount, terms_of(row).ratio, row.currency)
    initial = {
        "start": row.starts_on or today(row.creditor.time_zone),
        "prepayment": f"{required.normalize():f}" if required else "",
    }
    form = InstalmentsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            plan_instalments(
                contract=row, **form.cleaned_data, actor=current_user(request), at=now()
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("The instalments are written. Change any of them."))
            return redirect("contracts:schedule", pk)
    context = {
        "contract": row,
        "form": form,
        "cancel_url": reverse("contracts:schedule", args=[pk]),
    }
    return render(request, "contracts/schedule_instalments.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Set one entry by hand; the last one that was not balances."""
    row = get_object_or_404(ScheduleEntry.objects.select_related("contract"), pk=pk)
    contract = own_contract(request, row.contract_id)
    form = ChangeEntryForm(request.POST or None, initial=ChangeEntryForm.initial_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            change_entry(entry=row, **form.cleaned_data, actor=current_user(request), at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. The rest balances to the price."))
            return redirect("contracts:schedule", contract.pk)
    context = {
        "contract": contract,
        "entry": row,
        "form": form,
        "cancel_url": reverse("contracts:schedule", args=[contract.pk]),
    }
    return render(request, "contracts/schedule_entry.html", context)


@staff_required
@require_POST
def balance(request: HttpRequest, pk: int) -> HttpResponse:
    """After the price changed: the last entry not set by hand takes the difference."""
    row = own_contract(request, pk)
    try:
        balance_schedule(contract=row, actor=current_user(request), at=now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The schedule comes to the price again."))
    return redirect("contracts:schedule", pk)
