"""Approve a plan: its messages are queued, set by set, and a sender is woken."""

import datetime as dt
import hashlib
from email.utils import parseaddr

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from clients.models import Client
from core import audit, outbox
from core.dates import start_of_day
from core.errors import Refusal
from core.models import User
from core.states import Role
from core.transactions import in_transaction
from reminders.models import ReminderRun, RunExclusion
from reminders.selectors.policy import ladder_of
from reminders.services.planning import close_settled_cycles, lock_creditor
from reminders.states import RunState

SEND_TASK = "reminders.send"

APPROVING_ROLES = frozenset({Role.FINANCE, Role.MANAGER, Role.ADMIN})


class UnableToApprove(Refusal):
    """This plan cannot be approved, or changed, now."""


@in_transaction
def exclude_client(
    *, run: ReminderRun, client: Client, excluded: bool, actor: User, at: dt.datetime
) -> None:
    """Leave a client out of a plan, or take it in again. Raises UnableToApprove once approved."""
    _check_role(actor)
    row = _locked(run)
    if row.state != RunState.PLANNED:
        raise UnableToApprove(_("This plan is not waiting for approval any more."))
    if excluded:
        RunExclusion.objects.get_or_create(
            run=row, client=client, defaults={"created_at": at, "created_by": actor}
        )
    else:
        RunExclusion.objects.filter(run=row, client=client).delete()
    audit.record(
        action="reminders.exclude" if excluded else "reminders.include",
        actor=actor,
        at=at,
        subject=row,
        stream=f"creditor:{row.creditor_id}",
        payload={"client": client.pk},
    )


@in_transaction
def approve_run(*, run: ReminderRun, actor: User, at: dt.datetime) -> int:
    """Queue one message per client and currency of a plan; returns how many were added.

    Approving twice adds nothing. A plan for a day to come waits for that day. Raises
    UnableToApprove when a newer plan has replaced this one, or the role may not.
    """
    _check_role(actor)
    lock_creditor(run.creditor)
    row = _locked(run)
    if row.state == RunState.APPROVED:
        return 0
    if row.state == RunState.SUPERSEDED:
        raise UnableToApprove(_("A newer plan has replaced this one. Approve that instead."))
    close_settled_cycles(creditor=row.creditor, on=row.on)
    _open_cycles(row)
    queued = _queue_messages(row, at=at)
    ReminderRun.objects.filter(pk=row.pk).update(
        state=RunState.APPROVED, approved_at=at, approved_by=actor, message_count=queued
    )
    audit.record(
        action="reminders.approve",
        actor=actor,
        at=at,
        subject=row,
        stream=f"creditor:{row.creditor_id}",
        payload={
            "on": row.on,
            "messages": queued,
            "excluded": sorted(row.exclusions.values_list("client", flat=True)),
        },
    )
    outbox.enqueue(task=SEND_TASK, key=f"reminders.send:{row.pk}", args={}, at=_not_before(row, at))
    return queued


def _check_role(actor: User) -> None:
    if actor.role not in APPROVING_ROLES:
        raise UnableToApprove(_("Finance, a manager or an administrator approves reminders."))


def _locked(run: ReminderRun) -> ReminderRun:
    return (
        ReminderRun.objects.select_for_update(of=("self",))
        .select_related("creditor")
        .get(pk=run.pk)
    )


def _not_before(run: ReminderRun, at: dt.datetime) -> dt.datetime:
    return max(at, start_of_day(run.on, run.creditor.time_zone))


# Who is asked, in which currency, at which level: from the plan, less who was left out.
_ASKED = """
    SELECT d.client_id, d.currency, max(d.level) AS level
    FROM reminders_decision d
    WHERE d.run_id = %(run)s AND d.outcome = 'SEND' AND d.reason = 'DUE'
      AND NOT EXISTS (SELECT 1 FROM reminders_runexclusion x
                      WHERE x.run_id = %(run)s AND x.client_id = d.client_id)
    GROUP BY 1, 2
"""


def _open_cycles(run: ReminderRun) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO reminders_cycle
                (creditor_id, client_id, currency, level, opened_on)
            SELECT %(creditor)s, a.client_id, a.currency, -1, %(on)s FROM ({_ASKED}) a
            ON CONFLICT DO NOTHING
            """,  # noqa: S608  # a constant
            {"run": run.pk, "creditor": run.creditor_id, "on": run.on},
        )


# A level is taken only above the one the cycle has reached, and only where no message to the
# client is under way; the unique key on client, creditor, currency, cycle and level has the
# last word. Who approved stands on the run, so that transitions need not name them each.
_QUEUE = f"""
    WITH asked AS ({_ASKED}), queued AS (
        INSERT INTO reminders_message
            (run_id, cycle_id, creditor_id, client_id, contact_id, currency, level, tone,
             language, to_email, state, suppressed_reason,
             suppressed_facts, message_id, subject, body,
             raw_sha256, attempts, last_error, queued_at, available_at)
        SELECT %(run)s, c.id, %(creditor)s, a.client_id, t.id, a.currency, a.level, s.tone,
               l.language, coalesce(t.email, ''), 'QUEUED', '', '{{}}',
               format('<reminder.%%s.%%s.%%s.%%s>', c.id, a.level, %(run)s, %(suffix)s),
               '', '', '', 0, '', %(at)s, %(available_at)s
        FROM asked a
        JOIN reminders_cycle c ON c.client_id = a.client_id AND c.creditor_id = %(creditor)s
             AND c.currency = a.currency AND c.closed_on IS NULL AND c.level < a.level
        JOIN clients_client l ON l.id = a.client_id
        JOIN unnest(%(levels)s::smallint[], %(tones)s::text[]) AS s (level, tone)
             ON s.level = a.level
        LEFT JOIN (
            SELECT DISTINCT ON (client_id) client_id, id, email FROM clients_contact
            WHERE receives_reminders AND email <> '' AND opted_out_at IS NULL
              AND email_failed_at IS NULL AND client_id IN (SELECT client_id FROM asked)
            ORDER BY client_id, is_primary DESC, id) t ON t.client_id = a.client_id
        WHERE NOT EXISTS (
            SELECT 1 FROM reminders_message p
            WHERE p.client_id = a.client_id AND p.creditor_id = %(creditor)s
              AND p.currency = a.currency AND p.state IN ('QUEUED', 'INFLIGHT', 'IN_DOUBT'))
        ON CONFLICT DO NOTHING
        RETURNING id
    )
    INSERT INTO reminders_messagetransition (message_id, from_state, to_state, at, note)
    SELECT id, '', 'QUEUED', %(at)s, '' FROM queued
"""  # noqa: S608  # a constant

# From so many messages on, each table is read once instead of once per message.
_MANY = 1_000


def _queue_messages(run: ReminderRun, *, at: dt.datetime) -> int:
    rungs = ladder_of(run.creditor).rungs
    many = run.message_count > _MANY
    with connection.cursor() as cursor:
        # The query planner knows nothing of the rows this transaction writes, and would look
        # every client up in a table it believes to be empty.
        cursor.execute("SELECT set_config('enable_nestloop', %s, true)", ["off" if many else "on"])
        cursor.execute(
            _QUEUE,
            {
                "run": run.pk,
                "creditor": run.creditor_id,
                "levels": list(rungs),
                "tones": [rung.tone.value for rung in rungs.values()],
                "suffix": message_id_suffix(),
                "at": at,
                "available_at": _not_before(run, at),
            },
        )
        queued = int(cursor.rowcount)
        cursor.execute("SELECT set_config('enable_nestloop', 'on', true)")
        if many:
            # So do the checks of the foreign keys at commit, a hundred thousand times each.
            cursor.execute("ANALYZE (SKIP_LOCKED) reminders_cycle, reminders_message")
    return queued


def message_id_suffix() -> str:
    """The end of every Message-ID: this installation and the sender's domain.

    With cycle, level and run before it, the whole follows from what the message is: made again
    it would be the same.
    """
    installation = hashlib.sha256(f"message-id:{settings.SECRET_KEY}".encode()).hexdigest()[:12]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"{installation}@{domain}"
