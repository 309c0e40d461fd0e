"""Prepayments are asked for, and hold the work until they clear."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from contracts.states import ContractState, PrepaymentKind
from payments.models import Prepayment, Receipt
from payments.selectors.prepayments import delivery_hold
from payments.services import UnableToPrepay, end_prepayment, refund_receipt
from payments.states import PrepaymentState, RefundKind
from tests.factories import NOW, TODAY, make_client
from tests.payments.prepaid import ask, make_contract, receive
from tests.payments.prepayments.cast import problems

pytestmark = pytest.mark.django_db


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
