"""The daily look at contracts in force: what is put up, what is taken down, nothing twice."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from clients.models import Client, Creditor
from contracts.models import Contract, ContractClause, SupervisionFlag
from contracts.services import create_contract
from contracts.services.lines import add_line
from contracts.services.performance import add_obligation, fulfil_obligation, record_delivery
from contracts.states import FlagKind, Side
from core.states import Role
from disputes.services import open_dispute
from payments.services import issue_invoice
from payments.services.supervision import supervise_contracts
from payments.tasks import daily
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_creditor,
    make_user,
    pay,
    signed_in,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def creditor() -> Creditor:
    """Ours."""
    return make_creditor()


def make_contract(
    creditor: Creditor, client: Client | None = None, *, suspension_days: int | None = 10
) -> Contract:
    """In force, one line due yesterday, a suspension clause, an invoice 20 days late."""
    number = f"SV-{Contract.objects.count() + 1}"
    contract = create_contract(
        creditor=creditor,
        client=client or make_client(),
        number=number,
        currency="CNY",
        starts_on=TODAY - 90 * DAY,
        suspension_days=suspension_days,
        actor=None,
        at=NOW,
    )
    add_line(
        contract=contract,
        description="Maintenance",
        unit_price=Decimal(1000),
        deliver_on=TODAY - DAY,
        actor=None,
        at=NOW,
    )
    ContractClause.objects.create(
        contract=contract, position=7, kind="SUSPENSION", heading="Suspension", body="We may."
    )
    Contract.objects.filter(pk=contract.pk).update(state="ACTIVE")
    issue_invoice(
        creditor=creditor,
        client=contract.client,
        contract=contract,
        number=f"INV-{number}",
        currency="CNY",
        amount=Decimal(1000),
        issued_on=TODAY - 50 * DAY,
        due_on=TODAY - 20 * DAY,
        actor=None,
        at=NOW,
    )
    return Contract.objects.get(pk=contract.pk)


def look(creditor: Creditor, on: dt.date = TODAY) -> list[str]:
    """Look, and say what stands."""
    supervise_contracts(creditor=creditor, on=on, at=NOW)
    standing = SupervisionFlag.objects.standing().order_by("kind")
    return list(standing.values_list("kind", flat=True))


def test_everything_that_is_late_is_put_up_once(creditor: Creditor) -> None:
    contract = make_contract(creditor)
    for side in Side:
        add_obligation(
            contract=contract, side=side, what="Data", due_on=TODAY - DAY, actor=None, at=NOW
        )
    kinds = sorted(set(FlagKind) - {FlagKind.MAY_RESUME})
    assert look(creditor) == kinds
    assert look(creditor) == kinds
    assert SupervisionFlag.objects.count() == len(kinds)
    late = SupervisionFlag.objects.get(kind=FlagKind.LATE_PAYMENT)
    assert (late.amount, late.since_on) == (Decimal(1000), TODAY - 19 * DAY)
    may = SupervisionFlag.objects.get(kind=FlagKind.MAY_SUSPEND)
    assert may.clause is not None
    assert (may.clause.position, may.since_on) == (7, TODAY - 10 * DAY)


def test_what_was_done_is_taken_down(creditor: Creditor) -> None:
    contract = make_contract(creditor)
    duty = add_obligation(
        contract=contract, side=Side.OURS, what="Data", due_on=TODAY - DAY, actor=None, at=NOW
    )
    look(creditor)
    fulfil_obligation(obligation=duty, done_on=TODAY, on=TODAY, actor=None, at=NOW)
    record_delivery(
        line=contract.lines.get(), delivered_on=TODAY, what="It", on=TODAY, actor=None, at=NOW
    )
    pay(contract.invoices.get(), "400.00")
    assert look(creditor) == [FlagKind.LATE_PAYMENT, FlagKind.MAY_SUSPEND]
    assert SupervisionFlag.objects.standing().first().amount == Decimal(600)  # type: ignore[union-attr]  # it is there
    pay(contract.invoices.get(), "600.00")
    assert look(creditor) == []
    assert not SupervisionFlag.objects.exclude(cleared_on=TODAY).exists()


def test_suspension_is_proposed_only_where_the_contract_allows_it(creditor: Creditor) -> None:
    make_contract(creditor, suspension_days=None)
    assert FlagKind.MAY_SUSPEND not in look(creditor)
    later = make_contract(creditor, suspension_days=21)
    assert FlagKind.MAY_SUSPEND not in look(creditor)
    assert FlagKind.MAY_SUSPEND in look(creditor, TODAY + DAY)
    later.refresh_from_db()
    assert later.state == "ACTIVE"  # nothing is suspended without a person


def test_without_the_clause_itself_nothing_is_proposed(creditor: Creditor) -> None:
    contract = make_contract(creditor)
    Contract.objects.filter(pk=contract.pk).update(state="DRAFT")
    contract.clauses.all().delete()
    Contract.objects.filter(pk=contract.pk).update(state="ACTIVE")
    assert FlagKind.MAY_SUSPEND not in look(creditor)


def test_a_disputed_invoice_is_not_late_payment(creditor: Creditor) -> None:
    contract = make_contract(creditor)
    open_dispute(
        invoice=contract.invoices.get(),
        amount=Decimal(1000),
        reason="QUALITY",
        on=TODAY,
        actor=None,
        at=NOW,
    )
    assert look(creditor) == [FlagKind.LATE_DELIVERY]


def test_a_suspended_contract_that_is_paid_may_go_on(creditor: Creditor) -> None:
    contract = make_contract(creditor)
    Contract.objects.filter(pk=contract.pk).update(state="SUSPENDED")
    assert look(creditor) == [FlagKind.LATE_PAYMENT]
    pay(contract.invoices.get())
    assert look(creditor) == [FlagKind.MAY_RESUME]


def test_a_contract_that_has_ended_is_left_alone(creditor: Creditor) -> None:
    contract = make_contract(creditor)
    look(creditor)
    Contract.objects.filter(pk=contract.pk).update(state="COMPLETED")
    assert look(creditor) == []


def test_one_creditor_does_not_touch_anothers(creditor: Creditor) -> None:
    make_contract(creditor)
    look(creditor)
    assert len(look(make_creditor())) == 3


def test_the_daily_task_looks_too(creditor: Creditor) -> None:
    make_contract(creditor)
    with time_machine.travel(NOW, tick=False):
        daily()
        daily()
    assert SupervisionFlag.objects.count() == 3


def test_the_page_lists_what_one_may_see(creditor: Creditor) -> None:
    sales = make_user(Role.SALES)
    mine = make_contract(creditor, make_client(owner=sales))
    other = make_contract(creditor)
    look(creditor)
    page = signed_in(sales).get("/contracts/supervision/").content.decode()
    assert mine.number in page
    assert other.number not in page
    assert "1,000.00" in page
    assert "Clause 7" in page
    web = signed_in(make_user(Role.FINANCE))
    only = web.get("/contracts/supervision/?kind=LATE_DELIVERY").content.decode()
    assert other.number in only
    assert "Clause 7" not in only
    few = count_queries(lambda: web.get("/contracts/supervision/"))
    for _n in range(5):
        make_contract(creditor)
    look(creditor)
    assert count_queries(lambda: web.get("/contracts/supervision/")) == few
