"""Money in, applied in the same act: one payment, or a whole statement of them.

`record_receipt` and `allocate` are for a person who looks at each step. Here nobody does: what
comes in settles what fell due first. Statements are few and plain, because a bank statement
has thousands of lines.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext_lazy

from clients.models import BankAccount, Creditor
from core import audit
from core.models import User
from core.money import ZERO
from core.transactions import in_transaction, refusing
from payments.models import Receipt
from payments.rules.allocation import OpenItem, plan_allocation
from payments.services.ledger import CLOSED, UnableToIssue, check_money
from payments.states import ReceiptMethod

_REFUSALS: Final = {
    "receipt_external_ref_once": gettext_lazy("This payment was entered already."),
    "books_closed": CLOSED,
}

# Locks the client, then reads; and writes the receipt with what it settles: sql/08_receiving.sql.
_DEBTS: Final = "SELECT id, due_on, open_amount FROM payments_debts_under_lock(%s, %s, %s)"
_RECEIVE: Final = """
SELECT payments_receive(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::bigint[],
                        %s::numeric[])
"""

_RECEIPTS: Final = """
INSERT INTO payments_receipt
    (creditor_id, client_id, currency, amount, received_on, method, payer_name, reference,
     external_ref, bank_account_id, created_at, created_by_id, allocated, refunded)
SELECT %(creditor)s, p.client_id, p.currency, p.amount, p.received_on, p.method, p.payer_name,
       p.reference, p.external_ref, %(account)s, %(at)s, %(actor)s, 0, 0
FROM unnest(%(clients)s::bigint[], %(currencies)s::text[], %(amounts)s::numeric[],
            %(days)s::date[], %(methods)s::text[], %(payers)s::text[], %(references)s::text[],
            %(external)s::text[])
     AS p (client_id, currency, amount, received_on, method, payer_name, reference, external_ref)
RETURNING id
"""

# Clients first, by key, as every service does: what is read after that stays so.
_LOCK: Final = "SELECT 1 FROM clients_client WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE"

# Money of a prepayment waits for its own contract.
_WITH_MONEY: Final = """
SELECT array_agg(DISTINCT client_id) FROM payments_receipt
WHERE creditor_id = %s AND unallocated > 0 AND prepayment_id IS NULL
"""

# Money and debts of a client laid side by side, both oldest first: each occupies a stretch of
# the running total, and where two stretches overlap, that much of the debt is settled.
_OLDEST_FIRST: Final = """
WITH money AS MATERIALIZED (
    SELECT r.id, r.client_id, r.currency, r.received_on, r.unallocated AS amount,
           sum(r.unallocated) OVER w AS upto
    FROM payments_receipt r
    WHERE r.creditor_id = %(creditor)s AND r.unallocated > 0 AND r.prepayment_id IS NULL
      AND (%(receipts)s::bigint[] IS NULL OR r.id = ANY (%(receipts)s::bigint[]))
    WINDOW w AS (PARTITION BY r.client_id, r.currency ORDER BY r.received_on, r.id)
), debts AS MATERIALIZED (
    SELECT i.id, i.client_id, i.currency, i.open_amount AS amount, sum(i.open_amount) OVER w AS upto
    FROM payments_invoice i
    WHERE i.creditor_id = %(creditor)s AND i.open_amount > 0
      AND i.client_id IN (SELECT m.client_id FROM money m)
    WINDOW w AS (PARTITION BY i.client_id, i.currency ORDER BY i.due_on, i.id)
), written AS (
    INSERT INTO payments_allocation
        (receipt_id, invoice_id, amount, effective_on, reason, created_at, created_by_id)
    SELECT m.id, d.id, least(m.upto, d.upto) - greatest(m.upto - m.amount, d.upto - d.amount),
           m.received_on, '', %(at)s, %(actor)s
    FROM money m JOIN debts d USING (client_id, currency)
    WHERE d.upto > m.upto - m.amount AND d.upto - d.amount < m.upto
    RETURNING amount
)
SELECT count(*), coalesce(sum(amount), 0) FROM written
"""


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment of a client, as a bank statement tells it."""

    client_id: int
    currency: str
    amount: Decimal
    received_on: dt.date
    reference: str = ""
    payer_name: str = ""
    external_ref: str | None = None
    method: str = ReceiptMethod.BANK_TRANSFER


@dataclass(frozen=True, slots=True)
class Received:
    """What became of one payment: its receipt, what it settled (invoice, amount), and the rest."""

    receipt_id: int
    settled: tuple[tuple[int, Decimal], ...]
    left: Decimal


@dataclass(frozen=True, slots=True)
class Applied:
    """What a whole run settled: how many allocations, and their sum over all currencies."""

    allocations: int
    checksum: Decimal


@in_transaction
def receive_payment(
    *,
    creditor: Creditor,
    payment: Payment,
    actor: User | None,
    at: dt.datetime,
    bank_account: BankAccount | None = None,
) -> Received:
    """Enter one payment and let it settle the client's debts in the legal order (民法典 560).

    Raises UnableToIssue when it was entered before, lies in a closed period, or is no amount.
    """
    check_money(payment.amount, payment.currency)
    with refusing(UnableToIssue, _REFUSALS), connection.cursor() as cursor:
        cursor.execute(_DEBTS, [payment.client_id, creditor.pk, payment.currency])
        plan = plan_allocation(
            payment.amount,
            [OpenItem(key=pk, due_on=due, open_amount=left) for pk, due, left in cursor.fetchall()],
            currency=payment.currency,
            on=payment.received_on,
        )
        cursor.execute(
            _RECEIVE,
            [
                creditor.pk,
                payment.client_id,
                payment.currency,
                payment.amount,
                payment.received_on,
                str(payment.method),
                payment.payer_name[:200],
                payment.reference[:200],
                payment.external_ref or None,
                bank_account.pk if bank_account else None,
                at,
                actor.pk if actor else None,
                [line.key for line in plan],
                [line.amount for line in plan],
            ],
        )
        (receipt_id,) = cursor.fetchone()
    settled = tuple((line.key, line.amount) for line in plan)
    audit.record(
        action="payments.receive",
        actor=actor,
        at=at,
        subject=Receipt(pk=receipt_id),
        stream=f"client:{payment.client_id}",
        payload={"amount": payment.amount, "lines": [list(line) for line in settled]},
    )
    left = payment.amount - sum((amount for _pk, amount in settled), ZERO)
    return Received(receipt_id, settled, left)


def _write_receipts(
    creditor: Creditor,
    payments: Sequence[Payment],
    bank_account: BankAccount | None,
    actor: User | None,
    at: dt.datetime,
) -> list[int]:
    told: dict[str, Any] = {
        "creditor": creditor.pk,
        "account": bank_account.pk if bank_account else None,
        "actor": actor.pk if actor else None,
        "at": at,
        "clients": [p.client_id for p in payments],
        "currencies": [p.currency for p in payments],
        "amounts": [p.amount for p in payments],
        "days": [p.received_on for p in payments],
        "methods": [str(p.method) for p in payments],
        "payers": [p.payer_name[:200] for p in payments],
        "references": [p.reference[:200] for p in payments],
        "external": [p.external_ref or None for p in payments],
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECEIPTS, told)
        return [row[0] for row in cursor.fetchall()]


@in_transaction
def receive_payments(
    *,
    creditor: Creditor,
    payments: Sequence[Payment],
    actor: User | None,
    at: dt.datetime,
    bank_account: BankAccount | None = None,
) -> Applied:
    """Enter many payments at once and let each client's settle its oldest debts first.

    All or none. One act is recorded for them together, on the creditor's chain, with a digest
    of the lines. Debts due on the same day are settled in the order they were entered. Raises
    UnableToIssue as `receive_payment` does.
    """
    if not payments:
        return Applied(0, ZERO)
    for payment in payments:
        check_money(payment.amount, payment.currency)
    with connection.cursor() as cursor, refusing(UnableToIssue, _REFUSALS):
        cursor.execute(_LOCK, [[payment.client_id for payment in payments]])
        receipts = _write_receipts(creditor, payments, bank_account, actor, at)
        applied = _apply(creditor, receipts, actor, at)
    _record("payments.receive_many", creditor, applied, actor, at, receipts=_digest(receipts))
    return applied


@in_transaction
def apply_oldest_first(*, creditor: Creditor, actor: User | None, at: dt.datetime) -> Applied:
    """Let all unapplied money of all clients settle their oldest debts; receipts only.

    Running it again settles nothing more. Raises UnableToIssue when money of a closed period
    would be applied.
    """
    with connection.cursor() as cursor, refusing(UnableToIssue, _REFUSALS):
        cursor.execute(_WITH_MONEY, [creditor.pk])
        cursor.execute(_LOCK, [cursor.fetchone()[0] or []])
        applied = _apply(creditor, None, actor, at)
    _record("payments.apply_oldest_first", creditor, applied, actor, at)
    return applied


def _apply(
    creditor: Creditor, receipts: list[int] | None, actor: User | None, at: dt.datetime
) -> Applied:
    told = {
        "creditor": creditor.pk,
        "receipts": receipts,
        "at": at,
        "actor": actor.pk if actor else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST_FIRST, told)
        allocations, checksum = cursor.fetchone()
    return Applied(allocations, checksum)


def _digest(receipts: list[int]) -> dict[str, object]:
    """Which receipts an act was about, without thousands of keys in the chain."""
    return {
        "count": len(receipts),
        "sha256": hashlib.sha256(",".join(map(str, receipts)).encode()).hexdigest(),
    }


def _record(
    action: str,
    creditor: Creditor,
    applied: Applied,
    actor: User | None,
    at: dt.datetime,
    **payload: object,
) -> None:
    audit.record(
        action=action,
        actor=actor,
        at=at,
        subject=creditor,
        stream=f"creditor:{creditor.pk}",
        payload={
            "allocations": applied.allocations,
            "checksum": applied.checksum,
            **payload,
        },
    )
