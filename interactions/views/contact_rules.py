"""The rules of contact: what they are per country, what was not kept, who may be called again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Contact
from core.access import approver_required, current_user, staff_required
from core.dates import now
from core.errors import Refusal
from core.forms import note_refusal
from core.paging import stretch
from interactions.forms.contact_rules import LiftForm, PolicyForm
from interactions.models import ContactPolicy
from interactions.selectors.contact_rules import (
    breaches_visible_to,
    policy_for,
    recording_notes,
    standing_refusals,
)
from interactions.services import lift_refusal, set_contact_policy
from interactions.services.contact_rules import PolicyTerms

GET_AND_POST = ["GET", "HEAD", "POST"]


@approver_required
@require_safe
def breaches(request: HttpRequest) -> HttpResponse:
    """Contacts that did not keep a rule, the latest first."""
    found = breaches_visible_to(current_user(request))
    rows = stretch(found, order=("-interaction", "-pk"), after=request.GET.get("after", ""))
    context = {"rows": rows.rows, "cursor": rows.cursor}
    return render(request, "interactions/breaches.html", context)


@approver_required
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """Every row of the rules, by country, the newest first."""
    rows = ContactPolicy.objects.select_related("created_by").order_by(
        "country", "-effective_on", "-pk"
    )
    return render(request, "interactions/policies.html", {"rows": rows[:200]})


@approver_required
@require_http_methods(GET_AND_POST)
def policy_new(request: HttpRequest) -> HttpResponse:
    """Enter the rules of a country from a day on; earlier rows stay."""
    form = PolicyForm(request.POST or None, initial=_today_of(request.GET.get("country", "")))
    if request.method == "POST" and form.is_valid():
        try:
            set_contact_policy(
                country=form.cleaned_data["country"],
                effective_on=form.cleaned_data["effective_on"],
                terms=form.terms(),
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("The rules are entered."))
            return redirect("interactions:policies")
    context = {"form": form, "cancel_url": reverse("interactions:policies")}
    return render(request, "interactions/policy_form.html", context)


def _today_of(country: str) -> dict[str, Any]:
    """What holds today, to begin from."""
    on = now().date()
    policy = policy_for(country[:2].upper(), on=on)
    if policy is None:
        return {"effective_on": on}
    known = {name: getattr(policy, name) for name in PolicyTerms.__slots__ if name != "source"}
    return {"country": policy.country, "effective_on": on, **known}


@approver_required
@require_http_methods(GET_AND_POST)
def refusal_lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Allow a person to be called again who had refused to talk, with the reason."""
    user = current_user(request)
    contact = get_object_or_404(Contact.objects.visible_to(user).select_related("client"), pk=pk)
    form = LiftForm(request.POST or None)
    back = reverse("clients:client", args=[contact.client_id])
    if request.method == "POST" and form.is_valid():
        try:
            lift_refusal(contact=contact, reason=form.cleaned_data["reason"], actor=user, at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("This person may be called again."))
            return redirect(back)
    context = {
        "form": form,
        "contact": contact,
        "client": contact.client,
        "refusals": standing_refusals(contact).select_related("recorded_by")[:20],
        "cancel_url": back,
    }
    return render(request, "interactions/refusal_lift.html", context)


@staff_required
@require_safe
def notes_on_recordings(request: HttpRequest) -> HttpResponse:
    """What is known of the law of recordings, place by place, with its source."""
    language = get_language() or "en"
    rows = [
        {"row": one, "name": one.name_in(language), "text": one.text_in(language)}
        for one in recording_notes(on=now().date())
    ]
    return render(request, "interactions/recording_notes.html", {"rows": rows})
