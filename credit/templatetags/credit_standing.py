"""The standing of a client, as a section of its page."""

from typing import Any

from django import template

from clients.models import Client
from core.access import current_user
from credit.selectors.standing import standing_view
from credit.views.standing import standing_context

register = template.Library()


@register.inclusion_tag("credit/_client_standing.html", takes_context=True)
def client_standing(context: dict[str, Any], client: Client) -> dict[str, Any]:
    """`{% client_standing client %}`: grade, limit, exposure, free limit, deposit, hold."""
    user = current_user(context["request"])
    return standing_context(standing_view(client, context["on"]), user)
