"""When a client is to be looked at, as a section of its pages."""

from typing import Any

from django import template

from clients.models import Client
from credit.models import Monitoring
from credit.selectors.monitoring import looks_of
from credit.views.monitoring import look_row

register = template.Library()


@register.inclusion_tag("credit/_client_looks.html", takes_context=True)
def client_looks(context: dict[str, Any], client: Client) -> dict[str, Any]:
    """`{% client_looks client %}`: the next one due and the latest; who sees the client sees it."""
    row = Monitoring.objects.filter(client=client).select_related("client", "last_look").first()
    planned = row and look_row(row, context["on"])
    return {"client": client, "planned": planned, "looks": looks_of(client, 3)}
