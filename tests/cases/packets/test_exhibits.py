"""Letters, the log and acknowledgements as exhibits."""

import io
import wave
from decimal import Decimal

import pytest
from django.utils.translation import get_language

from cases.letters.drafts import DraftExhibit
from cases.letters.exhibits import ExhibitWriter
from cases.letters.words import words_of
from cases.services import build_packet
from clients.models import BankAccount
from core.documents import store_document
from core.states import Role
from interactions.services import RecordingFacts, log_interaction
from interactions.services.minutes import answer_minutes
from interactions.services.minutes_papers import print_minutes
from interactions.states import MinutesState
from payments.models import Receipt
from payments.selectors.interest import interest_for_invoice
from payments.services import refund_receipt
from payments.states import RefundKind
from portal.services import Visitor, answer_link, issue_statement_confirmation
from reminders.services.letters import LetterOrder, make_letter, order_letter
from tests.cases.packets.cast import DAY, archive_of, built, debtor, pages_of
from tests.factories import NOW, TODAY, make_user
from tests.interactions.minutes_cast import make_draft, make_meeting, sent

pytestmark = pytest.mark.django_db


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
