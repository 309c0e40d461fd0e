"""Plan the reminders of a day: one stored decision per overdue invoice, nothing sent.

Facts are read set by set, decided on in plain Python and written with COPY, so that 200,000
overdue invoices take seconds and the time grows with their number. Reading and deciding happen
outside the transaction that stores the plan; each message is checked again before it is sent.
"""

import datetime as dt
import io
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import OperationalError, connection
from django.utils.translation import gettext as _

from clients.models import Creditor
from core import audit
from core.errors import Refusal
from core.jobs import start_job
from core.models import Job, User
from core.transactions import in_transaction, sqlstate
from payments.models import Invoice
from reminders.models import ReminderRun
from reminders.rules.decisions import Decision, Policy, decide
from reminders.selectors.facts import SETTLED, Debts, Scope, debts
from reminders.selectors.policy import ladder_of
from reminders.states import Outcome, Reason, RunState

PLAN_JOB = "reminders.plan"
# From so many open overdue invoices on, a page starts a job instead of waiting.
PLAN_IN_BACKGROUND = 5_000
LOCK_NOT_AVAILABLE = "55P03"
REPORT_EVERY = 5_000

Report = Callable[[int], None]


class UnableToPlan(Refusal):
    """No plan can be made now."""


@dataclass(slots=True)
class Tally:
    """What a plan came to: decisions per outcome and reason, and messages."""

    decisions: Counter[tuple[Outcome, Reason]] = field(default_factory=Counter)
    messages: int = 0

    @property
    def send(self) -> int:
        """Invoices asked for."""
        return sum(n for (outcome, _r), n in self.decisions.items() if outcome is Outcome.SEND)

    @property
    def skip(self) -> int:
        """Invoices left alone."""
        return self.decisions.total() - self.send


@dataclass(frozen=True, slots=True)
class PlanResult:
    """A plan and what it came to. `is_new` is False when the day was approved before."""

    run: ReminderRun
    tally: Tally
    is_new: bool


def plan_reminders(
    *,
    creditor: Creditor,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    report: Report | None = None,
) -> PlanResult:
    """Decide on every overdue invoice, and those in the courtesy window, as of a day.

    A plan that waits for approval is replaced by the new one. A day that was approved is left
    alone: its run is returned and nothing is added. `report` is told how many invoices were
    judged. Raises UnableToPlan while another plan of this creditor is being stored. What a plan
    would say, without storing it, is `selectors.explained.explained_invoices`.
    """
    approved = _approved(creditor, on)
    if approved is not None:
        return PlanResult(approved, Tally(), is_new=False)
    policy = ladder_of(creditor).policy
    scope = Scope(creditor, on)
    run_id = _reserve_run()
    tally, rows = _decide_all(scope, policy, run_id, report)
    draft = ReminderRun(pk=run_id, creditor=creditor, on=on, planned_at=at, planned_by=actor)
    try:
        run, is_new = _store(draft=draft, rows=rows, tally=tally, actor=actor, at=at)
    except OperationalError as error:
        if sqlstate(error) == LOCK_NOT_AVAILABLE:
            raise UnableToPlan(
                _("Another plan of %s is being stored or approved. Try again in a minute.")
                % creditor
            ) from error
        raise
    return PlanResult(run, tally if is_new else Tally(), is_new=is_new)


def start_plan(
    *, creditor: Creditor, on: dt.date, actor: User, at: dt.datetime
) -> Job | PlanResult:
    """Plan a day at once, or as a background job where the ledger is large."""
    overdue = Invoice.objects.overdue(on=on).filter(creditor=creditor).order_by()
    if overdue[:PLAN_IN_BACKGROUND].count() < PLAN_IN_BACKGROUND:
        return plan_reminders(creditor=creditor, on=on, actor=actor, at=at)
    return start_job(
        kind=PLAN_JOB,
        title=_("Plan of reminders, %(creditor)s") % {"creditor": creditor},
        args={"creditor": creditor.pk, "on": on.isoformat()},
        actor=actor,
        at=at,
    )


def _approved(creditor: Creditor, on: dt.date) -> ReminderRun | None:
    return ReminderRun.objects.filter(creditor=creditor, on=on, state=RunState.APPROVED).first()


def decide_on(group: Debts, policy: Policy, on: dt.date) -> list[Decision]:
    """The decisions on one client's debts in one currency."""
    return decide(group.invoices, client=group.client, cycle=group.cycle, policy=policy, on=on)


def _count(tally: Tally, decisions: list[Decision]) -> None:
    sends = False
    for _invoice, outcome, reason, *_rest in decisions:
        tally.decisions[outcome, reason] += 1
        sends = sends or outcome is Outcome.SEND
    tally.messages += sends


def _reserve_run() -> int:
    """The key of the run to come, so that its decisions can name it before it is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('reminders_reminderrun', 'id'))")
        return int(cursor.fetchone()[0])


def _decide_all(
    scope: Scope, policy: Policy, run_id: int, report: Report | None
) -> tuple[Tally, io.StringIO]:
    """Judge what is overdue or in the courtesy window; the rows wait in memory for COPY."""
    courtesy = policy.courtesy
    window = -courtesy.day if courtesy is not None else -1
    tally, rows = Tally(), io.StringIO()
    judged = reported = 0
    for group in debts(scope, due_by=scope.on + dt.timedelta(days=window)):
        decisions = decide_on(group, policy, scope.on)
        _count(tally, decisions)
        _write(rows, run_id, group, decisions)
        judged += len(decisions)
        if report is not None and judged - reported >= REPORT_EVERY:
            report(judged)
            reported = judged
    rows.seek(0)
    return tally, rows


_COLUMNS = (
    "run_id",
    "client_id",
    "currency",
    "invoice_id",
    "outcome",
    "reason",
    "level",
    "days_past_due",
    "open_amount",
    "collectible",
    "asked",
    "facts",
)
_NULL = r"\N"
_NO_FACTS = "{}"


def _write(rows: io.StringIO, run_id: int, group: Debts, decisions: list[Decision]) -> None:
    head = f"{run_id}\t{group.client_id}\t{group.currency}\t"
    for invoice, outcome, reason, level, days, asked, facts in decisions:
        # String concatenation: a TextChoices member is its value, formatting it is ten times
        # slower.
        rows.write(
            head
            + f"{invoice.id}\t"
            + outcome
            + "\t"
            + reason
            + f"\t{_NULL if level is None else level}\t{days}\t{invoice.open_amount}\t"
            f"{invoice.collectible}\t{_NULL if asked is None else asked}\t"
            + (_copied(json.dumps(dict(facts))) if facts else _NO_FACTS)
            + "\n"
        )


def _copied(text: str) -> str:
    """Text as COPY wants it. JSON escapes control characters itself; backslashes are doubled."""
    return text.replace("\\", "\\\\")


@in_transaction
def _store(
    *,
    draft: ReminderRun,
    rows: io.StringIO,
    tally: Tally,
    actor: User | None,
    at: dt.datetime,
) -> tuple[ReminderRun, bool]:
    """Write the plan in one piece. False with the approved run when somebody was faster."""
    creditor = draft.creditor
    lock_creditor(creditor)
    approved = _approved(creditor, draft.on)
    if approved is not None:
        return approved, False
    ReminderRun.objects.filter(creditor=creditor, state=RunState.PLANNED).update(
        state=RunState.SUPERSEDED
    )
    draft.send_count, draft.skip_count = tally.send, tally.skip
    draft.message_count = tally.messages
    draft.save(force_insert=True)
    rows.seek(0)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY reminders_decision ({', '.join(_COLUMNS)}) FROM STDIN", rows)
    close_settled_cycles(creditor=creditor, on=draft.on)
    audit.record(
        action="reminders.plan",
        actor=actor,
        at=at,
        subject=draft,
        stream=f"creditor:{creditor.pk}",
        payload={
            "on": draft.on,
            "send": tally.send,
            "skip": tally.skip,
            "messages": tally.messages,
        },
    )
    return draft, True


def lock_creditor(creditor: Creditor) -> None:
    """Take this creditor's plans one at a time; payments and claims do not wait for it."""
    Creditor.objects.select_for_update(no_key=True).only("pk").get(pk=creditor.pk)


def close_settled_cycles(*, creditor: Creditor, on: dt.date) -> int:
    """Close the climbs whose invoices are settled: what falls due later starts calmly again.

    One with a message that has not ended stays open until that has. Returns how many closed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE reminders_cycle SET closed_on = greatest(opened_on, %(on)s)
            WHERE id IN ({SETTLED}) AND NOT EXISTS (
                SELECT 1 FROM reminders_message p
                WHERE p.client_id = reminders_cycle.client_id
                AND p.creditor_id = reminders_cycle.creditor_id
                AND p.currency = reminders_cycle.currency AND p.cycle_id = reminders_cycle.id
                AND p.state IN ('QUEUED', 'INFLIGHT', 'IN_DOUBT'))
            """,  # noqa: S608  # a constant
            {"creditor": creditor.pk, "client": None, "on": on},
        )
        return int(cursor.rowcount)
