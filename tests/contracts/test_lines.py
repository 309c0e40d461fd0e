"""Lines of a draft: the price follows them, and what cannot be meant writes nothing."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.utils import IntegrityError

from contracts.models import Contract, ContractLine, ScheduleEntry
from contracts.services import UnableToSaveContract, update_contract
from contracts.services.lines import (
    UnableToChangeLines,
    add_line,
    change_line,
    move_line,
    remove_line,
)
from contracts.states import ContractState
from core.models import AuditEvent
from tests.contracts.texts import make_draft, make_line
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_the_price_is_the_sum_of_the_lines_after_every_act() -> None:
    contract = make_draft()
    assert contract.amount is None
    first = make_line(contract)
    make_line(
        contract, quantity=Decimal("1.5"), unit_price=Decimal("33.33"), tax_percent=Decimal(0)
    )
    assert contract.amount == Decimal("156.00")
    contract.refresh_from_db()
    assert contract.amount == Decimal("156.00")
    assert [line.position for line in contract.lines.all()] == [1, 2]
    change_line(line=first, quantity=Decimal(2), actor=None, at=NOW)
    contract.refresh_from_db()
    assert contract.amount == Decimal("262.00")
    assert sum(line.total for line in contract.lines.all()) == contract.amount
    remove_line(line=first, actor=None, at=NOW)
    contract.refresh_from_db()
    assert contract.amount == Decimal("50.00")
    assert [line.position for line in contract.lines.all()] == [1]
    assert list(
        AuditEvent.objects.filter(action__endswith="_line")
        .order_by("seq")
        .values_list("action", flat=True)
    ) == [
        "contracts.add_line",
        "contracts.add_line",
        "contracts.change_line",
        "contracts.remove_line",
    ]


def test_the_last_line_leaves_no_price() -> None:
    contract = make_draft()
    remove_line(line=make_line(contract), actor=None, at=NOW)
    contract.refresh_from_db()
    assert contract.amount is None


@pytest.mark.parametrize(
    ("currency", "net", "tax"),
    [("JPY", "1003", "100"), ("KWD", "1003.333", "100.333"), ("CNY", "1003.33", "100.33")],
)
def test_a_line_is_rounded_to_the_contracts_currency(currency: str, net: str, tax: str) -> None:
    contract = make_draft(currency=currency)
    line = make_line(contract, unit_price=Decimal("1003.3333"), tax_percent=Decimal(10))
    line.refresh_from_db()
    assert (line.net, line.tax) == (Decimal(net), Decimal(tax))
    contract.refresh_from_db()
    assert contract.amount == Decimal(net) + Decimal(tax)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", "  "),
        ("quantity", Decimal(0)),
        ("quantity", Decimal(-3)),
        ("quantity", Decimal("99999999")),
        ("unit_price", Decimal("-0.01")),
        ("unit_price", Decimal("1e13")),
        ("unit_price", None),
        ("tax_percent", Decimal(250)),
        ("deliver_on", dt.date(2026, 5, 31)),
        ("deliver_on", dt.date(2027, 1, 1)),
        ("deliver_on", dt.date(1900, 1, 1)),
    ],
)
def test_it_refuses_what_cannot_be_meant_and_names_the_field(field: str, value: object) -> None:
    contract = make_draft(starts_on=dt.date(2026, 6, 1), ends_on=dt.date(2026, 12, 31))
    line = make_line(contract)
    changed = {field: value}
    with pytest.raises(UnableToChangeLines) as refused:
        make_line(contract, **changed)
    assert refused.value.field == field
    with pytest.raises(UnableToChangeLines) as refused:
        change_line(line=line, actor=None, at=NOW, **changed)
    assert refused.value.field == field
    assert list(contract.lines.values_list("description", "net")) == [("Work", Decimal(100))]


def test_the_contract_as_a_whole_is_not_absurd_either() -> None:
    contract = make_draft()
    make_line(contract, unit_price=Decimal(600_000_000_000), tax_percent=Decimal(0))
    with pytest.raises(UnableToChangeLines):
        make_line(contract, unit_price=Decimal(600_000_000_000), tax_percent=Decimal(0))
    contract.refresh_from_db()
    assert contract.amount == 600_000_000_000
    assert contract.lines.count() == 1


def test_lines_move_and_stop_at_the_ends() -> None:
    contract = make_draft()
    lines = [make_line(contract, description=name) for name in "abc"]

    def order() -> str:
        return "".join(contract.lines.values_list("description", flat=True))

    move_line(line=lines[2], places=-1, actor=None, at=NOW)
    assert order() == "acb"
    move_line(line=lines[2], places=-5, actor=None, at=NOW)
    assert order() == "cab"
    move_line(line=lines[2], places=9, actor=None, at=NOW)
    assert order() == "abc"


def test_a_line_that_the_schedule_waits_for_stays() -> None:
    contract = make_draft()
    line = make_line(contract)
    ScheduleEntry.objects.create(
        contract=contract, position=1, kind="MILESTONE", line=line, amount=Decimal(106)
    )
    with pytest.raises(UnableToChangeLines, match="milestone"):
        remove_line(line=line, actor=None, at=NOW)
    assert contract.lines.count() == 1


def test_a_line_removed_meanwhile_is_told() -> None:
    contract = make_draft()
    line = make_line(contract)
    stale = ContractLine.objects.get(pk=line.pk)
    remove_line(line=line, actor=None, at=NOW)
    with pytest.raises(UnableToChangeLines, match="meanwhile"):
        change_line(line=stale, quantity=Decimal(2), actor=None, at=NOW)


@pytest.mark.parametrize("state", [s for s in ContractState if s != ContractState.DRAFT])
def test_only_a_draft_is_rewritten_by_services_or_by_hand(state: ContractState) -> None:
    contract = make_draft()
    line = make_line(contract)
    Contract.objects.filter(pk=contract.pk).update(state=state)
    for act in (
        lambda: make_line(contract),
        lambda: change_line(line=line, quantity=Decimal(2), actor=None, at=NOW),
        lambda: remove_line(line=line, actor=None, at=NOW),
        lambda: move_line(line=line, places=1, actor=None, at=NOW),
    ):
        with pytest.raises(UnableToChangeLines, match="draft"):
            act()
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE contracts_contractline SET net = 1 WHERE id = %s", [line.pk])


@pytest.mark.parametrize(
    ("field", "day"),
    [("starts_on", dt.date(2026, 9, 2)), ("ends_on", dt.date(2026, 8, 31))],
)
def test_the_contract_does_not_move_away_from_its_deliveries(field: str, day: dt.date) -> None:
    contract = make_draft()
    make_line(contract, deliver_on=dt.date(2026, 9, 1))
    moved: dict[str, Any] = {field: day}
    with pytest.raises(UnableToSaveContract) as refused:
        update_contract(contract=contract, actor=None, at=NOW, **moved)
    assert refused.value.field == field
    contract.refresh_from_db()
    assert getattr(contract, field) is None


def test_an_unknown_field_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(TypeError):
        add_line(contract=make_draft(), description="x", prize=1, actor=None, at=NOW)
