"""Use cases of this room."""

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

__all__ = [
    "ProviderIsBusy",
    "UnableToFileReport",
    "UnableToLookUp",
    "add_provider",
    "correct_report",
    "file_report",
    "look_up",
    "set_validity",
    "start_look_up",
    "withdraw_report",
]
