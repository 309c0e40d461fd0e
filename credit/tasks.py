"""Celery tasks of this room: each reads the clock and makes one call."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from celery import shared_task
from django.urls import reverse
from django.utils.translation import gettext as _

from core import outbox
from core.dates import now
from core.jobs import Progress, job
from core.models import User
from credit.selectors.columns import our_day
from credit.services.calibration import CALIBRATE, calibrate
from credit.services.holds import expire_holds, propose_holds
from credit.services.policy import REFRESH
from credit.services.scores import score_clients
from credit.services.standing import refresh_all
from credit.states import StandingCause


@shared_task(name="credit.tasks.daily")
def daily() -> None:
    """Score, end what has run out, give each client what the policy says, propose holds.

    Runs every hour: midnight comes once a day, and doing it twice changes nothing.
    """
    at = now()
    on = our_day(at)
    score_clients(on=on, at=at)
    refresh_all(on=on, at=at)
    expire_holds(on=on, at=at)
    propose_holds(on=on, at=at)


@outbox.handler(REFRESH)
def refresh_for_policy(*, number: int) -> None:
    """A new policy was saved: every client gets what it says."""
    at = now()
    refresh_all(on=our_day(at), at=at, cause=StandingCause.POLICY)


@job(CALIBRATE)
def look_back_on_ledger(*, progress: Progress, actor: User | None, on: str) -> Mapping[str, Any]:
    """Look back, keep the portfolio's level, and show the page."""
    calibrate(
        on=dt.date.fromisoformat(on),
        actor=actor,
        at=now(),
        told=lambda done, total: progress.report(done=done, total=total),
    )
    return {"url": reverse("credit:backtest"), "label": _("Open the look back")}
