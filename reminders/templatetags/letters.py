"""The letters of a client, as a section of its page."""

from typing import Any

from django import template

from clients.models import Client

register = template.Library()

SHOWN = 5


@register.inclusion_tag("reminders/_client_letters.html")
def client_letters(client: Client) -> dict[str, Any]:
    """`{% client_letters client %}`: the latest letters; who sees the client sees them."""
    letters = list(client.letters.select_related("creditor").order_by("-created_at", "-pk")[:SHOWN])
    return {"client": client, "letters": letters}
