"""Credit reports: filed as they are, corrected by another, counted until they run out."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from clients.models import Client
from core.documents import UnableToStoreDocument, read_document
from core.models import AuditEvent, User
from core.states import Role
from credit.models import (
    CreditReport,
    CreditReportPaper,
)
from credit.selectors import ReportFacts, report_facts
from credit.selectors.reports import to_renew, whole_reports
from credit.services import (
    UnableToFileReport,
    add_provider,
    file_report,
    set_validity,
    withdraw_report,
)
from credit.services.reports import Content, FactLine, FigureLine, Upload
from tests.credit.reports.cast import DAY, PDF, S, corrected, filed, provider, state
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_user,
)

pytestmark = pytest.mark.django_db


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
