"""Celery tasks of this room: each reads the clock and makes one call."""

from celery import shared_task
from django.conf import settings

from clients.selectors import default_creditor
from core.dates import day_in, now
from credit.services.margins import refresh_margins


@shared_task(name="credit.tasks.margins")
def margins() -> int:
    """Work out the net margins that lists sort by."""
    at, creditor = now(), default_creditor()
    on = day_in(at, creditor.time_zone if creditor else settings.TIME_ZONE)
    return refresh_margins(on=on, at=at)
