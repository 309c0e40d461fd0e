"""Earnest money: forfeited, or returned twice."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from contracts.states import PrepaymentKind
from payments.models import PrepaymentRelease
from payments.selectors.prepayments import statement_of
from payments.services import UnableToRelease, pay_extra
from payments.states import ReleaseKind
from tests.factories import NOW, TODAY, make_user
from tests.payments.prepaid import ask, make_contract, receive, release
from tests.payments.prepayments.cast import figures, money, problems

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", [ReleaseKind.FORFEITED, ReleaseKind.TWICE])
def test_only_earnest_money_is_forfeited_or_returned_twice(kind: ReleaseKind) -> None:
    prepayment = ask(make_contract())
    receive(prepayment)
    with pytest.raises(UnableToRelease) as refused:
        release(prepayment, "1", kind)
    assert refused.value.field == "kind"
    with pytest.raises(IntegrityError, match="no such release"), transaction.atomic():
        PrepaymentRelease.objects.create(
            prepayment=prepayment,
            kind=kind,
            amount=Decimal(1),
            reason="x",
            asked_at=NOW,
            asked_by=make_user(),
            extra_owed=Decimal(1) if kind == ReleaseKind.TWICE else Decimal(0),
        )


def test_forfeited_earnest_money_stays_collected() -> None:
    contract = make_contract(kind=PrepaymentKind.EARNEST, ratio="0.2")
    prepayment = ask(contract, "200.00")
    receive(prepayment, "200.00")
    release(prepayment, "200", ReleaseKind.FORFEITED)
    assert figures(prepayment) == money("200", "0", "0", "200", "0")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure, sum(amount) FROM payments_agingflow WHERE measure IN (12, 13)"
            " GROUP BY 1 ORDER BY 1"
        )
        assert cursor.fetchall() == [(12, Decimal(200)), (13, Decimal(0))]
    assert problems() == []


def test_returning_earnest_money_twice_leaves_the_same_sum_owed_until_it_is_paid() -> None:
    contract = make_contract(kind=PrepaymentKind.EARNEST, ratio="0.2")
    prepayment = ask(contract, "200.00")
    receive(prepayment, "200.00")
    row = release(prepayment, "200", ReleaseKind.TWICE)
    assert figures(prepayment) == money("200", "0", "200", "0", "0")
    assert statement_of(prepayment).extra_owed == Decimal(200)
    with pytest.raises(UnableToRelease) as refused:
        pay_extra(release=row, on=TODAY - dt.timedelta(days=1), reference="", actor=None, at=NOW)
    assert refused.value.field == "on"
    pay_extra(release=row, on=TODAY, reference="T-1", actor=None, at=NOW)
    assert statement_of(prepayment).extra_owed == 0
    with pytest.raises(UnableToRelease):
        pay_extra(release=row, on=TODAY, reference="T-2", actor=None, at=NOW)
