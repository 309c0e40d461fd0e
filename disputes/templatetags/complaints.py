"""The complaints of a client, as a section of its page."""

from typing import Any

from django import template
from django.conf import settings

from clients.models import Client
from clients.selectors import default_creditor
from core.dates import today
from disputes.models import Complaint
from disputes.views.complaints import complaint_row

register = template.Library()

SHOWN = 5


@register.inclusion_tag("disputes/_client_complaints.html")
def client_complaints(client: Client) -> dict[str, Any]:
    """`{% client_complaints client %}`: the latest; who sees the client sees them."""
    creditor = default_creditor()
    on = today(creditor.time_zone if creditor else settings.TIME_ZONE)
    found = Complaint.objects.filter(client=client).select_related("client", "owner")
    rows = [complaint_row(one, on) for one in found.order_by("-received_at", "-pk")[:SHOWN]]
    return {"client": client, "rows": rows}
