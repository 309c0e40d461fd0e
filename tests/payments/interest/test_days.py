"""Which days bear interest."""

from payments.rules.interest import Movement, WarningCode
from tests.payments.interest.cast import DAY, D, agreed, interest
from tests.payments.shipped import terms


def test_the_first_day_is_the_day_after_the_due_date() -> None:
    on_time = interest(agreed("3.65"), "10000.00", DAY(2026, 3, 31), DAY(2026, 3, 31))
    assert (on_time.lines, on_time.total, on_time.daily_accrual) == ((), D(0), D(0))
    one_day = interest(agreed("3.65"), "10000.00", DAY(2026, 3, 31), DAY(2026, 4, 1))
    assert one_day.total == D("1.00")  # 10,000 x 3.65% / 365


def test_the_day_of_payment_still_bears_interest_and_the_next_no_longer() -> None:
    paid = Movement(DAY(2026, 4, 10), D("10000.00"))
    due_on = DAY(2026, 3, 31)
    for until in (DAY(2026, 4, 10), DAY(2026, 4, 11), DAY(2026, 12, 31)):
        assert interest(agreed("3.65"), "10000.00", due_on, until, paid).total == D("10.00")


def test_paying_on_the_due_date_costs_nothing() -> None:
    paid = Movement(DAY(2026, 3, 31), D("10000.00"))
    calculation = interest(agreed("10"), "10000.00", DAY(2026, 3, 31), DAY(2026, 12, 31), paid)
    assert (calculation.total, calculation.warnings) == (D(0), ())


def test_a_paid_invoice_needs_no_rate_at_all() -> None:
    # Due long before the first LPR on file, but paid in time: nothing to refuse.
    paid = Movement(DAY(2010, 1, 4), D("100.00"))
    calculation = interest(
        terms("cn_sale_default", "CNY"), "100.00", DAY(2010, 1, 4), DAY(2026, 1, 1), paid
    )
    assert calculation.total == 0


def test_a_due_date_on_a_chinese_holiday_moves_past_it() -> None:
    # 1 October 2024 is the National Day; offices opened on Tuesday the 8th.
    how = terms("cn_sale_default", "CNY")
    calculation = interest(how, "100000.00", DAY(2024, 10, 1), DAY(2024, 10, 31))
    assert calculation.first_day == DAY(2024, 10, 9)
    [moved] = [w for w in calculation.warnings if w.code is WarningCode.DUE_DATE_MOVED]
    assert (moved.day, moved.other_day) == (DAY(2024, 10, 1), DAY(2024, 10, 8))


def test_the_move_of_the_due_date_can_be_left_out() -> None:
    how = terms("cn_sale_default", "CNY", shift_due_date=False)
    calculation = interest(how, "100000.00", DAY(2024, 10, 1), DAY(2024, 10, 31))
    assert calculation.first_day == DAY(2024, 10, 2)


def test_a_leap_year_has_366_days_of_a_365_day_rate() -> None:
    calculation = interest(agreed("10"), "365.00", DAY(2023, 12, 31), DAY(2024, 12, 31))
    assert (calculation.days, calculation.total) == (366, D("36.60"))


def test_interest_runs_over_the_end_of_february() -> None:
    # 31 January to 1 March: 29 days in 2026, 30 in 2024.
    for year, days in ((2026, 29), (2024, 30)):
        calculation = interest(agreed("10"), "100.00", DAY(year, 1, 31), DAY(year, 3, 1))
        assert calculation.days == days
