"""Edges of promises, plans and contracts that a page would otherwise show as a crash."""

import datetime as dt
from decimal import Decimal

import pytest

from contracts.models import Contract
from payments.services import (
    UnableToAgree,
    UnableToIssue,
    agree_plan,
    issue_invoice,
    judge_promises,
    record_promise,
    reverse_allocation,
)
from payments.states import PromiseState
from tests.factories import NOW, TODAY, make_client, make_creditor, make_invoice, pay

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_an_old_payment_taken_back_does_not_break_a_promise_that_was_kept() -> None:
    client, creditor = make_client(), make_creditor()
    invoice = make_invoice(client, creditor, "1500.00")
    old = pay(invoice, "500.00", on=TODAY - 5 * DAY)
    promise = record_promise(
        creditor=creditor,
        client=client,
        invoice=invoice,
        currency="CNY",
        amount=Decimal("1000.00"),
        due_on=TODAY + 3 * DAY,
        on=TODAY,
        actor=None,
        at=NOW,
    )
    reverse_allocation(allocation=old, reason="Bounced", on=TODAY + DAY, actor=None, at=NOW)
    invoice.refresh_from_db()
    pay(invoice, "1000.00", on=TODAY + 2 * DAY)
    judge_promises(on=TODAY + 2 * DAY, at=NOW)
    promise.refresh_from_db()
    assert promise.state == PromiseState.KEPT


@pytest.mark.parametrize("amounts", [("0.5", "99.5"), ("-10", "110"), ("0", "100")])
def test_a_plan_refuses_an_instalment_that_is_no_amount(amounts: tuple[str, str]) -> None:
    client, creditor = make_client(), make_creditor(currency="JPY")
    invoice = make_invoice(client, creditor, "100")
    with pytest.raises(UnableToAgree, match="JPY"):
        agree_plan(
            creditor=creditor,
            client=client,
            currency="JPY",
            invoices=[invoice],
            instalments=[(TODAY + n * DAY, Decimal(a)) for n, a in enumerate(amounts)],
            on=TODAY,
            actor=None,
            at=NOW,
        )


def test_an_invoice_refuses_a_contract_of_another_creditor() -> None:
    client = make_client()
    other = Contract.objects.create(
        creditor=make_creditor(), client=client, number="K-1", currency="CNY", created_at=NOW
    )
    with pytest.raises(UnableToIssue, match="another client or creditor"):
        issue_invoice(
            creditor=make_creditor(),
            client=client,
            contract=other,
            number="INV-1",
            currency="CNY",
            amount=Decimal(1),
            issued_on=TODAY,
            due_on=TODAY,
            actor=None,
            at=NOW,
        )


@pytest.mark.parametrize(
    ("amount", "why"), [("0", "more than zero"), ("1000000000000000", "too large")]
)
def test_an_invoice_says_what_is_wrong_with_its_amount(amount: str, why: str) -> None:
    with pytest.raises(UnableToIssue, match=why):
        make_invoice(make_client(), make_creditor(), amount)
