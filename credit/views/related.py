"""Related clients: the list of pairs, one with both sides beside each other, the decision."""

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

from clients.models import Client
from core.access import MONEY, current_user, money_required, staff_required
from core.dates import now
from core.errors import Refusal
from core.forms import note_refusal
from core.models import User
from core.paging import stretch
from credit.forms.related import RelatedFilterForm, RelatedReasonForm
from credit.models import RelatedPair
from credit.models.related import RelatedPairQuerySet
from credit.selectors.related import Side, sides_for, sign_from
from credit.services.related import confirm_pair, dismiss_pair
from credit.states import RELATED_TRANSITIONS, RelatedState

GET_AND_POST = ["GET", "HEAD", "POST"]
S = RelatedState


@dataclass(frozen=True, slots=True)
class Step:
    """One decision as its page shows it."""

    to: RelatedState
    service: Callable[..., RelatedPair]
    title: str | Promise
    what: str | Promise
    icon: str


STEPS: Final[Mapping[str, Step]] = {
    "confirm": Step(
        S.CONFIRMED,
        confirm_pair,
        gettext_lazy("They belong together"),
        gettext_lazy("From now on they are one risk: what all of them owe counts for each."),
        "link",
    ),
    "dismiss": Step(
        S.DISMISSED,
        dismiss_pair,
        gettext_lazy("Not related"),
        gettext_lazy("The pair comes back only when there is a sign that is not known today."),
        "circle-x",
    ),
}


@staff_required
@require_safe
def related(request: HttpRequest) -> HttpResponse:
    """Pairs to be decided, the strongest first; others when asked."""
    user = current_user(request)
    form = RelatedFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = _filtered(RelatedPair.objects.visible_to(user), chosen, user)
    rows = stretch(
        found.select_related("left", "right"),
        order=("-points", "-pk"),
        after=request.GET.get("after", ""),
    )
    context = {
        "rows": [pair_row(one, user) for one in rows.rows],
        "cursor": rows.cursor,
        "form": form,
    }
    return render(request, "credit/related.html", context)


def _filtered(
    found: RelatedPairQuerySet, chosen: Mapping[str, Any], user: User
) -> RelatedPairQuerySet:
    state = chosen.get("state") or S.PROPOSED
    if state != "all":
        found = found.filter(state=state)
    if chosen.get("sign"):
        found = found.filter(signs__contains=[{"kind": chosen["sign"]}])
    if chosen.get("client"):
        mine = Client.objects.visible_to(user).filter(pk=chosen["client"]).first()
        found = found.of(mine) if mine else found.none()
    return found


def pair_row(pair: RelatedPair, user: User) -> dict[str, Any]:
    """A pair as a list shows it; both clients are there."""
    return {
        "pair": pair,
        "url": reverse("credit:related_pair", args=[pair.pk]),
        "sides": sides_for(pair, user),
        "kinds": list(dict.fromkeys(one["kind"] for one in pair.signs)),
        "steps": _steps(pair, user),
    }


def _steps(pair: RelatedPair, user: User) -> list[tuple[str, Step]]:
    """What this user may decide."""
    if user.role not in MONEY:
        return []
    return [
        (reverse("credit:related_step", args=[pair.pk, name]), step)
        for name, step in STEPS.items()
        if step.to in RELATED_TRANSITIONS[S(pair.state)]
    ]


def _pair(request: HttpRequest, pk: int) -> RelatedPair:
    visible = RelatedPair.objects.visible_to(current_user(request))
    return get_object_or_404(visible.select_related("left__owner", "right__owner"), pk=pk)


@staff_required
@require_safe
def related_pair(request: HttpRequest, pk: int) -> HttpResponse:
    """Both sides and what they have in common, beside each other."""
    user, pair = current_user(request), _pair(request, pk)
    sides = sides_for(pair, user)
    context = {
        "pair": pair,
        "sides": [_side_shown(side) for side in sides],
        "signs": [_sign_shown(one, sides) for one in pair.signs],
        "steps": _steps(pair, user),
        "all_open": all(side.is_open for side in sides),
        "transitions": pair.transitions.select_related("actor").order_by("-at", "-pk"),
    }
    return render(request, "credit/related_pair.html", context)


def _side_shown(side: Side) -> dict[str, Any]:
    """A client with its standing; of another's client the name alone."""
    client = side.client
    if not side.is_open:
        return {"name": client.legal_name, "is_open": False}
    return {
        "name": client.legal_name,
        "is_open": True,
        "client": client,
        "url": reverse("clients:client", args=[client.pk]),
        "owner": client.owner.name if client.owner else "",
    }


def _sign_shown(row: Mapping[str, Any], sides: tuple[Side, Side]) -> dict[str, Any]:
    """A sign with what each client has written; nothing of a client that is not shown."""
    sign = sign_from(row)
    texts = zip((sign.left, sign.right), sides, strict=True)
    return {
        "kind": sign.kind,
        "points": sign.points,
        "texts": [(side.client.legal_name, text if side.is_open else "") for text, side in texts],
    }


@money_required
@require_http_methods(GET_AND_POST)
def related_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Confirm or dismiss a pair, with a reason."""
    pair, user = _pair(request, pk), current_user(request)
    if name not in STEPS:
        raise Http404
    step = STEPS[name]
    back = reverse("credit:related_pair", args=[pair.pk])
    form = RelatedReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            step.service(pair=pair, **form.cleaned_data, actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Noted."))
            return redirect(back)
    context = {"form": form, "pair": pair, "step": step, "cancel_url": back}
    return render(request, "credit/related_step.html", context)
