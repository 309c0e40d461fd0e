"""What a client leaves, as a section of its page."""

from typing import Any

from django import template

from clients.models import Client
from credit.models import ClientMargin
from credit.selectors.freeloading import courses_of

register = template.Library()


@register.inclusion_tag("credit/_client_freeloading.html")
def client_freeloading(client: Client) -> dict[str, Any]:
    """`{% client_freeloading client %}`: the margins as last worked out, and the last decision."""
    return {
        "client": client,
        "margins": list(
            ClientMargin.objects.filter(client=client).order_by("-invoices", "currency")[:4]
        ),
        "course": courses_of(client).first(),
    }
