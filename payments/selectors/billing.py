"""Entries of payment schedules that are ripe to be invoiced, and those that wait for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from clients.models import Creditor
from contracts.models import Contract, ScheduleEntry
from contracts.states import ContractState, ScheduleKind
from core.models import User
from payments.models import Invoice
from payments.selectors.prepayments import Hold, delivery_holds

#: Schedules are billed in these states; in the second one a person decides.
BILLED_STATES = (ContractState.ACTIVE, ContractState.SUSPENDED)
_SHOWN = 200


def ripe_entries(*, on: dt.date) -> QuerySet[ScheduleEntry]:
    """Entries without an invoice whose day has come or whose milestone was accepted.

    A prepayment is no claim of its own: its part of the price is invoiced with the first work
    that is, so it is ripe when another entry of its contract has been invoiced.
    """
    invoiced = Invoice.objects.filter(
        schedule_entry__contract=OuterRef("contract"), schedule_entry__isnull=False
    )
    return (
        ScheduleEntry.objects.filter(contract__state__in=BILLED_STATES, invoice__isnull=True)
        .filter(
            Q(kind__in=(ScheduleKind.DATE, ScheduleKind.INSTALMENT), due_on__lte=on)
            | Q(acceptance__accepted_on__lte=on)
            | (Q(kind=ScheduleKind.PREPAYMENT) & Exists(invoiced))
        )
        .select_related("contract__client", "contract__creditor", "line")
        .order_by("contract_id", "position", "pk")
    )


def due_for_issue(*, creditor: Creditor, on: dt.date) -> list[ScheduleEntry]:
    """What a machine may invoice: entries of active contracts whose work nothing holds."""
    found = list(
        ripe_entries(on=on).filter(
            contract__creditor=creditor, contract__state=ContractState.ACTIVE
        )
    )
    held = delivery_holds({entry.contract_id: entry.contract for entry in found}.values())
    return [entry for entry in found if entry.contract_id not in held]


@dataclass(frozen=True, slots=True)
class Proposal:
    """An entry that is ripe but waits for a person, and what it waits for."""

    entry: ScheduleEntry
    hold: Hold | None

    @property
    def is_suspended(self) -> bool:
        """Whether the contract is suspended."""
        return self.entry.contract.state == ContractState.SUSPENDED


def _proposals(entries: Sequence[ScheduleEntry]) -> list[Proposal]:
    holds = delivery_holds({entry.contract_id: entry.contract for entry in entries}.values())
    return [
        Proposal(entry, holds.get(entry.contract_id))
        for entry in entries
        if entry.contract_id in holds or entry.contract.state == ContractState.SUSPENDED
    ]


def proposed_invoices(*, user: User, on: dt.date) -> list[Proposal]:
    """Ripe entries of suspended contracts, or of contracts whose work is held: a person decides."""
    mine = ripe_entries(on=on)
    if not user.sees_all_clients:
        mine = mine.filter(contract__client__owner=user)
    return _proposals(list(mine[:_SHOWN]))


def proposals_of(contract: Contract, *, on: dt.date) -> list[Proposal]:
    """The same of one contract."""
    return _proposals(list(ripe_entries(on=on).filter(contract=contract)))
