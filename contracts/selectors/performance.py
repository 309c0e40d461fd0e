"""Reads of what is done under contracts."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, QuerySet

from contracts.models import (
    Contract,
    ContractLine,
    Delivery,
    Obligation,
    SupervisionFlag,
)
from contracts.models.performance import FlagQuerySet
from contracts.selectors.holds import work_holds
from contracts.states import DeliveryState
from core.models import User


@dataclass(frozen=True, slots=True)
class LinePerformance:
    """A line with its deliveries."""

    line: ContractLine
    deliveries: tuple[Delivery, ...]

    @property
    def is_delivered(self) -> bool:
        """Nothing of it is to come."""
        return any(d.completes_line and d.state != "REJECTED" for d in self.deliveries)


@dataclass(frozen=True, slots=True)
class Performance:
    """What was done under one contract and what is still to do."""

    lines: tuple[LinePerformance, ...]
    obligations: tuple[Obligation, ...]
    flags: tuple[SupervisionFlag, ...]
    holds: tuple[str, ...]


def performance_of(contract: Contract) -> Performance:
    """Deliveries by line, duties, standing findings and reasons to wait, of one contract."""
    lines = tuple(contract.lines.order_by("position", "pk"))
    by_line: dict[int, list[Delivery]] = {line.pk: [] for line in lines}
    found = contract.deliveries.select_related("answer", "document", "answer__document")
    for delivery in found.order_by("delivered_on", "pk"):
        by_line.setdefault(delivery.line_id, []).append(delivery)
    return Performance(
        lines=tuple(LinePerformance(line, tuple(by_line[line.pk])) for line in lines),
        obligations=tuple(contract.obligations.order_by("due_on", "pk")),
        flags=tuple(contract.flags.standing().select_related("line", "obligation", "clause")),
        holds=tuple(work_holds(contract)),
    )


def lines_to_deliver(contract: Contract) -> QuerySet[ContractLine]:
    """The lines of which something is still to come, the earliest first."""
    whole = Delivery.objects.filter(line=OuterRef("pk"), completes_line=True)
    found: QuerySet[ContractLine] = contract.lines.exclude(
        Exists(whole.exclude(state=DeliveryState.REJECTED))
    )
    return found.order_by(F("deliver_on").asc(nulls_last=True), "position", "pk")


def findings(*, user: User, kind: str = "") -> FlagQuerySet:
    """Standing findings of the contracts this user may see, the oldest first."""
    found = (
        SupervisionFlag.objects.visible_to(user)
        .standing()
        .select_related("contract", "contract__client", "line", "obligation", "clause")
    )
    if kind:
        found = found.filter(kind=kind)
    return found.order_by("since_on", "pk")


def days_since(flag: SupervisionFlag, on: dt.date) -> int:
    """How many days a finding is old on a day."""
    return max((on - flag.since_on).days, 0)
