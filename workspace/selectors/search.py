"""Search over clients, invoices and contracts, within what a user may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from clients.models import Client, Creditor
from contracts.models import Contract
from core.models import User
from payments.models import Invoice
from payments.selectors.invoices import invoices_by_number

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Found:
    """The first matches of each kind."""

    clients: Sequence[Client] = ()
    invoices: Sequence[Invoice] = ()
    contracts: Sequence[Contract] = ()

    @property
    def count(self) -> int:
        """How many matches are shown."""
        return len(self.clients) + len(self.invoices) + len(self.contracts)


def search_everywhere(*, text: str, user: User) -> Found:
    """Clients by name, pinyin, initials or code; invoices and contracts by number's beginning."""
    text = " ".join(text.split())
    if not text:
        return Found()
    clients = Client.objects.visible_to(user).search(text).select_related("owner")
    contracts = Contract.objects.visible_to(user).filter(
        Q(number__startswith=text) | Q(number__startswith=text.upper()),
        # Named, so that the unique index (creditor, number) answers.
        creditor__in=list(Creditor.objects.values_list("pk", flat=True)),
    )
    invoices = invoices_by_number(text, user=user).select_related("client", "creditor")
    return Found(
        clients=list(clients.order_by("name_pinyin", "pk")[:SHOWN]),
        invoices=list(invoices.order_by("number", "pk")[:SHOWN]),
        contracts=list(contracts.select_related("client").order_by("number", "pk")[:SHOWN]),
    )
