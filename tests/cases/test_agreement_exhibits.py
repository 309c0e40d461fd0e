"""What was agreed, changed and delivered as exhibits. Their pages: `packets/test_printed.py`."""

import datetime as dt

import pytest

from cases.letters.words import words_of
from cases.models import Packet
from cases.services import build_packet
from contracts.models import Amendment, Contract
from contracts.services import accept_version, send_contract
from contracts.services.amendments import accept_amendment, approve_amendment
from contracts.services.performance import record_delivery
from contracts.services.versions import print_version
from contracts.states import AcceptedHow
from core.pdf.service import render_markup
from core.states import Role
from tests.contracts.cast import reviewed_by, whole_draft
from tests.contracts.test_amendments import make_contract, propose
from tests.factories import NOW, TODAY, make_invoice, make_user
from tests.payments.prepaid import ask, receive

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])


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


def title_of(packet: Packet, amendment: Amendment) -> str:
    words = words_of(packet.language)
    return words["amendment"].format(number=amendment.contract.number, n=amendment.number)


def test_what_was_agreed_by_a_link_has_the_text_that_was_read(
    contract: Contract, told: list[str]
) -> None:
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
    told.clear()
    packet = packet_of(contract)
    row = next(one for one in packet.exhibits if one["title"] == title_of(packet, amendment))
    first, _dash, last = row["pages"].partition("–")
    assert int(last) > int(first), "the text follows its sheet"
    assert "203.0.113.7" in " ".join(told)


@LANGUAGES
def test_what_is_not_in_force_by_the_day_is_no_exhibit_and_changes_no_figure(
    contract: Contract, told: list[str], language: str
) -> None:
    amendment = approved(contract)
    assert title_of(packet_of(contract, language), amendment) not in " ".join(told)
    signed(amendment)
    told.clear()
    before = packet_of(contract, language, on=TODAY - DAY)
    text = " ".join(told)
    assert title_of(before, amendment) not in text
    assert "900.00" not in text
    assert "1,000.00" in text
    told.clear()
    now = packet_of(contract, language)
    assert title_of(now, amendment) in " ".join(told)
    assert "900.00" in " ".join(told)


def test_a_contract_accepted_by_a_link_is_no_gap(told: list[str]) -> None:
    contract = whole_draft()
    reviewed_by(contract)
    send_contract(contract=contract, actor=None, at=NOW)
    version = contract.versions.order_by("-number")[0]
    print_version(version_id=version.pk, at=NOW)
    accept_version(version=version, typed_name="Li Lei", address="203.0.113.9", at=NOW)
    make_invoice(contract.client, contract.creditor)
    told.clear()
    packet = packet_of(contract)
    assert "203.0.113.9" in " ".join(told)
    assert words_of("en")["gap_unsigned"].format(number="K-1") not in packet.gaps


@LANGUAGES
def test_what_was_delivered_after_the_day_of_the_packet_is_a_gap_in_it(
    contract: Contract, told: list[str], language: str
) -> None:
    words = words_of(language)
    assert words["gap_no_delivery"] in packet_of(contract, language).gaps
    receive(ask(contract, "300.00"), "300.00")
    for line, what in zip(
        contract.lines.order_by("position"), ("The portal", "Two days of training"), strict=True
    ):
        record_delivery(
            line=line,
            delivered_on=TODAY,
            what=what,
            recipient="Li Lei",
            on=TODAY,
            actor=None,
            at=NOW,
        )
    told.clear()
    assert words["gap_no_delivery"] in packet_of(contract, language, on=TODAY - DAY).gaps
    assert "Two days of training" not in " ".join(told)
    assert words["gap_no_delivery"] not in packet_of(contract, language).gaps
    assert "Two days of training" in " ".join(told)
