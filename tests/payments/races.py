"""Many at once on the same money, and what must be true when the dust has settled.

The product has two guards: the services lock what they are about to judge, and the database
bounds its counters by CHECK, whoever writes. Each can be taken off here, to show that either
alone holds and that a race without both is one these tests would notice.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar
from unittest import mock

from django.db import IntegrityError, OperationalError, connection, connections
from django.db.models import F, Model, Q, QuerySet

from core.errors import Refusal
from core.verify import run_checks
from disputes import selectors as _disputes
from payments.models import Allocation, CreditNote, Invoice, Receipt
from payments.selectors import verify
from payments.services import (
    allocate,
    allocate_oldest_first,
    refund_receipt,
    reverse_allocation,
)
from payments.states import RefundKind
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_credit_note,
    make_creditor,
    make_invoice,
    make_receipt,
)

# Checks register themselves when their module is read.
CHECKED = (verify, _disputes)
FACE = Decimal("100.00")
_BOUNDS = (
    ("payments_invoice", "invoice_not_over_allocated"),
    ("payments_receipt", "receipt_not_over_used"),
    ("payments_creditnote", "credit_note_not_over_used"),
)
_TABLES = (
    "payments_invoice, payments_receipt, payments_creditnote, payments_refund, "
    "payments_allocation, payments_agingflow, payments_clientbalance"
)
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Field:
    """The rows a race runs over, by key."""

    invoices: tuple[int, ...]
    receipts: tuple[int, ...]
    notes: tuple[int, ...]


def make_field(*, clients: int, invoices: int) -> Field:
    """Invoices of 100 each, and receipts and credit notes of 70 that could cover them."""
    creditor = make_creditor(currency="EUR")
    debts, money, notes = [], [], []
    for _ in range(clients):
        client = make_client()
        for _ in range(invoices // clients):
            debts.append(make_invoice(client, creditor, FACE).pk)
            money.append(make_receipt(client, creditor, "70.00").pk)
            notes.append(make_credit_note(client, creditor, "70.00").pk)
    return Field(tuple(debts), tuple(money), tuple(notes))


# --- Guards taken off --------------------------------------------------------------------


@contextmanager
def without_locks() -> Iterator[None]:
    """No service locks a row before it judges it."""

    def unlocked(rows: QuerySet[M], **_options: Any) -> QuerySet[M]:
        return rows

    with mock.patch.object(QuerySet, "select_for_update", unlocked):
        yield


@contextmanager
def without_bounds() -> Iterator[None]:
    """The database's counters have no upper bound. Empties the ledger on the way out."""
    with connection.cursor() as cursor:
        definitions = []
        for table, name in _BOUNDS:
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name]
            )
            (definition,) = cursor.fetchone()
            definitions.append((table, name, definition))
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute(f"TRUNCATE {_TABLES} CASCADE")
            cursor.execute("SET session_replication_role = origin")
            for table, name, definition in definitions:
                cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


# --- The race ----------------------------------------------------------------------------


def race(field: Field, *, workers: int, acts: int, seed: int = 0) -> Counter[str]:
    """Let `workers` do `acts` random acts each, all at once; returns what came of them."""
    start = threading.Barrier(workers)

    def work(number: int) -> Counter[str]:
        rng = random.Random(seed * 1000 + number)  # noqa: S311  # a race, not a secret
        outcomes: Counter[str] = Counter()
        try:
            start.wait(timeout=60)
            for _ in range(acts):
                outcomes[_outcome(rng, field)] += 1
        finally:
            connections.close_all()
        return outcomes

    with ThreadPoolExecutor(workers) as pool:
        return sum(pool.map(work, range(workers)), Counter())


def _outcome(rng: random.Random, field: Field) -> str:
    try:
        return _act(rng, field)
    except Refusal:
        return "refused"
    except IntegrityError:
        # Without locks two writers can also meet in the audit chain; the second one loses.
        return "collided"
    except OperationalError as error:
        if "lock timeout" in str(error):
            return "waited in vain"
        raise


def _act(rng: random.Random, field: Field) -> str:
    chance = rng.random()
    if chance < 0.15:
        return _reverse_one(rng, field)
    if chance < 0.25:
        refund_receipt(
            receipt=Receipt.objects.get(pk=rng.choice(field.receipts)),
            amount=Decimal(rng.randint(1, 70)),
            kind=RefundKind.REFUND,
            reason="Paid twice",
            on=TODAY,
            actor=None,
            at=NOW,
        )
        return "refunded"
    if chance < 0.35:
        receipt = Receipt.objects.get(pk=rng.choice(field.receipts))
        rows = allocate_oldest_first(receipt=receipt, actor=None, at=NOW)
        return "applied" if rows else "nothing to apply"
    _allocate_one(rng, field)
    return "applied"


def _allocate_one(rng: random.Random, field: Field) -> None:
    number = rng.randrange(len(field.receipts))
    invoice = Invoice.objects.get(pk=field.invoices[number - number % 2])
    amount = rng.choice([Decimal("70.00"), Decimal(rng.randint(1, 70))])
    receipt = note = None
    if rng.random() < 0.7:
        receipt = Receipt.objects.get(pk=field.receipts[number])
    else:
        note = CreditNote.objects.get(pk=field.notes[number])
    allocate(receipt=receipt, credit_note=note, lines=[(invoice, amount)], actor=None, at=NOW)


def _reverse_one(rng: random.Random, field: Field) -> str:
    rows = Allocation.objects.filter(invoice=rng.choice(field.invoices), reverses=None)
    row = rows.order_by("?").first()
    if row is None:
        return "nothing to reverse"
    reverse_allocation(allocation=row, reason="Wrong", on=row.effective_on, actor=None, at=NOW)
    return "reversed"


# --- The dust settled ----------------------------------------------------------------------


def over_allocated() -> int:
    """Rows whose counters say more than there is."""
    return (
        Invoice.objects.filter(allocated__gt=F("amount")).count()
        + Receipt.objects.filter(amount__lt=F("allocated") + F("refunded")).count()
        + CreditNote.objects.filter(allocated__gt=F("amount")).count()
        + Invoice.objects.filter(Q(allocated__lt=0)).count()
    )


def problems() -> list[str]:
    """What `verify_ledger` finds."""
    return [problem for result in run_checks() for problem in result.problems]
