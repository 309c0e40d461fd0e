"""What the pages of reminders show, each for the eyes of one user."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum

from clients.models import Client
from core.models import User
from reminders.models import (
    Decision,
    DecisionQuerySet,
    Message,
    MessageQuerySet,
    ReminderRun,
    RunExclusion,
)
from reminders.states import MessageState, Outcome, Reason

#: States in which something may still happen to a message; an index holds these few.
WAITING = (MessageState.QUEUED, MessageState.INFLIGHT, MessageState.IN_DOUBT)


@dataclass(frozen=True, slots=True)
class RunRow:
    """A plan in the list, with what of it this user may count."""

    run: ReminderRun
    send: int
    skip: int
    messages: int


def runs_newest_first() -> QuerySet[ReminderRun]:
    """Plans with who made and approved them."""
    rows = ReminderRun.objects.select_related("creditor", "planned_by", "approved_by")
    return rows.order_by("-on", "-pk")


def run_rows(runs: Sequence[ReminderRun], user: User) -> list[RunRow]:
    """The figures beside each plan; sales count only their own clients."""
    if user.sees_all_clients:
        return [RunRow(run, run.send_count, run.skip_count, run.message_count) for run in runs]
    mine = Decision.objects.visible_to(user).filter(run__in=runs).order_by()
    sends = Q(outcome=Outcome.SEND)
    counted = {
        run: (send, total - send, messages)
        for run, send, total, messages in mine.values_list("run").annotate(
            send=Count("pk", filter=sends),
            total=Count("pk"),
            messages=Count("client", filter=sends, distinct=True),
        )
    }
    return [RunRow(run, *counted.get(run.pk, (0, 0, 0))) for run in runs]


@dataclass(frozen=True)
class ReasonCount:
    """How many invoices of a plan have a reason."""

    outcome: str
    reason: str
    count: int


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


def currency_totals(run: ReminderRun, user: User) -> list[dict[str, Any]]:
    """What a plan asks for in each currency: messages, invoices, amount."""
    rows = (
        Decision.objects.visible_to(user)
        .filter(run=run, outcome=Outcome.SEND, reason=Reason.DUE)
        .order_by()
        .values("currency")
        .annotate(invoices=Count("pk"), messages=Count("client", distinct=True), asked=Sum("asked"))
        .order_by("currency")
    )
    return [dict(row) for row in rows]


def planned_messages(run: ReminderRun, user: User, *, text: str = "") -> QuerySet[Any, Any]:
    """What a plan would send, one row per client and currency, the largest first.

    Keys: client_id, client__legal_name, client__code, currency, invoices, total, level, excluded.
    """
    found = Decision.objects.visible_to(user).filter(
        run=run, outcome=Outcome.SEND, reason=Reason.DUE
    )
    if text:
        found = found.filter(client__in=_clients(user, text))
    return (
        found.order_by()
        .values("client_id", "client__legal_name", "client__code", "currency")
        .annotate(
            invoices=Count("pk"),
            total=Sum("asked"),
            top=Max("level"),
            excluded=Exists(RunExclusion.objects.filter(run=run, client=OuterRef("client"))),
        )
        .order_by("-total", "client_id", "currency")
    )


def going_count(run: ReminderRun, user: User) -> tuple[int, int]:
    """How many messages approving would queue, and how many were left out by hand."""
    left_out = (
        Decision.objects.visible_to(user)
        .filter(run=run, outcome=Outcome.SEND, reason=Reason.DUE)
        .filter(client__in=run.exclusions.values("client"))
        .order_by()
        .values("client", "currency")
        .distinct()
        .count()
    )
    (row,) = run_rows([run], user)
    return max(row.messages - left_out, 0), left_out


def decisions_of(
    *, run: ReminderRun, user: User, outcome: str = "", reason: str = "", text: str = ""
) -> DecisionQuerySet:
    """The decisions behind a number of the plan."""
    found = Decision.objects.visible_to(user).filter(run=run)
    if outcome:
        found = found.filter(outcome=outcome)
    if reason:
        found = found.filter(reason=reason)
    if text:
        found = found.filter(Q(client__in=_clients(user, text)) | Q(invoice__number=text))
    return found.select_related("invoice", "client")


def messages_of(
    *, user: User, state: str = "", run_id: int | None = None, text: str = ""
) -> MessageQuerySet:
    """Messages by filter; bytes and bodies stay in the database."""
    found = Message.objects.visible_to(user).select_related("client", "creditor")
    if state:
        found = found.filter(state=state)
    if run_id:
        found = found.filter(run_id=run_id)
    if text:
        found = found.filter(Q(client__in=_clients(user, text)) | Q(to_email__iexact=text))
    return found.defer("raw", "body")


def _clients(user: User, text: str) -> QuerySet[Any, Any]:
    return Client.objects.visible_to(user).search(text).values("pk")


def state_counts(user: User, run_id: int | None = None) -> dict[str, int]:
    """Messages per state: of one plan, or of all those that wait for something."""
    found = Message.objects.visible_to(user)
    found = found.filter(run_id=run_id) if run_id else found.filter(state__in=WAITING)
    rows = found.order_by().values("state").annotate(count=Count("pk"))
    counts = {r["state"]: r["count"] for r in rows}
    return {state: counts[state] for state in MessageState.values if state in counts}
