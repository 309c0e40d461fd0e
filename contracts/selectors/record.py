"""What is on record of contracts besides their text: what was accepted, and what was let pass."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from contracts.models import Contract, ContractAcceptance, Override
from core.dates import day_in


def contract_records(
    contracts: Iterable[Contract], *, until: dt.date, time_zone: str
) -> dict[int, dict[str, Any]]:
    """Acceptances and overrides up to a day, per contract, in plain values; two queries.

    Contracts with neither are left out.
    """
    numbers = {one.pk: one.number for one in contracts}
    found: dict[int, dict[str, Any]] = {}

    def entry(key: int) -> dict[str, Any]:
        blank: dict[str, Any] = {"number": numbers[key], "acceptances": [], "overrides": []}
        return found.setdefault(key, blank)

    accepted = ContractAcceptance.objects.filter(version__contract__in=numbers)
    for one in accepted.select_related("version").order_by("at", "pk"):
        if day_in(one.at, time_zone) <= until:
            entry(one.version.contract_id)["acceptances"].append(_acceptance(one))
    passed = Override.objects.filter(contract__in=numbers).select_related("actor")
    for override in passed.order_by("at", "pk"):
        if day_in(override.at, time_zone) <= until:
            entry(override.contract_id)["overrides"].append(_override(override))
    return found


def _acceptance(one: ContractAcceptance) -> dict[str, Any]:
    return {
        "version": one.version.number,
        "text_sha256": one.text_sha256,
        "how": one.how,
        "name": one.name,
        "accepted_on": one.accepted_on,
        "at": one.at,
        "address": one.address,
        "reference": one.reference,
    }


def _override(one: Override) -> dict[str, Any]:
    return {
        "gap": one.gap,
        "sentence": one.sentence,
        "reason": one.reason,
        "by": one.actor.name if one.actor else None,
        "at": one.at,
    }
