"""Sent once, logged and archived."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from clients.models import Client, Contact, Creditor
from clients.services import add_client_document
from core import outbox
from core.documents import read_document
from core.models import OutboxItem, User
from interactions.models import Interaction, MailMessage
from interactions.selectors.outgoing import reply_to
from interactions.services import archive_mail
from interactions.services.outgoing import UnableToWrite, queue_mail
from interactions.states import MailSource, OutgoingState
from tests.factories import NOW, make_client, make_user
from tests.interactions.outgoing.cast import DAY, letter, queued, send
from tests.reminders.sink import Sink

pytestmark = pytest.mark.django_db


def test_a_mail_is_sent_once_logged_and_archived(
    sink: Sink, client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    row = queued(client_row, creditor, contact, writer)
    assert send() == {"sent": 1}
    assert send() == {}
    assert send(NOW + DAY) == {}
    (mail,) = sink.mails
    assert str(mail["To"]) == "Li Wei <liwei@acme.example>"
    assert str(mail["Reply-To"]) == "ar@own.example"
    assert str(mail["Message-ID"]) == row.message_id
    assert "when we can expect payment" in mail.get_content()
    row.refresh_from_db()
    assert row.state == OutgoingState.SENT
    entry = Interaction.objects.get()
    assert (entry.kind, entry.direction, entry.contact) == ("EMAIL", "OUT", contact)
    assert entry.recorded_by == writer
    archived = MailMessage.objects.get()
    assert (row.interaction, row.mail) == (entry, archived)
    assert archived.interaction == entry
    assert read_document(archived.raw) == bytes(row.raw or b"")
    assert archived.raw_sha256 == row.raw_sha256


def test_the_same_form_twice_is_one_mail(
    sink: Sink, client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    first = queued(client_row, creditor, contact, writer)
    assert queued(client_row, creditor, contact, writer) == first
    other = queue_mail(
        letter=letter(client_row, creditor, contact), key="k1", actor=make_user(), at=NOW
    )
    assert other.message_id != first.message_id
    send()
    assert len(sink.mails) == 2


def test_the_outbox_wakes_the_sender(
    sink: Sink,
    client_row: Client,
    creditor: Creditor,
    contact: Contact,
    writer: User,
) -> None:
    import interactions.tasks  # noqa: F401  # registers the handler

    queued(client_row, creditor, contact, writer)
    assert OutboxItem.objects.filter(task="interactions.send_mail").count() == 1
    with time_machine.travel(NOW, tick=False):
        outbox.run_waiting(at=NOW)
    assert len(sink.mails) == 1


def test_an_answer_keeps_the_thread(
    sink: Sink, client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    raw = (
        b"From: Li Wei <liwei@acme.example>\r\nTo: ar@own.example\r\n"
        b"Subject: RE: Re: Invoice 12\r\n"
        b"Message-ID: <theirs@acme.example>\r\nIn-Reply-To: <first@own.example>\r\n"
        b"References: <root@own.example> <first@own.example>\r\n"
        b"Date: Mon, 15 Jun 2026 01:00:00 +0000\r\n\r\n"
        b"We will pay on Friday.\r\n> our old words\r\n"
    )
    theirs = archive_mail(raw=raw, source=MailSource.UPLOAD, actor=writer, at=NOW).mail
    assert theirs.client == client_row
    answer = reply_to(theirs, language="en")
    assert answer.subject == "Re: Invoice 12"
    queued(client_row, creditor, contact, writer, subject=answer.subject, replies_to=theirs)
    send()
    (mail,) = sink.mails
    assert str(mail["In-Reply-To"]) == "<theirs@acme.example>"
    assert str(mail["References"]).split() == [
        "<root@own.example>",
        "<first@own.example>",
        "<theirs@acme.example>",
    ]
    body = mail.get_content()
    assert "> We will pay on Friday." in body
    assert "our old words" not in body
    ours = MailMessage.objects.get(direction="OUT")
    assert ours.thread == theirs.thread


def test_attachments_go_with_it_and_only_files_of_the_client(
    sink: Sink, client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    def kept(client: Client, name: str) -> Any:
        return add_client_document(
            client=client, data=b"kept text", name=name, title=name, actor=None, at=NOW
        ).document

    mine, foreign = kept(client_row, "note.txt"), kept(make_client(), "other.txt")
    with pytest.raises(UnableToWrite) as refused:
        queued(client_row, creditor, contact, writer, documents=(mine, foreign))
    assert refused.value.field == "documents"
    queued(client_row, creditor, contact, writer, documents=(mine,))
    send()
    (mail,) = sink.mails
    (file,) = list(mail.iter_attachments())
    assert file.get_filename() == "note.txt"
    assert file.get_payload(decode=True) == b"kept text"
