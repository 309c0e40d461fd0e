"""Use cases of this room."""

from credit.services.checklists import NewLine, UnableToSaveChecklist, write_checklist
from credit.services.companies_house import ProviderIsBusy, UnableToLookUp
from credit.services.look_ups import look_up, start_look_up
from credit.services.reports import (
    UnableToFileReport,
    add_provider,
    correct_report,
    file_report,
    set_validity,
    withdraw_report,
)
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
    "ProviderIsBusy",
    "UnableToFileReport",
    "UnableToLookUp",
    "UnableToSaveChecklist",
    "UnableToScreen",
    "Upload",
    "accept_screening",
    "accept_with_conditions",
    "add_provider",
    "apply_conditions",
    "ask_reference",
    "correct_report",
    "file_report",
    "look_up",
    "note_findings",
    "note_interview",
    "note_reference",
    "reject_screening",
    "return_screening",
    "set_validity",
    "start_look_up",
    "start_screening",
    "submit_screening",
    "withdraw_report",
    "withdraw_screening",
    "write_checklist",
]
