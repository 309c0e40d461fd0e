"""A report asked of a register."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from clients.models import Client
from core import outbox
from core.documents import read_document
from core.models import Job, OutboxItem, User
from core.states import Role
from credit.models import (
    CreditReport,
)
from credit.selectors import report_facts
from credit.selectors.report_words import fact_words
from credit.services import (
    UnableToFileReport,
    UnableToLookUp,
    look_up,
    start_look_up,
)
from credit.services.companies_house import CODE
from tests.credit.register_server import Register, response
from tests.credit.reports.cast import DAY, corrected
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_creditor,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db


def asked(client: Client, actor: User, *, accepts: bool = False, key: str = "k") -> Job:
    return start_look_up(client=client, accepts_other_name=accepts, key=key, actor=actor, at=NOW)


def work(later: dt.timedelta = dt.timedelta()) -> None:
    with time_machine.travel(NOW + later, tick=False):
        outbox.run_waiting(at=NOW + later)


def test_a_look_up_becomes_a_report_with_the_answers_as_they_came(
    british: Client, owner: User, register: Register
) -> None:
    register.company = "troubled"
    job = asked(british, owner)
    assert register.asked == [], "nothing is sent by the request"
    work()
    job.refresh_from_db()
    row = CreditReport.objects.get()
    assert job.state == "DONE"
    assert job.result["url"] == reverse("credit:report", args=[row.pk])
    assert (row.provider.code, row.is_looked_up, row.filed_by) == (CODE, True, owner)
    assert (row.registration_number, row.subject_name) == (
        "09999002",
        "HOLLOW REED CONTRACTORS LTD",
    )
    assert row.valid_until == row.report_on + 90 * DAY
    kinds = list(row.facts.order_by("position").values_list("kind", flat=True))
    assert (
        kinds
        == ["INSOLVENCY", "INSOLVENCY", "ACCOUNTS_LATE", "STATEMENT_LATE", "OFFICE"]
        + ["CHARGE"] * 2
    )
    papers = list(row.papers.order_by("position").select_related("document"))
    assert [one.source for one in papers] == register.asked
    assert read_document(papers[2].document) == response("troubled-insolvency")
    assert {one.document.mime for one in papers} == {"application/json"}
    found = report_facts([british.pk], on=row.report_on)[british.pk]
    assert len(found.adverse) == 7


def test_a_job_that_runs_twice_files_once(british: Client, owner: User, register: Register) -> None:
    given: dict[str, Any] = {
        "client": british,
        "number": "09999002",
        "accepts_other_name": False,
        "key": "once",
        "on": TODAY,
        "actor": owner,
        "clock": lambda: NOW,
    }
    register.company = "troubled"
    first = look_up(**given)
    register.asked.clear()
    assert look_up(**given) == first
    assert register.asked == []


def test_two_clicks_are_one_job(british: Client, owner: User, register: Register) -> None:
    assert asked(british, owner, key="a") == asked(british, owner, key="b")
    assert OutboxItem.objects.count() == 1


def test_another_name_is_not_filed_unless_somebody_said_it_is_the_same(
    british: Client, owner: User, register: Register
) -> None:
    job = asked(british, owner)
    work()
    job.refresh_from_db()
    assert (job.state, CreditReport.objects.count()) == ("FAILED", 0)
    assert "BRAMBLE &amp;" not in job.error
    assert "BRAMBLE & WICK TRADING LIMITED" in job.error
    again = asked(british, owner, accepts=True, key="again")
    work()
    again.refresh_from_db()
    assert (again.state, CreditReport.objects.count()) == ("DONE", 1)


def test_a_former_name_is_the_same_company(owner: User, register: Register) -> None:
    former = make_client(legal_name="Bramble Trading Ltd", registration_number="09999001")
    make_creditor()
    asked(former, owner)
    work()
    assert CreditReport.objects.get().subject_name == "BRAMBLE & WICK TRADING LIMITED"


@pytest.mark.parametrize("status", [429, 500])
def test_a_busy_register_is_asked_again_later_and_the_page_says_so(
    british: Client, owner: User, register: Register, status: int
) -> None:
    register.company, register.status = "troubled", status
    job = asked(british, owner)
    work()
    job.refresh_from_db()
    item = OutboxItem.objects.get()
    assert (job.state, item.attempts, item.failed_at) == ("RUNNING", 1, None)
    assert str(status) in job.message
    assert item.available_at == NOW + dt.timedelta(seconds=60)
    work(dt.timedelta(seconds=59))
    assert len(register.asked) == 1
    register.status = 200
    work(dt.timedelta(seconds=60))
    job.refresh_from_db()
    assert (job.state, CreditReport.objects.count()) == ("DONE", 1)


def test_a_register_that_stays_busy_is_given_up_with_its_reason(
    british: Client, owner: User, register: Register
) -> None:
    register.status = 503
    job = asked(british, owner)
    for n in range(6):
        work(dt.timedelta(hours=n))
    job.refresh_from_db()
    assert (job.state, len(register.asked)) == ("FAILED", 5)
    assert "503" in job.error


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"country": "CN"}, "CN"),
        ({"registration_number": ""}, "Enter the registration number"),
        ({"registration_number": "91310000MA1K4BXY5C"}, "is not a company number"),
    ],
)
def test_a_client_of_another_register_is_refused_before_a_job_is_made(
    british: Client, owner: User, register: Register, changed: dict[str, Any], words: str
) -> None:
    for name, value in changed.items():
        setattr(british, name, value)
    british.save()
    with pytest.raises(UnableToLookUp, match=words):
        asked(british, owner)
    assert not Job.objects.exists()


def test_without_a_key_nothing_is_asked_and_the_page_says_how_to_get_one(
    british: Client, owner: User
) -> None:
    with pytest.raises(UnableToLookUp, match="key"):
        asked(british, owner)
    web = signed_in(owner)
    page = web.get(reverse("credit:look_up", args=[british.pk])).content.decode()
    assert "COMPANIES_HOUSE_KEY" in page
    web.post(reverse("credit:look_up", args=[british.pk]), {"key": "x"})
    assert not Job.objects.exists()


def test_the_page_promises_the_look_up_and_leads_to_its_progress(
    british: Client, owner: User, register: Register
) -> None:
    register.company = "troubled"
    web = signed_in(owner)
    url = reverse("credit:look_up", args=[british.pk])
    assert "api.company-information.service.gov.uk" in web.get(url).content.decode()
    reply = web.post(url, {"key": "x"})
    assert reply["Location"] == reverse("core:job", args=[Job.objects.get().pk])
    work()
    row = CreditReport.objects.get()
    page = web.get(reverse("credit:report", args=[row.pk])).content.decode()
    for words in (
        "Creditors&#x27; voluntary liquidation",
        "Company voluntary arrangement, ended 1 Feb 2021",
        "Charge 099990020003 · Exampleton Invoice Finance Ltd · All freehold land of the company",
        "The yearly accounts were not filed by their day.",
        "Post to the registered office comes back.",
        "In liquidation",
        "Micro-entity",
    ):
        assert words in page
    paper = row.papers.order_by("position")[0]
    reply = web.get(reverse("credit:report_paper", args=[paper.pk]))
    assert reply["Content-Disposition"].startswith("attachment")
    assert b"".join(reply.streaming_content) == response("troubled-profile")  # type: ignore[attr-defined]


def test_what_a_register_says_is_read_in_chinese_too() -> None:
    with translation.override("zh-hans"):
        words = fact_words("INSOLVENCY", "", {"case": "compulsory-liquidation"})
        late = fact_words("ACCOUNTS_LATE", "", {"flag": "overdue"})
        charge = fact_words("CHARGE", "", {"more": 3})
    assert words == "强制清算"
    assert "年度账目" in late
    assert "3" in charge
    assert fact_words("INSOLVENCY", "", {"case": "new-kind-of-case"}) == "new kind of case"


def test_a_looked_up_report_is_not_corrected_by_hand(
    british: Client, owner: User, register: Register
) -> None:
    register.company = "troubled"
    asked(british, owner)
    work()
    row = CreditReport.objects.get()
    with pytest.raises(UnableToFileReport, match="Look it up again"):
        corrected(row)
    url = reverse("credit:report_correct", args=[row.pk])
    assert signed_in(make_user(Role.FINANCE)).get(url).status_code == 404
