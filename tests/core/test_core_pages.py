"""Pages of the ground floor: background work and the record of acts."""

import pytest
from django.test import Client as Browser

from core import audit
from core.models import Job
from core.states import JobState, Role
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


def browser(role: Role) -> Browser:
    client = Browser()
    client.force_login(make_user(role))
    return client


def make_job(**fields: object) -> Job:
    return Job.objects.create(kind="x", title="Import of a ledger", created_at=NOW, **fields)


def test_a_job_shows_its_progress_and_polls_while_it_runs() -> None:
    job = make_job(state=JobState.RUNNING, done=5, total=10)
    text = browser(Role.MANAGER).get(f"/jobs/{job.pk}/").content.decode()
    assert 'value="50"' in text
    assert f'hx-get="/jobs/{job.pk}/"' in text
    assert 'http-equiv="refresh"' in text


def test_a_finished_job_stops_polling_and_links_its_result() -> None:
    job = make_job(state=JobState.DONE, finished_at=NOW, result={"url": "/imports/1/"})
    text = browser(Role.MANAGER).get(f"/jobs/{job.pk}/").content.decode()
    assert f'hx-get="/jobs/{job.pk}/"' not in text
    assert 'href="/imports/1/"' in text


def test_a_result_never_links_to_another_site() -> None:
    job = make_job(state=JobState.DONE, finished_at=NOW, result={"url": "https://evil.example/"})
    assert b"evil.example" not in browser(Role.MANAGER).get(f"/jobs/{job.pk}/").content


def test_a_job_of_somebody_else_is_not_there() -> None:
    job = make_job(created_by=make_user())
    assert browser(Role.SALES).get(f"/jobs/{job.pk}/").status_code == 404
    assert browser(Role.SALES).get("/jobs/").status_code == 200


def test_the_record_of_acts_is_for_managers_and_pages_by_key() -> None:
    for n in range(130):
        audit.record(action="test.act", actor=None, at=NOW, payload={"n": n})
    assert browser(Role.FINANCE).get("/audit/").status_code == 404
    manager = browser(Role.MANAGER)
    first = manager.get("/audit/")
    assert len(first.context["rows"]) == 100
    second = manager.get("/audit/", {"before": first.context["more"]})
    assert len(second.context["rows"]) == 30
    assert len(manager.get("/audit/", {"action": "other."}).context["rows"]) == 0


def test_an_inactive_user_loses_the_next_request() -> None:
    user = make_user(Role.MANAGER)
    client = Browser()
    client.force_login(user)
    assert client.get("/jobs/").status_code == 200
    user.is_active = False
    user.save()
    assert client.get("/jobs/").status_code == 302
