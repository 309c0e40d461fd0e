"""Reads of contracts."""

from contracts.selectors.contracts import contracts_matching, preset_choices, set_preset_source

__all__ = ["contracts_matching", "preset_choices", "set_preset_source"]
