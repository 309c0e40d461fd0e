"""The policy notices of a client, as a section of its page."""

from typing import Any

from django import template

from clients.models import Client
from portal.selectors.notices import notices_of

register = template.Library()


@register.inclusion_tag("portal/_client_notices.html")
def client_notices(client: Client) -> dict[str, Any]:
    """`{% client_notices client %}`: what it has read, and what it has not seen."""
    return {"client": client, "rows": notices_of(client)}
