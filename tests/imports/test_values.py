"""How cells are read: dates, amounts, words."""

import datetime as dt
from decimal import Decimal

import pytest

from imports.rules import words
from imports.rules.amounts import MarkEvidence, fitted, parse_amount
from imports.rules.dates import IntervalEvidence, OrderEvidence, parse_date

D = dt.date


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2026-03-05", "AUTO", D(2026, 3, 5)),
        ("2026/3/5", "AUTO", D(2026, 3, 5)),
        ("2026.03.05", "AUTO", D(2026, 3, 5)),
        ("2026年3月5日", "AUTO", D(2026, 3, 5)),
        ("2026 年 3 月 5 日", "AUTO", D(2026, 3, 5)),
        ("2026-03-05 14:20", "AUTO", D(2026, 3, 5)),
        ("2026-03-05T00:00:00Z", "AUTO", D(2026, 3, 5)),
        ("20260305", "AUTO", D(2026, 3, 5)),
        ("46086", "AUTO", D(2026, 3, 5)),
        ("46086.75", "AUTO", D(2026, 3, 5)),
        ("5 Mar 2026", "AUTO", D(2026, 3, 5)),
        ("05-Mar-26", "AUTO", D(2026, 3, 5)),
        ("5th March 2026", "AUTO", D(2026, 3, 5)),
        ("March 5, 2026", "AUTO", D(2026, 3, 5)),
        ("Thu, 5 Mar 2026", "AUTO", D(2026, 3, 5)),
        ("5/3/2026", "DMY", D(2026, 3, 5)),
        ("5/3/2026", "MDY", D(2026, 5, 3)),
        ("5/3/26", "MDY", D(2026, 5, 3)),
        ("5.3.2026", "AUTO", D(2026, 3, 5)),
        ("13/3/2026", "AUTO", D(2026, 3, 13)),
        ("3/13/2026", "AUTO", D(2026, 3, 13)),
        ("7/7/2026", "AUTO", D(2026, 7, 7)),
        ("5/3/2026", "AUTO", None),
        ("3/13/2026", "DMY", None),
        ("2026-02-30", "AUTO", None),
        ("31/4/2026", "DMY", None),
        ("1066-10-14", "AUTO", None),
        ("tomorrow", "AUTO", None),
        ("Mar 2026", "AUTO", None),
        ("12", "AUTO", None),
    ],
)
def test_a_date_is_read_in_one_way_or_not_at_all(
    text: str, order: str, day: dt.date | None
) -> None:
    assert parse_date(text, order) == day


def test_an_instant_in_utc_is_the_day_it_was_at_the_creditor() -> None:
    late = "2026-03-05T16:30:00Z"
    assert parse_date(late, "AUTO", "Asia/Shanghai") == D(2026, 3, 6)
    assert parse_date(late, "AUTO", "Europe/Berlin") == D(2026, 3, 5)
    # Midnight is how programs write a day without a time: it never moves.
    assert parse_date("2026-03-05T00:00:00Z", "AUTO", "America/New_York") == D(2026, 3, 5)


def test_one_unambiguous_value_decides_the_column() -> None:
    evidence = OrderEvidence()
    evidence.feed(["1/2/2026", "3/4/2026", "25/12/2026"], lambda _value: 2)
    assert evidence.order == "DMY"
    evidence = OrderEvidence()
    evidence.feed(["1/2/2026", "12/25/2026"], lambda _value: 2)
    assert evidence.order == "MDY"


def test_a_column_without_evidence_stays_open_and_a_mixed_one_is_mixed() -> None:
    silent = OrderEvidence()
    silent.feed(["1/2/2026", "7/7/2026"], lambda _value: 2)
    assert silent.is_open
    harmless = OrderEvidence()
    harmless.feed(["7/7/2026", "2026-01-02"], lambda _value: 2)
    assert not harmless.is_open
    mixed = OrderEvidence()
    mixed.feed(["13/1/2026", "1/14/2026"], lambda _value: 2)
    assert mixed.is_mixed


def test_terms_tell_the_order_where_the_dates_do_not() -> None:
    evidence = IntervalEvidence()
    for start, end in (("1/2/2026", "3/4/2026"), ("2/3/2026", "1/4/2026")):
        evidence.feed(start, end, 30)
    assert evidence.order == "AUTO"
    evidence = IntervalEvidence()
    evidence.feed("1/2/2026", "3/3/2026", 30)
    evidence.feed("2/3/2026", "1/4/2026", 30)
    assert evidence.order == "DMY"


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1234.56", ".", "1234.56"),
        ("1,234.56", ".", "1234.56"),
        ("1.234,56", ",", "1234.56"),
        ("1 234,56", ",", "1234.56"),
        ("1'234.56", ".", "1234.56"),
        ("12,34,567.00", ".", "1234567"),
        ("(123.45)", ".", "-123.45"),
        ("-123.45", ".", "-123.45"),
        ("123.45-", ".", "-123.45"),
        ("\u2212123.45", ".", "-123.45"),
        ("123.45 CR", ".", "-123.45"),
        ("123.45 DR", ".", "123.45"),
        ("¥1,234.56", ".", "1234.56"),
        ("￥1，234.56", ".", "1234.56"),
        ("€ 1.234,56", ",", "1234.56"),
        ("-$1,234", ".", "-1234"),
        ("$-1,234", ".", "-1234"),
        ("(€1,234.00)", ".", "-1234"),
        ("CNY 99", ".", "99"),
        ("1234元", ".", "1234"),
        (".5", ".", "0.5"),
        ("-", ".", "0"),
        ("１２３．４５", ".", "123.45"),
        ("abc", ".", None),
        ("12.34.56", ".", None),
        ("1,23.4", ".", None),
        ("(12", ".", None),
        ("--5", ".", None),
        ("(-5)", ".", None),
        ("1e5", ".", None),
        ("12万", ".", None),
        ("5 units", ".", None),
        ("¥100元", ".", "100"),
        ("", ".", None),
    ],
)
def test_an_amount_is_read_as_it_is_meant(text: str, decimal: str, value: str | None) -> None:
    found = parse_amount(text, decimal)
    assert (found.value if found else None) == (None if value is None else Decimal(value))


def test_the_column_decides_which_sign_is_the_decimal_one() -> None:
    def decimal_of(*values: str) -> str:
        evidence = MarkEvidence()
        evidence.feed(values)
        return evidence.decimal

    assert decimal_of("1.234,56", "12") == ","
    assert decimal_of("12,5", "1.234") == ","
    assert decimal_of("1,234.56") == "."
    assert decimal_of("1,234", "5,678") == "."
    assert decimal_of("1.234.567") == ","


def test_more_decimals_than_the_currency_has_are_refused_and_zeros_are_not() -> None:
    assert fitted(Decimal("1495.0000"), "NZD") == Decimal("1495.00")
    assert fitted(Decimal("0.1") * 3, "EUR") == Decimal("0.30")
    assert fitted(Decimal("66919.790000000001"), "EUR") == Decimal("66919.79")
    assert fitted(Decimal("1.005"), "EUR") is None
    assert fitted(Decimal("1.005"), "KWD") == Decimal("1.005")
    assert fitted(Decimal("1.5"), "JPY") is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Net 45", 45),
        ("net30", 30),
        ("45 days", 45),
        ("30", 30),
        ("30.0", 30),
        ("2/10 net 30", 30),
        ("月结60天", 60),
        ("账期90天", 90),
        ("Due on receipt", 0),
        ("货到付款", 0),
        ("EOM", None),
        ("9999", None),
    ],
)
def test_terms_are_days(text: str, days: int | None) -> None:
    assert words.terms_of(text) == days


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("eur", "EUR"),
        ("€", "EUR"),
        ("人民币", "CNY"),
        ("RMB", "CNY"),
        ("US Dollar", "USD"),
        ("CNY 人民币", "CNY"),
        ("人民币(CNY)", "CNY"),
        ("XAU", None),
        ("ZZZ", None),
    ],
)
def test_a_currency_is_known_by_code_sign_and_name(text: str, code: str | None) -> None:
    assert words.currency_of(text) == code


def test_a_sign_of_several_currencies_is_the_default_one_where_that_uses_it() -> None:
    assert words.currency_of("$", "AUD") == "AUD"
    assert words.currency_of("$", "EUR") == "USD"
    assert words.currency_of("¥", "JPY") == "JPY"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Paid", "PAID"),
        ("已结清", "PAID"),
        ("Partially Paid", "PARTIAL"),
        ("Void", "VOID"),
        ("草稿", "DRAFT"),
        ("Overdue by 12 days", "OPEN"),
        ("", "OPEN"),
        ("Frobnicated", None),
    ],
)
def test_a_status_is_understood_in_both_languages(text: str, status: str | None) -> None:
    assert words.status_of(text) == status


def test_a_flag_is_yes_no_or_a_reason() -> None:
    assert [words.flag_of(t) for t in ("Yes", "是", "TRUE", "1")] == [True] * 4
    assert [words.flag_of(t) for t in ("No", "否", "", "0", "无")] == [False] * 5
    assert words.flag_of("Goods damaged") is None


def test_numbers_that_are_no_countries_do_not_become_some() -> None:
    assert words.country_of("156") == words.country_of("CHN") == words.country_of("中国") == "CN"
    assert words.are_countries(frozenset({"CN", "DEU", "840", "Atlantis"}))
    # One of these is Egypt's number; a column of them is still no column of countries.
    assert not words.are_countries(frozenset({"391", "406", "770", "897", "818"}))
