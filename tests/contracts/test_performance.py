"""Deliveries, their answers, duties: what is recorded, what is refused."""

import datetime as dt
import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from contracts.models import Contract, ContractLine, Delivery, DeliveryAnswer, Obligation
from contracts.selectors import holds
from contracts.services import create_contract
from contracts.services import performance as services
from contracts.services.performance import (
    UnableToAnswer,
    UnableToDeliver,
    UnableToKeepDuty,
    accept_by_silence,
    add_obligation,
    answer_delivery,
    fulfil_obligation,
    record_delivery,
)
from contracts.states import AnsweredHow, ContractState, DeliveryState, Side
from core.models import AuditEvent
from tests.factories import NOW, TODAY, make_client, make_creditor

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def make_line(state: ContractState = ContractState.ACTIVE, **fields: Any) -> ContractLine:
    """A line of 1,000 of a contract in that state."""
    contract = create_contract(
        creditor=make_creditor(),
        client=make_client(),
        number=f"PERF-{Contract.objects.count() + 1}",
        currency="CNY",
        starts_on=TODAY - 30 * DAY,
        actor=None,
        at=NOW,
        **fields,
    )
    line = ContractLine.objects.create(
        contract=contract,
        position=1,
        description="Website",
        unit_price=Decimal(1000),
        net=Decimal(1000),
        tax=Decimal(0),
        deliver_on=TODAY - DAY,
    )
    Contract.objects.filter(pk=contract.pk).update(state=state)
    return ContractLine.objects.select_related("contract").get(pk=line.pk)


def deliver(line: ContractLine, **fields: Any) -> Delivery:
    """Hand it over five days ago."""
    given: dict[str, Any] = {"delivered_on": TODAY - 5 * DAY, "what": "The website, live"}
    return record_delivery(line=line, on=TODAY, actor=None, at=NOW, **{**given, **fields})


def answer(delivery: Delivery, **fields: Any) -> DeliveryAnswer:
    """Accepted by somebody today, on a record."""
    given: dict[str, Any] = {
        "outcome": DeliveryState.ACCEPTED,
        "how": AnsweredHow.RECORD,
        "answered_on": TODAY,
        "name": "王芳",
    }
    return answer_delivery(delivery=delivery, on=TODAY, actor=None, at=NOW, **{**given, **fields})


def test_a_delivery_is_recorded_and_accepted() -> None:
    delivery = deliver(make_line(acceptance_days=10))
    assert delivery.accept_by == TODAY + 5 * DAY
    answer(delivery)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.ACCEPTED
    acts = AuditEvent.objects.values_list("action", flat=True)
    assert {"contracts.deliver", "contracts.answer_delivery"} <= set(acts)


@pytest.mark.parametrize("state", sorted(set(ContractState) - {ContractState.ACTIVE}))
def test_nothing_is_delivered_under_a_contract_that_is_not_in_force(state: ContractState) -> None:
    line = make_line(state)
    with pytest.raises(UnableToDeliver, match="Active"):
        deliver(line)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"delivered_on": TODAY + DAY}, "delivered_on"),
        ({"delivered_on": TODAY - 31 * DAY}, "delivered_on"),
        ({"what": "  "}, "what"),
    ],
)
def test_an_odd_delivery_is_refused_and_nothing_is_written(
    fields: dict[str, Any], field: str
) -> None:
    line = make_line()
    with pytest.raises(UnableToDeliver) as refusal:
        deliver(line, **fields)
    assert refusal.value.field == field
    assert not Delivery.objects.exists()


@pytest.fixture
def held() -> Iterator[None]:
    """Somebody above says that work must wait."""

    def source(contract: Contract) -> str:
        return f"{contract.number} waits for its prepayment."

    holds.add_hold_source(source)
    yield
    holds._sources.remove(source)


def test_work_that_is_held_is_not_delivered(held: None) -> None:
    line = make_line()
    with pytest.raises(UnableToDeliver, match="waits for its prepayment"):
        deliver(line)


def test_a_line_is_complete_once_and_a_rejected_delivery_is_made_again() -> None:
    line = make_line()
    first = deliver(line, completes_line=False)
    whole = deliver(line)
    with pytest.raises(UnableToDeliver, match="already"):
        deliver(line)
    answer(whole, outcome=DeliveryState.REJECTED, remark="The form does not send")
    again = deliver(line, delivered_on=TODAY)
    answer(again)
    answer(first)
    states = Delivery.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["ACCEPTED", "REJECTED", "ACCEPTED"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"answered_on": TODAY - 6 * DAY}, "answered_on"),
        ({"answered_on": TODAY + DAY}, "answered_on"),
        ({"name": " "}, "name"),
        ({"outcome": DeliveryState.REJECTED}, "remark"),
        ({"outcome": DeliveryState.DELIVERED}, "outcome"),
    ],
)
def test_an_odd_answer_is_refused(fields: dict[str, Any], field: str) -> None:
    delivery = deliver(make_line())
    with pytest.raises(UnableToAnswer) as refusal:
        answer(delivery, **fields)
    assert refusal.value.field == field
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DELIVERED
    assert not DeliveryAnswer.objects.exists()


def test_a_delivery_is_answered_once() -> None:
    delivery = deliver(make_line())
    answer(delivery)
    with pytest.raises(UnableToAnswer, match="already"):
        answer(delivery, outcome=DeliveryState.REJECTED, remark="Changed my mind")


def test_silence_accepts_after_the_last_day_and_only_where_it_was_agreed() -> None:
    line = make_line(acceptance_days=5)
    delivery = deliver(line)
    without = deliver(make_line())
    creditor = line.contract.creditor_id
    assert accept_by_silence(on=TODAY, at=NOW, creditor_id=creditor) == 0
    assert accept_by_silence(on=TODAY + DAY, at=NOW, creditor_id=creditor) == 1
    assert accept_by_silence(on=TODAY + 2 * DAY, at=NOW, creditor_id=creditor) == 0
    delivery.refresh_from_db()
    assert (delivery.answer.how, delivery.answer.answered_on) == (AnsweredHow.DEEMED, TODAY)
    assert "5 days" in delivery.answer.remark
    accept_by_silence(on=TODAY + 99 * DAY, at=NOW, creditor_id=without.contract.creditor_id)
    without.refresh_from_db()
    assert without.state == DeliveryState.DELIVERED


def test_what_hangs_on_acceptance_follows_in_the_same_transaction() -> None:
    seen: list[int] = []

    def handler(delivery: Delivery, *_rest: object) -> None:
        seen.append(delivery.pk)
        raise ArithmeticError

    delivery = deliver(make_line())
    services.on_acceptance(handler)
    try:
        with pytest.raises(ArithmeticError):
            answer(delivery)
    finally:
        services._handlers.remove(handler)
    assert seen == [delivery.pk]
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.DELIVERED


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE contracts_delivery SET what = 'x'",
        "UPDATE contracts_delivery SET state = 'DELIVERED'",
        "UPDATE contracts_deliveryanswer SET name = 'x'",
        "DELETE FROM contracts_deliveryanswer",
        "DELETE FROM contracts_obligation",
        "UPDATE contracts_obligation SET due_on = due_on + 1",
    ],
)
def test_raw_sql_cannot_change_what_happened(sql: str) -> None:
    line = make_line()
    answer(deliver(line))
    duty(line.contract)
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def duty(contract: Contract, **fields: Any) -> Obligation:
    """The client sends its logo within a week."""
    given: dict[str, Any] = {
        "side": Side.THEIRS,
        "what": "Send the logo",
        "due_on": TODAY + 7 * DAY,
    }
    return add_obligation(contract=contract, actor=None, at=NOW, **{**given, **fields})


def test_a_duty_is_done_once() -> None:
    obligation = duty(make_line().contract)
    with pytest.raises(UnableToKeepDuty, match="to come"):
        fulfil_obligation(obligation=obligation, done_on=TODAY + DAY, on=TODAY, actor=None, at=NOW)
    fulfil_obligation(obligation=obligation, done_on=TODAY, on=TODAY, actor=None, at=NOW)
    with pytest.raises(UnableToKeepDuty, match="already"):
        fulfil_obligation(obligation=obligation, done_on=TODAY, on=TODAY, actor=None, at=NOW)


@pytest.mark.parametrize(
    ("fields", "field"), [({"what": ""}, "what"), ({"due_on": TODAY - 99 * DAY}, "due_on")]
)
def test_an_odd_duty_is_refused(fields: dict[str, Any], field: str) -> None:
    contract = make_line().contract
    with pytest.raises(UnableToKeepDuty) as refusal:
        duty(contract, **fields)
    assert refusal.value.field == field


def test_a_contract_that_has_ended_gets_no_more_duties() -> None:
    with pytest.raises(UnableToKeepDuty, match="ended"):
        duty(make_line(ContractState.COMPLETED).contract)


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_counts() -> None:
    delivery = deliver(make_line())
    start = threading.Barrier(2)
    refused: list[str] = []

    def run(outcome: DeliveryState) -> None:
        try:
            start.wait()
            answer(Delivery.objects.get(pk=delivery.pk), outcome=outcome, remark="Because")
        except UnableToAnswer as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    outcomes = (DeliveryState.ACCEPTED, DeliveryState.REJECTED)
    threads = [threading.Thread(target=run, args=(outcome,)) for outcome in outcomes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    delivery.refresh_from_db()
    assert delivery.state == DeliveryAnswer.objects.get().outcome
