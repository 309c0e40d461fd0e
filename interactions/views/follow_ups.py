"""What is to be done next with clients."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client
from clients.selectors import our_zone
from core.access import current_user, staff_required
from core.dates import now, today
from core.display import format_day
from core.errors import Refusal
from core.forms import note_refusal
from core.paging import stretch
from interactions.forms import FollowUpForm
from interactions.models import FollowUp
from interactions.services import add_follow_up, complete_follow_up

GET_AND_POST = ["GET", "HEAD", "POST"]
_FOLLOW_UP_VIEWS = ("due", "all")


def _today() -> dt.date:
    return today(our_zone())


@staff_required
@require_safe
def follow_ups(request: HttpRequest) -> HttpResponse:
    """What is due today or was before; `?show=all` also what comes. Everybody's for managers."""
    user, on = current_user(request), _today()
    show = request.GET.get("show", "")
    show = show if show in _FOLLOW_UP_VIEWS else "due"
    found = FollowUp.objects.visible_to(user).open().select_related("client", "owner")
    if not user.may_approve:
        found = found.filter(owner=user)
    if show == "due":
        found = found.filter(due_on__lte=on)
    rows = stretch(found, order=("due_on", "pk"), after=request.GET.get("after", ""))
    labels = {"due": _("Due today"), "all": pgettext("follow-ups", "All open")}
    context = {
        "rows": [_follow_up_row(one, on) for one in rows.rows],
        "cursor": rows.cursor,
        "tabs": [
            {"label": labels[one], "url": f"?show={one}", "is_active": one == show}
            for one in _FOLLOW_UP_VIEWS
        ],
    }
    return render(request, "interactions/follow_ups.html", context)


def _follow_up_row(row: FollowUp, on: dt.date) -> dict[str, Any]:
    return {
        "row": row,
        "due": format_day(row.due_on, get_language() or "en"),
        "is_late": row.due_on < on,
        "client": row.client.legal_name,
        "client_url": reverse("clients:client", args=[row.client_id]),
        "log_url": f"{reverse('interactions:log')}?client={row.client_id}&follow_up={row.pk}",
        "done_url": reverse("interactions:follow_up_done", args=[row.pk]),
    }


@staff_required
@require_http_methods(GET_AND_POST)
def follow_up_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan the next action with a client."""
    user = current_user(request)
    client = get_object_or_404(Client.objects.visible_to(user), pk=pk)
    form = FollowUpForm(request.POST or None)
    back = reverse("clients:client", args=[client.pk])
    if request.method == "POST" and form.is_valid():
        try:
            add_follow_up(client=client, owner=user, **form.cleaned_data, actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Planned."))
            return redirect(back)
    context = {"form": form, "client": client, "cancel_url": back}
    return render(request, "interactions/follow_up_form.html", context)


@staff_required
@require_POST
def follow_up_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick it off; twice is harmless."""
    user = current_user(request)
    row = get_object_or_404(FollowUp.objects.visible_to(user), pk=pk)
    complete_follow_up(follow_up=row, actor=user, at=now())
    messages.success(request, _("Done."))
    asked = request.POST.get("next", "")
    is_safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()})
    return redirect(asked if is_safe else reverse("clients:client", args=[row.client_id]))
