"""No money of a prepayment leaves without a second person."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.states import Role
from payments.models import PrepaymentRelease, Refund
from payments.services import (
    UnableToPrepay,
    UnableToRefund,
    UnableToRelease,
    approve_release,
    ask_release,
    end_prepayment,
    refund_receipt,
    refuse_release,
)
from payments.states import RefundKind, ReleaseKind, ReleaseState
from tests.factories import NOW, TODAY, make_client, make_creditor, make_receipt, make_user
from tests.payments.prepaid import ask, make_contract, people, receive, release
from tests.payments.prepayments.cast import figures, invoice_of, money, problems

pytestmark = pytest.mark.django_db


def test_a_refund_needs_a_second_person() -> None:
    prepayment = ask(make_contract())
    receipt = receive(prepayment)
    finance, manager = people()
    with pytest.raises(UnableToRefund):
        refund_receipt(
            receipt=receipt,
            amount=Decimal(1),
            kind=RefundKind.REFUND,
            reason="Asked for",
            on=TODAY,
            actor=finance,
            at=NOW,
        )
    row = ask_release(
        prepayment=prepayment,
        kind=ReleaseKind.REFUND,
        amount=Decimal(500),
        reason="Work done cheaper",
        actor=manager,
        at=NOW,
    )
    with pytest.raises(UnableToRelease, match="yourself"):
        approve_release(release=row, on=TODAY, actor=manager, at=NOW)
    with pytest.raises(UnableToRelease, match="manager"):
        approve_release(release=row, on=TODAY, actor=finance, at=NOW)
    assert not Refund.objects.exists()
    approve_release(release=row, on=TODAY, actor=make_user(Role.MANAGER), at=NOW)
    assert figures(prepayment) == money("500", "0", "500", "0", "0")
    with pytest.raises(UnableToRelease, match="already"):
        approve_release(release=row, on=TODAY, actor=make_user(Role.MANAGER), at=NOW)
    assert problems() == []


def test_the_database_itself_wants_four_eyes() -> None:
    prepayment = ask(make_contract())
    receive(prepayment)
    finance, _manager = people()
    row = ask_release(
        prepayment=prepayment,
        kind=ReleaseKind.REFUND,
        amount=Decimal(5),
        reason="x",
        actor=finance,
        at=NOW,
    )
    with pytest.raises(IntegrityError, match="release_four_eyes"), transaction.atomic():
        PrepaymentRelease.objects.filter(pk=row.pk).update(
            state="APPROVED", decided_by=finance, decided_at=NOW, decided_on=TODAY
        )


@pytest.mark.parametrize("kind", ["REFUND", "FORFEITED", "TWICE", "DEPOSIT"])
def test_no_money_of_a_prepayment_leaves_without_a_release(kind: str) -> None:
    prepaid = receive(ask(make_contract()))
    plain = make_receipt(make_client(), make_creditor(), "10.00")
    for receipt in (prepaid, plain):
        if receipt is plain and kind == "REFUND":
            continue  # what any receipt may do
        with pytest.raises(IntegrityError, match="approved release"), transaction.atomic():
            Refund.objects.create(
                receipt=receipt,
                amount=Decimal(1),
                refunded_on=TODAY,
                kind=kind,
                reason="x",
                created_at=NOW,
            )


def test_no_more_leaves_than_was_approved() -> None:
    prepayment = ask(make_contract())
    receipt = receive(prepayment)
    row = release(prepayment, "100")
    with pytest.raises(IntegrityError, match="more leaves"), transaction.atomic():
        Refund.objects.create(
            receipt=receipt,
            amount=Decimal("0.01"),
            refunded_on=TODAY,
            kind="REFUND",
            release=row,
            reason="x",
            created_at=NOW,
        )


def test_requests_together_ask_for_no_more_than_there_is() -> None:
    prepayment = ask(make_contract())
    receive(prepayment)
    finance, manager = people()
    terms: dict[str, Any] = {"kind": ReleaseKind.REFUND, "reason": "x", "at": NOW}
    first = ask_release(prepayment=prepayment, amount=Decimal(300), actor=finance, **terms)
    with pytest.raises(UnableToRelease) as refused:
        ask_release(prepayment=prepayment, amount=Decimal("200.01"), actor=finance, **terms)
    assert refused.value.field == "amount"
    assert "200.00" in str(refused.value)
    refuse_release(release=first, on=TODAY, actor=manager, at=NOW, note="Not yet")
    ask_release(prepayment=prepayment, amount=Decimal(500), actor=finance, **terms)


def test_what_was_used_meanwhile_is_not_refunded() -> None:
    contract = make_contract()
    prepayment = ask(contract)
    receive(prepayment)
    finance, manager = people()
    row = ask_release(
        prepayment=prepayment,
        kind=ReleaseKind.REFUND,
        amount=Decimal(500),
        reason="x",
        actor=finance,
        at=NOW,
    )
    invoice_of(contract, "100.00")
    with pytest.raises(UnableToRelease, match=r"400\.00"):
        approve_release(release=row, on=TODAY, actor=manager, at=NOW)
    assert figures(prepayment) == money("500", "100", "0", "0", "400")


def test_who_asked_may_take_it_back_and_a_refusal_says_why() -> None:
    prepayment = ask(make_contract())
    receive(prepayment)
    finance, manager = people()
    terms: dict[str, Any] = {"kind": ReleaseKind.REFUND, "reason": "x", "at": NOW}
    row = ask_release(prepayment=prepayment, amount=Decimal(1), actor=finance, **terms)
    assert refuse_release(release=row, on=TODAY, actor=finance, at=NOW, note="").state == (
        ReleaseState.WITHDRAWN
    )
    row = ask_release(prepayment=prepayment, amount=Decimal(1), actor=finance, **terms)
    with pytest.raises(UnableToRelease) as refused:
        refuse_release(release=row, on=TODAY, actor=manager, at=NOW, note=" ")
    assert refused.value.field == "note"
    with pytest.raises(UnableToPrepay):
        end_prepayment(prepayment=prepayment, reason="x", on=TODAY, actor=None, at=NOW)
