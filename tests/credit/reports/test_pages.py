"""Credit reports as pages."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from core.models import User
from core.states import Role
from credit.models import (
    CreditReport,
    ReportValidity,
)
from credit.selectors.reports import before
from credit.services import (
    withdraw_report,
)
from credit.services.reports import FactLine, FigureLine
from tests.credit.reports.cast import DAY, filed, keys, pdf, provider
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db


def form(**changed: Any) -> dict[str, Any]:
    """What a browser sends for a new report."""
    given: dict[str, Any] = {
        "provider": provider("creditsafe").pk,
        "report_on": TODAY.isoformat(),
        "currency": "GBP",
        "key": f"f{next(keys)}",
        "figures-TOTAL_FORMS": "2",
        "figures-INITIAL_FORMS": "0",
        "facts-TOTAL_FORMS": "2",
        "facts-INITIAL_FORMS": "0",
    }
    return given | changed


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
