"""What Postgres does for the hot statements: by index, however large the ledger grows.

Each test runs the product's own code, then asks for the plan of every statement it sent.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction

from clients.models import Client, Creditor
from core.dates import now, today
from core.models import User
from core.states import Role
from credit.models import CurrentScore
from credit.selectors.limits import limit_rooms
from credit.services.scores import score_clients
from payments.models import Invoice, Receipt
from payments.selectors.as_of import aging_by_client
from payments.selectors.invoices import invoices_by_number
from payments.selectors.positions import client_positions
from payments.services import (
    Payment,
    allocate_oldest_first,
    judge_promises,
    receive_payment,
    record_promise,
    record_receipt,
)
from payments.services.supervision import FOUND_SQL
from reminders.models import Message
from reminders.selectors.policy import ladder_of
from reminders.services.approval import approve_run
from reminders.services.claims import ClaimOutcome, claim_message
from reminders.services.planning import plan_reminders
from tests.bench.bench_credit import NEW_FACTS
from tests.bench.bench_supervision import contracts_in_force
from workspace.selectors.client import client_file

pytestmark = pytest.mark.django_db

LARGE = frozenset({"payments_invoice", "payments_receipt", "payments_allocation", "clients_client"})


@dataclass(frozen=True)
class Reads:
    """How statements reach their rows: tables read from end to end, and indexes used."""

    whole: frozenset[str]
    indexes: frozenset[str]

    @property
    def large(self) -> frozenset[str]:
        """The ledger's large tables that were read from end to end."""
        return self.whole & LARGE


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _reads(work: Callable[[], object]) -> Reads:
    """Run the work, take it back, and explain every statement that it sent."""
    sent: list[tuple[str, Any]] = []

    def keep(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        sent.append((statement, params))
        return execute(statement, params, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(keep):
            work()
        transaction.set_rollback(True)
    nodes = [node for statement, params in sent for node in _plan_of(statement, params)]
    return Reads(
        frozenset(n["Relation Name"] for n in nodes if n["Node Type"] == "Seq Scan"),
        frozenset(n["Index Name"] for n in nodes if "Index Name" in n),
    )


def _read_whole(work: Callable[[], object]) -> frozenset[str]:
    """Large tables that the work reads from end to end, also inside functions and triggers."""

    def counted() -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT relname, seq_scan FROM pg_stat_xact_user_tables")
            return dict(cursor.fetchall())

    with transaction.atomic():
        before = counted()
        work()
        after = counted()
        transaction.set_rollback(True)
    return frozenset(name for name in LARGE if after.get(name, 0) > before.get(name, 0))


def _plan_of(statement: str, params: Any) -> Iterator[dict[str, Any]]:
    if (
        not statement.lstrip()
        .upper()
        .startswith(("SELECT", "INSERT", "UPDATE", "WITH", "CREATE TEMP TABLE"))
    ):
        return
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", params)
        (told,) = cursor.fetchone()
    plan = told if isinstance(told, list) else json.loads(told)
    yield from _nodes(plan[0]["Plan"])


@pytest.fixture(scope="module")
def finance(ledger: Creditor) -> User:
    return User.objects.get(email__startswith="finance@")


@pytest.fixture(scope="module")
def client_wu(ledger: Creditor) -> Client:
    """A client with a handful of open invoices."""
    found = Invoice.objects.open().values_list("client", flat=True).order_by("client")
    return Client.objects.get(pk=found[0])


@pytest.fixture(scope="module")
def day(ledger: Creditor) -> dt.date:
    return today(ledger.time_zone)


def test_a_clients_page_reads_no_large_table_whole(client_wu: Client, day: dt.date) -> None:
    reads = _reads(lambda: client_file(client=client_wu, on=day))

    assert reads.large == frozenset()
    assert "invoice_open_client" in reads.indexes


def test_the_credit_check_reads_one_clients_open_rows(client_wu: Client, day: dt.date) -> None:
    reads = _reads(lambda: client_positions(client_id=client_wu.pk, on=day))

    assert reads == Reads(frozenset(), frozenset({"client_balance_once", "invoice_open_client"}))


RELATED = """
INSERT INTO credit_relatedpair (left_id, right_id, state, signs, points, known, found_at, reason,
    decided_at, decided_by_id)
SELECT k.id, k.id + n, CASE WHEN k.id = %(id)s THEN 'CONFIRMED' ELSE 'DISMISSED' END, '[]', 50,
    '[]', now(), 'Asked.', now(), u.id
FROM clients_client k, generate_series(1, 3) n, (SELECT min(id) AS id FROM core_user) u
WHERE k.id + n IN (SELECT id FROM clients_client)
"""


def test_a_credit_check_goes_by_index_only(
    ledger: Creditor, client_wu: Client, day: dt.date
) -> None:
    with transaction.atomic():
        contracts_in_force(ledger, day, 2_000)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(RELATED, {"id": client_wu.pk})
            cursor.execute("SET LOCAL session_replication_role = origin")
            cursor.execute("ANALYZE credit_relatedpair")
        reads = _reads(lambda: limit_rooms([client_wu.pk]))
        read = _read_whole(lambda: limit_rooms([client_wu.pk]))
        transaction.set_rollback(True)

    # What has a handful of rows, whatever the ledger's size.
    assert reads.whole <= {"clients_creditor", "credit_creditpolicy", "credit_policyrow"}
    assert {"client_balance_once", "invoice_contract"} <= reads.indexes
    assert read == frozenset()


def _rows_read(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
            " WHERE relname = %s",
            [table],
        )
        return int(cursor.fetchone()[0])


def test_first_scores_do_not_search_the_snapshots_for_each_client(
    ledger: Creditor, day: dt.date
) -> None:
    """The table is new to the planner then: a search for each client once read all of it."""
    with transaction.atomic():
        before = _rows_read("credit_scoresnapshot")
        scored = score_clients(on=day, at=now())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        read = _rows_read("credit_scoresnapshot") - before
        transaction.set_rollback(True)

    assert scored.changed > 500
    assert read <= 4 * scored.changed


def test_scores_of_those_that_moved_read_their_rows_only(ledger: Creditor, day: dt.date) -> None:
    with transaction.atomic():
        for _twice in range(2):
            score_clients(on=day, at=now())
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(NEW_FACTS, {"creditor": ledger.pk, "on": day, "one_of": 100})
            cursor.execute("SET LOCAL session_replication_role = origin")
            cursor.execute("ANALYZE credit_scoresnapshot, credit_currentscore")
        scored = []
        read = _read_whole(lambda: scored.append(score_clients(on=day, at=now())))
        transaction.set_rollback(True)

    assert 0 < scored[0].changed < 10
    assert read == frozenset()
    assert CurrentScore.objects.count() == 0


@pytest.mark.parametrize("days_back", [0, 90])
def test_one_clients_aging_goes_by_index(
    ledger: Creditor, finance: User, client_wu: Client, day: dt.date, days_back: int
) -> None:
    reads = _reads(
        lambda: list(
            aging_by_client(
                creditor=ledger,
                currency=ledger.currency,
                on=day - dt.timedelta(days=days_back),
                user=finance,
                clients=[client_wu.pk],
            )
        )
    )

    assert "payments_invoice" not in reads.whole


def test_a_payment_reads_one_clients_rows(
    ledger: Creditor, client_wu: Client, day: dt.date
) -> None:
    payment = Payment(
        client_id=client_wu.pk, currency=ledger.currency, amount=Decimal(1000), received_on=day
    )

    def pay() -> None:
        receive_payment(creditor=ledger, payment=payment, actor=None, at=now())

    pay()  # plans of functions are kept: the second call is one of many
    assert _read_whole(pay) == frozenset()


def test_reads_from_end_to_end_inside_functions_are_seen(ledger: Creditor) -> None:
    def whole() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DO $$ BEGIN PERFORM max(description) FROM payments_invoice; END $$")

    assert _read_whole(whole) == {"payments_invoice"}


def test_the_daily_look_at_contracts_goes_by_what_is_open(ledger: Creditor, day: dt.date) -> None:
    with transaction.atomic():
        contracts_in_force(ledger, day, 2_000)
        nodes = list(_plan_of(FOUND_SQL, {"creditor": ledger.pk, "on": day}))
        transaction.set_rollback(True)

    indexes = {n["Index Name"] for n in nodes if "Index Name" in n}
    assert {"obligation_open", "invoice_open_due", "prepayment_waiting"} <= indexes
    whole = {n["Relation Name"] for n in nodes if n["Node Type"] == "Seq Scan"}
    assert whole.isdisjoint(LARGE | {"contracts_obligation", "contracts_contractclause"})


def test_promises_are_judged_without_reading_the_ledger(ledger: Creditor, day: dt.date) -> None:
    client = Client.objects.order_by("pk")[0]
    with transaction.atomic():
        record_promise(
            creditor=ledger,
            client=client,
            currency=ledger.currency,
            amount=Decimal(1000),
            due_on=day,
            on=day,
            actor=None,
            at=now(),
        )
        read = _read_whole(lambda: judge_promises(on=day + dt.timedelta(days=30), at=now()))
        transaction.set_rollback(True)

    assert read == frozenset()


def test_applying_a_receipt_reads_one_clients_rows(
    ledger: Creditor, client_wu: Client, day: dt.date
) -> None:
    def pay() -> None:
        receipt: Receipt = record_receipt(
            creditor=ledger,
            client=client_wu,
            currency=ledger.currency,
            amount=Invoice.objects.open().filter(client=client_wu)[0].open_amount,
            received_on=day,
            actor=None,
            at=now(),
        )
        allocate_oldest_first(receipt=receipt, actor=None, at=now())

    assert _reads(pay).large == frozenset()


def test_an_invoice_number_is_found_by_its_unique_index(finance: User) -> None:
    number = Invoice.objects.values_list("number", flat=True).order_by("pk")[0]

    reads = _reads(lambda: list(invoices_by_number(number, user=finance)))

    assert "invoice_number_once" in reads.indexes
    assert "payments_invoice" not in reads.whole


def test_claiming_a_reminder_reads_one_clients_rows(ledger: Creditor, day: dt.date) -> None:
    with transaction.atomic():
        plan = plan_reminders(creditor=ledger, on=day, actor=None, at=now())
        manager = User.objects.get(role=Role.MANAGER)
        assert plan.run is not None
        approve_run(run=plan.run, actor=manager, at=now())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE reminders_message, reminders_decision, reminders_cycle")
        message = Message.objects.order_by("pk")[0]
        outcomes = []

        def claim() -> None:
            told = claim_message(
                message_id=message.pk, ladder=ladder_of(ledger), at=message.available_at
            )
            outcomes.append(told.outcome)

        reads = _reads(claim)
        transaction.set_rollback(True)

    assert outcomes != [ClaimOutcome.TAKEN], "the claim ended before it read anything"
    assert reads.large == frozenset()
