"""Invoices, receipts, credit notes, refunds and allocations.

Locks are taken client, receipt or credit note, invoice by key. The counters are moved by
the database, which also has the last word on every limit; what is checked here first is
checked to give the person a sentence.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import BankAccount, Client, Creditor
from contracts.models import Contract, ScheduleEntry
from core import audit
from core.errors import Refusal, stated
from core.models import User
from core.money import MAX_AMOUNT, currency_codes, is_rounded
from core.transactions import in_transaction, refusing
from payments.models import Allocation, CreditNote, Invoice, Prepayment, Receipt, Refund
from payments.rules.allocation import OpenItem, plan_allocation
from payments.services.prepaid import own_contract, settle_state
from payments.states import ReceiptMethod

#: What is said when a date lies in a closed period.
CLOSED = gettext_lazy("The books of that period are closed. Use a later date.")


class UnableToIssue(Refusal):
    """An invoice, credit note or receipt does not hold together."""


class UnableToAllocate(Refusal):
    """Money cannot be applied like this."""


class UnableToReverse(Refusal):
    """This allocation cannot be taken back."""


def check_money(amount: Decimal, currency: str) -> None:
    """Raise UnableToIssue unless this is an amount that can be owed or paid."""
    if currency not in currency_codes():
        raise UnableToIssue(_("“%s” is not a currency code.") % currency, field="currency")
    if amount <= 0:
        raise UnableToIssue(_("The amount is more than zero."), field="amount")
    if amount > MAX_AMOUNT:
        raise UnableToIssue(_("The amount is too large."), field="amount")
    if not is_rounded(amount, currency):
        raise UnableToIssue(
            _("%(amount)s has more decimals than %(currency)s knows.")
            % {"amount": amount, "currency": currency},
            field="amount",
        )


def record_act(
    client_id: int,
    action: str,
    subject: Invoice | Receipt | CreditNote | Refund | Allocation,
    *,
    actor: User | None,
    at: dt.datetime,
    **payload: object,
) -> None:
    audit.record(
        action=f"payments.{action}",
        actor=actor,
        at=at,
        subject=subject,
        stream=f"client:{client_id}",
        payload=payload,
    )


@in_transaction
def issue_invoice(
    *,
    creditor: Creditor,
    client: Client,
    number: str,
    currency: str,
    amount: Decimal,
    issued_on: dt.date,
    due_on: dt.date,
    actor: User | None,
    at: dt.datetime,
    contract: Contract | None = None,
    schedule_entry: ScheduleEntry | None = None,
    reference: str = "",
    description: str = "",
) -> Invoice:
    """Enter a claim for money. Raises UnableToIssue naming the field at fault.

    What was prepaid for the contract, and counts towards its price, settles it at once.
    """
    check_money(amount, currency)
    if not number.strip():
        raise UnableToIssue(_("Give the invoice a number."), field="number")
    if contract is not None and (contract.client_id, contract.creditor_id) != (
        client.pk,
        creditor.pk,
    ):
        raise UnableToIssue(
            _("This contract is with another client or creditor."), field="contract"
        )
    with refusing(
        UnableToIssue,
        {
            "invoice_number_once": gettext_lazy("Another invoice has this number."),
            "invoice_entry_once": gettext_lazy("This entry of the schedule is invoiced already."),
            "books_closed": CLOSED,
        },
    ):
        invoice = Invoice.objects.create(
            creditor=creditor,
            client=client,
            contract=contract,
            schedule_entry=schedule_entry,
            number=number.strip(),
            currency=currency,
            amount=amount,
            issued_on=issued_on,
            due_on=due_on,
            reference=reference[:120],
            description=description[:300],
            created_at=at,
            created_by=actor,
        )
    record_act(
        client.pk, "issue_invoice", invoice, actor=actor, at=at, amount=amount, currency=currency
    )
    if contract is not None:
        apply_prepaid(contract, invoice, actor, at)
    return invoice


def apply_prepaid(
    contract: Contract, invoice: Invoice, actor: User | None, at: dt.datetime
) -> list[Allocation]:
    """What was prepaid for a contract settles an invoice of it, the oldest money first.

    Money that does not count towards the price (security deposits, earnest money that the
    contract keeps apart) stays. Part of a transaction.
    """
    money = Receipt.objects.filter(
        prepayment__contract=contract,
        prepayment__applies_to_price=True,
        currency=invoice.currency,
        unallocated__gt=0,
    )
    lock_client(invoice.client_id)
    rows: list[Allocation] = []
    invoice.refresh_from_db()
    left = invoice.open_amount
    for receipt in money.order_by("received_on", "pk"):
        amount = min(left, receipt.unallocated)
        if amount > 0:
            rows += allocate(receipt=receipt, lines=[(invoice, amount)], actor=actor, at=at)
            left -= amount
    if rows:
        invoice.refresh_from_db()
    return rows


@in_transaction
def issue_credit_note(
    *,
    creditor: Creditor,
    client: Client,
    number: str,
    currency: str,
    amount: Decimal,
    issued_on: dt.date,
    reason: str,
    actor: User | None,
    at: dt.datetime,
    invoice: Invoice | None = None,
) -> CreditNote:
    """Take a claim back, wholly or in part. Applying it is a separate act (`allocate`)."""
    check_money(amount, currency)
    if not number.strip():
        raise UnableToIssue(_("Give the credit note a number."), field="number")
    with refusing(
        UnableToIssue,
        {
            "credit_note_number_once": gettext_lazy("Another credit note has this number."),
            "credit_note_same_client": gettext_lazy(
                "The invoice belongs to another client, creditor or currency."
            ),
            "books_closed": CLOSED,
        },
    ):
        note = CreditNote.objects.create(
            creditor=creditor,
            client=client,
            invoice=invoice,
            number=number.strip(),
            currency=currency,
            amount=amount,
            issued_on=issued_on,
            reason=reason[:300],
            created_at=at,
            created_by=actor,
        )
    record_act(
        client.pk, "issue_credit_note", note, actor=actor, at=at, amount=amount, reason=reason
    )
    return note


@in_transaction
def record_receipt(
    *,
    creditor: Creditor,
    client: Client,
    currency: str,
    amount: Decimal,
    received_on: dt.date,
    actor: User | None,
    at: dt.datetime,
    method: str = ReceiptMethod.BANK_TRANSFER,
    payer_name: str = "",
    reference: str = "",
    external_ref: str | None = None,
    bank_account: BankAccount | None = None,
    prepayment: Prepayment | None = None,
) -> Receipt:
    """Enter money that came in. It settles nothing until it is allocated.

    Money of a prepayment comes in through `receive_prepayment`, which also clears it.
    """
    check_money(amount, currency)
    with refusing(
        UnableToIssue,
        {
            "receipt_external_ref_once": gettext_lazy("This payment was entered already."),
            "prepayment_takes_money": gettext_lazy("This prepayment has ended. Request another."),
            "books_closed": CLOSED,
        },
    ):
        receipt = Receipt.objects.create(
            creditor=creditor,
            client=client,
            currency=currency,
            amount=amount,
            received_on=received_on,
            method=method,
            payer_name=payer_name[:200],
            reference=reference[:200],
            external_ref=external_ref or None,
            bank_account=bank_account,
            prepayment=prepayment,
            created_at=at,
            created_by=actor,
        )
    record_act(client.pk, "record_receipt", receipt, actor=actor, at=at, amount=amount)
    return receipt


@in_transaction
def allocate(
    *,
    lines: Sequence[tuple[Invoice, Decimal]],
    actor: User | None,
    at: dt.datetime,
    receipt: Receipt | None = None,
    credit_note: CreditNote | None = None,
    effective_on: dt.date | None = None,
) -> list[Allocation]:
    """Let a receipt or a credit note settle invoices; all lines or none.

    `effective_on` is the day from which it counts in dated figures: the day the money came
    (a debt is settled when the money arrives, not when somebody matched it), unless given.
    Raises UnableToAllocate saying how much would be allowed.
    """
    source = _lock_source(receipt, credit_note)
    merged = _merge(lines)
    invoices = {
        i.pk: i
        for i in Invoice.objects.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=merged)
        .order_by("pk")
    }
    _check_lines(source, merged, invoices)
    day = effective_on or _day_of(source)
    if day < _day_of(source):
        raise UnableToAllocate(
            _("Money cannot settle anything before it came (%s).") % _day_of(source)
        )
    return _apply(source, merged, day=day, actor=actor, at=at)


def _apply(
    source: Receipt | CreditNote,
    merged: dict[int, Decimal],
    *,
    day: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> list[Allocation]:
    """Write the lines (amount by invoice). The client is locked, so the amounts still hold."""
    receipt, note = (source, None) if isinstance(source, Receipt) else (None, source)
    with refusing(
        UnableToAllocate,
        {
            "invoice_not_over_allocated": gettext_lazy("More than the invoice's open amount."),
            "receipt_not_over_used": gettext_lazy("More than is left of this receipt."),
            "credit_note_not_over_used": gettext_lazy("More than is left of this credit note."),
            "allocation_of_earnest_money": gettext_lazy(
                "The contract does not count this earnest money towards the price. Return it."
            ),
            "books_closed": CLOSED,
        },
    ):
        rows = Allocation.objects.bulk_create(
            Allocation(
                receipt=receipt,
                credit_note=note,
                invoice_id=pk,
                amount=amount,
                effective_on=day,
                created_at=at,
                created_by=actor,
            )
            for pk, amount in sorted(merged.items())
        )
    record_act(
        source.client_id,
        "allocate",
        source,
        actor=actor,
        at=at,
        lines=[[r.invoice_id, r.amount, r.pk] for r in rows],
    )
    return rows


def _lock_source(receipt: Receipt | None, credit_note: CreditNote | None) -> Receipt | CreditNote:
    source = receipt or credit_note
    if source is None or (receipt and credit_note):
        raise TypeError("give a receipt or a credit note")
    lock_client(source.client_id)
    if isinstance(source, Receipt):
        return Receipt.objects.select_for_update(no_key=True).get(pk=source.pk)
    return CreditNote.objects.select_for_update(no_key=True).get(pk=source.pk)


def lock_client(client_id: int) -> None:
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=client_id)


def _day_of(source: Receipt | CreditNote) -> dt.date:
    return source.received_on if isinstance(source, Receipt) else source.issued_on


def _merge(lines: Iterable[tuple[Invoice, Decimal]]) -> dict[int, Decimal]:
    merged: dict[int, Decimal] = {}
    for invoice, amount in lines:
        merged[invoice.pk] = merged.get(invoice.pk, Decimal(0)) + amount
    if not merged:
        raise UnableToAllocate(_("Choose at least one invoice and an amount."))
    return merged


def _check_lines(
    source: Receipt | CreditNote, merged: dict[int, Decimal], invoices: dict[int, Invoice]
) -> None:
    contract = own_contract(source)
    for pk, amount in merged.items():
        invoice = invoices[pk]
        if contract is not None and invoice.contract_id != contract.pk:
            raise UnableToAllocate(
                _("Invoice %(number)s is not of contract %(contract)s, which this was prepaid for.")
                % {"number": invoice.number, "contract": contract.number}
            )
        if (invoice.client_id, invoice.creditor_id, invoice.currency) != (
            source.client_id,
            source.creditor_id,
            source.currency,
        ):
            raise UnableToAllocate(
                _("Invoice %s belongs to another client, creditor or currency.") % invoice.number
            )
        if amount <= 0 or not is_rounded(amount, invoice.currency):
            raise UnableToAllocate(
                _("Invoice %(number)s: %(amount)s is not an amount of %(currency)s.")
                % {"number": invoice.number, "amount": amount, "currency": invoice.currency}
            )
        if amount > invoice.open_amount:
            raise UnableToAllocate(
                _("Invoice %(number)s: only %(open)s is open.")
                % {
                    "number": invoice.number,
                    "open": stated(invoice.open_amount, invoice.currency),
                }
            )
    if sum(merged.values()) > source.unallocated:
        raise UnableToAllocate(
            _("Only %s is left to apply.") % stated(source.unallocated, source.currency)
        )


@in_transaction
def allocate_oldest_first(
    *, receipt: Receipt, actor: User | None, at: dt.datetime
) -> list[Allocation]:
    """Apply what is left of a receipt to the client's open invoices in the legal order.

    Nothing to apply, or nothing open, gives an empty list.
    """
    source = _lock_source(receipt, None)
    items = suggested_lines(source)
    if not items:
        return []
    return _apply(source, _merge(items), day=_day_of(source), actor=actor, at=at)


def suggested_lines(source: Receipt | CreditNote) -> list[tuple[Invoice, Decimal]]:
    """How the law would apply what is left, if nobody says otherwise (民法典 560)."""
    invoices = list(
        Invoice.objects.open()
        .filter(
            client_id=source.client_id, creditor_id=source.creditor_id, currency=source.currency
        )
        .order_by("due_on", "pk")
    )
    contract = own_contract(source)
    if contract is not None:
        invoices = [i for i in invoices if i.contract_id == contract.pk]
    by_pk = {i.pk: i for i in invoices}
    if source.unallocated <= 0 or not invoices:
        return []
    plan = plan_allocation(
        source.unallocated,
        [OpenItem(key=i.pk, due_on=i.due_on, open_amount=i.open_amount) for i in invoices],
        currency=source.currency,
        on=_day_of(source),
    )
    return [(by_pk[line.key], line.amount) for line in plan if line.amount > 0]


@in_transaction
def reverse_allocation(
    *,
    allocation: Allocation,
    reason: str,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
) -> Allocation:
    """Take an allocation back, whole, from a day on. The first row stays and is named.

    Raises UnableToReverse when it is a reversal or was reversed already.
    """
    if not reason.strip():
        raise UnableToReverse(_("Say why it is taken back."), field="reason")
    if allocation.reverses_id:
        raise UnableToReverse(_("This is a reversal. Apply the money again instead."))
    _lock_source(allocation.receipt, allocation.credit_note)
    Invoice.objects.select_for_update(no_key=True).only("pk").get(pk=allocation.invoice_id)
    with refusing(
        UnableToReverse,
        {
            "payments_allocation_reverses_id_key": gettext_lazy(
                "This allocation was taken back already."
            ),
            "allocation_reversal_exact": gettext_lazy(
                "It cannot be taken back before the day it counted from."
            ),
            "books_closed": CLOSED,
        },
    ):
        row = Allocation.objects.create(
            receipt_id=allocation.receipt_id,
            credit_note_id=allocation.credit_note_id,
            invoice_id=allocation.invoice_id,
            amount=-allocation.amount,
            effective_on=on,
            reverses=allocation,
            reason=reason.strip()[:300],
            created_at=at,
            created_by=actor,
        )
    record_act(
        allocation.invoice.client_id,
        "reverse_allocation",
        row,
        actor=actor,
        at=at,
        reverses=allocation.pk,
        amount=allocation.amount,
        reason=reason,
    )
    if allocation.receipt is not None:
        settle_state(receipt=allocation.receipt, on=on, actor=actor, at=at)
    return row
