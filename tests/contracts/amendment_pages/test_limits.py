"""The queue of amendments, limits, and the agreement on paper."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.test import Client as Browser

from contracts.models import AmendmentLimit, Contract
from contracts.services.amendments import Changes
from contracts.states import AmendmentKind
from core.models import AuditEvent, User
from core.states import Role
from tests.contracts.test_amendments import line, make_contract, propose
from tests.contracts.test_contract_pdf import text_of, watermarked
from tests.factories import count_queries, make_user, signed_in

pytestmark = pytest.mark.django_db


def test_the_queue_shows_what_waits_and_its_queries_do_not_grow(contract: Contract) -> None:
    propose(contract)
    manager = signed_in(make_user(Role.MANAGER))
    page = manager.get("/contracts/amendments/").content.decode()
    assert contract.number in page
    assert "you may" in page

    def opened() -> None:
        manager.get("/contracts/amendments/")

    few = count_queries(opened)
    for _n in range(3):
        propose(make_contract())
    assert count_queries(opened) == few <= 10
    assert "Amendments to decide" in manager.get("/").content.decode()
    assert contract.number in manager.get("/").content.decode()
    stranger = signed_in(make_user(Role.SALES))
    assert contract.number not in stranger.get("/contracts/amendments/").content.decode()


def test_limits_are_changed_with_their_old_values_on_record() -> None:
    admin = signed_in(make_user(Role.ADMIN))
    assert (
        "proposes, approves nothing" in admin.get("/contracts/amendments/limits/").content.decode()
    )
    where = "/contracts/amendments/limits/manager/"
    admin.post(where, {"discount_percent": "20", "extension_days": "120"})
    limit = AmendmentLimit.objects.get(role=Role.MANAGER)
    assert (limit.discount_percent, limit.extension_days) == (Decimal(20), 120)
    event = AuditEvent.objects.get(action="contracts.set_amendment_limit")
    assert json.loads(event.payload)["data"]["before"] == {"percent": "15.00", "days": 90}
    for wrong, field in (
        ({"discount_percent": "101", "extension_days": "1"}, "discount_percent"),
        ({"discount_percent": "-1", "extension_days": "1"}, "discount_percent"),
        ({"discount_percent": "1", "extension_days": "99999"}, "extension_days"),
        ({"discount_percent": "1", "extension_days": ""}, "extension_days"),
    ):
        assert field in admin.post(where, wrong).context["form"].errors
    admin.post(where, {"discount_percent": "", "extension_days": ""})
    assert not AmendmentLimit.objects.filter(role=Role.MANAGER).exists()
    assert admin.get("/contracts/amendments/limits/nobody/").status_code == 404


def test_a_manager_does_not_raise_their_own_limit_nor_gives_more_than_it() -> None:
    manager = signed_in(make_user(Role.MANAGER))
    given = {"discount_percent": "16", "extension_days": "1"}
    for role in ("manager", "admin"):
        told = manager.post(f"/contracts/amendments/limits/{role}/", given)
        assert "An administrator sets" in told.content.decode()
    told = manager.post("/contracts/amendments/limits/finance/", given)
    assert "discount_percent" in told.context["form"].errors
    manager.post(
        "/contracts/amendments/limits/finance/", {"discount_percent": "5", "extension_days": "10"}
    )
    assert AmendmentLimit.objects.get(role=Role.FINANCE).discount_percent == 5


def test_a_role_without_a_limit_approves_nothing_not_even_a_dearer_contract(
    contract: Contract,
) -> None:
    dearer = {line(contract, 1).pk: {"unit_price": Decimal(900)}}
    amendment = propose(contract, kind=AmendmentKind.SCOPE, changes=Changes(lines=dearer))
    told = signed_in(make_user(Role.SALES)).post(
        f"/contracts/amendments/{amendment.pk}/approve/", {"note": ""}
    )
    assert told.status_code == 404
    told = signed_in(make_user(Role.FINANCE)).post(
        f"/contracts/amendments/{amendment.pk}/approve/", {"note": ""}
    )
    assert "beyond your limit" in told.content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_in_the_readers_language(
    contract: Contract, sales: User, language: str
) -> None:
    amendment = propose(contract)
    web = signed_in(sales)
    web.post("/language/", {"language": language, "next": "/"})
    word = {"en": "Contract price", "zh-hans": "合同价款"}[language]
    assert word in web.get(f"/contracts/amendments/{amendment.pk}/").content.decode()


def test_the_agreement_says_both_prices_and_what_changes(contract: Contract, web: Browser) -> None:
    amendment = propose(contract)
    got = web.get(f"/contracts/amendments/{amendment.pk}/agreement.pdf")
    assert got.content.startswith(b"%PDF")
    words = " ".join(text_of(got.content, "-layout").split())
    for said in ("Supplementary Agreement No. 1", contract.number, "1,000.00", "900.00", "400.00"):
        assert said in words, words
    assert any(watermarked(got.content))
    signed_in(make_user(Role.MANAGER)).post(
        f"/contracts/amendments/{amendment.pk}/approve/", {"note": ""}
    )
    final = web.get(f"/contracts/amendments/{amendment.pk}/agreement.pdf").content
    assert not any(watermarked(final))
    assert final == web.get(f"/contracts/amendments/{amendment.pk}/agreement.pdf").content
