"""Mails are kept whole or not at all, find their client, and stay as they came."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from clients.models import Client, Contact
from core.documents import read_document
from core.models import AuditEvent, Document
from core.states import Role
from interactions.models import Interaction, MailAttachment, MailMessage, MailThread
from interactions.services import (
    UnableToArchive,
    UnableToFile,
    archive_mail,
    archive_sent,
    assign_mail,
    dismiss_mail,
)
from interactions.states import MailSource
from tests.factories import NOW, make_client, make_contact, make_creditor, make_user
from tests.interactions.mails import bounce, keep, mail_with_files, raw_mail

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def client_of_ours(settings: Any) -> Client:
    """A client with a contact, and our own company, which has the address the mails go to."""
    settings.DEFAULT_FROM_EMAIL = "Own <robot@own.example>"
    settings.MAIL_ARCHIVE_ADDRESS = "archive@own.example"
    make_creditor(email="Office@own.example")
    client = make_client()
    make_contact(client, email="Ann@Acme-Buyer.example")
    return client


def sent(client: Client, message_id: str = "<r1@own.example>", **fields: Any) -> MailMessage:
    raw = raw_mail(
        "Please pay", sender="office@own.example", to="ann@acme-buyer.example",
        message_id=message_id, date="Thu, 11 Jun 2026 10:00:00 +0800",
    )  # fmt: skip
    return archive_sent(raw=raw, client=client, actor=None, at=NOW, **fields)


def test_a_mail_of_a_contact_is_filed_with_its_client(client_of_ours: Client) -> None:
    raw = raw_mail("We pay on Friday")
    mail = keep(raw)
    contact = Contact.objects.get()
    assert (mail.state, mail.direction, mail.kind) == ("FILED", "IN", "NORMAL")
    assert (mail.client, mail.contact) == (client_of_ours, contact)
    entry = mail.interaction
    assert entry is not None
    assert (entry.kind, entry.direction, entry.subject) == ("EMAIL", "IN", "Invoice 17")
    assert (entry.body, entry.contact, entry.client) == ("We pay on Friday", contact, mail.client)
    assert entry.occurred_at == dt.datetime(2026, 6, 12, 2, 15, tzinfo=dt.UTC)
    assert (entry.about_type, entry.about_id) == ("interactions.mailmessage", str(mail.pk))
    assert read_document(mail.raw) == raw
    assert AuditEvent.objects.filter(action="interactions.file_mail").count() == 1


def test_archiving_it_again_adds_nothing() -> None:
    raw = raw_mail("We pay on Friday")
    mail = keep(raw)
    before = Document.objects.count()
    again = archive_mail(raw=raw, source=MailSource.COMMAND, actor=None, at=NOW)
    assert (again.mail.pk, again.is_new) == (mail.pk, False)
    # Another copy differs by the way it took, and is the same mail.
    copy = b"Received: from a.example by b.example; Fri, 12 Jun 2026 10:16:00 +0800\r\n" + raw
    assert not archive_mail(raw=copy, source=MailSource.IMAP, actor=None, at=NOW).is_new
    assert (MailMessage.objects.count(), Interaction.objects.count()) == (1, 1)
    assert Document.objects.count() == before
    # The same Message-ID over other words is another mail.
    assert archive_mail(
        raw=raw_mail("We never pay"), source=MailSource.IMAP, actor=None, at=NOW
    ).is_new


def test_a_stranger_waits_in_the_tray_with_suggestions(client_of_ours: Client) -> None:
    make_contact(make_client(), email="x@gmail.com")
    mail = keep(raw_mail(sender="Bob <bob@acme-buyer.example>", message_id="<t1@x.example>"))
    assert (mail.state, mail.client, mail.interaction) == ("TRAY", None, None)
    (suggested,) = mail.suggestions.all()
    assert (suggested.client, suggested.why) == (client_of_ours, "domain")
    # Everybody has an address there: no suggestion follows from it.
    public = keep(raw_mail(sender="y@gmail.com", message_id="<t2@x.example>"))
    assert not public.suggestions.exists()
    assert not Interaction.objects.exists()


def test_an_address_at_two_clients_is_for_a_person_to_decide(client_of_ours: Client) -> None:
    other = make_client()
    make_contact(other, email="ann@acme-buyer.example")
    mail = keep(raw_mail())
    assert mail.state == "TRAY"
    assert {one.client for one in mail.suggestions.all()} == {client_of_ours, other}


def test_an_answer_joins_the_conversation_it_answers(client_of_ours: Client) -> None:
    first = sent(client_of_ours)
    answer = keep(
        raw_mail(
            "Yes",
            sender="stranger@elsewhere.example",
            headers={"In-Reply-To": "<r1@own.example>", "References": "<r0@own.example>"},
        )
    )
    assert (answer.state, answer.client, answer.contact) == ("FILED", client_of_ours, None)
    assert answer.thread == first.thread
    third = keep(
        raw_mail(
            "And?", message_id="<m3@x.example>", headers={"References": "<m1@acme-buyer.example>"}
        )
    )
    assert third.thread == first.thread
    assert MailThread.objects.count() == 1


def test_answers_to_a_mail_that_was_never_archived_still_meet() -> None:
    headers = {"In-Reply-To": "<unseen@own.example>"}
    one = keep(raw_mail("One", headers=headers))
    two = keep(raw_mail("Two", message_id="<m2@acme-buyer.example>", headers=headers))
    assert one.thread == two.thread
    late = keep(
        raw_mail("What they answered", sender="office@own.example", to="ann@acme-buyer.example",
                 message_id="<unseen@own.example>")
    )  # fmt: skip
    assert late.thread == one.thread
    assert late.direction == "OUT"


def test_a_copy_of_what_staff_wrote_goes_out_to_whom_they_wrote(client_of_ours: Client) -> None:
    user = make_user(Role.SALES)
    mail = keep(
        raw_mail(
            sender=user.email,
            to="ann@acme-buyer.example, archive@own.example",
            headers={"Cc": "office@own.example"},
        )
    )
    assert (mail.direction, mail.client) == ("OUT", client_of_ours)
    assert mail.interaction is not None
    assert mail.interaction.direction == "OUT"


FORWARDED = """For the archive.

---------- Forwarded message ---------
From: Ann Wang <ann@acme-buyer.example>
Date: Fri, Jun 12, 2026 at 9:00 AM
Subject: Invoice 17
To: <bob@own.example>

We will pay on Friday.
"""


def test_a_forwarded_mail_is_filed_with_whoever_wrote_it(client_of_ours: Client) -> None:
    user = make_user(Role.SALES)
    mail = keep(
        raw_mail(FORWARDED, sender=user.email, to="archive@own.example", subject="Fwd: Invoice 17")
    )
    assert (mail.client, mail.forwarded_from) == (client_of_ours, "ann@acme-buyer.example")
    assert mail.interaction is not None
    assert mail.interaction.direction == "INTERNAL"
    assert mail.contact == Contact.objects.get()


@pytest.mark.parametrize(
    ("status", "said", "fails"),
    [
        ("5.1.1", "550 5.1.1 no such user", True),
        ("5.2.2", "552 5.2.2 mailbox full", True),
        ("4.2.2", "452 4.2.2 mailbox full", False),
        ("5.7.1", "554 5.7.1 refused by policy", False),
        ("5.2.3", "552 5.2.3 message too large", False),
    ],
)
def test_a_bounce_marks_the_address_only_when_it_is_at_fault(
    client_of_ours: Client, status: str, said: str, fails: bool
) -> None:
    sent(client_of_ours)
    mail = keep(bounce("ann@acme-buyer.example", status=status, said=said))
    assert (mail.kind, mail.client, mail.about_message_id) == (
        "BOUNCE", client_of_ours, "<r1@own.example>",
    )  # fmt: skip
    assert mail.failures == [
        {"email": "ann@acme-buyer.example", "status": status, "said": f"smtp; {said}"}
    ]
    assert (Contact.objects.get().email_failed_at == NOW) is fails


def test_a_bounce_of_a_mail_that_was_not_ours_marks_nothing_by_itself(
    client_of_ours: Client,
) -> None:
    mail = keep(bounce("ann@acme-buyer.example", about="<forged@evil.example>"))
    assert mail.state == "TRAY"
    assert [one.client for one in mail.suggestions.all()] == [client_of_ours]
    assert Contact.objects.get().email_failed_at is None
    assign_mail(mail=mail, client=client_of_ours, actor=make_user(), at=NOW)
    assert Contact.objects.get().email_failed_at == NOW


def test_a_person_files_a_mail_from_the_tray_once(client_of_ours: Client) -> None:
    user = make_user()
    mail = keep(raw_mail(sender="Bob <bob@elsewhere.example>"))
    filed = assign_mail(mail=mail, client=client_of_ours, keep_sender=True, actor=user, at=NOW)
    assert (filed.state, filed.decided_by, filed.thread.client) == ("FILED", user, client_of_ours)
    added = Contact.objects.get(email="bob@elsewhere.example")
    assert (filed.contact, added.name, added.receives_reminders) == (added, "Bob", False)
    with pytest.raises(UnableToFile):
        assign_mail(mail=mail, client=make_client(), actor=user, at=NOW)
    with pytest.raises(UnableToFile):
        dismiss_mail(mail=mail, reason="SPAM", actor=user, at=NOW)


def test_a_mail_set_aside_says_why_and_can_still_be_filed(client_of_ours: Client) -> None:
    mail = keep(raw_mail(sender="spam@elsewhere.example"))
    assert dismiss_mail(mail=mail, reason="SPAM", actor=make_user(), at=NOW).dismissal == "SPAM"
    filed = assign_mail(mail=mail, client=client_of_ours, actor=make_user(), at=NOW)
    assert (filed.state, filed.dismissal) == ("FILED", "")


def test_a_contact_of_another_client_is_refused(client_of_ours: Client) -> None:
    mail = keep(raw_mail(sender="bob@elsewhere.example"))
    with pytest.raises(UnableToFile):
        assign_mail(
            mail=mail,
            client=make_client(),
            contact=Contact.objects.get(),
            actor=make_user(),
            at=NOW,
        )


def test_files_are_kept_and_programs_stay_in_the_raw_mail() -> None:
    files = {
        "报价单.pdf": b"%PDF-1.4\n%%EOF\n",
        "winmail.dat": b"\x78\x9f\x3e\x22" + b"\x00" * 40,
        "run.exe": b"MZ\x90\x00",
        "photo.jpg.js": b"alert(1)",
        "leaflet.html": b"<html><script>alert(1)</script>",
        "empty.txt": b"",
    }
    mail = keep(mail_with_files(files))
    rows = {one.name: one for one in mail.attachments.all()}
    assert list(rows) == list(files)
    kept = rows["报价单.pdf"].document
    assert kept is not None
    assert (read_document(kept), kept.mime) == (files["报价单.pdf"], "application/pdf")
    tnef = rows["winmail.dat"].document
    assert tnef is not None
    assert tnef.mime == "application/octet-stream"
    withheld = {name: row.withheld for name, row in rows.items() if row.document is None}
    assert withheld == {
        "run.exe": "harmful", "photo.jpg.js": "harmful", "leaflet.html": "harmful",
        "empty.txt": "empty",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b" \r\n \r\n", "empty"),
        (b"just some words\nwithout headers", "not an e-mail"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "not an e-mail"),
        (b"Subject: x\n\n" + b"\n" * 1_300_000, "more lines"),
    ],
)
def test_what_is_no_mail_is_refused_and_nothing_is_written(raw: bytes, words: str) -> None:
    with pytest.raises(UnableToArchive, match=words):
        archive_mail(raw=raw, source=MailSource.UPLOAD, actor=None, at=NOW)
    assert not MailMessage.objects.exists()
    assert not Document.objects.exists()
    assert not MailThread.objects.exists()


def test_a_mail_too_large_is_refused(settings: Any) -> None:
    settings.DOCUMENT_MAX_BYTES = 2 * 1024 * 1024
    with pytest.raises(UnableToArchive, match="larger than 2 MB"):
        keep(raw_mail("x" * (2 * 1024 * 1024 + 1)))


def test_nothing_is_kept_when_a_file_cannot_be_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    original, calls = default_storage.save, []

    def failing(name: str, content: Any, **given: Any) -> str:
        calls.append(name)
        if len(calls) == 2:
            raise OSError("disk full")
        return original(name, content, **given)

    monkeypatch.setattr(default_storage, "save", failing)
    with pytest.raises(OSError, match="disk full"), transaction.atomic():
        keep(mail_with_files({"a.pdf": b"%PDF-1.4\n%%EOF\n"}))
    for model in (MailMessage, MailAttachment, MailThread, Interaction, Document):
        assert not model._default_manager.exists()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE interactions_mailmessage SET text = 'other'",
        "UPDATE interactions_mailmessage SET raw_sha256 = 'x'",
        "UPDATE interactions_mailmessage SET state = 'TRAY', client_id = NULL",
        "DELETE FROM interactions_mailmessage",
        "TRUNCATE interactions_mailmessage CASCADE",
        "UPDATE interactions_mailattachment SET name = 'other'",
        "UPDATE interactions_mailthread SET client_id = NULL",
        "DELETE FROM interactions_mailthread",
    ],
)
def test_the_database_refuses_to_change_what_came(sql: str) -> None:
    keep(mail_with_files({"a.pdf": b"%PDF-1.4\n%%EOF\n"}))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with (
        pytest.raises(DatabaseError, match="is refused"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_a_filed_mail_does_not_move_to_another_client(client_of_ours: Client) -> None:
    mail = keep(raw_mail())
    other = make_client()
    with pytest.raises(DatabaseError, match="belong to one client"), transaction.atomic():
        MailMessage.objects.filter(pk=mail.pk).update(client=other)


def test_a_mail_without_anything_in_it_is_logged_all_the_same() -> None:
    mail = keep(raw_mail("", subject=""))
    assert mail.interaction is not None
    assert mail.interaction.subject == "ann@acme-buyer.example"


def test_a_date_in_the_future_is_kept_but_not_believed() -> None:
    mail = keep(raw_mail(date="Fri, 12 Jun 2099 10:15:00 +0800"))
    assert mail.sent_at is not None
    assert (mail.sent_at.year, mail.occurred_at) == (2099, NOW)
