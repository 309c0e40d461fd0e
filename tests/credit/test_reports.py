"""Credit reports: filed as they are, corrected by another, counted until they run out."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation

from clients.models import Client
from core import outbox
from core.documents import UnableToStoreDocument, read_document
from core.models import AuditEvent, Job, OutboxItem, User
from core.states import Role
from credit.models import (
    CreditReport,
    CreditReportPaper,
    ReportProvider,
    ReportValidity,
)
from credit.rules.reports import (
    Figure,
    Verdict,
    bad_signs,
    changes,
    days_of_validity,
    fact_key,
    score_share,
    told_apart,
)
from credit.selectors import ReportFacts, report_facts
from credit.selectors.report_words import fact_words
from credit.selectors.reports import before, to_renew, whole_reports
from credit.services import (
    UnableToFileReport,
    UnableToLookUp,
    add_provider,
    correct_report,
    file_report,
    look_up,
    set_validity,
    start_look_up,
    withdraw_report,
)
from credit.services import look_ups as look_up_service
from credit.services.companies_house import CODE
from credit.services.reports import Content, FactLine, FigureLine, Upload
from credit.states import CreditReportState
from tests.credit.register_server import Register, opened, response
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_creditor,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
S = CreditReportState
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _frozen(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.COMPANIES_HOUSE_KEY = ""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owner() -> User:
    return make_user(Role.SALES, name="Sally")


@pytest.fixture
def client(owner: User) -> Client:
    make_creditor(country="CN")
    return make_client(owner=owner, legal_name="Far East Ltd")


def provider(code: str = "dnb") -> ReportProvider:
    return ReportProvider.objects.get(code=code)


_keys = iter(range(10_000))


def filed(
    client: Client,
    code: str = "dnb",
    *,
    actor: User | None = None,
    on: dt.date = TODAY,
    **said: Any,
) -> CreditReport:
    """A report as a person files it; fresh, with what its state needs."""
    said.setdefault("report_on", on)
    made = file_report(
        client=client,
        provider=provider(code),
        content=Content(**said),
        uploads=[Upload(name="report.pdf", data=PDF)],
        key=f"k{next(_keys)}",
        on=on,
        actor=actor,
        at=NOW,
    )
    return CreditReport.objects.with_state().get(pk=made.pk)


def state(report: CreditReport, on: dt.date = TODAY) -> str:
    return CreditReport.objects.with_state().get(pk=report.pk).state_on(on)


# --- Rules ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "worst", "best", "share"),
    [(0, 0, 100, "0"), (75, 0, 100, "0.75"), (600, 600, 100, "0"), (225, 600, 100, "0.75")],
)
def test_a_scale_runs_either_way(score: int, worst: int, best: int, share: str) -> None:
    assert score_share(Decimal(score), Decimal(worst), Decimal(best)) == Decimal(share)


@pytest.mark.parametrize(
    ("said", "signs"),
    [
        ({}, ()),
        ({"score": 20, "worst": 0, "best": 100}, ("SCORE",)),
        ({"score": 21, "worst": 0, "best": 100}, ()),
        ({"score": 500, "worst": 600, "best": 100}, ("SCORE",)),
        ({"limit": 0}, ("LIMIT",)),
        ({"limit": 1}, ()),
        ({"probability": 10}, ("PROBABILITY",)),
        ({"probability": "9.999"}, ()),
    ],
)
def test_a_report_is_bad_by_its_own_conclusion(
    said: dict[str, Any], signs: tuple[str, ...]
) -> None:
    verdict = Verdict(**{name: Decimal(value) for name, value in said.items()})
    assert bad_signs(verdict) == signs


def test_validity_is_the_newest_row_in_force() -> None:
    rows = [(dt.date(2020, 1, 1), 365), (dt.date(2026, 1, 1), 90), (dt.date(2026, 1, 1), 60)]
    assert days_of_validity(rows, dt.date(2025, 12, 31)) == 365
    assert days_of_validity(rows, dt.date(2026, 1, 1)) == 60
    assert days_of_validity(rows, dt.date(2019, 1, 1)) is None


def test_a_figure_is_compared_with_the_newest_of_its_name_and_currency() -> None:
    def money(year: int | None, number: int, unit: str = "GBP") -> Figure:
        return Figure("TURNOVER", "", unit, year, Decimal(number), "")

    (change,) = changes([money(2025, 150)], [money(2023, 90), money(2024, 100), money(2026, 9)])
    assert (change.by, change.percent) == (Decimal(50), Decimal(50))
    assert change.before == money(2024, 100)
    (foreign,) = changes([money(2025, 150, "EUR")], [money(2024, 100)])
    assert foreign.before is None
    (loss,) = changes([money(None, -50)], [money(None, -100)])
    assert (loss.by, loss.percent) == (Decimal(50), Decimal(50))


def test_facts_are_known_again_by_kind_day_and_words() -> None:
    one, two = fact_key("JUDGMENT", TODAY, "a  b"), fact_key("JUDGMENT", TODAY, "a b")
    other = fact_key("JUDGMENT", None, "a b")
    assert told_apart([one, other], [two]) == (frozenset({other}), frozenset())


# --- Filing -----------------------------------------------------------------------------------


def test_a_report_is_filed_with_all_it_says(client: Client, owner: User) -> None:
    row = filed(
        client,
        "creditsafe",
        actor=owner,
        report_on=TODAY - 5 * DAY,
        reference="R-1",
        subject_name="FAR EAST LIMITED",
        score=Decimal(35),
        score_worst=Decimal(0),
        score_best=Decimal(100),
        rating="moderate risk",
        recommended_limit=Decimal(25_000),
        currency="GBP",
        default_probability=Decimal("4.2"),
        figures=[FigureLine(name="TURNOVER", number=Decimal(1_000_000), unit="GBP", year=2025)],
        facts=[FactLine(kind="JUDGMENT", dated_on=TODAY - 90 * DAY, text="County court, 4,200")],
    )
    assert row.valid_until == TODAY - 5 * DAY + 365 * DAY
    assert row.state_on(TODAY) == S.VALID
    assert row.figures.get().number == 1_000_000
    assert row.facts.get().text == "County court, 4,200"
    paper = row.papers.get()
    assert read_document(paper.document) == PDF
    assert paper.document.sha256 == hashlib.sha256(PDF).hexdigest()
    act = AuditEvent.objects.get(action="credit.file_report")
    assert (act.stream_id, act.actor) == (f"client:{client.pk}", owner)
    assert list(whole_reports()) == []


def test_sent_twice_it_is_filed_once(client: Client) -> None:
    given: dict[str, Any] = {
        "client": client,
        "provider": provider(),
        "content": Content(report_on=TODAY),
        "uploads": [Upload(name="a.pdf", data=PDF)],
        "key": "same",
        "on": TODAY,
        "actor": None,
        "at": NOW,
    }
    assert file_report(**given) == file_report(**given)
    assert CreditReport.objects.count() == CreditReportPaper.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"report_on": TODAY + DAY}, "report_on"),
        ({"valid_until": TODAY - DAY}, "valid_until"),
        ({"score": Decimal(5)}, "score_worst"),
        ({"score": Decimal(5), "score_worst": Decimal(1)}, "score_worst"),
        ({"score": Decimal(5), "score_worst": Decimal(1), "score_best": Decimal(4)}, "score"),
        ({"recommended_limit": Decimal(1)}, "currency"),
        ({"figures": [FigureLine(name="TURNOVER", number=Decimal(1))]}, None),
        ({"figures": [FigureLine(name="OTHER", number=Decimal(1))]}, None),
        ({"figures": [FigureLine(name="EMPLOYEES")]}, None),
        ({"facts": [FactLine(kind="JUDGMENT")]}, None),
        ({"facts": [FactLine(kind="GOSSIP", text="x")]}, None),
        ({"report_on": dt.date(2019, 1, 1)}, "valid_until"),
    ],
)
def test_what_does_not_hold_together_is_refused_and_leaves_nothing(
    client: Client, said: dict[str, Any], field: str | None
) -> None:
    with pytest.raises(UnableToFileReport) as refused:
        filed(client, **said)
    assert refused.value.field == field
    assert not CreditReport.objects.exists()


def test_only_an_enquiry_of_our_own_needs_no_file(client: Client) -> None:
    given: dict[str, Any] = {
        "client": client,
        "content": Content(report_on=TODAY),
        "uploads": [],
        "on": TODAY,
        "actor": None,
        "at": NOW,
    }
    with pytest.raises(UnableToFileReport) as refused:
        file_report(provider=provider("dnb"), key="a", **given)
    assert refused.value.field == "file"
    assert file_report(provider=provider("own"), key="b", **given).paper_count == 0
    given["uploads"] = [Upload(name="a.pdf", data=b"\x00\x01\x02")]
    with pytest.raises(UnableToStoreDocument):
        file_report(provider=provider("dnb"), key="c", **given)


def test_the_scale_of_a_provider_stands_in_for_the_one_not_given(client: Client) -> None:
    add_provider(
        code="agency", name="Agency", days=30, score_worst=Decimal(600), score_best=Decimal(100),
        actor=None, at=NOW,
    )  # fmt: skip
    row = filed(client, "agency", score=Decimal(550))
    assert (row.score_worst, row.score_best) == (Decimal(600), Decimal(100))
    assert row.valid_until == TODAY + 30 * DAY


# --- Corrected, withdrawn, run out --------------------------------------------------------------


def corrected(row: CreditReport, **said: Any) -> CreditReport:
    said.setdefault("report_on", row.report_on)
    return correct_report(
        report=row,
        content=Content(**said),
        correction="the limit was in euros",
        uploads=[],
        key=f"c{next(_keys)}",
        on=TODAY,
        actor=None,
        at=NOW,
    )


def test_a_correction_takes_the_place_of_the_old_one_and_keeps_its_file(client: Client) -> None:
    old = filed(client, recommended_limit=Decimal(5), currency="GBP")
    new = corrected(old, recommended_limit=Decimal(5), currency="EUR")
    assert (state(old), state(new)) == (S.CORRECTED, S.VALID)
    assert new.replaces == old
    assert new.papers.get().document == old.papers.get().document
    with pytest.raises(UnableToFileReport, match="already"):
        corrected(old)
    with pytest.raises(UnableToFileReport, match="already"):
        withdraw_report(report=old, reason="x", on=TODAY, actor=None, at=NOW)


def test_a_withdrawn_report_counts_for_nothing_and_the_one_before_counts_again(
    client: Client,
) -> None:
    old = filed(client, report_on=TODAY - 30 * DAY)
    new = filed(client)
    assert (state(old), state(new)) == (S.EARLIER, S.VALID)
    withdraw_report(report=new, reason="of another company", on=TODAY, actor=None, at=NOW)
    assert (state(old), state(new)) == (S.VALID, S.WITHDRAWN)
    with pytest.raises(UnableToFileReport):
        withdraw_report(report=new, reason="again", on=TODAY, actor=None, at=NOW)


def test_a_report_runs_out(client: Client) -> None:
    row = filed(client, valid_until=TODAY + 40 * DAY)
    for days, expected in ((9, S.VALID), (10, S.EXPIRING), (40, S.EXPIRING), (41, S.EXPIRED)):
        on = TODAY + days * DAY
        assert state(row, on) == expected
        assert list(CreditReport.objects.in_state(expected, on=on)) == [row]
        others = [one for one in S if one != expected]
        assert not any(CreditReport.objects.in_state(one, on=on).exists() for one in others)


def test_validity_changes_for_reports_from_a_day_on_only(client: Client) -> None:
    before_it = filed(client, report_on=TODAY - DAY)
    set_validity(provider=provider(), days=10, from_on=TODAY, reason="too long", actor=None, at=NOW)
    assert CreditReport.objects.get(pk=before_it.pk).valid_until == TODAY - DAY + 365 * DAY
    assert filed(client, report_on=TODAY).valid_until == TODAY + 10 * DAY
    assert filed(client, report_on=TODAY - DAY).valid_until == TODAY - DAY + 365 * DAY
    with pytest.raises(UnableToFileReport):
        set_validity(provider=provider(), days=0, from_on=TODAY, reason="x", actor=None, at=NOW)


def test_what_is_to_be_renewed_is_the_newest_of_each_provider(client: Client, owner: User) -> None:
    filed(client, report_on=TODAY - 300 * DAY, valid_until=TODAY - 200 * DAY)
    late = filed(client, report_on=TODAY - 100 * DAY, valid_until=TODAY - DAY)
    soon = filed(client, "qcc", valid_until=TODAY + 30 * DAY)
    filed(client, "own", valid_until=TODAY + 31 * DAY)
    filed(make_client(), valid_until=TODAY)
    assert list(to_renew(user=owner, on=TODAY)) == [late, soon]
    assert to_renew(user=make_user(Role.FINANCE), on=TODAY).count() == 3


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE credit_creditreport SET score = NULL",
        "DELETE FROM credit_creditreport",
        "UPDATE credit_creditreportfact SET text = 'x'",
        "DELETE FROM credit_creditreportfact",
        "UPDATE credit_creditreportfigure SET number = 1",
        "DELETE FROM credit_creditreportpaper",
        "UPDATE credit_reportvalidity SET days = 1",
        "DELETE FROM credit_reportprovider",
        "INSERT INTO credit_creditreportfact (report_id, position, kind, text, details)"
        " SELECT id, 1, 'JUDGMENT', 'x', '{}' FROM credit_creditreport",
        "INSERT INTO credit_creditreportfigure (report_id, position, name, label, number, text,"
        " unit) SELECT id, 1, 'EMPLOYEES', '', 1, '', '' FROM credit_creditreport",
    ],
)
def test_the_database_refuses_every_change_of_what_was_filed(client: Client, sql: str) -> None:
    figures = [FigureLine(name="EMPLOYEES", number=Decimal(7))]
    filed(client, figures=figures, facts=[FactLine(kind="JUDGMENT", text="x")])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_database_refuses_a_correction_of_another_client(client: Client) -> None:
    old, other = filed(client), make_client()
    with pytest.raises(DatabaseError, match="corrects"), transaction.atomic():
        CreditReport.objects.create(
            client=other,
            provider=old.provider,
            report_on=TODAY,
            valid_until=TODAY,
            replaces=old,
            correction="x",
            key="z",
            filed_on=TODAY,
            filed_at=NOW,
        )


def test_verify_finds_a_report_that_lost_a_row(client: Client) -> None:
    row = filed(client, facts=[FactLine(kind="JUDGMENT", text="x")])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM credit_creditreportfact")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert list(whole_reports()) == [
        f"credit report {row.pk} lacks or gained a figure, a fact or a file"
    ]


# --- The seam for the score ---------------------------------------------------------------------


def test_the_facts_of_the_newest_valid_reports_weigh(client: Client) -> None:
    adverse = [FactLine(kind="DISHONEST", dated_on=TODAY - 9 * DAY, text="(2026)沪0101执1号")]
    filed(client, report_on=TODAY - 50 * DAY, facts=[FactLine(kind="INSOLVENCY", text="old")])
    dnb = filed(client, facts=adverse, recommended_limit=Decimal(0), currency="CNY")
    gone = filed(client, "qcc", report_on=TODAY - 99 * DAY, facts=adverse)
    found = report_facts([client.pk], on=TODAY)[client.pk]
    assert [(one.report_id, one.kind, one.provider) for one in found.adverse] == [
        (dnb.pk, "DISHONEST", "dnb")
    ]
    assert [(one.report_id, one.signs) for one in found.bad] == [(dnb.pk, ("LIMIT",))]
    assert [(one.report_id, one.valid_until) for one in found.expired] == [
        (gone.pk, TODAY - 9 * DAY)
    ]
    assert found.valid == 1
    assert report_facts([make_client().pk], on=TODAY) == {}


def test_only_what_was_known_on_a_day_weighs_on_it(client: Client) -> None:
    bad = filed(client, on=TODAY - 5 * DAY, facts=[FactLine(kind="TAX", text="x")])
    corrected(bad)
    withdrawn = filed(client, "own", on=TODAY - 5 * DAY, facts=[FactLine(kind="TAX", text="x")])
    withdraw_report(report=withdrawn, reason="wrong", on=TODAY, actor=None, at=NOW)

    def adverse(on: dt.date) -> int:
        return len(report_facts([client.pk], on=on).get(client.pk, ReportFacts()).adverse)

    assert [adverse(TODAY - n * DAY) for n in (6, 5, 1, 0)] == [0, 2, 2, 0]


def test_the_facts_of_many_clients_cost_two_queries(client: Client) -> None:
    for n in range(4):
        filed(make_client(), facts=[FactLine(kind="TAX", text=str(n))])
    assert count_queries(lambda: report_facts(on=TODAY)) == 2
    assert len(report_facts(on=TODAY)) == 4


# --- Looking up ---------------------------------------------------------------------------------


@pytest.fixture
def register(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    settings.COMPANIES_HOUSE_KEY = "k"
    with opened() as one:
        monkeypatch.setattr(look_up_service, "provider_for", lambda _code: one.adapter())
        yield one


@pytest.fixture
def british(owner: User) -> Client:
    make_creditor(country="GB", time_zone="Europe/London")
    return make_client(
        owner=owner,
        legal_name="Hollow Reed Contractors Limited",
        registration_number="9999002",
        country="GB",
    )


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


# --- Pages --------------------------------------------------------------------------------------


def form(**changed: Any) -> dict[str, Any]:
    """What a browser sends for a new report."""
    given: dict[str, Any] = {
        "provider": provider("creditsafe").pk,
        "report_on": TODAY.isoformat(),
        "currency": "GBP",
        "key": f"f{next(_keys)}",
        "figures-TOTAL_FORMS": "2",
        "figures-INITIAL_FORMS": "0",
        "facts-TOTAL_FORMS": "2",
        "facts-INITIAL_FORMS": "0",
    }
    return given | changed


def pdf() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("report.pdf", PDF, content_type="text/html")


def test_sales_file_a_report_with_rows_and_its_pdf(client: Client, owner: User) -> None:
    web = signed_in(owner)
    url = reverse("credit:report_new", args=[client.pk])
    assert "dw-stack" in web.get(url + "?provider=creditsafe").content.decode()
    sent = form(
        score="35",
        score_worst="0",
        score_best="100",
        recommended_limit="25,000",
        file=pdf(),
        **{
            "figures-0-name": "TURNOVER",
            "figures-0-number": "1,000,000",
            "figures-0-year": "2025",
            "figures-1-name": "OTHER",
            "figures-1-number": "-3",
            "figures-1-label": "Net cash",
            "figures-1-unit": "months",
            "facts-1-kind": "EXECUTED",
            "facts-1-text": "（2026）沪0101执123号",
        },
    )
    reply = web.post(url, sent)
    assert reply.status_code == 302, reply.content.decode()
    row = CreditReport.objects.get()
    assert (row.client, row.filed_by, row.provider.code) == (client, owner, "creditsafe")
    assert [(one.name, one.number, one.unit, one.label) for one in row.figures.all()] == [
        ("TURNOVER", Decimal(1_000_000), "GBP", ""),
        ("OTHER", Decimal(-3), "months", "Net cash"),
    ]
    assert row.facts.get().kind == "EXECUTED"
    page = web.get(reply["Location"]).content.decode()
    assert "£1,000,000.00" in page
    assert "Judgment debtor" in page


def test_a_half_filled_row_is_asked_about_and_nothing_is_filed(client: Client, owner: User) -> None:
    web = signed_in(owner)
    sent = form(file=pdf(), **{"figures-0-number": "5", "facts-0-kind": "TAX"})
    page = web.post(reverse("credit:report_new", args=[client.pk]), sent).content.decode()
    assert "Say which figure this is." in page
    assert "Say what the report says." in page
    assert not CreditReport.objects.exists()


def test_a_refusal_stands_at_its_field(client: Client, owner: User) -> None:
    web = signed_in(owner)
    url = reverse("credit:report_new", args=[client.pk])
    assert "it is the proof" in web.post(url, form()).content.decode()
    late = form(file=pdf(), report_on=(TODAY + DAY).isoformat())
    assert "dated in the future" in web.post(url, late).content.decode()


def test_a_correction_keeps_the_rows_that_were_not_touched(client: Client) -> None:
    old = filed(
        client,
        figures=[
            FigureLine(name="TURNOVER", number=Decimal(5), unit="EUR", year=2025),
            FigureLine(name="EMPLOYEES", number=Decimal(7), year=2025),
        ],
        facts=[FactLine(kind="TAX", dated_on=TODAY, text="arrears")],
    )
    web = signed_in(make_user(Role.FINANCE))
    url = reverse("credit:report_correct", args=[old.pk])
    shown = web.get(url)
    rows = shown.context["figures"].total_form_count(), shown.context["facts"].total_form_count()
    sent = {
        "report_on": TODAY.isoformat(),
        "currency": "CNY",
        "key": "fix",
        "correction": "seven was eight",
        "figures-TOTAL_FORMS": rows[0],
        "figures-INITIAL_FORMS": shown.context["figures"].initial_form_count(),
        "facts-TOTAL_FORMS": rows[1],
        "facts-INITIAL_FORMS": shown.context["facts"].initial_form_count(),
        "figures-0-name": "TURNOVER",
        "figures-0-number": "5.000",
        "figures-0-year": "2025",
        "figures-0-unit": "EUR",
        "figures-1-name": "EMPLOYEES",
        "figures-1-number": "8",
        "figures-1-year": "2025",
        "facts-0-kind": "TAX",
        "facts-0-dated_on": TODAY.isoformat(),
        "facts-0-text": "arrears",
    }
    reply = web.post(url, sent)
    assert reply.status_code == 302, reply.content.decode()
    new = CreditReport.objects.get(replaces=old)
    assert dict(new.figures.values_list("name", "number")) == {
        "TURNOVER": Decimal(5),
        "EMPLOYEES": Decimal(8),
    }
    assert new.facts.get().text == "arrears"
    assert new.correction == "seven was eight"
    page = web.get(reverse("credit:report", args=[old.pk])).content.decode()
    assert "seven was eight" in page
    assert reverse("credit:report", args=[new.pk]) in page


def test_a_report_is_shown_beside_the_one_before(client: Client, owner: User) -> None:
    older = filed(
        client,
        report_on=TODAY - 30 * DAY,
        score=Decimal(60),
        score_worst=Decimal(0),
        score_best=Decimal(100),
        figures=[FigureLine(name="EMPLOYEES", number=Decimal(40))],
        facts=[FactLine(kind="TAX", text="an old one")],
    )
    newer = filed(
        client,
        score=Decimal(15),
        score_worst=Decimal(0),
        score_best=Decimal(100),
        figures=[FigureLine(name="EMPLOYEES", number=Decimal(30))],
        facts=[FactLine(kind="JUDGMENT", text="a new one")],
    )
    assert before(newer) == older
    assert before(older) is None
    page = signed_in(owner).get(reverse("credit:report", args=[newer.pk])).content.decode()
    assert "−10 (−25%)" in page
    assert "no longer named" in page
    assert "Its score is in the lowest fifth of its scale." in page
    assert "15 (0 worst, 100 best)" in page
    whole = signed_in(owner).get(reverse("credit:client_reports", args=[client.pk]))
    (chart,) = whole.context["charts"]
    assert chart["data"]["series"][0]["values"] == [60, 15]
    assert chart["data"]["categories"] == [TODAY - 30 * DAY, TODAY]


def test_scores_of_two_scales_and_limits_of_two_currencies_are_not_drawn_as_one(
    client: Client, owner: User
) -> None:
    scale: dict[str, Any] = {"score_worst": Decimal(0), "score_best": Decimal(100)}
    for n, currency in enumerate(("GBP", "EUR", "GBP")):
        filed(client, report_on=TODAY - n * DAY, recommended_limit=Decimal(n), currency=currency)
    filed(client, report_on=TODAY - 8 * DAY, score=Decimal(5), **scale)
    filed(
        client,
        report_on=TODAY - 9 * DAY,
        score=Decimal(500),
        score_worst=Decimal(600),
        score_best=Decimal(100),
    )
    page = signed_in(owner).get(reverse("credit:client_reports", args=[client.pk]))
    (chart,) = page.context["charts"]
    assert (chart["data"]["currency"], chart["data"]["series"][0]["values"]) == ("GBP", [2, 0])


def test_the_list_shows_what_counts_or_ran_out_and_filters(client: Client, owner: User) -> None:
    old = filed(client, report_on=TODAY - 40 * DAY)
    late = filed(client, report_on=TODAY - 20 * DAY, valid_until=TODAY - DAY)
    soon = filed(client, "qcc", valid_until=TODAY + DAY, facts=[FactLine(kind="TAX", text="x")])
    gone = filed(client, "own")
    withdraw_report(report=gone, reason="x", on=TODAY, actor=None, at=NOW)
    filed(make_client(legal_name="Foreign Ltd"))
    web = signed_in(owner)

    def shown(query: str = "") -> list[CreditReport]:
        page = web.get(reverse("credit:reports") + query)
        return [one["row"] for one in page.context["rows"]]

    assert shown() == [late, soon]
    assert shown("?state=EXPIRED") == [late]
    assert shown("?state=EXPIRING") == [soon]
    assert shown("?state=EARLIER") == [old]
    assert shown("?state=WITHDRAWN") == [gone]
    assert set(shown("?state=all")) == {old, late, soon, gone}
    assert shown("?adverse=on") == [soon]
    assert shown(f"?provider={provider('qcc').pk}") == [soon]
    assert shown("?state=nonsense") == [late, soon]


def test_expiry_stands_on_the_client_page_and_on_home(client: Client, owner: User) -> None:
    row = filed(client, report_on=TODAY - 20 * DAY, valid_until=TODAY - DAY)
    web = signed_in(owner)
    page = web.get(reverse("clients:client", args=[client.pk])).content.decode()
    assert 'id="credit-reports"' in page
    assert "valid until 14 Jun 2026" in page
    for who in (owner, make_user(Role.FINANCE), make_user(Role.MANAGER)):
        home = signed_in(who).get(reverse("workspace:home")).content.decode()
        assert reverse("credit:report", args=[row.pk]) in home
        assert reverse("credit:report_new", args=[client.pk]) + "?provider=dnb" in home
    page = web.get(reverse("credit:report", args=[row.pk])).content.decode()
    assert "It counted until 14 June 2026" in page


def test_who_may_correct_and_withdraw(client: Client, owner: User) -> None:
    mine, theirs = filed(client, actor=owner), filed(client, "qcc")
    finance = make_user(Role.FINANCE)

    def opens(name: str, row: CreditReport, who: User) -> bool:
        web: Browser = signed_in(who)
        return web.get(reverse(f"credit:{name}", args=[row.pk])).status_code == 200

    assert opens("report_correct", mine, owner)
    assert not opens("report_correct", theirs, owner)
    assert opens("report_correct", theirs, finance)
    assert not opens("report_withdraw", mine, owner)
    assert opens("report_withdraw", mine, finance)
    stranger = make_user(Role.SALES)
    paper = mine.papers.get()
    assert not opens("report_paper", CreditReport(pk=paper.pk), stranger)
    assert not opens("report", mine, stranger)
    web = signed_in(finance)
    reply = web.post(reverse("credit:report_withdraw", args=[mine.pk]), {"reason": "filed twice"})
    assert reply.status_code == 302
    assert "filed twice" in web.get(reply["Location"]).content.decode()
    assert not opens("report_withdraw", mine, finance)


def test_managers_keep_the_providers(client: Client) -> None:
    web = signed_in(make_user(Role.MANAGER))
    url = reverse("credit:provider_new")
    sent = {"name": "Agency", "code": "agency", "days": "45", "score_worst": "1"}
    assert "two ends" in web.post(url, sent).content.decode()
    assert web.post(url, sent | {"score_best": "9"}).status_code == 302
    made = provider("agency")
    assert "has this code" in web.post(url, sent | {"score_best": "9"}).content.decode()
    url = reverse("credit:provider_validity", args=[made.pk])
    given = {"days": "60", "from_on": TODAY.isoformat(), "reason": "slower"}
    assert web.post(url, given).status_code == 302
    assert list(ReportValidity.objects.filter(provider=made).values_list("days", flat=True)) == [
        60,
        45,
    ]
    page = web.get(reverse("credit:report_providers")).content.decode()
    assert "slower" in page
    assert "needs a key" in page


def test_the_number_of_queries_does_not_grow(client: Client, owner: User) -> None:
    web = signed_in(owner)
    filed(client)
    urls = [
        reverse("credit:reports"),
        reverse("credit:client_reports", args=[client.pk]),
        reverse("credit:report_providers"),
        reverse("credit:reports") + "?state=all",
    ]

    def counts() -> list[int]:
        return [count_queries(partial(web.get, url)) for url in urls]

    counts()
    few = counts()
    for n in range(4):
        row = filed(
            client,
            "qcc" if n % 2 else "own",
            report_on=TODAY - n * DAY,
            facts=[FactLine(kind="TAX", text="x")] * 3,
        )
        if n:
            withdraw_report(report=row, reason="x", on=TODAY, actor=None, at=NOW)
    assert counts() == few
    assert max(few) <= 10
