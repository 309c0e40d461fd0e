"""What contracts say of minutes: asked by the room of interactions, which knows no contracts."""

from __future__ import annotations

from clients.models import Client, Creditor
from contracts.models import Contract
from contracts.states import BINDING_STATES, ContractState

# A contract that has ended still binds for what was said while it ran.
_COUNTING = frozenset({*BINDING_STATES, ContractState.COMPLETED})


def contracts_to_meet_about(client: Client, creditor: Creditor) -> list[tuple[int, str]]:
    """The contracts a meeting may be about, the newest first."""
    found = Contract.objects.filter(client=client, creditor=creditor)
    return [
        (pk, f"{number} · {title}" if title else number)
        for pk, number, title in found.exclude(state=ContractState.TERMINATED)
        .order_by("-signed_on", "-pk")
        .values_list("pk", "number", "title")[:200]
    ]


def number_of_contract(pk: int) -> str:
    """What a contract is called on paper."""
    return str(Contract.objects.values_list("number", flat=True).get(pk=pk))


def minutes_days_of(pk: int) -> int | None:
    """After how many days of silence minutes count as confirmed; None unless it is agreed.

    A contract that does not bind, because it is not signed yet or was terminated, says nothing.
    """
    found = Contract.objects.filter(pk=pk, state__in=_COUNTING)
    days: int | None = found.values_list("minutes_days", flat=True).first()
    return days
