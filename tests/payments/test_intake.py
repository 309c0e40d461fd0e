"""Money in and applied in one act, singly and by the thousand."""

import datetime as dt
from decimal import Decimal

import pytest

from clients.models import Client, Creditor
from core.models import AuditEvent
from core.verify import run_checks
from payments.models import Allocation, Receipt
from payments.services import (
    Payment,
    UnableToIssue,
    allocate_oldest_first,
    apply_oldest_first,
    receive_payment,
    receive_payments,
)
from tests.factories import NOW, TODAY, make_client, make_creditor, make_invoice, make_receipt

pytestmark = pytest.mark.django_db


def _payment(client: Client, amount: str, **fields: object) -> Payment:
    told = {"currency": "CNY", "received_on": TODAY} | fields
    return Payment(client_id=client.pk, amount=Decimal(amount), **told)  # type: ignore[arg-type]  # the test's own short form


def _due(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def _broken() -> list[str]:
    return [problem for result in run_checks() for problem in result.problems]


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor()


@pytest.fixture
def client_lin() -> Client:
    return make_client(legal_name="林氏贸易有限公司")


def test_a_payment_settles_the_oldest_debt_first_and_the_rest_stays_as_credit(
    creditor: Creditor, client_lin: Client
) -> None:
    newer = make_invoice(client_lin, creditor, "100.00", due_on=_due(5))
    older = make_invoice(client_lin, creditor, "70.00", due_on=_due(50))

    received = receive_payment(
        creditor=creditor, payment=_payment(client_lin, "180.00"), actor=None, at=NOW
    )

    assert received.settled == ((older.pk, Decimal("70.00")), (newer.pk, Decimal("100.00")))
    assert received.left == Decimal("10.00")
    receipt = Receipt.objects.get(pk=received.receipt_id)
    assert (receipt.amount, receipt.unallocated) == (Decimal("180.00"), Decimal("10.00"))
    assert _broken() == []


def test_it_applies_as_the_two_steps_of_a_person_would(creditor: Creditor) -> None:
    one, other = make_client(), make_client()
    for client in (one, other):
        for days, amount in ((3, "50.00"), (40, "30.00"), (40, "60.00"), (-9, "20.00")):
            make_invoice(client, creditor, amount, due_on=_due(days))
    by_hand = allocate_oldest_first(
        receipt=make_receipt(one, creditor, "75.00"), actor=None, at=NOW
    )

    at_once = receive_payment(
        creditor=creditor, payment=_payment(other, "75.00"), actor=None, at=NOW
    )

    assert [amount for _pk, amount in at_once.settled] == [row.amount for row in by_hand]


def test_it_leaves_one_act_on_the_clients_chain(creditor: Creditor, client_lin: Client) -> None:
    before = AuditEvent.objects.count()

    receive_payment(creditor=creditor, payment=_payment(client_lin, "5.00"), actor=None, at=NOW)

    assert AuditEvent.objects.count() == before + 1
    assert AuditEvent.objects.latest("pk").stream_id == f"client:{client_lin.pk}"


def test_it_refuses_a_payment_that_was_entered_before(
    creditor: Creditor, client_lin: Client
) -> None:
    payment = _payment(client_lin, "5.00", external_ref="bank:1")
    receive_payment(creditor=creditor, payment=payment, actor=None, at=NOW)

    with pytest.raises(UnableToIssue, match="entered already"):
        receive_payment(creditor=creditor, payment=payment, actor=None, at=NOW)

    assert Receipt.objects.count() == 1


def test_many_payments_go_in_together_or_not_at_all(creditor: Creditor) -> None:
    clients = [make_client() for _ in range(3)]
    for client in clients:
        make_invoice(client, creditor, "100.00")
    good = [_payment(client, "40.00", external_ref=f"bank:{client.pk}") for client in clients]

    with pytest.raises(UnableToIssue):
        receive_payments(creditor=creditor, payments=[*good, good[0]], actor=None, at=NOW)

    assert not Receipt.objects.exists()
    assert not Allocation.objects.exists()


def test_many_payments_settle_each_clients_oldest_debts(creditor: Creditor) -> None:
    one, other = make_client(), make_client()
    first = make_invoice(one, creditor, "100.00", due_on=_due(60))
    second = make_invoice(one, creditor, "100.00", due_on=_due(30))
    foreign = make_invoice(other, creditor, "500.00", due_on=_due(90))

    applied = receive_payments(
        creditor=creditor,
        payments=[
            _payment(one, "60.00", received_on=_due(2)),
            _payment(one, "60.00", received_on=_due(1)),
            _payment(other, "499.99"),
        ],
        actor=None,
        at=NOW,
    )

    for invoice in (first, second, foreign):
        invoice.refresh_from_db()
    assert (first.open_amount, second.open_amount) == (Decimal(0), Decimal("80.00"))
    assert foreign.open_amount == Decimal("0.01")
    assert applied.allocations == 4
    # The first debt is settled by both payments, and closed on the day of the second.
    assert first.closed_on == _due(1)
    assert _broken() == []


def test_unapplied_money_of_all_clients_is_applied_once(creditor: Creditor) -> None:
    clients = [make_client() for _ in range(4)]
    for client in clients:
        make_invoice(client, creditor, "100.00")
        make_receipt(client, creditor, "30.00")
        make_receipt(client, creditor, "90.00")
    make_invoice(clients[0], creditor, "10.00", currency="USD")

    first = apply_oldest_first(creditor=creditor, actor=None, at=NOW)
    again = apply_oldest_first(creditor=creditor, actor=None, at=NOW)

    assert first.checksum == Decimal(400)
    assert again.allocations == 0
    assert _broken() == []
