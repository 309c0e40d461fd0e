"""Rules and published rates as rows: read strictly, refused when not understood."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.rules.presets import PresetBook, PresetInvalid, PresetRow
from payments.rules.rates import PUBLICATIONS, RatePoint, RateTable, RateUnknown
from tests.payments.shipped import BOOK, RATES, preset, preset_row, rows

D = Decimal

PRESETS = rows("interest_presets.json")
RATE_ROWS = rows("reference_rates.json")


@pytest.mark.parametrize(
    "row", PRESETS + RATE_ROWS, ids=lambda row: row.get("code", row.get("series"))
)
def test_every_shipped_row_names_its_source_and_who_verified_it(row: dict[str, Any]) -> None:
    assert row["source"]
    assert (row["verified_on"] is None) == (row["verified_by"] == "")
    assert ("general knowledge" in row["source"]) == (row["verified_on"] is None)


def test_every_rule_of_the_field_ships() -> None:
    assert set(BOOK.codes()) == {
        "cn_contract",
        "cn_sale_default",
        "cn_sme",
        "cn_judgment_doubled",
        "eu_2011_7",
        "de_288",
        "uk_lpcdia",
        "us_contract",
        "us_new_york",
        "us_california",
    }
    assert {row["code"] for row in PRESETS} - set(BOOK.codes()) == {
        "cn_loss_plus_30",
        "cn_private_loan_cap",
    }


def test_every_series_that_ships_says_how_it_is_published() -> None:
    assert {row["series"] for row in RATE_ROWS} == set(PUBLICATIONS)


@pytest.mark.parametrize(
    ("day", "percent"),
    [
        (date(2019, 8, 20), "4.25"),
        (date(2020, 4, 19), "4.05"),
        (date(2020, 4, 20), "3.85"),
        (date(2021, 12, 19), "3.85"),
        (date(2024, 10, 20), "3.35"),
        (date(2024, 10, 21), "3.10"),
        (date(2025, 5, 20), "3.00"),
        (date(2026, 9, 19), "3.00"),
    ],
)
def test_the_lpr_of_a_day(day: date, percent: str) -> None:
    assert RATES.on("lpr_1y", day).percent == D(percent)


@pytest.mark.parametrize("day", [date(2019, 8, 19), date(2026, 9, 20)])
def test_the_lpr_is_unknown_before_the_first_and_a_month_after_the_last_publication(
    day: date,
) -> None:
    with pytest.raises(RateUnknown):
        RATES.on("lpr_1y", day)


def test_the_united_kingdoms_statutory_rates_come_out() -> None:
    statutory = {(2024, 1): "13.25", (2024, 7): "13.25", (2025, 1): "12.75", (2025, 7): "12.25"}
    statutory |= {(2026, 1): "11.75", (2026, 7): "11.75"}
    for (year, month), percent in statutory.items():
        rate = RATES.on("boe_bank_rate_half_year", date(year, month, 1)).percent + 8
        assert rate == D(percent)


def test_a_missing_half_year_stays_missing_even_between_two_known_ones() -> None:
    table = RateTable(
        RatePoint("de_base_rate", day, D(1), "test", verified=True)
        for day in (date(2024, 1, 1), date(2025, 1, 1))
    )
    assert table.on("de_base_rate", date(2024, 6, 30)).percent == 1
    with pytest.raises(RateUnknown) as refusal:
        table.spans("de_base_rate", date(2024, 3, 1), date(2025, 3, 1))
    assert refusal.value.day == date(2024, 7, 1)


def test_an_unknown_series_is_unknown() -> None:
    with pytest.raises(RateUnknown):
        RATES.on("libor", date(2025, 1, 1))


@given(st.dates(date(2020, 1, 1), date(2025, 12, 31)), st.integers(0, 1500))
def test_spans_cover_every_day_once(first: date, length: int) -> None:
    last = min(first + timedelta(days=length), date(2026, 6, 30))
    for series in PUBLICATIONS:
        spans = RATES.spans(series, first, last)
        assert (spans[0].first, spans[-1].last) == (first, last)
        for one, following in pairwise(spans):
            assert one.last + timedelta(days=1) == following.first
        for span in spans:
            assert RATES.on(series, span.first) == RATES.on(series, span.last) == span.point


# --- Reading rows -------------------------------------------------------------------------

GOOD: dict[str, Any] = {
    "use": "interest",
    "jurisdiction": "XX",
    "basis": 365,
    "rate": {"percent": "5", "per": "year"},
}


def read(parameters: dict[str, Any]) -> PresetBook:
    return PresetBook([PresetRow("rule", date(2026, 1, 1), parameters, "test", verified=True)])


def test_a_good_row_is_read() -> None:
    rule = read(GOOD).preset("rule", date(2026, 2, 1))
    assert (rule.basis, rule.takes_agreed, rule.caps) == (365, False, ())


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"use": "penalty"}, "use"),
        ({"basis": 366}, "basis"),
        ({"compounding": "monthly"}, "compounding"),
        ({"jurisdiction": ""}, "jurisdiction"),
        ({"caps": ["nowhere"]}, "nowhere"),
        ({"rate": None}, "rate"),
        ({"rate": {"percent": "5"}}, "per"),
        ({"rate": {"percent": 5, "per": "year"}}, "percent"),
        ({"rate": {"percent": "five", "per": "year"}}, "percent"),
        ({"rate": {"percent": "NaN", "per": "year"}}, "percent"),
        ({"rate": {"percent": "5", "per": "week"}}, "per"),
        ({"rate": {"series": "lpr_1y", "fixing": "yesterday"}}, "fixing"),
        ({"rate": {"series": "lpr_1y", "fixing": "floating", "margn": "8"}}, "margn"),
        ({"fixed_sums": [{"currency": "EUR"}]}, "amount"),
        ({"fixed_sums": ["40"]}, "fixed sum"),
        ({"flor": {}}, "flor"),
    ],
)
def test_a_row_that_is_not_understood_is_refused_by_name(
    change: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(PresetInvalid, match=complaint):
        read(GOOD | change)


def test_the_wording_in_force_on_the_day_is_used() -> None:
    newer = GOOD | {"rate": {"percent": "6", "per": "year"}}
    book = PresetBook(
        [
            PresetRow("rule", date(2026, 1, 1), newer, "new", verified=True),
            PresetRow("rule", date(2020, 1, 1), GOOD, "old", verified=True),
        ]
    )
    assert book.preset("rule", date(2025, 12, 31)).source == "old"
    assert book.preset("rule", date(2026, 1, 1)).source == "new"
    assert book.preset("rule", date(2010, 1, 1)).source == "old"  # the calculation warns
    with pytest.raises(KeyError):
        book.preset("other", date(2026, 1, 1))


def test_a_cap_is_no_rule_a_contract_can_name() -> None:
    assert "cn_private_loan_cap" not in BOOK.codes()
    assert [cap.code for cap in preset("cn_contract").caps] == [
        "cn_loss_plus_30",
        "cn_private_loan_cap",
    ]


def test_rows_survive_being_read_one_by_one() -> None:
    caps = [preset_row(row) for row in PRESETS if row["parameters"]["use"] == "cap"]
    for row in PRESETS:
        if row["parameters"]["use"] == "interest":
            assert PresetBook([*caps, preset_row(row)]).codes() == (row["code"],)
