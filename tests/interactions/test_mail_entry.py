"""How mails come in: from a mailbox, from files, and whatever is in them."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from clients.models import Client
from core.models import Document
from crm import doctor
from interactions.models import Interaction, MailFetch, MailFolder, MailMessage, MailThread
from interactions.selectors import mail_lookup
from interactions.services import UnableToArchive, archive_mail, mailbox
from interactions.services.mailbox import UnableToPoll, mailbox_from, poll_mailbox
from interactions.states import MailSource
from tests.factories import NOW, make_client, make_contact, make_creditor
from tests.interactions.imap_server import FakeImap
from tests.interactions.mails import keep, raw_mail
from tests.interactions.test_mail_reading import _MAILS

pytestmark = pytest.mark.django_db


def mails(*numbers: int) -> dict[int, bytes]:
    return {n: raw_mail(f"Mail {n}", message_id=f"<u{n}@x.example>") for n in numbers}


def poll(settings: Any, server: FakeImap) -> mailbox.Polled:
    settings.IMAP_URL = server.url
    polled = poll_mailbox(clock=lambda: NOW)
    assert polled is not None
    return polled


# --- a mailbox ----------------------------------------------------------------------------------


def test_new_mails_are_fetched_once_and_left_as_they_are(settings: Any) -> None:
    with FakeImap(mails(3, 5)) as server:
        assert poll(settings, server).new == 2
        again = poll(settings, server)
        assert (again.new, again.known, server.fetched) == (0, 0, [3, 5])
        server.mails |= mails(6)
        assert poll(settings, server).new == 1
        assert not server.flags_touched
    folder = MailFolder.objects.get()
    assert (folder.uid_validity, folder.last_uid, folder.error) == (7, 6, "")
    assert "secret" not in folder.name
    assert MailMessage.objects.count() == 3


def test_what_a_crash_interrupts_is_taken_the_next_time(settings: Any) -> None:
    with FakeImap(mails(1, 2, 3)) as server:
        server.dies_at = 2
        assert poll(settings, server).error
        assert MailMessage.objects.count() == 1
        server.dies_at = None
        assert poll(settings, server).new == 2
        assert server.fetched == [1, 2, 3]
    assert MailFolder.objects.get().error == ""


def test_a_mail_that_fails_does_not_stop_the_others_and_is_tried_again(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = archive_mail

    def failing(*, raw: bytes, **given: Any) -> Any:
        if b"Mail 2" in raw:
            raise RuntimeError("a bug")
        return original(raw=raw, **given)

    with FakeImap(mails(1, 2, 3)) as server:
        monkeypatch.setattr(mailbox, "archive_mail", failing)
        polled = poll(settings, server)
        assert (polled.new, polled.failed) == (2, 1)
        assert MailFolder.objects.get().last_uid == 1
        monkeypatch.setattr(mailbox, "archive_mail", original)
        assert poll(settings, server).new == 1
        assert server.fetched == [1, 2, 3, 2]


def test_numbers_that_begin_anew_archive_nothing_twice(settings: Any) -> None:
    with FakeImap(mails(1, 2)) as server:
        poll(settings, server)
        server.validity = 8
        server.mails = {10: server.mails[1], 11: server.mails[2], **mails(12)}
        polled = poll(settings, server)
        assert (polled.new, polled.known) == (1, 2)
    assert MailMessage.objects.count() == 3
    assert MailFetch.objects.count() == 5


def test_what_is_no_mail_is_refused_once_and_shown(settings: Any) -> None:
    with FakeImap({1: b"no mail at all", **mails(2)}) as server:
        polled = poll(settings, server)
        assert (polled.new, polled.refused) == (1, 1)
        poll(settings, server)
    assert "not an e-mail" in MailFetch.objects.get(mail=None).refusal


def test_a_mail_too_large_is_not_even_fetched(settings: Any) -> None:
    settings.DOCUMENT_MAX_BYTES = 1000
    with FakeImap({1: raw_mail("x" * 2000)}) as server:
        assert poll(settings, server).refused == 1
        assert server.fetched == []


def test_a_server_that_is_away_or_says_no_is_noted(settings: Any) -> None:
    with FakeImap({}) as server:
        settings.IMAP_URL = server.url.replace("secret", "wrong")
        polled = poll_mailbox(clock=lambda: NOW)
        assert polled is not None
        assert "wrong password" in polled.error
        assert "wrong password" in MailFolder.objects.get().error
        assert doctor._mailbox().verdict == "miss"
        settings.IMAP_URL = server.url
        assert doctor._mailbox().verdict == "ok"
    polled = poll_mailbox(clock=lambda: NOW)
    assert polled is not None
    assert polled.error


def test_without_an_address_nothing_is_polled(settings: Any) -> None:
    settings.IMAP_URL = ""
    assert poll_mailbox(clock=lambda: NOW) is None
    assert doctor._mailbox().verdict == "ok"
    settings.IMAP_URL = "http://nowhere"
    assert doctor._mailbox().verdict == "miss"


def test_the_address_of_a_mailbox_is_read_with_its_escapes() -> None:
    found = mailbox_from("imap+ssl://a%40b.example:p%2Fw@mx.example/Archive/2026")
    assert (found.user, found.password, found.port) == ("a@b.example", "p/w", 993)
    assert found.folder == "Archive/2026"
    for bad in ("", "imap://", "pop3://a:b@c", "imap://a:b@c:notaport/"):
        with pytest.raises(UnableToPoll):
            mailbox_from(bad)


# --- files --------------------------------------------------------------------------------------


def command(*paths: Path, as_json: bool = True) -> Any:
    out = io.StringIO()
    call_command("archive_mail", *map(str, paths), *(["--json"] if as_json else []), stdout=out)
    return json.loads(out.getvalue()) if as_json else out.getvalue()


def test_files_are_archived_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(raw_mail("A", message_id="<a@x.example>"))
    (tmp_path / "b.eml").write_bytes(raw_mail("B", message_id="<b@x.example>"))
    rows = command(tmp_path / "a.eml", tmp_path / "b.eml")
    assert [row["outcome"] for row in rows] == ["archived", "archived"]
    assert rows[0]["sha256"] == MailMessage.objects.get(pk=rows[0]["id"]).raw_sha256
    assert command(tmp_path / "a.eml")[0]["outcome"] == "known"
    assert "known" in command(tmp_path / "a.eml", as_json=False)


def test_a_refused_file_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "bad.eml").write_bytes(b"\x00\x01")
    (tmp_path / "good.eml").write_bytes(raw_mail())
    out = io.StringIO()
    with pytest.raises(CommandError, match="2 of 3 refused"):
        call_command(
            "archive_mail", str(tmp_path / "bad.eml"), "/nowhere/x.eml", str(tmp_path / "good.eml"),
            stdout=out,
        )  # fmt: skip
    assert "not an e-mail" in out.getvalue()
    assert MailMessage.objects.count() == 1


# --- other rooms' mails, and anything at all ----------------------------------------------------


def test_answers_to_mails_of_other_rooms_find_their_client(monkeypatch: pytest.MonkeyPatch) -> None:
    client = make_client()
    monkeypatch.setitem(
        mail_lookup._lookups,
        "test",
        lambda ids: {
            one: mail_lookup.SentMail(client.pk, "x@y.example") for one in ids if "cycle" in one
        },
    )
    mail = keep(raw_mail("Yes", headers={"In-Reply-To": "<cycle-1@own.example>"}))
    assert mail.client == client


def test_reminders_say_which_mails_are_theirs() -> None:
    assert "reminders" in mail_lookup._lookups
    assert mail_lookup.sent_elsewhere(["<none@x.example>"]) == {}


@given(_MAILS)
@hypothesis_settings(
    max_examples=60,
)
def test_any_mail_is_archived_whole_or_refused_with_nothing_written(raw: bytes) -> None:
    def counts() -> tuple[int, ...]:
        rows = (MailMessage, MailThread, Document, Interaction)
        return tuple(model._default_manager.count() for model in rows)

    before = counts()
    try:
        archived = archive_mail(raw=raw, source=MailSource.UPLOAD, actor=None, at=NOW)
    except UnableToArchive:
        assert counts() == before
        return
    assert (archived.mail.state == "FILED") is (archived.mail.interaction is not None)
    again = archive_mail(raw=raw, source=MailSource.UPLOAD, actor=None, at=NOW)
    assert (again.mail.pk, again.is_new) == (archived.mail.pk, False)


# With DUNWELL_SAMPLE_DATA naming a folder of public samples, they are tried too.
SAMPLES = Path(os.environ.get("DUNWELL_SAMPLE_DATA", "/nonexistent")) / "mail"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="DUNWELL_SAMPLE_DATA is not set")
def test_the_sample_mails_are_archived_and_matched_or_trayed() -> None:
    make_creditor(email="bob@example.com")
    client: Client = make_client(code="MEGAN")
    make_contact(client, email="xxx@gmail.com")
    paths = sorted(SAMPLES.glob("*.eml"))
    rows = {Path(row["file"]).stem: row for row in command(*paths)}
    assert {row["outcome"] for row in rows.values()} == {"archived"}
    assert rows["reply_gmail"]["client"] == "MEGAN"
    assert rows["autoreply_rfc3834"]["kind"] == "AUTO_REPLY"
    bounced = rows["bounce_mailbox_full"]
    assert (bounced["kind"], bounced["state"]) == ("BOUNCE", "TRAY")
    assert bounced["failures"][0]["email"] == "user@aol.com"
    assert bounced["failures"][0]["status"] == "5.2.2"
    assert "Как ты поживаешь" in rows["bilingual_ru_en"]["subject"]
    pdf = MailMessage.objects.get(pk=rows["attachment_pdf"]["id"]).attachments.get()
    assert (pdf.name, pdf.document is not None) == ("broken.pdf", True)
    assert {row["outcome"] for row in command(*paths)} == {"known"}
