"""What is not known is refused or said."""

import pytest

from payments.rules.interest import RateUnknown, TermsIncomplete, WarningCode
from tests.payments.interest.cast import DAY, D, agreed, codes, interest
from tests.payments.shipped import terms


def test_it_refuses_a_half_year_without_a_published_rate() -> None:
    with pytest.raises(RateUnknown) as refusal:
        interest(terms("eu_2011_7", "EUR"), "100.00", DAY(2026, 5, 31), DAY(2026, 7, 1))
    assert (refusal.value.day, refusal.value.known_until) == (DAY(2026, 7, 1), DAY(2026, 6, 30))
    known = interest(terms("eu_2011_7", "EUR"), "100.00", DAY(2026, 5, 31), DAY(2026, 6, 30))
    assert known.days == 30


def test_it_refuses_an_lpr_nobody_has_looked_up() -> None:
    # The rate of 20 August 2026 is known to hold until the next publication a month later.
    how = terms("cn_sale_default", "CNY")
    assert interest(how, "100.00", DAY(2026, 9, 18), DAY(2026, 12, 31)).total > 0
    with pytest.raises(RateUnknown):
        interest(how, "100.00", DAY(2026, 9, 21), DAY(2026, 12, 31))


def test_it_refuses_a_breach_before_the_first_published_rate() -> None:
    with pytest.raises(RateUnknown) as refusal:
        interest(terms("cn_sale_default", "CNY"), "100.00", DAY(2019, 7, 1), DAY(2020, 1, 1))
    assert refusal.value.known_until is None


def test_it_refuses_a_contract_rule_without_its_rate() -> None:
    with pytest.raises(TermsIncomplete) as refusal:
        interest(terms("us_contract", "USD"), "100.00", DAY(2026, 1, 1), DAY(2026, 2, 1))
    assert refusal.value.missing == "agreed_rate"


def test_a_rule_older_than_the_debt_says_so() -> None:
    calculation = interest(
        terms("cn_sme", "CNY", agreed_rate=D(5), contract_on=DAY(2024, 1, 2)),
        "100.00",
        DAY(2024, 12, 31),
        DAY(2025, 1, 31),
    )
    assert WarningCode.NOT_YET_IN_FORCE in codes(calculation)


@pytest.mark.parametrize("principal", ["-1.00", "1.001"])
def test_it_refuses_a_principal_nobody_can_owe(principal: str) -> None:
    with pytest.raises(ValueError, match="somebody can owe"):
        interest(agreed("1"), principal, DAY(2026, 1, 1), DAY(2026, 2, 1))


@pytest.mark.parametrize(
    "facts", [{"agreed_rate": D(-1)}, {"basis": 366}, {"multiplier": D("1.3")}]
)
def test_it_refuses_terms_no_rule_allows(facts: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"agreed rate|basis|multiplier"):
        terms("us_contract", "USD", **facts)
