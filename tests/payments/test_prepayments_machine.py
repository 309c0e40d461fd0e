"""Any sequence of movements keeps received = applied + refunded + forfeited + balance.

The machine drives the real services and predicts from whole cents alone which acts are allowed
and what is left after each.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from contracts.models import Contract
from contracts.states import PrepaymentKind
from core.models import User
from payments.models import Allocation, ClientBalance, Invoice, Prepayment, Receipt
from payments.selectors import verify
from payments.selectors.prepayments import figures_of, statement_of
from payments.services import (
    UnableToRefund,
    UnableToRelease,
    approve_release,
    ask_release,
    refund_receipt,
    reverse_allocation,
)
from payments.states import RefundKind, ReleaseKind
from tests.factories import NOW, TODAY, make_invoice
from tests.payments.prepaid import ask, make_contract, people, receive

LEDGER_CHECKS = (
    verify.invoice_counters,
    verify.receipt_counters,
    verify.client_balances,
    verify.aging_flow,
    verify.prepaid_money,
    verify.prepayment_states,
)
cents = st.integers(1, 40_000)
picks = st.integers(0, 10**6)


def euros(units: int) -> Decimal:
    return Decimal(units) / 100


class Movements(RuleBasedStateMachine):
    """One earnest money that counts towards the price: it knows every kind of movement."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    contract: Contract
    prepayment: Prepayment
    asker: User
    approver: User

    @initialize()
    def begin(self) -> None:
        self.contract = make_contract(
            amount="100000.00", ratio="0.002", kind=PrepaymentKind.EARNEST
        )
        self.prepayment = ask(self.contract, "200.00", applies_to_price=True, clause="clause 3")
        self.asker, self.approver = people()
        self.received = self.applied = self.refunded = self.forfeited = 0
        self.open: dict[int, int] = {}  # invoice: cents not paid
        self.left: dict[int, int] = {}  # receipt: cents in it
        self.settled: dict[int, tuple[int, int, int]] = {}  # allocation: receipt, invoice, cents

    def _note_new(self) -> None:
        """What the services applied by themselves: the oldest money, as far as it goes."""
        rows = Allocation.objects.filter(reverses=None).exclude(pk__in=self.settled)
        for row in rows.exclude(reversed_by__isnull=False):
            assert row.receipt_id is not None
            units = int(row.amount * 100)
            self.settled[row.pk] = (row.receipt_id, row.invoice_id, units)
            self.left[row.receipt_id] -= units
            self.open[row.invoice_id] -= units
            self.applied += units

    @property
    def balance(self) -> int:
        return sum(self.left.values())

    @rule(units=cents)
    def money_comes(self, units: int) -> None:
        owed = sum(self.open.values())
        free = self.balance
        row = receive(self.prepayment, euros(units))
        self.left[row.pk] = units
        self.received += units
        before = self.applied
        self._note_new()
        assert self.applied - before == min(owed, free + units)

    @rule(units=cents)
    def an_invoice_is_issued(self, units: int) -> None:
        free = self.balance
        row = make_invoice(
            self.contract.client,
            self.contract.creditor,
            euros(units),
            contract=self.contract,
            issued_on=TODAY,
            due_on=TODAY,
        )
        self.open[row.pk] = units
        before = self.applied
        self._note_new()
        assert self.applied - before == min(free, units), "what was prepaid settles it at once"

    @precondition(lambda self: self.settled)
    @rule(pick=picks)
    def an_application_is_taken_back(self, pick: int) -> None:
        pk = sorted(self.settled)[pick % len(self.settled)]
        receipt, invoice, units = self.settled.pop(pk)
        reverse_allocation(
            allocation=Allocation.objects.get(pk=pk), reason="x", on=TODAY, actor=None, at=NOW
        )
        self.left[receipt] += units
        self.open[invoice] += units
        self.applied -= units

    @rule(
        units=cents,
        kind=st.sampled_from([ReleaseKind.REFUND, ReleaseKind.FORFEITED, ReleaseKind.TWICE]),
    )
    def money_is_let_go(self, units: int, kind: ReleaseKind) -> None:
        def act() -> None:
            row = ask_release(
                prepayment=self.prepayment,
                kind=kind,
                amount=euros(units),
                reason="x",
                actor=self.asker,
                at=NOW,
            )
            approve_release(release=row, on=TODAY, actor=self.approver, at=NOW)

        if units > self.balance:
            with pytest.raises(UnableToRelease):
                act()
            return
        act()
        rest = units
        for pk in sorted(self.left):
            taken = min(rest, self.left[pk])
            self.left[pk] -= taken
            rest -= taken
        if kind == ReleaseKind.FORFEITED:
            self.forfeited += units
        else:
            self.refunded += units

    @precondition(lambda self: self.left)
    @rule(pick=picks, units=cents)
    def the_bank_takes_some_back(self, pick: int, units: int) -> None:
        pk = sorted(self.left)[pick % len(self.left)]

        def act() -> None:
            refund_receipt(
                receipt=Receipt.objects.get(pk=pk),
                amount=euros(units),
                kind=RefundKind.RETURNED,
                reason="x",
                on=TODAY,
                actor=None,
                at=NOW,
            )

        if units > self.left[pk]:
            with pytest.raises(UnableToRefund):
                act()
            return
        act()
        self.left[pk] -= units
        self.received -= units

    @invariant()
    def its_sums_are_those_of_the_model_and_even(self) -> None:
        if not hasattr(self, "prepayment"):
            return
        found = figures_of([self.prepayment.pk])[self.prepayment.pk]
        assert found.is_even
        assert found.balance >= 0
        assert found.received == euros(self.received)
        assert found.applied == euros(self.applied)
        assert found.refunded == euros(self.refunded)
        assert found.forfeited == euros(self.forfeited)
        assert found.balance == euros(self.balance)
        assert self.received == self.applied + self.refunded + self.forfeited + self.balance

    @invariant()
    def its_statement_ends_at_its_balance(self) -> None:
        if not hasattr(self, "prepayment"):
            return
        statement = statement_of(self.prepayment)
        last = statement.movements[-1].balance if statement.movements else Decimal(0)
        assert last == statement.figures.balance

    @invariant()
    def the_client_has_no_credit_of_it_and_the_ledger_holds(self) -> None:
        if not hasattr(self, "prepayment"):
            return
        for balance in ClientBalance.objects.filter(client=self.contract.client):
            assert balance.credit == 0
        rows = Invoice.objects.values_list("pk", "open_amount")
        assert {pk: int(left * 100) for pk, left in rows} == self.open
        assert [problem for check in LEDGER_CHECKS for problem in check()] == []


@pytest.mark.django_db
def test_any_sequence_of_movements_keeps_the_sums_even() -> None:
    run_state_machine_as_test(
        Movements,
        settings=settings(
            max_examples=10,  # five hundred among the faults
            stateful_step_count=15,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
