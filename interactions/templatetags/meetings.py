"""Meetings with a client, as a section of its page."""

from __future__ import annotations

from typing import Any

from django import template

from clients.models import Client
from core.dates import today
from interactions.selectors.minutes import awaited_of, meetings_of
from interactions.views.meetings import action_row

register = template.Library()

SHOWN = 4


@register.inclusion_tag("interactions/_client_meetings.html", takes_context=True)
def client_meetings(context: template.Context, client: Client) -> dict[str, Any]:
    """`{% client_meetings client %}`: the latest meetings, and what the client has still to do."""
    on = today(client.time_zone)
    return {
        "client": client,
        "rows": meetings_of(client, SHOWN),
        "awaited": [action_row(one, on) for one in awaited_of(client, SHOWN)],
        "csrf_token": context.get("csrf_token"),
    }
