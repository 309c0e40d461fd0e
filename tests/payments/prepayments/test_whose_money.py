"""Whose money a prepayment is, and what takes it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from contracts.states import PrepaymentKind
from core.states import Role
from payments.models import Allocation, ClientBalance, Invoice, Receipt
from payments.selectors.entries import EntryKind, entries
from payments.services import (
    UnableToAllocate,
    UnableToPrepay,
    UnableToRelease,
    allocate,
    allocate_oldest_first,
    apply_oldest_first,
    apply_prepayments,
    end_prepayment,
    reverse_allocation,
)
from payments.states import PrepaymentState, ReleaseKind
from tests.factories import NOW, TODAY, make_invoice, make_receipt, make_user
from tests.payments.prepaid import ask, make_contract, receive, release
from tests.payments.prepayments.cast import figures, invoice_of, money, problems

pytestmark = pytest.mark.django_db


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
