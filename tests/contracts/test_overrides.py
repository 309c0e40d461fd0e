"""A manager lets a contract pass: who may, what it covers, and that it stays."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from cases.selectors import evidence_of
from cases.services.volume import pack_archive
from contracts.models import Contract, Override, OverrideRequest
from contracts.selectors.completeness import contract_gaps
from contracts.selectors.record import contract_records
from contracts.selectors.reviews import open_override_requests, stopped_contracts, with_what_stops
from contracts.services import (
    UnableToOverride,
    activate_contract,
    ask_for_override,
    decline_override,
    override_gap,
    terminate_contract,
)
from contracts.states import ContractState
from core.models import AuditEvent, User
from core.states import Role
from tests.contracts.cast import at_state, graded, whole_draft
from tests.factories import NOW, TODAY, make_user

pytestmark = pytest.mark.django_db


def on_hold(state: ContractState = ContractState.SIGNED, owner: User | None = None) -> Contract:
    contract = at_state(state, owner=owner)
    graded(contract.client, on_credit_hold=True, hold_reason="Owes a lot")
    return Contract.objects.get(pk=contract.pk)


def let_pass(contract: Contract, by: User | None = None, gap: str = "CREDIT_HOLD") -> Override:
    return override_gap(
        contract=contract,
        gap=gap,
        reason="Paid by the mother company",
        actor=by or make_user(Role.MANAGER),
        at=NOW,
    )


def test_an_override_lets_the_contract_pass_and_is_kept_with_its_reason() -> None:
    contract, manager = on_hold(), make_user(Role.MANAGER)
    override = let_pass(contract, manager)
    assert (override.gap, override.actor) == ("CREDIT_HOLD", manager)
    assert override.sentence == "The client is on credit hold."
    activate_contract(contract=contract, actor=None, at=NOW)
    assert contract.state == ContractState.ACTIVE
    event = AuditEvent.objects.get(action="contracts.override_gap")
    assert "Paid by the mother company" in event.payload
    (shown,) = [o for o in contract_gaps(contract, TODAY) if o.gap.code == "CREDIT_HOLD"]
    assert shown.override == override
    assert not shown.blocks
    for act in (Override.objects.all().delete, lambda: Override.objects.update(reason="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


@pytest.mark.parametrize("role", [Role.SALES, Role.FINANCE])
def test_only_a_manager_lets_pass(role: Role) -> None:
    contract = on_hold()
    with pytest.raises(UnableToOverride, match="A manager"):
        let_pass(contract, make_user(role))
    assert not Override.objects.exists()


def test_who_drafted_it_does_not_let_it_pass() -> None:
    drafter = make_user(Role.MANAGER)
    contract = on_hold(owner=drafter)
    with pytest.raises(UnableToOverride, match="another manager"):
        let_pass(contract, drafter)
    let_pass(contract, make_user(Role.ADMIN))


def test_a_reason_is_needed_and_a_gap_that_blocks() -> None:
    contract, manager = on_hold(), make_user(Role.MANAGER)
    with pytest.raises(UnableToOverride) as caught:
        override_gap(contract=contract, gap="CREDIT_HOLD", reason=" ", actor=manager, at=NOW)
    assert caught.value.field == "reason"
    for gap in ("NO_PRICE", "NO_RECORDING_CONSENT", "NONSENSE"):
        with pytest.raises(UnableToOverride, match="Nothing of this kind"):
            let_pass(contract, manager, gap)
    let_pass(contract, manager)
    with pytest.raises(UnableToOverride, match="already"):
        let_pass(contract, manager)
    terminate_contract(contract=contract, reason="Over", actor=None, at=NOW)
    with pytest.raises(UnableToOverride, match="is over"):
        let_pass(contract, manager)


def test_it_is_asked_for_once_and_answered_by_the_override() -> None:
    sales, manager = make_user(Role.SALES), make_user(Role.MANAGER)
    contract = on_hold(owner=sales)
    request = ask_for_override(
        contract=contract, gap="CREDIT_HOLD", note="A good client", actor=sales, at=NOW
    )
    with pytest.raises(UnableToOverride, match="asked for already"):
        ask_for_override(contract=contract, gap="CREDIT_HOLD", note="Please", actor=sales, at=NOW)
    (asked,) = open_override_requests(user=manager, on=TODAY)
    assert (asked.request, asked.is_open, asked.code) == (request, True, "CREDIT_HOLD")
    let_pass(contract, manager)
    request.refresh_from_db()
    assert (request.answered_by, request.answered_at) == (manager, NOW)
    assert open_override_requests(user=manager, on=TODAY) == []


def test_a_gap_that_was_mended_says_so_in_the_queue() -> None:
    sales = make_user(Role.SALES)
    contract = on_hold(owner=sales)
    ask_for_override(contract=contract, gap="CREDIT_HOLD", note="Please", actor=sales, at=NOW)
    graded(contract.client)
    (asked,) = open_override_requests(user=make_user(Role.MANAGER), on=TODAY)
    assert not asked.is_open
    assert asked.sentence == "The client is on credit hold."


def test_a_manager_may_decline_and_says_why() -> None:
    sales, manager = make_user(Role.SALES), make_user(Role.MANAGER)
    contract = on_hold(owner=sales)
    request = ask_for_override(
        contract=contract, gap="CREDIT_HOLD", note="Please", actor=sales, at=NOW
    )
    with pytest.raises(UnableToOverride, match="A manager"):
        decline_override(request=request, reason="No", actor=sales, at=NOW)
    with pytest.raises(UnableToOverride):
        decline_override(request=request, reason=" ", actor=manager, at=NOW)
    decline_override(request=request, reason="Take a deposit", actor=manager, at=NOW)
    with pytest.raises(UnableToOverride, match="answered already"):
        decline_override(request=request, reason="Again", actor=manager, at=NOW)
    assert OverrideRequest.objects.get().refusal == "Take a deposit"
    assert not Override.objects.exists()
    # It may be asked for again, with a better reason.
    ask_for_override(contract=contract, gap="CREDIT_HOLD", note="A deposit", actor=sales, at=NOW)


def test_the_queue_names_what_stops_each_signed_contract() -> None:
    contract = on_hold()
    free = at_state(ContractState.SIGNED, number="K-2")
    whole_draft(number="K-3")
    rows = with_what_stops(list(stopped_contracts(user=make_user(Role.MANAGER))), TODAY)
    found = {one.pk: [gap.code for gap, _sentence in stops] for one, stops in rows}
    assert found == {contract.pk: ["CREDIT_HOLD"], free.pk: []}


def test_overrides_and_acceptances_go_into_the_packets_data() -> None:
    contract = on_hold()
    let_pass(contract)
    bare = whole_draft(number="K-2", client=contract.client, creditor=contract.creditor)
    found = contract_records([contract, bare], until=TODAY, time_zone="Asia/Shanghai")
    assert set(found) == {contract.pk}
    (override,) = found[contract.pk]["overrides"]
    assert override["reason"] == "Paid by the mother company"
    (acceptance,) = found[contract.pk]["acceptances"]
    assert acceptance["text_sha256"] == contract.versions.get().sha256
    day_before = TODAY - dt.timedelta(days=1)
    assert not contract_records([contract], until=day_before, time_zone="Asia/Shanghai")
    volume: Any = SimpleNamespace(pdf=b"%PDF-", originals=())
    evidence = evidence_of(client=contract.client, creditor=contract.creditor, as_of_on=TODAY)
    archive, _manifest = pack_archive(volume=volume, evidence=evidence, reference="R", at=NOW)
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        kept = json.loads(file.read(f"contracts/{contract.pk}.json"))
    assert kept["overrides"][0]["sentence"] == "The client is on credit hold."
