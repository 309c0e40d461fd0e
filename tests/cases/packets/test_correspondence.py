"""Mails are listed, told and kept raw."""

import datetime as dt
import hashlib
import json
from pathlib import Path

import pytest

from cases.letters.words import words_of
from cases.rules import problems_of
from cases.services import build_packet
from clients.models import Client, Creditor
from core.documents import read_document
from interactions.models import MailMessage
from interactions.services import archive_mail, archive_sent
from tests.cases.packets.cast import archive_of, debtor, pages_of
from tests.factories import NOW, TODAY, make_contact
from tests.interactions.mails import mail_with_files, raw_mail

pytestmark = pytest.mark.django_db


ASKED = raw_mail(
    "When will you pay?\r\n",
    sender="office@own.example",
    to="Ann Wang <ann@acme-buyer.example>",
    subject="Invoice INV-A",
    message_id="<asked@own.example>",
    date="Thu, 11 Jun 2026 09:00:00 +0800",
)


ANSWERED = mail_with_files(
    {"slip.txt": b"Paid 100"}, subject="Re: Invoice <b>INV-A</b>", message_id="<said@acme.example>"
)


def corresponded() -> tuple[Client, Creditor, list[MailMessage]]:
    """A debtor with whom two mails were exchanged, and a stranger's mail in the tray."""
    client, creditor = debtor()
    make_contact(client, name="Ann Wang", email="ann@acme-buyer.example")
    mails = [
        archive_sent(raw=ASKED, client=client, actor=None, at=NOW),
        archive_mail(raw=ANSWERED, source="UPLOAD", actor=None, at=NOW).mail,
    ]
    assert [one.client_id for one in mails] == [client.pk, client.pk]
    stranger = raw_mail("Mine", sender="x@nobody.example", message_id="<x@nobody.example>")
    assert archive_mail(raw=stranger, source="UPLOAD", actor=None, at=NOW).mail.client is None
    return client, creditor, mails


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_mails_are_listed_told_and_kept_raw_with_their_hash(language: str, tmp_path: Path) -> None:
    client, creditor, mails = corresponded()
    packet = build_packet(
        client=client, creditor=creditor, language=language, as_of_on=TODAY, actor=None, at=NOW
    )
    words = words_of(language)
    assert [row["title"] for row in packet.exhibits].count(words["mails"]) == 1
    with archive_of(packet) as archive:
        listed = {
            f["name"]: f["sha256"] for f in json.loads(archive.read("manifest.json"))["files"]
        }
        kept = {name: archive.read(name) for name in archive.namelist() if name.endswith(".eml")}
    assert kept == {
        f"originals/mails/{mails[0].pk}.eml": ASKED,
        f"originals/mails/{mails[1].pk}.eml": ANSWERED,
    }
    for mail in mails:
        assert listed[f"originals/mails/{mail.pk}.eml"] == mail.raw_sha256
    text = "".join("".join(page.extract_text() for page in pages_of(packet).pages).split())
    for told in (
        "AnnWang<ann@acme-buyer.example>",
        "Re:Invoice<b>INV-A</b>",
        "Whenwillyoupay?",
        "Message-ID<said@acme.example>",
        "slip.txt",
        hashlib.sha256(b"Paid 100").hexdigest(),
        *(mail.raw_sha256 for mail in mails),
    ):
        assert told in text, told
    assert "Mine" not in text
    assert text.count("Whenwillyoupay?") == 1, "the log points to the mail"
    assert packet.zip is not None
    file = tmp_path / "packet.zip"
    file.write_bytes(read_document(packet.zip))
    assert problems_of(str(file), packet.manifest_sha256) == []


def test_a_mail_written_after_the_day_of_the_packet_is_not_in_it() -> None:
    client, creditor, mails = corresponded()
    day = dt.date(2026, 6, 11)  # of the first mail; the second is of the day after
    packet = build_packet(
        client=client, creditor=creditor, language="en", as_of_on=day, actor=None, at=NOW
    )
    names = [name for name in archive_of(packet).namelist() if name.endswith(".eml")]
    assert names == [f"originals/mails/{mails[0].pk}.eml"]


def test_a_mail_too_long_to_print_says_where_the_rest_is() -> None:
    client, creditor = debtor()
    long = raw_mail("A line of many words.\r\n" * 2000 + "The end", message_id="<long@x.example>")
    mail = archive_sent(raw=long, client=client, actor=None, at=NOW)
    assert len(mail.text) > 20_000
    packet = build_packet(
        client=client, creditor=creditor, language="en", as_of_on=TODAY, actor=None, at=NOW
    )
    text = " ".join("".join(page.extract_text() for page in pages_of(packet).pages).split())
    assert f"The rest stands in the raw mail mails/{mail.pk}.eml" in text
    assert "The end" not in text
    with archive_of(packet) as archive:
        assert archive.read(f"originals/mails/{mail.pk}.eml") == long
