"""The look-up of a client with a provider of reports."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clients.models import Client
from clients.selectors import default_creditor
from core.dates import now, today
from core.jobs import Progress, job
from core.models import User
from credit.services.companies_house import ProviderIsBusy
from credit.services.look_ups import LOOK_UP_JOB, look_up


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
        creditor = default_creditor()
        client = Client.objects.get(pk=client_id)
        try:
            report = look_up(
                client=client,
                number=number,
                accepts_other_name=accepts_other_name,
                key=key,
                on=today(creditor.time_zone if creditor else settings.TIME_ZONE),
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
