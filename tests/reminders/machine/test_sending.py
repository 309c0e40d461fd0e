"""From queued to the mail server's 250, and what the mail looks like."""

import hashlib
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from clients.models import Client, Contact, Creditor
from core.models import AuditEvent, User
from core.states import Role
from interactions.models import FollowUp, Interaction
from reminders.models import Cycle, Message
from reminders.services.sending import send_queued
from reminders.states import MessageState
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_contact,
    make_creditor,
    make_invoice,
    make_user,
)
from tests.reminders.machine.cast import queued
from tests.reminders.sink import Sink
from tests.reminders.steps import approve, at_noon, days, decision, plan, remind, send

pytestmark = pytest.mark.django_db


class TestSending:
    def test_it_sends_the_frozen_bytes_and_leaves_its_traces(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        message = queued(creditor, client_a, finance)
        report = send()

        assert dict(report.counts) == {"sent": 1}
        message.refresh_from_db()
        assert message.state == MessageState.SENT
        assert (message.amount, message.attempts) == (Decimal("1000.00"), 1)
        assert hashlib.sha256(bytes(message.raw or b"")).hexdigest() == message.raw_sha256
        assert sink.taken == [bytes(message.raw or b"")]
        assert sink.recipients == ["liwei@acme.example"]
        path = list(message.transitions.values_list("from_state", "to_state"))
        assert path == [("", "QUEUED"), ("QUEUED", "INFLIGHT"), ("INFLIGHT", "SENT")]
        entry = Interaction.objects.get(client=client_a, kind="EMAIL")
        assert (entry.direction, entry.about_type, entry.about_id) == (
            "OUT",
            "reminders.message",
            str(message.pk),
        )
        assert entry.subject == message.subject[:200]
        assert (message.cycle.level, message.cycle.last_sent_on) == (1, TODAY)
        assert AuditEvent.objects.filter(action="reminders.sent").count() == 1

    def test_running_twice_sends_nothing_more(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        make_invoice(client_a, creditor, due_on=TODAY - days(60))
        remind(creditor, finance)
        for _again in range(2):
            run = plan(creditor)
            approve(run, finance)
            send()
        run = plan(creditor, TODAY + days(1))
        approve(run, finance)
        send(TODAY + days(1))
        assert len(sink.taken) == 1

    def test_it_climbs_step_by_step_over_the_weeks(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        make_invoice(client_a, creditor, number="late", due_on=TODAY - days(3))
        for day in (0, 1, 5, 6, 7, 8, 12, 13, 17, 18, 30, 41, 42, 56, 57, 70):
            remind(creditor, finance, TODAY + days(day))
        sent = Message.objects.order_by("pk").values_list("level", "tone", "sent_at")
        assert [(level, tone, at and at.date()) for level, tone, at in sent] == [
            (1, "OVERSIGHT", TODAY),
            (2, "ASKING", TODAY + days(7)),
            (3, "FORMAL", TODAY + days(18)),
            (4, "FINAL", TODAY + days(42)),
        ]
        assert decision(plan(creditor, TODAY + days(90)), "late").reason == "PERSON_DECIDES"

    def test_a_step_by_call_leaves_somebody_a_call_to_make(
        self, creditor: Creditor, client_a: Client, finance: User, sink: Sink
    ) -> None:
        owner = make_user(Role.SALES)
        Client.objects.filter(pk=client_a.pk).update(owner=owner)
        make_invoice(client_a, creditor, due_on=TODAY - days(10))
        remind(creditor, finance)
        assert not FollowUp.objects.exists()
        remind(creditor, finance, TODAY + days(7))
        follow_up = FollowUp.objects.get()
        assert (follow_up.owner, follow_up.due_on) == (owner, TODAY + days(8))
        assert "Call the client" in follow_up.text

    def test_the_limit_is_kept(self, creditor: Creditor, finance: User, sink: Sink) -> None:
        for _number in range(3):
            client = make_client()
            make_contact(client)
            make_invoice(client, creditor)
        approve(plan(creditor), finance)
        report = send_queued(clock=lambda: at_noon(TODAY), limit=2)
        assert (report.counts["sent"], len(sink.taken)) == (2, 2)

    def test_one_that_cannot_be_written_holds_up_nobody(
        self,
        creditor: Creditor,
        client_a: Client,
        finance: User,
        sink: Sink,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        from reminders.services import claims, texts

        other = make_client(legal_name="Other Ltd")
        make_contact(other)
        make_invoice(client_a, creditor)
        make_invoice(other, creditor)
        approve(plan(creditor), finance)

        def broken(draft: Any) -> Any:
            if draft.client == client_a:
                raise ValueError("no such tone")
            return texts.write_text(draft)

        monkeypatch.setattr(claims, "write_text", broken)
        report = send()
        assert (report.counts["sent"], report.counts["error"]) == (1, 1)
        stuck = Message.objects.get(client=client_a)
        assert (stuck.state, stuck.last_error) == ("QUEUED", "ValueError: no such tone")


def test_the_mail_is_readable_by_a_mail_program(
    creditor: Creditor, finance: User, sink: Sink, settings: Any
) -> None:
    settings.DEFAULT_FROM_EMAIL = "Dunwell <ar@dunwell.example>"
    client = make_client(legal_name="上海远东设备有限公司", language="zh-hans", country="CN")
    make_contact(client, name="王芳", email="wang@yuandong.example")
    make_invoice(client, creditor, number="A-1")
    remind(creditor, finance)

    (raw,) = sink.taken
    assert raw.isascii()
    mail = message_from_bytes(raw, policy=default)
    assert mail["Subject"].startswith("付款提醒：自有公司")
    assert mail["To"] == "王芳 <wang@yuandong.example>"
    assert mail["From"].addresses[0].addr_spec == "ar@dunwell.example"
    assert mail["Reply-To"] == "ar@own.example"
    assert mail["Date"].datetime == at_noon(TODAY)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@dunwell.example>")
    plain, html = (part.get_content() for part in mail.iter_parts())
    assert "根据我方记录" in plain
    assert "¥1,000.00" in plain
    assert "US$" not in plain
    assert "<table" in html
    assert "src=" not in html
    assert "href=" not in html


def test_contacts_are_tried_in_their_order(
    creditor: Creditor, client_a: Client, finance: User, sink: Sink
) -> None:
    make_contact(client_a, email="second@acme.example")
    Contact.objects.filter(is_primary=True).update(email_failed_at=NOW)
    make_invoice(client_a, creditor)
    remind(creditor, finance)
    assert sink.recipients == ["second@acme.example"]


def test_each_creditor_writes_in_its_own_name(
    creditor: Creditor, client_a: Client, finance: User, sink: Sink
) -> None:
    other = make_creditor(legal_name="Second Company Ltd")
    make_invoice(client_a, creditor, number="one")
    make_invoice(client_a, other, number="two")
    remind(creditor, finance)
    remind(other, finance)
    names = [mail["From"].addresses[0].display_name for mail in sink.mails]
    assert names == [creditor.legal_name, "Second Company Ltd"]
    assert Cycle.objects.filter(client=client_a).count() == 2
