"""Amendments: who may approve one, what may still be moved, and what waits."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet

from contracts.models import (
    Amendment,
    AmendmentLimit,
    Contract,
    ContractLine,
    ScheduleEntry,
)
from contracts.rules.amendments import Limit, discount_percent, roles_that_may
from contracts.selectors.prepaid import kept_at, prepaid_of
from contracts.selectors.texts import content_hash, contract_content
from contracts.states import BINDING_STATES, DeliveryState, ScheduleKind
from core.models import User
from core.money import ZERO
from core.states import Role

#: From the least to the most.
ROLE_ORDER: Final = (Role.SALES, Role.FINANCE, Role.MANAGER, Role.ADMIN)


def limits_by_role() -> dict[str, Limit]:
    """How far each role may go, from the least to the most; one without a limit is left out."""
    kept = {
        row.role: Limit(row.discount_percent, row.extension_days)
        for row in AmendmentLimit.objects.all()
    }
    return {role: kept[role] for role in ROLE_ORDER if role in kept}


def who_may_approve(
    amendment: Amendment, limits: Mapping[str, Limit] | None = None
) -> tuple[str, ...]:
    """The roles whose limit covers this amendment."""
    return roles_that_may(
        limits_by_role() if limits is None else limits,
        discount_percent=discount_percent(amendment.price_before, amendment.price_after),
        days=amendment.days_longer,
    )


def amendments_to_decide(*, user: User) -> QuerySet[Amendment]:
    """What waits for an approval, the oldest first."""
    waiting = Amendment.objects.visible_to(user).filter(state="PROPOSED")
    return waiting.select_related(
        "contract__client", "contract__creditor", "version", "proposed_by"
    ).order_by("proposed_at", "pk")


def amendments_of(contract: Contract) -> list[Amendment]:
    """Every amendment of a contract, the newest first."""
    found = contract.amendments.select_related("version", "proposed_by", "decided_by", "document")
    return list(found.order_by("-number"))


@dataclass(frozen=True, slots=True)
class Movable:
    """What of a contract an amendment can still change.

    `entries` are open; `kept` are invoiced or prepaid. `rest` is what the open entries come to,
    or what the price leaves; `delivered` and `billed` are keys of lines that were handed over or
    whose milestone was invoiced.
    """

    lines: Sequence[ContractLine]
    entries: Sequence[ScheduleEntry]
    kept: Sequence[ScheduleEntry]
    rest: Decimal
    invoiced: Decimal
    prepaid: Decimal
    delivered: frozenset[int]
    billed: frozenset[int]


def movable_parts(contract: Contract) -> Movable:
    """What the forms of an amendment offer; three queries."""
    lines = list(contract.lines.order_by("position", "pk"))
    entries = list(contract.schedule.select_related("line", "invoice").order_by("position", "pk"))
    invoiced = [one for one in entries if getattr(one, "invoice", None) is not None]
    prepaid = [
        one for one in entries if one not in invoiced and one.kind == ScheduleKind.PREPAYMENT
    ]
    kept = [one for one in entries if one in invoiced or one in prepaid]
    delivered = contract.deliveries.exclude(state=DeliveryState.REJECTED)
    billed = sum((one.amount for one in invoiced), ZERO)
    before = sum((one.amount for one in prepaid), ZERO)
    return Movable(
        lines=lines,
        entries=[one for one in entries if one not in kept],
        kept=kept,
        rest=(contract.amount or ZERO) - billed - before,
        invoiced=billed,
        prepaid=before,
        delivered=frozenset(delivered.values_list("line_id", flat=True)),
        billed=frozenset(one.line_id for one in invoiced if one.line_id),
    )


def is_current(amendment: Amendment) -> bool:
    """Whether accepting it would still lead to the text that was read.

    The contract is in force and says what it said when this was proposed; what was invoiced
    or asked for before the work since then is in the new text just as it is. Only reads;
    accepting checks all of it again.
    """
    contract = amendment.contract
    if contract.state not in BINDING_STATES:
        return False
    if content_hash(contract_content(contract)) != amendment.base.sha256:
        return False
    content: Mapping[str, Any] = json.loads(amendment.version.content)
    kept = kept_at(contract, amendment.price_after, prepaid_of(contract)) or ZERO
    if kept != Decimal(content["terms"].get("prepayment_kept") or 0):
        return False
    found = contract.schedule.filter(invoice__isnull=False)
    billed = Counter(
        (one.kind, one.label, one.due_on.isoformat() if one.due_on else None, one.amount)
        for one in found
    )
    promised = Counter(
        (row["kind"], row["label"], row["due_on"], Decimal(row["amount"]))
        for row in content["schedule"]
    )
    return not billed - promised
