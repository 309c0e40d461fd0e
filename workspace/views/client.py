"""The page of one client: everything about it, the next action on top."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clients.models import Client
from clients.selectors import registration_remark
from contracts.models import Contract
from core.access import MONEY, current_user, staff_required
from core.dates import today
from core.models import User
from core.money import format_money
from disputes.models import Dispute
from payments.models import InstalmentPlan, Promise
from payments.views.invoices import invoice_rows
from workspace.selectors.client import (
    Balance,
    ClientFile,
    client_file,
    clients_to_open,
    creditor_of,
)
from workspace.selectors.timeline import client_timeline
from workspace.views.next_actions import next_action
from workspace.views.timeline import timeline_entries

TIMELINE = 20


@staff_required
@require_safe
def client_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Balances, invoices, promises, disputes, contracts, people and what was said."""
    user = current_user(request)
    client = get_object_or_404(clients_to_open(user), pk=pk)
    creditor = creditor_of(client)
    time_zone = creditor.time_zone if creditor else settings.TIME_ZONE
    on = today(time_zone)
    file = client_file(client=client, on=on)
    moments = client_timeline(client=client, limit=TIMELINE, time_zone=time_zone)
    context = {
        "client": client,
        "file": file,
        "on": on,
        "next": next_action(file, user),
        "may_handle_money": user.role in MONEY,
        "time_zone": time_zone,
        "entries": timeline_entries(moments),
        **_tables(client, file, on),
        **_facts(client, user),
    }
    return render(request, "clients/client.html", context)


def _tables(client: Client, file: ClientFile, on: dt.date) -> dict[str, Any]:
    contracts = client.contracts.select_related("creditor").order_by("-signed_on", "-pk")[:20]
    return {
        "balances": [_balance(one, client) for one in file.balances],
        "invoices": invoice_rows(file.open_invoices, on=on),
        "more_invoices": max(file.invoice_count - len(file.open_invoices), 0),
        "promises": [_promise(one) for one in file.promises],
        "disputes": [_dispute(one) for one in file.disputes],
        "plans": [_plan(one) for one in file.plans],
        "contracts": [_contract(one) for one in contracts],
        "documents": list(client.documents.select_related("document")[:50]),
    }


def _balance(balance: Balance, client: Client) -> dict[str, Any]:
    language = get_language() or "en"

    def money(amount: Any) -> str:
        return format_money(amount, balance.currency, language)

    rows = (
        f"{reverse('payments:invoices')}?creditor={balance.creditor.code}"
        f"&currency={balance.currency}&client={client.pk}"
    )
    return {
        "creditor": balance.creditor,
        "currency": balance.currency,
        "open": money(balance.aging.receivables),
        "open_url": f"{rows}&show=open",
        "overdue": money(balance.aging.overdue) if balance.aging.overdue else "",
        "overdue_url": f"{rows}&show=overdue",
        "disputed": money(balance.disputed) if balance.disputed else "",
        "credit": money(balance.credit) if balance.credit else "",
        "buckets": balance.aging.buckets,
        "invoices": balance.invoices,
        "oldest": balance.oldest_due_on,
    }


def _promise(promise: Promise) -> dict[str, Any]:
    return {
        "promise": promise,
        "amount": format_money(promise.amount, promise.currency, get_language() or "en"),
        "number": promise.invoice.number if promise.invoice else "",
        "withdraw_url": reverse("payments:promise_withdraw", args=[promise.pk]),
    }


def _dispute(dispute: Dispute) -> dict[str, Any]:
    invoice = dispute.invoice
    return {
        "dispute": dispute,
        "amount": format_money(dispute.amount, invoice.currency, get_language() or "en"),
        "number": invoice.number,
        "invoice_url": reverse("payments:invoice", args=[invoice.pk]),
        "close_url": reverse("disputes:close", args=[dispute.pk]),
    }


def _plan(plan: InstalmentPlan) -> dict[str, Any]:
    language = get_language() or "en"
    return {
        "plan": plan,
        "url": reverse("payments:plan", args=[plan.pk]),
        "instalments": [
            (one.due_on, format_money(one.amount, plan.currency, language))
            for one in plan.instalments.all()
        ],
    }


def _contract(contract: Contract) -> dict[str, Any]:
    return {
        "contract": contract,
        "url": reverse("contracts:contract", args=[contract.pk]),
        "amount": ""
        if contract.amount is None
        else format_money(contract.amount, contract.currency, get_language() or "en"),
    }


def _registration(client: Client) -> str:
    """The number, and under it what is wrong with it or what it says."""
    remark = registration_remark(client.country, client.registration_number)
    below = remark.sentence if remark.is_warning else remark.meaning
    if not below:
        return client.registration_number
    look = "small dw-late" if remark.is_warning else "small dw-muted"
    return format_html('{}<div class="{}">{}</div>', client.registration_number, look, below)


def _facts(client: Client, user: User) -> dict[str, Any]:
    return {
        "facts": [
            (_("Client code"), client.code),
            (_("Account manager"), client.owner.name if client.owner else None),
            (_("Registration number"), _registration(client)),
            (_("Legal representative"), client.legal_representative),
            (_("Country"), client.country),
            (_("Language of letters"), client.get_language_display()),
            (_("Time zone"), client.time_zone),
            (_("Segment"), client.segment),
            (_("Address"), client.address),
        ],
        "may_set_standing": user.may_approve,
    }
