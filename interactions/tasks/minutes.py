"""Minutes: printed when they are issued, confirmed by silence where that is agreed."""

from celery import shared_task

from clients.models import Creditor
from core import outbox
from core.dates import day_in, now
from interactions.services.minutes import PRINT_MINUTES, deem_minutes
from interactions.services.minutes_papers import print_minutes


@outbox.handler(PRINT_MINUTES)
def print_issued_minutes(*, minutes_id: int) -> None:
    """Print a version after the transaction that issued or answered it."""
    print_minutes(minutes_id=minutes_id, at=now())


@shared_task(name="interactions.tasks.deem")
def deem() -> None:
    """Confirm minutes by silence where that is agreed; hourly: midnight differs by creditor."""
    at = now()
    for creditor in Creditor.objects.order_by("pk"):
        deem_minutes(on=day_in(at, creditor.time_zone), at=at, creditor_id=creditor.pk)
