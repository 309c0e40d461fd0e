"""A packet with something of everything, typeset: the pages, the index, each kind of exhibit."""

from __future__ import annotations

import hashlib
import io
import json
import wave
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from pypdf import PdfReader

from cases.letters.words import words_of
from cases.models import Packet
from cases.rules import problems_of
from cases.services import build_packet
from clients.models import BankAccount, Client, Creditor
from contracts.models import Amendment, Contract
from contracts.services.amendments import accept_amendment, approve_amendment
from contracts.services.performance import answer_delivery, record_delivery
from contracts.states import AcceptedHow, AnsweredHow, DeliveryState
from core.documents import read_document, store_document
from core.models import Document
from core.pdf.service import render_markup
from core.states import Role
from interactions.models import MailMessage
from interactions.services import RecordingFacts, log_interaction
from interactions.services.minutes import answer_minutes
from interactions.services.minutes_papers import print_minutes
from interactions.states import MinutesState
from payments.models import Receipt
from payments.services import refund_receipt
from payments.states import RefundKind
from portal.services import Visitor, answer_link, issue_statement_confirmation
from reminders.models import DemandLetter
from reminders.services.letters import LetterOrder, make_letter, order_letter
from tests.cases.packets.cast import ANSWERED, ASKED, DAY, archive_of, corresponded, pages_of
from tests.contracts.test_amendments import make_contract, propose
from tests.factories import NOW, TODAY, make_user
from tests.interactions.minutes_cast import make_draft, make_meeting, sent
from tests.payments.prepaid import ask, receive

LANGUAGES = ("en", "zh-hans")


@dataclass(frozen=True)
class Case:
    """What was put into the packets."""

    letter: DemandLetter
    mails: list[MailMessage]
    call: Document
    amendment: Amendment


class Printed:
    """A packet as it came out, read once."""

    def __init__(self, packet: Packet, case: Case) -> None:
        assert packet.zip is not None
        self.case = case
        self.words = words_of(packet.language)
        self.exhibits = packet.exhibits
        self.titles = [row["title"] for row in packet.exhibits]
        self.gaps = packet.gaps
        self.manifest_sha256 = packet.manifest_sha256
        reader = pages_of(packet)
        self.pages = [page.extract_text() for page in reader.pages]
        self.labels = list(reader.page_labels)
        self.outline = _titles(reader)
        self.zip = read_document(packet.zip)
        with archive_of(packet) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist()}

    def exhibit(self, title: str) -> str:
        """The text of the pages that the index gives for the one exhibit of this title."""
        (row,) = (row for row in self.exhibits if row["title"] == title)
        first, _dash, last = row["pages"].partition("–")
        start, end = self.labels.index(first), self.labels.index(last or first)
        return squeezed("".join(self.pages[start : end + 1]))


def _titles(reader: PdfReader) -> list[str]:
    return [str(item["/Title"]) for item in reader.outline if not isinstance(item, list)]


def squeezed(text: str) -> str:
    """Without blanks: where a line is broken is not what is asked."""
    return "".join(text.split())


@pytest.fixture(scope="module")
def packets(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Printed]:
    """By language. Made and read once; then nothing of it is left in the database."""
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("media"))),
        transaction.atomic(),
    ):
        client, creditor, mails = corresponded()
        letter = demanded(client, creditor)
        call = recorded(client)
        acknowledged(client, creditor)
        contract = make_contract(client=client, creditor=creditor)
        amendment = changed(contract)
        delivered(contract)
        case = Case(letter, mails, call, amendment)
        made = {}
        for language in LANGUAGES:
            packet = build_packet(
                client=client,
                creditor=creditor,
                language=language,
                as_of_on=TODAY,
                actor=None,
                at=NOW,
            )
            made[language] = Printed(packet, case)
        transaction.set_rollback(True)
    return made


@pytest.fixture(params=LANGUAGES)
def printed(request: pytest.FixtureRequest, packets: dict[str, Printed]) -> Printed:
    """In each language."""
    return packets[request.param]


# --- what is on file ------------------------------------------------------------------------


def paper(text: str) -> bytes:
    """A scan, as it were."""
    return render_markup(f'<html lang="en"><title>Scan</title><p>{text}</p></html>').pdf


def demanded(client: Client, creditor: Creditor) -> DemandLetter:
    """A demand letter was sent; what had been paid in error was given back first."""
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
    return make_letter(letter_id=letter.pk, at=NOW)


def recorded(client: Client) -> Document:
    """A call was recorded, with a picture of a chat beside it; the recording."""
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
        links=[client.invoices.get(number="INV-A")],
        documents=[shot],
        recording=RecordingFacts(call, consent="GIVEN", jurisdiction="CN", note="At the start"),
        actor=None,
        at=NOW,
    )
    return call


def acknowledged(client: Client, creditor: Creditor) -> None:
    """Minutes were answered with an objection, a statement of account in part."""
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


def changed(contract: Contract) -> Amendment:
    """A change was agreed and signed on paper."""
    amendment = approve_amendment(
        amendment=propose(contract), actor=make_user(Role.MANAGER), at=NOW
    )
    accept_amendment(
        amendment=amendment,
        how=AcceptedHow.PAPER,
        name="王芳",
        data=paper("Ink of Wang Fang"),
        filename="amended.pdf",
        at=NOW,
        actor=None,
    )
    return amendment


def delivered(contract: Contract) -> None:
    """Both lines were handed over, of which the first was rejected."""
    receive(ask(contract, "300.00"), "300.00")
    note = paper("Three boxes")
    lines = list(contract.lines.order_by("position"))
    handed = [
        record_delivery(
            line=line,
            delivered_on=TODAY,
            what=what,
            recipient="Li Lei",
            file=(note, "note.pdf") if what == "The portal" else None,
            on=TODAY,
            actor=None,
            at=NOW,
        )
        for line, what in zip(lines, ("The portal", "Two days of training"), strict=True)
    ]
    answer_delivery(
        delivery=handed[0],
        outcome=DeliveryState.REJECTED,
        how=AnsweredHow.LINK,
        name="王芳",
        remark="Two pages are missing",
        address="203.0.113.8",
        answered_on=TODAY,
        on=TODAY,
        actor=None,
        at=NOW,
    )


# --- the pages ------------------------------------------------------------------------------


def test_the_index_names_the_pages_on_which_each_exhibit_lies(printed: Printed) -> None:
    for entry in printed.exhibits:
        first = printed.labels.index(entry["pages"].partition("–")[0])
        assert squeezed(entry["title"]) in squeezed(printed.pages[first])
    assert printed.labels[-1] == printed.exhibits[-1]["pages"].rpartition("–")[2]
    for title in printed.titles:
        assert len([one for one in printed.outline if one.endswith(title)]) == 1


def test_the_figures_are_those_of_the_ledger_and_names_are_text(
    packets: dict[str, Printed],
) -> None:
    text = "".join(packets["en"].pages)
    assert "<b>Far East</b>" in text
    assert "850.00" in text  # 600 left of the first invoice and 250 of the second
    assert "INV-A" in text
    assert "12% a year" in text


def test_the_archive_proves_what_is_printed(printed: Printed, tmp_path: Path) -> None:
    file = tmp_path / "packet.zip"
    file.write_bytes(printed.zip)
    assert problems_of(str(file), printed.manifest_sha256) == []
    assert len(PdfReader(io.BytesIO(printed.files["packet.pdf"])).pages) == len(printed.pages)


# --- letters, mails and the log -------------------------------------------------------------


def test_a_letter_is_an_exhibit_once_and_the_log_points_to_it(packets: dict[str, Printed]) -> None:
    packet = packets["en"]
    name = f"{packet.case.letter.pk}-{packet.case.letter.reference}.pdf"
    copies = [one for one in packet.files if packet.case.letter.reference in one]
    assert copies == [f"originals/letters/{name}"]
    assert sum("How you can respond" in text for text in packet.pages) == 1
    assert any(f"[letters/{name}]" in text for text in packet.pages)


def test_mails_are_listed_told_and_kept_raw_with_their_hash(printed: Printed) -> None:
    mails = printed.case.mails
    assert printed.titles.count(printed.words["mails"]) == 1
    listed = {
        file["name"]: file["sha256"] for file in json.loads(printed.files["manifest.json"])["files"]
    }
    kept = {name: data for name, data in printed.files.items() if name.endswith(".eml")}
    assert kept == {
        f"originals/mails/{mails[0].pk}.eml": ASKED,
        f"originals/mails/{mails[1].pk}.eml": ANSWERED,
    }
    for mail in mails:
        assert listed[f"originals/mails/{mail.pk}.eml"] == mail.raw_sha256
    text = printed.exhibit(printed.words["mails"])
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
    whole = squeezed("".join(printed.pages))
    assert "Notforyou" not in whole
    assert whole.count("Whenwillyoupay?") == 1, "the log points to the mail"


def test_recordings_files_and_links_of_the_log_are_told(packets: dict[str, Printed]) -> None:
    packet = packets["en"]
    assert any(name.endswith("call.wav") for name in packet.files)
    assert any(name.endswith("chat.txt") for name in packet.files)
    text = squeezed("".join(packet.pages))
    assert "About:InvoiceINV-A" in text
    assert "Consent:Asked,andgiven" in text
    assert "Atthestart" in text
    assert packet.case.call.sha256 in text


# --- what the debtor acknowledged, agreed and was given -------------------------------------


def test_what_the_debtor_acknowledged_comes_before_what_it_paid(printed: Printed) -> None:
    words, titles = printed.words, printed.titles
    fixed = words["statement"].format(day="|").split("|")
    statement = next(n for n, one in enumerate(titles) if all(part in one for part in fixed))
    assert titles.index(words["invoices"]) < statement < titles.index(words["receipts"])
    assert "Twocameback" in printed.exhibit(titles[statement])
    assert "By29June." in squeezed("".join(printed.pages))
    assert words["gap_no_acknowledgement"] not in printed.gaps
    names = list(printed.files)
    assert any("statements/1-statement" in name for name in names), names
    assert any("minutes/" in name and "answered" in name for name in names), names


def test_the_scan_of_a_signed_change_is_printed_behind_its_contract(printed: Printed) -> None:
    amendment, words = printed.case.amendment, printed.words
    number = amendment.contract.number
    title = words["amendment"].format(number=number, n=amendment.number)
    assert printed.titles.index(title) == 1 + printed.titles.index(
        words["contract"].format(number=number)
    )
    text = printed.exhibit(title)
    assert "InkofWangFang" in text
    assert amendment.version.sha256 in text
    assert "1,000.00" in text
    assert "900.00" in text
    assert not any("supplementary" in gap or "补充协议" in gap for gap in printed.gaps)


def test_deliveries_are_exhibits_with_what_the_debtor_said_of_them(printed: Printed) -> None:
    words, number = printed.words, printed.case.amendment.contract.number
    text = printed.exhibit(words["deliveries"].format(number=number))
    for said in ("Threeboxes", "Twodaysoftraining", "Twopagesaremissing", "203.0.113.8"):
        assert said in text
    assert words["gap_no_delivery"] not in printed.gaps
    assert words["gap_not_accepted"].format(what="Train") in printed.gaps
    assert words["gap_not_accepted"].format(what="Build") not in printed.gaps
