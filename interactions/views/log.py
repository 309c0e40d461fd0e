"""The log of one client and of all, corrections, files.

Logging a conversation joins promises and disputes: see `workspace.views.calls`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client
from clients.selectors import our_zone
from core.access import current_user, staff_required
from core.dates import day_in, now
from core.documents import document_response, store_document
from core.errors import Refusal
from core.forms import note_refusal
from core.models import Document, User
from core.transactions import in_transaction
from interactions.forms import CorrectionForm, LogFilterForm
from interactions.models import Interaction, InteractionDocument
from interactions.rules.words import has_trigram
from interactions.selectors import abouts_of, everything_said, log_of, log_page
from interactions.services import log_interaction

GET_AND_POST = ["GET", "HEAD", "POST"]
# What is longer is folded in a list.
_LONG = 700
_MANY_LINES = 10


@staff_required
@require_safe
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """All entries of one client, the latest first."""
    client = get_object_or_404(Client.objects.visible_to(current_user(request)), pk=pk)
    form = LogFilterForm(request.GET, client=client)
    context = {"client": client, **_page(request, form, log_of(client))}
    return render(request, "interactions/list.html", context)


@staff_required
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """What was said with every client, by day; sales see their own clients."""
    form = LogFilterForm(request.GET)
    context = _page(request, form, everything_said(current_user(request)))
    return render(request, "interactions/everything.html", context)


def _page(request: HttpRequest, form: LogFilterForm, entries: Any) -> dict[str, Any]:
    chosen, zone = form.chosen(), our_zone()
    page = log_page(entries, chosen, time_zone=zone, after=request.GET.get("after", ""))
    return {
        "form": form,
        "rows": entry_rows(page.rows, zone),
        "cursor": page.cursor,
        "looked_back_to": page.looked_back_to,
        "short_words": bool(chosen.text) and not has_trigram(chosen.text),
        "is_filtered": chosen.is_narrow or bool(chosen.since or chosen.until or chosen.about),
        "time_zone": zone,
    }


def entry_rows(entries: Sequence[Interaction], time_zone: str) -> list[dict[str, Any]]:
    """Entries with what they were about, as the list shows them."""
    abouts = abouts_of(entries)
    return [
        {
            "entry": entry,
            "is_long": len(entry.body) > _LONG or entry.body.count("\n") > _MANY_LINES,
            "day": day_in(entry.occurred_at, time_zone),
            "abouts": abouts[entry.pk],
            "files": entry.attachments.all(),
            "corrections": entry.corrections.all(),
            "follow_ups": entry.follow_ups.all(),
            "breaches": entry.breaches.all(),
        }
        for entry in entries
    ]


@staff_required
@require_http_methods(GET_AND_POST)
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Set an entry right by a new one; nothing is ever edited."""
    user = current_user(request)
    entry = get_object_or_404(
        Interaction.objects.visible_to(user).select_related("client", "contact"), pk=pk
    )
    form = CorrectionForm(
        request.POST or None, request.FILES or None, initial={"outcome": entry.outcome}
    )
    back = reverse("interactions:list", args=[entry.client_id])
    if request.method == "POST" and form.is_valid() and _corrected(form, entry, user):
        messages.success(request, _("The correction is added; the first entry stays."))
        return redirect(back)
    context = {"form": form, "entry": entry, "client": entry.client, "cancel_url": back}
    return render(request, "interactions/correct.html", context)


def _corrected(form: CorrectionForm, entry: Interaction, user: User) -> bool:
    read = form.cleaned_data
    try:
        _write_correction(entry, read["body"], read["outcome"], read["attachments"], user)
    except Refusal as refusal:
        note_refusal(form, refusal)
        return False
    return True


@in_transaction
def _write_correction(
    entry: Interaction, body: str, outcome: str, files: Iterable[Any], user: User
) -> None:
    at = now()
    log_interaction(
        client=entry.client,
        kind=entry.kind,
        direction=entry.direction,
        occurred_at=entry.occurred_at,
        subject=entry.subject,
        body=body,
        outcome=outcome,
        contact=entry.contact,
        corrects=entry,
        documents=[_kept(one, actor=user, at=at) for one in files],
        actor=user,
        at=at,
    )


def _kept(upload: Any, *, actor: User, at: dt.datetime) -> Document:
    upload.seek(0)  # it may have been read by an attempt before
    return store_document(data=upload, name=upload.name, actor=actor, at=at)


@staff_required
@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of an entry, in the page where that is safe; who does not see the client gets 404."""
    mine = InteractionDocument.objects.visible_to(current_user(request))
    row = get_object_or_404(mine.select_related("document"), pk=pk)
    return document_response(
        row.document, inline="inline" in request.GET, byte_range=request.headers.get("Range", "")
    )
