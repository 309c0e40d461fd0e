"""What promises that wait are judged from: receipts, what they settled, what is counted already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from clients.models import Creditor
from core.money import ZERO
from payments.models import Allocation, CreditNote, Promise, PromiseMoney, Receipt
from payments.rules.promises import Money, Pledge, Settled, Source, Used
from payments.states import PromiseState

#: Client, creditor, currency: promises of one account are judged together.
Account = tuple[int, int, str]


@dataclass(slots=True)
class PromiseFacts:
    """All that decides on the waiting promises of one account."""

    country: str = ""
    pledges: list[Pledge] = field(default_factory=list)
    money: list[Money] = field(default_factory=list)
    settled: list[Settled] = field(default_factory=list)
    used: list[Used] = field(default_factory=list)


def accounts_with_promises(creditor: Creditor | None = None) -> list[Account]:
    """Where promises wait, in a fixed order."""
    waiting = Promise.objects.filter(state=PromiseState.OPEN)
    if creditor is not None:
        waiting = waiting.filter(creditor=creditor)
    found = waiting.order_by("client_id", "creditor_id", "currency").distinct()
    return list(found.values_list("client_id", "creditor_id", "currency"))


def promise_facts(accounts: Collection[Account]) -> dict[Account, PromiseFacts]:
    """The facts of several accounts, in a fixed number of statements."""
    facts: dict[Account, PromiseFacts] = {account: PromiseFacts() for account in accounts}
    countries = dict(Creditor.objects.order_by("pk").values_list("pk", "country"))
    for account, own in facts.items():
        own.country = countries[account[1]]
    clients = {account[0] for account in accounts}
    since = _pledges(clients, facts)
    if since is None:
        return facts
    sources = _settled(facts)
    _money(clients, since, sources, facts)
    _used(clients, facts)
    return facts


def _pledges(clients: set[int], facts: dict[Account, PromiseFacts]) -> dt.date | None:
    """The waiting promises; gives the day of the first of them."""
    waiting = Promise.objects.filter(client__in=clients, state=PromiseState.OPEN).order_by("pk")
    since: dt.date | None = None
    for promise in waiting:
        own = facts.get((promise.client_id, promise.creditor_id, promise.currency))
        if own is not None:
            own.pledges.append(
                Pledge(
                    key=promise.pk,
                    amount=promise.amount,
                    promised_on=promise.promised_on,
                    due_on=promise.due_on,
                    invoice=promise.invoice_id,
                )
            )
            since = min(since or promise.promised_on, promise.promised_on)
    return since


def _settled(facts: dict[Account, PromiseFacts]) -> set[Source]:
    """What settled the invoices that promises name; gives where it came from."""
    owners = {
        pledge.invoice: own
        for own in facts.values()
        for pledge in own.pledges
        if pledge.invoice is not None
    }
    rows = Allocation.objects.filter(invoice__in=owners).select_related("reverses")
    sources: set[Source] = set()
    for row in rows.order_by("pk"):
        source = _source(row.receipt_id, row.credit_note_id)
        sources.add(source)
        owners[row.invoice_id].settled.append(
            Settled(
                source=source,
                invoice=row.invoice_id,
                on=row.effective_on,
                amount=row.amount,
                since=(row.reverses or row).effective_on,
            )
        )
    return sources


def _money(
    clients: set[int], since: dt.date, sources: set[Source], facts: dict[Account, PromiseFacts]
) -> None:
    named = {True: [s.key for s in sources if s.is_receipt]}
    named[False] = [s.key for s in sources if not s.is_receipt]
    came = Receipt.objects.filter(
        Q(client__in=clients, received_on__gte=since) | Q(pk__in=named[True])
    )
    for row in _facts_of(came, "received_on", "refunded", "prepayment_id"):
        own = facts.get((row["client_id"], row["creditor_id"], row["currency"]))
        if own is not None:
            brought = max(row["amount"] - row["refunded"], ZERO)
            is_prepaid = row["prepayment_id"] is not None
            own.money.append(Money(Source(row["pk"]), row["received_on"], brought, is_prepaid))
    for row in _facts_of(CreditNote.objects.filter(pk__in=named[False]), "issued_on"):
        own = facts[row["client_id"], row["creditor_id"], row["currency"]]
        source = Source(row["pk"], is_receipt=False)
        own.money.append(Money(source, row["issued_on"], row["amount"]))


def _facts_of(rows: QuerySet[Any], *columns: str) -> Iterable[dict[str, Any]]:
    own = ("pk", "client_id", "creditor_id", "currency", "amount")
    return rows.order_by("pk").values(*own, *columns)


def _used(clients: set[int], facts: dict[Account, PromiseFacts]) -> None:
    for row, account in _counted(clients):
        if account in facts:
            facts[account].used.append(
                Used(
                    source=_source(row.receipt_id, row.credit_note_id),
                    amount=row.amount,
                    invoice=row.promise.invoice_id,
                )
            )


def _counted(clients: set[int]) -> Iterator[tuple[PromiseMoney, Account]]:
    counted = PromiseMoney.objects.filter(promise__client__in=clients).select_related("promise")
    for row in counted.order_by("pk"):
        promise = row.promise
        yield row, (promise.client_id, promise.creditor_id, promise.currency)


def _source(receipt_id: int | None, credit_note_id: int | None) -> Source:
    if receipt_id is not None:
        return Source(receipt_id)
    assert credit_note_id is not None  # noqa: S101 - the database knows no third
    return Source(credit_note_id, is_receipt=False)
