"""Ways in which a debt goes away while its reminder is on its way."""

from __future__ import annotations

from core.dates import now
from disputes.services import open_dispute
from disputes.states import DisputeReason
from payments.models import Invoice
from payments.services import allocate, allocate_oldest_first, issue_credit_note, record_receipt


def pays(invoice: Invoice) -> None:
    """The money comes and is applied."""
    receipt = record_receipt(
        creditor=invoice.creditor,
        client=invoice.client,
        currency=invoice.currency,
        amount=invoice.amount,
        received_on=now().date(),
        actor=None,
        at=now(),
    )
    allocate_oldest_first(receipt=receipt, actor=None, at=now())


def pays_without_saying_what_for(invoice: Invoice) -> None:
    """The money comes and stays as credit."""
    record_receipt(
        creditor=invoice.creditor,
        client=invoice.client,
        currency=invoice.currency,
        amount=invoice.amount,
        received_on=now().date(),
        actor=None,
        at=now(),
    )


def disputes(invoice: Invoice) -> None:
    """All of it is contested."""
    open_dispute(
        invoice=invoice,
        amount=invoice.amount,
        reason=DisputeReason.QUALITY,
        on=now().date(),
        actor=None,
        at=now(),
    )


def is_credited(invoice: Invoice) -> None:
    """The claim is taken back."""
    note = issue_credit_note(
        creditor=invoice.creditor,
        client=invoice.client,
        invoice=invoice,
        number=f"CN-{invoice.number}",
        currency=invoice.currency,
        amount=invoice.amount,
        issued_on=now().date(),
        reason="Returned",
        actor=None,
        at=now(),
    )
    allocate(credit_note=note, lines=[(invoice, invoice.amount)], actor=None, at=now())


ALL = (pays, pays_without_saying_what_for, disputes, is_credited)
