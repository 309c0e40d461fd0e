"""Makers for the tests of contracts' texts."""

import datetime as dt
from decimal import Decimal
from typing import Any

from contracts.models import Contract, ContractLine, ContractTemplate
from contracts.services.lines import add_line
from contracts.services.templates import draft_from_template
from core.models import User
from tests.factories import NOW, make_client, make_creditor

SOFTWARE = "Software development contract"


def make_draft(
    *, owner: User | None = None, template: str = SOFTWARE, number: str = "T-1", **fields: Any
) -> Contract:
    """A draft from a template, with a client whom `owner` looks after."""
    return draft_from_template(
        template=ContractTemplate.objects.get(name=template),
        creditor=fields.pop("creditor", None) or make_creditor(),
        client=fields.pop("client", None) or make_client(owner=owner, address="1 Road\nTown"),
        number=number,
        actor=owner,
        at=NOW,
        **fields,
    )


def make_line(contract: Contract, **fields: Any) -> ContractLine:
    """A line that costs 100.00 and 6 tax unless said otherwise."""
    values: dict[str, Any] = {
        "description": "Work",
        "unit_price": Decimal(100),
        "tax_percent": Decimal(6),
        "deliver_on": dt.date(2026, 9, 1),
    } | fields
    return add_line(contract=contract, actor=None, at=NOW, **values)
