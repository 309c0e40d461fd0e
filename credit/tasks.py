"""Celery tasks of this room: each reads the clock and makes one call."""

import datetime as dt

from celery import shared_task
from django.conf import settings

from clients.selectors import default_creditor
from core import outbox
from core.dates import day_in, now
from credit.services.holds import expire_holds, propose_holds
from credit.services.policy import REFRESH
from credit.services.related import compare_changed
from credit.services.standing import refresh_all
from credit.states import StandingCause


@shared_task(name="credit.tasks.daily")
def daily() -> None:
    """End what has run out, give every client what the policy says today, propose holds.

    Runs every hour: midnight comes once a day, and doing it twice changes nothing.
    """
    at = now()
    on = _day(at)
    refresh_all(on=on, at=at)
    expire_holds(on=on, at=at)
    propose_holds(on=on, at=at)


@shared_task(name="credit.tasks.compare")
def compare() -> int:
    """Look whom the clients that changed may belong to."""
    return compare_changed(at=now())


@outbox.handler(REFRESH)
def refresh_for_policy(*, number: int) -> None:
    """A new policy was saved: every client gets what it says."""
    at = now()
    refresh_all(on=_day(at), at=at, cause=StandingCause.POLICY)


def _day(at: dt.datetime) -> dt.date:
    creditor = default_creditor()
    return day_in(at, creditor.time_zone if creditor else settings.TIME_ZONE)
