"""A contract is accepted by a link: the newest version, exactly as it was sent, once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client as Browser

from contracts.models import Contract, ContractAcceptance
from contracts.services import reopen_contract
from contracts.services.versions import print_version
from contracts.states import ContractState
from core.dates import now
from core.models import User
from core.states import Role
from interactions.models import Interaction
from portal.models import PortalAct, PortalLink, PortalVisit
from portal.services import Issued, UnableToIssueLink, issue_contract_acceptance
from tests.contracts.cast import at_state
from tests.factories import NOW, make_user, signed_in
from tests.portal.conftest import opened

pytestmark = pytest.mark.django_db
Ask = Callable[..., Issued]


@pytest.fixture(autouse=True)
def _kept_here(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def sent() -> Contract:
    contract = at_state(ContractState.SENT, owner=make_user(Role.SALES))
    version = contract.versions.order_by("-number")[0]
    print_version(version_id=version.pk, at=NOW)
    return contract


def ask(contract: Contract, **changed: Any) -> Issued:
    given: dict[str, Any] = {
        "contract": contract,
        "language": "en",
        "contact": None,
        "days": 14,
        "key": uuid.uuid4().hex,
        "actor": None,
        "at": now(),
    }
    return issue_contract_acceptance(**{**given, **changed})


def yes(**changed: str) -> dict[str, str]:
    return {"has_read": "on", "name": "Li Lei", "key": uuid.uuid4().hex, **changed}


def test_the_client_reads_and_accepts_it(sent: Contract, phone: Browser) -> None:
    issued = ask(sent)
    url = opened(phone, issued)
    page = phone.get(url).content.decode()
    version = sent.versions.order_by("-number")[0]
    assert "Portal" in page  # a line of the contract
    assert version.sha256 in page
    assert phone.get(f"{url}document/").headers["Content-Type"] == "application/pdf"
    assert "I have read this contract" in phone.post(url, yes(has_read="")).content.decode()
    assert not PortalAct.objects.exists()
    assert phone.post(url, yes()).status_code == 302
    acceptance = ContractAcceptance.objects.get(version=version)
    assert (acceptance.name, acceptance.address) == ("Li Lei", "127.0.0.1")
    assert acceptance.reference == str(issued.link.reference)
    sent.refresh_from_db()
    assert sent.state == ContractState.SIGNED
    assert version.sha256 in Interaction.objects.get(about_type="portal.portalact").body
    assert "The contract is accepted" in phone.get(url).content.decode()
    assert phone.post(url, yes()).status_code == 410


def test_a_contract_taken_back_closes_its_link(sent: Contract, phone: Browser) -> None:
    url = opened(phone, ask(sent))
    reopen_contract(contract=sent, reason="Another price", actor=None, at=NOW)
    assert phone.get(url).status_code == 410
    assert phone.post(url, yes()).status_code == 410
    assert PortalVisit.objects.get(what="REFUSED").reason == "OUTDATED"
    assert not ContractAcceptance.objects.exists()


def test_a_pdf_that_was_tampered_with_is_not_accepted(sent: Contract, phone: Browser) -> None:
    issued = ask(sent)
    url = opened(phone, issued)
    document = issued.link.document
    assert document is not None
    with default_storage.open(document.storage_name, "wb") as kept:
        kept.write(b"%PDF-1.7 another")
    assert phone.post(url, yes()).status_code == 410
    assert PortalVisit.objects.get(what="REFUSED").reason == "ALTERED"
    assert not ContractAcceptance.objects.exists()


def test_only_a_contract_that_was_sent_can_be_asked_for() -> None:
    with pytest.raises(UnableToIssueLink, match="Send it first"):
        ask(at_state(ContractState.APPROVED))
    unprinted = at_state(ContractState.SENT, number="K-2")
    with pytest.raises(UnableToIssueLink, match="being made"):
        ask(unprinted)
    assert not PortalLink.objects.exists()


def test_sales_make_the_link_from_the_contract(sent: Contract) -> None:
    owner = sent.client.owner
    assert isinstance(owner, User)
    web = signed_in(owner)
    address = f"/links/contract/{sent.pk}/"
    assert address in web.get(f"/contracts/{sent.pk}/").content.decode()
    made = web.post(address, {"language": "zh-hans", "days": "14", "key": "one"})
    assert f"/p/{made.context['token']}/" in made.content.decode()
    assert signed_in(make_user(Role.SALES)).get(address).status_code == 404
