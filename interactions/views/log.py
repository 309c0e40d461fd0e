"""The log of one client, and corrections.

Logging a conversation joins promises and disputes: see `workspace.views.calls`.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client
from core.access import current_user, staff_required
from core.dates import now
from core.documents import document_response
from core.errors import Refusal
from core.forms import note_refusal
from core.paging import stretch
from interactions.forms import CorrectionForm
from interactions.models import Interaction, InteractionDocument
from interactions.selectors import log_of
from interactions.services import log_interaction

GET_AND_POST = ["GET", "HEAD", "POST"]


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
    """A file of an entry, in the page where that is safe; who does not see the client gets 404."""
    mine = InteractionDocument.objects.visible_to(current_user(request))
    row = get_object_or_404(mine.select_related("document"), pk=pk)
    return document_response(row.document, inline="inline" in request.GET)
