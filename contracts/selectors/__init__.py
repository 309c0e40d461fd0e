"""Reads of contracts."""

from contracts.selectors.completeness import (
    ShownGap,
    blocking_gaps,
    contract_gaps,
    set_exposure_source,
    set_rate_level_source,
    set_relatives_source,
)
from contracts.selectors.contracts import contracts_matching, preset_choices, set_preset_source

__all__ = [
    "ShownGap",
    "blocking_gaps",
    "contract_gaps",
    "contracts_matching",
    "preset_choices",
    "set_exposure_source",
    "set_preset_source",
    "set_rate_level_source",
    "set_relatives_source",
]
