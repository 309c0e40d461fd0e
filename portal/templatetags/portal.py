"""Links and confirmed balances, as sections of the pages they are about."""

from typing import Any

from django import template

from clients.models import Client
from core.dates import now
from payments.models import Invoice
from portal.selectors import links_of
from portal.selectors.balances import acknowledgements_of, statements_of
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


@register.inclusion_tag("portal/_client_balances.html")
def client_balances(client: Client) -> dict[str, Any]:
    """`{% client_balances client %}`: what the client said of its balance, the latest first."""
    return {"client": client, "rows": statements_of(client, SHOWN)}


@register.inclusion_tag("portal/_invoice_answers.html")
def invoice_answers(invoice: Invoice) -> dict[str, Any]:
    """`{% invoice_answers invoice %}`: what the client said of an invoice on its statements."""
    return {"invoice": invoice, "rows": acknowledgements_of(invoice)}
