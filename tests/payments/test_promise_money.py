"""Judged promises in the database: each receipt counts once, and what was counted is kept."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.db.utils import DatabaseError

from clients.models import Client, Creditor
from payments.models import Promise, PromiseMoney
from payments.selectors.verify import promise_money
from payments.services import (
    allocate,
    judge_promises,
    record_promise,
    refund_receipt,
    withdraw_promise,
)
from payments.states import PromiseState, RefundKind
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_credit_note,
    make_creditor,
    make_invoice,
    make_receipt,
    pay,
)
from tests.payments.prepaid import ask, make_contract, receive

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LATER = TODAY + 60 * DAY


def promise(
    client: Client, creditor: Creditor, amount: str = "1000.00", days: int = 5, **fields: Any
) -> Promise:
    return record_promise(
        creditor=creditor,
        client=client,
        currency=fields.pop("currency", creditor.currency),
        amount=Decimal(amount),
        due_on=TODAY + days * DAY,
        on=fields.pop("on", TODAY),
        actor=None,
        at=NOW,
        **fields,
    )


def states(*promises: Promise) -> list[str]:
    for one in promises:
        one.refresh_from_db()
    return [one.state for one in promises]


def problems() -> list[str]:
    """What `verify_ledger` says of promises."""
    return list(promise_money())


def test_one_receipt_keeps_one_of_two_promises() -> None:
    client, creditor = make_client(), make_creditor()
    second, first = promise(client, creditor, days=9), promise(client, creditor, days=5)
    receipt = make_receipt(client, creditor, "1000.00", received_on=TODAY + DAY)

    assert judge_promises(on=TODAY + 2 * DAY, at=NOW) == {PromiseState.KEPT: 1}
    assert states(first, second) == [PromiseState.KEPT, PromiseState.OPEN]
    assert judge_promises(on=LATER, at=NOW) == {PromiseState.BROKEN: 1}
    assert states(first, second) == [PromiseState.KEPT, PromiseState.BROKEN]
    counted = PromiseMoney.objects.values_list("promise", "receipt", "amount")
    assert list(counted) == [(first.pk, receipt.pk, Decimal(1000))]
    assert problems() == []


def test_what_an_early_judged_promise_counted_is_gone_for_one_due_before_it() -> None:
    client, creditor = make_client(), make_creditor()
    late = promise(client, creditor, "600.00", days=20)
    make_receipt(client, creditor, "1000.00", received_on=TODAY)
    judge_promises(on=TODAY, at=NOW)
    early = promise(client, creditor, "600.00", days=3)
    judge_promises(on=LATER, at=NOW)
    assert states(late, early) == [PromiseState.KEPT, PromiseState.PART_KEPT]
    assert sum(early.money.values_list("amount", flat=True)) == Decimal(400)
    assert problems() == []


def test_a_promise_for_an_invoice_counts_what_settled_it_and_only_once() -> None:
    client, creditor = make_client(), make_creditor()
    mine, other = make_invoice(client, creditor), make_invoice(client, creditor)
    named = promise(client, creditor, str(mine.amount), days=4, invoice=mine)
    twice = promise(client, creditor, str(mine.amount), days=6, invoice=mine)
    stray = promise(client, creditor, str(other.amount), days=5, invoice=other)
    pay(mine, on=TODAY + DAY)
    make_receipt(client, creditor, str(other.amount), received_on=TODAY + DAY)
    judge_promises(on=LATER, at=NOW)
    assert states(named, twice, stray) == [
        PromiseState.KEPT,
        PromiseState.BROKEN,
        PromiseState.BROKEN,
    ]
    assert problems() == []


def test_a_credit_note_that_settled_the_invoice_counts_once() -> None:
    client, creditor = make_client(), make_creditor()
    invoice = make_invoice(client, creditor, "100.00")
    named = promise(client, creditor, "100.00", invoice=invoice)
    balance = promise(client, creditor, "100.00")
    note = make_credit_note(client, creditor, "100.00")
    allocate(credit_note=note, lines=[(invoice, Decimal(100))], actor=None, at=NOW)
    judge_promises(on=LATER, at=NOW)
    assert states(named, balance) == [PromiseState.KEPT, PromiseState.BROKEN]
    assert problems() == []


def test_a_withdrawn_promise_leaves_its_money_to_the_next() -> None:
    client, creditor = make_client(), make_creditor()
    first, second = promise(client, creditor, days=3), promise(client, creditor, "400.00", days=5)
    make_receipt(client, creditor, "400.00", received_on=TODAY + DAY)
    judge_promises(on=TODAY + 2 * DAY, at=NOW)
    assert states(second) == [PromiseState.OPEN]
    withdraw_promise(promise=first, reason="By mistake", actor=None, at=NOW)
    judge_promises(on=TODAY + 2 * DAY, at=NOW)
    assert states(first, second) == [PromiseState.WITHDRAWN, PromiseState.KEPT]
    assert problems() == []


def test_money_of_another_client_creditor_or_currency_keeps_nothing() -> None:
    client, creditor = make_client(), make_creditor()
    waits = promise(client, creditor)
    make_receipt(make_client(), creditor)
    make_receipt(client, make_creditor())
    make_receipt(client, creditor, currency="USD")
    judge_promises(on=LATER, at=NOW)
    assert states(waits) == [PromiseState.BROKEN]


@pytest.mark.parametrize("kind", ["PREPAYMENT", "EARNEST", "DEPOSIT"])
def test_money_for_a_prepayment_keeps_no_promise_for_the_balance(kind: str) -> None:
    client, creditor = make_client(), make_creditor()
    waits = promise(client, creditor)
    contract = make_contract(client=client, creditor=creditor, amount="9000.00", kind=kind)
    receive(ask(contract, "1000.00"), "1000.00", received_on=TODAY + DAY)
    assert judge_promises(on=TODAY + 2 * DAY, at=NOW) == {}
    make_receipt(client, creditor, "250.00", received_on=TODAY + 2 * DAY)
    judge_promises(on=LATER, at=NOW)
    assert states(waits) == [PromiseState.PART_KEPT]
    assert waits.money.get().amount == Decimal(250)
    assert problems() == []


def test_a_prepayment_that_settled_the_promised_invoice_keeps_that_promise() -> None:
    client, creditor = make_client(), make_creditor()
    contract = make_contract(client=client, creditor=creditor, amount="1000.00")
    invoice = make_invoice(client, creditor, "400.00", contract=contract)
    named = promise(client, creditor, "400.00", invoice=invoice)
    receive(ask(contract, "500.00"), received_on=TODAY + DAY)
    invoice.refresh_from_db()
    assert invoice.open_amount == 0
    judge_promises(on=LATER, at=NOW)
    assert states(named) == [PromiseState.KEPT]
    assert problems() == []


def test_the_database_counts_no_prepayment_for_the_balance() -> None:
    client, creditor = make_client(), make_creditor()
    waits = promise(client, creditor)
    money = receive(ask(make_contract(client=client, creditor=creditor)))
    with pytest.raises(IntegrityError, match="no promise for the balance"), transaction.atomic():
        PromiseMoney.objects.create(promise=waits, receipt=money, amount=Decimal(1))


def as_an_older_rule_left_it(*statements: str) -> None:
    """Rows as they come with a database of before; no trigger lets anybody write them today."""
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_verdicts_of_older_rules_are_clean_and_what_was_tampered_with_is_still_found() -> None:
    client, creditor = make_client(), make_creditor()
    old, part = promise(client, creditor), promise(client, creditor, days=6)
    make_receipt(client, creditor, "1400.00")
    judge_promises(on=LATER, at=NOW)
    prepaid, altered = promise(client, creditor), promise(client, creditor, "70.00", days=2)
    make_receipt(client, creditor, "70.00")
    contract = make_contract(client=client, creditor=creditor, amount="9000.00")
    money = receive(ask(contract, "1000.00"), "1000.00")
    judge_promises(on=TODAY + DAY, at=NOW)
    assert states(old, part, altered) == ["KEPT", "PART_KEPT", "KEPT"]

    older = f"({old.pk}, {part.pk})"
    as_an_older_rule_left_it(
        f"DELETE FROM payments_promisemoney WHERE promise_id IN {older}",
        f"UPDATE payments_promise SET rule = 1 WHERE id IN {older}",
        f"UPDATE payments_promise SET state = 'KEPT', judged_at = now(), rule = 2"
        f" WHERE id = {prepaid.pk}",
        f"INSERT INTO payments_promisemoney (promise_id, receipt_id, amount)"
        f" VALUES ({prepaid.pk}, {money.pk}, 1000)",
        f"DELETE FROM payments_promisemoney WHERE promise_id = {altered.pk}",
    )
    assert [line for line in problems() if f"promise {altered.pk} " not in line] == []
    assert len(problems()) == 1


def test_a_promise_is_no_more_marked_with_an_older_rule() -> None:
    kept, _receipt = _kept()
    with pytest.raises(IntegrityError, match="rule in force"), transaction.atomic():
        Promise.objects.filter(pk=kept.pk).update(rule=1)
    fields = {
        "creditor": kept.creditor,
        "client": kept.client,
        "created_at": NOW,
        "currency": "CNY",
    }
    judged = {"amount": 1, "promised_on": TODAY, "due_on": TODAY, "judged_at": NOW, "state": "KEPT"}
    with pytest.raises(IntegrityError, match="rule in force"), transaction.atomic():
        Promise.objects.create(**fields, **judged, rule=2)


def test_what_was_refunded_does_not_count() -> None:
    client, creditor = make_client(), make_creditor()
    waits = promise(client, creditor)
    receipt = make_receipt(client, creditor, "1000.00")
    refund_receipt(
        receipt=receipt, amount=Decimal(300), kind=RefundKind.RETURNED, reason="Bank", on=TODAY,
        actor=None, at=NOW,
    )  # fmt: skip
    judge_promises(on=LATER, at=NOW)
    assert states(waits) == [PromiseState.PART_KEPT]
    assert problems() == []


def test_judging_again_changes_nothing_and_many_accounts_cost_no_more_reads() -> None:
    creditor = make_creditor()

    def waiting(count: int) -> None:
        for client in [make_client() for _ in range(count)]:
            promise(client, creditor, days=30)
            make_receipt(client, creditor, "10.00")

    waiting(1)
    few = count_queries(lambda: judge_promises(on=TODAY, at=NOW))
    waiting(8)
    assert count_queries(lambda: judge_promises(on=TODAY, at=NOW)) == few
    judge_promises(on=LATER, at=NOW)
    assert judge_promises(on=LATER, at=NOW) == {}
    assert problems() == []


def _kept() -> tuple[Promise, int]:
    client, creditor = make_client(), make_creditor()
    kept = promise(client, creditor)
    receipt = make_receipt(client, creditor, "1000.00")
    judge_promises(on=TODAY, at=NOW)
    return kept, receipt.pk


def test_the_database_counts_no_receipt_twice() -> None:
    kept, receipt = _kept()
    again = promise(kept.client, kept.creditor, "1.00")
    with pytest.raises(IntegrityError, match="no more of a payment"), transaction.atomic():
        PromiseMoney.objects.create(promise=again, receipt_id=receipt, amount=Decimal(1))
    stranger = promise(make_client(), kept.creditor, "1.00")
    with pytest.raises(IntegrityError, match="own client"), transaction.atomic():
        PromiseMoney.objects.create(promise=stranger, receipt_id=receipt, amount=Decimal(1))


@pytest.mark.parametrize("act", ["UPDATE payments_promisemoney SET amount = 1",
                                 "DELETE FROM payments_promisemoney"])  # fmt: skip
def test_what_was_counted_never_changes(act: str) -> None:
    _kept()
    with pytest.raises((InternalError, DatabaseError)), connection.cursor() as cursor:
        cursor.execute(act)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE payments_promisemoney SET amount = 999",
        "UPDATE payments_promise SET state = 'BROKEN'",
        "UPDATE payments_receipt SET amount = 900",
        "UPDATE payments_promise SET promised_on = promised_on + 1, due_on = due_on + 1",
    ],
)
def test_verify_ledger_names_a_promise_that_counted_otherwise(sql: str) -> None:
    _kept()
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert any("promise" in problem for problem in problems())
