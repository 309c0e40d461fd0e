"""What is written in this room."""

from credit.services.checklists import NewLine, UnableToSaveChecklist, write_checklist
from credit.services.screening import (
    Finding,
    UnableToScreen,
    Upload,
    accept_screening,
    accept_with_conditions,
    apply_conditions,
    ask_reference,
    note_findings,
    note_interview,
    note_reference,
    reject_screening,
    return_screening,
    start_screening,
    submit_screening,
    withdraw_screening,
)

__all__ = [
    "Finding",
    "NewLine",
    "UnableToSaveChecklist",
    "UnableToScreen",
    "Upload",
    "accept_screening",
    "accept_with_conditions",
    "apply_conditions",
    "ask_reference",
    "note_findings",
    "note_interview",
    "note_reference",
    "reject_screening",
    "return_screening",
    "start_screening",
    "submit_screening",
    "withdraw_screening",
    "write_checklist",
]
