"""What the room above knows of credit: limits, releases, and why nothing goes out.

Contracts are judged where they move: at activation and at every delivery. Who decides on credit
registers itself here; without it the snapshot on the client is all there is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from contracts.models import Contract


@dataclass(frozen=True, slots=True)
class LimitRoom:
    """A limit, what of it is used, and whether exceeding it blocks or warns."""

    limit: Decimal | None
    currency: str
    used: Decimal
    blocks: bool


@dataclass(frozen=True, slots=True)
class CreditSource:
    """What the room above answers.

    `rooms` gives the limits of clients, `releases` up to which exposure a contract was let pass
    on a day, `refusal` why nothing is delivered under a contract, `lock` holds the clients whose
    exposures are judged together until the transaction ends.
    """

    rooms: Callable[[Collection[int]], Mapping[int, LimitRoom]]
    releases: Callable[[Collection[int], dt.date], Mapping[int, Decimal]]
    refusal: Callable[[Contract, dt.date], str]
    lock: Callable[[int], None]


_sources: Final[list[CreditSource]] = []


def set_credit_source(source: CreditSource) -> None:
    """Say who decides on credit."""
    _sources[:] = [source]


def credit_rooms(client_ids: Collection[int]) -> Mapping[int, LimitRoom] | None:
    """The limits of clients; None where nobody decides on credit."""
    return _sources[0].rooms(client_ids) if _sources else None


def credit_releases(contract_ids: Collection[int], on: dt.date) -> Mapping[int, Decimal]:
    """Up to which exposure each contract was let pass; those that were not are left out."""
    return _sources[0].releases(contract_ids, on) if _sources and contract_ids else {}


def credit_refusal(contract: Contract, on: dt.date) -> str:
    """Why nothing is delivered under this contract; empty when it may be."""
    return _sources[0].refusal(contract, on) if _sources else ""


def lock_credit(client_id: int) -> None:
    """Hold the clients whose exposures are judged together: two edges at once take turns."""
    if _sources:
        _sources[0].lock(client_id)


def decides_limits() -> bool:
    """Whether a room above decides on contracts over the limit."""
    return bool(_sources)
