"""Wake-ups of the sender. The queued messages in the database are the truth."""

import datetime as dt

from celery import shared_task

from core import outbox
from core.dates import now
from reminders.services import sending
from reminders.services.approval import SEND_TASK

# Shorter than beat's minute: a long queue never takes all workers from letters and imports.
ROUND = dt.timedelta(seconds=50)


@shared_task(name="reminders.tasks.send_queued")
def send_queued() -> dict[str, int]:
    """Send what may go now; run by beat every minute, so a lost wake-up costs a minute."""
    return dict(sending.send_queued(clock=now, budget=ROUND).counts)


@outbox.handler(SEND_TASK)
def send_approved() -> None:
    """Right after an approval, without waiting for beat."""
    sending.send_queued(clock=now, budget=ROUND)
