"""The payment schedule of a contract, as its page and the completeness check read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contracts.models import Contract, ScheduleEntry
from contracts.states import ContractState
from core.money import ZERO


@dataclass(frozen=True, slots=True)
class Schedule:
    """The entries, what they come to, and how far that is from the price."""

    contract: Contract
    entries: Sequence[ScheduleEntry]

    @property
    def total(self) -> Decimal:
        """The sum of all entries."""
        return sum((entry.amount for entry in self.entries), ZERO)

    @property
    def missing(self) -> Decimal:
        """What of the price no entry covers; below zero when they come to more."""
        return (self.contract.amount or ZERO) - self.total

    @property
    def fits(self) -> bool:
        """Whether the entries come to the price, exactly."""
        return bool(self.entries) and self.missing == 0

    @property
    def is_billed(self) -> bool:
        """Whether its entries may become invoices."""
        return self.contract.state in {ContractState.ACTIVE, ContractState.SUSPENDED}

    @property
    def is_open(self) -> bool:
        """Whether it can still be written."""
        return self.contract.state == ContractState.DRAFT


def schedule_of(contract: Contract, *, follow: Sequence[str] = ()) -> Schedule:
    """The schedule in its order; one query. `follow` names what else is read with it."""
    entries = ScheduleEntry.objects.filter(contract=contract).select_related("line", *follow)
    return Schedule(contract, list(entries.order_by("position", "pk")))


def schedule_context(contract: Contract) -> dict[str, Any]:
    """What the part `contracts/_schedule.html` reads. Invoices hang on their entries."""
    return {"schedule": schedule_of(contract, follow=["invoice"])}
