"""Prepayments: asked for, received, applied, ended; how money leaves is in `releases`.

Locks are taken client, prepayment, receipt, invoice. What comes in are ordinary receipts; what
is left of them is the balance, which the database keeps from going below zero.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import BankAccount, Client
from clients.selectors import letter_account
from contracts.models import Contract, ScheduleEntry
from contracts.rules.prepayment import EARNEST_CAP, percent_text, required_amount
from contracts.states import BINDING_STATES, PrepaymentKind, ScheduleKind
from core.documents import store_document
from core.errors import Refusal, stated
from core.models import User
from core.money import ZERO
from core.transactions import in_transaction, refusing
from payments.letters.prepayments import request_pdf
from payments.models import Prepayment, Receipt
from payments.selectors.prepayments import delivery_hold, figures_of
from payments.services.ledger import UnableToIssue, check_money, record_receipt
from payments.services.ledger import apply_prepaid as _apply
from payments.services.prepaid import (
    locked_prepayment,
    move_state,
    record_prepayment_act,
    settle_state,
)
from payments.states import (
    TAKES_MONEY,
    PrepaymentState,
    ReceiptMethod,
    ReleaseState,
)

#: Days to pay a request, where nobody says otherwise.
DEFAULT_DAYS: Final = 7


class UnableToPrepay(Refusal):
    """This prepayment cannot be asked for, received or ended like this."""


# --- Asking ------------------------------------------------------------------------------------


def suggested_request(contract: Contract, *, on: dt.date) -> tuple[Decimal, dt.date]:
    """What is still to be asked for before the work, and by when."""
    hold = delivery_hold(contract)
    entry = ScheduleEntry.objects.filter(
        contract=contract, kind=ScheduleKind.PREPAYMENT, due_on__gte=on
    ).first()
    due_on = entry.due_on if entry and entry.due_on else on + dt.timedelta(days=DEFAULT_DAYS)
    return (hold.unasked if hold else ZERO), due_on


@in_transaction
def request_prepayment(
    *,
    contract: Contract,
    amount: Decimal,
    due_on: dt.date,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    kind: PrepaymentKind | None = None,
    applies_to_price: bool = False,
    clause: str = "",
    language: str = "",
    bank_account: BankAccount | None = None,
) -> Prepayment:
    """Ask the client for money before the work. Its payment request is made by `print_request`.

    `applies_to_price` is read for earnest money only, which counts towards the price where the
    contract says so (`clause`). Raises UnableToPrepay naming the field at fault.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=contract.client_id)
    row = Contract.objects.select_related("client", "creditor").get(pk=contract.pk)
    chosen = PrepaymentKind(kind or row.prepayment_kind)
    _check_request(row, chosen, amount, due_on=due_on, on=on, account=bank_account)
    if chosen == PrepaymentKind.EARNEST and applies_to_price and not clause.strip():
        raise UnableToPrepay(
            _("Say where the contract counts the earnest money towards the price."), field="clause"
        )
    with refusing(
        UnableToPrepay,
        {"prepayment_number_once": gettext_lazy("Somebody asked at the same moment. Look again.")},
    ):
        prepayment = Prepayment.objects.create(
            contract=row,
            number=f"{row.number}-P{row.prepayments.count() + 1}",
            kind=chosen,
            currency=row.currency,
            amount=amount,
            applies_to_price=chosen == PrepaymentKind.PREPAYMENT
            or (chosen == PrepaymentKind.EARNEST and applies_to_price),
            clause=clause.strip()[:120],
            requested_on=on,
            due_on=due_on,
            language=language or row.client.language,
            bank_account=bank_account or letter_account(row.creditor, row.currency),
            created_at=at,
            created_by=actor,
        )
    record_prepayment_act(
        prepayment,
        "request_prepayment",
        actor,
        at,
        kind=chosen,
        amount=amount,
        due_on=due_on,
        applies_to_price=prepayment.applies_to_price,
    )
    return prepayment


def _check_request(
    contract: Contract,
    kind: PrepaymentKind,
    amount: Decimal,
    *,
    due_on: dt.date,
    on: dt.date,
    account: BankAccount | None,
) -> None:
    if contract.state not in BINDING_STATES:
        raise UnableToPrepay(
            _("Money is asked for when the contract is signed and while it is in force.")
        )
    try:
        check_money(amount, contract.currency)
    except UnableToIssue as error:
        raise UnableToPrepay(error.message, field=error.field) from error
    if contract.amount is not None and amount > contract.amount:
        raise UnableToPrepay(
            _("This is more than the contract's price of %s.")
            % stated(contract.amount, contract.currency),
            field="amount",
        )
    if due_on < on:
        raise UnableToPrepay(
            _("The day to pay by has passed. Give one from today on."), field="due_on"
        )
    if account and (account.creditor_id, account.currency) != (
        contract.creditor_id,
        contract.currency,
    ):
        raise UnableToPrepay(
            _("This account is of another creditor, or in another currency."), field="bank_account"
        )
    if kind == PrepaymentKind.EARNEST:
        _check_earnest(contract, amount)


def _check_earnest(contract: Contract, amount: Decimal) -> None:
    if contract.prepayment_kind != PrepaymentKind.EARNEST:
        raise UnableToPrepay(
            _("The contract does not agree on earnest money (定金). Ask for a prepayment."),
            field="kind",
        )
    others = contract.prepayments.filter(kind=PrepaymentKind.EARNEST).exclude(
        state=PrepaymentState.CANCELLED
    )
    asked = sum((one.amount for one in others), ZERO)
    cap = required_amount(contract.amount, EARNEST_CAP, contract.currency)
    if asked + amount > cap:
        raise UnableToPrepay(
            _(
                "Earnest money counts up to %(share)s of the price (PRC Civil Code art. 586): "
                "%(left)s is left. Ask for the rest as a prepayment."
            )
            % {
                "share": percent_text(EARNEST_CAP),
                "left": stated(max(cap - asked, ZERO), contract.currency),
            },
            field="amount",
        )


def print_request(*, prepayment: Prepayment, actor: User | None, at: dt.datetime) -> Prepayment:
    """Make the payment request as PDF in the client's language and keep it, once.

    Rendered outside of any transaction. Raises UnableToRenderPdf.
    """
    row = Prepayment.objects.select_related(
        "contract__client", "contract__creditor__logo", "bank_account", "document"
    ).get(pk=prepayment.pk)
    if row.document_id is None:
        _keep_request(row, request_pdf(row), actor, at)
    return row


@in_transaction
def _keep_request(row: Prepayment, pdf: bytes, actor: User | None, at: dt.datetime) -> None:
    document = store_document(data=pdf, name=f"{row.number}.pdf", actor=actor, at=at)
    if Prepayment.objects.filter(pk=row.pk, document=None).update(document=document):
        row.document = document
        record_prepayment_act(row, "print_prepayment", actor, at, sha256=document.sha256)
    else:
        row.refresh_from_db(fields=["document"])


# --- Receiving and applying ----------------------------------------------------------------------


@in_transaction
def receive_prepayment(
    *,
    prepayment: Prepayment,
    amount: Decimal,
    received_on: dt.date,
    actor: User | None,
    at: dt.datetime,
    method: str = ReceiptMethod.BANK_TRANSFER,
    payer_name: str = "",
    reference: str = "",
    external_ref: str | None = None,
    bank_account: BankAccount | None = None,
) -> Receipt:
    """Money came in for a prepayment. When all of it is there, work and delivery are free.

    What counts towards the price settles the contract's open invoices at once. Raises
    UnableToPrepay when it has ended, UnableToIssue as `record_receipt` does.
    """
    row = locked_prepayment(prepayment)
    if row.state not in TAKES_MONEY:
        raise UnableToPrepay(_("This prepayment has ended. Request another."))
    contract = row.contract
    receipt = record_receipt(
        creditor=contract.creditor,
        client=contract.client,
        currency=row.currency,
        amount=amount,
        received_on=received_on,
        method=method,
        payer_name=payer_name,
        reference=reference or row.number,
        external_ref=external_ref,
        bank_account=bank_account,
        prepayment=row,
        actor=actor,
        at=at,
    )
    settle_state(receipt=receipt, on=received_on, actor=actor, at=at)
    if row.applies_to_price:
        for invoice in contract.invoices.open().order_by("due_on", "pk"):
            _apply(contract, invoice, actor, at)
    receipt.refresh_from_db()
    prepayment.refresh_from_db()
    return receipt


@in_transaction
def apply_prepayments(*, contract: Contract, actor: User | None, at: dt.datetime) -> int:
    """Let what was prepaid, and counts towards the price, settle the contract's open invoices.

    Issuing an invoice does so by itself; this is for money or invoices that came another way.
    Returns how many invoices took some.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=contract.client_id)
    invoices = contract.invoices.open().order_by("due_on", "pk")
    return sum(bool(_apply(contract, invoice, actor, at)) for invoice in invoices)


# --- Ending --------------------------------------------------------------------------------------


@in_transaction
def end_prepayment(
    *, prepayment: Prepayment, reason: str, on: dt.date, actor: User | None, at: dt.datetime
) -> Prepayment:
    """Close a cleared prepayment, or cancel one that was not paid. Nothing may be left in it."""
    row = locked_prepayment(prepayment)
    if row.state not in TAKES_MONEY:
        raise UnableToPrepay(_("This prepayment has ended already."))
    if not reason.strip():
        raise UnableToPrepay(_("Say why."), field="reason")
    balance = figures_of([row.pk])[row.pk].balance
    if balance:
        raise UnableToPrepay(
            _("%s is left in it. Apply or return that first.") % stated(balance, row.currency)
        )
    if row.releases.filter(state=ReleaseState.ASKED).exists():
        raise UnableToPrepay(_("A request to return money waits for a decision."))
    is_cleared = row.state == PrepaymentState.CLEARED
    state = PrepaymentState.CLOSED if is_cleared else PrepaymentState.CANCELLED
    move_state(row, state, on=on, actor=actor, at=at, reason=reason.strip())
    prepayment.refresh_from_db()
    return row
