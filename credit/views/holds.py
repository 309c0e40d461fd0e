"""Holds: the queue, one with why and what would lift it, and its decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from core.access import approver_required, current_user, staff_required
from core.dates import now
from core.errors import Refusal
from core.forms import note_refusal
from core.paging import stretch
from credit.forms.holds import DeclineForm, HoldForm, HoldReasonForm
from credit.models import CreditHold
from credit.selectors.holds import open_hold, proposal_words, what_would_lift
from credit.services.holds import (
    ask_for_hold,
    decide_hold,
    decline_hold,
    place_hold,
    release_hold,
)
from credit.states import HOLD_OPEN, HOLD_TRANSITIONS, HoldState
from credit.views.policy import GET_AND_POST, day_here
from credit.views.standing import own_client

S = HoldState


@dataclass(frozen=True, slots=True)
class Step:
    """One decision as its page shows it."""

    to: HoldState
    form: type[Any]
    service: Callable[..., CreditHold]
    title: str | Promise
    tone: str
    icon: str


STEPS: Final[Mapping[str, Step]] = {
    "hold": Step(S.HELD, HoldForm, decide_hold, gettext_lazy("Put on hold"), "danger", "lock"),
    "decline": Step(
        S.DECLINED, DeclineForm, decline_hold, gettext_lazy("Do not hold"), "primary", "circle-x"
    ),
    "release": Step(
        S.RELEASED, HoldReasonForm, release_hold, gettext_lazy("Lift the hold"), "primary",
        "lock-open",
    ),
}  # fmt: skip


@staff_required
@require_safe
def holds(request: HttpRequest) -> HttpResponse:
    """Proposals first, then who is on hold, then what has ended."""
    user = current_user(request)
    show = request.GET.get("show", "proposed")
    chosen: Mapping[str, tuple[str, ...]] = {
        "proposed": (S.PROPOSED,),
        "held": (S.HELD,),
        "ended": tuple(state for state in S if state not in HOLD_OPEN),
    }
    if show not in chosen:
        raise Http404
    mine = CreditHold.objects.visible_to(user)
    found = mine.filter(state__in=chosen[show]).select_related("client", "decided_by")
    rows = stretch(found, order=("-proposed_at", "-pk"), after=request.GET.get("after", ""))
    counts = {key: mine.filter(state__in=chosen[key]).count() for key in ("proposed", "held")}
    labels = {"proposed": _("Proposed"), "held": _("On hold"), "ended": _("Ended")}
    context = {
        "rows": [(row, proposal_words(row)) for row in rows.rows],
        "cursor": rows.cursor,
        "show": show,
        "tabs": [
            {
                "label": label,
                "url": f"?show={key}",
                "is_active": key == show,
                "count": counts.get(key),
            }
            for key, label in labels.items()
        ],
    }
    return render(request, "credit/holds.html", context)


@staff_required
@require_safe
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a client is or should be on hold, what would lift it, and its history."""
    user = current_user(request)
    row = _own_hold(request, pk)
    may_decide = user.may_approve and row.client.owner_id != user.pk
    context = {
        "hold": row,
        "client": row.client,
        "why": proposal_words(row),
        "lifts": what_would_lift(row.client, day_here(), hold=row)
        if row.state in HOLD_OPEN
        else [],
        "steps": [
            (reverse("credit:hold_step", args=[pk, name]), step)
            for name, step in STEPS.items()
            if may_decide and step.to in HOLD_TRANSITIONS[HoldState(row.state)]
        ],
        "is_own": user.may_approve and not may_decide,
        "transitions": row.transitions.select_related("actor").order_by("-at", "-pk"),
    }
    return render(request, "credit/hold.html", context)


def _own_hold(request: HttpRequest, pk: int) -> CreditHold:
    mine = CreditHold.objects.visible_to(current_user(request))
    return get_object_or_404(mine.select_related("client", "decided_by", "proposed_by"), pk=pk)


@approver_required
@require_http_methods(GET_AND_POST)
def hold_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Take one decision on a hold."""
    step = STEPS.get(name)
    if step is None:
        raise Http404
    row = _own_hold(request, pk)
    form = step.form(request.POST or None, initial=_initial(row))
    url = reverse("credit:hold", args=[pk])
    if request.method == "POST" and form.is_valid():
        try:
            step.service(hold=row, actor=current_user(request), at=now(), **form.cleaned_data)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Kept."))
            return redirect(url)
    context = {"client": row.client, "title": step.title, "form": form, "tone": step.tone}
    return render(request, "credit/decide.html", {**context, "cancel_url": url})


def _initial(row: CreditHold) -> dict[str, Any]:
    """A proposal's words are a first reason."""
    reason = " ".join(proposal_words(row))[:300] if row.state == S.PROPOSED else ""
    return {"reason": reason, "expires_on": HoldForm.usual_end(day_here())}


@staff_required
@require_http_methods(GET_AND_POST)
def hold_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A manager puts a client on hold; anybody else proposes it."""
    user = current_user(request)
    client = own_client(user, pk)
    standing = open_hold(client)
    if standing is not None:
        return redirect("credit:hold", standing.pk)
    decides = user.may_approve and client.owner_id != user.pk
    if decides:
        form: Any = HoldForm(
            request.POST or None, initial={"expires_on": HoldForm.usual_end(day_here())}
        )
    else:
        form = HoldReasonForm(request.POST or None)
    service: Callable[..., CreditHold] = place_hold if decides else ask_for_hold
    if request.method == "POST" and form.is_valid():
        try:
            row = service(client=client, actor=user, at=now(), **form.cleaned_data)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Kept."))
            return redirect("credit:hold", row.pk)
    context = {
        "client": client,
        "title": _("Put on hold") if decides else _("Propose a hold"),
        "form": form,
        "tone": "danger" if decides else "primary",
        "cancel_url": reverse("clients:standing", args=[pk]),
    }
    return render(request, "credit/decide.html", context)
