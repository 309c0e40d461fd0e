"""The background job that plans the reminders of a large ledger, with its progress."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clients.models import Creditor
from core.dates import now
from core.jobs import Progress, job
from core.models import User
from payments.models import Invoice
from reminders.services.planning import PLAN_JOB, plan_reminders


@job(PLAN_JOB)
def run_plan(
    *, progress: Progress, actor: User | None, creditor: int, on: str
) -> Mapping[str, Any]:
    """Plan a creditor's day. Run again, it replaces the plan or finds it approved."""
    owner, day = Creditor.objects.get(pk=creditor), dt.date.fromisoformat(on)
    total = Invoice.objects.overdue(on=day).filter(creditor=owner).count()
    progress.report(done=0, total=max(total, 1))
    result = plan_reminders(
        creditor=owner,
        on=day,
        actor=actor,
        at=now(),
        report=lambda judged: progress.report(done=judged, total=max(total, judged)),
    )
    progress.report(done=1, total=1)
    return {"url": reverse("reminders:run", args=[result.run.pk]), "label": _("Open the plan")}
