"""The client page's section on evidence."""

from typing import Any

from django import template
from django.template.context import Context

from cases.models import Packet
from clients.models import Client

register = template.Library()


@register.inclusion_tag("cases/_client_packets.html", takes_context=True)
def client_packets(context: Context, client: Client) -> dict[str, Any]:
    """The newest packets of a client and the way to a new one; nothing for other roles."""
    user = context["request"].user
    rows = Packet.objects.visible_to(user).filter(client=client).order_by("-created_at", "-pk")
    return {"may_export": user.may_approve, "client": client, "packets": list(rows[:5])}
