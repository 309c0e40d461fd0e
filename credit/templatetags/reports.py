"""The credit reports of a client, as a section of its page."""

from typing import Any

from django import template

from clients.models import Client
from credit.selectors.reports import newest_reports
from credit.services.look_ups import unfit_for_look_up
from credit.views.reports import report_row

register = template.Library()


@register.inclusion_tag("credit/_client_reports.html", takes_context=True)
def client_reports(context: dict[str, Any], client: Client) -> dict[str, Any]:
    """`{% client_reports client %}`: the newest of each provider; who sees the client sees them."""
    on = context["on"]
    rows = [report_row(one, on) for one in newest_reports(client)]
    return {"client": client, "rows": rows, "may_look_up": not unfit_for_look_up(client)}
