"""How a creditor reminds: the ladder and its settings, for managers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clients.models import Creditor
from core.access import approver_required, current_user
from core.dates import now
from core.errors import Refusal
from core.forms import note_refusal
from reminders.forms.policy import PolicyForm, rung_forms
from reminders.models import LadderPolicy
from reminders.selectors.policy import ladder_of
from reminders.services.policy import change_policy


@approver_required
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """One policy per creditor."""
    rows = [(c, ladder_of(c)) for c in Creditor.objects.order_by("code")]
    return render(request, "reminders/policies.html", {"rows": rows})


@approver_required
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the ladder. What was sent stays sent; nobody starts again."""
    creditor = get_object_or_404(Creditor, pk=pk)
    stored = LadderPolicy.objects.filter(creditor=creditor).first()
    form = PolicyForm(request.POST or None, instance=stored or LadderPolicy(creditor=creditor))
    steps = rung_forms(request.POST or None, list(ladder_of(creditor).rungs.values()))
    if request.method == "POST" and form.is_valid() and steps.is_valid():
        try:
            change_policy(
                creditor=creditor,
                rungs=[step.rung() for step in steps],
                fields=form.cleaned_data,
                actor=current_user(request),
                at=now(),
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. It counts from the next plan on."))
            return redirect("reminders:policies")
    cancel = reverse("reminders:policies")
    context = {"creditor": creditor, "form": form, "steps": steps, "cancel_url": cancel}
    return render(request, "reminders/policy.html", context)
