"""One worked example of interest for each preset."""

import pytest

from payments.rules.interest import Movement, WarningCode
from payments.rules.presets import Per
from tests.payments.interest.cast import DAY, D, agreed, codes, interest
from tests.payments.shipped import terms


def test_germany_base_rate_floats_and_a_part_payment_reduces_the_principal() -> None:
    # EUR 10,000 due Monday 31 March 2025; 4,000 paid on 1 May; reckoned to 31 December 2025.
    # Base rate 2.27 to 30 June, 1.27 from 1 July; + 9 points.
    #  1 Apr -  1 May   31 days on 10,000 at 11.27%:  95.7178
    #  2 May - 30 Jun   60 days on  6,000 at 11.27%: 111.1562
    #  1 Jul - 31 Dec  184 days on  6,000 at 10.27%: 310.6323      total 517.5063
    calculation = interest(
        terms("de_288", "EUR"),
        "10000.00",
        DAY(2025, 3, 31),
        DAY(2025, 12, 31),
        Movement(DAY(2025, 5, 1), D("4000.00")),
    )
    assert [(line.days, line.principal, line.amount) for line in calculation.lines] == [
        (31, D("10000.00"), D("95.72")),
        (60, D("6000.00"), D("111.16")),
        (184, D("6000.00"), D("310.63")),
    ]
    assert calculation.total == D("517.51")
    assert calculation.daily_accrual == D("1.69")  # 6,000 x 10.27% / 365 = 1.6882
    assert calculation.fixed_sum == D("40.00")  # BGB 288 (5)
    assert calculation.claim == D("6557.51")  # 6,000 + 517.51 + 40
    assert WarningCode.UNVERIFIED_RATE in codes(calculation)
    assert not calculation.verified


def test_united_kingdom_rate_is_fixed_when_interest_starts_to_run() -> None:
    # GBP 5,000 due 31 January 2024, paid on 31 January 2025: 366 days from 1 February 2024.
    # Bank Rate on 31 December 2023 was 5.25, so 13.25% throughout, although it was 4.75 a year on.
    # 5,000 x 13.25% / 365 x 366 = 664.3151; debt of 1,000 to 9,999.99: GBP 70.
    calculation = interest(
        terms("uk_lpcdia", "GBP"),
        "5000.00",
        DAY(2024, 1, 31),
        DAY(2025, 6, 30),
        Movement(DAY(2025, 1, 31), D("5000.00")),
    )
    [line] = calculation.lines
    assert (line.first, line.last, line.days) == (DAY(2024, 2, 1), DAY(2025, 1, 31), 366)
    assert line.rate.percent == D("13.25")
    assert (calculation.total, calculation.fixed_sum) == (D("664.32"), D("70.00"))
    assert calculation.verified


@pytest.mark.parametrize(
    ("debt", "lump_sum"),
    [
        ("999.99", "40.00"),
        ("1000.00", "70.00"),
        ("9999.99", "70.00"),
        ("10000.00", "100.00"),
    ],
)
def test_united_kingdom_lump_sum_goes_by_the_size_of_the_debt(debt: str, lump_sum: str) -> None:
    calculation = interest(terms("uk_lpcdia", "GBP"), debt, DAY(2024, 1, 31), DAY(2024, 2, 29))
    assert calculation.fixed_sum == D(lump_sum)


def test_european_union_rate_changes_with_the_half_year() -> None:
    # EUR 12,000 due Sunday 15 December 2024, to 28 February 2025. The Directive does not move
    # the due date. ECB 4.25 in the second half of 2024, 3.15 from 1 January 2025; + 8 points.
    # 16 - 31 Dec  16 days at 12.25%:  64.4384
    #  1 Jan - 28 Feb  59 days at 11.15%: 216.2795      total 280.7178, and EUR 40
    calculation = interest(
        terms("eu_2011_7", "EUR"), "12000.00", DAY(2024, 12, 15), DAY(2025, 2, 28)
    )
    assert [line.amount for line in calculation.lines] == [D("64.44"), D("216.28")]
    assert (calculation.total, calculation.fixed_sum) == (D("280.72"), D("40.00"))


def test_china_sale_without_agreement_reads_the_lpr_once_on_the_breach_date() -> None:
    # CNY 100,000 due Monday 30 September 2024: in breach from 1 October, LPR 3.35 then.
    # The cut to 3.10 on 21 October changes nothing. 3.35 x 1.30 = 4.355%.
    # 1 Oct - 31 Dec: 92 days x 100,000 x 4.355% / 365 = 1,097.7041
    calculation = interest(
        terms("cn_sale_default", "CNY"), "100000.00", DAY(2024, 9, 30), DAY(2024, 12, 31)
    )
    [line] = calculation.lines
    assert (line.rate.percent, line.days) == (D("4.355"), 92)
    assert calculation.total == D("1097.70")
    assert calculation.verified
    # The law leaves 1.30 to 1.50; the lower end is used and the range is named.
    [range_warning] = [w for w in calculation.warnings if w.code is WarningCode.RANGE]
    assert (range_warning.rate, range_warning.limit) == (D("1.30"), D("1.50"))


def test_china_sale_at_the_upper_end_of_the_range() -> None:
    # 3.35 x 1.50 = 5.025%; x 92 / 365 x 100,000 = 1,266.5753
    how = terms("cn_sale_default", "CNY", multiplier=D("1.50"))
    calculation = interest(how, "100000.00", DAY(2024, 9, 30), DAY(2024, 12, 31))
    assert calculation.total == D("1266.58")


@pytest.mark.parametrize("multiplier", ["1.29", "1.51"])
def test_it_refuses_a_multiplier_outside_the_range(multiplier: str) -> None:
    with pytest.raises(ValueError, match="outside"):
        terms("cn_sale_default", "CNY", multiplier=D(multiplier))


def test_the_lpr_of_a_change_day_is_the_new_one() -> None:
    # Due 18 October 2024 (Friday): breach on Saturday 19 October, still 3.35.
    # Due 20 October (Sunday): moves to Monday 21 October, breach on the 22nd, already 3.10.
    before = interest(terms("cn_sale_default", "CNY"), "1.00", DAY(2024, 10, 18), DAY(2024, 10, 25))
    after = interest(terms("cn_sale_default", "CNY"), "1.00", DAY(2024, 10, 20), DAY(2024, 10, 25))
    assert before.lines[0].rate.percent == D("4.355")
    assert after.lines[0].rate.percent == D("4.030")


def test_china_sme_without_agreement_is_a_fixed_daily_rate() -> None:
    # CNY 200,000 due Monday 30 June 2025, 30 days: 200,000 x 0.05% x 30 = 3,000.
    calculation = interest(
        terms("cn_sme", "CNY", contract_on=DAY(2025, 3, 1)),
        "200000.00",
        DAY(2025, 6, 30),
        DAY(2025, 7, 30),
    )
    assert calculation.total == D("3000.00")
    assert calculation.daily_accrual == D("100.00")
    # 0.05% a day is 18.25% a year, above four times the LPR of 3.10 = 12.40%: a warning only.
    [cap] = [w for w in calculation.warnings if w.code is WarningCode.ABOVE_CAP]
    assert (cap.subject, cap.rate, cap.limit) == ("cn_private_loan_cap", D("18.25"), D("12.40"))


def test_china_sme_below_the_lowest_agreed_rate_warns_and_claims_no_more() -> None:
    # Agreed 2% a year; LPR on the contract date 3.10. 100,000 x 2% / 365 x 73 = 400.
    how = terms("cn_sme", "CNY", agreed_rate=D(2), contract_on=DAY(2025, 3, 1))
    calculation = interest(how, "100000.00", DAY(2025, 6, 30), DAY(2025, 9, 11))
    assert calculation.total == D("400.00")
    [floor] = [w for w in calculation.warnings if w.code is WarningCode.BELOW_FLOOR]
    assert (floor.rate, floor.limit) == (D(2), D("3.10"))


def test_china_judgment_interest_is_a_fixed_daily_rate() -> None:
    # CNY 1,000,000 to be paid by Monday 1 September 2025; 40 days: 175 a day.
    calculation = interest(
        terms("cn_judgment_doubled", "CNY"), "1000000.00", DAY(2025, 9, 1), DAY(2025, 10, 11)
    )
    assert (calculation.daily_accrual, calculation.total) == (D("175.00"), D("7000.00"))


def test_china_agreed_penalty_warns_where_a_court_may_cut_it() -> None:
    # 0.05% a day = 18.25% a year.
    # LPR in breach 3.00 x 1.30 = 3.90; LPR at signing 3.10 x 4 = 12.40.
    how = terms(
        "cn_contract",
        "CNY",
        agreed_rate=D("0.05"),
        agreed_per=Per.DAY,
        contract_on=DAY(2025, 3, 1),
    )
    calculation = interest(how, "100000.00", DAY(2025, 6, 30), DAY(2025, 7, 10))
    assert calculation.total == D("500.00")  # warnings never change an amount
    limits = {
        warning.subject: warning.limit
        for warning in calculation.warnings
        if warning.code is WarningCode.ABOVE_CAP
    }
    assert limits == {"cn_loss_plus_30": D("3.90"), "cn_private_loan_cap": D("12.40")}


def test_china_agreed_penalty_is_measured_by_the_real_loss_where_it_is_known() -> None:
    how = terms(
        "cn_contract",
        "CNY",
        agreed_rate=D(10),
        likely_loss=D(9),  # 9 x 1.30 = 11.70
        contract_on=DAY(2025, 3, 1),
    )
    calculation = interest(how, "100000.00", DAY(2025, 6, 30), DAY(2025, 7, 10))
    assert WarningCode.ABOVE_CAP not in codes(calculation)


def test_a_cap_that_cannot_be_read_is_named_and_not_guessed() -> None:
    how = terms("cn_contract", "CNY", agreed_rate=D(1))  # no contract date for the 4 x LPR cap
    calculation = interest(how, "100000.00", DAY(2025, 6, 30), DAY(2025, 7, 10))
    [unchecked] = [w for w in calculation.warnings if w.code is WarningCode.CAP_NOT_CHECKED]
    assert unchecked.subject == "cn_private_loan_cap"


def test_a_contract_rate_with_360_days() -> None:
    # USD 1,000 at 18% on a 360-day year, 45 days: 1,000 x 18% / 360 x 45 = 22.50.
    calculation = interest(agreed("18", basis=360), "1000.00", DAY(2026, 1, 31), DAY(2026, 3, 17))
    assert (calculation.days, calculation.total) == (45, D("22.50"))
    assert calculation.warnings == ()


def test_a_state_rate_from_general_knowledge_is_marked_unverified() -> None:
    # New York, 9% simple: 1,000 x 9% / 365 x 365 = 90.
    calculation = interest(terms("us_new_york", "USD"), "1000.00", DAY(2025, 1, 1), DAY(2026, 1, 1))
    assert calculation.total == D("90.00")
    assert WarningCode.UNVERIFIED_RULE in codes(calculation)
    assert not calculation.verified
