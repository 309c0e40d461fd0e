"""What a client leaves, as a section of its page."""

from typing import Any

from django import template

from clients.models import Client

register = template.Library()


@register.inclusion_tag("credit/_client_freeloading.html")
def client_freeloading(client: Client) -> dict[str, Any]:
    """`{% client_freeloading client %}`: the margins as last worked out, and the last decision."""
    return {
        "client": client,
        "margins": list(client.margins.order_by("-invoices", "currency")[:4]),
        "course": client.courses.order_by("-decided_at", "-pk").first(),
    }
