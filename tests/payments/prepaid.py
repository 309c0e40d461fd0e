"""Contracts with prepayments for tests."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from clients.models import Client, Creditor
from contracts.models import Contract, ScheduleEntry
from contracts.services import create_contract
from contracts.services.schedule import Entry, set_schedule
from contracts.states import ContractState, PrepaymentKind, ScheduleKind
from core.models import User
from core.states import Role
from payments.models import Prepayment, PrepaymentRelease
from payments.services import approve_release, ask_release, receive_prepayment, request_prepayment
from payments.states import ReleaseKind
from tests.factories import NOW, TODAY, make_client, make_creditor, make_user


def make_contract(
    *,
    amount: str = "1000.00",
    ratio: str | None = "0.5",
    state: str = ContractState.ACTIVE,
    entries: list[Entry] | None = None,
    client: Client | None = None,
    creditor: Creditor | None = None,
    kind: str = PrepaymentKind.PREPAYMENT,
    **fields: Any,
) -> Contract:
    """A contract in a state, as if it had gone its way; the schedule is written while a draft."""
    creditor = creditor or make_creditor()
    contract = create_contract(
        creditor=creditor,
        client=client or make_client(),
        number=fields.pop("number", f"K-{Contract.objects.count() + 1}"),
        currency=fields.pop("currency", creditor.currency),
        amount=Decimal(amount),
        prepayment_kind=kind,
        actor=None,
        at=NOW,
        **fields,
    )
    if entries:
        set_schedule(contract=contract, entries=entries, actor=None, at=NOW)
    Contract.objects.filter(pk=contract.pk).update(
        state=state,
        prepayment_ratio=None if ratio is None else Decimal(ratio),
        prepayment_reason="Because\n因为",
    )
    contract.refresh_from_db()
    return contract


def dated(amount: str, due_on: dt.date = TODAY, **fields: Any) -> Entry:
    """An entry due on a date."""
    return Entry(ScheduleKind.DATE, Decimal(amount), due_on, **fields)


def prepaid_entry(amount: str) -> Entry:
    """The part of the price that is paid before the work."""
    return Entry(ScheduleKind.PREPAYMENT, Decimal(amount), label="Advance")


def entries_of(contract: Contract) -> list[ScheduleEntry]:
    """The schedule in its order."""
    return list(contract.schedule.select_related("contract__creditor", "line"))


def ask(contract: Contract, amount: str = "500.00", **fields: Any) -> Prepayment:
    """Ask for money before the work."""
    return request_prepayment(
        contract=contract,
        amount=Decimal(amount),
        due_on=fields.pop("due_on", TODAY + dt.timedelta(days=7)),
        on=TODAY,
        actor=None,
        at=NOW,
        **fields,
    )


def receive(prepayment: Prepayment, amount: str | Decimal = "500.00", **fields: Any) -> Any:
    """Money comes in for it."""
    return receive_prepayment(
        prepayment=prepayment,
        amount=Decimal(amount),
        received_on=fields.pop("received_on", TODAY),
        actor=None,
        at=NOW,
        **fields,
    )


def people() -> tuple[User, User]:
    """One who asks and one who approves."""
    return make_user(Role.FINANCE), make_user(Role.MANAGER)


def release(
    prepayment: Prepayment,
    amount: str | Decimal,
    kind: ReleaseKind = ReleaseKind.REFUND,
    *,
    asker: User | None = None,
    approver: User | None = None,
) -> PrepaymentRelease:
    """Ask and approve."""
    row = ask_release(
        prepayment=prepayment,
        kind=kind,
        amount=Decimal(amount),
        reason="Not needed any more",
        actor=asker or make_user(Role.FINANCE),
        at=NOW,
    )
    return approve_release(release=row, on=TODAY, actor=approver or make_user(Role.MANAGER), at=NOW)
