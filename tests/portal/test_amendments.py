"""A change of a contract is accepted or declined by a link: what was read, exactly, once."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client as Browser

from contracts.models import Amendment, Contract, ContractAcceptance
from contracts.services.amendments import approve_amendment, withdraw_amendment
from contracts.services.versions import print_version
from contracts.states import AmendmentState
from core.dates import now
from core.models import User
from core.states import Role
from interactions.models import Interaction
from portal.models import PortalAct, PortalLink, PortalVisit
from portal.services import Issued, UnableToIssueLink, issue_amendment_acceptance
from tests.contracts.test_amendments import amounts, invoice, make_contract, propose
from tests.factories import NOW, count_queries, make_user, signed_in
from tests.portal.conftest import opened

pytestmark = pytest.mark.django_db
A = AmendmentState


@pytest.fixture(autouse=True)
def _kept_here(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def contract() -> Contract:
    made = make_contract()
    made.client.owner = make_user(Role.SALES)
    made.client.save()
    return made


def approved(contract: Contract) -> Amendment:
    """100 less for the second line; the PDF of the new version is printed."""
    amendment = propose(contract)
    approve_amendment(amendment=amendment, actor=make_user(Role.MANAGER), at=NOW)
    print_version(version_id=amendment.version_id, at=NOW)
    return Amendment.objects.get(pk=amendment.pk)


@pytest.fixture
def amendment(contract: Contract) -> Amendment:
    return approved(contract)


def ask(amendment: Amendment, **changed: Any) -> Issued:
    given: dict[str, Any] = {
        "amendment": amendment,
        "language": "en",
        "contact": None,
        "days": 14,
        "key": uuid.uuid4().hex,
        "actor": None,
        "at": now(),
    }
    return issue_amendment_acceptance(**{**given, **changed})


def says(**changed: str) -> dict[str, str]:
    given = {"choice": "ACCEPTED", "remark": "", "name": "Li Lei", "key": uuid.uuid4().hex}
    return {**given, **changed}


def test_the_client_reads_what_changes_and_accepts_it(
    amendment: Amendment, contract: Contract, phone: Browser
) -> None:
    issued = ask(amendment)
    url = opened(phone, issued)
    page = phone.get(url).content.decode()
    for words in ("<del>CN¥1,000.00</del>", "<ins>CN¥900.00</ins>", "Train", "Unit price", "Build"):
        assert words in page
    assert amendment.reason not in page  # why we propose it is our own business
    assert amendment.version.sha256 in page
    assert phone.get(f"{url}document/").headers["Content-Type"] == "application/pdf"
    assert "400" in issued.link.text
    assert "→ 300" in issued.link.text
    assert phone.post(url, says()).status_code == 302
    acceptance = ContractAcceptance.objects.get(version=amendment.version)
    assert (acceptance.how, acceptance.name) == ("LINK", "Li Lei")
    assert (acceptance.address, acceptance.reference) == ("127.0.0.1", str(issued.link.reference))
    amendment.refresh_from_db()
    assert amendment.state == A.ACCEPTED
    contract.refresh_from_db()
    assert contract.amount == 900
    assert amounts(contract) == [500, 400]
    assert amendment.version.sha256 in Interaction.objects.get(about_type="portal.portalact").body
    receipt = phone.get(url).content.decode()
    assert "Your answer is kept" in receipt
    assert "Yes, I have read it and accept it" in receipt
    assert phone.post(url, says()).status_code == 410
    assert ContractAcceptance.objects.count() == 1


def test_the_client_declines_and_says_why(
    amendment: Amendment, contract: Contract, phone: Browser
) -> None:
    url = opened(phone, ask(amendment))
    told = phone.post(url, says(choice="DECLINED"))
    assert "Say why you do not accept it." in told.content.decode()
    assert not PortalAct.objects.exists()
    phone.post(url, says(choice="DECLINED", remark="Too little off"))
    amendment.refresh_from_db()
    assert (amendment.state, amendment.note) == (A.DECLINED, "Li Lei: Too little off")
    contract.refresh_from_db()
    assert contract.amount == 1000
    assert "Too little off" in Interaction.objects.get(about_type="portal.portalact").body
    assert "Too little off" in phone.get(url).content.decode()


def test_an_answer_that_is_neither_is_refused(amendment: Amendment, phone: Browser) -> None:
    url = opened(phone, ask(amendment))
    for wrong in (says(choice=""), says(choice="MAYBE"), says(name=" ")):
        assert phone.post(url, wrong).status_code == 200
    assert not PortalAct.objects.exists()


@pytest.mark.parametrize("what", ["withdrawn", "invoiced", "changed", "ended"])
def test_when_time_has_passed_over_it_the_link_is_closed(
    what: str, amendment: Amendment, contract: Contract, phone: Browser
) -> None:
    url = opened(phone, ask(amendment))
    if what == "withdrawn":
        withdraw_amendment(amendment=amendment, actor=None, at=NOW)
    elif what == "invoiced":
        invoice(contract, 2)
    elif what == "changed":
        contract.client.address = "2 New Road"
        contract.client.save()
    else:
        Contract.objects.filter(pk=contract.pk).update(state="COMPLETED")
    assert phone.get(url).status_code == 410
    assert phone.post(url, says()).status_code == 410
    assert PortalVisit.objects.get(what="REFUSED").reason == "OUTDATED"
    assert not ContractAcceptance.objects.exists()
    contract.refresh_from_db()
    assert contract.amount == 1000


def test_an_invoice_that_it_leaves_alone_does_not_close_it(
    amendment: Amendment, contract: Contract, phone: Browser
) -> None:
    url = opened(phone, ask(amendment))
    invoice(contract, 1)
    assert phone.post(url, says()).status_code == 302
    assert amounts(contract) == [500, 400]


def test_a_pdf_that_was_tampered_with_is_not_accepted(amendment: Amendment, phone: Browser) -> None:
    issued = ask(amendment)
    url = opened(phone, issued)
    document = issued.link.document
    assert document is not None
    with default_storage.open(document.storage_name, "wb") as kept:
        kept.write(b"%PDF-1.7 another")
    assert phone.post(url, says()).status_code == 410
    assert PortalVisit.objects.get(what="REFUSED").reason == "ALTERED"
    assert not ContractAcceptance.objects.exists()


def test_only_an_approved_amendment_with_its_pdf_can_be_asked_for(contract: Contract) -> None:
    amendment = propose(contract)
    with pytest.raises(UnableToIssueLink, match="approved"):
        ask(amendment)
    approve_amendment(amendment=amendment, actor=make_user(Role.MANAGER), at=NOW)
    with pytest.raises(UnableToIssueLink, match="being made"):
        ask(amendment)
    invoice(contract, 2)
    with pytest.raises(UnableToIssueLink, match="moved on"):
        ask(amendment)
    assert not PortalLink.objects.exists()


def test_the_page_speaks_chinese(amendment: Amendment, phone: Browser) -> None:
    issued = ask(amendment, language="zh-hans")
    page = phone.get(opened(phone, issued)).content.decode()
    for words in ("变更内容", "是否接受", "单价"):
        assert words in page
    assert "合同" in issued.link.text
    for word in ("Amendment", "What changes", "Unit price", "struck through"):
        assert word not in page


def test_sales_make_the_link_from_the_amendment(amendment: Amendment) -> None:
    owner = amendment.contract.client.owner
    assert isinstance(owner, User)
    web = signed_in(owner)
    address = f"/links/amendment/{amendment.pk}/"
    assert address in web.get(f"/contracts/amendments/{amendment.pk}/").content.decode()
    made = web.post(address, {"language": "zh-hans", "days": "14", "key": "one"})
    assert f"/p/{made.context['token']}/" in made.content.decode()
    assert signed_in(make_user(Role.SALES)).get(address).status_code == 404


def test_its_queries_do_not_grow_with_the_contract(amendment: Amendment, phone: Browser) -> None:
    url = opened(phone, ask(amendment))
    assert count_queries(lambda: phone.get(url)) <= 25
