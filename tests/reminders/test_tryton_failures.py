"""What was seen to go wrong in Tryton 8.0, each as it would happen here."""

import datetime as dt
from decimal import Decimal

import pytest

from clients.models import Client, Creditor
from core.models import User
from disputes.services import open_dispute
from disputes.states import DisputeReason
from reminders.models import Message
from reminders.services.approval import approve_run
from reminders.services.holds import add_hold
from tests.factories import NOW, TODAY, make_invoice, pay
from tests.reminders.sink import Sink
from tests.reminders.steps import approve, at_noon, days, decision, plan, remind, send, states

pytestmark = pytest.mark.django_db


class TestAPartlyPaidInvoiceKeepsTheFullAmount:
    """There, a dunning still asked for 1,000 after 400 had been paid."""

    def test_a_plan_asks_for_the_rest(self, creditor: Creditor, client_a: Client) -> None:
        pay(make_invoice(client_a, creditor, "1000.00", number="late"), "400.00")
        assert decision(plan(creditor), "late").asked == Decimal("600.00")

    @pytest.mark.parametrize("when", ["planned", "approved"])
    def test_a_payment_after_the_plan_lowers_what_is_sent(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink, when: str
    ) -> None:
        invoice = make_invoice(client_a, creditor, "1000.00")
        run = plan(creditor)
        if when == "planned":
            pay(invoice, "400.00")
            approve(run, finance)
        else:
            approve(run, finance)
            pay(invoice, "400.00")
        send()
        message = Message.objects.get()
        assert message.amount == Decimal("600.00")
        assert "Total: CN¥600.00" in message.body
        (mail,) = sink.mails
        plain, _html = (part.get_content() for part in mail.iter_parts())
        assert plain.replace("\r\n", "\n") == message.body


class TestABlockedOneIsStillMailed:
    """There, a dunning set to blocked was mailed all the same."""

    @pytest.mark.parametrize("when", ["before the plan", "planned", "approved"])
    @pytest.mark.parametrize("how", ["hold", "dispute"])
    def test_nothing_goes(  # fixtures
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink, when: str, how: str
    ) -> None:
        invoice = make_invoice(client_a, creditor, "1000.00", number="late")

        def block() -> None:
            if how == "hold":
                add_hold(client=client_a, reason="In talks", on=TODAY, actor=finance, at=NOW)
                return
            open_dispute(
                invoice=invoice,
                amount=invoice.amount,
                reason=DisputeReason.QUALITY,
                on=TODAY,
                actor=finance,
                at=NOW,
            )

        if when == "before the plan":
            block()
        run = plan(creditor)
        if when == "planned":
            block()
        approve(run, finance)
        if when == "approved":
            block()
        send()
        assert sink.taken == []
        assert "SENT" not in states(client_a)


class TestProcessingTwiceMailsTwice:
    """There, running the process a second time mailed everybody again."""

    def test_every_step_can_be_repeated(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        make_invoice(client_a, creditor, due_on=TODAY - days(20))
        run = plan(creditor)
        for _again in range(3):
            approve(run, finance)
            send()
            send()
            plan(creditor)
        assert len(sink.taken) == 1
        assert states(client_a) == ["SENT"]


class TestAnOldDebtClimbsThreeLevelsInADay:
    """There, three runs on one day sent a 60-day-old debt through three levels."""

    def test_one_calm_message_goes_and_no_more_that_day(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        make_invoice(client_a, creditor, due_on=TODAY - days(60))
        for _run in range(3):
            remind(creditor, finance)
        message = Message.objects.get()
        assert (message.level, message.tone, message.state) == (1, "OVERSIGHT", "SENT")
        assert len(sink.taken) == 1

    def test_nor_on_the_days_until_the_gap_is_over(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        make_invoice(client_a, creditor, number="late", due_on=TODAY - days(60))
        remind(creditor, finance)
        for day in range(1, 6):
            run = plan(creditor, TODAY + days(day))
            assert decision(run, "late").reason == "RECENTLY_REMINDED"
            assert approve(run, finance) == 0
        remind(creditor, finance, TODAY + days(6))
        levels = list(Message.objects.order_by("pk").values_list("level", flat=True))
        assert levels == [1, 2]

    def test_nor_by_plans_of_several_days_approved_together(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        make_invoice(client_a, creditor, due_on=TODAY - days(60))
        for day in range(3):
            approve_run(run=plan(creditor, TODAY + days(day)), actor=finance, at=at_noon(TODAY))
        send()
        send(TODAY + dt.timedelta(days=3))
        assert len(sink.taken) == 1
