"""Celery tasks of this room: each reads the clock and makes one call."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from celery import shared_task
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clients.models import Client
from clients.selectors import our_zone
from core import outbox
from core.dates import now
from core.jobs import Progress, job
from core.models import User
from credit.selectors.columns import our_day
from credit.services.behaviours import propose_by_rules
from credit.services.calibration import CALIBRATE, calibrate
from credit.services.companies_house import ProviderIsBusy
from credit.services.holds import expire_holds, propose_holds
from credit.services.look_ups import LOOK_UP_JOB, look_up
from credit.services.margins import refresh_margins
from credit.services.monitoring import refresh_monitoring
from credit.services.notices import MAIL, give_notices, send_digest, write_digests
from credit.services.policy import REFRESH
from credit.services.related import compare_changed
from credit.services.scores import score_clients
from credit.services.standing import refresh_all
from credit.states import StandingCause


@shared_task(name="credit.tasks.daily")
def daily() -> None:
    """Score, end what has run out, give each client what the policy says, propose.

    Runs every hour: midnight comes once a day, and doing it twice changes nothing.
    """
    at = now()
    on = our_day(at)
    score_clients(on=on, at=at)
    refresh_all(on=on, at=at)
    expire_holds(on=on, at=at)
    propose_holds(on=on, at=at)
    propose_by_rules(on=on, at=at)
    refresh_monitoring(on=on)
    give_notices(on=on, at=at)
    write_digests(on=on, at=at, zone=our_zone())


@shared_task(name="credit.tasks.compare")
def compare() -> int:
    """Look whom the clients that changed may belong to."""
    return compare_changed(at=now())


@shared_task(name="credit.tasks.margins")
def margins() -> int:
    """Work out the net margins that lists sort by."""
    at = now()
    return refresh_margins(on=our_day(at), at=at)


@outbox.handler(REFRESH)
def refresh_for_policy(*, number: int) -> None:
    """A new policy was saved: every client gets what it says."""
    at = now()
    refresh_all(on=our_day(at), at=at, cause=StandingCause.POLICY)


@outbox.handler(MAIL)
def mail_notices(*, digest_id: int) -> None:
    """The one mail of a day to one member of staff."""
    send_digest(digest_id=digest_id, clock=now)


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


@job(LOOK_UP_JOB)
def look_up_client(
    *,
    progress: Progress,
    actor: User | None,
    client_id: int,
    number: str,
    accepts_other_name: bool,
    key: str,
) -> Mapping[str, Any]:
    """Ask the register about a client; a busy register is asked again by the outbox, later."""
    # What a person reads about this job is in that person's language, not in the worker's.
    with translation.override((actor.language if actor else "") or settings.LANGUAGE_CODE):
        progress.report(done=0, total=2, message=_("Asking Companies House…"))
        client = Client.objects.get(pk=client_id)
        try:
            report = look_up(
                client=client,
                number=number,
                accepts_other_name=accepts_other_name,
                key=key,
                on=our_day(now()),
                actor=actor,
                clock=now,
            )
        except ProviderIsBusy as busy:
            message = _("%(reason)s It is tried again in a while.") % {"reason": busy}
            progress.report(done=0, total=2, message=message)
            raise
        progress.report(done=2, total=2)
        url = reverse("credit:report", args=[report.pk])
        return {"url": url, "label": _("Open the report")}
