"""Why work on a contract must wait: rooms above say so, because they know of the money."""

from collections.abc import Callable

from contracts.models import Contract

HoldSource = Callable[[Contract], str]
_sources: list[HoldSource] = []


def add_hold_source(source: HoldSource) -> None:
    """Register who knows a reason to wait. It gives a sentence, or nothing."""
    if source not in _sources:
        _sources.append(source)


def work_holds(contract: Contract) -> list[str]:
    """The reasons, in words; empty when work may go on."""
    return [sentence for source in _sources if (sentence := source(contract))]
