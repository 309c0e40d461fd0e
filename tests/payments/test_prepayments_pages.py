"""Pages and paper of prepayments, in both languages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from clients.models import BankAccount
from contracts.models import Contract
from contracts.services.prepayment import freeze_prepayment
from contracts.states import ContractState, PrepaymentKind
from core.documents import read_document
from core.states import Role
from payments.letters.prepayments import request_context, statement_context, statement_pdf
from payments.models import Invoice, InvoiceNumbering, Prepayment, PrepaymentRelease, Receipt
from payments.selectors.prepayments import figures_of, prepayments_context, statement_of
from payments.services import print_request
from payments.states import PrepaymentState, ReleaseKind
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_creditor,
    make_invoice,
    make_user,
    signed_in,
)
from tests.payments.prepaid import (
    ask,
    dated,
    entries_of,
    make_contract,
    receive,
    release,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("prepayments", "billing"):
        monkeypatch.setattr(f"payments.views.{module}.today", lambda *_zone: TODAY)


def contract_with_account(**fields: Any) -> Contract:
    creditor = make_creditor(
        address="12 Lane\nShanghai", signatory="Chen Jing", signatory_title="Director"
    )
    BankAccount.objects.create(
        creditor=creditor,
        label="Main",
        bank_name="Bank of China",
        account_name="Own Company",
        account_number="6222 0000 1111",
        currency="CNY",
    )
    return make_contract(creditor=creditor, title="Training", signed_on=TODAY, **fields)


def refuses(answer: Any) -> bool:
    """Whether a page came back with the reason why not, at a field or above the form."""
    html = answer.content.decode()
    return answer.status_code == 200 and ("dw-errors" in html or "dw-notice-error" in html)


def browsers(language: str) -> tuple[Browser, Browser]:
    """Finance and a manager."""
    return (
        signed_in(make_user(Role.FINANCE, language=language)),
        signed_in(make_user(Role.MANAGER, language=language)),
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_whole_way_on_pages(language: str) -> None:
    client = make_client(language=language)
    contract = contract_with_account(client=client, entries=[dated("300.00"), dated("700.00")])
    finance, manager = browsers(language)
    contract_page = f"/contracts/{contract.pk}/"
    new = f"/payments/contracts/{contract.pk}/prepayment/"
    assert 'value="500.00"' in finance.get(new).content.decode()
    answer = finance.post(
        new,
        {
            "kind": "PREPAYMENT",
            "amount": "500.00",
            "due_on": (TODAY + dt.timedelta(days=7)).isoformat(),
            "language": language,
        },
    )
    assert answer.status_code == 302
    prepayment = Prepayment.objects.select_related("document").get()
    assert prepayment.document is not None
    assert read_document(prepayment.document).startswith(b"%PDF")
    page = f"/payments/prepayments/{prepayment.pk}/"
    assert finance.get(page).status_code == 200
    assert finance.get(f"{page}request/").status_code == 200

    answer = finance.post(
        f"{page}receive/",
        {"amount": "500", "received_on": TODAY.isoformat(), "method": "BANK_TRANSFER"},
    )
    assert answer.status_code == 302
    prepayment.refresh_from_db()
    assert prepayment.state == PrepaymentState.CLEARED
    receipt = Receipt.objects.get()
    assert page in finance.get(f"/payments/receipts/{receipt.pk}/").content.decode()

    first, _second = entries_of(contract)
    issue = f"/payments/schedule/{first.pk}/invoice/"
    assert finance.get(issue).status_code == 200
    assert finance.post(issue, {"on": TODAY.isoformat(), "number": ""}).status_code == 302
    invoice = Invoice.objects.get()
    assert invoice.open_amount == 0
    assert refuses(finance.post(issue, {"on": TODAY.isoformat()}))

    ask_page = f"{page}release/"
    assert 'value="200.00"' in finance.get(ask_page).content.decode()
    refused = finance.post(ask_page, {"kind": "REFUND", "amount": "200.01", "reason": "x"})
    assert refuses(refused)
    assert not PrepaymentRelease.objects.exists()
    terms = {"kind": "REFUND", "amount": "200.00", "reason": "Cheaper"}
    assert finance.post(ask_page, terms).status_code == 302
    row = PrepaymentRelease.objects.get()
    decide = f"/payments/releases/{row.pk}/"
    decision = {"decision": "approve", "on": TODAY.isoformat(), "note": ""}
    assert refuses(finance.post(decide, decision)), "asked for it oneself"
    assert manager.get("/").status_code == 200
    assert manager.post(decide, decision).status_code == 302
    assert manager.post(decide, decision).status_code == 404, "decided"
    html = finance.get(page).content.decode()
    for url in (f"/payments/invoices/{invoice.pk}/", f"/payments/receipts/{receipt.pk}/", decide):
        assert f'href="{url}"' in html, "every figure leads to what it is of"
    assert finance.get(contract_page).status_code == 200
    for code in ("en", "zh-hans"):
        paper = finance.get(f"{page}statement/{code}/")
        assert paper["Content-Type"] == "application/pdf"
        assert paper.content.startswith(b"%PDF")
    assert finance.get(f"{page}statement/de/").status_code == 404


def test_an_empty_prepayment_is_ended_with_a_reason() -> None:
    finance, _manager = browsers("en")
    prepayment = ask(make_contract())
    receive(prepayment)
    end = f"/payments/prepayments/{prepayment.pk}/end/"
    assert finance.get(end).status_code == 200
    assert refuses(finance.post(end, {"reason": "Full"}))
    release(prepayment, "500")
    assert refuses(finance.post(end, {"reason": ""}))
    assert finance.post(end, {"reason": "Done"}).status_code == 302
    prepayment.refresh_from_db()
    assert prepayment.state == PrepaymentState.CLOSED


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_home_page_says_which_work_waits(language: str) -> None:
    sales = make_user(Role.SALES, language=language)
    mine = make_contract(client=make_client(owner=sales), entries=[dated("1000.00")])
    other = make_contract()
    html = signed_in(sales).get("/").content.decode()
    assert mine.number in html
    assert f">{other.number}<" not in html
    finance, manager = browsers(language)
    prepayment = ask(mine)
    receive(prepayment, "10.00")
    for browser in (finance, manager):
        assert mine.number in browser.get("/").content.decode()
    assert mine.number in finance.get("/payments/schedule/").content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_lists_read_as_many_statements_for_many(language: str) -> None:
    finance, _manager = browsers(language)
    for path in ("/payments/prepayments/", "/payments/schedule/"):
        receive(ask(make_contract(entries=[dated("1000.00")])), "1.00")
        finance.get(path)
        few = count_queries(lambda path=path: finance.get(path))  # type: ignore[misc]
        for _ in range(4):
            receive(ask(make_contract(entries=[dated("1000.00")])), "1.00")
        assert count_queries(lambda path=path: finance.get(path)) == few  # type: ignore[misc]


def test_the_list_is_filtered_and_ones_own() -> None:
    sales = make_user(Role.SALES)
    mine = ask(make_contract(client=make_client(owner=sales)))
    other = ask(make_contract())
    html = signed_in(sales).get("/payments/prepayments/").content.decode()
    assert mine.number in html
    assert f">{other.number}<" not in html
    finance, _manager = browsers("en")
    for query, shown in (
        ("state=REQUESTED", True),
        ("state=CLOSED", False),
        ("kind=DEPOSIT", False),
        (f"q={mine.number}", True),
        ("q=nobody", False),
        ("state=nonsense&page=x", True),
    ):
        html = finance.get(f"/payments/prepayments/?{query}").content.decode()
        assert (f">{mine.number}<" in html) is shown, query


def test_the_page_of_a_prepayment_reads_as_many_statements_however_much_happened() -> None:
    finance, _manager = browsers("en")
    contract = make_contract(amount="100000.00", ratio="0.001")
    prepayment = ask(contract, "100.00")
    receive(prepayment, "100.00")
    release(prepayment, "1")
    page = f"/payments/prepayments/{prepayment.pk}/"
    finance.get(page)
    few = count_queries(lambda: finance.get(page))
    for _ in range(3):
        receive(prepayment, "100.00")
        release(prepayment, "1")
        make_invoice(
            contract.client,
            contract.creditor,
            "10.00",
            contract=contract,
            issued_on=TODAY,
            due_on=TODAY,
        )
    assert count_queries(lambda: finance.get(page)) == few


def test_a_part_of_the_contract_page_says_why_the_work_waits() -> None:
    contract = make_contract()
    assert prepayments_context(contract)["delivery_hold"] is not None
    ask(contract)
    few = count_queries(lambda: prepayments_context(contract))
    ask(contract, "1.00")
    assert count_queries(lambda: prepayments_context(contract)) == few


def test_earnest_money_returned_twice_is_owed_on_its_page_until_it_is_paid() -> None:
    finance, _manager = browsers("en")
    prepayment = ask(make_contract(kind=PrepaymentKind.EARNEST, ratio="0.2"), "200.00")
    receive(prepayment, "200.00")
    row = release(prepayment, "200", ReleaseKind.TWICE)
    page = f"/payments/prepayments/{prepayment.pk}/"
    assert "We owe the same sum again" in finance.get(page).content.decode()
    url = f"/payments/releases/{row.pk}/paid/"
    assert finance.get(url).status_code == 200
    assert finance.post(url, {"on": TODAY.isoformat(), "reference": "T-9"}).status_code == 302
    assert "We owe the same sum again" not in finance.get(page).content.decode()
    assert refuses(finance.post(url, {"on": TODAY.isoformat()}))


def test_managers_say_how_invoices_are_numbered() -> None:
    finance, manager = browsers("en")
    creditor = make_creditor()
    url = f"/payments/numbering/{creditor.pk}/"
    assert finance.get(url).status_code == 404
    assert manager.get("/payments/numbering/").status_code == 200
    assert manager.get(url).status_code == 200
    assert (
        manager.post(url, {"begins_with": "A-", "digits": "0", "next_number": "1"}).status_code
        == 200
    )
    answer = manager.post(url, {"begins_with": "A-", "digits": "4", "next_number": "12"})
    assert answer.status_code == 302
    rule = InvoiceNumbering.objects.get(creditor=creditor)
    assert (rule.prefix, rule.digits, rule.next_number) == ("A-", 4, 12)


def test_a_receipt_of_a_prepayment_offers_only_its_contracts_invoices() -> None:
    finance, _manager = browsers("en")
    contract = make_contract()
    other = make_invoice(contract.client, contract.creditor, "40.00", number="ELSEWHERE")
    receipt = receive(ask(contract))
    html = finance.get(f"/payments/receipts/{receipt.pk}/allocate/").content.decode()
    assert other.number not in html


# --- Paper ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (PrepaymentKind.PREPAYMENT, ("Request for prepayment", "预付款付款通知")),
        (PrepaymentKind.EARNEST, ("Request for earnest money", "定金付款通知")),
        (PrepaymentKind.DEPOSIT, ("Request for a security deposit", "保证金付款通知")),
    ],
)
def test_each_kind_has_its_own_request_in_each_language(
    kind: PrepaymentKind, words: tuple[str, str]
) -> None:
    contract = contract_with_account(kind=kind, ratio="0.2")
    for language, title in zip(("en", "zh-hans"), words, strict=True):
        row = ask(contract, "100.00", kind=kind, language=language)
        context = request_context(row)
        assert context["title"] == title
        assert any("6222" in line["value"] for line in context["account"])
        assert contract.number in row.number
        made = print_request(prepayment=row, actor=None, at=NOW)
        assert made.document is not None
        again = print_request(prepayment=row, actor=None, at=NOW)
        assert again.document_id == made.document_id, "made once"


def test_the_statement_on_paper_says_the_same_as_the_page() -> None:
    contract = contract_with_account(kind=PrepaymentKind.EARNEST, ratio="0.2")
    prepayment = ask(contract, "200.00")
    receive(prepayment, "200.00")
    release(prepayment, "50", ReleaseKind.TWICE)
    release(prepayment, "30", ReleaseKind.FORFEITED)
    statement = statement_of(prepayment)
    for language in ("en", "zh-hans"):
        context = statement_context(statement, language=language, on=TODAY)
        assert [row["balance"] for row in context["rows"]] == ["200.00", "150.00", "120.00"]
        assert [one["value"] for one in context["sums"]] == [
            "200.00",
            "200.00",
            "0.00",
            "50.00",
            "30.00",
        ]
        assert context["balance_plain"] == "120.00"
        assert len(context["extra"]) == 1
    assert statement_pdf(statement, language="en", on=TODAY) == statement_pdf(
        statement, language="en", on=TODAY
    ), "the same statement gives the same bytes"
    assert figures_of([prepayment.pk])[prepayment.pk].balance == Decimal(120)


def test_a_statement_says_what_is_still_to_be_paid() -> None:
    prepayment = ask(contract_with_account(ratio="0.2"), "200.00")
    receive(prepayment, "80.00")
    waits = statement_context(statement_of(prepayment), language="en", on=TODAY)
    assert (waits["balance_plain"], waits["missing"]) == ("80.00", "CN¥120.00")
    receive(prepayment, "120.00")
    paid = statement_context(statement_of(prepayment), language="en", on=TODAY)
    assert (paid["balance_plain"], paid["missing"]) == ("200.00", "")


def test_a_grade_that_worsened_is_shown_on_the_home_page() -> None:
    contract = make_contract(ratio=None, state=ContractState.DRAFT)
    freeze_prepayment(contract=contract, actor=None, at=NOW)
    Contract.objects.filter(pk=contract.pk).update(state=ContractState.ACTIVE)
    contract.client.__class__.objects.filter(pk=contract.client_id).update(grade="E")
    _finance, manager = browsers("en")
    assert "/contracts/terms/worse/" in manager.get("/").content.decode()
    assert "527-528" in manager.get(f"/contracts/{contract.pk}/").content.decode()
