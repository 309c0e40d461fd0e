"""The pages on which a mail is written, previewed and listed."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, Contact, Creditor
from core.models import User
from interactions.models import Interaction, MessageTemplate, OutgoingMail
from interactions.services import archive_mail
from interactions.services.outgoing import UnableToWrite, log_short_message
from interactions.states import MailSource
from tests.factories import NOW, count_queries, make_client, make_contact, signed_in
from tests.interactions.outgoing.cast import queued, send
from tests.reminders.sink import Sink

pytestmark = pytest.mark.django_db


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
