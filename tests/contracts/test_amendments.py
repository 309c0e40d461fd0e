"""Amendments: what they change, who approves, and that they come into force as they were read."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from clients.models import Client, Creditor
from contracts.models import (
    Amendment,
    Contract,
    ContractAcceptance,
    ContractClause,
    ContractLine,
    ScheduleEntry,
)
from contracts.rules.amendments import Limit, discount_percent, roles_that_may
from contracts.services import create_contract
from contracts.services.amendments import (
    Changes,
    Due,
    UnableToAmend,
    accept_amendment,
    approve_amendment,
    changes_from_json,
    decline_amendment,
    propose_amendment,
    reject_amendment,
    who_may_approve,
    withdraw_amendment,
)
from contracts.services.lines import add_line
from contracts.states import (
    AMENDMENT_TRANSITIONS,
    AcceptedHow,
    AmendmentKind,
    AmendmentState,
    ContractState,
)
from core.models import AuditEvent
from core.states import Role
from payments.models import Invoice
from payments.services import issue_invoice
from tests.contracts.cast import SCAN
from tests.factories import NOW, TODAY, make_client, make_creditor, make_user

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def make_contract(
    state: ContractState = ContractState.ACTIVE,
    *,
    client: Client | None = None,
    creditor: Creditor | None = None,
) -> Contract:
    """Two lines of 600 and 400, two parts of 500, in force, half a year."""
    contract = create_contract(
        creditor=creditor or make_creditor(),
        client=client or make_client(),
        number=f"AM-{Contract.objects.count() + 1}",
        currency="CNY",
        starts_on=TODAY - 30 * DAY,
        ends_on=TODAY + 150 * DAY,
        actor=None,
        at=NOW,
    )
    for price, name in ((600, "Build"), (400, "Train")):
        add_line(
            contract=contract,
            description=name,
            unit_price=Decimal(price),
            deliver_on=TODAY + 30 * DAY,
            actor=None,
            at=NOW,
        )
    ContractClause.objects.create(
        contract=contract, position=1, kind="PAYMENT", heading="Payment", body="Pay."
    )
    for place in (1, 2):
        ScheduleEntry.objects.create(
            contract=contract,
            position=place,
            kind="DATE",
            due_on=TODAY + place * 30 * DAY,
            amount=Decimal(500),
        )
    Contract.objects.filter(pk=contract.pk).update(state=state, prepayment_ratio=Decimal("0.3"))
    return Contract.objects.get(pk=contract.pk)


def line(contract: Contract, place: int) -> ContractLine:
    """Its line at that place."""
    return contract.lines.get(position=place)


def propose(contract: Contract, **fields: Any) -> Amendment:
    """A discount of 100 on the second line, by somebody of sales."""
    given: dict[str, Any] = {
        "kind": AmendmentKind.DISCOUNT,
        "changes": Changes(lines={line(contract, 2).pk: {"unit_price": Decimal(300)}}),
        "reason": "They found a cheaper trainer",
        "actor": make_user(Role.SALES),
    }
    return propose_amendment(contract=contract, at=NOW, **{**given, **fields})


def accept(amendment: Amendment) -> Contract:
    """The client signs."""
    return accept_amendment(
        amendment=amendment,
        how=AcceptedHow.PAPER,
        name="王芳",
        data=SCAN,
        filename="signed.pdf",
        at=NOW,
        actor=None,
    )


def amounts(contract: Contract) -> list[Decimal]:
    """Of the schedule."""
    return list(contract.schedule.order_by("position").values_list("amount", flat=True))


def invoice(contract: Contract, place: int) -> Invoice:
    """Issue the entry at that place."""
    return issue_invoice(
        creditor=contract.creditor,
        client=contract.client,
        contract=contract,
        number=f"I-{place}-{contract.number}",
        currency="CNY",
        amount=Decimal(500),
        issued_on=TODAY,
        due_on=TODAY + 30 * DAY,
        schedule_entry=contract.schedule.get(position=place),
        actor=None,
        at=NOW,
    )


def test_a_proposal_changes_nothing_but_keeps_the_text_it_leads_to() -> None:
    contract = make_contract()
    amendment = propose(contract)
    contract.refresh_from_db()
    assert (contract.amount, contract.state) == (Decimal(1000), ContractState.ACTIVE)
    assert contract.prepayment_ratio == Decimal("0.3")
    assert amounts(contract) == [Decimal(500), Decimal(500)]
    assert (amendment.price_before, amendment.price_after) == (Decimal(1000), Decimal(900))
    assert amendment.base.number + 1 == amendment.version.number
    assert '"300' in amendment.version.content
    assert not AuditEvent.objects.filter(action="contracts.change_line").exists()


def test_accepted_it_is_in_force_as_it_was_read() -> None:
    contract = make_contract()
    amendment = propose(contract)
    approve_amendment(amendment=amendment, actor=make_user(Role.MANAGER), at=NOW)
    changed = accept(amendment)
    changed.refresh_from_db()
    assert (changed.amount, changed.state) == (Decimal(900), ContractState.ACTIVE)
    assert changed.prepayment_ratio == Decimal("0.3")
    assert amounts(changed) == [Decimal(500), Decimal(400)]
    assert changed.version_number == amendment.version.number
    assert ContractAcceptance.objects.get().version == amendment.version
    amendment.refresh_from_db()
    assert amendment.state == AmendmentState.ACCEPTED


def test_what_is_invoiced_is_not_moved() -> None:
    contract = make_contract()
    invoice(contract, 2)
    amendment = propose(contract)
    approve_amendment(amendment=amendment, actor=make_user(Role.MANAGER), at=NOW)
    accept(amendment)
    assert amounts(contract) == [Decimal(400), Decimal(500)]
    invoice_of_first = Changes(lines={line(contract, 1).pk: {"unit_price": Decimal(100)}})
    with pytest.raises(UnableToAmend, match="invoiced"):
        propose(contract, changes=invoice_of_first)


def test_an_amendment_that_time_has_passed_over_does_not_come_into_force() -> None:
    contract = make_contract()
    amendment = propose(contract)
    approve_amendment(amendment=amendment, actor=make_user(Role.MANAGER), at=NOW)
    invoice(contract, 2)  # the very entry that was to be lower
    with pytest.raises(UnableToAmend, match="moved on"):
        accept(amendment)
    contract.refresh_from_db()
    assert (contract.amount, amounts(contract)) == (Decimal(1000), [Decimal(500), Decimal(500)])
    amendment.refresh_from_db()
    assert amendment.state == AmendmentState.APPROVED


def test_an_extension_a_new_schedule_and_a_new_scope() -> None:
    contract = make_contract()
    manager = make_user(Role.MANAGER)
    later = contract.ends_on
    assert later is not None
    for kind, changes in (
        (AmendmentKind.EXTENSION, Changes(ends_on=later + 60 * DAY)),
        (
            AmendmentKind.SCHEDULE,
            Changes(
                schedule=tuple(
                    Due(TODAY + n * 20 * DAY, Decimal(250), f"Part {n}") for n in range(1, 5)
                )
            ),
        ),
        (
            AmendmentKind.SCOPE,
            Changes(
                removed=(line(contract, 2).pk,),
                added=({"description": "Host", "unit_price": Decimal(700)},),
            ),
        ),
    ):
        amendment = propose(contract, kind=kind, changes=changes)
        approve_amendment(amendment=amendment, actor=manager, at=NOW)
        accept(amendment)
    contract.refresh_from_db()
    assert contract.ends_on == later + 60 * DAY
    assert contract.amount == Decimal(1300)
    assert amounts(contract) == [Decimal(250), Decimal(250), Decimal(250), Decimal(550)]
    assert list(contract.lines.values_list("description", flat=True)) == ["Build", "Host"]
    assert contract.version_number == 4


def test_a_second_one_waits_for_the_first() -> None:
    contract = make_contract()
    first = propose(contract)
    with pytest.raises(UnableToAmend, match="open"):
        propose(contract)
    withdraw_amendment(amendment=first, actor=None, at=NOW)
    assert propose(contract).number == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": " "}, "why"),
        ({"changes": Changes()}, "different"),
        ({"changes": Changes(ends_on=TODAY + 150 * DAY)}, "different"),
        ({"changes": Changes(lines={0: {"unit_price": Decimal(1)}})}, "not of this contract"),
        ({"changes": Changes(schedule=(Due(TODAY, Decimal(999)),))}, "not invoiced yet"),
        ({"changes": Changes(schedule=(Due(TODAY, Decimal("-1")),))}, "above zero"),
        (
            {"changes": Changes(schedule=(Due(TODAY - 99 * DAY, Decimal(1000)),))},
            "before the contract starts",
        ),
    ],
)
def test_what_does_not_hold_together_is_refused(fields: dict[str, Any], words: str) -> None:
    contract = make_contract()
    with pytest.raises(UnableToAmend, match=words):
        propose(contract, **fields)
    assert not Amendment.objects.exists()
    assert amounts(contract) == [Decimal(500), Decimal(500)]


@pytest.mark.parametrize(
    "state",
    sorted(
        set(ContractState) - {ContractState.SIGNED, ContractState.ACTIVE, ContractState.SUSPENDED}
    ),
)
def test_only_a_contract_in_force_is_amended(state: ContractState) -> None:
    with pytest.raises(UnableToAmend, match="in force"):
        propose(make_contract(state))


def test_approval_has_four_eyes_and_limits() -> None:
    contract = make_contract()
    manager = make_user(Role.MANAGER)
    amendment = propose(contract, actor=manager)
    with pytest.raises(UnableToAmend, match="Somebody else"):
        approve_amendment(amendment=amendment, actor=manager, at=NOW)
    with pytest.raises(UnableToAmend, match="Manager, Administrator"):
        approve_amendment(amendment=amendment, actor=make_user(Role.FINANCE), at=NOW)
    withdraw_amendment(amendment=amendment, actor=None, at=NOW)
    deep = Changes(lines={line(contract, 1).pk: {"unit_price": Decimal(400)}})  # 20%
    amendment = propose(contract, changes=deep)
    assert who_may_approve(amendment) == (Role.ADMIN,)
    with pytest.raises(UnableToAmend, match="Administrator"):
        approve_amendment(amendment=amendment, actor=make_user(Role.MANAGER), at=NOW)
    approve_amendment(amendment=amendment, actor=make_user(Role.ADMIN), at=NOW)
    assert amendment.state == AmendmentState.APPROVED


def test_nothing_is_accepted_that_was_not_approved() -> None:
    amendment = propose(make_contract())
    with pytest.raises(UnableToAmend, match="Allowed"):
        accept(amendment)
    reject_amendment(amendment=amendment, note="Too cheap", actor=make_user(Role.MANAGER), at=NOW)
    with pytest.raises(UnableToAmend):
        decline_amendment(amendment=amendment, actor=None, at=NOW)


@pytest.mark.parametrize("before", AmendmentState)
@pytest.mark.parametrize("to", sorted(set(AmendmentState) - {AmendmentState.PROPOSED}))
def test_every_edge(before: AmendmentState, to: AmendmentState) -> None:
    contract = make_contract()
    amendment = propose(contract)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE contracts_amendment SET state = %s, decided_at = now()", [before.value]
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    amendment.refresh_from_db()
    manager = make_user(Role.MANAGER)
    acts: dict[AmendmentState, Callable[[], object]] = {
        AmendmentState.APPROVED: lambda: approve_amendment(
            amendment=amendment, actor=manager, at=NOW
        ),
        AmendmentState.REJECTED: lambda: reject_amendment(
            amendment=amendment, note="No", actor=manager, at=NOW
        ),
        AmendmentState.WITHDRAWN: lambda: withdraw_amendment(
            amendment=amendment, actor=None, at=NOW
        ),
        AmendmentState.DECLINED: lambda: decline_amendment(amendment=amendment, actor=None, at=NOW),
        AmendmentState.ACCEPTED: lambda: accept(amendment),
    }
    act = acts[to]
    if to in AMENDMENT_TRANSITIONS[before]:
        act()
        amendment.refresh_from_db()
        assert amendment.state == to
    else:
        with pytest.raises(UnableToAmend):
            act()


def test_raw_sql_cannot_change_what_was_proposed_nor_the_text_in_force() -> None:
    contract = make_contract()
    propose(contract)
    for sql in (
        "UPDATE contracts_amendment SET price_after = 1",
        "DELETE FROM contracts_amendment",
        "UPDATE contracts_contractline SET unit_price = 1",
        "UPDATE contracts_scheduleentry SET amount = 1",
        "UPDATE contracts_contract SET ends_on = NULL",
    ):
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql)


def test_changes_are_kept_as_they_were_given() -> None:
    changes = Changes(
        ends_on=TODAY,
        lines={7: {"deliver_on": TODAY, "quantity": Decimal("1.5")}},
        added=({"description": "x", "unit_price": Decimal("2.50")},),
        removed=(3,),
        schedule=(Due(TODAY, Decimal("9.99"), "y"),),
    )
    assert changes_from_json(changes.as_json()) == changes


def test_a_discount_is_rounded_up_against_the_limit() -> None:
    assert discount_percent(Decimal(3), Decimal(2)) == Decimal("33.34")
    assert discount_percent(Decimal(3), Decimal(4)) == 0
    limits = {"A": Limit(), "B": Limit(Decimal("33.33"), 10), "C": Limit(Decimal(50), 5)}
    share = discount_percent(Decimal(3), Decimal(2))
    assert roles_that_may(limits, discount_percent=share, days=0) == ("C",)
    assert roles_that_may(limits, discount_percent=Decimal(10), days=10) == ("B",)
