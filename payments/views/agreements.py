"""Promises to pay and instalment plans."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client
from core.access import MONEY, current_user, money_required, staff_required
from core.dates import add_months, now, today
from core.errors import Refusal
from core.forms import note_refusal
from core.money import ZERO, format_money, split_evenly
from payments.forms.entry import PlanForm, PromiseForm, WithdrawForm, plain_amount
from payments.models import InstalmentPlan, Invoice, Promise
from payments.services import (
    UnableToAgree,
    agree_plan,
    close_plan,
    record_promise,
    withdraw_promise,
)
from payments.states import PLAN_TRANSITIONS, PlanState

GET_AND_POST = ["GET", "HEAD", "POST"]


def _own_client(request: HttpRequest, pk: int) -> Client:
    return get_object_or_404(Client.objects.visible_to(current_user(request)), pk=pk)


@staff_required
@require_http_methods(GET_AND_POST)
def promise_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a promise of a client, for the balance or for `?invoice=`."""
    client = _own_client(request, pk)
    form = PromiseForm(request.POST or None, client=client, initial=_about(request, client))
    back = reverse("clients:client", args=[client.pk])
    if request.method == "POST" and form.is_valid() and _promise(request, client, form):
        messages.success(request, _("Noted. Reminders wait until that day."))
        return redirect(back)
    context = {"form": form, "client": client, "cancel_url": back}
    return render(request, "payments/promise_form.html", context)


def _about(request: HttpRequest, client: Client) -> dict[str, Any]:
    asked = request.GET.get("invoice", "")
    if not asked.isdecimal():
        return {}
    invoice = client.invoices.open().filter(pk=int(asked[:18])).first()
    if invoice is None:
        return {}
    balance = client.balances.filter(creditor=invoice.creditor_id, currency=invoice.currency)
    return {
        "invoice": invoice,
        "amount": plain_amount(invoice.collectible, invoice.currency),
        "balance": balance.first(),
    }


def _promise(request: HttpRequest, client: Client, form: PromiseForm) -> bool:
    read = form.cleaned_data
    balance = read["balance"]
    try:
        record_promise(
            creditor=balance.creditor,
            client=client,
            currency=balance.currency,
            amount=read["amount"],
            due_on=read["due_on"],
            invoice=read["invoice"],
            note=read["note"],
            on=today(balance.creditor.time_zone),
            actor=current_user(request),
            at=now(),
        )
    except Refusal as refusal:
        note_refusal(form, refusal)
        return False
    return True


@staff_required
@require_http_methods(GET_AND_POST)
def promise_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The client took its promise back, or it was noted by mistake."""
    user = current_user(request)
    promise = get_object_or_404(Promise.objects.visible_to(user).select_related("client"), pk=pk)
    form = WithdrawForm(request.POST or None)
    back = reverse("clients:client", args=[promise.client_id])
    if request.method == "POST" and form.is_valid():
        done = withdraw_promise(
            promise=promise, reason=form.cleaned_data["reason"], actor=user, at=now()
        )
        if done:
            messages.success(request, _("Noted. Reminders no longer wait for it."))
        else:
            messages.info(request, _("This promise had ended already."))
        return redirect(back)
    amount = format_money(promise.amount, promise.currency, get_language() or "en")
    context = {"form": form, "promise": promise, "amount": amount, "cancel_url": back}
    return render(request, "payments/promise_withdraw.html", context)


# --- Plans -----------------------------------------------------------------------------------


@money_required
@require_http_methods(GET_AND_POST)
def plan_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree equal monthly instalments for chosen invoices of one creditor and currency."""
    client = _own_client(request, pk)
    form = PlanForm(request.POST or None, client=client)
    if request.method == "POST" and form.is_valid():
        try:
            plan = _agree(request, client, form)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Agreed. Reminders leave these invoices alone."))
            return redirect("payments:plan", plan.pk)
    url = reverse("clients:client", args=[client.pk])
    context = {"form": form, "client": client, "cancel_url": url}
    return render(request, "payments/plan_form.html", context)


def _agree(request: HttpRequest, client: Client, form: PlanForm) -> InstalmentPlan:
    read = form.cleaned_data
    invoices: list[Invoice] = list(read["invoices"])
    first = invoices[0]
    if any((i.creditor_id, i.currency) != (first.creditor_id, first.currency) for i in invoices):
        raise UnableToAgree(_("All invoices of a plan share client, creditor and currency."))
    total = sum((invoice.open_amount for invoice in invoices), ZERO)
    shares = split_evenly(total, read["count"], first.currency)
    days: list[dt.date] = [add_months(read["first_due_on"], n) for n in range(read["count"])]
    return agree_plan(
        creditor=first.creditor,
        client=client,
        currency=first.currency,
        invoices=invoices,
        instalments=list(zip(days, shares, strict=True)),
        note=read["note"],
        on=today(first.creditor.time_zone),
        actor=current_user(request),
        at=now(),
    )


@staff_required
@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """An instalment plan; finance ends it."""
    user = current_user(request)
    row = get_object_or_404(
        InstalmentPlan.objects.visible_to(user).select_related("client", "creditor"), pk=pk
    )
    language = get_language() or "en"
    context = {
        "plan": row,
        "client": row.client,
        "instalments": [
            (one.due_on, format_money(one.amount, row.currency, language))
            for one in row.instalments.order_by("due_on", "pk")
        ],
        "lines": row.lines.select_related("invoice").order_by("invoice__due_on", "pk"),
        "may_end": row.state == PlanState.ACTIVE and user.role in MONEY,
    }
    return render(request, "payments/plan.html", context)


@money_required
@require_POST
def plan_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a plan: completed, broken or cancelled."""
    user = current_user(request)
    row = get_object_or_404(InstalmentPlan.objects.visible_to(user), pk=pk)
    state = request.POST.get("state", "")
    if state not in PLAN_TRANSITIONS[PlanState.ACTIVE]:
        raise Http404
    done = close_plan(plan=row, state=PlanState(state), actor=user, at=now())
    note = _("The plan has ended.") if done else _("The plan had ended already.")
    messages.success(request, note)
    return redirect("payments:plan", row.pk)
