"""Celery tasks of this room: each reads the clock and makes one call."""

from celery import shared_task

from clients.models import Creditor
from core.dates import day_in, now
from payments.services import issue_due_entries, judge_promises
from payments.services.rollups import compact_aging_flow as compact


@shared_task(name="payments.tasks.compact_aging_flow")
def compact_aging_flow() -> int:
    """Merge what payments added to the aging flow since the last time."""
    return compact()


@shared_task(name="payments.tasks.daily")
def daily() -> None:
    """Issue what schedules say is due, and judge the promises whose last day has passed.

    Runs every hour: midnight comes at another hour for each creditor, and doing either twice
    changes nothing.
    """
    at = now()
    for creditor in Creditor.objects.order_by("pk"):
        on = day_in(at, creditor.time_zone)
        issue_due_entries(creditor=creditor, on=on, at=at)
        judge_promises(on=on, at=at, creditor=creditor)
