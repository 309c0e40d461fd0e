"""A promise is judged from receipts, and a receipt counts for one promise only."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.rules.promises import (
    Judgement,
    Money,
    Pledge,
    Settled,
    Source,
    Used,
    Verdict,
    judge_promises,
    last_day_of,
)
from payments.states import PromiseState

D = Decimal
PROMISED, DUE = date(2026, 6, 1), date(2026, 6, 5)  # due on a Friday: grace ends on Tuesday 9 June
INVOICE, OTHER = 501, 502


@dataclass(frozen=True)
class Payment:
    on: date
    amount: Decimal


def pledge(key: int, amount: int, due_on: date = DUE, invoice: int | None = None) -> Pledge:
    return Pledge(key, D(amount), PROMISED, due_on, invoice)


def came(key: int, day: int, amount: int) -> Money:
    return Money(Source(key), date(2026, 6, day), D(amount))


def settled(key: int, day: int, amount: int, invoice: int = INVOICE) -> Settled:
    on = date(2026, 6, day)
    return Settled(Source(key), invoice, on, D(amount), since=on)


def judge(on: date, *payments: Payment, due_on: date = DUE, country: str = "") -> Judgement:
    """One promise of 1000 for the balance."""
    money = [Money(Source(n), p.on, p.amount) for n, p in enumerate(payments)]
    return judge_promises([pledge(1, 1000, due_on)], money=money, on=on, country=country)[1]


def test_it_waits_until_the_bank_days_of_grace_are_over() -> None:
    assert judge(DUE).verdict is Verdict.OPEN
    assert judge(date(2026, 6, 9)).verdict is Verdict.OPEN
    assert judge(date(2026, 6, 10)).verdict is Verdict.BROKEN
    assert judge(date(2026, 6, 10)).last_day == date(2026, 6, 9)


def test_it_is_kept_as_soon_as_the_money_is_there() -> None:
    judgement = judge(date(2026, 6, 2), Payment(date(2026, 6, 2), D("1000.00")))
    assert (judgement.verdict, judgement.missing) == (Verdict.KEPT, D(0))


def test_several_payments_keep_it_together() -> None:
    payments = (Payment(date(2026, 6, 2), D(400)), Payment(date(2026, 6, 9), D(700)))
    assert judge(date(2026, 6, 20), *payments).verdict is Verdict.KEPT


def test_money_after_the_grace_comes_too_late() -> None:
    late = judge(date(2026, 6, 20), Payment(date(2026, 6, 10), D(1000)))
    assert (late.verdict, late.received) == (Verdict.BROKEN, D(0))


def test_a_part_in_time_is_part_kept() -> None:
    judgement = judge(date(2026, 6, 10), Payment(DUE, D(400)))
    assert (judgement.verdict, judgement.received, judgement.missing) == (
        Verdict.PART_KEPT,
        D(400),
        D(600),
    )


def test_money_from_before_the_promise_does_not_count() -> None:
    assert judge(date(2026, 6, 10), Payment(date(2026, 5, 31), D(1000))).verdict is Verdict.BROKEN


def test_a_payment_of_tomorrow_is_not_known_today() -> None:
    assert judge(DUE, Payment(date(2026, 6, 8), D(1000))).verdict is Verdict.OPEN


def test_a_payment_taken_back_in_time_does_not_count() -> None:
    back = Settled(Source(7), INVOICE, date(2026, 6, 8), D(-1000), since=date(2026, 6, 5))
    judged = judge_promises(
        [pledge(1, 1000, invoice=INVOICE)],
        money=[came(7, 5, 1000)],
        settled=[settled(7, 5, 1000), back],
        on=date(2026, 6, 10),
    )
    assert judged[1].verdict is Verdict.BROKEN


def test_one_receipt_keeps_one_of_two_promises_the_first_that_falls_due() -> None:
    first, second = pledge(9, 1000), pledge(3, 1000, DUE + timedelta(days=7))
    judged = judge_promises([second, first], money=[came(1, 3, 1000)], on=date(2026, 6, 30))
    assert {key: j.verdict for key, j in judged.items()} == {9: Verdict.KEPT, 3: Verdict.BROKEN}


def test_of_two_due_on_a_day_the_one_made_first_is_judged_first() -> None:
    judged = judge_promises(
        [pledge(2, 600), pledge(1, 600)], money=[came(1, 3, 1000)], on=date(2026, 6, 30)
    )
    assert (judged[1].verdict, judged[2].verdict) == (Verdict.KEPT, Verdict.PART_KEPT)
    assert judged[2].received == D(400)


def test_money_for_another_invoice_keeps_no_promise_for_this_one() -> None:
    judged = judge_promises(
        [pledge(1, 1000, invoice=INVOICE)],
        money=[came(7, 3, 1000)],
        settled=[settled(7, 3, 1000, OTHER)],
        on=date(2026, 6, 30),
    )
    assert judged[1].verdict is Verdict.BROKEN


def test_a_receipt_counts_once_for_an_invoice_and_the_balance() -> None:
    judged = judge_promises(
        [pledge(1, 1000, invoice=INVOICE), pledge(2, 1000)],
        money=[came(7, 3, 1000)],
        settled=[settled(7, 3, 1000)],
        on=date(2026, 6, 30),
    )
    assert (judged[1].verdict, judged[2].verdict) == (Verdict.KEPT, Verdict.BROKEN)


def test_the_balance_leaves_an_invoices_money_to_its_own_promise_where_it_can() -> None:
    judged = judge_promises(
        [pledge(1, 1000), pledge(2, 1000, DUE + timedelta(days=7), INVOICE)],
        money=[came(7, 2, 1000), came(8, 3, 1000)],
        settled=[settled(7, 2, 1000)],
        on=date(2026, 6, 30),
    )
    assert {j.verdict for j in judged.values()} == {Verdict.KEPT}
    assert judged[1].counted == ((Source(8), D(1000)),)


def test_a_credit_note_counts_for_the_invoice_it_settled_and_for_no_balance() -> None:
    note = Source(7, is_receipt=False)
    money = [Money(note, date(2026, 6, 3), D(1000))]
    rows = [Settled(note, INVOICE, date(2026, 6, 3), D(1000), since=date(2026, 6, 3))]
    judged = judge_promises(
        [pledge(1, 500), pledge(2, 1000, invoice=INVOICE)],
        money=money,
        settled=rows,
        on=date(2026, 6, 30),
    )
    assert (judged[1].verdict, judged[2].verdict) == (Verdict.BROKEN, Verdict.KEPT)


def test_what_a_promise_judged_before_has_counted_is_gone() -> None:
    judged = judge_promises(
        [pledge(2, 1000)],
        money=[came(7, 3, 1000)],
        used=[Used(Source(7), D(700))],
        on=date(2026, 6, 30),
    )
    assert (judged[2].verdict, judged[2].received) == (Verdict.PART_KEPT, D(300))


days = st.integers(0, 20).map(lambda n: PROMISED + timedelta(days=n))
amounts = st.integers(1, 50).map(D)
invoices = st.sampled_from([None, INVOICE, OTHER])


@st.composite
def accounts(
    draw: st.DrawFn,
) -> tuple[list[Pledge], list[Money], list[Settled], list[Used]]:
    """Promises, receipts, and what these settled and were counted for: never more than came."""
    pledges = []
    for key in range(draw(st.integers(1, 5))):
        made, due = sorted((draw(days), draw(days)))
        pledges.append(Pledge(key, draw(amounts), made, due, draw(invoices)))
    money, rows, used = [], [], []
    for key in range(draw(st.integers(0, 5))):
        one = Money(Source(key), draw(days), draw(amounts))
        money.append(one)
        left = one.amount
        for invoice in (INVOICE, OTHER):
            part = min(left, draw(st.integers(0, 30).map(D)))
            if part > 0:
                rows.append(Settled(one.source, invoice, one.on, part, since=one.on))
                left -= part
                if draw(st.booleans()):
                    back = one.on + timedelta(days=draw(st.integers(0, 5)))
                    rows.append(Settled(one.source, invoice, back, -part, since=one.on))
        gone = min(one.amount, draw(st.integers(0, 10).map(D)))
        if gone > 0:
            used.append(Used(one.source, gone))
    return pledges, money, rows, used


@given(accounts(), days.map(lambda day: day + timedelta(days=8)), st.randoms(use_true_random=False))
def test_no_money_counts_twice_and_the_order_of_rows_says_nothing(
    account: tuple[list[Pledge], list[Money], list[Settled], list[Used]],
    on: date,
    chance: Random,
) -> None:
    pledges, money, rows, used = account
    judged = judge_promises(pledges, money=money, settled=rows, used=used, on=on)

    counted: dict[Source, Decimal] = defaultdict(Decimal)
    for gone in used:
        counted[gone.source] += gone.amount
    for promise in pledges:
        judgement = judged[promise.key]
        assert judgement.received == sum(amount for _s, amount in judgement.counted)
        assert judgement.received + judgement.missing == promise.amount
        assert (judgement.verdict is Verdict.KEPT) == (judgement.missing == 0)
        assert judgement.received <= _at_most(promise, money, rows, on)
        for source, amount in judgement.counted:
            assert amount > 0
            counted[source] += amount
    for one in money:
        assert counted[one.source] <= one.amount
    for invoice in (INVOICE, OTHER):
        _holds_for_invoice(invoice, pledges, judged, rows)

    for some in (pledges, money, rows, used):
        chance.shuffle(some)
    assert judge_promises(pledges, money=money, settled=rows, used=used, on=on) == judged


def _at_most(promise: Pledge, money: Sequence[Money], rows: Sequence[Settled], on: date) -> Decimal:
    """All that came, or settled the invoice, in the promise's days."""
    last = min(on, last_day_of(promise.due_on))
    if promise.invoice is None:
        return sum((m.amount for m in money if promise.promised_on <= m.on <= last), D(0))
    return sum(
        (
            r.amount
            for r in rows
            if r.invoice == promise.invoice and promise.promised_on <= r.since and r.on <= last
        ),
        D(0),
    )


def _holds_for_invoice(
    invoice: int, pledges: list[Pledge], judged: dict[int, Judgement], rows: list[Settled]
) -> None:
    """Promises for one invoice together count no more than settled it."""
    mine = [p for p in pledges if p.invoice == invoice]
    together = sum((judged[p.key].received for p in mine), D(0))
    assert together <= sum((r.amount for r in rows if r.invoice == invoice and r.amount > 0), D(0))


def test_grace_skips_a_chinese_holiday() -> None:
    # Due on 30 September 2026; the banks open again on 8 October.
    due_on = date(2026, 9, 30)
    assert judge(date(2026, 10, 9), due_on=due_on, country="CN").verdict is Verdict.OPEN
    assert judge(date(2026, 10, 10), due_on=due_on, country="CN").verdict is Verdict.BROKEN


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_a_state_a_promise_can_have(verdict: Verdict) -> None:
    assert PromiseState(verdict).value == verdict
