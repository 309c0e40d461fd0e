"""What reminders say about a client and an invoice, as sections of their pages."""

from typing import Any

from django import template

from clients.models import Client
from payments.models import Invoice
from reminders.selectors.explain import explain

register = template.Library()

SHOWN = 5


@register.inclusion_tag("reminders/_client_reminders.html")
def client_reminders(client: Client) -> dict[str, Any]:
    """`{% client_reminders client %}`: the latest messages, and the holds in force."""
    messages = list(client.messages.order_by("-queued_at", "-pk")[:SHOWN])
    holds = client.reminder_holds.filter(released_at=None).select_related("invoice", "created_by")
    return {"client": client, "messages": messages, "holds": list(holds.order_by("-pk")[:SHOWN])}


@register.inclusion_tag("reminders/_invoice_decisions.html")
def invoice_decisions(invoice: Invoice) -> dict[str, Any]:
    """`{% invoice_decisions invoice %}`: why it was, or was not, reminded of, run by run."""
    rows = invoice.decisions.select_related("run").order_by("-run__on", "-pk")[:SHOWN]
    told = [
        (
            row,
            explain(
                row.reason,
                row.facts,
                currency=row.currency,
                days_past_due=row.days_past_due,
                level=row.level,
                asked=row.asked,
            ),
        )
        for row in rows
    ]
    return {"invoice": invoice, "rows": told}
