"""Lists of receipts."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from clients.models import Client
from core.models import User
from payments.models import Receipt

_CLIENTS_PER_SEARCH = 200


def receipts_to_list(
    *, user: User, text: str = "", method: str = "", unapplied: bool = False
) -> QuerySet[Receipt]:
    """Receipts, the latest first. A text is a client, or the payer's or reference's beginning."""
    rows = Receipt.objects.visible_to(user).select_related("client", "creditor")
    if method:
        rows = rows.filter(method=method)
    if unapplied:
        rows = rows.unapplied()
    if text:
        clients = Client.objects.visible_to(user).search(text).order_by("pk")
        found = list(clients.values_list("pk", flat=True)[:_CLIENTS_PER_SEARCH])
        rows = rows.filter(
            Q(client__in=found) | Q(reference__istartswith=text) | Q(payer_name__istartswith=text)
        )
    return rows
