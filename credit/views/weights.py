"""What behaviours weigh, and when rules propose them: a manager sees, weighs and says why."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import approver_required, current_user
from core.dates import now
from core.errors import Refusal
from core.forms import note_refusal
from credit.forms.fairness import ProposalRuleForm, WeightForm
from credit.models import FactorWeight, ProposalRule
from credit.selectors.behaviour_counts import clients_by_behaviour
from credit.selectors.columns import our_day
from credit.selectors.fairness import rules_now, weights_now, weights_with_effect
from credit.services.behaviours import set_proposal_rule
from credit.services.weights import set_weight
from credit.states import CONFIRMED_BY_PEOPLE, Factor

GET_AND_POST = ["GET", "HEAD", "POST"]


@approver_required
@require_safe
def weights(request: HttpRequest) -> HttpResponse:
    """Every behaviour: its points, how many clients have it, and when a rule proposes it."""
    rules = rules_now()
    context = {
        "rows": weights_with_effect(on=our_day(now())),
        "rules": [(one, rules.get(one)) for one in CONFIRMED_BY_PEOPLE],
    }
    return render(request, "credit/weights.html", context)


def _factor(name: str) -> Factor:
    if name not in Factor.values or not Factor(name).is_behaviour:
        raise Http404
    return Factor(name)


@approver_required
@require_http_methods(GET_AND_POST)
def weight(request: HttpRequest, name: str) -> HttpResponse:
    """Weigh one behaviour anew; its history below."""
    factor = _factor(name)
    form = WeightForm(request.POST or None, row=weights_now().get(factor))
    if request.method == "POST" and form.is_valid():
        try:
            set_weight(factor=factor, **form.cleaned_data, actor=current_user(request), at=now())
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. The next scoring uses these points."))
            return redirect("credit:weights")
    history = FactorWeight.objects.filter(factor=factor).select_related("created_by")
    context = {
        "form": form,
        "factor": factor,
        "clients": clients_by_behaviour(on=our_day(now()))[factor.value],
        "history": history.order_by("-pk")[:50],
        "cancel_url": reverse("credit:weights"),
    }
    return render(request, "credit/weight.html", context)


@approver_required
@require_http_methods(GET_AND_POST)
def proposal_rule(request: HttpRequest, name: str) -> HttpResponse:
    """When a rule proposes a behaviour; its history below."""
    if name not in CONFIRMED_BY_PEOPLE:
        raise Http404
    factor = Factor(name)
    form = ProposalRuleForm(request.POST or None, row=rules_now().get(factor))
    if request.method == "POST" and form.is_valid():
        try:
            set_proposal_rule(
                kind=factor, **form.cleaned_data, actor=current_user(request), at=now()
            )
        except Refusal as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("credit:weights")
    history = ProposalRule.objects.filter(kind=factor).select_related("created_by")
    context = {
        "form": form,
        "factor": factor,
        "history": history.order_by("-pk")[:50],
        "cancel_url": reverse("credit:weights"),
    }
    return render(request, "credit/proposal_rule.html", context)
