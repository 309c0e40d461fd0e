"""The links of a client, as a section of its page."""

from typing import Any

from django import template

from clients.models import Client
from core.dates import now
from portal.selectors import links_of
from portal.services import action_of

register = template.Library()

SHOWN = 5


@register.inclusion_tag("portal/_client_links.html")
def client_links(client: Client) -> dict[str, Any]:
    """`{% client_links client %}`: the latest links; who sees the client sees them."""
    at = now()
    rows = [
        {"link": one, "action": action_of(one.action), "state": one.state_at(at)}
        for one in links_of(client)[:SHOWN]
    ]
    return {"client": client, "rows": rows}
