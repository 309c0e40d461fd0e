"""A client's standing: what it is, where it comes from, and setting a part of it by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client
from core.access import approver_required, current_user, staff_required
from core.dates import now
from core.display import format_percent
from core.errors import Refusal
from core.forms import note_refusal
from core.models import User
from core.money import format_money
from credit.forms.standing import OverrideForm, ReasonForm
from credit.models import StandingOverride
from credit.selectors.exposure import Room
from credit.selectors.holds import open_hold, what_would_lift
from credit.selectors.standing import (
    StandingView,
    change_words,
    days_words,
    exposure_words,
    history_of,
    standing_view,
)
from credit.services.standing import confirm_rise, end_override, set_override
from credit.states import LimitAction, StandingPart
from credit.views.policy import GET_AND_POST, day_here

_BY_HAND = [part for part in StandingPart if part != StandingPart.HOLD]


def own_client(user: User, pk: int) -> Client:
    return get_object_or_404(Client.objects.visible_to(user).select_related("owner"), pk=pk)


@staff_required
@require_safe
def standing(request: HttpRequest, pk: int) -> HttpResponse:
    """Every part of a client's standing, its reason, what comes next and its history."""
    user = current_user(request)
    client = own_client(user, pk)
    on = day_here()
    view, hold = standing_view(client, on), open_hold(client)
    may_set = user.may_approve and client.owner_id != user.pk
    context = {
        "client": client,
        **standing_context(view, user),
        "may_set": may_set,
        "is_own": user.may_approve and not may_set,
        "hold": hold,
        "lifts": what_would_lift(client, on, hold=hold) if client.on_credit_hold else [],
        "parts": [
            (part.label, reverse("credit:override_new", args=[pk, part.value])) for part in _BY_HAND
        ],
        "history": [(row, *change_words(row)) for row in history_of(client)],
    }
    return render(request, "credit/standing.html", context)


def standing_context(view: StandingView, user: User) -> dict[str, Any]:
    """What the card and the page read.

    The figures of a group are for those who see all its clients: from a sum the others' follow.
    """
    client, check = view.client, view.check
    group = check.group if check.group and _sees_all(check.group, user) else None
    return {
        "client": client,
        "view": view,
        "own": room_words(check.own),
        "group": None if group is None else room_words(group),
        "members": _members(group, client) if group else [],
        "deposit": format_percent(view.ratio * 100, 1),
        "deposit_source": view.deposit_source,
        "days": days_words(view.days),
        "action": LimitAction(view.line.limit_action),
        "rise_to": None if view.rise_to is None else format_percent(view.rise_to * 100, 1),
    }


def room_words(room: Room) -> dict[str, Any]:
    """A limit and what is used of it, in words."""
    language = get_language() or "en"

    def money(amount: Any) -> str:
        return format_money(amount, room.currency, language)

    used = room.used
    share = 0
    if room.limit:
        share = min(int(used.amount * 100 / room.limit), 100)
    return {
        "limit": None if room.limit is None else money(room.limit),
        "used": money(used.amount),
        "free": None if room.free is None else money(room.free),
        "over": money(room.over) if room.is_over else "",
        "share": share,
        "open": money(used.open_amount),
        "unbilled": money(used.unbilled),
        "covered": money(used.covered),
        "others": [exposure_words(one) for one in room.others],
    }


def _sees_all(room: Room, user: User) -> bool:
    if user.sees_all_clients:
        return True
    mine = Client.objects.visible_to(user).filter(pk__in=room.members)
    return mine.count() == len(room.members)


def _members(room: Room, client: Client) -> list[Client]:
    return list(Client.objects.filter(pk__in=room.members).exclude(pk=client.pk).order_by("pk"))


@approver_required
@require_http_methods(GET_AND_POST)
def override_new(request: HttpRequest, pk: int, part: str) -> HttpResponse:
    """Set a part of a client's standing until a day, with a reason."""
    if part not in {one.value for one in _BY_HAND}:
        raise Http404
    user, on = current_user(request), day_here()
    client, chosen = own_client(user, pk), StandingPart(part)
    view = standing_view(client, on)
    form = OverrideForm(
        request.POST or None,
        part=chosen,
        currency=view.check.own.currency,
        initial={"expires_on": OverrideForm.usual_end(on), **_initial(view, chosen)},
    )

    def act(user: User) -> object:
        return set_override(client=client, part=chosen, actor=user, at=now(), **form.read())

    context = {"client": client, "title": _set_title(chosen), "form": form}
    return _decide(request, form, client, act, context)


def _set_title(part: StandingPart) -> str:
    return {
        StandingPart.GRADE: _("Set the grade by hand"),
        StandingPart.LIMIT: _("Set the credit limit by hand"),
        StandingPart.DEPOSIT: _("Set the deposit by hand"),
        StandingPart.TERMS: _("Set the payment terms by hand"),
    }[part]


def _initial(view: StandingView, part: StandingPart) -> dict[str, Any]:
    limit = view.client.credit_limit
    values: dict[StandingPart, dict[str, Any]] = {
        StandingPart.GRADE: {"value": view.client.grade},
        StandingPart.LIMIT: {"value": "" if limit is None else f"{limit.normalize():f}"},
        StandingPart.DEPOSIT: {"value": f"{(view.ratio * 100).normalize():f}"},
        StandingPart.TERMS: {"value": view.days},
    }
    return values[part]


@approver_required
@require_http_methods(GET_AND_POST)
def override_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a setting by hand before its day."""
    user = current_user(request)
    mine = StandingOverride.objects.visible_to(user).select_related("client")
    row = get_object_or_404(mine, pk=pk)
    form = ReasonForm(request.POST or None)

    def act(user: User) -> None:
        end_override(override=row, actor=user, at=now(), **form.cleaned_data)

    context = {"client": row.client, "title": _("End the setting by hand"), "form": form}
    return _decide(request, form, row.client, act, context)


@approver_required
@require_http_methods(GET_AND_POST)
def rise_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm that the deposit rises to what the policy asks of the grade."""
    client = own_client(current_user(request), pk)
    form = ReasonForm(request.POST or None)

    def act(user: User) -> None:
        confirm_rise(client=client, actor=user, at=now(), **form.cleaned_data)

    context = {"client": client, "title": _("Confirm the higher deposit"), "form": form}
    return _decide(request, form, client, act, context)


def _decide(
    request: HttpRequest,
    form: Any,
    client: Client,
    act: Callable[[User], object],
    context: dict[str, Any],
) -> HttpResponse:
    """Show a form, and carry out what it asks when it is sent."""
    url = reverse("clients:standing", args=[client.pk])
    if request.method == "POST" and form.is_valid():
        try:
            act(current_user(request))
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Kept."))
            return redirect(url)
    return render(request, "credit/decide.html", {**context, "cancel_url": url})
