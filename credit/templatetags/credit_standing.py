"""The standing of a client, as a section of its page."""

from typing import Any

from django import template

from clients.models import Client
from credit.selectors.standing import standing_view
from credit.views.policy import day_here
from credit.views.standing import standing_context

register = template.Library()


@register.inclusion_tag("credit/_client_standing.html")
def client_standing(client: Client) -> dict[str, Any]:
    """`{% client_standing client %}`: grade, limit, exposure, free limit, deposit, hold."""
    return standing_context(standing_view(client, day_here()))
