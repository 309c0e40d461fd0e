"""The arithmetic of the net margin, line by line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from clients.models import Client, Creditor
from contracts.models import Amendment, Contract
from contracts.services import create_contract
from contracts.services.amendments import Changes, propose_amendment
from contracts.services.lines import add_line
from contracts.states import AmendmentKind
from core.models import User
from credit.rules.freeloading import guessed_nature
from credit.selectors.freeloading import credit_notes_read
from credit.selectors.margins import line_rows, margins_of, twelve_months
from credit.services.freeloading import (
    UnableToNoteFreeWork,
    read_credit,
    reverse_free_work,
)
from credit.services.margins import UnableToAssume
from credit.states import Assumed, FreeWork
from payments.services import refund_receipt
from payments.states import RefundKind
from tests.credit.freeloading.cast import DAY, L, assumed, gift, margin, noted, said, worked_out
from tests.factories import (
    NOW,
    TODAY,
    make_credit_note,
    make_invoice,
    make_receipt,
    pay,
)

pytestmark = pytest.mark.django_db


def test_goods_that_came_back_and_what_was_given_are_told_apart(
    client: Client, creditor: Creditor, manager: User
) -> None:
    make_invoice(client, creditor, "1000.00", due_on=TODAY)
    make_credit_note(client, creditor, "100.00", reason="Goods returned")
    given_away = make_credit_note(client, creditor, "50.00", reason="Goodwill")
    found = margin(client)
    assert (int(found.of(L.RETURNED)), int(found.of(L.CREDITED))) == (100, 50)
    assert found.net == Decimal("900") * 30 / 100 - 50
    read_credit(
        row=given_away, nature="CORRECTED", reason="our error", on=TODAY, actor=manager, at=NOW
    )
    found = margin(client)
    assert (int(found.of(L.RETURNED)), int(found.of(L.CREDITED))) == (150, 0)


@pytest.mark.parametrize("reason", ["Goods RETURNED", "退货", "Duplicate", "开错", "Goodwill", ""])
def test_the_database_reads_the_words_as_the_rule_does(
    client: Client, creditor: Creditor, reason: str
) -> None:
    make_credit_note(client, creditor, "10.00", reason=reason)
    expected = guessed_nature(reason)
    (row,) = credit_notes_read(client, TODAY, TODAY)
    assert row.nature == expected  # type: ignore[attr-defined]  # annotated
    line = L.CREDITED if expected == "GIVEN" else L.RETURNED
    assert worked_out(client).counts == {line: 1}


def test_a_refund_is_a_gift_only_when_somebody_says_so(
    client: Client, creditor: Creditor, manager: User
) -> None:
    make_invoice(client, creditor, due_on=TODAY)
    row = refund_receipt(
        receipt=make_receipt(client, creditor, "90.00"), amount=Decimal(40),
        kind=RefundKind.REFUND, reason="paid twice", on=TODAY, actor=None, at=NOW,
    )  # fmt: skip
    assert margin(client).of(L.REFUNDED) == 0
    read_credit(row=row, nature="GIVEN", reason="kindness", on=TODAY, actor=manager, at=NOW)
    assert margin(client).of(L.REFUNDED) == 40
    with pytest.raises(UnableToNoteFreeWork, match="refund"):
        noted(client, gift(FreeWork.REFUND, amount=Decimal(40)))


def test_a_discount_by_amendment_is_taken_from_the_contract(
    client: Client, creditor: Creditor, owner: User
) -> None:
    contract = create_contract(
        creditor=creditor, client=client, number="A", currency="CNY", actor=None, at=NOW
    )
    line = add_line(
        contract=contract, description="work", unit_price=Decimal(900), actor=None, at=NOW
    )
    Contract.objects.filter(pk=contract.pk).update(state="ACTIVE")
    amendment = propose_amendment(
        contract=contract, kind=AmendmentKind.DISCOUNT,
        changes=Changes(lines={line.pk: {"unit_price": Decimal(800)}}),
        reason="asked", actor=owner, at=NOW,
    )  # fmt: skip
    assert not margins_of([client], twelve_months(TODAY)), "a proposal gives nothing away"
    Amendment.objects.filter(pk=amendment.pk).update(
        state="APPROVED", decided_at=NOW, decided_by=owner
    )
    Amendment.objects.filter(pk=amendment.pk).update(state="ACCEPTED", ended_at=NOW)
    assert margin(client).of(L.DISCOUNT) == 100
    amendment.refresh_from_db()
    with pytest.raises(UnableToNoteFreeWork, match="counted already"):
        noted(client, gift(FreeWork.CONCESSION, amount=Decimal(100), amendment=amendment))


def test_contacts_about_debts_cost_the_minutes_of_their_kind(
    client: Client, creditor: Creditor
) -> None:
    invoice = make_invoice(client, creditor, due_on=TODAY)
    said(client, about=invoice)  # 15 minutes at 150 an hour
    said(client, about=invoice, kind="VISIT")  # 3 hours
    said(client, kind="VISIT")  # about nothing owed
    said(client, about=invoice, direction="IN")
    said(client, about=invoice, kind="NOTE")
    said(client, about=invoice, occurred_at=NOW - 400 * DAY)
    wrong = said(client, about=invoice, kind="LETTER")
    said(client, about=invoice, kind="LETTER", corrects=wrong)  # 45 minutes, once
    found = worked_out(client)
    assert found.counts[L.CONTACTS] == 3
    assert found.margin.of(L.CONTACTS) == Decimal("37.5") + 450 + Decimal("112.5")


def test_hours_entered_for_a_contact_stand_for_its_usual_minutes(
    client: Client, creditor: Creditor, owner: User
) -> None:
    entry = said(client, about=make_invoice(client, creditor, due_on=TODAY))
    mine = noted(client, gift(FreeWork.COLLECTION, interaction=entry))
    assert margin(client).of(L.CONTACTS) == 0
    assert margin(client).of(L.COLLECTION) == 300
    reverse_free_work(entry=mine, reason="no", on=TODAY, actor=owner, at=NOW)
    assert margin(client).of(L.CONTACTS) == Decimal("37.5")


def test_money_paid_late_costs_its_days(client: Client, creditor: Creditor) -> None:
    invoice = make_invoice(client, creditor, "36500.00", due_on=TODAY - 20 * DAY)
    pay(invoice, "18250.00", on=TODAY - 10 * DAY)
    # All of it on days 1 to 9, half of it on days 10 to 20, at 6 a day for the whole.
    assert margin(client).of(L.MONEY) == 9 * 6 + 11 * 3


def test_money_paid_in_time_costs_nothing(client: Client, creditor: Creditor) -> None:
    pay(make_invoice(client, creditor, due_on=TODAY - 20 * DAY), on=TODAY - 20 * DAY)
    pay(make_invoice(client, creditor, due_on=TODAY - 20 * DAY), on=TODAY - 19 * DAY)
    found = worked_out(client)
    assert L.MONEY not in found.counts


def test_only_the_days_of_the_period_cost(client: Client, creditor: Creditor) -> None:
    """Due two years ago and open still: a year of it, and lost long before the period."""
    make_invoice(client, creditor, "36500.00", due_on=TODAY - 800 * DAY)
    found = margin(client)
    assert found.of(L.MONEY) == 365 * 6
    assert found.of(L.LOST) == 0


def test_what_grew_too_old_within_the_period_is_likely_lost(
    client: Client, creditor: Creditor
) -> None:
    old = make_invoice(client, creditor, "1000.00", due_on=TODAY - 180 * DAY)
    make_invoice(client, creditor, "500.00", due_on=TODAY - 179 * DAY)
    assert margin(client).of(L.LOST) == 500
    pay(old, "600.00")
    assert margin(client).of(L.LOST) == 200


def test_the_cost_of_money_ties_to_a_walk_over_the_days(client: Client, creditor: Creditor) -> None:
    paid = make_invoice(client, creditor, "365000.00", due_on=TODAY - 500 * DAY)
    pay(paid, "100000.00", on=TODAY - 400 * DAY)
    pay(paid, "65000.00", on=TODAY - 100 * DAY)
    pay(paid, on=TODAY - 3 * DAY)
    since = twelve_months(TODAY).since
    total = Decimal(0)
    for back in range(600):
        day = TODAY - back * DAY
        if day < since or day <= paid.due_on:
            continue
        settled = sum(a.amount for a in paid.allocations.all() if a.effective_on <= day)
        total += (paid.amount - settled) * 6 / 36500
    assert margin(client).of(L.MONEY) == round(total, 2)


def test_every_line_is_the_sum_of_its_rows(
    client: Client, creditor: Creditor, manager: User
) -> None:
    for number in range(3):
        invoice = make_invoice(client, creditor, "777.77", due_on=TODAY - 200 * DAY)
        said(client, about=invoice, kind="CALL")
        noted(client, gift(FreeWork.TRIAL, hours=Decimal("1.37"), amount=Decimal(number)))
    pay(invoice, "333.33", on=TODAY - 33 * DAY)
    make_credit_note(client, creditor, "5.00", reason="Goodwill")
    found = worked_out(client)
    assert len(found.counts) == 6
    for line, count in found.counts.items():
        rows, number, total = line_rows(
            client, line, "CNY", twelve_months(TODAY), limit=50, offset=0
        )
        assert (number, len(rows)) == (count, count)
        assert round(total, 2) == found.margin.of(line)
        assert sum((row.amount for row in rows), Decimal(0)) == total


def test_currencies_are_never_mixed(client: Client, creditor: Creditor) -> None:
    make_invoice(client, creditor, "100.00", due_on=TODAY)
    make_invoice(client, creditor, "200.00", due_on=TODAY, currency="EUR")
    noted(client, gift(currency="EUR"))
    assert margin(client, currency="CNY").net == 30
    assert margin(client, currency="EUR").net == 60 - 2 * 60


def test_hours_without_a_cost_are_told_and_not_guessed(client: Client) -> None:
    noted(client, gift(currency="SEK"))
    found = worked_out(client, "SEK")
    assert found.margin.of(L.CONSULTATION) == 0
    assert found.unpriced == {L.CONSULTATION: 2}


def test_a_new_row_holds_from_its_day_and_earlier_days_keep_theirs(
    client: Client, manager: User
) -> None:
    noted(client, gift(happened_on=TODAY - DAY))
    assumed(manager, Assumed.HOUR_COST, "500", of="CONSULTING", currency="CNY")
    assert margin(client).of(L.CONSULTATION) == 600
    noted(client)
    assert margin(client).of(L.CONSULTATION) == 600 + 1000


def test_a_segment_may_have_a_margin_of_its_own(
    client: Client, creditor: Creditor, manager: User
) -> None:
    make_invoice(client, creditor, "100.00", due_on=TODAY)
    Client.objects.filter(pk=client.pk).update(segment="Design")
    client.refresh_from_db()
    assumed(manager, Assumed.GROSS_MARGIN, "55.5", of="Design")
    assert margin(client).net == Decimal("55.50")
    assumed(manager, Assumed.GROSS_MARGIN, "1", of="Design", effective_on=TODAY + DAY)
    assert margin(client).net == Decimal("55.50")


def test_the_cost_of_money_of_a_currency_goes_before_the_one_for_all(
    client: Client, creditor: Creditor, manager: User
) -> None:
    make_invoice(client, creditor, "36500.00", due_on=TODAY - DAY)
    assumed(manager, Assumed.CAPITAL, "12", currency="CNY", effective_on=TODAY - 9 * DAY)
    assumed(manager, Assumed.CAPITAL, "24")
    assert margin(client).of(L.MONEY) == 12


@pytest.mark.parametrize(
    ("name", "value", "changed", "field"),
    [
        (Assumed.GROSS_MARGIN, "101", {}, "value"),
        (Assumed.MIN_INVOICES, "2.5", {}, "value"),
        (Assumed.HOUR_COST, "5", {"of": "CONSULTING"}, "currency"),
        (Assumed.MINUTES, "5", {"of": "DREAM"}, "of"),
        (Assumed.KEEP_AT, "5", {"currency": "CNY"}, "currency"),
        (Assumed.KEEP_AT, "5", {"source": " "}, "source"),
    ],
)
def test_an_assumption_holds_together(
    manager: User, name: Assumed, value: str, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(UnableToAssume) as refused:
        assumed(manager, name, value, **changed)
    assert refused.value.field == field
