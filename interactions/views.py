"""The log of one client, corrections, and what is to be done next.

Logging a conversation joins promises and disputes: see `workspace.views.calls`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clients.models import Client
from clients.selectors import default_creditor
from core.access import current_user, staff_required
from core.dates import now, today
from core.display import format_day
from core.documents import document_response
from core.errors import Refusal
from core.forms import note_refusal
from core.paging import stretch
from interactions.forms import CorrectionForm, FollowUpForm
from interactions.models import FollowUp, Interaction
from interactions.selectors import log_of
from interactions.services import add_follow_up, complete_follow_up, log_interaction

GET_AND_POST = ["GET", "HEAD", "POST"]
_FOLLOW_UP_VIEWS = ("due", "all")


def _today() -> dt.date:
    creditor = default_creditor()
    return today(creditor.time_zone if creditor else settings.TIME_ZONE)


@staff_required
@require_safe
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """All entries of one client, the latest first."""
    client = get_object_or_404(Client.objects.visible_to(current_user(request)), pk=pk)
    rows = stretch(
        log_of(client), order=("-occurred_at", "-pk"), after=request.GET.get("after", "")
    )
    context = {"client": client, "rows": rows.rows, "cursor": rows.cursor}
    return render(request, "interactions/list.html", context)


@staff_required
@require_http_methods(GET_AND_POST)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Set an entry right by a new one; nothing is ever edited."""
    user = current_user(request)
    entry = get_object_or_404(
        Interaction.objects.visible_to(user).select_related("client", "contact"), pk=pk
    )
    form = CorrectionForm(request.POST or None)
    back = reverse("clients:client", args=[entry.client_id])
    if request.method == "POST" and form.is_valid():
        try:
            log_interaction(
                client=entry.client,
                kind=entry.kind,
                direction=entry.direction,
                occurred_at=entry.occurred_at,
                subject=entry.subject,
                body=form.cleaned_data["body"],
                contact=entry.contact,
                corrects=entry,
                actor=user,
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("The correction is added; the first entry stays."))
            return redirect(back)
    context = {"form": form, "entry": entry, "client": entry.client, "cancel_url": back}
    return render(request, "interactions/correct.html", context)


@staff_required
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the file of an entry; who does not see the client gets 404."""
    mine = Interaction.objects.visible_to(current_user(request)).exclude(document=None)
    entry = get_object_or_404(mine.select_related("document"), pk=pk)
    assert entry.document is not None  # noqa: S101  # excluded above
    return document_response(entry.document)


# --- Follow-ups ------------------------------------------------------------------------------


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
