"""Writing the payment schedule of a draft. What is kept always comes to the price, exactly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from contracts.models import Contract, ContractLine, ScheduleEntry
from contracts.rules.schedule import DoesNotFit, Share, balanced, equal_shares, instalment_days
from contracts.states import ContractState, ScheduleKind
from core import audit
from core.errors import Refusal, stated
from core.models import User
from core.money import MAX_AMOUNT, ZERO, is_rounded
from core.transactions import in_transaction

MAX_ENTRIES = 120


class UnableToSchedule(Refusal):
    """The schedule does not hold together. `row` is the entry at fault, counted from 0."""

    def __init__(self, message: str, *, field: str | None = None, row: int | None = None) -> None:
        super().__init__(message, field=field)
        self.row = row


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is to be. `is_edited`: set by hand, the others balance around it."""

    kind: ScheduleKind
    amount: Decimal
    due_on: dt.date | None = None
    line: ContractLine | None = None
    label: str = ""
    is_edited: bool = False


@in_transaction
def set_schedule(
    *, contract: Contract, entries: Sequence[Entry], actor: User | None, at: dt.datetime
) -> list[ScheduleEntry]:
    """Write the whole schedule of a draft anew; the entries come to the price.

    Raises UnableToSchedule naming the entry and the field at fault; nothing is written then.
    """
    row = _draft(contract)
    price = _price(row)
    _check_entries(row, entries)
    total = sum((entry.amount for entry in entries), ZERO)
    if total != price:
        raise UnableToSchedule(_misfit(total, price, row.currency), field="amount")
    return _write(row, entries, actor, at)


@in_transaction
def plan_instalments(
    *,
    contract: Contract,
    start: dt.date,
    frequency: str,
    count: int,
    actor: User | None,
    at: dt.datetime,
    prepayment: Decimal | None = None,
    prepayment_due_on: dt.date | None = None,
) -> list[ScheduleEntry]:
    """Write a schedule of equal instalments, after a prepayment if one is given.

    Raises UnableToSchedule naming the field at fault.
    """
    row = _draft(contract)
    price = _price(row)
    if not 1 <= count <= MAX_ENTRIES - 1:
        raise UnableToSchedule(
            _("Give from 1 to %s instalments.") % (MAX_ENTRIES - 1), field="count"
        )
    _check_start(row, start, field="start")
    entries = []
    if prepayment:
        if prepayment >= price:
            raise UnableToSchedule(
                _("The prepayment leaves nothing for instalments. The price is %s.")
                % stated(price, row.currency),
                field="prepayment",
            )
        entries.append(
            Entry(ScheduleKind.PREPAYMENT, prepayment, prepayment_due_on, is_edited=True)
        )
        _check_amount(row, prepayment, field="prepayment")
    try:
        amounts = equal_shares(price - (prepayment or ZERO), count, row.currency)
        days = instalment_days(start, frequency, count)
    except DoesNotFit as error:
        raise UnableToSchedule(
            _("The price is too small for so many instalments."), field="count"
        ) from error
    except ValueError as error:
        raise UnableToSchedule(_("The last instalment lies too far off."), field="start") from error
    entries += [
        Entry(ScheduleKind.INSTALMENT, amount, day)
        for amount, day in zip(amounts, days, strict=True)
    ]
    _check_entries(row, entries)
    return _write(row, entries, actor, at)


@in_transaction
def change_entry(
    *,
    entry: ScheduleEntry,
    amount: Decimal,
    due_on: dt.date | None,
    label: str,
    actor: User | None,
    at: dt.datetime,
) -> list[ScheduleEntry]:
    """Set one entry by hand; the last entry that was not set by hand balances.

    Raises UnableToSchedule when nothing is left to balance with.
    """
    row = _draft(entry.contract)
    price = _price(row)
    kept = list(row.schedule.select_related("line").order_by("position", "pk"))
    changed = []
    for one in kept:
        is_it = one.pk == entry.pk
        changed.append(
            Entry(
                kind=ScheduleKind(one.kind),
                amount=amount if is_it else one.amount,
                due_on=due_on if is_it else one.due_on,
                line=one.line,
                label=label if is_it else one.label,
                is_edited=one.is_edited or (is_it and amount != one.amount),
            )
        )
    _check_amount(row, amount, field="amount")
    balanced_entries = _balance(row, changed, price)
    _check_entries(row, balanced_entries)
    return _write(row, balanced_entries, actor, at)


@in_transaction
def balance_schedule(
    *, contract: Contract, actor: User | None, at: dt.datetime
) -> list[ScheduleEntry]:
    """After the price changed: the last entry not set by hand takes the difference."""
    row = _draft(contract)
    kept = [
        Entry(ScheduleKind(e.kind), e.amount, e.due_on, e.line, e.label, e.is_edited)
        for e in row.schedule.select_related("line").order_by("position", "pk")
    ]
    if not kept:
        raise UnableToSchedule(_("There is no schedule yet. Write one."))
    entries = _balance(row, kept, _price(row))
    _check_entries(row, entries)
    return _write(row, entries, actor, at)


def _balance(contract: Contract, entries: Sequence[Entry], price: Decimal) -> list[Entry]:
    # A prepayment is a ratio of the price and no remainder: it never balances.
    shares = [Share(e.amount, e.is_edited or e.kind == ScheduleKind.PREPAYMENT) for e in entries]
    try:
        amounts = balanced(shares, price)
    except DoesNotFit as error:
        total = sum((e.amount for e in entries), ZERO)
        if all(share.is_fixed for share in shares):
            raise UnableToSchedule(_misfit(total, price, contract.currency), field="amount") from (
                error
            )
        raise UnableToSchedule(
            _("The last entry would be %(left)s. Give this one less; the price is %(price)s.")
            % {
                "left": stated(error.left, contract.currency),
                "price": stated(price, contract.currency),
            },
            field="amount",
        ) from error
    return [
        Entry(e.kind, amount, e.due_on, e.line, e.label, e.is_edited)
        for e, amount in zip(entries, amounts, strict=True)
    ]


def _misfit(total: Decimal, price: Decimal, currency: str) -> str:
    words = {"total": stated(total, currency), "price": stated(price, currency)}
    if total > price:
        words["over"] = stated(total - price, currency)
        return _(
            "The entries come to %(total)s, which is %(over)s above the price of %(price)s."
        ) % (words)
    words["left"] = stated(price - total, currency)
    return _("The entries come to %(total)s; %(left)s of the price of %(price)s is left over.") % (
        words
    )


def _draft(contract: Contract) -> Contract:
    row = Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
    if row.state != ContractState.DRAFT:
        raise UnableToSchedule(
            _("Only the schedule of a draft is rewritten. Agree an amendment instead.")
        )
    return row


def _price(contract: Contract) -> Decimal:
    if not contract.amount:
        raise UnableToSchedule(_("The contract has no price yet. Add its lines first."))
    return contract.amount


def _check_start(
    contract: Contract, day: dt.date | None, *, field: str, row: int | None = None
) -> None:
    if day and contract.starts_on and day < contract.starts_on:
        raise UnableToSchedule(
            _("This lies before the contract starts (%s). Give a later day.") % contract.starts_on,
            field=field,
            row=row,
        )


def _check_amount(
    contract: Contract, amount: Decimal, *, field: str, row: int | None = None
) -> None:
    if amount <= 0:
        raise UnableToSchedule(_("The amount is more than zero."), field=field, row=row)
    if amount > MAX_AMOUNT:
        raise UnableToSchedule(_("The amount is too large."), field=field, row=row)
    if not is_rounded(amount, contract.currency):
        raise UnableToSchedule(
            _("%(amount)s has more decimals than %(currency)s knows.")
            % {"amount": amount, "currency": contract.currency},
            field=field,
            row=row,
        )


def _check_entries(contract: Contract, entries: Sequence[Entry]) -> None:
    if not entries:
        raise UnableToSchedule(_("A schedule has at least one entry."))
    if len(entries) > MAX_ENTRIES:
        raise UnableToSchedule(_("A schedule has at most %s entries.") % MAX_ENTRIES)
    if sum(e.kind == ScheduleKind.PREPAYMENT for e in entries) > 1:
        raise UnableToSchedule(_("A schedule has one prepayment at most."), field="kind")
    for number, entry in enumerate(entries):
        _check_entry(contract, entry, number)


def _check_entry(contract: Contract, entry: Entry, row: int) -> None:
    _check_amount(contract, entry.amount, field="amount", row=row)
    if entry.kind in {ScheduleKind.DATE, ScheduleKind.INSTALMENT} and entry.due_on is None:
        raise UnableToSchedule(_("Say when it falls due."), field="due_on", row=row)
    if entry.kind == ScheduleKind.MILESTONE and entry.line is None:
        raise UnableToSchedule(
            _("Say with the acceptance of what it falls due."), field="line", row=row
        )
    if entry.line is not None and entry.line.contract_id != contract.pk:
        raise UnableToSchedule(_("This line belongs to another contract."), field="line", row=row)
    if entry.kind != ScheduleKind.PREPAYMENT:  # a prepayment comes before the work
        _check_start(contract, entry.due_on, field="due_on", row=row)


def _write(
    contract: Contract, entries: Sequence[Entry], actor: User | None, at: dt.datetime
) -> list[ScheduleEntry]:
    contract.schedule.all().delete()
    rows = ScheduleEntry.objects.bulk_create(
        ScheduleEntry(
            contract=contract,
            position=number,
            kind=entry.kind,
            label=entry.label.strip()[:200],
            due_on=entry.due_on,
            line=entry.line,
            amount=entry.amount,
            is_edited=entry.is_edited,
        )
        for number, entry in enumerate(entries, start=1)
    )
    audit.record(
        action="contracts.set_schedule",
        actor=actor,
        at=at,
        subject=contract,
        stream=f"client:{contract.client_id}",
        payload={
            "entries": [[e.kind, e.amount, e.due_on, e.line_id] for e in rows],
        },
    )
    return rows
