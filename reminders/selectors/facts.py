"""The facts the rules judge, read for all clients of a creditor or for one of them.

The plan of a whole ledger and the claim of one message read through the same functions, so
that what is re-checked before sending is what was decided on.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from django.db import connection
from django.db.models import Max, Min, Q

from clients.models import BankAccount, Contact, Creditor
from core.dates import UnknownCalendar, day_in
from core.money import ZERO
from disputes.models import Dispute
from payments.models import ClientBalance, Invoice, PlanInstalment, PlanInvoice, Promise
from payments.rules.promises import last_day_of
from payments.states import PlanState, PromiseState
from reminders.models import Cycle, Message, ReminderHold
from reminders.rules.decisions import (
    FRESH,
    ClientFacts,
    CycleFacts,
    DisputeFact,
    HoldFact,
    InvoiceFacts,
    PendingFact,
    PlanFact,
    PromiseFact,
    Reach,
)
from reminders.states import MessageState

PENDING = (MessageState.QUEUED, MessageState.INFLIGHT, MessageState.IN_DOUBT)

#: Client and currency; the creditor is the same for all.
Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose facts: a creditor's on a day; of one client in one currency when `client_id` is set.

    `message_id` is a message being claimed, which does not stand in its own way.
    """

    creditor: Creditor
    on: dt.date
    client_id: int | None = None
    currency: str = ""
    message_id: int | None = None

    def narrow(self, prefix: str = "", *, client: str = "client") -> Q:
        """The condition on client and currency, for tables that have both."""
        if self.client_id is None:
            return Q()
        return Q(**{f"{prefix}{client}": self.client_id, f"{prefix}currency": self.currency})

    def narrow_client(self) -> Q:
        """The condition on the client, for tables without a currency."""
        return Q() if self.client_id is None else Q(client=self.client_id)


class Debts(NamedTuple):
    """One client's open invoices in one currency, with all that the rules want to know."""

    client_id: int
    currency: str
    invoices: list[InvoiceFacts]
    client: ClientFacts
    cycle: CycleFacts


@dataclass
class _Known:
    """Everything but the invoices, by key."""

    credit: dict[Key, Decimal] = field(default_factory=dict)
    client_holds: dict[int, HoldFact] = field(default_factory=dict)
    invoice_holds: dict[int, dict[int, HoldFact]] = field(default_factory=dict)
    plans: dict[Key, dict[int, PlanFact]] = field(default_factory=dict)
    disputes: dict[Key, dict[int, DisputeFact]] = field(default_factory=dict)
    promises: dict[Key, list[PromiseFact]] = field(default_factory=dict)
    pending: dict[Key, PendingFact] = field(default_factory=dict)
    cycles: dict[Key, CycleFacts] = field(default_factory=dict)
    reachable: set[int] = field(default_factory=set)
    opted_out: set[int] = field(default_factory=set)
    feeds: dict[str, dt.date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Nothing special is known of most clients: these share one set of facts."""
        self._plain: dict[tuple[Reach, str], ClientFacts] = {}
        self._special: set[Key] = set().union(
            self.credit, self.plans, self.disputes, self.promises, self.pending
        )

    def client(self, client_id: int, currency: str) -> ClientFacts:
        """What is known of one client in one currency."""
        key = (client_id, currency)
        reach = self._reach(client_id)
        if (
            key not in self._special
            and client_id not in self.client_holds
            and client_id not in self.invoice_holds
        ):
            return self._plain_facts(reach, currency)
        return ClientFacts(
            credit=self.credit.get(key, ZERO),
            hold=self.client_holds.get(client_id),
            invoice_holds=self.invoice_holds.get(client_id, {}),
            plans=self.plans.get(key, {}),
            disputes=self.disputes.get(key, {}),
            promises=self.promises.get(key, ()),
            pending=self.pending.get(key),
            reach=reach,
            feed_through_on=self.feeds.get(currency),
        )

    def _reach(self, client_id: int) -> Reach:
        if client_id in self.reachable:
            return Reach.REACHABLE
        return Reach.OPTED_OUT if client_id in self.opted_out else Reach.NO_CONTACT

    def _plain_facts(self, reach: Reach, currency: str) -> ClientFacts:
        facts = self._plain.get((reach, currency))
        if facts is None:
            facts = ClientFacts(reach=reach, feed_through_on=self.feeds.get(currency))
            self._plain[reach, currency] = facts
        return facts


def debts(scope: Scope, *, due_by: dt.date | None = None) -> Iterator[Debts]:
    """Open invoices with their facts, client by client and currency by currency.

    `due_by` leaves out what falls due after it. Rows stream, so memory stays flat.
    """
    known = _known(scope)
    rows = (
        Invoice.objects.open()
        .filter(scope.narrow(), creditor=scope.creditor, issued_on__lte=scope.on)
        .order_by("client_id", "currency", "due_on", "pk")
        .values_list("client_id", "currency", "pk", "due_on", "open_amount", "collectible")
    )
    if due_by is not None:
        rows = rows.filter(due_on__lte=due_by)
    found = rows.iterator(chunk_size=10_000) if scope.client_id is None else iter(rows)
    for (client_id, currency), group in groupby(found, key=lambda row: (row[0], row[1])):
        yield Debts(
            client_id,
            currency,
            [InvoiceFacts(*row[2:]) for row in group],
            known.client(client_id, currency),
            known.cycles.get((client_id, currency), FRESH),
        )


def _known(scope: Scope) -> _Known:
    known = _Known(
        credit=_credit(scope),
        plans=_plans(scope),
        disputes=_disputes(scope),
        promises=_promises(scope),
        pending=_pending(scope),
        cycles=_cycles(scope),
        feeds=_feeds(scope),
    )
    _add_holds(known, scope)
    _add_reach(known, scope)
    return known


def _credit(scope: Scope) -> dict[Key, Decimal]:
    rows = ClientBalance.objects.filter(scope.narrow(), creditor=scope.creditor, credit__gt=0)
    return {(c, cur): credit for c, cur, credit in rows.values_list("client", "currency", "credit")}


def _plans(scope: Scope) -> dict[Key, dict[int, PlanFact]]:
    mine = Q(plan__state=PlanState.ACTIVE, plan__creditor=scope.creditor)
    mine &= scope.narrow("plan__")
    ahead: dict[int, tuple[dt.date, Decimal]] = {}
    instalments = PlanInstalment.objects.filter(mine, due_on__gte=scope.on)
    for plan, day, amount in instalments.order_by("-due_on").values_list(
        "plan", "due_on", "amount"
    ):
        ahead[plan] = (day, amount)
    found: dict[Key, dict[int, PlanFact]] = defaultdict(dict)
    lines = PlanInvoice.objects.filter(mine).values_list(
        "plan__client", "plan__currency", "invoice", "plan", "plan__agreed_on"
    )
    for client, currency, invoice, plan, agreed_on in lines:
        found[client, currency][invoice] = PlanFact(plan, agreed_on, *ahead.get(plan, (None, None)))
    return found


def _disputes(scope: Scope) -> dict[Key, dict[int, DisputeFact]]:
    """Of wholly disputed invoices only: a part does not stop the rest."""
    rows = (
        Dispute.objects.open()
        .filter(scope.narrow("invoice__"), invoice__creditor=scope.creditor, invoice__collectible=0)
        .order_by("opened_on", "pk")
        .values_list("client", "invoice__currency", "invoice", "amount", "opened_on", "reason")
    )
    found: dict[Key, dict[int, DisputeFact]] = defaultdict(dict)
    for client, currency, invoice, amount, opened_on, reason in rows:
        first = found[client, currency].get(invoice)
        found[client, currency][invoice] = (
            first._replace(amount=first.amount + amount)
            if first
            else DisputeFact(amount, opened_on, reason)
        )
    return found


def _promises(scope: Scope) -> dict[Key, list[PromiseFact]]:
    rows = (
        Promise.objects.filter(scope.narrow(), creditor=scope.creditor, state=PromiseState.OPEN)
        .order_by("due_on", "pk")
        .values_list("client", "currency", "invoice", "amount", "promised_on", "due_on")
    )
    found: dict[Key, list[PromiseFact]] = defaultdict(list)
    for client, currency, invoice, amount, promised_on, due_on in rows:
        last_day = _last_day(due_on, scope.creditor.country)
        found[client, currency].append(PromiseFact(invoice, amount, promised_on, due_on, last_day))
    return found


def _last_day(due_on: dt.date, country: str) -> dt.date:
    try:
        return last_day_of(due_on, country)
    except UnknownCalendar:
        return last_day_of(due_on)


def _pending(scope: Scope) -> dict[Key, PendingFact]:
    rows = Message.objects.filter(scope.narrow(), creditor=scope.creditor, state__in=PENDING)
    if scope.message_id is not None:
        rows = rows.exclude(pk=scope.message_id)
    return {
        (client, currency): PendingFact(pk, state, level)
        for client, currency, pk, state, level in rows.values_list(
            "client", "currency", "pk", "state", "level"
        )
    }


# A cycle is over when nothing that its sent messages asked for is collectible any more.
SETTLED = """
    SELECT c.id FROM reminders_cycle c
    WHERE c.creditor_id = %(creditor)s AND c.closed_on IS NULL AND c.level >= 0
      AND (%(client)s::bigint IS NULL OR c.client_id = %(client)s)
      AND NOT EXISTS (
          SELECT 1 FROM reminders_message m
          JOIN reminders_messageinvoice l ON l.message_id = m.id AND l.attempt = m.attempts
          JOIN payments_invoice i ON i.id = l.invoice_id
          WHERE m.client_id = c.client_id AND m.creditor_id = c.creditor_id
            AND m.currency = c.currency AND m.cycle_id = c.id
            AND m.state = 'SENT' AND i.collectible > 0)
"""


def settled_cycles(*, creditor_id: int, client_id: int | None = None) -> set[int]:
    """Open cycles whose invoices are all settled or wholly disputed: what comes next is new."""
    with connection.cursor() as cursor:
        cursor.execute(SETTLED, {"creditor": creditor_id, "client": client_id})
        return {pk for (pk,) in cursor.fetchall()}


def _cycles(scope: Scope) -> dict[Key, CycleFacts]:
    mine = Cycle.objects.filter(scope.narrow(), creditor=scope.creditor)
    settled = settled_cycles(creditor_id=scope.creditor.pk, client_id=scope.client_id)
    levels = {
        (client, currency): level
        for pk, client, currency, level in mine.filter(closed_on=None).values_list(
            "pk", "client", "currency", "level"
        )
        if pk not in settled
    }
    last_sent = {
        (client, currency): day
        for client, currency, day in mine.exclude(last_sent_on=None)
        .values_list("client", "currency")
        .annotate(last=Max("last_sent_on"))
        .order_by()
    }
    return {
        key: CycleFacts(levels.get(key, FRESH.level), last_sent.get(key))
        for key in levels.keys() | last_sent.keys()
    }


def _feeds(scope: Scope) -> dict[str, dt.date]:
    """Per currency, how far the watched account that was read least far has been read."""
    return dict(
        BankAccount.objects.filter(creditor=scope.creditor, feed_through_on__isnull=False)
        .values_list("currency")
        .annotate(read=Min("feed_through_on"))
        .order_by()
    )


def _add_holds(known: _Known, scope: Scope) -> None:
    rows = (
        ReminderHold.objects.active(on=scope.on)
        .filter(scope.narrow_client())
        .order_by("created_at", "pk")
        .values_list(
            "client_id", "invoice_id", "reason", "created_by__name", "created_at", "until_on"
        )
    )
    for client, invoice, reason, by, at, until in rows:
        hold = HoldFact(reason, by or "", day_in(at, scope.creditor.time_zone), until)
        if not invoice:
            known.client_holds[client] = hold
        else:
            known.invoice_holds.setdefault(client, {})[invoice] = hold


def _add_reach(known: _Known, scope: Scope) -> None:
    mine = Contact.objects.filter(scope.narrow_client())
    known.reachable = set(mine.for_reminders().values_list("client_id", flat=True).order_by())
    known.opted_out = set(
        mine.filter(opted_out_at__isnull=False).values_list("client_id", flat=True).order_by()
    )
