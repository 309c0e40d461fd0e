"""Contracts: draft, edit, move along the state map, keep the signed copy."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from contracts.models import Contract
from contracts.services import UnableToChangeContract, change_state, create_contract
from contracts.states import TRANSITIONS, ContractState
from core.models import AuditEvent, User
from core.states import Role
from tests.factories import NOW, make_client, make_creditor, make_invoice, make_user

pytestmark = pytest.mark.django_db


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


def browser(user: User) -> Browser:
    client = Browser()
    client.force_login(user)
    return client


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


def test_a_contract_is_drafted_from_the_clients_page() -> None:
    sales = make_user(Role.SALES)
    client, creditor = make_client(owner=sales), make_creditor()
    response = browser(sales).post(
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
    client = browser(make_user(Role.MANAGER))
    for wrong, field in (
        ({"number": "K-1"}, None),
        ({"late_charge_kind": "RATE"}, "late_charge_rate"),
        ({"late_charge_kind": "PRESET"}, "late_charge_preset"),
        ({"starts_on": "2026-05-01", "ends_on": "2026-04-01"}, "ends_on"),
    ):
        data = form_of(first, number="K-2") | wrong
        response = client.post(f"/contracts/new/?client={first.client_id}", data)
        assert response.status_code == 200
        assert response.context["form"].errors
        if field:
            assert field in response.context["form"].errors
    assert Contract.objects.count() == 1


def test_a_contract_in_force_is_not_edited() -> None:
    contract = draft()
    change_state(contract=contract, to=ContractState.ACTIVE, actor=None, at=NOW)
    response = browser(make_user(Role.MANAGER)).post(
        f"/contracts/{contract.pk}/edit/", form_of(contract, terms_days=90)
    )
    assert "amendment" in response.content.decode()
    contract.refresh_from_db()
    assert contract.terms_days == 30


@pytest.mark.parametrize("before", ContractState)
@pytest.mark.parametrize("to", ContractState)
def test_every_edge_of_the_state_map(before: ContractState, to: ContractState) -> None:
    contract = draft()
    Contract.objects.update(state=before)
    contract.refresh_from_db()
    if to in TRANSITIONS[before]:
        change_state(contract=contract, to=to, actor=None, at=NOW)
        assert contract.transitions.get().to_state == to
    else:
        with pytest.raises(UnableToChangeContract):
            change_state(contract=contract, to=to, actor=None, at=NOW)
        assert not contract.transitions.exists()


def test_of_two_who_decide_at_once_one_wins() -> None:
    contract = draft()
    stale = Contract.objects.get(pk=contract.pk)
    change_state(contract=contract, to=ContractState.TERMINATED, actor=None, at=NOW)
    with pytest.raises(UnableToChangeContract, match="meanwhile"):
        change_state(contract=stale, to=ContractState.ACTIVE, actor=None, at=NOW)


def test_the_state_page_asks_first_and_changes_on_post_only() -> None:
    contract = draft()
    manager = browser(make_user(Role.MANAGER))
    url = f"/contracts/{contract.pk}/state/ACTIVE/"
    assert manager.get(url).status_code == 200
    contract.refresh_from_db()
    assert contract.state == "DRAFT"
    manager.post(url, {"reason": "Signed by both"})
    contract.refresh_from_db()
    assert contract.state == "ACTIVE"
    assert AuditEvent.objects.filter(action="contracts.change_state").exists()
    assert manager.get(f"/contracts/{contract.pk}/state/NONSENSE/").status_code == 404


def test_the_signed_copy_is_kept_once_and_downloaded_by_those_who_see_the_client(
    settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    owner, stranger = make_user(Role.SALES), make_user(Role.SALES)
    contract = draft(owner)
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    url = f"/contracts/{contract.pk}/signed-copy/"
    for _time in range(2):
        with scan.open("rb") as file:
            response = browser(owner).post(url, {"file": file})
    assert "already" in response.content.decode()
    document = f"/contracts/{contract.pk}/document/"
    assert browser(owner).get(document).status_code == 200
    assert browser(stranger).get(document).status_code == 404


def test_the_list_is_scoped_filtered_and_takes_few_queries(
    django_assert_max_num_queries: Any,
) -> None:
    owner = make_user(Role.SALES)
    mine = draft(owner, number="MINE")
    draft(number="OTHER")
    make_invoice(mine.client, mine.creditor, contract=mine)
    page = browser(owner).get("/contracts/").content.decode()
    assert "MINE" in page
    assert "OTHER" not in page
    manager = browser(make_user(Role.MANAGER))
    assert "MINE" not in manager.get("/contracts/", {"q": "other"}).content.decode()
    with django_assert_max_num_queries(9):
        manager.get("/contracts/")
    assert mine.invoices.get().number in manager.get(f"/contracts/{mine.pk}/").content.decode()
