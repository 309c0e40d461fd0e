"""The figures against tables worked by hand."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.rules.metrics import (
    LossBucket,
    MonthSales,
    PaidPart,
    average_days_delinquent,
    bad_debt_ratio,
    best_possible_dso,
    collection_effectiveness,
    count_back_dso,
    dispute_rate,
    dso,
    loss_allowance,
    overdue_share,
    promise_kept_rate,
    recovery_rate,
    roll_rates,
    weighted_days_late,
    weighted_days_to_pay,
)

D = Decimal


def test_dso_and_its_parts() -> None:
    # 300 open, of which 120 not yet due; 900 sold in a quarter of 90 days.
    assert dso(receivables=D(300), sales=D(900), days=90) == 30  # 300 / 900 x 90
    assert best_possible_dso(current=D(120), sales=D(900), days=90) == 12  # 120 / 900 x 90
    delinquent = average_days_delinquent(receivables=D(300), current=D(120), sales=D(900), days=90)
    assert delinquent == 18  # 30 - 12


def test_count_back_dso_takes_the_last_month_pro_rata() -> None:
    # 1,000 open. March (31 days) sold 400 -> 600 left; February (28) sold 350 -> 250 left;
    # January (31) sold 500: 250 / 500 x 31 = 15.5. Together 31 + 28 + 15.5 = 74.5.
    months = [MonthSales(31, D(400)), MonthSales(28, D(350)), MonthSales(31, D(500))]
    assert count_back_dso(receivables=D(1000), months=months) == D("74.5")


def test_count_back_dso_counts_a_month_without_sales_in_full() -> None:
    # 200 open. April sold nothing (30 days), March sold 400: 200 / 400 x 31 = 15.5.
    months = [MonthSales(30, D(0)), MonthSales(31, D(400))]
    assert count_back_dso(receivables=D(200), months=months) == D("45.5")


def test_count_back_dso_is_silent_where_sales_do_not_reach_back_far_enough() -> None:
    assert count_back_dso(receivables=D(500), months=[MonthSales(31, D(400))]) is None
    assert count_back_dso(receivables=D(500), months=[]) is None
    assert count_back_dso(receivables=D(0), months=[MonthSales(31, D(0))]) is None
    assert count_back_dso(receivables=D(0), months=[MonthSales(31, D(5))]) == 0


def test_count_back_dso_adds_a_month_of_credit_notes_to_no_ones_account() -> None:
    # A month with more credit notes than invoices counts its days and takes nothing off.
    months = [MonthSales(30, D(-50)), MonthSales(31, D(310))]
    assert count_back_dso(receivables=D(100), months=months) == 40


def test_collection_effectiveness() -> None:
    # Opening 500, sales 1,000, closing 400 of which 250 not due:
    # (500 + 1,000 - 400) / (500 + 1,000 - 250) x 100 = 1,100 / 1,250 x 100 = 88.
    cei = collection_effectiveness(
        opening=D(500), sales=D(1000), closing=D(400), closing_current=D(250)
    )
    assert cei == 88


def test_days_are_weighted_by_amount() -> None:
    day = date(2026, 1, 1)
    parts = [
        PaidPart(D(100), day, date(2026, 1, 31), date(2026, 2, 10)),  # 40 days, 10 late
        PaidPart(D(300), day, date(2026, 1, 31), date(2026, 1, 21)),  # 20 days, 10 early
    ]
    assert weighted_days_to_pay(parts) == 25  # (100 x 40 + 300 x 20) / 400
    assert weighted_days_late(parts) == -5  # (100 x 10 - 300 x 10) / 400


def test_roll_rates_compare_a_bucket_with_the_one_before_it_a_period_ago() -> None:
    before = [D(1000), D(200), D(0), D(50)]
    after = [D(900), D(100), D(80), D(10)]
    # 100 / 1,000; 80 / 200; nothing to roll from.
    assert roll_rates(before=before, after=after) == (D("0.1"), D("0.4"), None)


def test_roll_rates_refuse_different_buckets() -> None:
    with pytest.raises(ValueError, match="same buckets"):
        roll_rates(before=[D(1)], after=[D(1), D(2)])


def test_kept_promises_by_count_and_value() -> None:
    rate = promise_kept_rate(kept=[D(100), D(100), D(100)], broken=[D(700)])
    assert (rate.by_count, rate.by_value) == (D(75), D(30))


def test_shares_are_in_percent() -> None:
    assert overdue_share(receivables=D(400), overdue=D(100)) == 25
    assert bad_debt_ratio(written_off=D(30), recovered=D(10), sales=D(1000)) == 2
    assert dispute_rate(disputed=D(50), invoiced=D(1000)) == 5
    assert recovery_rate(recovered=D(30), placed=D(120)) == 25


def test_loss_allowance_sums_buckets() -> None:
    # (1,000 x 1% + 200 x 10% + 50 x 50%) x 1.2 = (10 + 20 + 25) x 1.2 = 66
    matrix = [
        LossBucket(D(1000), D("0.01")),
        LossBucket(D(200), D("0.10")),
        LossBucket(D(50), D("0.50")),
    ]
    assert loss_allowance(matrix, forward_factor=D("1.2")) == 66
    assert loss_allowance([]) == 0


def test_a_zero_denominator_gives_nothing_rather_than_a_crash_or_a_zero() -> None:
    assert dso(receivables=D(300), sales=D(0), days=90) is None
    assert best_possible_dso(current=D(1), sales=D(0), days=90) is None
    assert average_days_delinquent(receivables=D(1), current=D(1), sales=D(0), days=9) is None
    nothing = collection_effectiveness(
        opening=D(0), sales=D(100), closing=D(100), closing_current=D(100)
    )
    assert nothing is None
    assert weighted_days_to_pay([]) is None
    assert weighted_days_late([]) is None
    assert overdue_share(receivables=D(0), overdue=D(0)) is None
    assert bad_debt_ratio(written_off=D(1), recovered=D(0), sales=D(0)) is None
    assert dispute_rate(disputed=D(0), invoiced=D(0)) is None
    assert recovery_rate(recovered=D(0), placed=D(0)) is None
    rate = promise_kept_rate(kept=[], broken=[])
    assert (rate.by_count, rate.by_value) == (None, None)


positive = st.integers(1, 10**9).map(D)


@given(positive, st.lists(st.tuples(st.integers(28, 31), positive), min_size=1, max_size=24))
def test_count_back_dso_of_even_sales_is_the_plain_dso(
    receivables: Decimal, raw: list[tuple[int, Decimal]]
) -> None:
    days, sales = raw[0]
    months = [MonthSales(days, sales)] * len(raw)
    counted = count_back_dso(receivables=receivables, months=months)
    plain = dso(receivables=receivables, sales=sales * len(raw), days=days * len(raw))
    if counted is None:
        assert receivables > sales * len(raw)
    else:
        assert plain is not None
        assert abs(counted - plain) < D("0.000001")
