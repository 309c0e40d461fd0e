"""Every allowed and every forbidden edge; one of two wins; what is settled stays settled."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from clients.states import Grade
from contracts.models import Contract, ContractAcceptance, ContractVersion
from contracts.services import (
    UnableToAccept,
    UnableToActivate,
    UnableToChangeContract,
    UnableToReview,
    accept_version,
    activate_contract,
    ask_for_review,
    complete_contract,
    create_contract,
    record_signature,
    reopen_contract,
    request_changes,
    resume_contract,
    send_contract,
    sign_off,
    suspend_contract,
    take_in_signed,
    terminate_contract,
    withdraw_review,
)
from contracts.services.clauses import write_clause
from contracts.states import TRANSITIONS, AcceptedHow, ContractState
from core.models import AuditEvent
from core.states import Role
from tests.contracts.cast import SCAN, at_state, graded, signed_on_paper, whole_draft
from tests.factories import NOW, TODAY, make_client, make_creditor, make_user

pytestmark = pytest.mark.django_db
S = ContractState


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def newest(contract: Contract) -> ContractVersion:
    return contract.versions.order_by("-number")[0]


def accept(contract: Contract) -> None:
    version = contract.versions.order_by("-number").first()
    if version is None:  # a draft that never left the desk has nothing to accept
        raise UnableToAccept("nothing to accept")
    accept_version(version=version, typed_name="Li Lei", address="192.0.2.1", at=NOW)


def review_of(contract: Contract) -> Any:
    review = contract.reviews.order_by("-pk").first()
    if review is None:
        raise UnableToReview("nothing to review")
    return review


def do(act: Callable[..., object], **given: Any) -> Callable[[Contract], None]:
    def run(contract: Contract) -> None:
        act(contract=contract, actor=None, at=NOW, **given)

    return run


def with_reviewer(act: Callable[..., object], **given: Any) -> Callable[[Contract], None]:
    def run(contract: Contract) -> None:
        review = review_of(contract)
        act(review=review, actor=review.reviewer, at=NOW, **given)

    return run


def ask(contract: Contract) -> None:
    ask_for_review(contract=contract, reviewer=make_user(Role.MANAGER), actor=None, at=NOW)


def sign_on_paper(contract: Contract) -> None:
    if contract.state == S.DRAFT:  # taken in: its wording is in the scan
        contract.clauses.all().delete()
    signed_on_paper(contract)


#: Each service with the edges it walks.
EDGES: dict[str, tuple[Callable[[Contract], None], frozenset[tuple[S, S]]]] = {
    "ask_for_review": (ask, frozenset({(S.DRAFT, S.REVIEW)})),
    "request_changes": (
        with_reviewer(request_changes, verdict="Name the court"),
        frozenset({(S.REVIEW, S.DRAFT)}),
    ),
    "withdraw_review": (with_reviewer(withdraw_review), frozenset({(S.REVIEW, S.DRAFT)})),
    "sign_off": (with_reviewer(sign_off), frozenset({(S.REVIEW, S.APPROVED)})),
    "reopen": (
        do(reopen_contract, reason="A wrong price"),
        frozenset({(S.APPROVED, S.DRAFT), (S.SENT, S.DRAFT)}),
    ),
    "send": (do(send_contract), frozenset({(S.APPROVED, S.SENT)})),
    "accept_version": (accept, frozenset({(S.SENT, S.SIGNED)})),
    "record_signature": (
        sign_on_paper,
        frozenset({(S.DRAFT, S.SIGNED), (S.APPROVED, S.SIGNED), (S.SENT, S.SIGNED)}),
    ),
    "activate": (do(activate_contract), frozenset({(S.SIGNED, S.ACTIVE)})),
    "suspend": (do(suspend_contract, reason="Clause 5"), frozenset({(S.ACTIVE, S.SUSPENDED)})),
    "resume": (do(resume_contract), frozenset({(S.SUSPENDED, S.ACTIVE)})),
    "complete": (do(complete_contract), frozenset({(S.ACTIVE, S.COMPLETED)})),
    "terminate": (
        do(terminate_contract, reason="They left"),
        frozenset((one, S.TERMINATED) for one in TRANSITIONS if S.TERMINATED in TRANSITIONS[one]),
    ),
}  # fmt: skip


def test_the_services_walk_every_edge_of_the_map_and_no_other() -> None:
    walked = {edge for _act, edges in EDGES.values() for edge in edges}
    assert walked == {(a, b) for a, targets in TRANSITIONS.items() for b in targets}


@pytest.mark.parametrize("before", ContractState)
def test_every_service_from_every_state(before: ContractState) -> None:
    contract = at_state(before)
    for name, (act, edges) in EDGES.items():
        row = Contract.objects.get(pk=contract.pk)
        steps, acts = row.transitions.count(), AuditEvent.objects.count()
        wanted = [to for one, to in edges if one == before]
        with transaction.atomic():
            if wanted:
                act(row)
                row.refresh_from_db()
                assert row.state == wanted[0], name
                last = row.transitions.order_by("-pk")[0]
                assert (last.from_state, last.to_state) == (before, wanted[0]), name
                assert AuditEvent.objects.count() > acts, name
            else:
                with pytest.raises((UnableToChangeContract, UnableToAccept, UnableToReview)):
                    act(row)
                row.refresh_from_db()
                assert row.state == before, name
                assert row.transitions.count() == steps, name
            transaction.set_rollback(True)


def test_who_decides_on_what_was_changed_meanwhile_is_told() -> None:
    contract = at_state(S.APPROVED)
    stale = Contract.objects.get(pk=contract.pk)
    terminate_contract(contract=contract, reason="They left", actor=None, at=NOW)
    with pytest.raises(UnableToChangeContract, match="meanwhile"):
        send_contract(contract=stale, actor=None, at=NOW)
    with pytest.raises(UnableToChangeContract, match="meanwhile"):
        terminate_contract(contract=stale, reason="Again", actor=None, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins() -> None:
    contract = at_state(S.ACTIVE)
    barrier, won, lost = threading.Barrier(2), [], []

    def run(act: Callable[..., object], reason: str) -> None:
        try:
            mine = Contract.objects.get(pk=contract.pk)
            barrier.wait(timeout=20)
            act(contract=mine, reason=reason, actor=None, at=NOW)
            won.append(reason)
        except UnableToChangeContract:
            lost.append(reason)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(suspend_contract, "suspend")),
        threading.Thread(target=run, args=(complete_contract, "complete")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(won) == len(lost) == 1
    assert contract.transitions.order_by("-pk")[0].reason == won[0]


@pytest.mark.django_db(transaction=True)
def test_a_clause_cannot_slip_in_while_the_version_is_frozen() -> None:
    contract = whole_draft()
    reviewer = make_user(Role.MANAGER)
    inside, outcome = threading.Event(), []

    def write() -> None:
        inside.wait(timeout=20)
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO contracts_contractclause"
                    " (contract_id, position, kind, heading, heading_zh, body, body_zh)"
                    " VALUES (%s, 99, 'OTHER', 'Late', '', 'Late', '')",
                    [contract.pk],
                )
            outcome.append("written")
        except DatabaseError as error:
            outcome.append(str(error))
        finally:
            connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    with transaction.atomic():
        ask_for_review(contract=contract, reviewer=reviewer, actor=None, at=NOW)
        inside.set()
        thread.join(timeout=1)  # it waits for the row, or it would be over
        assert not outcome
    thread.join(timeout=20)
    assert "only a draft is rewritten" in outcome[0]


@pytest.mark.parametrize("state", [S.REVIEW, S.APPROVED, S.SENT, S.SIGNED, S.ACTIVE, S.TERMINATED])
def test_a_settled_text_cannot_be_changed_by_raw_sql(state: ContractState) -> None:
    contract = at_state(state)
    for statement in (
        "UPDATE contracts_contract SET amount = 1 WHERE id = %s",
        "UPDATE contracts_contract SET terms_days = 999 WHERE id = %s",
        "UPDATE contracts_contract SET notice_email = 'x@y.example' WHERE id = %s",
        "UPDATE contracts_contractclause SET body = 'x' WHERE contract_id = %s",
        "DELETE FROM contracts_contractclause WHERE contract_id = %s",
        "UPDATE contracts_contractline SET unit_price = 1 WHERE contract_id = %s",
        "UPDATE contracts_scheduleentry SET amount = 1 WHERE contract_id = %s",
        "UPDATE contracts_contractversion SET content = '{}' WHERE contract_id = %s",
    ):
        if state == S.TERMINATED and "version" in statement:
            continue  # it never left the desk
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [contract.pk])


def test_versions_are_frozen_when_asking_for_review_and_when_sending() -> None:
    contract = whole_draft()
    assert not contract.versions.exists()
    under = at_state(S.REVIEW, number="K-2")
    assert newest(under).number == 1
    sent = at_state(S.SENT, number="K-3")
    # The same text is the same version: what was signed off is what went out.
    assert sent.versions.count() == 1
    assert sent.reviews.get().version_id == newest(sent).pk


def test_what_went_out_is_what_was_signed_off() -> None:
    contract = at_state(S.APPROVED)
    # A worse grade asks for more before the work: the paper would say something else now.
    graded(contract.client, Grade.E)
    contract = Contract.objects.get(pk=contract.pk)
    with pytest.raises(UnableToChangeContract, match="no longer the one that was signed off"):
        send_contract(contract=contract, actor=None, at=NOW)
    contract.refresh_from_db()
    assert (contract.state, contract.versions.count()) == (S.APPROVED, 1)


def test_acceptance_by_link_keeps_hash_name_time_and_address() -> None:
    contract = at_state(S.SENT)
    version = newest(contract)
    acceptance = accept_version(
        version=version,
        typed_name="  Li   Lei ",
        address="2001:db8::7",
        at=NOW,
        link_reference="link:7",
    )
    assert (acceptance.how, acceptance.name) == (AcceptedHow.LINK, "Li Lei")
    assert (acceptance.text_sha256, acceptance.address) == (version.sha256, "2001:db8::7")
    assert (acceptance.at, acceptance.reference) == (NOW, "link:7")
    contract.refresh_from_db()
    assert (contract.state, contract.signed_on) == (S.SIGNED, TODAY)
    assert contract.client_signatory == "Li Lei"
    with pytest.raises(UnableToAccept, match="signed already"):
        accept_version(version=version, typed_name="Li Lei", address="192.0.2.1", at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        ContractAcceptance.objects.update(name="Somebody else")


def test_an_outdated_version_is_not_accepted_and_nothing_is_written() -> None:
    contract = at_state(S.SENT)
    old = newest(contract)
    reopen_contract(contract=contract, reason="A wrong clause", actor=None, at=NOW)
    with pytest.raises(UnableToAccept, match="being changed"):
        accept_version(version=old, typed_name="Li Lei", address="192.0.2.1", at=NOW)
    write_clause(
        contract=contract,
        kind="OTHER",
        heading="New",
        heading_zh="新",
        body="New words.",
        body_zh="新条款。",
        actor=None,
        at=NOW,
    )
    manager = make_user(Role.MANAGER)
    review = ask_for_review(contract=contract, reviewer=manager, actor=None, at=NOW)
    sign_off(review=review, actor=manager, at=NOW)
    contract.refresh_from_db()
    send_contract(contract=contract, actor=None, at=NOW)
    with pytest.raises(UnableToAccept, match="replaced by a newer version"):
        accept_version(version=old, typed_name="Li Lei", address="192.0.2.1", at=NOW)
    assert not ContractAcceptance.objects.exists()
    contract.refresh_from_db()
    assert contract.state == S.SENT
    accept_version(version=newest(contract), typed_name="Li Lei", address="192.0.2.1", at=NOW)


def test_acceptance_needs_a_name() -> None:
    contract = at_state(S.SENT)
    with pytest.raises(UnableToAccept, match="full name"):
        accept_version(version=newest(contract), typed_name="  ", address="192.0.2.1", at=NOW)
    assert not ContractAcceptance.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_clicks_accept_once() -> None:
    contract = at_state(S.SENT)
    version, outcome = newest(contract), []
    barrier = threading.Barrier(2)

    def click() -> None:
        try:
            barrier.wait(timeout=20)
            accept_version(version=version, typed_name="Li Lei", address="192.0.2.1", at=NOW)
            outcome.append("accepted")
        except UnableToAccept:
            outcome.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcome) == ["accepted", "refused"]
    assert contract.transitions.filter(to_state=S.SIGNED).count() == 1


def test_a_paper_signature_needs_scan_name_and_a_day_that_has_come() -> None:
    contract = at_state(S.SENT)

    def sign(**given: Any) -> None:
        whole: dict[str, Any] = {"signed_on": TODAY, "name": "Li Lei", "data": SCAN, **given}
        record_signature(contract=contract, filename="s.pdf", actor=None, at=NOW, **whole)

    for wrong, field in (
        ({"data": None}, "file"),
        ({"name": " "}, "name"),
        ({"signed_on": TODAY + dt.timedelta(days=1)}, "signed_on"),
    ):
        with pytest.raises(UnableToChangeContract) as caught:
            sign(**wrong)
        assert caught.value.field == field
    assert not ContractAcceptance.objects.exists()
    sign()
    acceptance = ContractAcceptance.objects.get()
    assert (acceptance.how, acceptance.version) == (AcceptedHow.PAPER, newest(contract))
    contract.refresh_from_db()
    assert contract.document is not None


def paper(**standing: Any) -> Contract:
    client = make_client(country="CN", address="1 Renmin Road")
    if standing:
        graded(client, **standing)
    return create_contract(
        creditor=make_creditor(),
        client=client,
        number="P-1",
        currency="CNY",
        actor=None,
        at=NOW,
    )


def take_in(contract: Contract) -> None:
    take_in_signed(
        contract=contract,
        signed_on=TODAY - dt.timedelta(days=400),
        name="Li Lei",
        data=SCAN,
        filename="scan.pdf",
        actor=None,
        at=NOW,
    )


def test_a_contract_signed_on_paper_is_taken_in_by_one_form_and_is_in_force() -> None:
    contract = paper()
    take_in(contract)
    contract.refresh_from_db()
    assert contract.state == S.ACTIVE
    assert [t.to_state for t in contract.transitions.all()] == [S.SIGNED, S.ACTIVE]
    # Its text is in the scan: there is nothing here to make a version of.
    assert not contract.versions.exists()
    assert contract.signed_on == TODAY - dt.timedelta(days=400)


def test_clauses_written_here_are_not_signed_past_the_review() -> None:
    contract = whole_draft()
    with pytest.raises(UnableToChangeContract, match="have them reviewed"):
        take_in(contract)
    contract.refresh_from_db()
    assert (contract.state, contract.document) == (S.DRAFT, None)


def test_a_paper_contract_of_a_client_on_hold_stays_signed() -> None:
    contract = paper(on_credit_hold=True, hold_reason="Owes a lot")
    take_in(contract)
    contract.refresh_from_db()
    assert contract.state == S.SIGNED


def test_what_blocks_stops_activation_and_nothing_is_written() -> None:
    contract = at_state(S.SIGNED)
    graded(contract.client, on_credit_hold=True, hold_reason="Owes a lot")
    before = contract.transitions.count()
    with pytest.raises(UnableToActivate, match="credit hold") as caught:
        activate_contract(contract=contract, actor=None, at=NOW)
    assert [one.gap.code for one in caught.value.gaps] == ["CREDIT_HOLD"]
    contract.refresh_from_db()
    assert (contract.state, contract.transitions.count()) == (S.SIGNED, before)


@pytest.mark.parametrize("act", [reopen_contract, suspend_contract, terminate_contract])
def test_taking_back_suspending_and_ending_need_a_reason(act: Callable[..., object]) -> None:
    state = S.ACTIVE if act is suspend_contract else S.SENT
    contract = at_state(state)
    with pytest.raises(UnableToChangeContract) as caught:
        act(contract=contract, reason="  ", actor=None, at=NOW)
    assert caught.value.field == "reason"
