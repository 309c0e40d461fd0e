"""One row of everything that is agreed: contracts, their life, prepayments."""

from decimal import Decimal
from typing import Any

from contracts.models import Contract, ContractTemplate
from contracts.services import ask_for_override, ask_for_review, create_contract
from contracts.services.amendments import Changes, propose_amendment
from contracts.services.lines import add_line
from contracts.services.performance import add_obligation, record_delivery
from contracts.services.templates import draft_from_template
from contracts.services.versions import freeze_version
from contracts.states import AmendmentKind, Side
from payments.services import ask_release
from payments.states import ReleaseKind
from tests.factories import NOW, TODAY
from tests.payments import prepaid
from tests.permissions.principals import MARK, World


def agree(world: World, client: Any, creditor: Any) -> None:
    """A contract under review, and one whose gap somebody wants to be let pass."""
    owner = world.users["owner"]
    contract = draft_from_template(
        template=ContractTemplate.objects.order_by("pk")[0],
        creditor=creditor,
        client=client,
        number=f"{MARK}-R",
        actor=owner,
        at=NOW,
    )
    review = ask_for_review(contract=contract, reviewer=world.users["manager"], actor=owner, at=NOW)
    request = ask_for_override(
        contract=Contract.objects.get(pk=world.keys["contract"]),
        gap="NO_LATE_CHARGE",
        note=f"{MARK} it pays",
        actor=owner,
        at=NOW,
    )
    world.keys |= {"review": review.pk, "override_request": request.pk}


def write(world: World, client: Any, creditor: Any) -> None:
    """A draft with a line, clauses and a kept version; and a row of each kind in the library."""
    template = ContractTemplate.objects.order_by("pk")[0]
    contract = draft_from_template(
        template=template,
        creditor=creditor,
        client=client,
        number=f"{MARK}-W",
        actor=None,
        at=NOW,
    )
    line = add_line(
        contract=contract, description=f"{MARK} work", unit_price=Decimal(10), actor=None, at=NOW
    )
    version = freeze_version(contract=contract, reason=f"{MARK} first", actor=None, at=NOW)
    clauses = list(contract.clauses.order_by("position"))
    world.keys |= {
        "written": contract.pk,
        "line": line.pk,
        "contract_clause": clauses[0].pk,
        "contract_version": version.pk,
        "clause": clauses[0].version.clause_id if clauses[0].version else 0,
        "service_type": template.service_type_id,
        "template": template.pk,
    }


def amend(world: World, client: Any, creditor: Any) -> None:
    """A contract in force, and what somebody proposes to change in it."""
    contract = create_contract(
        creditor=creditor,
        client=client,
        number=f"{MARK}-A",
        currency="CNY",
        actor=None,
        at=NOW,
    )
    line = add_line(
        contract=contract, description=f"{MARK} work", unit_price=Decimal(9), actor=None, at=NOW
    )
    Contract.objects.filter(pk=contract.pk).update(state="ACTIVE")
    amendment = propose_amendment(
        contract=contract,
        kind=AmendmentKind.DISCOUNT,
        changes=Changes(lines={line.pk: {"unit_price": Decimal(8)}}),
        reason=f"{MARK} asked for it",
        actor=world.users["owner"],
        at=NOW,
    )
    world.keys |= {"amended": contract.pk, "amendment": amendment.pk}


def perform(world: World, client: Any, creditor: Any) -> None:
    """A contract in force with a delivery that waits, a line still to come, and a duty."""
    contract = create_contract(
        creditor=creditor,
        client=client,
        number=f"{MARK}-P",
        currency="CNY",
        actor=None,
        at=NOW,
    )
    lines = [
        add_line(
            contract=contract, description=f"{MARK} {n}", unit_price=Decimal(1), actor=None, at=NOW
        )
        for n in range(2)
    ]
    Contract.objects.filter(pk=contract.pk).update(state="ACTIVE")
    delivery = record_delivery(
        line=lines[0], delivered_on=TODAY, what=f"{MARK} it", on=TODAY, actor=None, at=NOW
    )
    duty = add_obligation(
        contract=contract, side=Side.OURS, what=f"{MARK} duty", due_on=TODAY, actor=None, at=NOW
    )
    world.keys |= {
        "delivered_line": lines[1].pk,
        "delivery": delivery.pk,
        "obligation": duty.pk,
    }


def prepay(world: World, client: Any, creditor: Any) -> None:
    contract = prepaid.make_contract(
        client=client,
        creditor=creditor,
        number=f"{MARK}-PREPAID",
        title=f"{MARK} prepaid work",
        entries=[prepaid.dated("1000.00", label=f"{MARK} entry")],
    )
    prepayment = prepaid.ask(contract)
    prepaid.receive(prepayment, "100.00", payer_name=f"{MARK} Payer")
    release = ask_release(
        prepayment=prepayment,
        kind=ReleaseKind.REFUND,
        amount=Decimal(1),
        reason=f"{MARK} too much",
        actor=world.users["finance"],
        at=NOW,
    )
    world.keys |= {
        "prepaid_contract": contract.pk,
        "schedule_entry": prepaid.entries_of(contract)[0].pk,
        "prepayment": prepayment.pk,
        "release": release.pk,
    }
