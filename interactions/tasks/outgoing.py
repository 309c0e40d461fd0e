"""Wake-ups of the sender of written mails. The queued rows in the database are the truth."""

import datetime as dt

from celery import shared_task

from core import outbox
from core.dates import now
from interactions.services import outgoing_sending
from interactions.services.outgoing import SEND_MAIL

# Shorter than beat's minute, so that a long queue never takes all workers.
ROUND = dt.timedelta(seconds=50)


@shared_task(name="interactions.tasks.send_written")
def send_written() -> dict[str, int]:
    """Send what may go now; run by beat every minute, so a lost wake-up costs a minute."""
    return dict(outgoing_sending.send_written(clock=now, budget=ROUND))


@outbox.handler(SEND_MAIL)
def send_now() -> None:
    """Right after a mail was written, without waiting for beat."""
    outgoing_sending.send_written(clock=now, budget=ROUND)
