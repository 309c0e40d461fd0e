"""What exhibits say and leave out. How they are printed: `test_printed.py`."""

from decimal import Decimal

import pytest
from django.utils.translation import get_language

from cases.letters.drafts import DraftExhibit
from cases.letters.exhibits import ExhibitWriter
from cases.letters.words import words_of
from cases.services import build_packet
from payments.selectors.interest import interest_for_invoice
from tests.cases.packets.cast import DAY, built, debtor
from tests.factories import NOW, TODAY
from tests.interactions.minutes_cast import make_draft, make_meeting, sent

pytestmark = pytest.mark.django_db


def test_the_calculation_is_summed_up_and_keeps_advice_to_the_creditor_out(
    told: list[str],
) -> None:
    client, creditor = debtor()
    contract = client.contracts.get()
    contract.late_charge_rate = Decimal(36)  # far above what a court in China would grant
    contract.save()
    invoice = client.invoices.get(number="INV-A")
    advice = interest_for_invoice(invoice=invoice, until=TODAY).warnings
    assert any("court may reduce" in text for text in advice)
    build_packet(
        client=client, creditor=creditor, language="en", as_of_on=TODAY, actor=None, at=NOW
    )
    text = " ".join(told)
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
