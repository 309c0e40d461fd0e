"""Taking an invoice back in one act."""

import datetime as dt
from decimal import Decimal

from core.models import User
from core.transactions import in_transaction
from payments.models import CreditNote, Invoice
from payments.services.ledger import allocate, issue_credit_note


@in_transaction
def credit_invoice(
    *,
    invoice: Invoice,
    number: str,
    amount: Decimal,
    issued_on: dt.date,
    reason: str,
    is_applied: bool,
    actor: User | None,
    at: dt.datetime,
) -> CreditNote:
    """Issue a credit note over an invoice and, unless told otherwise, apply it there.

    Both or neither: a refused application takes the note with it. Raises UnableToIssue and
    UnableToAllocate.
    """
    note = issue_credit_note(
        creditor=invoice.creditor,
        client=invoice.client,
        number=number,
        currency=invoice.currency,
        amount=amount,
        issued_on=issued_on,
        reason=reason,
        invoice=invoice,
        actor=actor,
        at=at,
    )
    if is_applied:
        allocate(credit_note=note, lines=[(invoice, amount)], actor=actor, at=at)
    return note
