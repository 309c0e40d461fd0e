"""The staff's side of surveys: after what clients could be asked, and asking one."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Client
from clients.selectors import our_zone
from contracts.models import Delivery
from core.access import current_user, staff_required
from core.dates import day_in, now, today
from core.display import format_day
from core.errors import Refusal
from core.forms import note_refusal
from core.models import User
from disputes.models import Complaint
from interactions.models import Revisit
from interactions.selectors.surveys import newest_survey, not_before
from portal.forms import IssueLinkForm
from portal.selectors.surveys import survey_occasions, void_requests
from portal.services.surveys import Asked, Occasion, asked_about, issue_survey
from portal.views.staff import issued_page

GET_AND_POST = ["GET", "HEAD", "POST"]


def _rows(occasion: str, user: User) -> QuerySet[Any]:
    """What one may ask about, by the word in the address."""
    if occasion == "delivery":
        found = Delivery.objects.filter(contract__client__in=Client.objects.visible_to(user))
        return found.select_related("contract__client", "contract__creditor")
    if occasion == "complaint":
        complaints = Complaint.objects.visible_to(user)
        return complaints.select_related("client", "creditor")
    if occasion == "revisit":
        return Revisit.objects.visible_to(user).select_related("client")
    raise Http404


@staff_required
@require_safe
def survey_list(request: HttpRequest) -> HttpResponse:
    """What was over lately, whom one could ask about it, and why not."""
    on = today(our_zone())
    language = get_language() or "en"
    rows = [
        {
            "row": one,
            "day": format_day(one.on, language),
            "last": format_day(one.last_on, language) if one.last_on else "",
            "again": format_day(one.again_on, language) if one.again_on else "",
            "url": reverse("portal:survey_new", args=[one.occasion.lower(), one.pk]),
            "client_url": reverse("clients:client", args=[one.client.pk]),
        }
        for one in survey_occasions(user=current_user(request), on=on)
    ]
    return render(request, "portal/survey_occasions.html", {"rows": rows})


@staff_required
@require_http_methods(GET_AND_POST)
def survey_new(request: HttpRequest, occasion: str, pk: int) -> HttpResponse:
    """Ask a client how content it is."""
    user = current_user(request)
    about: Occasion = get_object_or_404(_rows(occasion, user), pk=pk)
    asked = asked_about(about)
    form = IssueLinkForm(request.POST or None, client=asked.client)
    if request.method == "POST" and form.is_valid():
        try:
            issued = issue_survey(about=about, **form.cleaned_data, actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            return issued_page(request, issued)
    context = {
        "form": form,
        "asked": asked,
        "client": asked.client,
        "version": newest_survey(),
        "cancel_url": reverse("clients:client", args=[asked.client.pk]),
        **_why_not(asked),
    }
    return render(request, "portal/survey_new.html", context)


def _why_not(asked: Asked) -> dict[str, Any]:
    """Why it would be refused now, said before anybody fills in a form."""
    if asked.creditor is None:
        return {}
    on = day_in(now(), asked.creditor.time_zone)
    void = void_requests(asked.client)
    lately = not_before(client=asked.client, creditor=asked.creditor, on=on, void=void)
    return {"lately": lately}
