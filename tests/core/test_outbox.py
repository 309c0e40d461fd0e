"""The outbox and jobs: promised once, done once, found again after a death."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import transaction

from core import jobs, outbox
from core.errors import Refusal
from core.models import Job, OutboxItem
from core.states import JobState
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db
calls: list[str] = []


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    calls.clear()
    kept = dict(outbox._handlers), dict(jobs._functions)

    @outbox.handler("test.note")
    def note(*, word: str) -> None:
        calls.append(word)
        if word == "fail":
            raise RuntimeError("broken")

    @jobs.job("test.count")
    def count(*, progress: jobs.Progress, actor: Any, upto: int) -> Mapping[str, Any]:
        if upto < 0:
            raise Refusal("cannot count down")
        for n in range(upto):
            progress.report(done=n + 1, total=upto)
        return {"counted": upto}

    yield
    outbox._handlers.clear()
    outbox._handlers.update(kept[0])
    jobs._functions.clear()
    jobs._functions.update(kept[1])


def promise(word: str, key: str = "k") -> bool:
    return outbox.enqueue(task="test.note", key=key, args={"word": word}, at=NOW)


def test_a_key_is_promised_once_and_done_once() -> None:
    assert promise("hello")
    assert not promise("hello")
    assert outbox.run_waiting(at=NOW) == 1
    assert outbox.run_waiting(at=NOW) == 0
    assert calls == ["hello"]


def test_what_was_rolled_back_was_not_promised() -> None:
    with transaction.atomic():
        promise("hello")
        transaction.set_rollback(True)
    assert outbox.run_waiting(at=NOW) == 0


def test_a_dead_workers_claim_is_taken_again_after_its_time() -> None:
    promise("hello")
    assert outbox.claim(at=NOW) is not None
    assert outbox.claim(at=NOW) is None
    later = NOW + outbox.CLAIM_TIMEOUT + dt.timedelta(seconds=1)
    assert outbox.run_waiting(at=later) == 1


def test_a_failure_is_kept_tried_again_later_and_given_up_visibly() -> None:
    promise("fail")
    at = NOW
    for _attempt in range(outbox.MAX_ATTEMPTS + 3):
        outbox.run_waiting(at=at, limit=1)
        at += dt.timedelta(hours=2)
    item = OutboxItem.objects.get()
    assert len(calls) == outbox.MAX_ATTEMPTS
    assert item.failed_at is not None
    assert "broken" in item.last_error
    outbox.retry_failed(at=at)
    outbox.run_waiting(at=at, limit=1)
    assert len(calls) == outbox.MAX_ATTEMPTS + 1


def start(upto: int) -> Job:
    return jobs.start_job(
        kind="test.count", title="Counting", args={"upto": upto}, actor=make_user(), at=NOW
    )


def test_a_job_ends_with_its_result_and_running_it_twice_is_harmless() -> None:
    job = start(3)
    jobs.run_job(job_id=job.pk)
    jobs.run_job(job_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.result, job.percent) == (JobState.DONE, {"counted": 3}, 100)


def test_a_refused_job_says_why() -> None:
    job = start(-1)
    outbox.run_waiting(at=NOW)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "cannot count down")


def test_only_its_owner_and_managers_see_a_job() -> None:
    job = start(1)
    assert job.created_by is not None
    assert Job.objects.visible_to(job.created_by).exists()
    assert not Job.objects.visible_to(make_user()).exists()
