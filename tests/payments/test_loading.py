"""Loading writes settlements with their invoices, and the database takes nothing on trust."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from clients.models import Client, Creditor
from core.verify import run_checks
from payments.models import AgingFlow, ClientBalance, Invoice, Receipt
from tests.factories import TODAY, make_client, make_creditor

pytestmark = pytest.mark.django_db
FAR = 9_000_000
DUE = TODAY - dt.timedelta(days=40)


@pytest.fixture
def creditor() -> Creditor:
    """Ours."""
    return make_creditor()


@pytest.fixture
def client_(creditor: Creditor) -> Client:
    """The debtor."""
    return make_client()


def run(sql: str, *params: str | int | dt.date | None) -> None:
    """One statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def loading(mode: str = "on") -> None:
    """Switch the mode."""
    run("SET CONSTRAINTS ALL DEFERRED")
    run("SELECT set_config('dunwell.loading', %s, true)", mode)


def allocation(amount: str = "60", *, on: dt.date = TODAY, invoice: int = FAR) -> None:
    """60 of the receipt to the invoice."""
    run(
        "INSERT INTO payments_allocation (receipt_id, invoice_id, amount, effective_on, reason,"
        " created_at) VALUES (%s, %s, %s, %s, '', now())",
        FAR,
        invoice,
        amount,
        on,
    )


def receipt(client: Client, creditor: Creditor, allocated: str = "60") -> None:
    """A receipt of 100."""
    run(
        "INSERT INTO payments_receipt (id, creditor_id, client_id, currency, amount, received_on,"
        " method, payer_name, reference, created_at, allocated, refunded)"
        " VALUES (%s, %s, %s, 'CNY', 100, %s, 'BANK_TRANSFER', '', '', now(), %s, 0)",
        FAR,
        creditor.pk,
        client.pk,
        TODAY,
        allocated,
    )


def invoice(
    client: Client, creditor: Creditor, allocated: str = "60", last_on: dt.date | None = TODAY
) -> None:
    """An invoice of 80."""
    run(
        "INSERT INTO payments_invoice (id, creditor_id, client_id, number, currency, amount,"
        " issued_on, due_on, reference, description, source, created_at, allocated, disputed,"
        " last_allocated_on)"
        " VALUES (%s, %s, %s, 'L-1', 'CNY', 80, %s, %s, '', '', '', now(), %s, 0, %s)",
        FAR,
        creditor.pk,
        client.pk,
        DUE,
        DUE,
        allocated,
        last_on,
    )


@transaction.atomic
def take(*steps: Callable[[], None]) -> None:
    """Do them in one transaction."""
    for step in steps:
        step()


def refused(reason: str, *steps: Callable[[], None]) -> None:
    """One of them is refused, and nothing stays."""
    with pytest.raises(IntegrityError, match=reason):
        take(*steps)


def test_loaded_rows_are_as_if_entered_one_by_one(client_: Client, creditor: Creditor) -> None:
    loading()
    allocation()
    receipt(client_, creditor)
    invoice(client_, creditor)
    loading("off")
    run("SET CONSTRAINTS ALL IMMEDIATE")
    row = Invoice.objects.get(pk=FAR)
    assert (row.open_amount, row.closed_on) == (Decimal(20), None)
    assert Receipt.objects.get(pk=FAR).unallocated == Decimal(40)
    balance = ClientBalance.objects.get(client=client_)
    assert (balance.open_amount, balance.credit) == (Decimal(20), Decimal(40))
    assert AgingFlow.objects.filter(day__lte=TODAY).exists()
    assert [problem for result in run_checks() for problem in result.problems] == []


def test_a_counter_that_its_allocations_do_not_say_is_refused(
    client_: Client, creditor: Creditor
) -> None:
    for of_receipt, of_invoice, last_on in (
        ("50", "60", TODAY),
        ("60", "50", TODAY),
        ("60", "0", TODAY),
        ("60", "60", DUE),
        ("60", "60", None),
    ):
        steps = (
            loading,
            allocation,
            partial(receipt, client_, creditor, of_receipt),
            partial(invoice, client_, creditor, of_invoice, last_on),
        )
        refused("loading", *steps)


def test_money_of_another_or_from_before_its_day_is_refused(
    client_: Client, creditor: Creditor
) -> None:
    for other, on in ((make_client(), TODAY), (client_, TODAY - dt.timedelta(days=1))):
        steps = (
            loading,
            partial(allocation, on=on),
            partial(receipt, other, creditor),
            partial(invoice, client_, creditor, last_on=on),
        )
        refused("own client", *steps)


def test_leaving_the_mode_half_way_is_refused(client_: Client, creditor: Creditor) -> None:
    leave = partial(loading, "off")
    refused("come after", loading, allocation, leave, partial(receipt, client_, creditor, "0"))
    refused(
        "come after",
        loading,
        allocation,
        partial(receipt, client_, creditor),
        leave,
        partial(invoice, client_, creditor, "0", None),
    )


def test_what_is_there_already_is_not_settled_by_loading(
    client_: Client, creditor: Creditor
) -> None:
    receipt(client_, creditor, "0")
    refused("come before", loading, allocation)


def test_closed_books_stay_closed(client_: Client, creditor: Creditor) -> None:
    Creditor.objects.filter(pk=creditor.pk).update(books_closed_on=TODAY)
    refused(
        "closed",
        loading,
        allocation,
        partial(receipt, client_, creditor),
        partial(invoice, client_, creditor),
    )
