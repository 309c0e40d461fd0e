"""Entries of schedules become invoices: once, in time, and never over a hold."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from contracts.models import Contract, Delivery, ScheduleEntry
from contracts.selectors.holds import work_holds
from contracts.services.lines import add_line
from contracts.services.performance import answer_delivery
from contracts.services.schedule import Entry, set_schedule
from contracts.states import AnsweredHow, ContractState, DeliveryState, ScheduleKind
from core.states import Role
from payments.models import Invoice, InvoiceNumbering, MilestoneAcceptance
from payments.selectors.billing import due_for_issue, proposals_of, proposed_invoices
from payments.services import (
    UnableToInvoice,
    invoice_entry,
    issue_due_entries,
    milestone_accepted,
    set_numbering,
)
from tests.factories import NOW, TODAY, count_queries, make_invoice, make_user
from tests.payments.prepaid import ask, dated, entries_of, make_contract, prepaid_entry, receive

pytestmark = pytest.mark.django_db

LATER = TODAY + dt.timedelta(days=40)


def due(contract: Contract, on: dt.date = TODAY) -> list[Invoice]:
    return issue_due_entries(creditor=contract.creditor, on=on, at=NOW)


def test_what_is_due_is_issued_exactly_once() -> None:
    contract = make_contract(
        ratio="0", entries=[dated("400.00"), dated("600.00", LATER)], terms_days=45
    )
    (invoice,) = due(contract)
    assert (invoice.amount, invoice.issued_on) == (Decimal(400), TODAY)
    assert invoice.due_on == TODAY + dt.timedelta(days=45)
    assert invoice.schedule_entry == entries_of(contract)[0]
    assert invoice.contract == contract
    assert due(contract) == []
    assert [one.amount for one in due(contract, LATER)] == [Decimal(600)]
    assert Invoice.objects.count() == 2


def test_the_database_lets_no_entry_be_invoiced_twice_or_at_another_amount() -> None:
    contract = make_contract(ratio="0", entries=[dated("1000.00")])
    (entry,) = entries_of(contract)
    with pytest.raises(IntegrityError, match="its contract and amount"), transaction.atomic():
        make_invoice(
            contract.client, contract.creditor, "1.00", contract=contract, schedule_entry=entry
        )
    (first,) = due(contract)
    with pytest.raises(UnableToInvoice):
        invoice_entry(entry=entry, on=TODAY, actor=None, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Invoice.objects.filter(pk=first.pk).update(schedule_entry=None)


def test_an_amendment_moves_only_what_is_not_invoiced() -> None:
    contract = make_contract(ratio="0", entries=[dated("400.00"), dated("600.00", LATER)])
    due(contract)
    first, second = entries_of(contract)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL dunwell.amending = 'on'")
    ScheduleEntry.objects.filter(pk=second.pk).update(amount=Decimal(700))
    with pytest.raises(IntegrityError, match="is invoiced"), transaction.atomic():
        ScheduleEntry.objects.filter(pk=first.pk).update(amount=Decimal(300))
    with pytest.raises(ProtectedError):
        first.delete()


@pytest.mark.parametrize("state", [ContractState.SIGNED, ContractState.COMPLETED, "TERMINATED"])
def test_nothing_is_issued_by_itself_outside_of_an_active_contract(state: str) -> None:
    assert due(make_contract(ratio="0", state=state, entries=[dated("1000.00")])) == []


def test_a_suspended_contract_is_proposed_and_a_person_decides() -> None:
    contract = make_contract(ratio="0", state=ContractState.SUSPENDED, entries=[dated("1000.00")])
    assert due(contract) == []
    (proposal,) = proposals_of(contract, on=TODAY)
    assert proposal.is_suspended
    invoice_entry(entry=proposal.entry, on=TODAY, actor=make_user(), at=NOW)
    assert proposals_of(contract, on=TODAY) == []


def test_held_work_is_proposed_until_the_prepayment_clears() -> None:
    contract = make_contract(entries=[dated("1000.00")])
    assert due(contract) == []
    (proposal,) = proposed_invoices(user=make_user(Role.FINANCE), on=TODAY)
    assert proposal.hold is not None
    assert proposed_invoices(user=make_user(Role.SALES), on=TODAY) == []
    receive(ask(contract))
    assert proposals_of(contract, on=TODAY) == []
    (invoice,) = due(contract)
    assert invoice.open_amount == Decimal(500)


def test_the_prepaid_part_of_the_price_is_invoiced_with_the_first_work() -> None:
    contract = make_contract(
        ratio="0.3",
        entries=[prepaid_entry("300.00"), dated("300.00"), dated("400.00", LATER)],
    )
    prepayment = ask(contract, "300.00")
    receive(prepayment, "300.00")
    due(contract)
    prepaid, first, last = entries_of(contract)
    assert prepaid.invoice.open_amount == 0
    assert first.invoice.open_amount == Decimal(300)
    assert not hasattr(last, "invoice")
    due(contract, LATER)
    assert sum(one.amount for one in contract.invoices.all()) == contract.amount
    assert due(contract, LATER) == []


def milestone(**fields: Any) -> Contract:
    """A contract with one line of 1,000, paid when it is accepted."""
    contract = make_contract(state=ContractState.DRAFT, ratio=None, amount="1.00")
    line = add_line(
        contract=contract,
        description="Report",
        quantity=Decimal(1),
        unit_price=Decimal(1000),
        actor=None,
        at=NOW,
    )
    contract.refresh_from_db()
    set_schedule(
        contract=contract,
        entries=[Entry(ScheduleKind.MILESTONE, Decimal(1000), line=line)],
        actor=None,
        at=NOW,
    )
    fields.setdefault("prepayment_ratio", Decimal(0))
    Contract.objects.filter(pk=contract.pk).update(state=ContractState.ACTIVE, **fields)
    contract.refresh_from_db()
    return contract


def test_a_milestone_is_invoiced_when_it_is_accepted_and_once_only() -> None:
    (entry,) = entries_of(milestone())
    invoice = milestone_accepted(entry=entry, on=TODAY, actor=None, at=NOW)
    assert invoice is not None
    assert "Report" in invoice.description
    assert milestone_accepted(entry=entry, on=TODAY, actor=None, at=NOW) is None
    assert (Invoice.objects.count(), MilestoneAcceptance.objects.count()) == (1, 1)


def delivered(entry: Any, *, completes_line: bool = True) -> Delivery:
    return Delivery.objects.create(
        contract=entry.contract,
        line=entry.line,
        delivered_on=TODAY - dt.timedelta(days=3),
        what="Report",
        completes_line=completes_line,
        created_at=NOW,
    )


def accept(delivery: Delivery) -> None:
    answer_delivery(
        delivery=delivery,
        outcome=DeliveryState.ACCEPTED,
        how=AnsweredHow.RECORD,
        answered_on=TODAY - dt.timedelta(days=1),
        on=TODAY,
        name="Ms Li",
        actor=None,
        at=NOW,
    )


def test_accepting_the_delivery_that_completes_a_line_bills_its_milestone_today() -> None:
    (entry,) = entries_of(milestone())
    accept(delivered(entry, completes_line=False))
    assert not Invoice.objects.exists()
    accept(delivered(entry))
    invoice = Invoice.objects.get(schedule_entry=entry)
    assert invoice.issued_on == TODAY
    assert MilestoneAcceptance.objects.get().accepted_on == TODAY - dt.timedelta(days=1)


def test_an_acceptance_is_kept_when_the_books_are_closed_and_billed_when_they_open() -> None:
    contract = milestone()
    contract.creditor.books_closed_on = TODAY
    contract.creditor.save()
    (entry,) = entries_of(contract)
    accept(delivered(entry))
    assert not Invoice.objects.exists()
    assert MilestoneAcceptance.objects.exists()
    (invoice,) = due(contract, LATER)
    assert invoice.schedule_entry == entry


def test_work_waits_for_the_money_in_the_words_of_the_hold() -> None:
    contract = milestone(prepayment_ratio=Decimal("0.5"))
    (sentence,) = work_holds(contract)
    assert "has not been requested yet" in sentence
    receive(ask(contract))
    assert work_holds(contract) == []


def test_a_milestone_accepted_while_held_is_issued_when_the_hold_ends() -> None:
    contract = milestone(prepayment_ratio=Decimal("0.5"))
    (entry,) = entries_of(contract)
    assert milestone_accepted(entry=entry, on=TODAY, actor=None, at=NOW) is None
    assert [one.entry for one in proposals_of(contract, on=TODAY)] == [entry]
    receive(ask(contract))
    (invoice,) = due(contract)
    assert invoice.open_amount == Decimal(500)


def test_an_entry_that_waits_for_a_date_is_not_accepted() -> None:
    (entry,) = entries_of(make_contract(ratio="0", entries=[dated("1000.00")]))
    with pytest.raises(UnableToInvoice):
        milestone_accepted(entry=entry, on=TODAY, actor=None, at=NOW)


def test_nothing_is_invoiced_before_the_contract_is_in_force() -> None:
    contract = make_contract(ratio="0", state=ContractState.SIGNED, entries=[dated("1000.00")])
    with pytest.raises(UnableToInvoice):
        invoice_entry(entry=entries_of(contract)[0], on=TODAY, actor=None, at=NOW)


def test_numbers_follow_the_creditors_rule_and_step_over_taken_ones() -> None:
    contract = make_contract(ratio="0", entries=[dated("100.00"), dated("200.00"), dated("700.00")])
    rule = set_numbering(
        creditor=contract.creditor,
        prefix="R{year}/{month}-",
        digits=3,
        next_count=7,
        actor=None,
        at=NOW,
    )
    make_invoice(contract.client, contract.creditor, number="R2026/06-008")
    assert [one.number for one in due(contract)] == [
        "R2026/06-007",
        "R2026/06-009",
        "R2026/06-010",
    ]
    rule.refresh_from_db()
    assert rule.next_number == 11


def test_a_given_number_is_used_and_a_taken_one_refused() -> None:
    contract = make_contract(ratio="0", entries=[dated("400.00"), dated("600.00")])
    first, second = entries_of(contract)
    invoice_entry(entry=first, on=TODAY, number="A-1", actor=None, at=NOW)
    with pytest.raises(UnableToInvoice) as refused, transaction.atomic():
        invoice_entry(entry=second, on=TODAY, number="A-1", actor=None, at=NOW)
    assert refused.value.field is None
    assert not InvoiceNumbering.objects.exists()


def test_closed_books_stop_one_creditor_and_not_the_others() -> None:
    contract = make_contract(ratio="0", entries=[dated("1000.00")])
    contract.creditor.books_closed_on = TODAY
    contract.creditor.save()
    assert due(contract) == []
    assert due(contract, LATER) != []


def test_planning_reads_as_many_statements_for_many_contracts() -> None:
    contract = make_contract(ratio="0", entries=[dated("1000.00")])
    due_for_issue(creditor=contract.creditor, on=TODAY)
    few = count_queries(lambda: due_for_issue(creditor=contract.creditor, on=TODAY))
    for _ in range(4):
        make_contract(ratio="0", entries=[dated("1000.00")], creditor=contract.creditor)
    many = count_queries(lambda: due_for_issue(creditor=contract.creditor, on=TODAY))
    assert many == few
