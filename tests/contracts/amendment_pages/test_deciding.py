"""Who decides on an amendment, and what comes next."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from contracts.models import Amendment, Contract
from contracts.selectors.amendments import is_current
from contracts.selectors.record import contract_records
from contracts.states import AmendmentState, ContractState
from core.dates import now, today
from core.states import Role
from tests.contracts.amendment_pages.cast import in_force
from tests.contracts.cast import SCAN
from tests.contracts.test_amendments import DAY, invoice, propose
from tests.factories import NOW, TODAY, make_user, signed_in

pytestmark = pytest.mark.django_db


A = AmendmentState


def test_its_page_says_what_why_who_and_what_comes_next(contract: Contract, web: Browser) -> None:
    amendment = propose(contract, actor=contract.client.owner)
    page = web.get(f"/contracts/amendments/{amendment.pk}/").content.decode()
    assert "cheaper trainer" in page
    assert "You proposed it, so somebody else approves it." in page
    assert "up to 15.00% of the price and 90 days longer" in page
    assert "/approve/" not in page
    manager = signed_in(make_user(Role.MANAGER))
    assert (
        "within the limit of your role"
        in manager.get(f"/contracts/amendments/{amendment.pk}/").content.decode()
    )
    manager.post(f"/contracts/amendments/{amendment.pk}/approve/", {"note": "Fine"})
    page = web.get(f"/contracts/amendments/{amendment.pk}/").content.decode()
    assert "Waiting for the client" in page
    assert f"/links/amendment/{amendment.pk}/" in page
    assert "Fine" in page


@pytest.mark.parametrize(
    ("name", "before", "note", "after"),
    [
        ("approve", A.PROPOSED, "", A.APPROVED),
        ("reject", A.PROPOSED, "Too cheap", A.REJECTED),
        ("withdraw", A.PROPOSED, "", A.WITHDRAWN),
        ("withdraw", A.APPROVED, "", A.WITHDRAWN),
        ("declined", A.APPROVED, "Too late", A.DECLINED),
        ("declined", A.PROPOSED, "Too late", A.PROPOSED),
        ("reject", A.PROPOSED, "", A.PROPOSED),
    ],
)
def test_an_act_asks_first_and_is_done_on_post(
    contract: Contract, name: str, before: A, note: str, after: A
) -> None:
    amendment, manager = propose(contract), signed_in(make_user(Role.MANAGER))
    if before == A.APPROVED:
        manager.post(f"/contracts/amendments/{amendment.pk}/approve/", {"note": ""})
    where = f"/contracts/amendments/{amendment.pk}/{name}/"
    assert manager.get(where).status_code == 200
    amendment.refresh_from_db()
    assert amendment.state == before
    told = manager.post(where, {"note": note})
    assert (told.status_code == 200) == (before == after)
    amendment.refresh_from_db()
    assert amendment.state == after
    assert manager.get(f"/contracts/amendments/{amendment.pk}/nonsense/").status_code == 404


def test_nobody_approves_their_own_or_beyond_their_limit(contract: Contract) -> None:
    manager = make_user(Role.MANAGER)
    amendment = propose(contract, actor=manager)
    where = f"/contracts/amendments/{amendment.pk}/approve/"
    for user, words in (
        (manager, "Somebody else"),
        (make_user(Role.FINANCE), "beyond your limit"),
    ):
        assert words in signed_in(user).post(where, {"note": ""}).content.decode()
    amendment.refresh_from_db()
    assert amendment.state == A.PROPOSED


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("scan.pdf", SCAN, "application/pdf")


def test_it_comes_back_signed_on_paper(contract: Contract, web: Browser) -> None:
    amendment = propose(contract)
    signed_in(make_user(Role.MANAGER)).post(
        f"/contracts/amendments/{amendment.pk}/approve/", {"note": ""}
    )
    where = f"/contracts/amendments/{amendment.pk}/signed/"
    on = today(contract.creditor.time_zone)
    told = web.post(where, {"accepted_on": on.isoformat(), "name": "Li Lei"})
    assert "file" in told.context["form"].errors
    for wrong, words in ((on + 2 * DAY, "has not come"), (NOW.date() - 9 * DAY, "not written yet")):
        told = web.post(where, {"accepted_on": wrong.isoformat(), "name": "Li Lei", "file": scan()})
        assert words in str(told.context["form"].errors["accepted_on"])
    web.post(where, {"accepted_on": on.isoformat(), "name": "Li Lei", "file": scan()})
    amendment.refresh_from_db()
    assert amendment.state == A.ACCEPTED
    acceptance = amendment.version.acceptance
    assert (acceptance.name, acceptance.accepted_on) == ("Li Lei", on)
    got = web.get(f"/contracts/amendments/{amendment.pk}/document/")
    assert b"".join(got.streaming_content) == SCAN  # type: ignore[attr-defined]  # a file
    contract.refresh_from_db()
    assert contract.amount == Decimal(900)
    page = web.get(f"/contracts/{contract.pk}/").content.decode()
    assert "In force" in page
    assert f"/contracts/amendments/{amendment.pk}/" in page


def test_one_that_time_has_passed_over_says_so(contract: Contract, web: Browser) -> None:
    amendment = propose(contract)
    signed_in(make_user(Role.MANAGER)).post(
        f"/contracts/amendments/{amendment.pk}/approve/", {"note": ""}
    )
    assert is_current(Amendment.objects.get())
    invoice(contract, 1)  # one that it leaves alone
    assert is_current(Amendment.objects.get())
    invoice(contract, 2)  # the one that was to be lower
    assert not is_current(Amendment.objects.get())
    page = web.get(f"/contracts/amendments/{amendment.pk}/").content.decode()
    assert "The contract has moved on" in page
    assert "/links/amendment/" not in page


def test_a_contract_that_ended_has_nothing_to_accept(contract: Contract) -> None:
    propose(contract)
    Contract.objects.filter(pk=contract.pk).update(state=ContractState.COMPLETED)
    assert not is_current(Amendment.objects.get())


def test_the_packets_data_has_it_as_it_stood_that_day(contract: Contract) -> None:
    amendment = propose(contract)

    def found(until: Any) -> list[dict[str, Any]]:
        records = contract_records([contract], until=until, time_zone="Asia/Shanghai")
        rows: list[dict[str, Any]] = records.get(contract.pk, {}).get("amendments", [])
        return rows

    assert found(TODAY - DAY) == []
    assert (found(TODAY)[0]["state"], found(TODAY)[0]["signed_copy_sha256"]) == ("PROPOSED", None)
    in_force(amendment)
    amendment.refresh_from_db()
    assert amendment.document is not None
    assert found(TODAY)[0]["state"] == "PROPOSED"  # that day nobody had decided
    kept = found(now().date() + DAY)[0]
    assert (kept["state"], kept["to_version"]) == ("ACCEPTED", amendment.version.number)
    assert kept["signed_copy_sha256"] == amendment.document.sha256
    assert kept["text"]["terms"]["price"] == "900"
