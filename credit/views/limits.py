"""Contracts over the limit: the queue, one request with its decisions, and deciding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contracts.models import Contract
from core.access import current_user, money_required, staff_required
from core.dates import now
from core.errors import Refusal
from core.forms import note_refusal
from core.models import User
from core.money import format_money
from core.paging import stretch
from core.states import Role
from credit.forms.limits import AskReleaseForm, LimitReasonForm, ReleaseForm
from credit.models import LimitDecision, LimitRequest
from credit.rules.policy import line_for
from credit.selectors.limits import over_limit, requests_to_list
from credit.selectors.standings import policy_lines
from credit.services.limits import (
    ask_for_release,
    recheck_over_limit,
    reject_over_limit,
    release_over_limit,
    revoke_release,
)
from credit.states import LIMIT_TRANSITIONS, LimitRequestState, may_decide
from credit.views.policy import GET_AND_POST, day_here

S = LimitRequestState


@dataclass(frozen=True, slots=True)
class Step:
    """One decision as its page shows it."""

    to: LimitRequestState
    form: type[Any]
    service: Callable[..., LimitDecision]
    title: str | Promise
    tone: str
    icon: str


STEPS: Final[Mapping[str, Step]] = {
    "release": Step(
        S.RELEASED, ReleaseForm, release_over_limit, gettext_lazy("Release"), "primary", "check"
    ),
    "reject": Step(
        S.REJECTED, LimitReasonForm, reject_over_limit, gettext_lazy("Reject"), "danger", "x"
    ),
    "recheck": Step(
        S.SETTLED,
        LimitReasonForm,
        recheck_over_limit,
        gettext_lazy("Check again"),
        "primary",
        "refresh",
    ),
    "revoke": Step(
        S.REVOKED,
        LimitReasonForm,
        revoke_release,
        gettext_lazy("Take the release back"),
        "danger",
        "arrow-back-up",
    ),
}


@staff_required
@require_safe
def limits(request: HttpRequest) -> HttpResponse:
    """Requests that wait for a decision, then those that were decided."""
    user = current_user(request)
    is_open = request.GET.get("show", "open") != "decided"
    found = requests_to_list(user=user, is_open=is_open)
    rows = stretch(found, order=("-asked_at", "-pk"), after=request.GET.get("after", ""))
    waiting = requests_to_list(user=user, is_open=True).count()
    tabs = [(_("Waiting"), "?show=open", is_open, waiting), (_("Decided"), "?show=decided",
            not is_open, None)]  # fmt: skip
    context = {
        "rows": [_row(one) for one in rows.rows],
        "cursor": rows.cursor,
        "is_open": is_open,
        "tabs": [
            {"label": label, "url": url, "is_active": active, "count": count}
            for label, url, active, count in tabs
        ],
    }
    return render(request, "credit/limits.html", context)


def _row(one: LimitRequest) -> dict[str, Any]:
    language = get_language() or "en"
    return {
        "row": one,
        "price": format_money(one.amount, one.contract.currency, language),
        "exposure": format_money(one.exposure, one.currency, language),
        "limit": format_money(one.limit, one.currency, language),
        "over": format_money(max(one.exposure - one.limit, Decimal(0)), one.currency, language),
    }


@staff_required
@require_safe
def limit(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked, the figures as they were and as they are, and every decision."""
    user = current_user(request)
    row = _own(user, pk)
    over = over_limit(row.contract, day_here())
    language = get_language() or "en"
    may = _may(user, row)
    context = {
        **_row(row),
        "contract": row.contract,
        "client": row.client,
        "now": None if over is None else format_money(over.exposure, over.currency, language),
        "decisions": [
            (one, format_money(one.exposure, row.currency, language))
            for one in row.decisions.select_related("actor").order_by("-at", "-pk")
        ],
        "steps": [
            (reverse("credit:limit_step", args=[pk, name]), step)
            for name, step in STEPS.items()
            if may and step.to in LIMIT_TRANSITIONS[S(row.state)]
        ],
        "least": _least(row),
        "may": may,
    }
    return render(request, "credit/limit.html", context)


def _own(user: User, pk: int) -> LimitRequest:
    mine = LimitRequest.objects.visible_to(user)
    related = mine.select_related("client", "contract__client", "contract__creditor", "asked_by")
    return get_object_or_404(related, pk=pk)


def _least(row: LimitRequest) -> str:
    line = line_for(policy_lines(), row.client.segment, row.client.grade)
    return str(Role(line.approver if line is not None else Role.ADMIN).label)


def _may(user: User, row: LimitRequest) -> bool:
    line = line_for(policy_lines(), row.client.segment, row.client.grade)
    involved = {row.asked_by_id, row.contract.created_by_id, row.client.owner_id}
    return line is not None and may_decide(user.role, line.approver) and user.pk not in involved


@money_required
@require_http_methods(GET_AND_POST)
def limit_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Take one decision on a request."""
    step = STEPS.get(name)
    if step is None:
        raise Http404
    user = current_user(request)
    row = _own(user, pk)
    on = day_here()
    over = over_limit(row.contract, on)
    initial = {
        "expires_on": ReleaseForm.usual_end(on),
        "seen": over.exposure if over else row.exposure,
    }
    form = step.form(request.POST or None, initial=initial)
    url = reverse("credit:limit", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            step.service(request=row, actor=user, at=now(), **form.cleaned_data)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Kept."))
            return redirect(url)
    intro = ""
    if over is not None:
        intro = _("With this contract the exposure is %(used)s; the limit is %(limit)s.") % {
            "used": format_money(over.exposure, over.currency, get_language() or "en"),
            "limit": format_money(over.limit, over.currency, get_language() or "en"),
        }
    context = {"client": row.client, "title": step.title, "form": form, "tone": step.tone}
    return render(request, "credit/decide.html", {**context, "cancel_url": url, "intro": intro})


@staff_required
@require_http_methods(GET_AND_POST)
def limit_ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to let a contract pass over the limit; one that waits is shown instead."""
    user = current_user(request)
    mine = Contract.objects.visible_to(user).select_related("client", "creditor")
    contract = get_object_or_404(mine, pk=pk)
    waiting = LimitRequest.objects.filter(
        contract=contract,
        state=S.ASKED,
        version_number=contract.version_number,
        amount=contract.amount or Decimal(0),
    ).first()
    if waiting is not None:
        return redirect("credit:limit", waiting.pk)
    form = AskReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = ask_for_release(contract=contract, actor=user, at=now(), **form.cleaned_data)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Asked. It waits for a decision."))
            return redirect("credit:limit", row.pk)
    context = {
        "client": contract.client,
        "title": _("Ask for a release over the limit"),
        "form": form,
        "cancel_url": reverse("contracts:contract", args=[pk]),
        "intro": _("The release is for this text and price, and for no other contract."),
    }
    return render(request, "credit/decide.html", context)
