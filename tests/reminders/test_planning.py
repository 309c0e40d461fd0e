"""Planning a day: what is stored, what is replaced, what is caught up."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients.models import BankAccount, Client, Creditor
from clients.services import set_contact_opt_out
from core.models import AuditEvent, User
from disputes.services import open_dispute
from disputes.states import DisputeReason
from payments.services import agree_plan, record_promise
from reminders.models import Cycle, Decision, Message, ReminderRun
from reminders.selectors.explained import explained_invoices
from reminders.services.holds import add_hold
from reminders.services.planning import plan_reminders
from reminders.states import RunState
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_contact,
    make_creditor,
    make_invoice,
    make_receipt,
    pay,
)
from tests.reminders.steps import approve, days, decision, decisions, plan, remind

pytestmark = pytest.mark.django_db


class TestOneDecisionPerInvoice:
    def test_overdue_and_soon_due_ones_are_stored(
        self, creditor: Creditor, client_a: Client
    ) -> None:
        make_invoice(client_a, creditor, number="late", due_on=TODAY - days(10))
        make_invoice(client_a, creditor, number="soon", due_on=TODAY + days(2))
        make_invoice(client_a, creditor, number="later", due_on=TODAY + days(9))
        paid = make_invoice(client_a, creditor, number="paid", due_on=TODAY - days(10))
        pay(paid)

        run = plan(creditor)

        assert decisions(run) == {"late": "DUE", "soon": "NOT_DUE"}
        assert (run.send_count, run.skip_count, run.message_count) == (1, 1, 1)

    def test_the_explanation_covers_those_not_due_as_well(
        self, creditor: Creditor, client_a: Client
    ) -> None:
        make_invoice(client_a, creditor, number="late", due_on=TODAY - days(10))
        make_invoice(client_a, creditor, number="later", due_on=TODAY + days(9))

        found = {row.number: row for row in explained_invoices(creditor=creditor, on=TODAY)}

        assert {number: row.reason.value for number, row in found.items()} == {
            "late": "DUE",
            "later": "NOT_DUE",
        }
        assert found["later"].sentence == "Falls due on 24 Jun 2026, in 9 days."
        assert not ReminderRun.objects.exists()
        assert not Decision.objects.exists()

    def test_the_figures_are_kept_as_they_were(self, creditor: Creditor, client_a: Client) -> None:
        invoice = make_invoice(client_a, creditor, "1000.00", number="late")
        pay(invoice, "400.00")
        open_dispute(
            invoice=invoice,
            amount=Decimal("100.00"),
            reason=DisputeReason.QUALITY,
            on=TODAY,
            actor=None,
            at=NOW,
        )

        row = decision(plan(creditor), "late")

        assert (row.open_amount, row.collectible, row.asked) == (
            Decimal(600),
            Decimal(500),
            Decimal(500),
        )
        assert (row.level, row.days_past_due, row.currency) == (1, 10, "CNY")

    def test_texts_with_odd_characters_survive(self, creditor: Creditor, client_a: Client) -> None:
        make_invoice(client_a, creditor, number="late")
        reason = 'tab\there, "quotes", back\\slash, \\N, 中文 and 😀'
        add_hold(client=client_a, reason=reason, on=TODAY, actor=_user(), at=NOW)

        assert decision(plan(creditor), "late").facts["hold_reason"] == reason


class TestWhatStandsInTheWay:
    def test_each_reason_is_found_in_the_ledger(self, creditor: Creditor) -> None:
        expected: dict[str, str] = {}
        for number, prepare in _SITUATIONS.items():
            client = make_client(legal_name=number)
            if number != "NO_CONTACT":
                make_contact(client)
            invoice = make_invoice(
                client,
                creditor,
                "0.50" if number == "UNDER_TOLERANCE" else "100.00",
                number=number,
                due_on=TODAY - days(1 if number == "WAIT_NEXT_STEP" else 10),
            )
            prepare(client, creditor, invoice)
            expected[number] = number

        assert decisions(plan(creditor)) == expected

    def test_an_old_bank_feed_stops_its_currency_only(
        self, creditor: Creditor, client_a: Client
    ) -> None:
        make_invoice(client_a, creditor, number="cny")
        make_invoice(client_a, creditor, number="eur", currency="EUR")
        BankAccount.objects.create(
            creditor=creditor,
            label="CNY",
            bank_name="B",
            account_name="A",
            account_number="1",
            currency="CNY",
            feed_through_on=TODAY - days(4),
        )

        run = plan(creditor)

        assert decisions(run) == {"cny": "FEED_STALE", "eur": "DUE"}
        assert decision(run, "cny").facts == {
            "read_through": "2026-06-11",
            "days_ago": 4,
            "allowed_days": 3,
        }

    def test_another_creditors_facts_do_not_count(
        self, creditor: Creditor, client_a: Client
    ) -> None:
        other = make_creditor()
        make_invoice(client_a, creditor, number="ours")
        make_receipt(client_a, other, "5000.00")
        record_promise(
            creditor=other,
            client=client_a,
            currency="CNY",
            amount=Decimal(1000),
            due_on=TODAY + days(3),
            on=TODAY,
            actor=None,
            at=NOW,
        )

        assert decisions(plan(creditor)) == {"ours": "DUE"}

    def test_another_currencys_credit_does_not_count(
        self, creditor: Creditor, client_a: Client
    ) -> None:
        make_invoice(client_a, creditor, number="eur", currency="EUR")
        make_receipt(client_a, creditor, "5000.00", currency="CNY")

        assert decisions(plan(creditor)) == {"eur": "DUE"}


def _user() -> User:
    return User.objects.create_user("holder@dunwell.example", name="Fay", role="FINANCE")


def _promise(client: Client, creditor: Creditor, invoice: Any) -> None:
    record_promise(
        creditor=creditor,
        client=client,
        currency="CNY",
        amount=Decimal(100),
        due_on=TODAY,
        invoice=invoice,
        on=TODAY,
        actor=None,
        at=NOW,
    )


def _agree(client: Client, creditor: Creditor, invoice: Any) -> None:
    agree_plan(
        creditor=creditor,
        client=client,
        currency="CNY",
        invoices=[invoice],
        instalments=[(TODAY + days(5), Decimal(60)), (TODAY + days(35), Decimal(40))],
        on=TODAY,
        actor=None,
        at=NOW,
    )


def _dispute(_client: Client, _creditor: Creditor, invoice: Any) -> None:
    open_dispute(
        invoice=invoice,
        amount=invoice.open_amount,
        reason=DisputeReason.QUALITY,
        on=TODAY,
        actor=None,
        at=NOW,
    )


def _opt_out(client: Client, _creditor: Creditor, _invoice: Any) -> None:
    for contact in client.contacts.all():
        set_contact_opt_out(contact=contact, opted_out=True, actor=None, at=NOW)


_SITUATIONS: dict[str, Any] = {
    "DUE": lambda *_: None,
    "NO_CONTACT": lambda *_: None,
    "UNDER_TOLERANCE": lambda *_: None,
    "WAIT_NEXT_STEP": lambda *_: None,
    "CREDIT_COVERS": lambda client, creditor, _invoice: make_receipt(client, creditor, "100.00"),
    "PROMISED": _promise,
    "ON_PLAN": _agree,
    "DISPUTED": _dispute,
    "OPTED_OUT": _opt_out,
    "ON_HOLD": lambda client, _creditor, invoice: add_hold(
        client=client, invoice=invoice, reason="Statement", on=TODAY, actor=_user(), at=NOW
    ),
}


class TestPlanningAgain:
    def test_the_same_day_before_approval_replaces_the_plan(
        self, creditor: Creditor, client_a: Client
    ) -> None:
        make_invoice(client_a, creditor, number="late")
        first = plan(creditor)
        second = plan(creditor)

        first.refresh_from_db()
        assert (first.state, second.state) == (RunState.SUPERSEDED, RunState.PLANNED)
        assert decisions(second) == {"late": "DUE"}

    def test_after_approval_it_adds_nothing(
        self, creditor: Creditor, client_a: Client, finance: User
    ) -> None:
        make_invoice(client_a, creditor, number="late")
        run = plan(creditor)
        approve(run, finance)
        make_invoice(client_a, creditor, number="new")

        again = plan_reminders(creditor=creditor, on=TODAY, actor=None, at=NOW)

        assert (again.run.pk, again.is_new) == (run.pk, False)
        assert ReminderRun.objects.count() == 1
        assert Message.objects.count() == 1

    def test_a_newer_day_replaces_an_older_plan_that_nobody_approved(
        self, creditor: Creditor, client_a: Client
    ) -> None:
        make_invoice(client_a, creditor, number="late")
        old = plan(creditor, TODAY - days(1))
        plan(creditor, TODAY)

        old.refresh_from_db()
        assert old.state == RunState.SUPERSEDED

    def test_each_creditor_has_its_own(self, creditor: Creditor, client_a: Client) -> None:
        other = make_creditor()
        make_invoice(client_a, creditor, number="a")
        make_invoice(client_a, other, number="b")
        mine, theirs = plan(creditor), plan(other)

        mine.refresh_from_db()
        assert mine.state == RunState.PLANNED
        assert (decisions(mine), decisions(theirs)) == ({"a": "DUE"}, {"b": "DUE"})


class TestCycles:
    def test_settled_debts_close_the_climb_and_new_ones_start_calmly(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Any
    ) -> None:
        first = make_invoice(client_a, creditor, number="first", due_on=TODAY - days(10))
        remind(creditor, finance, TODAY)
        remind(creditor, finance, TODAY + days(7))
        pay(first, on=TODAY + days(8))
        make_invoice(client_a, creditor, number="second", due_on=TODAY - days(8))

        run = plan(creditor, TODAY + days(20))

        assert decision(run, "second").level == 1
        assert Cycle.objects.get().closed_on == TODAY + days(20)
        approve(run, finance)
        assert Cycle.objects.filter(closed_on=None).count() == 1

    def test_part_payment_keeps_the_climb_open(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Any
    ) -> None:
        invoice = make_invoice(client_a, creditor, number="first", due_on=TODAY - days(10))
        remind(creditor, finance, TODAY)
        pay(invoice, "10.00", on=TODAY)

        assert decision(plan(creditor, TODAY + days(7)), "first").level == 2

    def test_missing_days_are_caught_up(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Any
    ) -> None:
        make_invoice(client_a, creditor, number="late", due_on=TODAY - days(3))
        remind(creditor, finance, TODAY)

        # Nobody planned on the day level 2 was reached, nor in the week after it.
        run = plan(creditor, TODAY + days(14))

        assert (decision(run, "late").reason, decision(run, "late").level) == ("DUE", 2)


def test_it_takes_as_many_queries_for_a_hundred_clients_as_for_one(creditor: Creditor) -> None:
    def planned() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            plan(creditor)
        return len(caught)

    _owing(creditor, 1)
    few = planned()
    _owing(creditor, 20)

    assert planned() <= few


def _owing(creditor: Creditor, count: int) -> None:
    for _number in range(count):
        client = make_client()
        make_contact(client)
        make_invoice(client, creditor)


def test_planning_is_in_the_record_of_acts(
    creditor: Creditor, client_a: Client, finance: User
) -> None:
    make_invoice(client_a, creditor)
    plan_reminders(creditor=creditor, on=TODAY, actor=finance, at=NOW)

    event = AuditEvent.objects.get(action="reminders.plan")
    assert (event.actor, event.stream_id) == (finance, f"creditor:{creditor.pk}")


def test_a_day_without_debts_is_a_plan_too(creditor: Creditor) -> None:
    run = plan(creditor, dt.date(2026, 1, 1))
    assert (run.send_count, run.skip_count) == (0, 0)
