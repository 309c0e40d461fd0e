"""Behaviours held against clients: proposed with evidence, decided by a manager who did not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client
from core.access import approver_required, current_user, staff_required
from core.dates import now
from core.display import format_day
from core.errors import Refusal
from core.forms import note_refusal
from core.models import User
from core.paging import stretch
from core.ui import badge_for
from credit.forms.fairness import (
    BehaviourFilterForm,
    ProposeBehaviourForm,
    ReasonForm,
    evidence_words,
)
from credit.models import BehaviourTransition, RiskBehaviour
from credit.selectors.columns import our_day
from credit.selectors.fairness import evidence_of, weights_now
from credit.services.behaviours import (
    confirm_behaviour,
    may_withdraw,
    propose_behaviour,
    reject_behaviour,
    withdraw_behaviour,
)
from credit.states import BEHAVIOUR_TRANSITIONS, BehaviourState, Factor

GET_AND_POST = ["GET", "HEAD", "POST"]
S = BehaviourState


@dataclass(frozen=True, slots=True)
class Decision:
    """What a manager may say to a proposal."""

    to: BehaviourState
    service: Callable[..., RiskBehaviour]
    title: str | Promise
    what: str | Promise
    icon: str


DECISIONS: Final[Mapping[str, Decision]] = {
    "confirm": Decision(
        S.CONFIRMED,
        confirm_behaviour,
        gettext_lazy("Confirm it"),
        gettext_lazy("It takes points of the score from now on, for a year after it happened."),
        "circle-check",
    ),
    "reject": Decision(
        S.REJECTED,
        reject_behaviour,
        gettext_lazy("Do not confirm"),
        gettext_lazy("It never counts. The proposal stays on record with your reason."),
        "circle-x",
    ),
}


@staff_required
@require_safe
def behaviours(request: HttpRequest) -> HttpResponse:
    """Proposals that wait for a manager, the latest first; others when asked."""
    user = current_user(request)
    form = BehaviourFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = RiskBehaviour.objects.visible_to(user)
    state = chosen.get("state") or S.PROPOSED
    if state != "all":
        found = found.filter(state=state)
    if chosen.get("kind"):
        found = found.filter(kind=chosen["kind"])
    rows = stretch(
        found.select_related("client", "proposed_by"),
        order=("-proposed_at", "-pk"),
        after=request.GET.get("after", ""),
    )
    context = {
        "rows": [behaviour_row(one) for one in rows.rows],
        "cursor": rows.cursor,
        "form": form,
        "may_weigh": user.may_approve,
    }
    return render(request, "credit/behaviours.html", context)


def behaviour_row(row: RiskBehaviour) -> dict[str, Any]:
    """A behaviour as a list shows it."""
    language = get_language() or "en"
    return {
        "row": row,
        "url": reverse("credit:behaviour", args=[row.pk]),
        "client_url": reverse("clients:client", args=[row.client_id]),
        "kind": Factor(row.kind).label,
        "happened_on": format_day(row.happened_on, language),
        "proposed_by": row.proposed_by.name if row.proposed_by else _("a rule"),
    }


@staff_required
@require_safe
def client_behaviours(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that was ever proposed of one client, with what came of it."""
    user = current_user(request)
    client = get_object_or_404(Client.objects.visible_to(user), pk=pk)
    rows = stretch(
        client.behaviours.select_related("client", "proposed_by"),
        order=("-happened_on", "-pk"),
        after=request.GET.get("after", ""),
    )
    context = {
        "client": client,
        "rows": [behaviour_row(one) for one in rows.rows],
        "cursor": rows.cursor,
    }
    return render(request, "credit/client_behaviours.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def behaviour_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose to hold something against a client, with its evidence."""
    user, at = current_user(request), now()
    client = get_object_or_404(Client.objects.visible_to(user), pk=pk)
    on = our_day(at)
    form = ProposeBehaviourForm(request.POST or None, client=client, initial={"happened_on": on})
    if request.method == "POST" and form.is_valid():
        try:
            made = propose_behaviour(client=client, **form.given(), actor=user, on=on, at=at)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Proposed. Another manager decides whether it is so."))
            return redirect("credit:behaviour", made.pk)
    cancel_url = reverse("credit:client_behaviours", args=[client.pk])
    context = {"form": form, "client": client, "cancel_url": cancel_url}
    return render(request, "credit/behaviour_new.html", context)


def _mine(request: HttpRequest, pk: int) -> RiskBehaviour:
    found = RiskBehaviour.objects.visible_to(current_user(request))
    return get_object_or_404(
        found.select_related("client__owner", "proposed_by", "decided_by"), pk=pk
    )


@staff_required
@require_safe
def behaviour(request: HttpRequest, pk: int) -> HttpResponse:
    """One behaviour: what happened, what proves it, who said what, and appeals against it."""
    row, user = _mine(request, pk), current_user(request)
    history = row.transitions.select_related("actor").order_by("-at", "-pk")
    weight = weights_now().get(Factor(row.kind))
    context = {
        "behaviour": row,
        "kind": Factor(row.kind).label,
        "weight": weight,
        "evidence": [_proof(name, thing) for name, thing in evidence_of(row)],
        "history": [_entry(one) for one in history],
        "appeals": row.appeals.order_by("-received_on", "-pk"),
        "steps": _steps(row, user),
        "may_appeal": row.state == S.CONFIRMED,
        "is_own": row.proposed_by_id == user.pk,
    }
    return render(request, "credit/behaviour.html", context)


def _steps(row: RiskBehaviour, user: User) -> list[dict[str, Any]]:
    """What this person may do with it as it stands."""
    allowed = BEHAVIOUR_TRANSITIONS[S(row.state)]
    found: list[dict[str, Any]] = []
    if user.may_approve and row.proposed_by_id != user.pk:
        for name, one in DECISIONS.items():
            if one.to in allowed:
                url = reverse("credit:behaviour_decide", args=[row.pk, name])
                found.append({"url": url, "title": one.title, "icon": one.icon})
    if S.WITHDRAWN in allowed and may_withdraw(row, user):
        url = reverse("credit:behaviour_withdraw", args=[row.pk])
        found.append({"url": url, "title": _("Withdraw"), "icon": "arrow-back-up"})
    return found


_ADDRESSES: Final = {
    "document": "clients:document",
    "contract": "contracts:contract",
    "incident": "interactions:incident",
    "credit_note": "payments:credit_note",
    "complaint": "disputes:complaint",
}


def _proof(name: str, thing: Any) -> dict[str, Any]:
    if name == "interaction":
        url = f"{reverse('interactions:list', args=[thing.client_id])}#interaction-{thing.pk}"
    elif name == "dispute":
        url = reverse("payments:invoice", args=[thing.invoice_id])
    else:
        url = reverse(_ADDRESSES[name], args=[thing.pk])
    return {"name": name, "words": evidence_words(name, thing), "url": url}


def _entry(one: BehaviourTransition) -> dict[str, Any]:
    look = badge_for("behaviour", one.to_state)
    return {
        "icon": look.icon,
        "tone": look.tone,
        "title": str(S(one.to_state).label),
        "at": one.at,
        "who": one.actor.name if one.actor else _("a rule"),
        "body": one.note,
    }


@approver_required
@require_http_methods(GET_AND_POST)
def behaviour_decide(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Confirm a proposal or not, with a reason."""
    if name not in DECISIONS:
        raise Http404
    step = DECISIONS[name]
    return _step(request, _mine(request, pk), step.service, step.title, step.what)


@staff_required
@require_http_methods(GET_AND_POST)
def behaviour_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back one's own proposal, or as a manager what was confirmed."""
    what = _("It does not count from now on. What was said stays on record.")
    return _step(request, _mine(request, pk), withdraw_behaviour, _("Withdraw"), what)


def _step(
    request: HttpRequest,
    row: RiskBehaviour,
    service: Callable[..., RiskBehaviour],
    title: str | Promise,
    what: str | Promise,
) -> HttpResponse:
    back = reverse("credit:behaviour", args=[row.pk])
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service(
                behaviour=row,
                reason=form.cleaned_data["reason"],
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Noted."))
            return redirect(back)
    context = {"form": form, "title": title, "what": what, "cancel_url": back, "client": row.client}
    return render(request, "credit/fairness_step.html", context)
