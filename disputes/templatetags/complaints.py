"""The complaints of a client, as a section of its page."""

from typing import Any

from django import template

from clients.models import Client
from disputes.models import Complaint
from disputes.views.complaints import complaint_row

register = template.Library()

SHOWN = 5


@register.inclusion_tag("disputes/_client_complaints.html", takes_context=True)
def client_complaints(context: dict[str, Any], client: Client) -> dict[str, Any]:
    """`{% client_complaints client %}`: the latest; who sees the client sees them."""
    on = context["on"]
    found = Complaint.objects.filter(client=client).select_related("client", "owner")
    rows = [complaint_row(one, on) for one in found.order_by("-received_at", "-pk")[:SHOWN]]
    return {"client": client, "rows": rows}
