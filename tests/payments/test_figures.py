"""Dated figures: rollup, rows and the flow of one user's clients always say the same."""

import datetime as dt
import itertools
import random
from dataclasses import dataclass
from decimal import Decimal

import pytest

from clients.models import Client, Creditor
from core.models import User
from core.states import Role
from disputes.selectors import held_invoices, held_totals
from disputes.services import close_dispute, open_dispute
from disputes.states import DisputeState
from payments.models import Invoice
from payments.rules.aging import BUCKETS, bucket_of
from payments.selectors.as_of import SPANS, aging_by_client, aging_on, open_invoices_on
from payments.selectors.debtors import MOVERS_DAYS, movers, top_debtors
from payments.selectors.flows import PERIOD_DAYS, flows_until
from payments.services import allocate, refund_receipt, reverse_allocation
from payments.states import Measure, RefundKind
from tests.factories import (
    NOW,
    TODAY,
    make_client,
    make_credit_note,
    make_creditor,
    make_invoice,
    make_receipt,
    make_user,
    pay,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@dataclass
class Ledger:
    creditor: Creditor
    finance: User
    seller: User
    clients: list[Client]


def _settle(rng: random.Random, invoice: Invoice) -> None:
    """Pay an invoice wholly or in part, later perhaps take it back or refund some."""
    on = invoice.issued_on + dt.timedelta(days=rng.randint(0, 120))
    if on > TODAY:
        return
    part = invoice.amount if rng.random() < 0.6 else (invoice.amount / 4).quantize(Decimal("0.01"))
    row = pay(invoice, part, on=on)
    if rng.random() < 0.2:
        back_on = min(on + dt.timedelta(days=rng.randint(0, 60)), TODAY)
        reverse_allocation(allocation=row, reason="Bounced", on=back_on, actor=None, at=NOW)
        if rng.random() < 0.5:
            assert row.receipt is not None
            refund_receipt(
                receipt=row.receipt,
                amount=part,
                kind=RefundKind.RETURNED,
                reason="Bounced",
                on=back_on,
                actor=None,
                at=NOW,
            )


@pytest.fixture(scope="module")
def ledger(kept: None) -> Ledger:
    """A small ledger with everything that moves a figure, over a year and a half."""
    rng = random.Random(20260615)  # noqa: S311  # a ledger, not a secret
    seller = make_user(Role.SALES)
    result = Ledger(make_creditor(), make_user(Role.FINANCE), seller, [])
    for n in range(6):
        client = make_client(owner=seller if n % 3 == 0 else None)
        result.clients.append(client)
        for _ in range(5):
            due_on = TODAY - dt.timedelta(days=rng.randint(-40, 520))
            amount = Decimal(rng.randint(1000, 900000)) / 100
            currency = "CNY" if rng.random() < 0.8 else "USD"
            invoice = make_invoice(
                client, result.creditor, amount, due_on=due_on, currency=currency
            )
            _settle(rng, invoice)
        make_receipt(client, result.creditor, "77.70", received_on=TODAY - 40 * DAY)
        note = make_credit_note(client, result.creditor, "50.00", issued_on=TODAY - 20 * DAY)
        target = client.invoices.filter(open_amount__gte=50, currency="CNY").first()
        if target and target.issued_on <= note.issued_on:
            allocate(credit_note=note, lines=[(target, Decimal(50))], actor=None, at=NOW)
    return result


DAYS = [TODAY, TODAY - 7 * DAY, TODAY - 30 * DAY, TODAY - 91 * DAY, TODAY - 400 * DAY]


def test_the_flow_equals_the_rows_on_any_day(ledger: Ledger) -> None:
    for user, on in itertools.product([ledger.finance, ledger.seller], DAYS):
        for currency, flow in flows_until(creditor=ledger.creditor, on=on, user=user).items():
            rows = aging_on(creditor=ledger.creditor, currency=currency, on=on, user=user)
            assert flow.aging() == rows
            by_client = aging_by_client(
                creditor=ledger.creditor, currency=currency, on=on, user=user
            )
            assert sum(c.aging.overdue for c in by_client) == rows.overdue


def test_the_flow_of_all_clients_computed_live_equals_the_rollup(ledger: Ledger) -> None:
    Client.objects.update(owner=ledger.seller)
    stored = flows_until(creditor=ledger.creditor, on=TODAY, user=ledger.finance)
    live = flows_until(creditor=ledger.creditor, on=TODAY, user=ledger.seller)
    assert stored.keys() == live.keys() == {"CNY", "USD"}
    for currency, flow in stored.items():
        for measure in Measure:
            assert flow.at_end(measure) == live[currency].at_end(measure), measure.label
            assert flow.moved(measure) == live[currency].moved(measure), measure.label


def test_every_bucket_equals_the_list_behind_it(ledger: Ledger) -> None:
    for on, (index, bucket) in itertools.product(DAYS, enumerate(BUCKETS)):
        aging = aging_on(creditor=ledger.creditor, currency="CNY", on=on, user=ledger.finance)
        amount = aging.buckets[index]
        page = open_invoices_on(
            creditor=ledger.creditor,
            currency="CNY",
            on=on,
            user=ledger.finance,
            span=SPANS[bucket.code],
            limit=500,
        )
        assert page.total == amount
        assert page.count == len(page.rows)
        assert sum(row.open_on for row in page.rows) == amount
        assert {bucket_of(row.days_past_due) for row in page.rows} <= {bucket}


def test_an_invoice_paid_later_is_open_on_a_past_day() -> None:
    creditor, user = make_creditor(), make_user()
    invoice = make_invoice(make_client(), creditor, "1000.00", due_on=TODAY - 50 * DAY)
    pay(invoice, "400.00", on=TODAY - 20 * DAY)
    pay(invoice, "600.00", on=TODAY - 10 * DAY)

    def open_on(day: dt.date) -> list[Decimal]:
        page = open_invoices_on(creditor=creditor, currency="CNY", on=day, user=user)
        return [row.open_on for row in page.rows]

    assert open_on(invoice.issued_on - DAY) == []
    assert open_on(TODAY - 21 * DAY) == [Decimal(1000)]
    assert open_on(TODAY - 20 * DAY) == [Decimal(600)]
    assert open_on(TODAY - 11 * DAY) == [Decimal(600)]
    assert open_on(TODAY - 10 * DAY) == []


def test_an_amount_moved_between_invoices_since_counts_below_zero_then() -> None:
    """Taken back in June, paid again with money of February: in March both had been booked."""
    creditor, user, client = make_creditor(), make_user(), make_client()
    invoice = make_invoice(client, creditor, "100.00", due_on=TODAY - 150 * DAY)
    row = pay(invoice, on=TODAY - 140 * DAY)
    reverse_allocation(allocation=row, reason="Wrong", on=TODAY, actor=None, at=NOW)
    invoice.refresh_from_db()
    pay(invoice, on=TODAY - 130 * DAY)
    day = TODAY - 100 * DAY
    rows = aging_on(creditor=creditor, currency="CNY", on=day, user=user)
    flow = flows_until(creditor=creditor, on=day, user=user)["CNY"]
    assert rows.receivables == Decimal(-100)
    assert flow.aging() == rows


def test_sales_see_only_their_clients_in_totals_and_rows(ledger: Ledger) -> None:
    mine = {c.pk for c in ledger.clients if c.owner_id == ledger.seller.pk}
    page = open_invoices_on(
        creditor=ledger.creditor, currency="CNY", on=TODAY, user=ledger.seller, limit=500
    )
    expected = {
        i.pk: i.open_amount
        for i in Invoice.objects.visible_to(ledger.seller).open().filter(currency="CNY")
    }
    assert {row.invoice.pk: row.open_on for row in page.rows} == expected
    assert {row.invoice.client_id for row in page.rows} <= mine
    assert page.total == sum(expected.values())


def test_pages_of_rows_join_up_without_gap_or_repeat(ledger: Ledger) -> None:
    seen: list[int] = []
    for offset in range(0, 60, 7):
        page = open_invoices_on(
            creditor=ledger.creditor,
            currency="CNY",
            on=TODAY,
            user=ledger.finance,
            order="-open",
            limit=7,
            offset=offset,
        )
        seen += [row.invoice.pk for row in page.rows]
    assert len(seen) == len(set(seen)) == page.count


def test_the_largest_debtors_are_exact(ledger: Ledger) -> None:
    for on in DAYS:
        everyone = aging_by_client(
            creditor=ledger.creditor, currency="CNY", on=on, user=ledger.finance
        )
        ranked = sorted(
            ((c.aging.overdue, -c.client_id) for c in everyone if c.aging.overdue > 0),
            reverse=True,
        )
        found = top_debtors(
            creditor=ledger.creditor, currency="CNY", on=on, user=ledger.finance, count=3
        )
        assert [(d.aging.overdue, -d.client.pk) for d in found] == ranked[:3]


def test_a_large_open_amount_that_is_not_due_does_not_hide_a_debtor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("payments.selectors.debtors._FIRST_STRETCH", 2)
    creditor, user = make_creditor(), make_user()
    for _ in range(4):
        make_invoice(make_client(), creditor, "9000.00", due_on=TODAY + 30 * DAY)
    late = make_client()
    make_invoice(late, creditor, "10.00", due_on=TODAY - DAY)
    (only,) = top_debtors(creditor=creditor, currency="CNY", on=TODAY, user=user, count=1)
    assert only.client == late


def test_movers_are_the_difference_of_two_agings(ledger: Ledger) -> None:
    def overdue(day: dt.date) -> dict[int, Decimal]:
        rows = aging_by_client(
            creditor=ledger.creditor, currency="CNY", on=day, user=ledger.finance
        )
        return {row.client_id: row.aging.overdue for row in rows}

    for on in DAYS:
        now, before = overdue(on), overdue(on - MOVERS_DAYS * DAY)
        expected = {
            pk: change
            for pk in now.keys() | before.keys()
            if (change := now.get(pk, Decimal(0)) - before.get(pk, Decimal(0)))
        }
        found = movers(
            creditor=ledger.creditor, currency="CNY", on=on, user=ledger.finance, count=50
        )
        assert {m.client.pk: m.change for m in found} == expected


def test_the_trend_is_the_figure_at_each_month_end(ledger: Ledger) -> None:
    flow = flows_until(creditor=ledger.creditor, on=TODAY, user=ledger.finance)["CNY"]
    points = flow.trend(12)
    assert [p.on for p in points[-3:]] == [dt.date(2026, 4, 30), dt.date(2026, 5, 31), TODAY]
    for point in points[-6:]:
        rows = aging_on(creditor=ledger.creditor, currency="CNY", on=point.on, user=ledger.finance)
        assert (point.receivables, point.overdue) == (rows.receivables, rows.overdue)


def test_the_period_starts_where_the_aging_of_that_day_ended(ledger: Ledger) -> None:
    flow = flows_until(creditor=ledger.creditor, on=TODAY, user=ledger.finance)["CNY"]
    before = aging_on(
        creditor=ledger.creditor,
        currency="CNY",
        on=TODAY - PERIOD_DAYS * DAY,
        user=ledger.finance,
    )
    assert flow.at_start(Measure.OPEN) == before.receivables


def test_disputes_are_held_apart_while_they_were_open() -> None:
    creditor, user = make_creditor(), make_user()
    invoice = make_invoice(make_client(), creditor, "1000.00")
    dispute = open_dispute(
        invoice=invoice,
        amount=Decimal(300),
        reason="QUALITY",
        on=TODAY - 9 * DAY,
        actor=None,
        at=NOW,
    )

    def held(day: dt.date) -> Decimal | None:
        total = held_totals(creditor=creditor, on=day, user=user).get("CNY")
        page = held_invoices(creditor=creditor, currency="CNY", on=day, user=user)
        assert page.total == (total or 0)
        return total

    assert held(TODAY - 10 * DAY) is None
    assert held(TODAY) == Decimal(300)
    close_dispute(
        dispute=dispute,
        state=DisputeState.REJECTED,
        resolution="Delivered as agreed",
        on=TODAY,
        actor=None,
        at=NOW,
    )
    assert held(TODAY - DAY) == Decimal(300)
    assert held(TODAY) is None


def test_a_dispute_holds_no_more_than_was_open() -> None:
    creditor, user = make_creditor(), make_user()
    invoice = make_invoice(make_client(), creditor, "1000.00")
    open_dispute(invoice=invoice, amount=Decimal(800), reason="PRICE", on=TODAY, actor=None, at=NOW)
    pay(invoice, "500.00", on=TODAY)
    assert held_totals(creditor=creditor, on=TODAY, user=user) == {"CNY": Decimal(500)}
