"""Celery tasks of this room: each reads the clock and makes one call."""

from celery import shared_task

from clients.models import Creditor
from contracts.services.performance import accept_by_silence
from core.dates import day_in, now
from payments.services import issue_due_entries, judge_promises
from payments.services.rollups import compact_aging_flow as compact
from payments.services.supervision import supervise_contracts


@shared_task(name="payments.tasks.compact_aging_flow")
def compact_aging_flow() -> int:
    """Merge what payments added to the aging flow since the last time."""
    return compact()


@shared_task(name="payments.tasks.daily")
def daily() -> None:
    """Accept by silence, issue what is due, judge promises, look at every contract in force.

    Runs every hour: midnight comes at another hour for each creditor, and doing any of it
    twice changes nothing.
    """
    at = now()
    for creditor in Creditor.objects.order_by("pk"):
        on = day_in(at, creditor.time_zone)
        accept_by_silence(on=on, at=at, creditor_id=creditor.pk)
        issue_due_entries(creditor=creditor, on=on, at=at)
        judge_promises(on=on, at=at, creditor=creditor)
        supervise_contracts(creditor=creditor, on=on, at=at)
