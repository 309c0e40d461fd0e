"""Invoices, receipts, allocations: what the services write and the database refuses."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from core.models import AuditEvent
from payments.models import AgingFlow, Allocation, ClientBalance, Invoice, Receipt
from payments.services import (
    UnableToAllocate,
    UnableToIssue,
    UnableToRefund,
    UnableToReverse,
    allocate,
    allocate_oldest_first,
    refund_receipt,
    reverse_allocation,
)
from payments.states import Measure, RefundKind
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_credit_note,
    make_creditor,
    make_invoice,
    make_receipt,
    pay,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def figure(creditor_id: int, measure: Measure, on: dt.date) -> Decimal:
    total = AgingFlow.objects.filter(
        creditor_id=creditor_id, measure=measure, day__lte=on
    ).aggregate(s=Sum("amount"))["s"]
    return total or Decimal(0)


def test_a_payment_leaves_the_rest_open() -> None:
    creditor = make_creditor()
    invoice = make_invoice(make_client(), creditor, "1000.00")
    pay(invoice, "400.00")
    assert invoice.open_amount == Decimal("600.000")
    assert invoice.closed_on is None


def test_settling_closes_the_invoice_on_the_day_the_money_came() -> None:
    invoice = make_invoice(make_client(), make_creditor())
    pay(invoice, on=TODAY - 3 * DAY)
    assert invoice.open_amount == 0
    assert invoice.closed_on == TODAY - 3 * DAY


def test_more_than_is_open_is_refused_and_says_how_much_is() -> None:
    client, creditor = make_client(), make_creditor()
    invoice = make_invoice(client, creditor, "100.00")
    receipt = make_receipt(client, creditor, "500.00")
    with pytest.raises(UnableToAllocate, match=r"100\.00"):
        allocate(receipt=receipt, lines=[(invoice, Decimal("100.01"))], actor=None, at=NOW)
    assert not Allocation.objects.exists()


def test_more_than_the_receipt_has_is_refused() -> None:
    client, creditor = make_client(), make_creditor()
    invoice = make_invoice(client, creditor, "100.00")
    receipt = make_receipt(client, creditor, "50.00")
    with pytest.raises(UnableToAllocate, match=r"50\.00"):
        allocate(receipt=receipt, lines=[(invoice, Decimal(60))], actor=None, at=NOW)


def test_one_invoice_named_twice_counts_together() -> None:
    client, creditor = make_client(), make_creditor()
    invoice = make_invoice(client, creditor, "100.00")
    receipt = make_receipt(client, creditor, "500.00")
    with pytest.raises(UnableToAllocate):
        allocate(
            receipt=receipt,
            lines=[(invoice, Decimal(60)), (invoice, Decimal(60))],
            actor=None,
            at=NOW,
        )


def test_money_of_another_client_is_refused_by_the_service_and_by_the_database() -> None:
    creditor = make_creditor()
    invoice = make_invoice(make_client(), creditor)
    receipt = make_receipt(make_client(), creditor)
    with pytest.raises(UnableToAllocate, match="another client"):
        allocate(receipt=receipt, lines=[(invoice, Decimal(1))], actor=None, at=NOW)
    with pytest.raises(IntegrityError, match="own client"), transaction.atomic():
        Allocation.objects.create(
            receipt=receipt, invoice=invoice, amount=1, effective_on=TODAY, created_at=NOW
        )


def test_a_stale_object_cannot_overwrite_a_counter() -> None:
    invoice = make_invoice(make_client(), make_creditor())
    stale = Invoice.objects.get(pk=invoice.pk)
    pay(invoice, "400.00")
    with pytest.raises(IntegrityError, match="history"), transaction.atomic():
        stale.save()
    invoice.refresh_from_db()
    assert invoice.open_amount == Decimal(600)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE payments_invoice SET amount = 1",
        "UPDATE payments_invoice SET due_on = due_on + 1",
        "UPDATE payments_invoice SET allocated = 1",
        "UPDATE payments_invoice SET disputed = 1",
        "UPDATE payments_receipt SET amount = 1",
        "UPDATE payments_receipt SET allocated = 0",
        "UPDATE payments_allocation SET amount = 1",
        "DELETE FROM payments_allocation",
        "DELETE FROM payments_invoice",
        "DELETE FROM payments_receipt",
        "TRUNCATE payments_allocation",
        "UPDATE core_auditevent SET action = 'x'",
        "DELETE FROM core_auditevent",
    ],
)
def test_raw_sql_cannot_change_history(sql: str) -> None:
    pay(make_invoice(make_client(), make_creditor()), "400.00")
    connection.check_constraints()  # else deferred foreign keys refuse TRUNCATE first
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_oldest_first_settles_what_fell_due_first() -> None:
    client, creditor = make_client(), make_creditor()
    newer = make_invoice(client, creditor, "100.00", due_on=TODAY - DAY)
    older = make_invoice(client, creditor, "100.00", due_on=TODAY - 40 * DAY)
    allocate_oldest_first(receipt=make_receipt(client, creditor, "150.00"), actor=None, at=NOW)
    older.refresh_from_db()
    newer.refresh_from_db()
    assert (older.open_amount, newer.open_amount) == (Decimal(0), Decimal(50))


def test_a_reversal_opens_the_invoice_again_and_can_happen_once() -> None:
    invoice = make_invoice(make_client(), make_creditor())
    row = pay(invoice)
    reverse_allocation(allocation=row, reason="Wrong client", on=TODAY, actor=None, at=NOW)
    invoice.refresh_from_db()
    assert invoice.open_amount == Decimal(1000)
    assert invoice.closed_on is None
    with pytest.raises(UnableToReverse, match="already"):
        reverse_allocation(allocation=row, reason="Again", on=TODAY, actor=None, at=NOW)
    receipt = Receipt.objects.get()
    assert receipt.unallocated == Decimal(1000)


def test_a_reversal_is_exact_in_the_database_too() -> None:
    invoice = make_invoice(make_client(), make_creditor())
    row = pay(invoice)
    with pytest.raises(IntegrityError, match="whole"), transaction.atomic():
        Allocation.objects.create(
            receipt=row.receipt,
            invoice=invoice,
            amount=Decimal(-1),
            effective_on=TODAY,
            reverses=row,
            created_at=NOW,
        )


def test_only_unapplied_money_can_be_refunded() -> None:
    client, creditor = make_client(), make_creditor()
    invoice = make_invoice(client, creditor, "60.00")
    receipt = make_receipt(client, creditor, "100.00")
    allocate(receipt=receipt, lines=[(invoice, Decimal(60))], actor=None, at=NOW)
    with pytest.raises(UnableToRefund, match=r"40\.00"):
        refund_receipt(
            receipt=receipt,
            amount=Decimal(41),
            kind=RefundKind.REFUND,
            reason="Overpaid",
            on=TODAY,
            actor=None,
            at=NOW,
        )
    refund_receipt(
        receipt=receipt,
        amount=Decimal(40),
        kind=RefundKind.REFUND,
        reason="Overpaid",
        on=TODAY,
        actor=None,
        at=NOW,
    )
    receipt.refresh_from_db()
    assert receipt.unallocated == 0


def test_a_credit_note_is_used_once() -> None:
    client, creditor = make_client(), make_creditor()
    note = make_credit_note(client, creditor, "100.00")
    first = make_invoice(client, creditor, "100.00")
    second = make_invoice(client, creditor, "100.00")
    allocate(credit_note=note, lines=[(first, Decimal(100))], actor=None, at=NOW)
    with pytest.raises(UnableToAllocate):
        allocate(credit_note=note, lines=[(second, Decimal(100))], actor=None, at=NOW)


def test_the_books_of_a_closed_period_stay_closed() -> None:
    client, creditor = make_client(), make_creditor()
    invoice = make_invoice(client, creditor)
    creditor.books_closed_on = TODAY - DAY
    creditor.save()
    with pytest.raises(UnableToIssue, match="closed"):
        make_invoice(client, creditor, issued_on=TODAY - DAY)
    with pytest.raises(UnableToIssue, match="closed"):
        make_receipt(client, creditor, received_on=TODAY - DAY)
    pay(invoice, on=TODAY)


def test_an_amount_with_too_many_decimals_is_refused() -> None:
    with pytest.raises(UnableToIssue, match="decimals"):
        make_invoice(make_client(), make_creditor(), "10.001")
    with pytest.raises(UnableToIssue, match="decimals"):
        make_invoice(make_client(), make_creditor(currency="JPY"), "10.5")


def test_the_flow_gives_every_figure_on_every_day() -> None:
    client, creditor = make_client(), make_creditor()
    issued, due = dt.date(2026, 1, 1), dt.date(2026, 1, 31)
    invoice = make_invoice(client, creditor, "1000.00", issued_on=issued, due_on=due)
    pay(invoice, "400.00", on=dt.date(2026, 3, 5))
    cid = creditor.pk
    assert figure(cid, Measure.OPEN, issued - DAY) == 0
    assert figure(cid, Measure.OPEN, issued) == 1000
    assert figure(cid, Measure.PAST_0, due) == 0
    assert figure(cid, Measure.PAST_0, due + DAY) == 1000
    assert figure(cid, Measure.PAST_30, due + 30 * DAY) == 0
    assert figure(cid, Measure.PAST_30, due + 31 * DAY) == 1000
    assert figure(cid, Measure.OPEN, dt.date(2026, 3, 5)) == 600
    assert figure(cid, Measure.PAST_30, dt.date(2026, 3, 5)) == 600
    assert figure(cid, Measure.PAST_365, due + 366 * DAY) == 600
    assert figure(cid, Measure.CREDIT, TODAY) == 0
    assert figure(cid, Measure.COLLECTED, TODAY) == 400


def test_the_balance_of_a_client_follows() -> None:
    client, creditor = make_client(), make_creditor()
    invoice = make_invoice(client, creditor, "1000.00")
    make_receipt(client, creditor, "30.00")
    pay(invoice, "400.00")
    balance = ClientBalance.objects.get()
    assert (balance.open_amount, balance.credit) == (Decimal(600), Decimal(30))


def test_every_act_is_audited_on_the_clients_chain() -> None:
    client = make_client()
    pay(make_invoice(client, make_creditor()))
    actions = AuditEvent.objects.filter(stream=f"client:{client.pk}").order_by("seq")
    assert [a.action for a in actions] == [
        "clients.create",
        "payments.issue_invoice",
        "payments.record_receipt",
        "payments.allocate",
    ]
