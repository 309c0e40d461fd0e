"""The staff's side of appeals by link: let a client read what is held against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.access import current_user, staff_required
from core.dates import now
from core.errors import Refusal
from core.forms import note_refusal
from credit.models import CreditHold, FreeEntry, RiskBehaviour, ScoreSnapshot
from credit.selectors.held import HeldThing
from portal.forms import IssueLinkForm
from portal.services.appeals import appeal_preview, issue_appeal
from portal.views.staff import GET_AND_POST, issued_page

#: What one may tell a client of, by the word in the address, and the page it is on.
_THINGS: Final[Mapping[str, tuple[Any, str]]] = {
    "behaviour": (RiskBehaviour, "credit:behaviour"),
    "free": (FreeEntry, "credit:free_entry"),
    "hold": (CreditHold, "credit:hold"),
    "grade": (ScoreSnapshot, "credit:snapshot"),
}


@staff_required
@require_http_methods(GET_AND_POST)
def appeal_new(request: HttpRequest, about: str, pk: int) -> HttpResponse:
    """Let a client read what is held against it, and appeal."""
    if about not in _THINGS:
        raise Http404
    user, at = current_user(request), now()
    model, page = _THINGS[about]
    rows = model.objects.visible_to(user).select_related("client")
    thing: HeldThing = get_object_or_404(rows, pk=pk)
    form = IssueLinkForm(request.POST or None, client=thing.client)
    if request.method == "POST" and form.is_valid():
        try:
            issued = issue_appeal(thing=thing, **form.cleaned_data, actor=user, at=at)
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            return issued_page(request, issued)
    context = {
        "form": form,
        "client": thing.client,
        "cancel_url": reverse(page, args=[thing.pk]),
        **appeal_preview(thing, at=at),
    }
    return render(request, "portal/appeal_new.html", context)
