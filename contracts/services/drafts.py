"""What services that write parts of a contract share: the lock, the gate, the record, places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, ContractClause, ContractLine
from contracts.states import ContractState
from core import audit
from core.errors import Refusal
from core.models import User


class UnableToWriteDraft(Refusal):
    """A part of a contract cannot be written like this."""


Part = TypeVar("Part", ContractLine, ContractClause)


def locked_draft(contract: Contract, refusal: type[Refusal] = UnableToWriteDraft) -> Contract:
    """The contract's row, held until the end of the transaction; refuses what is no draft."""
    row = Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
    if row.state != ContractState.DRAFT:
        raise refusal(
            _(
                "Only a draft is rewritten. Take the contract back to draft, or agree an "
                "amendment once it is signed."
            )
        )
    return row


def place_in_order(parts: Sequence[Part]) -> None:
    """Number the parts 1, 2, 3 in this order; only what moves is written."""
    moved = []
    for position, part in enumerate(parts, start=1):
        if part.position != position:
            part.position = position
            moved.append(part)
    if moved:
        type(moved[0])._default_manager.bulk_update(moved, ["position"])


def moved_by(parts: Iterable[Part], part: Part, places: int) -> list[Part]:
    """The parts with one of them so many places further down (or up when negative)."""
    order = list(parts)
    at = next(index for index, one in enumerate(order) if one.pk == part.pk)
    order.insert(max(0, min(len(order) - 1, at + places)), order.pop(at))
    return order


def record_act(
    *,
    action: str,
    contract: Contract,
    actor: User | None,
    at: dt.datetime,
    payload: Mapping[str, Any],
    subject: Model | None = None,
) -> None:
    """Note an act on a contract in its client's chain."""
    audit.record(
        action=action,
        actor=actor,
        at=at,
        subject=subject or contract,
        stream=f"client:{contract.client_id}",
        payload={"contract": contract.pk, **payload},
    )
