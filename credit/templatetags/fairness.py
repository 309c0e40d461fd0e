"""The behaviours and appeals of a client, as a section of its page."""

from typing import Any

from django import template

from clients.models import Client
from core.dates import now
from credit.models import Appeal, RiskBehaviour
from credit.selectors.columns import our_day
from credit.views.appeals import appeal_row
from credit.views.behaviours import behaviour_row

register = template.Library()

SHOWN = 5


@register.inclusion_tag("credit/_client_fairness.html")
def client_fairness(client: Client) -> dict[str, Any]:
    """`{% client_fairness client %}`: the latest; who sees the client sees them."""
    on = our_day(now())
    behaviours = RiskBehaviour.objects.filter(client=client).select_related("client", "proposed_by")
    appeals = Appeal.objects.filter(client=client).select_related("client", "handler")
    return {
        "client": client,
        "rows": [behaviour_row(one) for one in behaviours.order_by("-happened_on", "-pk")[:SHOWN]],
        "appeals": [appeal_row(one, on) for one in appeals.order_by("-received_on", "-pk")[:SHOWN]],
    }
