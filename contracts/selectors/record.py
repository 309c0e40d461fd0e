"""What is on record of contracts besides their text: accepted, let pass, and changed since."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from contracts.models import Amendment, Contract, ContractAcceptance, Override
from contracts.states import AmendmentState
from core.dates import day_in


def contract_records(
    contracts: Iterable[Contract], *, until: dt.date, time_zone: str
) -> dict[int, dict[str, Any]]:
    """Acceptances, overrides and amendments up to a day, per contract, in plain values.

    Three queries. Contracts with none of them are left out.
    """
    numbers = {one.pk: one.number for one in contracts}
    found: dict[int, dict[str, Any]] = {}

    def entry(key: int) -> dict[str, Any]:
        blank: dict[str, Any] = {
            "number": numbers[key],
            "acceptances": [],
            "overrides": [],
            "amendments": [],
        }
        return found.setdefault(key, blank)

    accepted = ContractAcceptance.objects.filter(version__contract__in=numbers)
    for one in accepted.select_related("version").order_by("at", "pk"):
        if day_in(one.at, time_zone) <= until:
            entry(one.version.contract_id)["acceptances"].append(_acceptance(one))
    passed = Override.objects.filter(contract__in=numbers).select_related("actor")
    for override in passed.order_by("at", "pk"):
        if day_in(override.at, time_zone) <= until:
            entry(override.contract_id)["overrides"].append(_override(override))
    changes = Amendment.objects.filter(contract__in=numbers).select_related(
        "base", "version", "proposed_by", "decided_by", "document"
    )
    for amendment in changes.order_by("proposed_at", "pk"):
        if day_in(amendment.proposed_at, time_zone) <= until:
            entry(amendment.contract_id)["amendments"].append(
                _amendment(amendment, until=until, time_zone=time_zone)
            )
    return found


def agreed_terms(
    contract: Contract, *, until: dt.date, time_zone: str
) -> tuple[Decimal | None, dt.date | None]:
    """Price and end of a contract at the end of a day, whatever was changed after it; a query."""
    later = contract.amendments.filter(state=AmendmentState.ACCEPTED).select_related("base")
    for one in later.order_by("ended_at", "pk"):
        if one.ended_at and day_in(one.ended_at, time_zone) > until:
            ends_on = json.loads(one.base.content)["terms"]["ends_on"]
            return one.price_before, dt.date.fromisoformat(ends_on) if ends_on else None
    return contract.amount, contract.ends_on


def _amendment(one: Amendment, *, until: dt.date, time_zone: str) -> dict[str, Any]:
    """An amendment as it stood at the end of a day; the new text stands beside its hash."""
    decided = one.decided_at is not None and day_in(one.decided_at, time_zone) <= until
    ended = one.ended_at is not None and day_in(one.ended_at, time_zone) <= until
    state = one.state if ended else AmendmentState.APPROVED if decided else AmendmentState.PROPOSED
    return {
        "number": one.number,
        "kind": one.kind,
        "state": state,
        "reason": one.reason,
        "from_version": one.base.number,
        "from_sha256": one.base.sha256,
        "to_version": one.version.number,
        "to_sha256": one.version.sha256,
        "text": json.loads(one.version.content),
        "price_before": one.price_before,
        "price_after": one.price_after,
        "days_longer": one.days_longer,
        "prepaid_asked": one.prepaid_asked,
        "prepaid_received": one.prepaid_received,
        "proposed_at": one.proposed_at,
        "proposed_by": one.proposed_by.name if one.proposed_by else None,
        "decided_at": one.decided_at if decided else None,
        "decided_by": one.decided_by.name if decided and one.decided_by else None,
        "ended_at": one.ended_at if ended else None,
        "signed_copy_sha256": one.document.sha256 if ended and one.document else None,
    }


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
