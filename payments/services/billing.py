"""From the payment schedule to invoices: each entry once, when it is due or accepted."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Client, Creditor
from contracts.models import Delivery, ScheduleEntry
from contracts.states import ContractState, ScheduleKind
from core import audit
from core.dates import day_in
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction, refusing
from payments.models import Invoice, InvoiceNumbering, MilestoneAcceptance
from payments.selectors.billing import due_for_issue
from payments.selectors.prepayments import delivery_hold
from payments.services.ledger import UnableToIssue, issue_invoice

#: Before these nothing was agreed that could be invoiced.
_BILLABLE: Final = (
    ContractState.ACTIVE,
    ContractState.SUSPENDED,
    ContractState.COMPLETED,
    ContractState.TERMINATED,
)
_MAX_TRIES: Final = 1_000
_MAX_DIGITS: Final = 12
_DESCRIPTION: Final = 300


class UnableToInvoice(Refusal):
    """This entry of a schedule cannot be invoiced, or not like this."""


@in_transaction
def invoice_entry(
    *,
    entry: ScheduleEntry,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    number: str = "",
) -> Invoice:
    """Issue the invoice of an entry, dated `on`, due after the contract's payment terms.

    The part of the price that was prepaid is invoiced along with the first entry that is, so
    that the prepayment settles it. Without a number the creditor's own rule gives one. Raises
    UnableToInvoice for an entry that has its invoice, or of a contract that is not in force.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=entry.contract.client_id)
    row = (
        ScheduleEntry.objects.select_related("contract__client", "contract__creditor", "line")
        .select_for_update(no_key=True, of=("self",))
        .get(pk=entry.pk)
    )
    contract = row.contract
    if contract.state not in _BILLABLE:
        raise UnableToInvoice(_("The contract is not in force yet. Activate it first."))
    if Invoice.objects.filter(schedule_entry=row).exists():
        raise UnableToInvoice(_("This entry of the schedule is invoiced already."))
    # What was prepaid settles its own part of the price first.
    prepaid = contract.schedule.filter(kind=ScheduleKind.PREPAYMENT, invoice__isnull=True)
    for other in prepaid.exclude(pk=row.pk).select_related("line"):
        other.contract = contract
        _issue(other, "", on, actor, at)
    return _issue(row, number.strip(), on, actor, at)


def _issue(
    entry: ScheduleEntry, number: str, on: dt.date, actor: User | None, at: dt.datetime
) -> Invoice:
    contract = entry.contract
    words = entry.label or str(ScheduleKind(entry.kind).label)
    if entry.line is not None and entry.line.description not in words:
        words = f"{words}: {entry.line.description}"
    try:
        return issue_invoice(
            creditor=contract.creditor,
            client=contract.client,
            contract=contract,
            schedule_entry=entry,
            number=number or next_number(creditor=contract.creditor, on=on),
            currency=contract.currency,
            amount=entry.amount,
            issued_on=on,
            due_on=on + dt.timedelta(days=contract.terms_days),
            reference=contract.number,
            description=words[:_DESCRIPTION],
            actor=actor,
            at=at,
        )
    except UnableToIssue as error:
        raise UnableToInvoice(error.message, field=error.field) from error


@in_transaction
def milestone_accepted(
    *,
    entry: ScheduleEntry,
    on: dt.date,
    actor: User | None,
    at: dt.datetime,
    issued_on: dt.date | None = None,
) -> Invoice | None:
    """What an entry waited for was accepted on a day: its invoice is issued, that day or later.

    None when a person has to decide, because the contract is suspended or its work is held, or
    when it is invoiced already or cannot be today (closed books); the acceptance is kept, and
    the entry is proposed, or tried again by the daily task. Safe to call again. Raises
    UnableToInvoice for an entry that waits for no acceptance.
    """
    if entry.kind != ScheduleKind.MILESTONE and entry.line_id is None:
        raise UnableToInvoice(_("This entry waits for a date, not for an acceptance."))
    contract = entry.contract
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=contract.client_id)
    contract.refresh_from_db(fields=["state"])
    _kept, is_new = MilestoneAcceptance.objects.get_or_create(
        entry=entry, defaults={"accepted_on": on, "at": at, "actor": actor}
    )
    if is_new:
        _record(entry, "milestone_accepted", actor, at, on=on)
    if Invoice.objects.filter(schedule_entry=entry).exists():
        return None
    if contract.state != ContractState.ACTIVE or delivery_hold(contract) is not None:
        return None
    try:
        return invoice_entry(entry=entry, on=issued_on or on, actor=actor, at=at)
    except UnableToInvoice:
        return None


def bill_accepted(delivery: Delivery, on: dt.date, actor: User | None, at: dt.datetime) -> None:
    """A delivery was accepted: what falls due with its line is invoiced, dated today.

    A part of a line is no milestone yet. Runs in the transaction of the acceptance.
    """
    if not delivery.completes_line:
        return
    entries = ScheduleEntry.objects.filter(
        line=delivery.line_id, kind=ScheduleKind.MILESTONE
    ).select_related("contract__creditor", "line")
    for entry in entries.order_by("position"):
        today = day_in(at, entry.contract.creditor.time_zone)
        milestone_accepted(entry=entry, on=on, issued_on=max(on, today), actor=actor, at=at)


def issue_due_entries(*, creditor: Creditor, on: dt.date, at: dt.datetime) -> list[Invoice]:
    """Issue what fell due, or was accepted, under active contracts; each entry exactly once.

    Each in a transaction of its own: one that is refused (closed books) does not stop the
    others, and of two runs at once one finds the entry taken. What is suspended or held is
    left to a person (`payments.selectors.billing.proposed_invoices`).
    """
    issued = []
    for entry in due_for_issue(creditor=creditor, on=on):
        if Invoice.objects.filter(schedule_entry=entry).exists():
            continue  # the prepaid part went along with an entry before it
        try:
            issued.append(invoice_entry(entry=entry, on=on, actor=None, at=at))
        except UnableToInvoice:
            continue
    return issued


# --- Numbers -------------------------------------------------------------------------------------


def next_number(*, creditor: Creditor, on: dt.date) -> str:
    """The next free invoice number by the creditor's rule; part of a transaction.

    The row of the rule is locked, so that numbers are given out one by one and a refused
    invoice gives its number back. Numbers that came in with a ledger are stepped over.
    """
    InvoiceNumbering.objects.get_or_create(creditor=creditor)
    rule = InvoiceNumbering.objects.select_for_update().get(creditor=creditor)
    for count in range(_MAX_TRIES):
        number = _numbered(rule.prefix, rule.next_number + count, rule.digits, on)
        if not Invoice.objects.filter(creditor=creditor, number=number).exists():
            rule.next_number += count + 1
            rule.save(update_fields=["next_number"])
            return number
    raise UnableToInvoice(_("The next invoice numbers are all taken. Change the numbering."))


def _numbered(prefix: str, count: int, digits: int, on: dt.date) -> str:
    start = prefix.replace("{year}", f"{on:%Y}").replace("{month}", f"{on:%m}")
    return f"{start}{count:0{digits}d}"


@in_transaction
def set_numbering(
    *,
    creditor: Creditor,
    prefix: str,
    digits: int,
    next_count: int,
    actor: User | None,
    at: dt.datetime,
) -> InvoiceNumbering:
    """How this creditor's invoices are numbered from now on. Raises UnableToInvoice."""
    if not 1 <= digits <= _MAX_DIGITS:
        raise UnableToInvoice(_("Give from 1 to 12 digits."), field="digits")
    if next_count < 1:
        raise UnableToInvoice(_("Numbers begin with 1."), field="next_number")
    InvoiceNumbering.objects.get_or_create(creditor=creditor)
    rule = InvoiceNumbering.objects.select_for_update().get(creditor=creditor)
    before = [rule.prefix, rule.digits, rule.next_number]
    rule.prefix, rule.digits, rule.next_number = prefix.strip()[:40], digits, next_count
    with refusing(UnableToInvoice, {"numbering_digits": gettext_lazy("Give from 1 to 12 digits.")}):
        rule.save()
    audit.record(
        action="payments.set_numbering",
        actor=actor,
        at=at,
        subject=rule,
        stream=f"creditor:{creditor.pk}",
        payload={"before": before, "after": [rule.prefix, rule.digits, rule.next_number]},
    )
    return rule


def _record(
    entry: ScheduleEntry, action: str, actor: User | None, at: dt.datetime, **payload: object
) -> None:
    audit.record(
        action=f"payments.{action}",
        actor=actor,
        at=at,
        subject=entry,
        stream=f"client:{entry.contract.client_id}",
        payload=payload,
    )
