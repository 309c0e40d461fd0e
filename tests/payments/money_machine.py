"""A random ledger against a model that counts in whole minor units.

The machine drives the real services and predicts, from integers alone, which acts are allowed
and what every counter is afterwards. After each step every row is compared and `verify_ledger`
runs. It never repeats a rule of the product: the model only adds and subtracts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from core.money import minor_unit
from core.verify import run_checks
from disputes.models import Dispute
from disputes.selectors import disputed_counters
from disputes.services import UnableToDispute, close_dispute, open_dispute
from disputes.states import DisputeReason, DisputeState
from payments.models import Allocation, ClientBalance, CreditNote, Invoice, Receipt
from payments.selectors import verify
from payments.services import (
    UnableToAllocate,
    UnableToRefund,
    UnableToReverse,
    allocate,
    allocate_oldest_first,
    refund_receipt,
    reverse_allocation,
)
from payments.services.rollups import compact_aging_flow
from payments.states import PLAIN_REFUNDS, RefundKind
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_credit_note,
    make_creditor,
    make_invoice,
    make_receipt,
)

# What `verify_ledger` says of money; the whole of it runs at the end of each run.
LEDGER_CHECKS = (
    verify.invoice_counters,
    verify.receipt_counters,
    verify.credit_note_counters,
    verify.reversals,
    verify.client_balances,
    verify.aging_flow,
    disputed_counters,
)
CURRENCIES = ("EUR", "JPY", "KWD")
Book = tuple[int, str]  # client, currency


@dataclass
class Debt:
    """An invoice in whole minor units."""

    invoice: Invoice
    book: Book
    amount: int
    paid: int = 0
    disputes: dict[int, int] = field(default_factory=dict)

    @property
    def open(self) -> int:
        return self.amount - self.paid

    @property
    def disputed(self) -> int:
        return sum(self.disputes.values())


@dataclass
class Source:
    """A receipt or credit note in whole minor units."""

    row: Receipt | CreditNote
    book: Book
    amount: int
    used: int = 0
    refunded: int = 0

    @property
    def left(self) -> int:
        return self.amount - self.used - self.refunded


@dataclass
class Settled:
    """An allocation and whether it was taken back."""

    row: Allocation
    source: Source
    debt: Debt
    units: int
    reversed: bool = False


@dataclass
class Contested:
    """A dispute and the debt it holds apart."""

    row: Dispute
    debt: Debt


# Mostly one book, so that money meets debts; now and then another, so that it must not.
books = st.sampled_from([(0, "EUR")] * 4 + [(0, "JPY"), (1, "EUR"), (1, "KWD")])
amounts = st.one_of(st.integers(1, 20), st.integers(1, 10**8))
# Of what is possible; above 100 the act must be refused.
percents = st.one_of(st.just(100), st.integers(1, 60), st.integers(1, 110))
days = st.integers(-90, 30).map(lambda n: TODAY + dt.timedelta(days=n))
picks = st.integers(0, 10**6)
Row = TypeVar("Row")


def part(whole: int, percent: int) -> int:
    """At least one unit; more than the whole when the percentage says so."""
    return max(1, -(-whole * percent // 100) if percent > 100 else whole * percent // 100)


def some(rows: Sequence[Row], number: int) -> Row:
    """One of the rows; shrinks to the first."""
    return rows[number % len(rows)]


class MoneyMachine(RuleBasedStateMachine):
    """Everything that can happen to money, in any order. Runs inside a test's transaction."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.creditor = make_creditor()
        self.clients = [make_client(), make_client()]
        self.debts: list[Debt] = []
        self.sources: list[Source] = []
        self.settled: list[Settled] = []
        self.contested: list[Contested] = []

    def teardown(self) -> None:
        """The whole verifier, with the audit chain, and deferred constraints; then forget it."""
        try:
            assert [problem for result in run_checks() for problem in result.problems] == []
            connection.check_constraints()
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def money(self, units: int, currency: str) -> Decimal:
        """Whole minor units as an amount."""
        return units * minor_unit(currency)

    # --- What comes in ---------------------------------------------------------------------

    @initialize(first=amounts, second=amounts, received=amounts)
    def begin(self, first: int, second: int, received: int) -> None:
        """Start where something can happen: two debts and a payment."""
        self.invoice((0, "EUR"), first, TODAY)
        self.invoice((0, "EUR"), second, TODAY)
        self.receive((0, "EUR"), received, TODAY)

    @rule(book=books, units=amounts, due_on=days)
    def invoice(self, book: Book, units: int, due_on: dt.date) -> None:
        client, currency = book
        row = make_invoice(
            self.clients[client],
            self.creditor,
            self.money(units, currency),
            currency=currency,
            due_on=due_on,
            issued_on=min(due_on, TODAY),
        )
        self.debts.append(Debt(row, book, units))

    @rule(book=books, units=amounts, on=days)
    def receive(self, book: Book, units: int, on: dt.date) -> None:
        client, currency = book
        row = make_receipt(
            self.clients[client],
            self.creditor,
            self.money(units, currency),
            currency=currency,
            received_on=on,
        )
        self.sources.append(Source(row, book, units))

    @rule(pick=picks, percent=percents, names_it=st.booleans())
    def credit(self, pick: int, percent: int, names_it: bool) -> None:
        debt = some(self.debts, pick)
        client, currency = debt.book
        units = part(debt.amount, percent)
        row = make_credit_note(
            self.clients[client],
            self.creditor,
            self.money(units, currency),
            currency=currency,
            invoice=debt.invoice if names_it else None,
        )
        self.sources.append(Source(row, debt.book, units))

    # --- Applying it -----------------------------------------------------------------------

    @rule(pick=picks, wanted=st.lists(st.tuples(picks, percents), min_size=1, max_size=3))
    def apply_to_its_own(self, pick: int, wanted: list[tuple[int, int]]) -> None:
        source = some([source for source in self.sources if source.left] or self.sources, pick)
        own = [debt for debt in self.debts if debt.book == source.book]
        own = [debt for debt in own if debt.open] or own
        if own:
            self._apply(source, [(some(own, number), percent) for number, percent in wanted])

    @rule(pick=picks, number=picks, percent=percents)
    def apply_to_any(self, pick: int, number: int, percent: int) -> None:
        self._apply(some(self.sources, pick), [(some(self.debts, number), percent)])

    def _apply(self, source: Source, wanted: list[tuple[Debt, int]]) -> None:
        units_of: dict[int, int] = {}
        lines = []
        for debt, percent in wanted:
            units = part(min(debt.open, source.left), percent)
            units_of[debt.invoice.pk] = units_of.get(debt.invoice.pk, 0) + units
            lines.append((debt.invoice, self.money(units, source.book[1])))
        by_pk = {debt.invoice.pk: debt for debt, _ in wanted}
        allowed = sum(units_of.values()) <= source.left and all(
            by_pk[pk].book == source.book and units <= by_pk[pk].open
            for pk, units in units_of.items()
        )
        if not allowed:
            with pytest.raises(UnableToAllocate):
                self._allocate(source, lines)
            return
        rows = self._allocate(source, lines)
        assert {row.invoice_id for row in rows} == set(units_of)
        self._settle(rows, source)

    def _allocate(self, source: Source, lines: list[tuple[Invoice, Decimal]]) -> list[Allocation]:
        receipt = source.row if isinstance(source.row, Receipt) else None
        note = source.row if isinstance(source.row, CreditNote) else None
        return allocate(receipt=receipt, credit_note=note, lines=lines, actor=None, at=NOW)

    @rule(pick=picks)
    def apply_oldest_first(self, pick: int) -> None:
        source = some(self._of(Receipt), pick)
        assert isinstance(source.row, Receipt)
        owed = sum(debt.open for debt in self.debts if debt.book == source.book)
        before = source.left
        self._settle(allocate_oldest_first(receipt=source.row, actor=None, at=NOW), source)
        assert before - source.left == min(before, owed), "all that can be applied is"

    def _settle(self, rows: list[Allocation], source: Source) -> None:
        for row in rows:
            debt = next(debt for debt in self.debts if debt.invoice.pk == row.invoice_id)
            units = int(row.amount / minor_unit(source.book[1]))
            source.used += units
            debt.paid += units
            self.settled.append(Settled(row, source, debt, units))

    # --- Taking it back ---------------------------------------------------------------------

    @precondition(lambda self: self.settled)
    @rule(pick=picks, wait=st.integers(-3, 60))
    def reverse(self, pick: int, wait: int) -> None:
        done = some(self.settled[-3:], pick)
        on = done.row.effective_on + dt.timedelta(days=wait)

        def act() -> None:
            reverse_allocation(allocation=done.row, reason="Wrong", on=on, actor=None, at=NOW)

        if done.reversed or wait < 0:
            with pytest.raises(UnableToReverse):
                act()
            return
        act()
        done.reversed = True
        done.source.used -= done.units
        done.debt.paid -= done.units

    @rule(pick=picks, percent=percents, kind=st.sampled_from(PLAIN_REFUNDS))
    def refund(self, pick: int, percent: int, kind: RefundKind) -> None:
        source = some(self._of(Receipt), pick)
        receipt = source.row
        assert isinstance(receipt, Receipt)
        units = part(source.left, percent)

        def act() -> None:
            refund_receipt(
                receipt=receipt,
                amount=self.money(units, source.book[1]),
                kind=kind,
                reason="Sent back",
                on=receipt.received_on,
                actor=None,
                at=NOW,
            )

        if units > source.left:
            with pytest.raises(UnableToRefund):
                act()
            return
        act()
        source.refunded += units

    # --- Holding it apart -------------------------------------------------------------------

    @rule(pick=picks, percent=percents)
    def dispute(self, pick: int, percent: int) -> None:
        debt = some(self.debts, pick)
        free = max(debt.open - debt.disputed, 0)
        units = part(free, percent)

        def act() -> Dispute:
            return open_dispute(
                invoice=debt.invoice,
                amount=self.money(units, debt.book[1]),
                reason=DisputeReason.QUALITY,
                on=TODAY,
                actor=None,
                at=NOW,
            )

        if units > free:
            with pytest.raises(UnableToDispute):
                act()
            return
        row = act()
        debt.disputes[row.pk] = units
        self.contested.append(Contested(row, debt))

    @precondition(lambda self: self.contested)
    @rule(pick=picks)
    def withdraw(self, pick: int) -> None:
        case = self.contested.pop(pick % len(self.contested))
        assert close_dispute(
            dispute=case.row,
            state=DisputeState.WITHDRAWN,
            resolution="Cleared up",
            on=TODAY,
            actor=None,
            at=NOW,
        )
        del case.debt.disputes[case.row.pk]

    # --- Nothing happens --------------------------------------------------------------------

    @rule()
    def compact(self) -> None:
        """The nightly job merges rows of the rollup; no figure may change."""
        compact_aging_flow()

    # --- Past the services -------------------------------------------------------------------

    @rule(pick=picks, number=picks, excess=st.integers(1, 5))
    def insert_too_much_by_hand(self, pick: int, number: int, excess: int) -> None:
        """The database has the last word, whoever writes."""
        source, debt = some(self.sources, pick), some(self.debts, number)
        units = min(source.left, debt.open) + excess
        names = "receipt" if isinstance(source.row, Receipt) else "credit_note"
        with pytest.raises(IntegrityError), transaction.atomic():
            Allocation.objects.create(
                **{names: source.row},
                invoice=debt.invoice,
                amount=self.money(units, debt.book[1]),
                effective_on=TODAY + dt.timedelta(days=60),
                created_at=NOW,
            )

    # --- What always holds --------------------------------------------------------------------

    @invariant()
    def every_row_says_what_the_model_says(self) -> None:
        stored = {
            pk: (allocated, still_open, disputed, collectible, closed_on is None)
            for pk, allocated, still_open, disputed, collectible, closed_on in (
                Invoice.objects.values_list(
                    "pk", "allocated", "open_amount", "disputed", "collectible", "closed_on"
                )
            )
        }
        expected = {}
        for debt in self.debts:
            assert 0 <= debt.paid <= debt.amount
            units = (debt.paid, debt.open, debt.disputed, max(debt.open - debt.disputed, 0))
            unit = minor_unit(debt.book[1])
            expected[debt.invoice.pk] = (*(n * unit for n in units), debt.open > 0)
        assert stored == expected
        self._compare_sources(Receipt)
        self._compare_sources(CreditNote)

    def _of(self, model: type[Receipt] | type[CreditNote]) -> list[Source]:
        return [source for source in self.sources if isinstance(source.row, model)]

    def _compare_sources(self, model: type[Receipt] | type[CreditNote]) -> None:
        rows = model._default_manager.values_list("pk", "allocated", "unallocated")
        stored = {pk: (allocated, left) for pk, allocated, left in rows}
        expected = {}
        for source in self._of(model):
            assert source.left >= 0
            unit = minor_unit(source.book[1])
            expected[source.row.pk] = (source.used * unit, source.left * unit)
        assert stored == expected

    @invariant()
    def every_balance_is_the_sum_of_its_rows(self) -> None:
        rows = ClientBalance.objects.values_list(
            "client", "currency", "open_amount", "disputed", "credit"
        )
        stored = {(client, currency): figures for client, currency, *figures in rows}
        for book in {d.book for d in self.debts} | {s.book for s in self.sources}:
            mine = [debt for debt in self.debts if debt.book == book]
            units = (
                sum(debt.open for debt in mine),
                sum(min(debt.disputed, debt.open) for debt in mine),
                sum(source.left for source in self.sources if source.book == book),
            )
            key = (self.clients[book[0]].pk, book[1])
            assert stored[key] == [n * minor_unit(book[1]) for n in units]

    @invariant()
    def the_ledgers_checks_find_nothing(self) -> None:
        assert [problem for check in LEDGER_CHECKS for problem in check()] == []
