"""The lines of a draft: what is delivered, when, at what price. Each act sets the price anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from django.db.models import ProtectedError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, ContractLine
from contracts.rules.totals import LARGEST_AMOUNT, Fault, line_amounts, line_faults, totals
from contracts.services.drafts import locked_draft, moved_by, place_in_order, record_act
from core.errors import Refusal
from core.models import User
from core.transactions import in_transaction

MOST_LINES: Final = 200
_FIELDS: Final = frozenset(
    {
        "service_type",
        "description",
        "deliverable",
        "quantity",
        "unit",
        "unit_price",
        "tax_percent",
        "deliver_on",
    }
)
_FAULTS: Final[Mapping[Fault, str | Promise]] = MappingProxyType(
    {
        Fault.QUANTITY_NOT_POSITIVE: _("The quantity is more than zero."),
        Fault.QUANTITY_ABSURD: _("The quantity is at most 10,000,000. Split the line."),
        Fault.QUANTITY_TOO_FINE: _("The quantity has at most four decimals."),
        Fault.PRICE_NEGATIVE: _("The unit price is zero or more. A discount is an amendment."),
        Fault.PRICE_ABSURD: _("A line comes to at most 1,000,000,000,000. Check the price."),
        Fault.PRICE_TOO_FINE: _("The unit price has at most four decimals."),
        Fault.TAX_OUT_OF_RANGE: _("The tax is between 0 and 100 percent."),
        Fault.TAX_TOO_FINE: _("The tax has at most three decimals."),
        Fault.DELIVERY_BEFORE_START: _(
            "Delivery lies before the contract starts. Choose a later day."
        ),
        Fault.DELIVERY_AFTER_END: _(
            "Delivery lies after the contract ends. Choose an earlier day, or a later end."
        ),
        Fault.DELIVERY_ABSURD: _("Choose a day between 2000 and 2100."),
    }
)


class UnableToChangeLines(Refusal):
    """The lines of this contract cannot be changed like this."""


@in_transaction
def add_line(
    *, contract: Contract, actor: User | None, at: dt.datetime, **fields: Any
) -> ContractLine:
    """Add a line at the end of a draft and set the contract's price.

    Fields: description, unit_price, quantity (1), unit, tax_percent (0), deliverable,
    service_type, deliver_on. Raises UnableToChangeLines naming the field at fault.
    """
    draft = locked_draft(contract, UnableToChangeLines)
    count = draft.lines.count()
    if count >= MOST_LINES:
        raise UnableToChangeLines(
            _("A contract has at most %(most)d lines. Put the rest into a second contract.")
            % {"most": MOST_LINES}
        )
    line = ContractLine(contract=draft, position=count + 1)
    _write(line, fields)
    _reprice(contract, draft)
    payload = {"line": line.pk, "net": line.net, "tax": line.tax, "price": draft.amount}
    record_act(action="contracts.add_line", contract=draft, actor=actor, at=at, payload=payload)
    return line


@in_transaction
def change_line(
    *, line: ContractLine, actor: User | None, at: dt.datetime, **fields: Any
) -> ContractLine:
    """Change a line of a draft and set the contract's price.

    Raises UnableToChangeLines naming the field at fault.
    """
    draft = locked_draft(line.contract, UnableToChangeLines)
    row = _still_there(draft, line)
    changed = sorted(name for name, value in fields.items() if getattr(row, name) != value)
    _write(row, fields)
    _reprice(line.contract, draft)
    payload = {
        "line": row.pk,
        "fields": changed,
        "net": row.net,
        "tax": row.tax,
        "price": draft.amount,
    }
    record_act(action="contracts.change_line", contract=draft, actor=actor, at=at, payload=payload)
    return row


@in_transaction
def remove_line(*, line: ContractLine, actor: User | None, at: dt.datetime) -> Contract:
    """Take a line out of a draft and set the contract's price.

    Raises UnableToChangeLines while the payment schedule waits for its acceptance.
    """
    draft = locked_draft(line.contract, UnableToChangeLines)
    row = _still_there(draft, line)
    gone = row.pk
    try:
        row.delete()
    except ProtectedError as error:
        raise UnableToChangeLines(
            _(
                "The payment schedule names this line as a milestone. Change the schedule first, "
                "then remove the line."
            )
        ) from error
    place_in_order(list(draft.lines.all()))
    _reprice(line.contract, draft)
    payload = {"line": gone, "description": row.description, "price": draft.amount}
    record_act(action="contracts.remove_line", contract=draft, actor=actor, at=at, payload=payload)
    return draft


@in_transaction
def move_line(*, line: ContractLine, places: int, actor: User | None, at: dt.datetime) -> None:
    """Move a line down by so many places, or up when negative; it stops at either end."""
    draft = locked_draft(line.contract, UnableToChangeLines)
    row = _still_there(draft, line)
    order = moved_by(draft.lines.all(), row, places)
    place_in_order(order)
    payload = {"line": row.pk, "order": [one.pk for one in order]}
    record_act(action="contracts.move_line", contract=draft, actor=actor, at=at, payload=payload)


def _still_there(draft: Contract, line: ContractLine) -> ContractLine:
    row = draft.lines.filter(pk=line.pk).first()
    if row is None:
        raise UnableToChangeLines(_("This line was removed meanwhile. Look at the lines again."))
    row.contract = draft
    return row


def _write(line: ContractLine, fields: Mapping[str, Any]) -> None:
    unknown = set(fields) - _FIELDS
    if unknown:
        raise TypeError(f"unknown fields of a line: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(line, name, value.strip() if isinstance(value, str) else value)
    if not line.description:
        raise UnableToChangeLines(_("Say what is delivered."), field="description")
    if line.unit_price is None:
        raise UnableToChangeLines(_("Give the price of one unit."), field="unit_price")
    contract = line.contract
    figures: dict[str, Any] = {
        "quantity": Decimal(line.quantity),
        "unit_price": Decimal(line.unit_price),
        "tax_percent": Decimal(line.tax_percent),
        "currency": contract.currency,
    }
    faults = line_faults(
        **figures,
        deliver_on=line.deliver_on,
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
    )
    if faults:
        raise UnableToChangeLines(_FAULTS[faults[0]], field=faults[0].field)
    line.net, line.tax = line_amounts(**figures)
    line.save()


def _reprice(given: Contract, draft: Contract) -> None:
    """The price is the sum of the lines; without any that costs something there is none yet."""
    sums = totals(draft.lines.values_list("net", "tax"))
    if sums.gross > LARGEST_AMOUNT:
        raise UnableToChangeLines(
            _("The contract comes to more than 1,000,000,000,000. Check quantities and prices."),
            field="unit_price",
        )
    draft.amount = sums.gross or None
    Contract.objects.filter(pk=draft.pk).update(amount=draft.amount)
    given.amount = draft.amount
