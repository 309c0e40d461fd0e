"""Clients that are one risk: what one owes is looked at together with what the others owe."""

from __future__ import annotations

from collections.abc import Collection


def group_of(client_id: int) -> tuple[int, ...]:
    """The clients that form one risk with this one, itself among them, in order of their keys."""
    return (client_id,)


def groups_of(client_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The group of each of these clients."""
    return {client_id: group_of(client_id) for client_id in client_ids}
