"""Prepayments: whose money it is, what it may settle, how it leaves, and what waits for it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from contracts.states import ContractState, PrepaymentKind
from core.states import Role
from core.verify import run_checks
from payments.models import (
    Allocation,
    ClientBalance,
    Invoice,
    Prepayment,
    PrepaymentRelease,
    Receipt,
    Refund,
)
from payments.selectors import verify as _checks
from payments.selectors.entries import EntryKind, entries
from payments.selectors.prepayments import (
    MovementKind,
    delivery_hold,
    figures_of,
    held_contracts,
    statement_of,
)
from payments.services import (
    UnableToAllocate,
    UnableToPrepay,
    UnableToRefund,
    UnableToRelease,
    allocate,
    allocate_oldest_first,
    apply_oldest_first,
    apply_prepayments,
    approve_release,
    ask_release,
    end_prepayment,
    pay_extra,
    refund_receipt,
    refuse_release,
    reverse_allocation,
)
from payments.states import PrepaymentState, RefundKind, ReleaseKind, ReleaseState
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_creditor,
    make_invoice,
    make_receipt,
    make_user,
)
from tests.payments.prepaid import (
    ask,
    dated,
    make_contract,
    people,
    prepaid_entry,
    receive,
    release,
)

pytestmark = pytest.mark.django_db
# Checks register themselves when their module is read.
CHECKED = _checks


def problems() -> list[str]:
    return [problem for result in run_checks() for problem in result.problems]


def invoice_of(contract: Any, amount: str = "300.00", **fields: Any) -> Invoice:
    return make_invoice(
        contract.client,
        contract.creditor,
        amount,
        contract=contract,
        due_on=TODAY + dt.timedelta(days=30),
        issued_on=TODAY,
        **fields,
    )


def figures(prepayment: Prepayment) -> tuple[Decimal, ...]:
    found = figures_of([prepayment.pk])[prepayment.pk]
    assert found.is_even
    return (found.received, found.applied, found.refunded, found.forfeited, found.balance)


def money(*amounts: str) -> tuple[Decimal, ...]:
    return tuple(Decimal(one) for one in amounts)


# --- Asking and clearing ---------------------------------------------------------------------


def test_work_is_held_until_the_required_prepayment_clears() -> None:
    contract = make_contract()
    hold = delivery_hold(contract)
    assert hold is not None
    assert hold.unasked == Decimal(500)
    assert "has not been requested yet" in hold.sentence

    prepayment = ask(contract)
    receive(prepayment, "200.00")
    hold = delivery_hold(contract)
    assert hold is not None
    assert (hold.unasked, hold.missing) == (Decimal(0), Decimal(300))
    assert prepayment.number in hold.sentence

    receive(prepayment, "300.00")
    assert prepayment.state == PrepaymentState.CLEARED
    assert delivery_hold(contract) is None
    assert problems() == []


def test_what_the_bank_took_back_holds_the_work_again() -> None:
    contract = make_contract()
    prepayment = ask(contract)
    receipt = receive(prepayment)
    refund_receipt(
        receipt=receipt,
        amount=Decimal("0.01"),
        kind=RefundKind.RETURNED,
        reason="Charges",
        on=TODAY,
        actor=None,
        at=NOW,
    )
    prepayment.refresh_from_db()
    assert prepayment.state == PrepaymentState.REQUESTED
    assert delivery_hold(contract) is not None
    assert problems() == []


def test_no_prepayment_is_asked_for_before_a_contract_binds() -> None:
    with pytest.raises(UnableToPrepay):
        ask(make_contract(state=ContractState.DRAFT))


@pytest.mark.parametrize("amount", ["0", "-5", "1000.01", "0.001"])
def test_amounts_that_cannot_be_asked_for_are_refused(amount: str) -> None:
    with pytest.raises(UnableToPrepay) as refused:
        ask(make_contract(), amount)
    assert refused.value.field == "amount"
    assert not Prepayment.objects.exists()


def test_a_day_to_pay_in_the_past_is_refused() -> None:
    with pytest.raises(UnableToPrepay) as refused:
        ask(make_contract(), due_on=TODAY - dt.timedelta(days=1))
    assert refused.value.field == "due_on"


def test_earnest_money_is_asked_for_only_where_agreed_and_up_to_a_fifth() -> None:
    with pytest.raises(UnableToPrepay) as refused:
        ask(make_contract(), "100.00", kind=PrepaymentKind.EARNEST)
    assert refused.value.field == "kind"
    contract = make_contract(kind=PrepaymentKind.EARNEST, ratio="0.2")
    with pytest.raises(UnableToPrepay) as refused:
        ask(contract, "200.01")
    assert refused.value.field == "amount"
    ask(contract, "150.00")
    with pytest.raises(UnableToPrepay):
        ask(contract, "50.01")
    ask(contract, "50.00")


def test_facts_of_a_prepayment_and_of_its_money_never_change() -> None:
    prepayment = ask(make_contract())
    receipt = receive(prepayment, "100.00")
    for model, pk, change in (
        (Prepayment, prepayment.pk, {"amount": Decimal(1)}),
        (Prepayment, prepayment.pk, {"kind": "DEPOSIT"}),
        (Receipt, receipt.pk, {"prepayment": None}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(pk=pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Prepayment.objects.filter(pk=prepayment.pk).delete()


def test_an_ended_prepayment_takes_no_money() -> None:
    prepayment = ask(make_contract())
    end_prepayment(prepayment=prepayment, reason="Not needed", on=TODAY, actor=None, at=NOW)
    assert prepayment.state == PrepaymentState.CANCELLED
    with pytest.raises(UnableToPrepay):
        receive(prepayment)
    with pytest.raises(IntegrityError), transaction.atomic():
        Receipt.objects.create(
            creditor=prepayment.contract.creditor,
            client=prepayment.contract.client,
            currency="CNY",
            amount=Decimal(1),
            received_on=TODAY,
            prepayment=prepayment,
            created_at=NOW,
        )


def test_money_of_another_client_is_never_a_prepayment_of_this_contract() -> None:
    prepayment = ask(make_contract())
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Receipt.objects.create(
            creditor=prepayment.contract.creditor,
            client=make_client(),
            currency="CNY",
            amount=Decimal(1),
            received_on=TODAY,
            prepayment=prepayment,
            created_at=NOW,
        )
    assert "comes from its contract's client" in str(refused.value)


# --- Whose money it is -------------------------------------------------------------------------


def test_it_is_no_general_credit_of_the_client() -> None:
    contract = make_contract()
    other = make_invoice(contract.client, contract.creditor, "400.00")
    receipt = receive(ask(contract))
    balance = ClientBalance.objects.get(client=contract.client)
    assert (balance.open_amount, balance.credit) == (Decimal(400), Decimal(0))
    assert not Receipt.objects.unapplied().exists()
    assert allocate_oldest_first(receipt=receipt, actor=None, at=NOW) == []
    assert apply_oldest_first(creditor=contract.creditor, actor=None, at=NOW).allocations == 0
    with pytest.raises(UnableToAllocate):
        allocate(receipt=receipt, lines=[(other, Decimal(1))], actor=None, at=NOW)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Allocation.objects.create(
            receipt=receipt, invoice=other, amount=Decimal(1), effective_on=TODAY, created_at=NOW
        )
    assert "of its own contract" in str(refused.value)
    assert problems() == []


def test_its_flow_is_apart_from_credit_at_every_date() -> None:
    contract = make_contract()
    user = make_user(Role.FINANCE)
    receive(ask(contract))
    make_receipt(contract.client, contract.creditor, "70.00")
    later = TODAY + dt.timedelta(days=5)
    make_invoice(
        contract.client,
        contract.creditor,
        "120.00",
        contract=contract,
        issued_on=later,
        due_on=later + dt.timedelta(days=30),
    )

    def total(kind: EntryKind, on: dt.date) -> Decimal:
        found = entries(
            kind=kind,
            creditor=contract.creditor,
            currency="CNY",
            first=on,
            last=on,
            user=user,
        )
        return found.total

    def flow(measure: int, on: dt.date) -> Decimal:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(sum(amount), 0) FROM payments_agingflow"
                " WHERE measure = %s AND day <= %s",
                [measure, on],
            )
            found: Decimal = cursor.fetchone()[0]
            return found

    for on, prepaid in ((TODAY, Decimal(500)), (later, Decimal(380))):
        assert total(EntryKind.PREPAID, on) == flow(13, on) == prepaid
        assert total(EntryKind.CREDIT, on) == flow(11, on) == Decimal(70)
    assert problems() == []


def test_an_invoice_of_the_contract_takes_it_by_itself() -> None:
    contract = make_contract()
    prepayment = ask(contract)
    receive(prepayment, "200.00")
    receive(prepayment, "300.00")
    first, second = invoice_of(contract, "250.00"), invoice_of(contract, "300.00")
    assert (first.open_amount, second.open_amount) == (Decimal(0), Decimal(50))
    assert figures(prepayment) == money("500", "500", "0", "0", "0")
    assert problems() == []


def test_money_that_comes_after_the_invoice_settles_it_too() -> None:
    contract = make_contract()
    invoice = invoice_of(contract)
    receive(ask(contract))
    invoice.refresh_from_db()
    assert invoice.open_amount == 0


def test_a_security_deposit_is_never_applied_by_itself_and_goes_back_whole() -> None:
    contract = make_contract()
    deposit = ask(contract, kind=PrepaymentKind.DEPOSIT)
    receive(deposit)
    invoice = invoice_of(contract)
    assert invoice.open_amount == Decimal(300)
    assert apply_prepayments(contract=contract, actor=None, at=NOW) == 0
    with pytest.raises(UnableToRelease):
        release(deposit, "1", ReleaseKind.REFUND)
    release(deposit, "500", ReleaseKind.DEPOSIT)
    assert figures(deposit) == money("500", "0", "500", "0", "0")
    end_prepayment(prepayment=deposit, reason="Done", on=TODAY, actor=None, at=NOW)
    assert deposit.state == PrepaymentState.CLOSED
    assert problems() == []


def test_earnest_money_settles_the_price_only_as_the_contract_says() -> None:
    contract = make_contract(kind=PrepaymentKind.EARNEST, ratio="0.2")
    with pytest.raises(UnableToPrepay) as refused:
        ask(contract, "100.00", applies_to_price=True)
    assert refused.value.field == "clause"
    apart = ask(contract, "100.00")
    counted = ask(contract, "100.00", applies_to_price=True, clause="clause 4.2")
    kept = receive(apart, "100.00")
    receive(counted, "100.00")
    invoice = invoice_of(contract)
    assert invoice.open_amount == Decimal(200)
    assert figures(apart)[4] == Decimal(100)
    with pytest.raises(UnableToAllocate):
        allocate(receipt=kept, lines=[(invoice, Decimal(1))], actor=None, at=NOW)
    assert problems() == []


def test_an_application_taken_back_opens_a_closed_prepayment() -> None:
    contract = make_contract()
    prepayment = ask(contract, "300.00")
    receive(prepayment, "300.00")
    invoice_of(contract)
    end_prepayment(prepayment=prepayment, reason="Used", on=TODAY, actor=None, at=NOW)
    assert prepayment.state == PrepaymentState.CLOSED
    reverse_allocation(
        allocation=Allocation.objects.get(), reason="Wrong", on=TODAY, actor=None, at=NOW
    )
    prepayment.refresh_from_db()
    assert prepayment.state == PrepaymentState.CLEARED
    assert figures(prepayment) == money("300", "0", "0", "0", "300")
    assert problems() == []


def test_the_contract_of_an_invoice_that_has_one_is_fixed() -> None:
    contract = make_contract()
    invoice = invoice_of(contract)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(contract=make_contract(client=contract.client))


def test_loaded_receipts_belong_to_no_prepayment() -> None:
    prepayment = ask(make_contract())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL dunwell.loading = 'on'")
    with pytest.raises(IntegrityError, match="belongs to no prepayment"), transaction.atomic():
        receive(prepayment)


# --- Four eyes ---------------------------------------------------------------------------------


def test_a_refund_needs_a_second_person() -> None:
    prepayment = ask(make_contract())
    receipt = receive(prepayment)
    finance, manager = people()
    with pytest.raises(UnableToRefund):
        refund_receipt(
            receipt=receipt,
            amount=Decimal(1),
            kind=RefundKind.REFUND,
            reason="Asked for",
            on=TODAY,
            actor=finance,
            at=NOW,
        )
    row = ask_release(
        prepayment=prepayment,
        kind=ReleaseKind.REFUND,
        amount=Decimal(500),
        reason="Work done cheaper",
        actor=manager,
        at=NOW,
    )
    with pytest.raises(UnableToRelease, match="yourself"):
        approve_release(release=row, on=TODAY, actor=manager, at=NOW)
    with pytest.raises(UnableToRelease, match="manager"):
        approve_release(release=row, on=TODAY, actor=finance, at=NOW)
    assert not Refund.objects.exists()
    approve_release(release=row, on=TODAY, actor=make_user(Role.MANAGER), at=NOW)
    assert figures(prepayment) == money("500", "0", "500", "0", "0")
    with pytest.raises(UnableToRelease, match="already"):
        approve_release(release=row, on=TODAY, actor=make_user(Role.MANAGER), at=NOW)
    assert problems() == []


def test_the_database_itself_wants_four_eyes() -> None:
    prepayment = ask(make_contract())
    receive(prepayment)
    finance, _manager = people()
    row = ask_release(
        prepayment=prepayment,
        kind=ReleaseKind.REFUND,
        amount=Decimal(5),
        reason="x",
        actor=finance,
        at=NOW,
    )
    with pytest.raises(IntegrityError, match="release_four_eyes"), transaction.atomic():
        PrepaymentRelease.objects.filter(pk=row.pk).update(
            state="APPROVED", decided_by=finance, decided_at=NOW, decided_on=TODAY
        )


@pytest.mark.parametrize("kind", ["REFUND", "FORFEITED", "TWICE", "DEPOSIT"])
def test_no_money_of_a_prepayment_leaves_without_a_release(kind: str) -> None:
    prepaid = receive(ask(make_contract()))
    plain = make_receipt(make_client(), make_creditor(), "10.00")
    for receipt in (prepaid, plain):
        if receipt is plain and kind == "REFUND":
            continue  # what any receipt may do
        with pytest.raises(IntegrityError, match="approved release"), transaction.atomic():
            Refund.objects.create(
                receipt=receipt,
                amount=Decimal(1),
                refunded_on=TODAY,
                kind=kind,
                reason="x",
                created_at=NOW,
            )


def test_no_more_leaves_than_was_approved() -> None:
    prepayment = ask(make_contract())
    receipt = receive(prepayment)
    row = release(prepayment, "100")
    with pytest.raises(IntegrityError, match="more leaves"), transaction.atomic():
        Refund.objects.create(
            receipt=receipt,
            amount=Decimal("0.01"),
            refunded_on=TODAY,
            kind="REFUND",
            release=row,
            reason="x",
            created_at=NOW,
        )


def test_requests_together_ask_for_no_more_than_there_is() -> None:
    prepayment = ask(make_contract())
    receive(prepayment)
    finance, manager = people()
    terms: dict[str, Any] = {"kind": ReleaseKind.REFUND, "reason": "x", "at": NOW}
    first = ask_release(prepayment=prepayment, amount=Decimal(300), actor=finance, **terms)
    with pytest.raises(UnableToRelease) as refused:
        ask_release(prepayment=prepayment, amount=Decimal("200.01"), actor=finance, **terms)
    assert refused.value.field == "amount"
    assert "200.00" in str(refused.value)
    refuse_release(release=first, on=TODAY, actor=manager, at=NOW, note="Not yet")
    ask_release(prepayment=prepayment, amount=Decimal(500), actor=finance, **terms)


def test_what_was_used_meanwhile_is_not_refunded() -> None:
    contract = make_contract()
    prepayment = ask(contract)
    receive(prepayment)
    finance, manager = people()
    row = ask_release(
        prepayment=prepayment,
        kind=ReleaseKind.REFUND,
        amount=Decimal(500),
        reason="x",
        actor=finance,
        at=NOW,
    )
    invoice_of(contract, "100.00")
    with pytest.raises(UnableToRelease, match=r"400\.00"):
        approve_release(release=row, on=TODAY, actor=manager, at=NOW)
    assert figures(prepayment) == money("500", "100", "0", "0", "400")


def test_who_asked_may_take_it_back_and_a_refusal_says_why() -> None:
    prepayment = ask(make_contract())
    receive(prepayment)
    finance, manager = people()
    terms: dict[str, Any] = {"kind": ReleaseKind.REFUND, "reason": "x", "at": NOW}
    row = ask_release(prepayment=prepayment, amount=Decimal(1), actor=finance, **terms)
    assert refuse_release(release=row, on=TODAY, actor=finance, at=NOW, note="").state == (
        ReleaseState.WITHDRAWN
    )
    row = ask_release(prepayment=prepayment, amount=Decimal(1), actor=finance, **terms)
    with pytest.raises(UnableToRelease) as refused:
        refuse_release(release=row, on=TODAY, actor=manager, at=NOW, note=" ")
    assert refused.value.field == "note"
    with pytest.raises(UnableToPrepay):
        end_prepayment(prepayment=prepayment, reason="x", on=TODAY, actor=None, at=NOW)


# --- Earnest money -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [ReleaseKind.FORFEITED, ReleaseKind.TWICE])
def test_only_earnest_money_is_forfeited_or_returned_twice(kind: ReleaseKind) -> None:
    prepayment = ask(make_contract())
    receive(prepayment)
    with pytest.raises(UnableToRelease) as refused:
        release(prepayment, "1", kind)
    assert refused.value.field == "kind"
    with pytest.raises(IntegrityError, match="no such release"), transaction.atomic():
        PrepaymentRelease.objects.create(
            prepayment=prepayment,
            kind=kind,
            amount=Decimal(1),
            reason="x",
            asked_at=NOW,
            asked_by=make_user(),
            extra_owed=Decimal(1) if kind == ReleaseKind.TWICE else Decimal(0),
        )


def test_forfeited_earnest_money_stays_collected() -> None:
    contract = make_contract(kind=PrepaymentKind.EARNEST, ratio="0.2")
    prepayment = ask(contract, "200.00")
    receive(prepayment, "200.00")
    release(prepayment, "200", ReleaseKind.FORFEITED)
    assert figures(prepayment) == money("200", "0", "0", "200", "0")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure, sum(amount) FROM payments_agingflow WHERE measure IN (12, 13)"
            " GROUP BY 1 ORDER BY 1"
        )
        assert cursor.fetchall() == [(12, Decimal(200)), (13, Decimal(0))]
    assert problems() == []


def test_returning_earnest_money_twice_leaves_the_same_sum_owed_until_it_is_paid() -> None:
    contract = make_contract(kind=PrepaymentKind.EARNEST, ratio="0.2")
    prepayment = ask(contract, "200.00")
    receive(prepayment, "200.00")
    row = release(prepayment, "200", ReleaseKind.TWICE)
    assert figures(prepayment) == money("200", "0", "200", "0", "0")
    assert statement_of(prepayment).extra_owed == Decimal(200)
    with pytest.raises(UnableToRelease) as refused:
        pay_extra(release=row, on=TODAY - dt.timedelta(days=1), reference="", actor=None, at=NOW)
    assert refused.value.field == "on"
    pay_extra(release=row, on=TODAY, reference="T-1", actor=None, at=NOW)
    assert statement_of(prepayment).extra_owed == 0
    with pytest.raises(UnableToRelease):
        pay_extra(release=row, on=TODAY, reference="T-2", actor=None, at=NOW)


# --- The statement, the morning's list ------------------------------------------------------------


def test_the_statement_has_every_movement_and_ends_at_the_balance() -> None:
    contract = make_contract()
    prepayment = ask(contract)
    receive(prepayment)
    invoice_of(contract, "120.00")
    reverse_allocation(
        allocation=Allocation.objects.get(), reason="Wrong one", on=TODAY, actor=None, at=NOW
    )
    apply_prepayments(contract=contract, actor=None, at=NOW)
    release(prepayment, "80")
    found = statement_of(prepayment)
    assert [(one.kind, one.amount) for one in found.movements] == [
        (MovementKind.RECEIVED, Decimal(500)),
        (MovementKind.APPLIED, Decimal(-120)),
        (MovementKind.TAKEN_BACK, Decimal(120)),
        (MovementKind.APPLIED, Decimal(-120)),
        (MovementKind.REFUNDED, Decimal(-80)),
    ]
    assert found.movements[-1].balance == found.figures.balance == Decimal(300)
    assert all(one.balance >= 0 for one in found.movements)


def test_it_reads_as_many_statements_however_many_movements_there_are() -> None:
    contract = make_contract(amount="100000.00")
    prepayment = ask(contract, "100.00")
    receive(prepayment, "100.00")
    few = count_queries(lambda: statement_of(prepayment))
    for _ in range(4):
        receive(prepayment, "100.00")
        invoice_of(contract, "50.00")
    assert count_queries(lambda: statement_of(prepayment)) == few


def test_the_mornings_list_names_held_contracts_with_as_many_queries_for_many() -> None:
    manager = make_user(Role.MANAGER)
    make_contract(ratio="0")
    make_contract(state=ContractState.COMPLETED)
    cleared = make_contract()
    receive(ask(cleared))
    waiting, silent = make_contract(), make_contract()
    ask(waiting)
    assert {hold.contract for hold in held_contracts(user=manager)} == {waiting, silent}
    few = count_queries(lambda: held_contracts(user=manager))
    for _ in range(3):
        ask(make_contract())
    assert count_queries(lambda: held_contracts(user=manager)) == few
    assert held_contracts(user=make_user(Role.SALES)) == []


def test_a_schedule_that_names_a_prepayment_holds_the_work_as_well() -> None:
    contract = make_contract(ratio="0", entries=[prepaid_entry("300.00"), dated("700.00")])
    hold = delivery_hold(contract)
    assert hold is not None
    assert hold.unasked == Decimal(300)
    assert [one.contract for one in held_contracts(user=make_user(Role.MANAGER))] == [contract]


# --- verify_ledger -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "check"),
    [
        ("UPDATE payments_prepayment SET state = 'REQUESTED'", "cleared by what came in"),
        ("UPDATE payments_invoice SET contract_id = NULL", "stays with its contract"),
        ("UPDATE payments_refund SET kind = 'FORFEITED'", "leaves with an approval"),
        ("UPDATE payments_receipt SET prepayment_id = NULL", "client balances"),
    ],
)
def test_the_verifier_names_what_was_altered(sql: str, check: str) -> None:
    contract = make_contract()
    prepayment = ask(contract)
    receive(prepayment)
    invoice_of(contract, "100.00")
    release(prepayment, "50")
    assert problems() == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET session_replication_role = origin")
    broken = [result.name for result in run_checks() if not result.holds]
    assert any(check in name for name in broken), broken
