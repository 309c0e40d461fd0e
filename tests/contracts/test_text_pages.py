"""Pages that write a contract: from a template, lines, clauses, versions; and the library."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from clients.models import Client
from contracts.models import Clause, Contract, ContractTemplate, ServiceType
from contracts.services.versions import freeze_version, print_version
from contracts.states import ContractState
from core.models import OutboxItem
from core.states import Role
from tests.contracts.texts import SOFTWARE, make_draft, make_line
from tests.factories import (
    NOW,
    count_queries,
    make_client,
    make_creditor,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept_here(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def page(response: Any) -> str:
    text: str = response.content.decode()
    return text


# --- from a template ------------------------------------------------------------------------


def test_sales_see_at_once_what_a_client_gets_and_begin_the_contract() -> None:
    sales = make_user(Role.SALES)
    client, creditor = make_client(owner=sales, address="1 Road"), make_creditor()
    Client.objects.filter(pk=client.pk).update(grade="D")
    service = ServiceType.objects.get(code="software")
    template = ContractTemplate.objects.get(name=SOFTWARE)
    browser = signed_in(sales)
    assert "Show the terms" in page(browser.get("/contracts/draft/"))
    url = f"/contracts/draft/?client={client.pk}&service={service.pk}"
    shown = page(browser.get(url))
    assert "<strong>50%</strong>" in shown
    assert "grade" in shown
    assert "15 days" in shown
    response = browser.post(
        url,
        {
            "template": template.pk,
            "creditor": creditor.pk,
            "number": "S-1",
            "currency": "CNY",
            "language": "both",
            "starts_on": "2026-07-01",
            "ends_on": "2026-12-31",
        },
    )
    contract = Contract.objects.get()
    assert response["Location"] == f"/contracts/{contract.pk}/lines/"
    assert (contract.number, contract.terms_days, contract.created_by) == ("S-1", 15, sales)


def test_a_stranger_client_is_no_choice_and_wrong_input_writes_nothing() -> None:
    sales = make_user(Role.SALES)
    service = ServiceType.objects.get(code="software")
    foreign, own = make_client(), make_client(owner=sales)
    browser = signed_in(sales)
    url = f"/contracts/draft/?client={foreign.pk}&service={service.pk}"
    assert "What this client gets" not in page(browser.get(url))
    assert browser.post(url, {"number": "S-1"}).status_code == 200
    url = f"/contracts/draft/?client={own.pk}&service={service.pk}"
    wrong = {
        "template": ContractTemplate.objects.get(name=SOFTWARE).pk,
        "creditor": make_creditor().pk,
        "number": "S-1",
        "currency": "CNY",
        "language": "en",
        "starts_on": "2026-07-01",
        "ends_on": "2026-01-01",
    }
    response = browser.post(url, wrong)
    assert "ends_on" in response.context["form"].errors
    assert not Contract.objects.exists()


# --- lines ----------------------------------------------------------------------------------


def test_lines_are_added_changed_moved_and_removed_without_javascript() -> None:
    contract = make_draft()
    browser = signed_in(make_user(Role.MANAGER))
    url = f"/contracts/{contract.pk}/lines/"
    for name in ("Design", "Build"):
        response = browser.post(
            url,
            {"description": name, "quantity": "2", "unit_price": "1,000.50", "tax_percent": "6"},
        )
        assert response["Location"] == url
    design, build = contract.lines.all()
    assert "¥4,242.12" in page(browser.get(url)).replace("CN¥", "¥")
    browser.post(f"/contracts/lines/{build.pk}/move/", {"places": "-1"})
    assert [line.pk for line in contract.lines.all()] == [build.pk, design.pk]
    edit = f"/contracts/lines/{design.pk}/"
    assert 'value="1000.5"' in page(browser.get(edit))
    browser.post(edit, {"description": "Design", "quantity": "1", "unit_price": "7"})
    browser.post(f"/contracts/lines/{build.pk}/remove/")
    contract.refresh_from_db()
    assert contract.amount == Decimal(7)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"quantity": "-1"}, "quantity"),
        ({"unit_price": "-5"}, "unit_price"),
        ({"unit_price": "9999999999999"}, "unit_price"),
        ({"tax_percent": "101"}, "tax_percent"),
        ({"deliver_on": "1899-01-01"}, "deliver_on"),
        ({"deliver_on": "31.31.2026"}, "deliver_on"),
        ({"description": ""}, "description"),
    ],
)
def test_a_wrong_line_is_told_at_its_field(changed: dict[str, str], field: str) -> None:
    contract = make_draft()
    data = {"description": "Work", "quantity": "1", "unit_price": "5"} | changed
    response = signed_in(make_user(Role.MANAGER)).post(f"/contracts/{contract.pk}/lines/", data)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not contract.lines.exists()


def test_a_settled_contract_shows_its_lines_and_offers_no_buttons() -> None:
    contract = make_draft()
    make_line(contract)
    Contract.objects.filter(pk=contract.pk).update(state=ContractState.SIGNED)
    browser = signed_in(make_user(Role.MANAGER))
    shown = page(browser.get(f"/contracts/{contract.pk}/lines/"))
    assert "amendment" in shown
    assert "/remove/" not in shown
    response = browser.post(
        f"/contracts/{contract.pk}/lines/", {"description": "x", "quantity": 1, "unit_price": 1}
    )
    assert response.context["form"].errors
    assert contract.lines.count() == 1


# --- clauses --------------------------------------------------------------------------------


def test_clauses_are_added_worded_moved_and_removed() -> None:
    contract = make_draft()
    browser = signed_in(make_user(Role.MANAGER))
    url = f"/contracts/{contract.pk}/clauses/"
    shown = page(browser.get(url))
    assert '<mark class="dw-gap">[to be filled: contract price]</mark>' in shown
    term = Clause.objects.get(code="term")
    response = browser.post(url, {"clause": term.pk})
    row = contract.clauses.get(version__clause=term)
    assert response["Location"] == f"{url}#clause-{row.pk}"
    edit = f"/contracts/clauses/{row.pk}/"
    texts = {
        "kind": "OTHER",
        "heading": "T",
        "body": "Runs.",
        "heading_zh": "期",
        "body_zh": "期。",
    }
    response = browser.post(edit, texts | {"body": "From {start}."})
    assert "{start}" in page(response)
    assert "body" in response.context["form"].errors
    assert browser.post(edit, texts)["Location"].startswith(url)
    row.refresh_from_db()
    assert (row.body, row.version) == ("Runs.", None)
    place = row.position
    browser.post(f"/contracts/clauses/{row.pk}/move/", {"places": "-1"})
    row.refresh_from_db()
    assert row.position == place - 1
    count = contract.clauses.count()
    browser.post(f"/contracts/clauses/{row.pk}/remove/")
    assert contract.clauses.count() == count - 1
    browser.post(f"{url}new/", texts)
    assert contract.clauses.last().body == "Runs."  # type: ignore[union-attr]  # just written
    assert "library" in page(browser.post(url, {"clause": "0"}, follow=True))


# --- versions -------------------------------------------------------------------------------


def test_a_version_is_kept_read_downloaded_and_compared() -> None:
    contract = make_draft(language="en")
    line = make_line(contract)
    browser = signed_in(make_user(Role.MANAGER))
    url = f"/contracts/{contract.pk}/versions/"
    browser.post(url, {"reason": "First draft"})
    version = contract.versions.get()
    shown = page(browser.get(url))
    assert "First draft" in shown
    assert version.sha256 in shown
    assert "Nothing changed" in page(browser.post(url, {"reason": "again"}, follow=True))
    assert version.sha256 in page(browser.get(f"/contracts/versions/{version.pk}/"))
    response = browser.get(f"/contracts/versions/{version.pk}/pdf/")
    assert response["Content-Type"] == "application/pdf"
    printed = response.content
    assert printed.startswith(b"%PDF")
    print_version(version_id=version.pk, at=NOW)
    assert browser.get(f"/contracts/versions/{version.pk}/pdf/").content == printed
    make_line(contract, description="Later & <later>")
    shown = page(browser.get(f"{url}compare/?old=1"))
    assert "the text as it stands now" in shown
    assert '<ins class="dw-ins">' in shown
    assert "Later &amp; &lt;later&gt;" in shown
    freeze_version(contract=contract, reason="", actor=None, at=NOW)
    same = page(browser.get(f"{url}compare/?old=2&new=2"))
    assert "Nothing changed" in same
    assert browser.get(f"{url}compare/?old=77").status_code == 200
    assert line.pk


def test_the_preview_shows_the_draft_and_its_pdf_and_writes_nothing() -> None:
    contract = make_draft()
    browser = signed_in(make_user(Role.MANAGER))
    promised = OutboxItem.objects.count()
    shown = page(browser.get(f"/contracts/{contract.pk}/text/"))
    assert "Draft: not binding" in shown
    assert 'lang="zh-Hans"' in shown
    assert "［待填：合同总价］" in shown
    response = browser.get(f"/contracts/{contract.pk}/text.pdf")
    assert response.content.startswith(b"%PDF")
    assert not contract.versions.exists()
    assert OutboxItem.objects.count() == promised


# --- the library ----------------------------------------------------------------------------


def test_a_manager_words_a_clause_anew_and_sees_what_changed() -> None:
    browser = signed_in(make_user(Role.MANAGER))
    clause = Clause.objects.get(code="changes")
    newest = clause.versions.get()
    texts = {
        "heading": newest.heading,
        "heading_zh": newest.heading_zh,
        "body": newest.body.replace("five", "seven"),
        "body_zh": newest.body_zh,
        "source": newest.source,
    }
    url = f"/contracts/library/clauses/{clause.pk}/"
    assert "{price}" in page(browser.get(f"{url}word/"))
    wrong = browser.post(f"{url}word/", texts | {"body_zh": "{不知}"})
    assert "body_zh" in wrong.context["wording"].errors
    assert browser.post(f"{url}word/", texts)["Location"] == url
    shown = page(browser.get(url))
    assert "seven</" in shown.replace("<span", "</span")
    assert '<del class="dw-del">' in shown
    assert clause.versions.count() == 2


def test_a_manager_keeps_services_clauses_and_templates() -> None:
    browser = signed_in(make_user(Role.ADMIN))
    browser.post(
        "/contracts/library/services/new/",
        {"code": "audit", "name": "Audit", "name_zh": "审计", "prepayment_ratio": "12.5"},
    )
    service = ServiceType.objects.get(code="audit")
    assert service.prepayment_ratio == Decimal("0.125")
    assert 'value="12.5"' in page(browser.get(f"/contracts/library/services/{service.pk}/"))
    wrong = {"code": "x", "name": "X", "name_zh": "X", "prepayment_ratio": "101"}
    response = browser.post("/contracts/library/services/new/", wrong)
    assert "prepayment_ratio" in response.context["form"].errors
    clause = {"code": "travel", "kind": "OTHER", "name": "Travel", "name_zh": "差旅"}
    clause |= {"position": "100", "is_active": "on", "heading": "Travel", "heading_zh": "差旅"}
    clause |= {"body": "At cost.", "body_zh": "据实报销。"}
    browser.post("/contracts/library/clauses/new/", clause)
    row = Clause.objects.get(code="travel")
    template = {
        "service_type": service.pk,
        "name": "Audit contract",
        "name_zh": "审计合同",
        "title": "Audit",
        "title_zh": "审计",
        "language": "both",
        "terms_days": "30",
        "late_charge_kind": "NONE",
        "is_active": "on",
        "clauses": [row.pk],
    }
    browser.post("/contracts/library/templates/new/", template)
    kept = ContractTemplate.objects.get(name="Audit contract")
    shown = page(browser.get(f"/contracts/library/templates/{kept.pk}/"))
    assert "At cost." in shown
    assert "据实报销。" in shown
    only = page(browser.get(f"/contracts/library/templates/{kept.pk}/?language=zh-hans"))
    assert "At cost." not in only
    response = browser.post(
        f"/contracts/library/templates/{kept.pk}/edit/", template | {"terms_days": "7"}
    )
    assert response.status_code == 302
    kept.refresh_from_db()
    assert kept.terms_days == 7
    edit = {"code": "travel", "kind": "OTHER", "name": "Trips", "name_zh": "差旅", "position": "5"}
    browser.post(f"/contracts/library/clauses/{row.pk}/edit/", edit)
    row.refresh_from_db()
    assert (row.name, row.is_active) == ("Trips", False)
    assert "Trips" not in page(browser.get("/contracts/library/"))
    assert "Trips" in page(browser.get("/contracts/library/?unused=on"))


@pytest.mark.parametrize(
    ("url", "queries"),
    [
        ("/contracts/library/", 8),
        ("/contracts/library/services/", 8),
        ("/contracts/library/templates/", 8),
    ],
)
def test_lists_of_the_library_take_few_queries(url: str, queries: int) -> None:
    browser = signed_in(make_user(Role.MANAGER))
    browser.get(url)
    assert count_queries(lambda: browser.get(url)) <= queries


@pytest.mark.parametrize("name", ["lines", "clauses", "text", "versions"])
def test_the_pages_of_a_text_take_as_many_queries_for_one_part_as_for_ten(name: str) -> None:
    contract = make_draft()
    browser = signed_in(make_user(Role.MANAGER))
    url = f"/contracts/{contract.pk}/{name}/"
    make_line(contract)
    freeze_version(contract=contract, reason="", actor=None, at=NOW)
    browser.get(url)
    few = count_queries(lambda: browser.get(url))
    for _time in range(9):
        make_line(contract, service_type=contract.service_type)
        freeze_version(contract=contract, reason="", actor=None, at=NOW)
    assert count_queries(lambda: browser.get(url)) <= few
    assert few <= 22


def test_the_terms_of_a_written_contract_are_edited_but_its_price_follows_the_lines() -> None:
    contract = make_draft()
    make_line(contract)
    browser = signed_in(make_user(Role.MANAGER))
    url = f"/contracts/{contract.pk}/edit/"
    form = browser.get(url).context["form"]
    data = {name: value for name, value in form.initial.items() if value is not None}
    data |= {"amount": "1", "currency": "JPY", "language": "en", "suspension_days": "20"}
    assert browser.post(url, data)["Location"] == f"/contracts/{contract.pk}/"
    contract.refresh_from_db()
    assert (contract.amount, contract.currency) == (Decimal(106), "CNY")
    assert (contract.language, contract.governing_language) == ("en", "en")
    assert contract.suspension_days == 20
