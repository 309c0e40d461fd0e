"""Background work of this room: each reads the clock and makes one call."""

from typing import Any

from celery import shared_task
from django.urls import reverse
from django.utils.translation import gettext as _

from core.dates import now
from core.jobs import Progress, job
from core.models import User
from portal.models import StatementBatch
from portal.services.batches import BATCH_JOB, run_batch
from portal.services.silence import chase_silent


@job(BATCH_JOB)
def ask_many(*, progress: Progress, actor: User | None, batch_id: int) -> dict[str, Any]:
    """Ask every client of a batch to confirm its balance."""
    batch = StatementBatch.objects.select_related("creditor__logo", "created_by").get(pk=batch_id)
    run_batch(
        batch=batch,
        clock=now,
        report=lambda done, total: progress.report(done=done, total=total),
    )
    url = reverse("portal:batch", args=[batch.pk])
    return {"url": url, "label": _("See who was asked")}


@shared_task(name="portal.tasks.chase")
def chase() -> None:
    """Follow up links that were not answered; every ten minutes, so that hours are kept."""
    chase_silent(at=now())
