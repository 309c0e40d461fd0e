"""Demand letters: ordered, made and read."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from clients.models import Client, Creditor
from contracts.models import Contract
from contracts.states import ContractState, LateChargeKind
from core.models import User
from reminders.models import DemandLetter
from reminders.services.letters import LetterOrder, make_letter, order_letter
from tests.factories import NOW, TODAY

DEADLINE = TODAY + dt.timedelta(days=14)


def order_of(client: Client, creditor: Creditor, **changes: Any) -> LetterOrder:
    order = LetterOrder(
        client=client,
        creditor=creditor,
        currency="CNY",
        language=client.language,
        deadline_on=DEADLINE,
    )
    return replace(order, **changes)


def ordered(
    client: Client, creditor: Creditor, actor: User, key: str = "k1", **changes: Any
) -> DemandLetter:
    return order_letter(
        order=order_of(client, creditor, **changes), key=key, on=TODAY, actor=actor, at=NOW
    )


def made(client: Client, creditor: Creditor, actor: User, **changes: Any) -> DemandLetter:
    letter = ordered(client, creditor, actor, **changes)
    make_letter(letter_id=letter.pk, at=NOW)
    letter.refresh_from_db()
    return letter


def agreed(client: Client, creditor: Creditor, **fields: Any) -> Contract:
    defaults: dict[str, Any] = {
        "number": "HY-1",
        "title": "采购合同",
        "state": ContractState.ACTIVE,
        "currency": "CNY",
        "signed_on": dt.date(2025, 1, 2),
        "late_charge_kind": LateChargeKind.RATE,
        "late_charge_rate": Decimal("7.30"),
        "late_charge_clause": "第8.2条",
        "created_at": NOW,
    }
    return Contract.objects.create(client=client, creditor=creditor, **defaults | fields)


def fields(key: str = "form-1", **changes: Any) -> dict[str, Any]:
    return {
        "language": "zh-hans",
        "deadline_on": "2999-01-31",
        "service_method": "EMS",
        "with_interest": "on",
        "interest_preset": "",
        "key": key,
        **changes,
    }
