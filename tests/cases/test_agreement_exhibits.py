"""What was agreed, changed and delivered as exhibits, each with its papers behind it."""

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from cases.letters.words import words_of
from cases.models import Packet
from cases.services import build_packet
from contracts.models import Amendment, Contract
from contracts.services import accept_version, send_contract
from contracts.services.amendments import accept_amendment, approve_amendment
from contracts.services.performance import answer_delivery, record_delivery
from contracts.services.versions import print_version
from contracts.states import AcceptedHow, AnsweredHow, DeliveryState
from core.documents import read_document
from core.pdf.service import render_markup
from core.states import Role
from tests.contracts.cast import reviewed_by, whole_draft
from tests.contracts.test_amendments import make_contract, propose
from tests.factories import NOW, TODAY, make_invoice, make_user
from tests.payments.prepaid import ask, receive

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def contract() -> Contract:
    made = make_contract()
    make_invoice(made.client, made.creditor, due_on=TODAY - 30 * DAY)
    return made


def approved(contract: Contract) -> Amendment:
    return approve_amendment(amendment=propose(contract), actor=make_user(Role.MANAGER), at=NOW)


def signed(amendment: Amendment) -> None:
    scan = render_markup('<html lang="en"><title>Scan</title><p>Ink of Wang Fang</p></html>').pdf
    accept_amendment(
        amendment=amendment,
        how=AcceptedHow.PAPER,
        name="王芳",
        data=scan,
        filename="amended.pdf",
        at=NOW,
        actor=None,
    )


def packet_of(contract: Contract, language: str = "en", on: dt.date = TODAY) -> Packet:
    return build_packet(
        client=contract.client,
        creditor=contract.creditor,
        language=language,
        as_of_on=on,
        actor=None,
        at=NOW,
    )


def text_of(packet: Packet) -> str:
    assert packet.pdf is not None
    reader = PdfReader(io.BytesIO(read_document(packet.pdf)))
    return "".join(page.extract_text() for page in reader.pages)


def title_of(packet: Packet, amendment: Amendment) -> str:
    words = words_of(packet.language)
    return words["amendment"].format(number=amendment.contract.number, n=amendment.number)


@LANGUAGES
def test_the_scan_of_a_signed_change_is_printed_behind_its_contract(
    contract: Contract, language: str
) -> None:
    amendment = approved(contract)
    signed(amendment)
    packet = packet_of(contract, language)
    titles = [row["title"] for row in packet.exhibits]
    words = words_of(language)
    assert titles.index(title_of(packet, amendment)) == 1 + titles.index(
        words["contract"].format(number=contract.number)
    )
    text = text_of(packet)
    assert "Ink of Wang Fang" in text
    assert amendment.version.sha256 in text.replace("\n", "")
    assert "1,000.00" in text
    assert "900.00" in text
    assert not any("supplementary" in gap or "补充协议" in gap for gap in packet.gaps)


def test_what_was_agreed_by_a_link_has_the_text_that_was_read(contract: Contract) -> None:
    amendment = approved(contract)
    print_version(version_id=amendment.version_id, at=NOW)
    accept_amendment(
        amendment=amendment,
        how=AcceptedHow.LINK,
        name="王芳",
        address="203.0.113.7",
        at=NOW,
        actor=None,
    )
    packet = packet_of(contract)
    row = next(one for one in packet.exhibits if one["title"] == title_of(packet, amendment))
    first, _dash, last = row["pages"].partition("–")
    assert int(last) > int(first), "the text follows its sheet"
    assert "203.0.113.7" in text_of(packet)


def test_what_is_not_in_force_by_the_day_is_no_exhibit_and_changes_no_figure(
    contract: Contract,
) -> None:
    amendment = approved(contract)
    assert title_of(packet_of(contract), amendment) not in text_of(packet_of(contract))
    signed(amendment)
    before = packet_of(contract, on=TODAY - DAY)
    text = text_of(before)
    assert title_of(before, amendment) not in text
    assert "900.00" not in text
    assert "1,000.00" in text


def test_a_contract_accepted_by_a_link_is_no_gap() -> None:
    contract = whole_draft()
    reviewed_by(contract)
    send_contract(contract=contract, actor=None, at=NOW)
    version = contract.versions.order_by("-number")[0]
    print_version(version_id=version.pk, at=NOW)
    accept_version(version=version, typed_name="Li Lei", address="203.0.113.9", at=NOW)
    make_invoice(contract.client, contract.creditor)
    packet = packet_of(contract)
    assert "203.0.113.9" in text_of(packet)
    assert words_of("en")["gap_unsigned"].format(number="K-1") not in packet.gaps


@LANGUAGES
def test_deliveries_are_exhibits_with_what_the_debtor_said_of_them(
    contract: Contract, language: str
) -> None:
    words = words_of(language)
    assert words["gap_no_delivery"] in packet_of(contract, language).gaps
    receive(ask(contract, "300.00"), "300.00")
    note = render_markup('<html lang="en"><title>Note</title><p>Three boxes</p></html>').pdf
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
    packet = packet_of(contract, language)
    text = text_of(packet)
    assert words["deliveries"].format(number=contract.number) in [
        one["title"] for one in packet.exhibits
    ]
    for said in ("Three boxes", "Two days of training", "Two pages are missing", "203.0.113.8"):
        assert said in text
    assert words["gap_no_delivery"] not in packet.gaps
    assert words["gap_not_accepted"].format(what="Train") in packet.gaps
    assert words["gap_not_accepted"].format(what="Build") not in packet.gaps
    before = packet_of(contract, language, on=TODAY - DAY)
    assert words["gap_no_delivery"] in before.gaps
