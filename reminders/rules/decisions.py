"""Whether to remind, at which level, and why or why not.

One client's debts in one currency are judged together, because the level, the credit and the
gap between messages belong to the client and not to an invoice. Every invoice gets exactly one
decision. The first of these that holds is its reason:

1.  PAID               nothing is open
2.  NOT_DUE            neither overdue nor in the courtesy window; or in that window while the
                       client has something overdue (one message at a time, about what is late)
3.  DISPUTED           all that is open is contested; a contested part alone only lowers what is
                       asked for
4.  ON_HOLD            a person said so, for the client or the invoice
5.  ON_PLAN            an active instalment plan covers it
6.  PROMISED           a promise for it is not yet due; a promise for the balance covers the
                       oldest invoices up to the amount promised
7.  CREDIT_COVERS      the client's unapplied credit, taken oldest invoice first, covers it
8.  UNDER_TOLERANCE    what is left to ask for in this currency is too little
9.  MESSAGE_PENDING    a message to this client is queued, being sent or in doubt
10. RECENTLY_REMINDED  the last message is less than the gap ago
11. WAIT_NEXT_STEP     the next step's day has not come
12. PERSON_DECIDES     the ladder has ended: a person litigates, settles or writes off
13. OPTED_OUT          everybody who could be written to asked not to be
14. NO_CONTACT         nobody has a working address
15. FEED_STALE         the bank statements are too old to say that it is unpaid
16. DUE                send

Level. It belongs to client, creditor and currency. The next step is the lowest one above the
last message of the open cycle, and it is due when the oldest invoice still to be asked for has
reached its day. So a backlog of 60 days that nobody was ever reminded of gets one calm message
at the first overdue step, and the climb afterwards is one step at a time, never two within the
gap. Days that no plan was made on are caught up by the next plan, since only ages count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from types import MappingProxyType
from typing import Final, NamedTuple

from core.money import ZERO
from reminders.states import Outcome, Reason

Fact = str | int | bool | None
Facts = Mapping[str, Fact]

NO_FACTS: Final[Facts] = MappingProxyType({})

#: Level of a cycle in which nothing was sent yet.
NEVER: Final = -1


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the ladder: from `day` days past due (negative: before), at `level`."""

    level: int
    day: int
    is_person: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """How a creditor reminds. `steps` are those in use, rising in level and in day."""

    steps: tuple[Step, ...]
    tolerance: Decimal = ZERO
    min_gap_days: int = 0
    max_feed_age_days: int | None = None
    #: The step before the due date, or on it.
    courtesy: Step | None = field(init=False)
    #: The steps after the due date, lowest first.
    overdue_steps: tuple[Step, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Part the steps once, not for each of a hundred thousand clients."""
        early = next((step for step in self.steps if step.day <= 0), None)
        object.__setattr__(self, "courtesy", early)
        late = tuple(step for step in self.steps if step.day > 0)
        object.__setattr__(self, "overdue_steps", late)


class InvoiceFacts(NamedTuple):
    """An invoice with something open. `collectible` is what is open and not disputed."""

    id: int
    due_on: date
    open_amount: Decimal
    collectible: Decimal


class DisputeFact(NamedTuple):
    """The open dispute of an invoice: since when, how much, why."""

    amount: Decimal
    since: date
    reason: str


class HoldFact(NamedTuple):
    """A person's wish that nobody is reminded. `until` None: until it is released."""

    reason: str
    by: str
    since: date
    until: date | None


class PlanFact(NamedTuple):
    """An active instalment plan and its next payment, when one lies ahead."""

    plan: int
    agreed_on: date
    next_on: date | None
    next_amount: Decimal | None


class PromiseFact(NamedTuple):
    """An open promise; `last_day` includes the bank's days of grace. `invoice` None: balance."""

    invoice: int | None
    amount: Decimal
    promised_on: date
    due_on: date
    last_day: date


class PendingFact(NamedTuple):
    """A message that has not ended."""

    message: int
    state: str
    level: int


class Reach(Enum):
    """Whether somebody at the client can be written to."""

    REACHABLE = "reachable"
    OPTED_OUT = "opted out"
    NO_CONTACT = "no contact"


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """What is known of a client towards one creditor in one currency."""

    credit: Decimal = ZERO
    hold: HoldFact | None = None
    invoice_holds: Mapping[int, HoldFact] = field(default_factory=dict)
    plans: Mapping[int, PlanFact] = field(default_factory=dict)
    disputes: Mapping[int, DisputeFact] = field(default_factory=dict)
    promises: Sequence[PromiseFact] = ()
    pending: PendingFact | None = None
    reach: Reach = Reach.REACHABLE
    feed_through_on: date | None = None


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """Where the client stands: level of the last message in the open cycle, and when any was sent.

    `last_sent_on` counts closed cycles too: a new debt does not shorten the gap.
    """

    level: int = NEVER
    last_sent_on: date | None = None


FRESH: Final = CycleFacts()


class Decision(NamedTuple):
    """What was decided for one invoice. `asked` is None unless it is asked for."""

    invoice: InvoiceFacts
    outcome: Outcome
    reason: Reason
    level: int | None
    days_past_due: int
    asked: Decimal | None
    facts: Facts


class _Rules(NamedTuple):
    """By what is judged, and on which day."""

    policy: Policy
    on: date


class _Verdict(NamedTuple):
    """What holds for all that is left to ask a client for."""

    outcome: Outcome
    reason: Reason
    level: int | None
    facts: Facts


def decide(
    invoices: Iterable[InvoiceFacts],
    *,
    client: ClientFacts,
    cycle: CycleFacts,
    policy: Policy,
    on: date,
) -> list[Decision]:
    """Decide on every open invoice of one client in one currency; see the module's docstring.

    The decisions come oldest due date first.
    """
    ordered = sorted(invoices, key=_OLDEST_FIRST)
    first_day = _first_day(ordered, policy, on)
    promised = _Promises(client.promises, on) if client.promises else None
    decisions: list[Decision] = []
    askable: list[InvoiceFacts] = []
    for invoice in ordered:
        own = _own_reason(invoice, client, promised, first_day=first_day, on=on)
        if own is None:
            askable.append(invoice)
        else:
            reason, facts = own
            decisions.append(_skip(invoice, reason, facts, on))
    if not askable:
        return decisions
    left: list[tuple[InvoiceFacts, Decimal]] = []
    for invoice, covered in _apply_credit(askable, client.credit):
        if covered == invoice.collectible:
            facts = {"credit": str(client.credit), "applied": str(covered)}
            decisions.append(_skip(invoice, Reason.CREDIT_COVERS, facts, on))
        else:
            left.append((invoice, covered))
    if left:
        shared = _shared(left, client, cycle, policy, on)
        decisions = sorted(decisions + shared, key=_BY_INVOICE) if decisions else shared
    return decisions


_OLDEST_FIRST = attrgetter("due_on", "id")
_BY_INVOICE = attrgetter("invoice.due_on", "invoice.id")


def _first_day(ordered: Sequence[InvoiceFacts], policy: Policy, on: date) -> int:
    """From how many days past due an invoice is looked at: the courtesy day, or 1."""
    courtesy = policy.courtesy
    if courtesy is None:
        return 1
    late = any(invoice.collectible > 0 for invoice in ordered if invoice.due_on < on)
    return 1 if late else courtesy.day


def _skip(invoice: InvoiceFacts, reason: Reason, facts: Facts, on: date) -> Decision:
    days = (on - invoice.due_on).days
    return Decision(invoice, Outcome.SKIP, reason, None, days, None, facts)


# --- What an invoice's own standing says ----------------------------------------------------


def _own_reason(
    invoice: InvoiceFacts,
    client: ClientFacts,
    promised: _Promises | None,
    *,
    first_day: int,
    on: date,
) -> tuple[Reason, Facts] | None:
    if invoice.open_amount <= 0:
        return Reason.PAID, NO_FACTS
    days = (on - invoice.due_on).days
    if days < first_day:
        return Reason.NOT_DUE, {"due_on": invoice.due_on.isoformat(), "in_days": -days}
    if invoice.collectible <= 0:
        return Reason.DISPUTED, _dispute_facts(invoice, client.disputes.get(invoice.id))
    return _agreed_reason(invoice, client, promised)


def _agreed_reason(
    invoice: InvoiceFacts, client: ClientFacts, promised: _Promises | None
) -> tuple[Reason, Facts] | None:
    """What people agreed or asked for: a hold, a plan, a promise."""
    hold = client.hold or client.invoice_holds.get(invoice.id)
    if hold is not None:
        return Reason.ON_HOLD, _hold_facts(hold)
    plan = client.plans.get(invoice.id)
    if plan is not None:
        return Reason.ON_PLAN, _plan_facts(plan)
    promise = promised.covering(invoice) if promised else None
    return (Reason.PROMISED, _promise_facts(promise)) if promise else None


class _Promises:
    """The promises not yet due, used up oldest invoice first."""

    def __init__(self, promises: Sequence[PromiseFact], on: date) -> None:
        waiting = sorted(
            (promise for promise in promises if promise.last_day >= on),
            key=lambda promise: promise.due_on,
        )
        self._for_invoice = {p.invoice: p for p in waiting if p.invoice is not None}
        self._for_balance = [p for p in waiting if p.invoice is None]
        self._used = ZERO

    def covering(self, invoice: InvoiceFacts) -> PromiseFact | None:
        """The promise that covers an invoice, if only in part: a part payment is waited for."""
        own = self._for_invoice.get(invoice.id)
        if own is not None:
            return own
        before = ZERO
        for promise in self._for_balance:
            before += promise.amount
            if self._used < before:
                self._used += invoice.collectible
                return promise
        return None


def _dispute_facts(invoice: InvoiceFacts, dispute: DisputeFact | None) -> Facts:
    if dispute is None:
        return {"amount": str(invoice.open_amount)}
    return {
        "amount": str(dispute.amount),
        "since": dispute.since.isoformat(),
        "dispute_reason": dispute.reason,
    }


def _hold_facts(hold: HoldFact) -> Facts:
    return {
        "hold_reason": hold.reason,
        "by": hold.by,
        "since": hold.since.isoformat(),
        "until": hold.until.isoformat() if hold.until else None,
    }


def _plan_facts(plan: PlanFact) -> Facts:
    return {
        "plan": plan.plan,
        "agreed_on": plan.agreed_on.isoformat(),
        "next_on": plan.next_on.isoformat() if plan.next_on else None,
        "next_amount": str(plan.next_amount) if plan.next_amount is not None else None,
    }


def _promise_facts(promise: PromiseFact) -> Facts:
    return {
        "amount": str(promise.amount),
        "promised_on": promise.promised_on.isoformat(),
        "until": promise.due_on.isoformat(),
        "last_day": promise.last_day.isoformat(),
    }


# --- What the client's standing says of the rest ----------------------------------------------


def _apply_credit(
    askable: Sequence[InvoiceFacts], credit: Decimal
) -> list[tuple[InvoiceFacts, Decimal]]:
    """How much of the credit each invoice takes, oldest first."""
    if credit <= 0:
        return [(invoice, ZERO) for invoice in askable]
    shares = []
    for invoice in askable:
        covered = min(credit, invoice.collectible)
        credit -= covered
        shares.append((invoice, covered))
    return shares


def _shared(
    left: Sequence[tuple[InvoiceFacts, Decimal]],
    client: ClientFacts,
    cycle: CycleFacts,
    policy: Policy,
    on: date,
) -> list[Decision]:
    total = sum((invoice.collectible - covered for invoice, covered in left), ZERO)
    verdict = _verdict(total, left[0][0], client, cycle, _Rules(policy, on))
    sends = verdict.outcome is Outcome.SEND
    return [
        Decision(
            invoice,
            verdict.outcome,
            verdict.reason,
            verdict.level,
            (on - invoice.due_on).days,
            invoice.collectible - covered if sends else None,
            {"applied": str(covered)} if sends and covered else verdict.facts,
        )
        for invoice, covered in left
    ]


def _verdict(
    total: Decimal, oldest: InvoiceFacts, client: ClientFacts, cycle: CycleFacts, rules: _Rules
) -> _Verdict:
    waits = _waits(total, client, cycle, rules)
    if waits is not None:
        return waits
    step = _next_step(oldest, cycle, rules)
    if isinstance(step, _Verdict):
        return step
    return _blocked(client, step, rules) or _Verdict(Outcome.SEND, Reason.DUE, step.level, NO_FACTS)


def _waits(
    total: Decimal, client: ClientFacts, cycle: CycleFacts, rules: _Rules
) -> _Verdict | None:
    policy, on = rules
    if total < policy.tolerance:
        facts: Facts = {"total": str(total), "tolerance": str(policy.tolerance)}
        return _Verdict(Outcome.SKIP, Reason.UNDER_TOLERANCE, None, facts)
    if client.pending is not None:
        pending = client.pending
        facts = {"message": pending.message, "state": pending.state, "level": pending.level}
        return _Verdict(Outcome.SKIP, Reason.MESSAGE_PENDING, pending.level, facts)
    last = cycle.last_sent_on
    if last is not None and (on - last).days < policy.min_gap_days:
        facts = {
            "last_sent_on": last.isoformat(),
            "days_ago": (on - last).days,
            "next_on": (last + timedelta(days=policy.min_gap_days)).isoformat(),
        }
        return _Verdict(Outcome.SKIP, Reason.RECENTLY_REMINDED, None, facts)
    return None


def _next_step(oldest: InvoiceFacts, cycle: CycleFacts, rules: _Rules) -> Step | _Verdict:
    """The step that is due, or why none is."""
    policy, on = rules
    age = (on - oldest.due_on).days
    courtesy = policy.courtesy
    if age <= 0 and courtesy is not None and cycle.level < courtesy.level:
        return courtesy
    step = next((step for step in policy.overdue_steps if step.level > cycle.level), None)
    if age > 0 and (step is None or (step.is_person and age >= step.day)):
        facts: Facts = {"level": cycle.level, "days_past_due": age}
        return _Verdict(Outcome.SKIP, Reason.PERSON_DECIDES, step.level if step else None, facts)
    if step is not None and age >= step.day:
        return step
    facts = {
        "level": cycle.level,
        "next_level": step.level if step else None,
        "next_on": (oldest.due_on + timedelta(days=step.day)).isoformat() if step else None,
    }
    return _Verdict(Outcome.SKIP, Reason.WAIT_NEXT_STEP, None, facts)


def _blocked(client: ClientFacts, step: Step, rules: _Rules) -> _Verdict | None:
    policy, on = rules
    if client.reach is Reach.OPTED_OUT:
        return _Verdict(Outcome.SKIP, Reason.OPTED_OUT, step.level, NO_FACTS)
    if client.reach is Reach.NO_CONTACT:
        return _Verdict(Outcome.SKIP, Reason.NO_CONTACT, step.level, NO_FACTS)
    read = client.feed_through_on
    if policy.max_feed_age_days is None or read is None:
        return None
    age = (on - read).days
    if age <= policy.max_feed_age_days:
        return None
    facts: Facts = {
        "read_through": read.isoformat(),
        "days_ago": age,
        "allowed_days": policy.max_feed_age_days,
    }
    return _Verdict(Outcome.SKIP, Reason.FEED_STALE, step.level, facts)
