"""A contract as such: drafting it, changing the draft, its signed copy."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from clients.models import Client, Creditor
from contracts.models import Contract
from contracts.states import ContractState, LateChargeKind
from core import audit
from core.documents import store_document
from core.errors import Refusal
from core.models import User
from core.money import currency_codes
from core.transactions import in_transaction, refusing


class UnableToSaveContract(Refusal):
    """The contract's data do not hold together."""


_FIELDS = frozenset(
    f.name for f in Contract._meta.fields if f.name not in {"id", "state", "created_at"}
)


@in_transaction
def create_contract(
    *,
    creditor: Creditor,
    client: Client,
    number: str,
    currency: str,
    actor: User | None,
    at: dt.datetime,
    **fields: Any,
) -> Contract:
    """Draft a contract. Raises UnableToSaveContract naming the field at fault."""
    contract = Contract(
        creditor=creditor,
        client=client,
        number=number.strip(),
        currency=currency,
        created_at=at,
        created_by=actor,
    )
    _fill(contract, fields)
    _record(contract, "contracts.create", actor, at, {"number": contract.number})
    return contract


@in_transaction
def update_contract(
    *, contract: Contract, actor: User | None, at: dt.datetime, **fields: Any
) -> Contract:
    """Change a draft. What was agreed is not edited: after that, it is amended."""
    row = Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
    if row.state != ContractState.DRAFT:
        raise UnableToSaveContract(
            _("Only a draft can be edited. This contract is in force: agree an amendment.")
        )
    changed = sorted(n for n, v in fields.items() if getattr(row, n) != v)
    _fill(row, fields)
    _record(row, "contracts.update", actor, at, {"fields": changed})
    return row


def _fill(contract: Contract, fields: dict[str, Any]) -> None:
    unknown = set(fields) - _FIELDS
    if unknown:
        raise TypeError(f"unknown contract fields: {sorted(unknown)}")
    for name, value in fields.items():
        setattr(contract, name, value)
    _check(contract)
    with refusing(
        UnableToSaveContract,
        {
            "contract_number_once": _("Another contract has this number."),
            "contract_number_given": _("Give the contract a number."),
        },
    ):
        contract.save()


def _check(contract: Contract) -> None:
    if contract.currency not in currency_codes():
        raise UnableToSaveContract(_("This is not a currency code."), field="currency")
    if contract.amount is not None and contract.amount <= 0:
        raise UnableToSaveContract(_("The price is more than zero, or left empty."), field="amount")
    if contract.starts_on and contract.ends_on and contract.ends_on < contract.starts_on:
        raise UnableToSaveContract(
            _("The contract ends before it starts. Give a later end."), field="ends_on"
        )
    _check_deliveries(contract)
    _check_late_charge(contract)


def _check_deliveries(contract: Contract) -> None:
    if contract._state.adding:
        return
    lines, starts, ends = contract.lines, contract.starts_on, contract.ends_on
    if starts and lines.filter(deliver_on__lt=starts).exists():
        raise UnableToSaveContract(
            _("A line is delivered before this day. Change the line first."), field="starts_on"
        )
    if ends and lines.filter(deliver_on__gt=ends).exists():
        raise UnableToSaveContract(
            _("A line is delivered after this day. Change the line first."), field="ends_on"
        )


def _check_late_charge(contract: Contract) -> None:
    kind, rate = contract.late_charge_kind, contract.late_charge_rate
    if kind == LateChargeKind.RATE and (rate is None or not 0 <= rate <= Decimal(400)):
        raise UnableToSaveContract(
            _("Give the agreed rate in percent a year, from 0 to 400."), field="late_charge_rate"
        )
    if kind != LateChargeKind.RATE and rate is not None:
        raise UnableToSaveContract(
            _("A rate goes with an agreed rate only. Remove it, or choose “Agreed rate”."),
            field="late_charge_rate",
        )
    if kind == LateChargeKind.PRESET and not contract.late_charge_preset:
        raise UnableToSaveContract(_("Choose the preset."), field="late_charge_preset")


@in_transaction
def attach_signed_copy(
    *, contract: Contract, data: bytes, name: str, actor: User | None, at: dt.datetime
) -> Contract:
    """Keep the signed copy of a contract. It is kept once: a better one is an amendment.

    Raises UnableToSaveContract when one is there, UnableToStoreDocument for an odd file.
    """
    row = Contract.objects.select_for_update(no_key=True).get(pk=contract.pk)
    if row.document_id:
        raise UnableToSaveContract(
            _("A signed copy is kept already; add further files to the client's documents.")
        )
    document = store_document(data=data, name=name, actor=actor, at=at)
    Contract.objects.filter(pk=row.pk).update(document=document)
    payload = {"document": document.pk, "sha256": document.sha256}
    _record(row, "contracts.attach_signed_copy", actor, at, payload)
    return row


def _record(
    contract: Contract,
    action: str,
    actor: User | None,
    at: dt.datetime,
    payload: dict[str, Any],
) -> None:
    audit.record(
        action=action,
        actor=actor,
        at=at,
        subject=contract,
        stream=f"client:{contract.client_id}",
        payload=payload,
    )
