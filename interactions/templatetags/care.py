"""Care of a client, as a section of its page."""

from typing import Any

from django import template

from clients.models import Client
from core.dates import today
from interactions.models import ClientCare, Revisit, SurveyAnswer
from interactions.states import RevisitState
from interactions.views.care import care_zone, revisit_row
from interactions.views.surveys import answer_row

register = template.Library()

SHOWN = 3


@register.inclusion_tag("interactions/_client_care.html")
def client_care(client: Client) -> dict[str, Any]:
    """`{% client_care client %}`: its level, visits and answers; who sees the client sees them."""
    on = today(care_zone())
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
