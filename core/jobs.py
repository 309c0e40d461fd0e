"""Long work with progress: started in a request, done by a worker, watched by a page."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from core import outbox
from core.dates import now
from core.errors import Refusal
from core.models import Job, User
from core.states import JobState

OUTBOX_TASK = "core.run_job"


class Progress:
    """Handed to a job's function; writes how far it is, outside the job's transaction."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id

    def report(self, *, done: int, total: int, message: str = "") -> None:
        """Show `done` of `total` and an optional sentence."""
        Job.objects.filter(pk=self.job_id).update(
            done=min(done, total), total=total, message=message[:300]
        )


JobFunction = Callable[..., Mapping[str, Any]]
_functions: dict[str, JobFunction] = {}


def job(kind: str) -> Callable[[JobFunction], JobFunction]:
    """Register the function behind a kind of job.

    It is called as `function(progress=..., actor=..., **args)`, returns what the page shows
    (JSON), raises Refusal for an anticipated failure, and must be idempotent: a worker that
    dies is followed by another run.
    """

    def register(function: JobFunction) -> JobFunction:
        _functions[kind] = function
        return function

    return register


def start_job(
    *, kind: str, title: str, args: Mapping[str, Any], actor: User | None, at: dt.datetime
) -> Job:
    """Create the job and promise it to a worker, in the caller's transaction."""
    if kind not in _functions:
        raise KeyError(f"No job of kind {kind!r} is registered.")
    with transaction.atomic():
        row = Job.objects.create(
            kind=kind, title=title[:200], args=dict(args), created_by=actor, created_at=at
        )
        outbox.enqueue(task=OUTBOX_TASK, key=f"job:{row.pk}", args={"job_id": row.pk}, at=at)
    return row


@outbox.handler(OUTBOX_TASK)
def run_job(*, job_id: int) -> None:
    """Run one job to its end. A finished one is left alone, so running twice is harmless."""
    taken = Job.objects.filter(pk=job_id, state__in=[JobState.QUEUED, JobState.RUNNING]).update(
        state=JobState.RUNNING, started_at=now()
    )
    if not taken:
        return
    row = Job.objects.select_related("created_by").get(pk=job_id)
    try:
        result = _functions[row.kind](progress=Progress(row.pk), actor=row.created_by, **row.args)
    except Refusal as refusal:
        _finish(row, state=JobState.FAILED, error=str(refusal))
        return
    except Exception as error:
        # The outbox keeps the trace and tries again; the page says so meanwhile.
        Job.objects.filter(pk=job_id).update(error=f"{type(error).__name__}: {error}"[:2000])
        raise
    _finish(row, state=JobState.DONE, result=dict(result))


def _finish(
    row: Job, *, state: JobState, result: Mapping[str, Any] | None = None, error: str = ""
) -> None:
    Job.objects.filter(pk=row.pk, state=JobState.RUNNING).update(
        state=state, result=dict(result or {}), error=error, finished_at=now()
    )


def _fail_job(*, job_id: int, error: str) -> None:
    """A job whose every attempt failed says so on its page."""
    for row in Job.objects.filter(pk=job_id):
        _finish(row, state=JobState.FAILED, error=error[:2000])


outbox.given_up(OUTBOX_TASK, _fail_job)
