"""Use cases that write contracts."""

from contracts.services.contracts import (
    UnableToChangeContract,
    UnableToSaveContract,
    attach_signed_copy,
    change_state,
    create_contract,
    update_contract,
)

__all__ = [
    "UnableToChangeContract",
    "UnableToSaveContract",
    "attach_signed_copy",
    "change_state",
    "create_contract",
    "update_contract",
]
