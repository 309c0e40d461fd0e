"""Everything about one client, for its page. The number of queries does not grow with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Min, QuerySet

from clients.models import Client, Contact, Creditor
from clients.selectors import default_creditor, reminder_contact
from core.models import User
from disputes.models import Dispute
from disputes.states import DisputeState
from interactions.models import FollowUp
from interactions.states import Direction, InteractionKind
from payments.models import InstalmentPlan, Invoice, Promise, Receipt
from payments.selectors.as_of import Aging
from payments.selectors.positions import client_positions
from payments.states import PlanState, PromiseState
from workspace.rules import BROKEN_LATELY_DAYS, ClientFacts

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Balance:
    """What a client owes one creditor in one currency today."""

    creditor: Creditor
    currency: str
    aging: Aging
    invoices: int
    oldest_due_on: dt.date | None
    disputed: Decimal
    credit: Decimal


@dataclass(frozen=True)
class ClientFile:
    """The parts of a client's page."""

    client: Client
    balances: Sequence[Balance]
    open_invoices: Sequence[Invoice]
    promises: Sequence[Promise]
    disputes: Sequence[Dispute]
    plans: Sequence[InstalmentPlan]
    follow_ups: Sequence[FollowUp]
    contacts: Sequence[Contact]
    unapplied: Sequence[Receipt]
    facts: ClientFacts

    @property
    def invoice_count(self) -> int:
        """How many invoices are open, shown or not."""
        return sum(balance.invoices for balance in self.balances)


def clients_to_open(user: User) -> QuerySet[Client]:
    """Clients whose page this user may open."""
    return Client.objects.visible_to(user).select_related("owner")


def creditor_of(client: Client) -> Creditor | None:
    """Whose client it mainly is: the creditor it owes most, or has the latest contract with.

    Its days are counted in that creditor's time zone.
    """
    largest = client.balances.select_related("creditor").order_by("-open_amount", "pk").first()
    if largest is not None:
        return largest.creditor
    latest = client.contracts.select_related("creditor").order_by("-created_at", "-pk").first()
    return latest.creditor if latest else default_creditor()


def client_file(*, client: Client, on: dt.date) -> ClientFile:
    """Gather a client's page as it stands on a day."""
    balances = client_balances(client=client, on=on)
    promises = list(
        client.promises.select_related("invoice", "creditor").order_by("-due_on", "-pk")[:SHOWN]
    )
    disputes = list(
        client.disputes.select_related("invoice").order_by("resolved_on", "-opened_on", "-pk")[
            :SHOWN
        ]
    )
    follow_ups = list(
        client.follow_ups.open().select_related("owner").order_by("due_on", "pk")[:SHOWN]
    )
    unapplied = list(client.receipts.unapplied().order_by("received_on", "pk")[:SHOWN])
    contacts = list(client.contacts.order_by("-is_primary", "pk"))
    return ClientFile(
        client=client,
        balances=balances,
        open_invoices=list(
            client.invoices.open()
            .select_related("creditor", "client")
            .order_by("due_on", "pk")[:SHOWN]
        ),
        promises=promises,
        disputes=disputes,
        plans=list(
            client.plans.filter(state=PlanState.ACTIVE)
            .prefetch_related("instalments")
            .order_by("-agreed_on", "-pk")
        ),
        follow_ups=follow_ups,
        contacts=contacts,
        unapplied=unapplied,
        facts=_facts(
            client,
            on,
            balances=balances,
            promises=promises,
            disputes=disputes,
            follow_ups=follow_ups,
            unapplied=unapplied,
        ),
    )


def client_balances(*, client: Client, on: dt.date) -> list[Balance]:
    """Open amounts by bucket, disputes and credit, per creditor and currency."""
    positions = client_positions(client_id=client.pk, on=on)
    creditors = Creditor.objects.in_bulk([position.creditor_id for position in positions])
    balances = [
        Balance(
            creditor=creditors[position.creditor_id],
            currency=position.currency,
            aging=position.aging,
            invoices=position.invoices,
            oldest_due_on=position.oldest_due_on,
            disputed=position.disputed,
            credit=position.credit,
        )
        for position in positions
    ]
    return sorted(balances, key=lambda balance: (balance.creditor.code, balance.currency))


def _facts(
    client: Client,
    on: dt.date,
    *,
    balances: Sequence[Balance],
    promises: Sequence[Promise],
    disputes: Sequence[Dispute],
    follow_ups: Sequence[FollowUp],
    unapplied: Sequence[Receipt],
) -> ClientFacts:
    lately = on - dt.timedelta(days=BROKEN_LATELY_DAYS)
    broken = [
        p.due_on
        for p in promises
        if p.state in {PromiseState.BROKEN, PromiseState.PART_KEPT} and p.due_on >= lately
    ]
    waiting = [p.due_on for p in promises if p.state == PromiseState.OPEN and p.due_on >= on]
    disputed = [d.opened_on for d in disputes if d.state == DisputeState.OPEN]
    spoken = (
        client.interactions.exclude(direction=Direction.INTERNAL)
        .order_by("-occurred_at", "-pk")
        .values_list("occurred_at", flat=True)
        .first()
    )
    letter = (
        client.interactions.filter(kind=InteractionKind.LETTER, direction=Direction.OUT)
        .order_by("-occurred_at", "-pk")
        .values_list("occurred_at", flat=True)
        .first()
    )
    return ClientFacts(
        on=on,
        follow_up_due_on=min((f.due_on for f in follow_ups), default=None),
        broken_promise_on=max(broken, default=None),
        waiting_promise_on=max(waiting, default=None),
        oldest_dispute_on=min(disputed, default=None),
        oldest_overdue_on=(
            client.invoices.overdue(on=on)
            .filter(collectible__gt=0)
            .exclude(plan_lines__plan__state=PlanState.ACTIVE)
            .aggregate(oldest=Min("due_on"))["oldest"]
        ),
        last_letter_on=letter.date() if letter else None,
        last_contact_on=spoken.date() if spoken else None,
        has_open_invoices=any(balance.invoices for balance in balances),
        has_unapplied_credit=bool(unapplied),
        has_contact=reminder_contact(client) is not None,
    )
