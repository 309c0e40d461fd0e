"""The staff's side of minutes: ask a client to confirm them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from core.access import current_user, staff_required
from core.dates import now
from core.errors import Refusal
from core.forms import note_refusal
from interactions.models import Minutes
from portal.forms import RemindingLinkForm
from portal.services import issue_minutes_confirmation
from portal.views.staff import GET_AND_POST, issued_page


@staff_required
@require_http_methods(GET_AND_POST)
def minutes_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a client to confirm the minutes of a meeting."""
    user = current_user(request)
    mine = Minutes.objects.visible_to(user)
    minutes = get_object_or_404(mine.select_related("meeting__client", "meeting__creditor"), pk=pk)
    form = RemindingLinkForm(request.POST or None, client=minutes.meeting.client)
    if request.method == "POST" and form.is_valid():
        try:
            issued = issue_minutes_confirmation(
                minutes=minutes, **form.cleaned_data, actor=user, at=now()
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            return issued_page(request, issued)
    context = {
        "form": form,
        "minutes": minutes,
        "meeting": minutes.meeting,
        "cancel_url": reverse("interactions:meeting", args=[minutes.meeting_id]),
    }
    return render(request, "portal/minutes_new.html", context)
