"""Advice, decisions, and the margins that lists sort by."""

from __future__ import annotations

from decimal import Decimal

import pytest

from clients.models import Client, Creditor
from core.models import User
from credit.models import (
    ClientMargin,
)
from credit.services.freeloading import (
    UnableToJudge,
    decide_course,
)
from credit.services.margins import refresh_margins
from credit.states import ClientAdvice, FreeWork
from tests.credit.freeloading.cast import DAY, gift, invoiced, margin, noted
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    pay,
)

pytestmark = pytest.mark.django_db


def test_the_advice_turns_with_what_was_given(client: Client, creditor: Creditor) -> None:
    invoiced(client, creditor, 2)
    assert margin(client).advice == ClientAdvice.TOO_LITTLE
    invoiced(client, creditor, 1)
    assert margin(client).advice == ClientAdvice.KEEP
    noted(client, gift(FreeWork.COLLECTION, hours=Decimal("6.5")))  # 975 of 900
    assert margin(client).advice == ClientAdvice.PREPAY
    noted(client, gift(hours=Decimal("3.1")))  # 930
    assert margin(client).advice == ClientAdvice.EXIT


def test_a_decision_keeps_the_arithmetic_and_changes_nothing_else(
    client: Client, creditor: Creditor, manager: User
) -> None:
    invoiced(client, creditor)
    before = Client.objects.filter(pk=client.pk).values().get()
    with pytest.raises(UnableToJudge, match="why"):
        decide_course(client=client, course="EXIT", reason=" ", on=TODAY, actor=manager, at=NOW)
    row = decide_course(client=client, course="EXIT", reason="x", on=TODAY, actor=manager, at=NOW)
    assert row.shown[0] | {"net": "900.00", "advice": "KEEP", "invoices": 3} == row.shown[0]
    assert row.shown[0]["lines"] == {"INVOICED": "3000.00"}
    assert Client.objects.filter(pk=client.pk).values().get() == before


def test_margins_are_kept_for_lists_and_follow_the_rows(client: Client, creditor: Creditor) -> None:
    invoiced(client, creditor)
    make_client()  # never invoiced
    assert refresh_margins(on=TODAY, at=NOW) == 1
    assert refresh_margins(on=TODAY, at=NOW) == 1
    row = ClientMargin.objects.get()
    assert (row.net_sales, row.net, row.advice) == (Decimal(3000), Decimal(900), "KEEP")
    noted(client)
    row.refresh_from_db()
    assert (row.given, row.net) == (Decimal(600), Decimal(300))
    refresh_margins(on=TODAY + 800 * DAY, at=NOW)
    assert ClientMargin.objects.get().net_sales == 0
    pay(client.invoices.all()[0])
    pay(client.invoices.all()[1])
    pay(client.invoices.all()[2])
    refresh_margins(on=TODAY + 800 * DAY, at=NOW)
    assert not ClientMargin.objects.exists()


def test_many_clients_are_worked_out_in_few_statements(creditor: Creditor) -> None:
    def more(number: int) -> None:
        for _each in range(number):
            invoiced(make_client(), creditor, 1)

    more(2)
    few = count_queries(lambda: refresh_margins(on=TODAY, at=NOW))
    more(6)
    assert count_queries(lambda: refresh_margins(on=TODAY, at=NOW)) == few
    assert ClientMargin.objects.count() == 8
