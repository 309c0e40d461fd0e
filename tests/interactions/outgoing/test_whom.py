"""To whom a mail goes, and how."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from clients.models import Client, Contact, Creditor
from clients.services import set_contact_opt_out
from clients.states import Language
from core.models import User
from interactions.models import MessageTemplate, OutgoingMail, ToneOverride
from interactions.services import UnableToSay
from interactions.services.outgoing import UnableToWrite
from interactions.states import OutgoingState
from tests.factories import NOW, TODAY, make_client, make_contact, make_invoice, signed_in
from tests.interactions.outgoing.cast import DAY, queued, send, state_of
from tests.reminders.sink import Sink

pytestmark = pytest.mark.django_db


EVENING = NOW + dt.timedelta(hours=12)  # 22:00 in Shanghai


def test_it_refuses_another_clients_contact_and_whoever_must_not_be_written_to(
    client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    stranger = make_contact(make_client(), email="x@y.example")
    with pytest.raises(UnableToWrite, match="another client"):
        queued(client_row, creditor, stranger, writer)
    set_contact_opt_out(contact=contact, opted_out=True, actor=writer, at=NOW)
    contact.refresh_from_db()
    with pytest.raises(UnableToWrite, match="asked not to be"):
        queued(client_row, creditor, contact, writer)
    silent = make_contact(client_row, name="No mail", email="")
    with pytest.raises(UnableToWrite, match="no working address"):
        queued(client_row, creditor, silent, writer)
    assert not OutgoingMail.objects.exists()


def test_a_contact_that_opts_out_or_moves_after_it_was_queued_is_not_written_to(
    sink: Sink, client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    first = queued(client_row, creditor, contact, writer)
    Contact.objects.filter(pk=contact.pk).update(email="new@acme.example")
    assert send() == {"cancelled": 1}
    assert state_of(first) == OutgoingState.CANCELLED
    contact.refresh_from_db()
    second = queued(client_row, creditor, contact, writer, key="k2")
    set_contact_opt_out(contact=contact, opted_out=True, actor=writer, at=NOW)
    assert send() == {"cancelled": 1}
    assert state_of(second) == OutgoingState.CANCELLED
    assert sink.mails == []


def test_tone_and_missing_facts_are_refused_and_a_reason_is_kept(
    client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    with pytest.raises(UnableToSay):
        queued(client_row, creditor, contact, writer, body="Pay or else!")
    with pytest.raises(UnableToSay):
        queued(client_row, creditor, contact, writer, subject="PAY NOW")
    with pytest.raises(UnableToWrite, match="open_total"):
        queued(client_row, creditor, contact, writer, body="Please pay {open_total}.")
    with pytest.raises(UnableToSay):
        queued(client_row, creditor, contact, writer, body="We waive the interest.")
    row = queued(
        client_row,
        creditor,
        contact,
        writer,
        body="We waive the interest.",
        tone_reason="Approved by the manager",
    )
    assert ToneOverride.objects.get(about_id=str(row.pk)).reason == "Approved by the manager"


def test_outside_the_contact_hours_it_waits_for_them(
    sink: Sink, client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    row = queued(client_row, creditor, contact, writer, at=EVENING)
    assert row.available_at > EVENING
    assert row.available_at.astimezone(dt.UTC).hour == 1  # 09:00 in Shanghai
    assert send(EVENING) == {}
    assert send(row.available_at) == {"sent": 1}
    late = queued(client_row, creditor, contact, writer, key="k2", at=NOW)
    assert send(EVENING + DAY) == {"waits": 1}
    assert state_of(late) == OutgoingState.QUEUED


@pytest.mark.parametrize(
    "dirty", ["Hi\r\nBcc: all@evil.example", "Hi\nX: 1", "Hi\x0bthere", "Hi\u2028there", "a" * 400]
)
def test_nothing_typed_becomes_a_header(
    sink: Sink,
    client_row: Client,
    creditor: Creditor,
    writer: User,
    dirty: str,
) -> None:
    contact = make_contact(client_row, name=dirty[:100], email="ok@acme.example")
    queued(client_row, creditor, contact, writer, subject=dirty)
    assert send() == {"sent": 1}
    (mail,) = sink.mails
    assert set(mail.keys()) == {
        *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Content-Type"),
        *("Content-Transfer-Encoding", "MIME-Version", "Content-Language"),
    }
    assert sink.recipients == ["ok@acme.example"]


def test_the_language_is_the_clients(sink: Sink, creditor: Creditor, writer: User) -> None:
    Creditor.objects.filter(pk=creditor.pk).update(legal_name_zh="杭州恒远")
    creditor.refresh_from_db()
    client = make_client(language=Language.ZH)
    make_invoice(client, creditor=creditor, amount=Decimal(500), due_on=TODAY - DAY)
    person = make_contact(client, name="李伟", email="li@zh.example")
    text = MessageTemplate.objects.get(code="greeting-mail")
    web = signed_in(writer)
    with time_machine.travel(NOW, tick=False):
        page = web.get(reverse("interactions:compose", args=[client.pk]), {"template": text.pk})
        form = page.context["form"]
        assert "李伟，您好" in form["body"].value()
        sent = {name: form[name].value() or "" for name in ("subject", "body", "key", "template")}
        sent |= {"contact": person.pk, "creditor": creditor.pk, "send": "1"}
        assert web.post(reverse("interactions:compose", args=[client.pk]), sent).status_code == 302
    send()
    (mail,) = sink.mails
    assert mail["Content-Language"] == "zh-Hans"
    assert "杭州恒远" in str(mail["From"])
