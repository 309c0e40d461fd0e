"""What was prepaid for one contract silences no reminder of another, nor takes anything off it."""

import datetime as dt
from decimal import Decimal

import pytest

from clients.models import Client, Creditor
from core.models import User
from reminders.models import Message
from reminders.selectors.letters import letter_figures
from reminders.states import MessageState
from tests.factories import TODAY, make_invoice, make_receipt
from tests.payments.prepaid import ask, make_contract, receive
from tests.reminders.steps import approve, decisions, plan

pytestmark = pytest.mark.django_db


def test_a_prepayment_of_one_contract_covers_no_invoice_of_another(
    creditor: Creditor, client_a: Client
) -> None:
    make_invoice(client_a, creditor, "100.00", number="late")
    prepayment = ask(make_contract(client=client_a, creditor=creditor))
    receive(prepayment, "500.00")
    assert decisions(plan(creditor)) == {"late": "DUE"}
    figures = letter_figures(client=client_a, creditor=creditor, currency="CNY", on=TODAY)
    assert figures.credit == 0
    assert figures.principal == Decimal(100)


def test_general_credit_still_covers_it(creditor: Creditor, client_a: Client) -> None:
    """Else the test above would prove nothing."""
    make_invoice(client_a, creditor, "100.00", number="late")
    make_receipt(client_a, creditor, "500.00")
    assert decisions(plan(creditor)) == {"late": "CREDIT_COVERS"}


def test_a_queued_message_stays_when_a_prepayment_comes_in(
    creditor: Creditor, client_a: Client, finance: User
) -> None:
    make_invoice(client_a, creditor, "100.00", number="late")
    approve(plan(creditor), finance)
    assert Message.objects.get().state == MessageState.QUEUED
    contract = make_contract(client=client_a, creditor=creditor)
    receive(ask(contract), "500.00")
    assert Message.objects.get().state == MessageState.QUEUED
    make_invoice(
        client_a,
        creditor,
        "300.00",
        contract=contract,
        issued_on=TODAY,
        due_on=TODAY + dt.timedelta(days=30),
    )
    assert Message.objects.get().state == MessageState.QUEUED, "its own contract's invoice took it"
