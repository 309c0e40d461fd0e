"""Interest in each currency's own units."""

import pytest

from payments.rules.interest import Movement, WarningCode
from tests.payments.interest.cast import DAY, D, agreed, interest
from tests.payments.shipped import preset, terms


@pytest.mark.parametrize(
    ("currency", "principal", "total", "daily"),
    [
        ("JPY", "100000", "247", "8"),  # 100,000 x 3% / 365 x 30 = 246.5753
        ("EUR", "100000.00", "246.58", "8.22"),
        ("KWD", "100000.000", "246.575", "8.219"),
    ],
)
def test_it_rounds_once_in_the_currencys_own_units(
    currency: str, principal: str, total: str, daily: str
) -> None:
    calculation = interest(agreed("3", currency), principal, DAY(2026, 3, 31), DAY(2026, 4, 30))
    assert (str(calculation.total), str(calculation.daily_accrual)) == (total, daily)


def test_lines_rounded_one_by_one_would_not_add_up_but_these_do() -> None:
    # 1.206% on 360 days. 10 days on 1,000, 20 on 500, 10 on 1,000: exactly 0.335 each.
    # Rounded one by one that is 0.34 x 3 = 1.02; the sum is 1.005, rounded once 1.01.
    movements = [
        Movement(DAY(2026, 1, 11), D("500.00")),
        Movement(DAY(2026, 1, 31), D("-500.00")),
    ]
    calculation = interest(
        agreed("1.206", basis=360), "1000.00", DAY(2026, 1, 1), DAY(2026, 2, 10), *movements
    )
    assert calculation.total == D("1.01")
    assert [line.amount for line in calculation.lines] == [D("0.34"), D("0.34"), D("0.33")]


def test_a_lump_sum_in_another_currency_is_named_not_added() -> None:
    calculation = interest(terms("de_288", "USD"), "1000.00", DAY(2025, 3, 31), DAY(2025, 4, 30))
    assert calculation.fixed_sum == 0
    [warning] = [w for w in calculation.warnings if w.code is WarningCode.FIXED_SUM_OTHER_CURRENCY]
    assert (warning.amount, warning.currency) == (D(40), "EUR")


def test_no_lump_sum_before_the_debt_is_late() -> None:
    calculation = interest(terms("de_288", "EUR"), "1000.00", DAY(2025, 3, 31), DAY(2025, 3, 31))
    assert (calculation.fixed_sum, calculation.warnings) == (D(0), ())


def test_a_daily_rate_is_compared_with_caps_by_the_year() -> None:
    assert preset("cn_judgment_doubled").jurisdiction == "CN"
    calculation = interest(
        terms("cn_judgment_doubled", "CNY"), "100.00", DAY(2025, 9, 1), DAY(2025, 9, 2)
    )
    assert calculation.lines[0].rate.yearly_percent == D("6.3875")  # 0.0175 x 365
