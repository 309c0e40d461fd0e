"""Evidence packets: made once, complete, checkable by anybody, for managers only."""

import datetime as dt
import hashlib
import io
import json
import subprocess
import sys
import wave
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.utils.translation import get_language
from pypdf import PdfReader

from cases.letters.drafts import DraftExhibit
from cases.letters.exhibits import ExhibitWriter
from cases.letters.words import words_of
from cases.models import Packet
from cases.rules import problems_of
from cases.services import UnableToExport, build_packet, make_packet, order_packet
from clients.models import BankAccount, Client, Creditor
from contracts.services import attach_signed_copy, create_contract
from core import outbox
from core.documents import read_document, store_document
from core.models import AuditEvent
from core.pdf.service import render_markup
from core.states import Role
from disputes.services import open_dispute
from interactions.models import MailMessage
from interactions.services import RecordingFacts, archive_mail, archive_sent, log_interaction
from interactions.services.minutes import answer_minutes
from interactions.services.minutes_papers import print_minutes
from interactions.states import MinutesState
from payments.models import Receipt
from payments.selectors.interest import interest_for_invoice
from payments.services import allocate, record_promise, refund_receipt
from payments.states import RefundKind
from portal.services import Visitor, answer_link, issue_statement_confirmation
from reminders.services.letters import LetterOrder, make_letter, order_letter
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_contact,
    make_creditor,
    make_invoice,
    make_receipt,
    make_user,
    pay,
)
from tests.interactions.mails import mail_with_files, raw_mail
from tests.interactions.minutes_cast import make_draft, make_meeting, sent

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


def debtor() -> tuple[Client, Creditor]:
    """A client with something of everything on file."""
    creditor = make_creditor(legal_name="Harbour Supplies Ltd", legal_name_zh="海港物资有限公司")
    client = make_client(legal_name="远东贸易 <b>Far East</b>", address="上海市\n人民路 1 号")
    make_contact(client, name="王芳")
    contract = create_contract(
        creditor=creditor,
        client=client,
        number="HT-2026-001",
        currency="CNY",
        actor=None,
        at=NOW,
        signed_on=TODAY - 200 * DAY,
        late_charge_kind="RATE",
        late_charge_rate=Decimal(12),
        late_charge_clause="§ 7.2",
    )
    scan = render_markup('<html lang="en"><title>Scan</title><p>Signed</p></html>').pdf
    attach_signed_copy(contract=contract, data=scan, name="signed.pdf", actor=None, at=NOW)
    late = make_invoice(
        client, creditor, "1000.00", due_on=TODAY - 60 * DAY, number="INV-A", contract=contract
    )
    pay(late, "400.00", on=TODAY - 30 * DAY)
    make_invoice(client, creditor, "250.00", due_on=TODAY - 5 * DAY, number="INV-B")
    make_receipt(client, creditor, "10.00")
    open_dispute(invoice=late, amount=Decimal(100), reason="QUALITY", on=TODAY, actor=None, at=NOW)
    record_promise(
        creditor=creditor,
        client=client,
        currency="CNY",
        amount=Decimal(500),
        due_on=TODAY + 9 * DAY,
        on=TODAY,
        actor=None,
        at=NOW,
    )
    log_interaction(
        client=client,
        kind="CALL",
        direction="OUT",
        occurred_at=NOW,
        subject="催款电话",
        body="客户称下周付款",
        actor=None,
        at=NOW,
    )
    return client, creditor


def built(language: str = "en") -> Packet:
    client, creditor = debtor()
    return build_packet(
        client=client, creditor=creditor, language=language, as_of_on=TODAY, actor=None, at=NOW
    )


def archive_of(packet: Packet) -> zipfile.ZipFile:
    assert packet.zip is not None
    return zipfile.ZipFile(io.BytesIO(read_document(packet.zip)))


def pages_of(packet: Packet) -> PdfReader:
    assert packet.pdf is not None
    return PdfReader(io.BytesIO(read_document(packet.pdf)))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_index_names_the_pages_on_which_each_exhibit_lies(language: str) -> None:
    packet = built(language)
    reader = pages_of(packet)
    labels = reader.page_labels
    for entry in packet.exhibits:
        first = labels.index(entry["pages"].partition("–")[0])
        assert entry["title"] in reader.pages[first].extract_text().replace("\n", "")
    last = packet.exhibits[-1]["pages"].rpartition("–")[2]
    assert labels[-1] == last
    titles = [str(item["/Title"]) for item in reader.outline if not isinstance(item, list)]
    assert len([t for t in titles if packet.exhibits[1]["title"] in t]) == 1


def test_the_figures_are_those_of_the_ledger_and_names_are_text() -> None:
    text = "".join(page.extract_text() for page in pages_of(built()).pages)
    assert "<b>Far East</b>" in text
    assert "850.00" in text  # 600 left of the first invoice and 250 of the second
    assert "INV-A" in text
    assert "12% a year" in text


def test_the_archive_holds_the_originals_and_proves_itself(tmp_path: Path) -> None:
    packet = built()
    with archive_of(packet) as archive:
        names = set(archive.namelist())
        manifest = json.loads(archive.read("manifest.json"))
        archive.extract("verify.py", tmp_path)
    assert any(name.startswith("originals/contracts/") for name in names)
    assert {f["name"] for f in manifest["files"]} == names - {"manifest.json"}
    file = tmp_path / "packet.zip"
    assert packet.zip is not None
    file.write_bytes(read_document(packet.zip))
    done = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "verify.py"), str(file), packet.manifest_sha256],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    call_command("verify_packet", str(file), manifest=packet.manifest_sha256)


def rewritten(source: Path, target: Path, change: str) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        names = [n for n in old.namelist() if not (change == "drop" and n == "packet.pdf")]
        for name in names:
            data = old.read(name)
            if change == "edit" and name == "packet.pdf":
                data = data[:-1] + b"x"
            if change == "manifest" and name == "manifest.json":
                data = data.replace(b'"as_of_on"', b'"as_of_0n"')
            new.writestr(name, data)
        if change == "add":
            new.writestr("extra.txt", "slipped in")


@pytest.mark.parametrize("change", ["edit", "drop", "add", "manifest"])
def test_any_change_to_the_archive_is_found(tmp_path: Path, change: str) -> None:
    packet = built()
    assert packet.zip is not None
    whole, altered = tmp_path / "whole.zip", tmp_path / "altered.zip"
    whole.write_bytes(read_document(packet.zip))
    rewritten(whole, altered, change)
    assert problems_of(str(whole), packet.manifest_sha256) == []
    assert problems_of(str(altered), packet.manifest_sha256)
    with pytest.raises(CommandError):
        call_command("verify_packet", str(altered), manifest=packet.manifest_sha256)
    altered.write_bytes(b"not a zip")
    assert problems_of(str(altered))


def test_what_is_missing_is_listed_as_a_gap() -> None:
    client, creditor = make_client(), make_creditor()
    make_invoice(client, creditor)
    packet = build_packet(
        client=client, creditor=creditor, language="en", as_of_on=TODAY, actor=None, at=NOW
    )
    gaps = " ".join(packet.gaps)
    assert "No contract is on file" in gaps
    assert "delivery" in gaps
    assert "No communication" in gaps


def test_a_payment_after_the_day_of_the_packet_is_not_in_it() -> None:
    client, creditor = make_client(), make_creditor()
    invoice = make_invoice(client, creditor, "700.00")
    receipt = make_receipt(client, creditor, "700.00", received_on=TODAY)
    allocate(receipt=receipt, lines=[(invoice, Decimal(700))], actor=None, at=NOW)
    packet = build_packet(
        client=client, creditor=creditor, language="en", as_of_on=TODAY - DAY, actor=None, at=NOW
    )
    text = "".join(page.extract_text() for page in pages_of(packet).pages)
    assert "Payments and credit notes" not in text
    assert "¥700.00" in text or "CN¥700.00" in text


def test_running_the_job_twice_makes_one_packet_and_a_finished_one_is_frozen() -> None:
    client, creditor = debtor()
    manager = make_user(Role.MANAGER)
    packet = order_packet(
        client=client, creditor=creditor, language="en", as_of_on=TODAY, actor=manager, at=NOW
    )
    outbox.run_waiting(at=NOW)
    packet.refresh_from_db()
    assert packet.state == "READY"
    first = packet.zip_id
    assert make_packet(packet=packet, at=NOW).zip_id == first
    with pytest.raises(IntegrityError), transaction.atomic():
        Packet.objects.filter(pk=packet.pk).update(manifest_sha256="0" * 64)
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"cases.order_packet", "cases.make_packet"} <= actions


def test_the_same_records_give_the_same_archive() -> None:
    client, creditor = debtor()
    hashes = set()
    for _time in range(2):
        packet = build_packet(
            client=client, creditor=creditor, language="en", as_of_on=TODAY, actor=None, at=NOW
        )
        with archive_of(packet) as archive:
            files = json.loads(archive.read("manifest.json"))["files"]
        hashes.add(json.dumps([f for f in files if f["name"] != "packet.pdf"], sort_keys=True))
    assert len(hashes) == 1


def test_only_managers_export_and_each_download_is_on_record() -> None:
    packet = built()
    manager, finance = make_user(Role.MANAGER), make_user(Role.FINANCE)
    with pytest.raises(UnableToExport):
        order_packet(
            client=packet.client,
            creditor=packet.creditor,
            language="en",
            as_of_on=TODAY,
            actor=finance,
            at=NOW,
        )
    browser = Browser()
    browser.force_login(manager)
    url = f"/cases/packets/{packet.pk}/"
    assert "Index of evidence" in browser.get(url).content.decode()
    assert browser.get(f"{url}zip/").status_code == 405
    response = browser.post(f"{url}zip/")
    assert response["Content-Disposition"].startswith("attachment")
    assert AuditEvent.objects.filter(action="cases.download_packet", actor=manager).count() == 1
    assert browser.post(f"{url}exe/").status_code == 404
    browser.force_login(finance)
    assert browser.get(url).status_code == 404
    assert browser.post(f"{url}zip/").status_code == 404


def test_the_command_writes_the_archive_and_names_what_it_cannot_find(tmp_path: Path) -> None:
    client, _creditor = debtor()
    file = tmp_path / "case.zip"
    out = io.StringIO()
    call_command("build_packet", client.code, out=str(file), json=True, stdout=out)
    assert problems_of(str(file), json.loads(out.getvalue())["manifest_sha256"]) == []
    with pytest.raises(CommandError, match="NOBODY"):
        call_command("build_packet", "NOBODY", out=str(file))


def test_a_letter_is_an_exhibit_once_and_the_log_points_to_it() -> None:
    client, creditor = debtor()
    BankAccount.objects.create(
        creditor=creditor,
        label="Main",
        bank_name="Bank",
        account_name="Harbour",
        account_number="1",
        currency="CNY",
    )
    refund_receipt(
        receipt=Receipt.objects.get(unallocated__gt=0),
        amount=Decimal(10),
        kind=RefundKind.REFUND,
        reason="Paid twice",
        on=TODAY,
        actor=None,
        at=NOW,
    )
    letter = order_letter(
        order=LetterOrder(client, creditor, "CNY", "en", TODAY + 14 * DAY),
        key="k",
        on=TODAY,
        actor=make_user(Role.MANAGER),
        at=NOW,
    )
    make_letter(letter_id=letter.pk, at=NOW)
    packet = build_packet(
        client=client, creditor=creditor, language="en", as_of_on=TODAY, actor=None, at=NOW
    )
    with archive_of(packet) as archive:
        copies = [name for name in archive.namelist() if letter.reference in name]
    assert copies == [f"originals/letters/{letter.pk}-{letter.reference}.pdf"]
    texts = [page.extract_text() for page in pages_of(packet).pages]
    assert sum("How you can respond" in text for text in texts) == 1
    assert any(f"[letters/{letter.pk}-{letter.reference}.pdf]" in text for text in texts)


def test_the_calculation_is_summed_up_and_keeps_advice_to_the_creditor_out() -> None:
    client, creditor = debtor()
    contract = client.contracts.get()
    contract.late_charge_rate = Decimal(36)  # far above what a court in China would grant
    contract.save()
    invoice = client.invoices.get(number="INV-A")
    advice = interest_for_invoice(invoice=invoice, until=TODAY).warnings
    assert any("court may reduce" in text for text in advice)
    packet = build_packet(
        client=client, creditor=creditor, language="en", as_of_on=TODAY, actor=None, at=NOW
    )
    text = " ".join("".join(p.extract_text() for p in pages_of(packet).pages).split())
    assert "Each further day adds" in text
    assert "court may reduce" not in text
    assert "§ 7.2 of contract no. HT-2026-001" in text


def test_names_of_states_are_in_the_packets_language(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = ExhibitWriter.promises

    def spied(writer: ExhibitWriter) -> DraftExhibit:
        seen.append(get_language())
        return real(writer)

    monkeypatch.setattr(ExhibitWriter, "promises", spied)
    built("zh-hans")
    assert seen == ["zh-hans"]


def test_recordings_files_and_links_of_the_log_are_told() -> None:
    client, creditor = debtor()
    sound = io.BytesIO()
    with wave.open(sound, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(bytes(1600))
    call = store_document(data=sound.getvalue(), name="call.wav", actor=None, at=NOW)
    shot = store_document(data=b"WeChat: paid on Friday", name="chat.txt", actor=None, at=NOW)
    log_interaction(
        client=client,
        kind="CALL",
        direction="OUT",
        occurred_at=NOW,
        body="They will pay",
        links=[client.invoices.order_by("pk")[0]],
        documents=[shot],
        recording=RecordingFacts(call, consent="GIVEN", jurisdiction="CN", note="At the start"),
        actor=None,
        at=NOW,
    )
    packet = build_packet(
        client=client, creditor=creditor, language="en", as_of_on=TODAY, actor=None, at=NOW
    )
    names = archive_of(packet).namelist()
    assert [name for name in names if name.endswith(("call.wav", "chat.txt"))]
    text = " ".join(page.extract_text() for page in pages_of(packet).pages)
    text = " ".join(text.split())
    assert f"About: Invoice {client.invoices.order_by('pk')[0].number}" in text
    assert "Consent: Asked, and given" in text
    assert "At the start" in text
    assert call.sha256 in text.replace(" ", "")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_the_debtor_acknowledged_comes_before_what_it_paid(language: str) -> None:
    client, creditor = debtor()
    minutes = sent(make_meeting(client, creditor, subject="Overdue"), make_draft(tasks=()))
    answer_minutes(
        minutes=minutes,
        outcome=MinutesState.OBJECTED,
        answered_on=TODAY,
        at=NOW,
        name="Wang Fang",
        address="203.0.113.7",
        objections={2: "By 29 June."},
        text_sha256=minutes.sha256,
    )
    print_minutes(minutes_id=minutes.pk, at=NOW)
    issued = issue_statement_confirmation(
        client=client,
        creditor=creditor,
        currency="CNY",
        on=TODAY,
        language="en",
        contact=None,
        days=14,
        key="k",
        actor=None,
        at=NOW,
    )
    answer_link(
        link=issued.link,
        typed_name="Wang Fang",
        answer={"choice": "PARTLY", "lines": {"2": {"amount": "200", "remark": "Two came back"}}},
        key="k",
        language="en",
        visitor=Visitor("203.0.113.7", "Firefox"),
        at=NOW,
    )
    packet = build_packet(
        client=client, creditor=creditor, language=language, as_of_on=TODAY, actor=None, at=NOW
    )
    titles = [row["title"] for row in packet.exhibits]
    words = words_of(language)
    fixed = words["statement"].format(day="|").split("|")
    statement = next(n for n, one in enumerate(titles) if all(part in one for part in fixed))
    invoices, receipts = titles.index(words["invoices"]), titles.index(words["receipts"])
    assert invoices < statement < receipts
    text = "".join(page.extract_text() for page in pages_of(packet).pages)
    assert "Two came back" in text
    assert "By 29 June." in text
    assert words["gap_no_acknowledgement"] not in packet.gaps
    names = archive_of(packet).namelist()
    assert any("statements/1-statement" in name for name in names), names
    assert any("minutes/" in name and "answered" in name for name in names), names


def test_what_came_after_the_day_of_the_packet_is_not_acknowledged_in_it() -> None:
    client, creditor = debtor()
    sent(make_meeting(client, creditor, subject="Overdue"), make_draft(tasks=()))
    packet = build_packet(
        client=client,
        creditor=creditor,
        language="en",
        as_of_on=TODAY - DAY,
        actor=None,
        at=NOW,
    )
    assert not any("Minutes" in row["title"] for row in packet.exhibits)
    assert words_of("en")["gap_no_acknowledgement"] in packet.gaps


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
