"""What every act on an amendment shares: the locks, the record."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from clients.models import Client
from contracts.models import Amendment, Contract
from contracts.services.amendments.changes import UnableToAmend
from contracts.services.drafts import record_act
from contracts.states import BINDING_STATES, ContractState
from core.models import User


def locked(contract: Contract) -> Contract:
    """A contract in force, held to the end of the transaction. Raises UnableToAmend for another.

    The client's row is held first, as invoicing does: no invoice of a payment is issued while
    that payment is changed.
    """
    Client.objects.select_for_update(no_key=True).only("pk").get(pk=contract.client_id)
    row = (
        Contract.objects.select_for_update(no_key=True, of=("self",))
        .select_related("creditor", "client")
        .get(pk=contract.pk)
    )
    if row.state not in BINDING_STATES:
        raise UnableToAmend(
            _("Only a contract in force is amended. This one is “%s”.")
            % ContractState(row.state).label
        )
    return row


def record(
    amendment: Amendment, action: str, actor: User | None, at: dt.datetime, payload: dict[str, Any]
) -> None:
    """Note an act in the client's chain."""
    record_act(
        action=action,
        contract=amendment.contract,
        actor=actor,
        at=at,
        payload=payload,
        subject=amendment,
    )
