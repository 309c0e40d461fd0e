"""Money: one rounding, exact splits, the right sign for the right currency."""

from decimal import Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from core.money import (
    CurrencyMismatch,
    Money,
    UnknownCurrency,
    check_currency,
    currency_codes,
    exact_split,
    format_amount,
    format_money,
    is_rounded,
    minor_unit,
    minor_units,
    round_money,
    split_evenly,
    tender_currencies,
    totals_by_currency,
)

D = Decimal
CURRENCIES = ("EUR", "JPY", "KWD", "CNY")
amounts = st.decimals(-(10**12), 10**12, places=6, allow_nan=False, allow_infinity=False)
currencies = st.sampled_from(CURRENCIES)


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("0.005", "EUR", "0.01"),  # half away from zero, not to even
        ("0.015", "EUR", "0.02"),
        ("0.025", "EUR", "0.03"),
        ("-0.005", "EUR", "-0.01"),
        ("2.675", "EUR", "2.68"),  # the float 2.675 would give 2.67
        ("1.4999", "JPY", "1"),
        ("1.5", "JPY", "2"),
        ("1.2345", "KWD", "1.235"),
        ("999999999999999.999", "KWD", "999999999999999.999"),
    ],
)
def test_it_rounds_halves_away_from_zero_in_the_currencys_own_units(
    amount: str, currency: str, expected: str
) -> None:
    assert str(round_money(D(amount), currency)) == expected


def test_it_never_returns_a_negative_zero() -> None:
    assert str(round_money(D("-0.001"), "EUR")) == "0.00"


@pytest.mark.parametrize("bad", [0.1, float("nan")])
def test_it_refuses_a_float(bad: float) -> None:
    with pytest.raises(TypeError):
        round_money(bad, "EUR")  # type: ignore[arg-type]  # the point of the test


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "-Infinity"])
def test_it_refuses_what_is_not_a_number(bad: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        round_money(D(bad), "EUR")


@pytest.mark.parametrize("code", ["eur", "US$", "EURO", "", "XXX", "XAU", "ZZZ", "CLF"])
def test_it_refuses_a_code_nobody_is_invoiced_in(code: str) -> None:
    with pytest.raises(UnknownCurrency):
        check_currency(code)


@pytest.mark.parametrize(
    ("currency", "units"), [("JPY", 0), ("KRW", 0), ("EUR", 2), ("KWD", 3), ("IQD", 3), ("XAF", 0)]
)
def test_it_takes_decimals_from_iso_4217(currency: str, units: int) -> None:
    assert minor_units(currency) == units
    assert minor_unit(currency) == D(1).scaleb(-units)


def test_every_accepted_currency_fits_the_column() -> None:
    assert {minor_units(code) for code in currency_codes()} == {0, 2, 3}


def test_it_knows_what_is_rounded_already() -> None:
    assert is_rounded(D("1.20"), "EUR")
    assert is_rounded(D("1.200"), "EUR")
    assert not is_rounded(D("1.201"), "EUR")
    assert not is_rounded(D("0.5"), "JPY")


@given(amounts, currencies)
def test_rounding_moves_an_amount_by_half_a_unit_at_most(amount: Decimal, currency: str) -> None:
    rounded = round_money(amount, currency)
    assert abs(rounded - amount) <= minor_unit(currency) / 2
    assert round_money(rounded, currency) == rounded


# --- Splitting --------------------------------------------------------------------------


def test_a_hundred_in_three_gives_the_odd_cent_to_the_first() -> None:
    assert exact_split(D("100.00"), [1, 1, 1], "EUR") == (D("33.34"), D("33.33"), D("33.33"))


def test_the_odd_units_go_to_those_who_lost_most() -> None:
    # 10 yen by 1:2:4 is 1.43, 2.86, 5.71: cut to 1, 2, 5; the two left over go to .86 and .71.
    assert exact_split(D(10), [1, 2, 4], "JPY") == (D(1), D(3), D(6))


def test_a_negative_amount_splits_like_a_positive_one() -> None:
    assert split_evenly(D("-0.05"), 2, "EUR") == (D("-0.03"), D("-0.02"))


@pytest.mark.parametrize(
    ("amount", "weights"), [("1.00", []), ("1.00", [0, 0]), ("1.00", [1, -1]), ("1.001", [1])]
)
def test_it_refuses_a_split_that_cannot_be_exact(amount: str, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"Weights|decimals"):
        exact_split(D(amount), weights, "EUR")


def test_it_refuses_to_split_into_nothing() -> None:
    with pytest.raises(ValueError, match="at least one part"):
        split_evenly(D(1), 0, "EUR")


@given(amounts, st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any), currencies)
def test_shares_sum_exactly_and_stay_within_one_unit_of_fair(
    amount: Decimal, weights: list[int], currency: str
) -> None:
    amount = round_money(amount, currency)
    shares = exact_split(amount, weights, currency)
    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - amount * weight / sum(weights)) <= minor_unit(currency) * D("1.0001")
        assert is_rounded(share, currency)


# --- The value --------------------------------------------------------------------------


def test_two_currencies_do_not_add_up() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(D(1), "EUR") + Money(D(1), "USD")
    with pytest.raises(CurrencyMismatch):
        _ = Money(D(1), "EUR") < Money(D(2), "USD")


def test_money_counts() -> None:
    two = Money(D(2), "EUR")
    assert two + two - -two == two * 3
    assert two > Money.zero("EUR")
    assert Money(D(2), "EUR") <= two <= Money(D(2), "EUR")
    assert two >= Money(D(2), "EUR")
    assert not Money.zero("EUR")
    assert Money(D("1.005"), "EUR").rounded() == Money(D("1.01"), "EUR")
    assert two.format("en") == "€2.00"


def test_money_refuses_a_float_and_an_unknown_currency() -> None:
    with pytest.raises(TypeError):
        Money(0.1, "EUR")  # type: ignore[arg-type]  # the point of the test
    with pytest.raises(UnknownCurrency):
        Money(D(1), "???")


def test_totals_are_kept_per_currency() -> None:
    total = totals_by_currency([Money(D(1), "USD"), Money(D(2), "EUR"), Money(D(3), "USD")])
    assert total == (Money(D(2), "EUR"), Money(D(4), "USD"))


# --- Writing ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "currency", "expected"),
    [
        ("en", "EUR", "€1,234.50"),
        ("en", "USD", "$1,234.50"),
        ("en", "CNY", "CN¥1,234.50"),
        ("en", "JPY", "¥1,235"),
        ("en", "KWD", "KWD\N{NO-BREAK SPACE}1,234.500"),
        ("zh-hans", "EUR", "€1,234.50"),
        ("zh-hans", "USD", "US$1,234.50"),
        ("zh-hans", "CNY", "¥1,234.50"),
        ("zh-hans", "JPY", "JP¥1,235"),
        ("de", "EUR", "1.234,50\N{NO-BREAK SPACE}€"),
    ],
)
def test_it_writes_the_amounts_own_currency_in_the_readers_language(
    language: str, currency: str, expected: str
) -> None:
    assert format_money(D("1234.5"), currency, language) == expected


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_euro_invoice_never_prints_a_dollar_sign(language: str) -> None:
    """ERPNext 56006: amounts in EUR printed as US$, the company's currency."""
    for currency in currency_codes() - {"USD"}:
        dollars = format_money(D(1), "USD", language)
        assert format_money(D(1), currency, language) != dollars
    assert "$" not in format_money(D("1234.50"), "EUR", language)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_no_two_currencies_in_use_look_alike(language: str) -> None:
    in_use = ("AUD", "CAD", "CHF", "CNY", "EUR", "GBP", "HKD", "JPY", "SGD", "TWD", "USD")
    assert len({format_money(D(1), code, language) for code in in_use}) == len(in_use)


def test_it_writes_a_negative_amount_with_the_sign_first() -> None:
    assert format_money(D("-0.004"), "EUR", "en") == "€0.00"
    assert format_money(D("-1234.5"), "EUR", "en") == "-€1,234.50"
    assert format_amount(D("-1234.5"), "EUR", "en") == "-1,234.50"


@given(amounts, st.sampled_from(("EUR", "USD", "GBP", "CNY")), st.sampled_from(("en", "de")))
def test_the_fast_way_of_writing_agrees_with_babel(
    amount: Decimal, currency: str, language: str
) -> None:
    rounded = round_money(amount, currency)
    assert format_money(amount, currency, language) == format_currency(
        rounded, currency, locale=language
    )


def test_a_person_chooses_among_currencies_that_are_tender() -> None:
    assert {"CNY", "EUR", "USD", "JPY", "KWD"} <= tender_currencies()
    assert not {"DEM", "ADP", "FRF", "XAU"} & tender_currencies()
    assert tender_currencies() < currency_codes()
