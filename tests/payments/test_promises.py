"""A promise is judged from receipts."""

from datetime import date
from decimal import Decimal

import pytest

from payments.rules.promises import Judgement, Payment, Verdict, judge_promise
from payments.states import PromiseState

D = Decimal
PROMISED, DUE = date(2026, 6, 1), date(2026, 6, 5)  # due on a Friday: grace ends on Tuesday 9 June


def judge(on: date, *payments: Payment, due_on: date = DUE, country: str = "") -> Judgement:
    return judge_promise(
        amount=D("1000.00"),
        promised_on=PROMISED,
        due_on=due_on,
        payments=payments,
        on=on,
        country=country,
    )


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
    payments = (Payment(DUE, D(1000)), Payment(date(2026, 6, 8), D(-1000)))
    assert judge(date(2026, 6, 10), *payments).verdict is Verdict.BROKEN


def test_grace_skips_a_chinese_holiday() -> None:
    # Due on 30 September 2026; the banks open again on 8 October.
    due_on = date(2026, 9, 30)
    assert judge(date(2026, 10, 9), due_on=due_on, country="CN").verdict is Verdict.OPEN
    assert judge(date(2026, 10, 10), due_on=due_on, country="CN").verdict is Verdict.BROKEN


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_is_a_state_a_promise_can_have(verdict: Verdict) -> None:
    assert PromiseState(verdict).value == verdict
