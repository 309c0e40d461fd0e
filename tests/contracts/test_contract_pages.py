"""Contracts: the list, the draft, the page of one, the queues, and what each role may do there."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from contracts.models import Contract, Override, Review
from contracts.services import ask_for_override, ask_for_review, create_contract
from contracts.services.clauses import remove_clause
from contracts.states import ClauseKind, ContractState
from core.models import User
from core.states import Role
from tests.contracts.cast import SCAN, at_state, graded, reviewed_by, whole_draft
from tests.factories import (
    NOW,
    count_queries,
    make_client,
    make_creditor,
    make_invoice,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
S = ContractState


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def draft(owner: User | None = None, **fields: Any) -> Contract:
    return create_contract(
        creditor=make_creditor(),
        client=make_client(owner=owner),
        number=fields.pop("number", "K-1"),
        currency="CNY",
        actor=None,
        at=NOW,
        **fields,
    )


def form_of(contract: Contract, **fields: Any) -> dict[str, Any]:
    return {
        "creditor": contract.creditor_id,
        "number": contract.number,
        "currency": "CNY",
        "terms_days": 30,
        "late_charge_kind": "NONE",
        "late_charge_basis": 365,
        **fields,
    }


def scan() -> BytesIO:
    file = BytesIO(SCAN)
    file.name = "scan.pdf"
    return file


def page_of(contract: Contract, user: User) -> str:
    return signed_in(user).get(f"/contracts/{contract.pk}/").content.decode()


def test_a_contract_is_drafted_from_the_clients_page() -> None:
    sales = make_user(Role.SALES)
    client, creditor = make_client(owner=sales), make_creditor()
    response = signed_in(sales).post(
        f"/contracts/new/?client={client.pk}",
        {
            "creditor": creditor.pk,
            "number": "K-7",
            "currency": "CNY",
            "amount": "12,000.00",
            "terms_days": 45,
            "late_charge_kind": "RATE",
            "late_charge_rate": "12",
            "late_charge_basis": 365,
        },
    )
    contract = Contract.objects.get()
    assert response["Location"] == f"/contracts/{contract.pk}/"
    assert (contract.number, contract.terms_days, contract.state) == ("K-7", 45, "DRAFT")
    assert contract.amount == 12000


def test_what_does_not_hold_together_is_told_at_its_field_and_nothing_is_written() -> None:
    first = draft()
    browser = signed_in(make_user(Role.MANAGER))
    for wrong, field in (
        ({"number": "K-1"}, None),
        ({"late_charge_kind": "RATE"}, "late_charge_rate"),
        ({"late_charge_kind": "PRESET"}, "late_charge_preset"),
        ({"starts_on": "2026-05-01", "ends_on": "2026-04-01"}, "ends_on"),
    ):
        data = form_of(first, number="K-2") | wrong
        response = browser.post(f"/contracts/new/?client={first.client_id}", data)
        assert response.status_code == 200
        assert response.context["form"].errors
        if field:
            assert field in response.context["form"].errors
    assert Contract.objects.count() == 1


def test_a_contract_in_force_is_not_edited() -> None:
    contract = at_state(S.ACTIVE)
    response = signed_in(make_user(Role.MANAGER)).post(
        f"/contracts/{contract.pk}/edit/", form_of(contract, terms_days=90)
    )
    assert "amendment" in response.content.decode()
    contract.refresh_from_db()
    assert contract.terms_days == 30


def test_a_step_asks_first_and_walks_on_post_only() -> None:
    contract = at_state(S.APPROVED)
    manager = signed_in(make_user(Role.MANAGER))
    url = f"/contracts/{contract.pk}/step/send/"
    assert manager.get(url).status_code == 200
    contract.refresh_from_db()
    assert contract.state == S.APPROVED
    manager.post(url, {"reason": ""})
    contract.refresh_from_db()
    assert contract.state == S.SENT
    # A step that is not open says what is.
    told = manager.post(f"/contracts/{contract.pk}/step/activate/", {"reason": ""})
    assert "Allowed: " in told.content.decode()
    refused = manager.post(f"/contracts/{contract.pk}/step/terminate/", {"reason": ""})
    assert refused.context["form"].errors
    assert manager.get(f"/contracts/{contract.pk}/step/nonsense/").status_code == 404


def test_the_signed_copy_is_kept_once_and_downloaded_by_those_who_see_the_client() -> None:
    owner, stranger = make_user(Role.SALES), make_user(Role.SALES)
    contract = draft(owner)
    url = f"/contracts/{contract.pk}/signed-copy/"
    for _time in range(2):
        response = signed_in(owner).post(url, {"file": scan()})
    assert "already" in response.content.decode()
    document = f"/contracts/{contract.pk}/document/"
    assert signed_in(owner).get(document).status_code == 200
    assert signed_in(stranger).get(document).status_code == 404


def test_a_paper_contract_is_taken_in_by_one_form() -> None:
    sales = make_user(Role.SALES)
    contract = draft(sales)
    browser, url = signed_in(sales), f"/contracts/{contract.pk}/signed/"
    assert browser.get(url).status_code == 200
    told = browser.post(url, {"signed_on": "2026-01-05", "name": "Li Lei"})
    assert "file" in told.context["form"].errors
    browser.post(url, {"signed_on": "2026-01-05", "name": "Li Lei", "file": scan()})
    contract.refresh_from_db()
    assert (contract.state, contract.client_signatory) == (S.ACTIVE, "Li Lei")


def test_a_paper_contract_that_is_blocked_waits_as_signed_and_says_so() -> None:
    contract = draft()
    graded(contract.client, on_credit_hold=True, hold_reason="Owes a lot")
    browser, url = signed_in(make_user(Role.FINANCE)), f"/contracts/{contract.pk}/signed/"
    assert "credit hold" in browser.get(url).content.decode()
    data = {"signed_on": "2026-01-05", "name": "Li Lei", "file": scan()}
    response = browser.post(url, data, follow=True)
    assert "still blocks" in response.content.decode()
    contract.refresh_from_db()
    assert contract.state == S.SIGNED


def test_three_gaps_are_closed_by_a_click_each() -> None:
    sales = make_user(Role.SALES)
    contract = whole_draft(owner=sales)
    for kind in (ClauseKind.LATE_CHARGE, ClauseKind.SUSPENSION, ClauseKind.ACCEPTANCE):
        remove_clause(clause=contract.clauses.get(kind=kind), actor=None, at=NOW)
    page = page_of(contract, sales)
    assert "3 things block" in page
    browser = signed_in(sales)
    for code in ("NO_LATE_CHARGE", "NO_SUSPENSION", "NO_ACCEPTANCE"):
        url = f"/contracts/{contract.pk}/gaps/{code}/fix/"
        assert url in page
        assert browser.get(url).status_code == 405
        assert browser.post(url)["Location"] == f"/contracts/{contract.pk}/#gaps"
    page = page_of(contract, sales)
    assert "ask for the legal review" in page
    assert "/fix/" not in page
    told = browser.post(f"/contracts/{contract.pk}/gaps/NO_LAW/fix/", follow=True)
    assert "closed already" in told.content.decode()


def test_the_page_says_who_has_to_do_what() -> None:
    sales, manager = make_user(Role.SALES), make_user(Role.MANAGER, name="Wang Fang")
    contract = whole_draft(owner=sales)
    assert "ask for the legal review" in page_of(contract, sales)
    ask_for_review(contract=contract, reviewer=manager, actor=sales, at=NOW)
    assert "Waiting for the review by Wang Fang" in page_of(contract, sales)
    assert "You are asked to review this contract" in page_of(contract, manager)
    for state, words in (
        (S.APPROVED, "send it to the client"),
        (S.SENT, "Waiting for the client"),
        (S.SIGNED, "put it into force"),
    ):
        one = at_state(state, owner=sales, number=f"K-{state}")
        assert words in page_of(one, sales)
    assert "dw-next" not in page_of(at_state(S.TERMINATED, number="K-T"), manager)


def test_review_from_asking_to_changes_to_signing_off() -> None:
    sales, manager = make_user(Role.SALES), make_user(Role.MANAGER)
    contract = whole_draft(owner=sales)
    ask = f"/contracts/{contract.pk}/review/"
    desk, reviewer = signed_in(sales), signed_in(manager)
    assert sales.name not in str(desk.get(ask).context["form"]["reviewer"])
    desk.post(ask, {"reviewer": manager.pk, "note": "A new client"})
    review = Review.objects.get()
    assert contract.number in reviewer.get("/contracts/reviews/").content.decode()
    page = reviewer.get(f"/contracts/reviews/{review.pk}/").content.decode()
    assert "A new client" in page
    assert 'name="remark_2"' in page
    assert 'name="decision"' not in desk.get(f"/contracts/reviews/{review.pk}/").content.decode()
    told = reviewer.post(f"/contracts/reviews/{review.pk}/", {"decision": "changes"})
    assert "verdict" in told.context["form"].errors
    reviewer.post(
        f"/contracts/reviews/{review.pk}/",
        {"decision": "changes", "verdict": "One thing", "remark_2": "By which bank?"},
    )
    page = page_of(contract, sales)
    assert "The reviewer wants changes" in page
    # In the list of remarks and beside its clause; beside it where it is edited, too.
    assert page.count("By which bank?") == 2
    edited = desk.get(f"/contracts/{contract.pk}/clauses/").content.decode()
    assert edited.count("By which bank?") == 1
    desk.post(ask, {"reviewer": manager.pk, "note": ""})
    second = Review.objects.order_by("-pk")[0]
    # Somebody else's verdict is refused.
    other = signed_in(make_user(Role.ADMIN))
    other.post(f"/contracts/reviews/{second.pk}/", {"decision": "sign_off"})
    contract.refresh_from_db()
    assert contract.state == S.REVIEW
    reviewer.post(f"/contracts/reviews/{second.pk}/", {"decision": "sign_off"})
    contract.refresh_from_db()
    assert contract.state == S.APPROVED
    assert contract.number not in reviewer.get("/contracts/reviews/").content.decode()


def test_a_review_is_withdrawn_by_the_desk() -> None:
    sales = make_user(Role.SALES)
    contract = at_state(S.REVIEW, owner=sales)
    review = contract.reviews.get()
    url = f"/contracts/reviews/{review.pk}/withdraw/"
    assert signed_in(sales).get(url).status_code == 200
    signed_in(sales).post(url, {"reason": "A typing error"})
    contract.refresh_from_db()
    assert contract.state == S.DRAFT


def test_an_override_from_asking_to_the_page_for_ever() -> None:
    sales, manager = make_user(Role.SALES), make_user(Role.MANAGER, name="Wang Fang")
    contract = at_state(S.SIGNED, owner=sales)
    graded(contract.client, on_credit_hold=True, hold_reason="Owes a lot")
    base = f"/contracts/{contract.pk}/gaps/CREDIT_HOLD"
    desk, queue = signed_in(sales), signed_in(manager)
    page = page_of(contract, sales)
    assert f"{base}/ask/" in page
    assert f"{base}/override/" not in page
    assert desk.get(f"{base}/override/").status_code == 404
    assert desk.get(f"{base}/ask/").status_code == 200
    desk.post(f"{base}/ask/", {"reason": "The mother company pays"})
    told = queue.get("/contracts/overrides/").content.decode()
    assert "The mother company pays" in told
    assert f"{base}/override/" in told
    assert queue.get(f"{base}/override/").status_code == 200
    queue.post(f"{base}/override/", {"reason": "Guaranteed in writing"})
    assert Override.objects.get().actor == manager
    desk.post(f"/contracts/{contract.pk}/step/activate/", {"reason": ""})
    contract.refresh_from_db()
    assert contract.state == S.ACTIVE
    page = page_of(contract, sales)
    assert "Guaranteed in writing" in page
    assert "Wang Fang" in page
    assert desk.get(f"/contracts/{contract.pk}/gaps/NONSENSE/ask/").status_code == 404


def test_a_request_is_declined_and_the_answer_stands_on_the_page() -> None:
    sales = make_user(Role.SALES)
    contract = at_state(S.SIGNED, owner=sales)
    graded(contract.client, on_credit_hold=True, hold_reason="Owes a lot")
    request = ask_for_override(
        contract=contract, gap="CREDIT_HOLD", note="Please", actor=sales, at=NOW
    )
    manager = signed_in(make_user(Role.MANAGER))
    url = f"/contracts/overrides/{request.pk}/decline/"
    assert manager.get(url).status_code == 200
    manager.post(url, {"reason": "Take a deposit first"})
    assert "Take a deposit first" in page_of(contract, sales)


def test_sending_with_open_gaps_warns() -> None:
    contract = whole_draft()
    remove_clause(clause=contract.clauses.get(kind="SUSPENSION"), actor=None, at=NOW)
    reviewed_by(contract)
    page = signed_in(make_user(Role.MANAGER)).get(f"/contracts/{contract.pk}/step/send/")
    assert "only an amendment" in page.content.decode()


def test_the_list_is_scoped_filtered_and_takes_few_queries(
    django_assert_max_num_queries: Any,
) -> None:
    owner = make_user(Role.SALES)
    mine = draft(owner, number="MINE")
    draft(number="OTHER")
    make_invoice(mine.client, mine.creditor, contract=mine)
    page = signed_in(owner).get("/contracts/").content.decode()
    assert "MINE" in page
    assert "OTHER" not in page
    manager = signed_in(make_user(Role.MANAGER))
    assert "MINE" not in manager.get("/contracts/", {"q": "other"}).content.decode()
    with django_assert_max_num_queries(9):
        manager.get("/contracts/")
    assert mine.invoices.get().number in manager.get(f"/contracts/{mine.pk}/").content.decode()


def test_the_queues_take_as_many_queries_for_many_as_for_one() -> None:
    sales, manager = make_user(Role.SALES), make_user(Role.MANAGER)
    desk, creditor = signed_in(manager), make_creditor(country="CN")

    def one_more(number: str) -> None:
        own: dict[str, Any] = {"owner": sales, "creditor": creditor}
        contract = at_state(S.SIGNED, number=f"S-{number}", **own)
        graded(contract.client, on_credit_hold=True, hold_reason="Owes")
        ask_for_override(contract=contract, gap="CREDIT_HOLD", note="Please", actor=sales, at=NOW)
        waiting = whole_draft(number=f"R-{number}", **own)
        ask_for_review(contract=waiting, reviewer=manager, actor=sales, at=NOW)

    pages = ("/contracts/overrides/", "/contracts/reviews/", "/")
    one_more("0")
    one_more("1")
    for page in pages:
        desk.get(page)  # what is asked for once
    few = [count_queries(lambda page=page: desk.get(page)) for page in pages]  # type: ignore[misc]  # bound now
    one_more("2")
    one_more("3")
    many = [count_queries(lambda page=page: desk.get(page)) for page in pages]  # type: ignore[misc]  # bound now
    assert many == few


def test_the_page_of_a_whole_contract_takes_a_bounded_number_of_queries() -> None:
    contract = at_state(S.ACTIVE)
    for n in range(8):
        make_invoice(contract.client, contract.creditor, contract=contract, number=f"I-{n}")
    browser = signed_in(make_user(Role.MANAGER))
    browser.get(f"/contracts/{contract.pk}/")
    assert count_queries(lambda: browser.get(f"/contracts/{contract.pk}/")) <= 45


def test_home_names_the_contracts_that_wait_and_the_reviews_to_do() -> None:
    sales, manager = make_user(Role.SALES), make_user(Role.MANAGER)
    contract = whole_draft(owner=sales, number="K-WAITS")
    ask_for_review(contract=contract, reviewer=manager, actor=sales, at=NOW)
    assert "K-WAITS" in signed_in(sales).get("/").content.decode()
    home = signed_in(manager).get("/").content.decode()
    assert f"/contracts/reviews/{contract.reviews.get().pk}/" in home
