"""Use cases that write contracts."""

from contracts.services.contracts import (
    UnableToSaveContract,
    attach_signed_copy,
    create_contract,
    update_contract,
)
from contracts.services.gaps import UnableToFillGap, fill_gap
from contracts.services.lifecycle import (
    UnableToAccept,
    UnableToActivate,
    UnableToChangeContract,
    accept_version,
    activate_contract,
    complete_contract,
    record_signature,
    reopen_contract,
    resume_contract,
    send_contract,
    suspend_contract,
    take_in_signed,
    terminate_contract,
)
from contracts.services.overrides import (
    UnableToOverride,
    ask_for_override,
    decline_override,
    override_gap,
)
from contracts.services.reviews import (
    Remark,
    UnableToReview,
    add_remark,
    ask_for_review,
    request_changes,
    sign_off,
    withdraw_review,
)

__all__ = [
    "Remark",
    "UnableToAccept",
    "UnableToActivate",
    "UnableToChangeContract",
    "UnableToFillGap",
    "UnableToOverride",
    "UnableToReview",
    "UnableToSaveContract",
    "accept_version",
    "activate_contract",
    "add_remark",
    "ask_for_override",
    "ask_for_review",
    "attach_signed_copy",
    "complete_contract",
    "create_contract",
    "decline_override",
    "fill_gap",
    "override_gap",
    "record_signature",
    "reopen_contract",
    "request_changes",
    "resume_contract",
    "send_contract",
    "sign_off",
    "suspend_contract",
    "take_in_signed",
    "terminate_contract",
    "update_contract",
    "withdraw_review",
]
