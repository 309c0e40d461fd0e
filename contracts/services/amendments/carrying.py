"""Carry changes out on a contract in force. What is invoiced, and what was prepaid, stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal

from django.db import connection
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from contracts.models import Contract, ContractLine, ScheduleEntry
from contracts.rules.schedule import DoesNotFit, Share, balanced
from contracts.rules.totals import EARLIEST, LATEST
from contracts.selectors.prepaid import kept_at, prepaid_of
from contracts.services.amendments.changes import Changes, Due, UnableToAmend
from contracts.services.contracts import update_contract
from contracts.services.lines import add_line, change_line, remove_line
from contracts.states import BalanceHow, ContractState, DeliveryState, ScheduleKind
from core.errors import Refusal, stated
from core.models import User
from core.money import ZERO, exact_split, is_rounded


@contextmanager
def _on_the_desk(row: Contract) -> Iterator[Contract]:
    """Let the services of drafts work on a contract in force, for the time of one change.

    Its state and its frozen prepayment come back afterwards; the database allows this inside
    `dunwell.amending` only.
    """
    state, ratio, words = row.state, row.prepayment_ratio, row.prepayment_reason
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('dunwell.amending', 'on', true)")
    Contract.objects.filter(pk=row.pk).update(state=ContractState.DRAFT)
    yield Contract.objects.get(pk=row.pk)
    Contract.objects.filter(pk=row.pk).update(
        state=state, prepayment_ratio=ratio, prepayment_reason=words
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('dunwell.amending', 'off', true)")


@contextmanager
def _at(place: str) -> Iterator[None]:
    """Name the row of the form that a refusal is about: `line_7_unit_price`."""
    try:
        yield
    except UnableToAmend:
        raise
    except Refusal as refusal:
        field = f"{place}_{refusal.field}" if place and refusal.field else refusal.field
        raise UnableToAmend(refusal.message, field=field) from refusal


def carry_out(row: Contract, changes: Changes, actor: User | None, at: dt.datetime) -> None:
    """Make a contract that the caller has locked what the changes say.

    Raises UnableToAmend for changes that do not hold together or would move what is invoiced.
    Its fields: ends_on, price, follow_on, schedule, `line_<key>_<name>`, `remove_<key>`,
    `added_<index>_<name>`, `entry_<key>`, `schedule_<index>_<name>`.
    """
    with _on_the_desk(row) as draft:
        _set_terms(draft, changes, actor, at)
        for pk, fields in sorted(changes.lines.items()):
            line = _line(draft, pk)
            _refuse_delivered(line, fields)
            with _at(f"line_{pk}"):
                change_line(line=line, actor=actor, at=at, **fields)
        for pk in changes.removed:
            _remove(draft, pk, actor, at)
        if changes.added and draft.amount and not draft.lines.exists():
            raise UnableToAmend(
                _("The price of this contract is one sum without lines; agree a new sum instead.")
            )
        for index, fields in enumerate(changes.added):
            with _at(f"added_{index}"):
                add_line(contract=draft, actor=actor, at=at, **fields)
        draft.refresh_from_db()
        _move_days(draft, changes.dues)
        _reschedule(draft, changes)
        _keep_prepayment(draft, row)


def _keep_prepayment(draft: Contract, row: Contract) -> None:
    """What was asked for before the work stays, also where the new price would ask for less."""
    price, prepaid = draft.amount or ZERO, prepaid_of(row)
    if price < (row.amount or ZERO) and price < prepaid.counted:
        raise UnableToAmend(
            _(
                "%(asked)s was asked for before the work and counts towards the price, which "
                "cannot be less. Return what is too much, or cancel the request, first."
            )
            % {"asked": stated(prepaid.counted, row.currency)}
        )
    draft.prepayment_kept = kept_at(row, price, prepaid)
    draft.save(update_fields=["prepayment_kept"])


def _set_terms(draft: Contract, changes: Changes, actor: User | None, at: dt.datetime) -> None:
    if changes.ends_on:
        _check_day(changes.ends_on, "ends_on")
        with _at(""):
            update_contract(contract=draft, ends_on=changes.ends_on, actor=actor, at=at)
    if changes.price is not None:
        if draft.lines.exists():
            raise UnableToAmend(
                _("The price of this contract is the sum of its lines. Change the lines."),
                field="price",
            )
        if not is_rounded(changes.price, draft.currency):
            raise UnableToAmend(_("The price has more decimals than its currency."), field="price")
        with _at(""):
            update_contract(contract=draft, amount=changes.price, actor=actor, at=at)
    draft.refresh_from_db()


def _check_day(day: dt.date, field: str) -> None:
    if not EARLIEST <= day <= LATEST:
        raise UnableToAmend(_("Choose a day between 2000 and 2100."), field=field)


def _line(draft: Contract, pk: int) -> ContractLine:
    line = draft.lines.filter(pk=pk).select_related("contract").first()
    if line is None:
        raise UnableToAmend(_("One of the lines is not of this contract. Look at them again."))
    return line


def _refuse_delivered(line: ContractLine, fields: dict[str, object]) -> None:
    """What was handed over is not described anew; its price may still be lowered."""
    changed = sorted(
        name
        for name in ("description", "quantity", "deliver_on")
        if name in fields and fields[name] != getattr(line, name)
    )
    if changed and line.deliveries.exclude(state=DeliveryState.REJECTED).exists():
        raise UnableToAmend(
            _("“%s” was delivered already: only its price can change.") % line.description,
            field=f"line_{line.pk}_{changed[0]}",
        )


def _remove(draft: Contract, pk: int, actor: User | None, at: dt.datetime) -> None:
    line = _line(draft, pk)
    field = f"remove_{pk}"
    if line.deliveries.exists():
        raise UnableToAmend(
            _("“%s” was delivered already; it stays. Lower its price instead.") % line.description,
            field=field,
        )
    milestones = draft.schedule.filter(line=line)
    if milestones.filter(invoice__isnull=False).exists():
        raise UnableToAmend(
            _("“%s” was invoiced already; it stays. Issue a credit note instead.")
            % line.description,
            field=field,
        )
    _delete(milestones, field)
    with _at(f"line_{pk}"):
        remove_line(line=line, actor=actor, at=at)


def _delete(entries: object, field: str) -> None:
    try:
        entries.delete()  # type: ignore[attr-defined]  # a queryset of entries
    except ProtectedError as error:
        raise UnableToAmend(
            _("A payment was accepted already and waits for its invoice. Issue that first."),
            field=field,
        ) from error


# --- The schedule --------------------------------------------------------------------------------


def open_entries(contract: Contract) -> list[ScheduleEntry]:
    """What may still be moved: neither invoiced nor a prepayment, in order."""
    found = contract.schedule.filter(invoice__isnull=True).exclude(kind=ScheduleKind.PREPAYMENT)
    return list(found.select_related("line").order_by("position", "pk"))


def _move_days(draft: Contract, dues: dict[int, dt.date]) -> None:
    movable = {entry.pk: entry for entry in open_entries(draft)}
    for pk, day in sorted(dues.items()):
        field, entry = f"entry_{pk}", movable.get(pk)
        if entry is None or entry.kind == ScheduleKind.MILESTONE:
            raise UnableToAmend(
                _("This payment is invoiced already, or has no day of its own; it stays."),
                field=field,
            )
        _check_due(draft, day, field)
        entry.due_on = day
        entry.save(update_fields=["due_on"])


def _check_due(draft: Contract, day: dt.date, field: str) -> None:
    _check_day(day, field)
    if draft.starts_on and day < draft.starts_on:
        raise UnableToAmend(
            _("%s lies before the contract starts. Give a later day.") % day, field=field
        )


def _reschedule(draft: Contract, changes: Changes) -> None:
    """Fit what is open to the new price; what is invoiced stays as it is."""
    entries = list(draft.schedule.order_by("position", "pk"))
    price = draft.amount or ZERO
    if not entries and not changes.schedule:
        return
    invoiced = set(draft.schedule.filter(invoice__isnull=False).values_list("pk", flat=True))
    billed = sum((entry.amount for entry in entries if entry.pk in invoiced), ZERO)
    if billed > price:
        raise UnableToAmend(
            _("%(invoiced)s was invoiced already; the price cannot be less than that.")
            % {"invoiced": stated(billed, draft.currency)}
        )
    before = [one for one in entries if one.kind == ScheduleKind.PREPAYMENT]
    fixed = billed + sum((one.amount for one in before if one.pk not in invoiced), ZERO)
    if fixed > price:
        raise UnableToAmend(
            _(
                "%(fixed)s is invoiced or to be paid before the work, and stays; the price cannot "
                "be less than that."
            )
            % {"fixed": stated(fixed, draft.currency)}
        )
    if changes.schedule is None:
        _balance(draft, entries, invoiced, changes)
    else:
        kept = [one for one in entries if one.pk in invoiced or one.kind == ScheduleKind.PREPAYMENT]
        _replace(draft, kept, changes.schedule)


def _replace(draft: Contract, kept: Sequence[ScheduleEntry], wanted: Sequence[Due]) -> None:
    by_key = {entry.pk: entry for entry in kept}
    # What was invoiced since, just as it was to stay, stays.
    rows = [(index, due) for index, due in enumerate(wanted) if not _is_kept(due, by_key)]
    movable = {entry.pk: entry for entry in open_entries(draft)}
    for index, due in rows:
        _check_row(draft, index, due, movable)
    left = (draft.amount or ZERO) - sum((entry.amount for entry in kept), ZERO)
    total = sum((due.amount for _index, due in rows), ZERO)
    if total != left:
        raise UnableToAmend(
            _("The new entries come to %(total)s; what is not invoiced yet is %(left)s.")
            % {"total": stated(total, draft.currency), "left": stated(left, draft.currency)},
            field="schedule",
        )
    named = {due.entry for _index, due in rows}
    gone = [pk for pk in movable if pk not in named]
    _delete(draft.schedule.filter(pk__in=gone), "schedule")
    last = max((entry.position for entry in kept), default=0)
    for place, (_index, due) in enumerate(rows, start=1):
        _write(draft, due, movable, last + place)


def _is_kept(due: Due, kept: dict[int, ScheduleEntry]) -> bool:
    entry = kept.get(due.entry or 0)
    return entry is not None and (entry.due_on, entry.amount, entry.label) == (
        due.due_on,
        due.amount,
        due.label,
    )


def _check_row(draft: Contract, index: int, due: Due, movable: dict[int, ScheduleEntry]) -> None:
    entry = None
    if due.entry is not None:
        entry = movable.get(due.entry)
        if entry is None:
            raise UnableToAmend(
                _("This payment is invoiced already, or has no day of its own; it stays."),
                field=f"schedule_{index}_amount",
            )
    if due.amount <= 0 or not is_rounded(due.amount, draft.currency):
        raise UnableToAmend(
            _("%s is no amount of this currency above zero.") % due.amount,
            field=f"schedule_{index}_amount",
        )
    if entry is not None and entry.kind == ScheduleKind.MILESTONE:
        return
    if due.due_on is None:
        raise UnableToAmend(_("Say on which day."), field=f"schedule_{index}_due_on")
    _check_due(draft, due.due_on, f"schedule_{index}_due_on")


def _write(draft: Contract, due: Due, movable: dict[int, ScheduleEntry], position: int) -> None:
    entry = movable.get(due.entry or 0) or ScheduleEntry(contract=draft, kind=ScheduleKind.DATE)
    entry.position, entry.amount, entry.label = position, due.amount, due.label[:200]
    if entry.kind != ScheduleKind.MILESTONE:
        entry.due_on = due.due_on
    entry.is_edited = True
    entry.save()


def _balance(
    draft: Contract, entries: Sequence[ScheduleEntry], invoiced: set[int], changes: Changes
) -> None:
    price = draft.amount or ZERO
    difference = price - sum((entry.amount for entry in entries), ZERO)
    if changes.follow == BalanceHow.NEW and difference:
        _add_payment(draft, entries, difference, changes.follow_on)
        return
    shares = [
        Share(entry.amount, entry.pk in invoiced or entry.kind == ScheduleKind.PREPAYMENT)
        for entry in entries
    ]
    try:
        if changes.follow == BalanceHow.SPREAD and difference:
            amounts = _spread(shares, difference, draft.currency)
        else:
            amounts = balanced(shares, price)
    except DoesNotFit as error:
        raise UnableToAmend(
            _("The entries that are not invoiced yet cannot take the new price. Give a schedule."),
            field="follow",
        ) from error
    for entry, amount in zip(entries, amounts, strict=True):
        if entry.amount != amount:
            entry.amount = amount
            entry.save(update_fields=["amount"])


def _spread(shares: Sequence[Share], difference: Decimal, currency: str) -> tuple[Decimal, ...]:
    weights = [ZERO if share.is_fixed else share.amount for share in shares]
    if not any(weights):
        raise DoesNotFit(difference)
    parts = exact_split(difference, weights, currency)
    amounts = tuple(share.amount + part for share, part in zip(shares, parts, strict=True))
    if min(amounts) <= 0:
        raise DoesNotFit(min(amounts))
    return amounts


def _add_payment(
    draft: Contract, entries: Sequence[ScheduleEntry], amount: Decimal, day: dt.date | None
) -> None:
    if amount < 0:
        raise UnableToAmend(
            _("A payment of its own is for a higher price. Let the open payments take it."),
            field="follow",
        )
    if day is None:
        raise UnableToAmend(_("Say on which day."), field="follow_on")
    _check_due(draft, day, "follow_on")
    ScheduleEntry.objects.create(
        contract=draft,
        position=max((entry.position for entry in entries), default=0) + 1,
        kind=ScheduleKind.DATE,
        due_on=day,
        amount=amount,
        is_edited=True,
    )
