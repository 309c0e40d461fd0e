"""A contract from a template, complete, and at any place of its life."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from clients.models import BankAccount, Client, Creditor
from clients.services import set_standing
from clients.states import Grade
from contracts.models import Contract, ContractTemplate
from contracts.services import (
    activate_contract,
    ask_for_review,
    complete_contract,
    record_signature,
    send_contract,
    sign_off,
    suspend_contract,
    terminate_contract,
)
from contracts.services.lines import add_line
from contracts.services.schedule import Entry, set_schedule
from contracts.services.templates import draft_from_template
from contracts.states import ContractState, ScheduleKind
from core.models import User
from core.states import Role
from tests.factories import NOW, TODAY, make_client, make_contact, make_creditor, make_user

SCAN = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PRICE = Decimal("10000.00")
S = ContractState


def graded(client: Client, grade: Grade = Grade.C, **fields: Any) -> Client:
    """A client with a grade, and whatever else of its standing is given."""
    standing: dict[str, Any] = {
        "credit_limit": None,
        "deposit_ratio": None,
        "on_credit_hold": False,
        "hold_reason": "",
        **fields,
    }
    set_standing(client=client, grade=grade, actor=None, at=NOW, **standing)
    client.refresh_from_db()
    return client


def our_company() -> Creditor:
    """One of our companies with all that a contract says of it."""
    company = make_creditor(country="CN", email="law@own.example", address="1 Harbour Road")
    BankAccount.objects.create(
        creditor=company,
        label="Main",
        bank_name="Bank",
        account_name=company.legal_name,
        account_number="6222",
        currency="CNY",
    )
    return company


def whole_draft(
    *,
    owner: User | None = None,
    client: Client | None = None,
    creditor: Creditor | None = None,
    template: str = "Software development contract",
    number: str = "K-1",
) -> Contract:
    """A draft that nothing blocks: lines with dates, a schedule, clauses, an address."""
    client = client or graded(make_client(owner=owner, country="CN", address="1 Renmin Road"))
    if not client.contacts.exists():
        make_contact(client, name="Li Lei", email="li@client.example", is_primary=True)
    contract = draft_from_template(
        template=ContractTemplate.objects.get(name=template),
        creditor=creditor or our_company(),
        client=client,
        number=number,
        starts_on=TODAY,
        ends_on=TODAY + dt.timedelta(days=180),
        actor=owner,
        at=NOW,
    )
    add_line(
        contract=contract,
        description="Portal",
        unit_price=PRICE,
        deliver_on=TODAY + dt.timedelta(days=90),
        actor=owner,
        at=NOW,
    )
    pay_in(contract, prepaid=Decimal("0.5"))
    contract.refresh_from_db()
    return contract


def pay_in(contract: Contract, *, prepaid: Decimal) -> None:
    """A schedule of a prepayment and the rest on a date."""
    first = (PRICE * prepaid).quantize(Decimal("0.01"))
    due_on = TODAY + dt.timedelta(days=120)
    entries = [
        Entry(ScheduleKind.PREPAYMENT, first),
        Entry(ScheduleKind.DATE, PRICE - first, due_on=due_on),
    ]
    whole = [one for one in entries if one.amount]
    set_schedule(contract=contract, entries=whole, actor=None, at=NOW)


def at_state(state: ContractState, **fields: Any) -> Contract:
    """A complete contract that was led to a state by its services."""
    contract = whole_draft(**fields)
    for one in _WAYS[state]:
        _ACTS[one](contract)
    assert contract.state == state
    return contract


def reviewed_by(contract: Contract, manager: User | None = None) -> None:
    """Asked for and signed off."""
    manager = manager or make_user(Role.MANAGER)
    review = ask_for_review(contract=contract, reviewer=manager, actor=None, at=NOW)
    sign_off(review=review, actor=manager, at=NOW)
    contract.refresh_from_db()


def under_review(contract: Contract) -> None:
    """Asked for."""
    ask_for_review(contract=contract, reviewer=make_user(Role.MANAGER), actor=None, at=NOW)


def signed_on_paper(contract: Contract) -> None:
    """The scan is kept."""
    record_signature(
        contract=contract,
        signed_on=TODAY,
        name="Li Lei",
        data=SCAN,
        filename="scan.pdf",
        actor=None,
        at=NOW,
    )


_ACTS: dict[ContractState, Any] = {
    S.REVIEW: under_review,
    S.APPROVED: reviewed_by,
    S.SENT: lambda c: send_contract(contract=c, actor=None, at=NOW),
    S.SIGNED: signed_on_paper,
    S.ACTIVE: lambda c: activate_contract(contract=c, actor=None, at=NOW),
    S.SUSPENDED: lambda c: suspend_contract(contract=c, reason="Clause 5", actor=None, at=NOW),
    S.COMPLETED: lambda c: complete_contract(contract=c, actor=None, at=NOW),
    S.TERMINATED: lambda c: terminate_contract(contract=c, reason="Over", actor=None, at=NOW),
}
_IN_FORCE = (S.APPROVED, S.SENT, S.SIGNED, S.ACTIVE)
_WAYS: dict[ContractState, tuple[ContractState, ...]] = {
    S.DRAFT: (),
    S.REVIEW: (S.REVIEW,),
    S.APPROVED: (S.APPROVED,),
    S.SENT: (S.APPROVED, S.SENT),
    S.SIGNED: (S.APPROVED, S.SENT, S.SIGNED),
    S.ACTIVE: _IN_FORCE,
    S.SUSPENDED: (*_IN_FORCE, S.SUSPENDED),
    S.COMPLETED: (*_IN_FORCE, S.COMPLETED),
    S.TERMINATED: (S.TERMINATED,),
}
