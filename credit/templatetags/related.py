"""Related clients, as sections of other pages."""

from typing import Any

from django import template

from clients.models import Client
from core.access import current_user
from credit.selectors.related import blocked_relatives, relatives_of
from credit.views.related import pair_row

register = template.Library()


@register.inclusion_tag("credit/_blocked_relatives.html")
def blocked_relatives_notice(client: Client) -> dict[str, Any]:
    """`{% blocked_relatives_notice client %}`: the blocked debtors it may belong to, if any."""
    return {"relatives": blocked_relatives([client.pk]).get(client.pk, [])}


@register.inclusion_tag("credit/_client_relatives.html", takes_context=True)
def client_relatives(
    context: dict[str, Any], client: Client, *, says_none: bool = False
) -> dict[str, Any]:
    """`{% client_relatives client %}`: whom it belongs or may belong to, and the decision.

    `says_none` shows it too when there is nobody.
    """
    user = current_user(context["request"])
    rows = []
    for pair in relatives_of(client):
        row = pair_row(pair, user)
        other = row["sides"][1] if pair.left_id == client.pk else row["sides"][0]
        rows.append({**row, "other": other})
    return {"client": client, "rows": rows, "says_none": says_none}
