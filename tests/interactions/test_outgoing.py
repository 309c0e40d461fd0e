"""Mails written by hand: to the right person, calm, as previewed, and never twice."""

from __future__ import annotations

import datetime as dt
import os
import signal
import threading
from collections.abc import Iterator
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Contact, Creditor
from clients.services import add_client_document, set_contact_opt_out
from clients.states import Language
from core import outbox
from core.documents import read_document
from core.mailing import MAX_ATTEMPTS
from core.models import OutboxItem, User
from core.states import Role
from interactions.models import (
    Interaction,
    MailMessage,
    MessageTemplate,
    OutgoingMail,
    ToneOverride,
)
from interactions.selectors.outgoing import reply_to
from interactions.services import UnableToSay, archive_mail
from interactions.services import outgoing_machine as machine
from interactions.services.outgoing import (
    Letter,
    UnableToWrite,
    cancel_mail,
    log_short_message,
    queue_mail,
)
from interactions.services.outgoing_machine import UnableToDecide, decide_mail
from interactions.services.outgoing_sending import claim_mail, recover_stale, send_written
from interactions.states import MailSource, OutgoingState
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_contact,
    make_creditor,
    make_invoice,
    make_user,
    signed_in,
)
from tests.reminders.sink import Sink, mail_sink

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
EVENING = NOW + dt.timedelta(hours=12)  # 22:00 in Shanghai


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with mail_sink(settings) as server:
        yield server


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor(email="ar@own.example")


@pytest.fixture
def client_row() -> Client:
    return make_client(legal_name="Acme Ltd", country="CN", language=Language.EN)


@pytest.fixture
def contact(client_row: Client) -> Contact:
    return make_contact(client_row, name="Li Wei", email="liwei@acme.example", is_primary=True)


@pytest.fixture
def writer() -> User:
    return make_user(Role.FINANCE)


def letter(client: Client, creditor: Creditor, contact: Contact, **fields: Any) -> Letter:
    values: dict[str, Any] = {
        "subject": "Invoice 12",
        "body": "Could you tell us when we can expect payment?",
        "language": client.language,
        **fields,
    }
    return Letter(client=client, creditor=creditor, contact=contact, **values)


def queued(
    client: Client, creditor: Creditor, contact: Contact, writer: User, **fields: Any
) -> OutgoingMail:
    key, at = fields.pop("key", "k1"), fields.pop("at", NOW)
    return queue_mail(
        letter=letter(client, creditor, contact, **fields), key=key, actor=writer, at=at
    )


def send(at: dt.datetime = NOW) -> dict[str, int]:
    return dict(send_written(clock=lambda: at))


def state_of(row: OutgoingMail) -> str:
    return OutgoingMail.objects.values_list("state", flat=True).get(pk=row.pk)


# --- sent once, logged and archived -------------------------------------------------------------


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


# --- to whom, and how ---------------------------------------------------------------------------


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


# --- the machine --------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["connect", "mail", "rcpt", "data"])
def test_what_never_left_is_tried_again_a_bounded_number_of_times(
    sink: Sink,
    client_row: Client,
    creditor: Creditor,
    contact: Contact,
    writer: User,
    step: str,
) -> None:
    sink.script = lambda at, _argument: "!" if at == step else None
    row = queued(client_row, creditor, contact, writer)
    at = NOW
    for _round in range(MAX_ATTEMPTS + 2):
        send(at)
        row.refresh_from_db()
        at = max(at, row.available_at)
    assert (row.state, row.attempts) == (OutgoingState.FAILED, MAX_ATTEMPTS)
    assert row.data_at is None
    assert sink.mails == []
    assert not Interaction.objects.exists()


def test_a_mail_whose_250_never_came_is_in_doubt_and_never_sent_again(
    sink: Sink, client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    sink.script = lambda at, _argument: "!kept" if at == "text" else None
    row = queued(client_row, creditor, contact, writer)
    assert send() == {"in doubt": 1}
    sink.script = lambda _at, _argument: None
    for hours in (1, 24, 240):
        send(NOW + dt.timedelta(hours=hours))
    assert len(sink.mails) == 1
    assert state_of(row) == OutgoingState.IN_DOUBT
    for sql in ("SET state = 'QUEUED'", "SET data_at = NULL"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE interactions_outgoingmail {sql}")


def test_a_person_decides_what_became_of_it(
    sink: Sink, client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    sink.script = lambda at, _argument: "!kept" if at == "text" else None
    rows = [queued(client_row, creditor, contact, writer, key=f"k{n}") for n in range(2)]
    send()
    send(NOW + MINUTE)
    with pytest.raises(UnableToDecide):
        decide_mail(outgoing=rows[0], arrived=True, note=" ", actor=writer, at=NOW + DAY)
    for _twice in range(2):
        decide_mail(outgoing=rows[0], arrived=True, note="They said so", actor=writer, at=NOW + DAY)
        decide_mail(outgoing=rows[1], arrived=False, note="Journal", actor=writer, at=NOW + DAY)
    assert [state_of(row) for row in rows] == ["SENT", "FAILED"]
    entry = Interaction.objects.get()
    assert entry.occurred_at == NOW  # when its text left
    assert MailMessage.objects.count() == 1
    with pytest.raises(UnableToDecide):
        decide_mail(outgoing=rows[1], arrived=True, note="x", actor=writer, at=NOW + DAY)


def test_a_refused_mailbox_fails_it_and_marks_the_address(
    sink: Sink, client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    sink.script = lambda at, _argument: "550 5.1.1 no such user" if at == "rcpt" else None
    row = queued(client_row, creditor, contact, writer)
    assert send() == {"failed": 1}
    assert state_of(row) == OutgoingState.FAILED
    contact.refresh_from_db()
    assert contact.email_failed_at == NOW


@pytest.mark.parametrize(("handed", "state"), [(False, "QUEUED"), (True, "IN_DOUBT")])
def test_what_a_dead_worker_left_is_found(
    client_row: Client,
    creditor: Creditor,
    contact: Contact,
    writer: User,
    handed: bool,
    state: str,
) -> None:
    row = queued(client_row, creditor, contact, writer)
    claim = claim_mail(pk=row.pk, at=NOW)
    assert claim.raw
    if handed:
        assert machine.hand_over(pk=row.pk, attempt=claim.attempt, at=NOW)
    assert recover_stale(at=NOW + 5 * MINUTE) == 0
    assert recover_stale(at=NOW + 11 * MINUTE) == 1
    assert state_of(row) == state
    # The one believed dead wakes up: its claim is lost.
    assert not machine.hand_over(pk=row.pk, attempt=claim.attempt, at=NOW + 12 * MINUTE)


def test_a_late_250_settles_a_mail_in_doubt(
    client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    row = queued(client_row, creditor, contact, writer)
    claim = claim_mail(pk=row.pk, at=NOW)
    machine.hand_over(pk=row.pk, attempt=claim.attempt, at=NOW)
    recover_stale(at=NOW + 11 * MINUTE)
    late = NOW + 12 * MINUTE
    assert machine.mark_sent(pk=row.pk, attempt=claim.attempt, at=late, reply="250")
    assert not machine.mark_sent(pk=row.pk, attempt=claim.attempt, at=late, reply="250")
    assert Interaction.objects.count() == 1


def test_a_claimed_mail_is_frozen_and_its_words_never_change(
    client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    row = queued(client_row, creditor, contact, writer)
    changes = ["subject = 'x'", "body = 'x'", "to_email = 'x@y.example'", "message_id = 'x'"]
    claim_mail(pk=row.pk, at=NOW)
    for change in [*changes, "raw = 'x'", "state = 'CANCELLED'"]:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE interactions_outgoingmail SET {change}")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM interactions_outgoingmail")


def test_a_mail_is_taken_back_only_while_it_waits(
    sink: Sink, client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    row = queued(client_row, creditor, contact, writer)
    cancel_mail(outgoing=row, actor=writer, at=NOW)
    cancel_mail(outgoing=row, actor=writer, at=NOW)
    assert send() == {}
    gone = queued(client_row, creditor, contact, writer, key="k2")
    send()
    with pytest.raises(UnableToWrite):
        cancel_mail(outgoing=gone, actor=writer, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(sink: Sink) -> None:
    client, creditor = make_client(country="CN"), make_creditor()
    contact, writer = make_contact(client, email="a@b.example"), make_user()
    for place in range(6):
        queued(client, creditor, contact, writer, key=f"k{place}")
    together = threading.Barrier(3)

    def work() -> None:
        together.wait()
        try:
            send()
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    send()
    assert len(sink.message_ids) == len(set(sink.message_ids)) == 6
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"SENT"}


@pytest.mark.django_db(transaction=True)
def test_a_sender_killed_between_the_text_and_its_250_never_sends_twice(sink: Sink) -> None:
    client, creditor = make_client(country="CN"), make_creditor()
    row = queued(client, creditor, make_contact(client, email="a@b.example"), make_user())
    connections.close_all()
    child = os.fork()
    if child == 0:  # pragma: no cover  # killed below
        send()
        os._exit(0)

    def kill() -> None:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)

    killed = threading.Event()

    def on_text() -> None:
        kill()
        killed.set()

    sink.on_text = on_text
    assert killed.wait(20)
    sink.on_text = lambda: None
    assert state_of(row) == OutgoingState.INFLIGHT
    assert send(NOW + 11 * MINUTE) == {"recovered": 1}
    assert send(NOW + DAY) == {}
    assert state_of(row) == OutgoingState.IN_DOUBT
    assert len(sink.mails) <= 1


# --- pages --------------------------------------------------------------------------------------


@pytest.fixture
def web(writer: User) -> Iterator[Browser]:
    with time_machine.travel(NOW, tick=False):
        yield signed_in(writer)


def test_writing_is_two_steps_and_the_preview_is_what_goes(
    web: Browser, sink: Sink, client_row: Client, creditor: Creditor, contact: Contact
) -> None:
    url = reverse("interactions:compose", args=[client_row.pk])
    begun = web.get(url).context["form"]
    sent = {
        "contact": contact.pk,
        "creditor": creditor.pk,
        "subject": "Invoice 12 & <b>more</b>",
        "body": "Hello,\r\n\r\nplease tell us when.",
        "key": begun["key"].value(),
    }
    preview = web.post(url, sent)
    assert "interactions/compose_preview.html" in {one.name for one in preview.templates}
    assert not OutgoingMail.objects.exists()
    page = preview.content.decode()
    assert "Invoice 12 &amp; &lt;b&gt;more&lt;/b&gt;" in page
    assert "liwei@acme.example" in page
    again = web.post(url, {**sent, "change": "1"})
    assert again.context["form"]["subject"].value() == sent["subject"]
    done = web.post(url, {**sent, "send": "1"})
    assert done.status_code == 302
    assert web.post(url, {**sent, "send": "1"}).url == done.url  # type: ignore[attr-defined]  # a redirect
    send()
    (mail,) = sink.mails
    assert mail["Subject"] == sent["subject"]
    assert mail.get_content().replace("\r\n", "\n").strip() == preview.context["text"]
    assert b"Invoice 12" in web.get(done.url).content  # type: ignore[attr-defined]  # a redirect
    raw = web.get(reverse("interactions:outgoing_raw", args=[OutgoingMail.objects.get().pk]))
    read = message_from_bytes(raw.content, policy=default)
    assert read["Subject"] == sent["subject"]


def test_a_template_is_filled_in_and_what_is_missing_is_said(
    web: Browser, client_row: Client, creditor: Creditor, contact: Contact
) -> None:
    text = MessageTemplate.objects.get(code="promise-thanks-mail")
    url = reverse("interactions:compose", args=[client_row.pk])
    page = web.get(url, {"template": text.pk})
    assert b"the amount of the latest promise" in page.content
    form = page.context["form"]
    sent = {name: form[name].value() or "" for name in ("subject", "body", "key", "template")}
    sent |= {"contact": contact.pk, "creditor": creditor.pk, "send": "1"}
    refused = web.post(url, sent)
    assert refused.status_code == 200
    assert "A fact is missing" in refused.content.decode()
    assert not OutgoingMail.objects.exists()


def test_a_reply_belongs_to_its_client(
    web: Browser, client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    raw = (
        b"From: li@other.example\r\nTo: ar@own.example\r\nSubject: Secret\r\n"
        b"Message-ID: <o@other.example>\r\nDate: Mon, 15 Jun 2026 01:00:00 +0000\r\n\r\nsecret\r\n"
    )
    make_contact(make_client(), email="li@other.example")
    theirs = archive_mail(raw=raw, source=MailSource.UPLOAD, actor=writer, at=NOW).mail
    page = web.get(reverse("interactions:compose", args=[client_row.pk]), {"reply": theirs.pk})
    assert b"Secret" not in page.content
    with pytest.raises(UnableToWrite):
        queued(client_row, creditor, contact, writer, replies_to=theirs)


def test_a_short_message_is_checked_copied_and_logged(
    web: Browser, client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    url = reverse("interactions:short_message", args=[client_row.pk])
    sent = {"contact": contact.pk, "body": "Pay or else!"}
    assert 'value="body:0"' in web.post(url, sent).content.decode()
    ready = web.post(url, {**sent, "body": "May I call you tomorrow?"})
    assert b"data-copy" in ready.content
    assert not Interaction.objects.exists()
    assert web.post(url, {**sent, "body": "May I call you?", "sent": "1"}).status_code == 302
    entry = Interaction.objects.get()
    assert (entry.kind, entry.direction, entry.body) == ("MESSAGE", "OUT", "May I call you?")
    with pytest.raises(UnableToWrite):
        log_short_message(
            client=client_row,
            contact=make_contact(make_client()),
            body="Hello",
            language="en",
            actor=writer,
            at=NOW,
        )


def test_a_client_without_an_address_says_what_to_do(web: Browser, creditor: Creditor) -> None:
    page = web.get(reverse("interactions:compose", args=[make_client().pk]))
    assert b"Add a contact" in page.content


def test_the_queries_of_the_list_do_not_grow(
    web: Browser, client_row: Client, creditor: Creditor, contact: Contact, writer: User
) -> None:
    url = reverse("interactions:outgoing")
    queued(client_row, creditor, contact, writer)
    web.get(url)
    before = count_queries(lambda: web.get(url))
    for place in range(4):
        queued(client_row, creditor, contact, writer, key=f"more{place}")
    assert count_queries(lambda: web.get(url)) == before <= 8
    assert len(web.get(url, {"q": "Acme", "state": "QUEUED"}).context["rows"]) == 5
    assert len(web.get(url, {"state": "SENT"}).context["rows"]) == 0
