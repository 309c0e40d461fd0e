"""Background work of this room."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.dates import now, today
from core.jobs import Progress, job
from core.models import User
from imports.models import LedgerImport
from imports.services.staging import Report
from imports.services.uploads import CHECK_JOB, IMPORT_JOB, run_check, run_import


def _row(import_id: int) -> LedgerImport:
    return LedgerImport.objects.select_related("creditor", "document").get(pk=import_id)


def _reporter(progress: Progress, *, writes: bool) -> Report:
    """Reading counts rows; what follows is a few long statements, which cannot be counted."""

    def report(done: int, total: int) -> None:
        message = _("Reading the rows")
        if done >= total:
            message = _("Writing to the ledger") if writes else _("Comparing with the ledger")
        progress.report(done=done, total=total, message=message)

    return report


def _result(row: LedgerImport) -> Mapping[str, Any]:
    return {"url": reverse("imports:detail", args=[row.pk]), "label": _("Open the report")}


@job(CHECK_JOB)
def check(*, progress: Progress, actor: User | None, import_id: int) -> Mapping[str, Any]:
    """Find every problem of an uploaded file. Run again, it finds them again."""
    row = _row(import_id)
    run_check(row=row, on=today(row.creditor.time_zone), report=_reporter(progress, writes=False))
    return _result(row)


@job(IMPORT_JOB)
def take_in(*, progress: Progress, actor: User | None, import_id: int) -> Mapping[str, Any]:
    """Import a checked file. A worker that died left nothing; one that was done left all."""
    row = _row(import_id)
    run_import(
        row=row,
        on=today(row.creditor.time_zone),
        actor=actor,
        at=now(),
        report=_reporter(progress, writes=True),
    )
    return _result(row)
