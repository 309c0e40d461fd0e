"""Disputes that a ledger flags."""

from decimal import Decimal
from pathlib import Path

import pytest

from clients.models import Creditor
from disputes.models import Dispute
from disputes.services import open_dispute
from disputes.states import DisputeReason
from payments.models import Invoice
from tests.factories import NOW
from tests.imports.ledgers import take_in, write
from tests.imports.taking_in.cast import D

pytestmark = pytest.mark.django_db


FLAGGED = "Client,Invoice,Date,Due,Amount,Disputed,Disputed amount\n"


def test_a_partial_dispute_leaves_the_rest_collectible(creditor: Creditor, tmp_path: Path) -> None:
    text = FLAGGED + "A,1,2026-01-01,2026-01-31,100,Yes,40\nA,2,2026-01-01,2026-01-31,100,,30\n"
    take_in(write(tmp_path, text), creditor)
    left = Invoice.objects.order_by("number").values_list("collectible", flat=True)
    assert list(left) == [Decimal(60), Decimal(70)]


def test_a_reason_in_place_of_yes_is_kept(creditor: Creditor, tmp_path: Path) -> None:
    text = FLAGGED + "A,1,2026-01-01,2026-01-31,100,Goods arrived damaged,\n"
    take_in(write(tmp_path, text), creditor)
    assert Dispute.objects.get().note == "Goods arrived damaged"


def test_a_flag_that_is_gone_ends_the_dispute_it_began_and_no_other(
    creditor: Creditor, tmp_path: Path
) -> None:
    two = "A,1,2026-01-01,2026-01-31,100,{},\nA,2,2026-01-01,2026-01-31,100,,\n"
    take_in(write(tmp_path, FLAGGED + two.format("Yes")), creditor)
    open_dispute(
        invoice=Invoice.objects.get(number="2"),
        amount=Decimal(10),
        reason=DisputeReason.QUALITY,
        on=D(2026, 2, 1),
        actor=None,
        at=NOW,
    )
    take_in(write(tmp_path, FLAGGED + two.format("No")), creditor)
    assert Dispute.objects.open().get().reason == DisputeReason.QUALITY
    assert Invoice.objects.get(number="1").collectible == 100
