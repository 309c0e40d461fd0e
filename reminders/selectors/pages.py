"""What the pages of reminders show: counts, decisions, messages."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Max, Q, Sum

from core.models import User
from reminders.models import Decision, DecisionQuerySet, Message, MessageQuerySet, ReminderRun
from reminders.states import MessageState, Outcome


@dataclass(frozen=True)
class ReasonCount:
    """How many invoices of a plan have a reason."""

    outcome: str
    reason: str
    count: int


@dataclass(frozen=True)
class Planned:
    """One message as a plan has it: to whom, in which currency, for how much."""

    client_id: int
    client_name: str
    client_code: str
    currency: str
    level: int
    invoices: int
    asked: Decimal
    excluded: bool


def reason_counts(run: ReminderRun, user: User) -> list[ReasonCount]:
    """Invoices per outcome and reason, among those the user may see; one query."""
    rows = (
        Decision.objects.visible_to(user)
        .filter(run=run)
        .order_by()
        .values("outcome", "reason")
        .annotate(count=Count("pk"))
        .order_by("outcome", "-count", "reason")
    )
    return [ReasonCount(r["outcome"], r["reason"], r["count"]) for r in rows]


def planned_messages(run: ReminderRun, user: User) -> list[Planned]:
    """What the plan would send, per client and currency, the largest first; two queries."""
    excluded = set(run.exclusions.values_list("client_id", flat=True))
    rows = (
        Decision.objects.visible_to(user)
        .filter(run=run, outcome=Outcome.SEND)
        .order_by()
        .values("client_id", "client__legal_name", "client__code", "currency")
        .annotate(invoices=Count("pk"), total=Sum("asked"), top=Max("level"))
        .order_by("-total", "client_id", "currency")
    )
    return [
        Planned(
            client_id=r["client_id"],
            client_name=r["client__legal_name"],
            client_code=r["client__code"],
            currency=r["currency"],
            level=int(r["top"]),
            invoices=r["invoices"],
            asked=r["total"] or Decimal(0),
            excluded=r["client_id"] in excluded,
        )
        for r in rows
    ]


def decisions_of(
    *, run: ReminderRun, user: User, outcome: str = "", reason: str = ""
) -> DecisionQuerySet:
    """The decisions behind a number of the plan."""
    found = Decision.objects.visible_to(user).filter(run=run)
    if outcome:
        found = found.filter(outcome=outcome)
    if reason:
        found = found.filter(reason=reason)
    return found.select_related("invoice", "client").order_by("-days_past_due", "pk")


def messages_of(*, user: User, state: str = "", run_id: int | None = None) -> MessageQuerySet:
    """Messages, newest first."""
    found = Message.objects.visible_to(user).select_related("client", "creditor")
    if state:
        found = found.filter(state=state)
    if run_id:
        found = found.filter(run_id=run_id)
    return found.order_by("-queued_at", "-pk")


def state_counts(user: User, run_id: int | None = None) -> dict[str, int]:
    """Messages per state."""
    found = Message.objects.visible_to(user)
    if run_id:
        found = found.filter(run_id=run_id)
    rows = found.order_by().values("state").annotate(count=Count("pk"))
    counts = {r["state"]: r["count"] for r in rows}
    return {state: counts[state] for state in MessageState.values if state in counts}


def runs_visible() -> list[ReminderRun]:
    """The newest plans with who made and approved them."""
    rows = ReminderRun.objects.select_related("creditor", "planned_by", "approved_by")
    counted = rows.annotate(
        sent=Count("messages", filter=Q(messages__state=MessageState.SENT)),
        doubtful=Count("messages", filter=Q(messages__state=MessageState.IN_DOUBT)),
    )
    return list(counted.order_by("-on", F("pk").desc())[:60])
