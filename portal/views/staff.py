"""The staff's side: make a link, see who opened it, close it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client, Creditor
from contracts.models import Amendment, Contract, Delivery
from core.access import current_user, staff_required
from core.dates import now, today
from core.display import format_moment
from core.errors import Refusal
from core.forms import note_refusal
from core.money import format_money
from core.paging import stretch
from core.templatetags.dunwell import badge_html
from payments.selectors.positions import client_positions
from portal.forms import IssueLinkForm, LinkFilterForm, RevokeForm, StatementLinkForm
from portal.models import PortalLink, PortalLinkQuerySet
from portal.services import (
    Issued,
    UnableToSendLink,
    action_of,
    issue_amendment_acceptance,
    issue_contract_acceptance,
    issue_delivery_acceptance,
    issue_statement_confirmation,
    revoke_link,
    send_link,
    site_address,
)
from portal.states import LinkMail, LinkState

GET_AND_POST = ["GET", "HEAD", "POST"]


@staff_required
@require_safe
def links(request: HttpRequest) -> HttpResponse:
    """All links of the clients one sees, the latest first."""
    form = LinkFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    at = now()
    found: PortalLinkQuerySet = PortalLink.objects.visible_to(current_user(request))
    if chosen.get("state"):
        found = found.in_state(LinkState(chosen["state"]), at)
    if chosen.get("action"):
        found = found.filter(action=chosen["action"])
    client = None
    if chosen.get("client"):
        mine = Client.objects.visible_to(current_user(request))
        client = get_object_or_404(mine, pk=chosen["client"])
        found = found.filter(client=client)
    rows = stretch(
        found.select_related("client", "creditor", "created_by"),
        order=("-created_at", "-pk"),
        after=request.GET.get("after", ""),
    )
    context = {
        "rows": [link_row(one, at) for one in rows.rows],
        "cursor": rows.cursor,
        "form": form,
        "client": client,
    }
    return render(request, "portal/links.html", context)


def link_row(link: PortalLink, at: dt.datetime) -> dict[str, Any]:
    """A link as a list shows it."""
    language = get_language() or "en"
    zone = link.creditor.time_zone
    return {
        "url": reverse("portal:link", args=[link.pk]),
        "title": str(action_of(link.action).title),
        "client": link.client.legal_name,
        "client_url": reverse("clients:client", args=[link.client_id]),
        "recipient": link.recipient_name,
        "state": badge_html("link", link.state_at(at), language),
        "made": format_moment(link.created_at, language, zone),
        "by": link.created_by.name if link.created_by else "",
        "opened": format_moment(link.opened_at, language, zone) if link.opened_at else "",
        "acted": format_moment(link.acted_at, language, zone) if link.acted_at else "",
        "until": format_moment(link.expires_at, language, zone),
    }


def _mine(request: HttpRequest, pk: int) -> PortalLink:
    found = PortalLink.objects.visible_to(current_user(request))
    related = ("client", "creditor", "contact", "created_by", "revoked_by", "document")
    return get_object_or_404(found.select_related(*related), pk=pk)


@staff_required
@require_safe
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """One link: what it asks, who opened it when, and what was answered."""
    row = _mine(request, pk)
    action = action_of(row.action)
    state = row.state_at(now())
    context = {
        "link": row,
        "action": action,
        "state": state,
        "facts": _facts(row),
        "may_revoke": state in {LinkState.WAITING, LinkState.OPENED}
        or (row.is_repeatable and state is LinkState.ACTED),
        "visits": list(row.visits.order_by("-at", "-pk")[:200]),
        "acts": [
            (one, action.describe(one.answer)) for one in row.acts.order_by("-at", "-pk")[:200]
        ],
    }
    return render(request, "portal/link.html", context)


def _facts(row: PortalLink) -> list[tuple[str, Any]]:
    zone, language = row.creditor.time_zone, get_language() or "en"
    return [
        (_("Client"), row.client.legal_name),
        (_("Creditor"), row.creditor.name_in(language)),
        (_("Recipient"), " · ".join(filter(None, (row.recipient_name, row.recipient_email)))),
        (_("Language"), row.get_language_display()),
        (_("Made"), format_moment(row.created_at, language, zone)),
        (_("Made by"), row.created_by.name if row.created_by else None),
        (_("Valid until"), format_moment(row.expires_at, language, zone)),
        (_("Sent by e-mail"), LinkMail(row.mail_state).label),
    ]


@staff_required
@require_http_methods(GET_AND_POST)
def link_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a link before its time, saying why."""
    row = _mine(request, pk)
    form = RevokeForm(request.POST or None)
    back = reverse("portal:link", args=[row.pk])
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            revoke_link(link=row, reason=reason, actor=current_user(request), at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Closed. Whoever opens it now is told whom to ask."))
            return redirect(back)
    context = {
        "form": form,
        "link": row,
        "action": action_of(row.action),
        "cancel_url": back,
        "submit_label": _("Revoke the link"),
        "tone": "danger",
    }
    return render(request, "portal/revoke.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def statement_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a client to confirm its balance."""
    user = current_user(request)
    client = get_object_or_404(Client.objects.visible_to(user), pk=pk)
    on = today(client.time_zone or settings.TIME_ZONE)
    accounts = _accounts(client, on)
    form = StatementLinkForm(request.POST or None, client=client, accounts=accounts, today=on)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        creditor_pk, currency = given.pop("account").split(":")
        try:
            issued = issue_statement_confirmation(
                client=client,
                creditor=Creditor.objects.get(pk=creditor_pk),
                currency=currency,
                **given,
                actor=user,
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            return issued_page(request, issued)
    context = {
        "form": form,
        "client": client,
        "has_accounts": bool(accounts),
        "cancel_url": reverse("clients:client", args=[client.pk]),
    }
    return render(request, "portal/statement_new.html", context)


def _accounts(client: Client, on: dt.date) -> list[tuple[str, str]]:
    """The accounts on which something is open, as choices."""
    language = get_language() or "en"
    positions = [one for one in client_positions(client_id=client.pk, on=on) if one.invoices]
    names = Creditor.objects.in_bulk([one.creditor_id for one in positions])
    return [
        (
            f"{one.creditor_id}:{one.currency}",
            f"{names[one.creditor_id]} · "
            f"{format_money(one.aging.receivables, one.currency, language)}",
        )
        for one in positions
    ]


@staff_required
@require_http_methods(GET_AND_POST)
def contract_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a client to accept the newest version of a contract."""
    user = current_user(request)
    mine = Contract.objects.visible_to(user).select_related("client", "creditor")
    contract = get_object_or_404(mine, pk=pk)
    form = IssueLinkForm(request.POST or None, client=contract.client)
    if request.method == "POST" and form.is_valid():
        try:
            issued = issue_contract_acceptance(
                contract=contract, **form.cleaned_data, actor=user, at=now()
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            return issued_page(request, issued)
    cancel_url = reverse("contracts:contract", args=[contract.pk])
    context = {"form": form, "contract": contract, "cancel_url": cancel_url}
    return render(request, "portal/contract_new.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def delivery_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a client to accept a delivery."""
    user = current_user(request)
    mine = Delivery.objects.filter(contract__in=Contract.objects.visible_to(user))
    related = ("contract__client", "contract__creditor", "line", "document")
    delivery = get_object_or_404(mine.select_related(*related), pk=pk)
    form = IssueLinkForm(request.POST or None, client=delivery.contract.client)
    if request.method == "POST" and form.is_valid():
        try:
            issued = issue_delivery_acceptance(
                delivery=delivery, **form.cleaned_data, actor=user, at=now()
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            return issued_page(request, issued)
    cancel_url = reverse("contracts:contract", args=[delivery.contract_id]) + "#performance"
    context = {"form": form, "delivery": delivery, "cancel_url": cancel_url}
    return render(request, "portal/delivery_new.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def amendment_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a client to accept a change of a contract that was approved."""
    user = current_user(request)
    mine = Amendment.objects.visible_to(user).select_related("contract__client", "version")
    amendment = get_object_or_404(mine, pk=pk)
    form = IssueLinkForm(request.POST or None, client=amendment.contract.client)
    if request.method == "POST" and form.is_valid():
        try:
            issued = issue_amendment_acceptance(
                amendment=amendment, **form.cleaned_data, actor=user, at=now()
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            return issued_page(request, issued)
    cancel_url = reverse("contracts:amendment", args=[amendment.pk])
    context = {
        "form": form,
        "amendment": amendment,
        "contract": amendment.contract,
        "cancel_url": cancel_url,
    }
    return render(request, "portal/amendment_new.html", context)


def issued_page(request: HttpRequest, issued: Issued) -> HttpResponse:
    """The address of a new link, shown in the answer to the form and never again."""
    row = issued.link
    context = {
        "link": row,
        "action": action_of(row.action),
        "token": issued.token,
        "url": site_address(reverse("portal:entry", args=[issued.token])),
    }
    response = render(request, "portal/issued.html", context)
    response["Cache-Control"] = "no-store"
    return response


@staff_required
@require_POST
def link_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a link that was just made to its recipient, once."""
    row = _mine(request, pk)
    token = request.POST.get("token", "")
    url = site_address(f"/p/{token}/")
    try:
        outcome = send_link(link=row, token=token, url=url, actor=current_user(request), at=now())
    except UnableToSendLink as refusal:
        messages.error(request, str(refusal))
    else:
        told = {
            LinkMail.SENT: (messages.success, _("Sent to %s.")),
            LinkMail.FAILED: (messages.error, _("The mail server refused %s.")),
            LinkMail.IN_DOUBT: (messages.warning, _("Not known whether it reached %s.")),
            LinkMail.NONE: (
                messages.error,
                _("The mail server is out of reach; nothing went to %s. You may try again."),
            ),
        }
        tell, words = told[outcome]
        tell(request, words % row.recipient_email)
        if outcome is LinkMail.NONE:
            return issued_page(request, Issued(row, token))
    return redirect("portal:link", row.pk)
