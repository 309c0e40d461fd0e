"""Care of a client, as a section of its page."""

from typing import Any

from django import template

from clients.models import Client
from interactions.models import ClientCare, Revisit, SurveyAnswer
from interactions.states import RevisitState
from interactions.views.care import revisit_row
from interactions.views.surveys import answer_row

register = template.Library()

SHOWN = 3


@register.inclusion_tag("interactions/_client_care.html", takes_context=True)
def client_care(context: dict[str, Any], client: Client) -> dict[str, Any]:
    """`{% client_care client %}`: its level, visits and answers; who sees the client sees them."""
    on = context["on"]
    revisits = Revisit.objects.filter(client=client).select_related("client", "level")
    planned = revisits.planned().first()
    past = revisits.exclude(state=RevisitState.PLANNED).order_by("-decided_at", "-pk")
    answers = SurveyAnswer.objects.filter(client=client).select_related("client")
    return {
        "client": client,
        "care": ClientCare.objects.filter(client=client).select_related("level").first(),
        "planned": revisit_row(planned, on) if planned else None,
        "past": past[:SHOWN],
        "answers": [answer_row(one) for one in answers.order_by("-answered_on", "-pk")[:SHOWN]],
    }
