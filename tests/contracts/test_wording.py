"""Placeholders in clauses: filled in each language, refused when unknown, shown when missing."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from contracts.rules.wording import (
    EN,
    PLACEHOLDERS,
    ZH,
    Facts,
    fill,
    gap,
    has_gap,
    in_language,
    split_gaps,
    unknown_placeholders,
    words_of,
)

FACTS = Facts(
    number="K-1",
    currency="CNY",
    title={EN: "Website", ZH: "网站"},
    supplier={EN: "Own Ltd", ZH: "自有公司"},
    supplier_address={EN: "1 Street\nShanghai", ZH: "上海市\n某路1号"},
    supplier_email="us@own.example",
    client="{price} & Co",
    client_address="2 Road",
    notice_email="them@client.example",
    notice_address="3 Lane,\nTown",
    price=Decimal("120000.00"),
    terms_days=30,
    late_kind="RATE",
    late_rate=Decimal("12.50000"),
    suspension_days=15,
    acceptance_days=10,
    minutes_days=7,
    prepayment_ratio=Decimal("0.3000"),
    starts_on=dt.date(2026, 12, 1),
    ends_on=dt.date(2027, 6, 30),
    governing_law="the People's Republic of China / 中华人民共和国",
    forum="the courts of England and Wales",
    bank_account="ICBC 1001",
)


def test_every_placeholder_has_its_words_in_both_languages() -> None:
    for language in (EN, ZH):
        assert set(words_of(FACTS, language)) == set(PLACEHOLDERS)


def test_facts_are_said_as_each_language_says_them() -> None:
    english, chinese = words_of(FACTS, EN), words_of(FACTS, ZH)
    assert english["price"] == "CNY 120,000.00"
    assert chinese["price"] == "人民币120,000.00元（大写：人民币壹拾贰万元整）"
    assert english["prepayment"] == "30% of the contract price, which is CNY 36,000.00"
    assert chinese["prepayment"] == "合同总价的30%，即人民币36,000.00元"
    assert english["late_charge"] == "12.5% a year (on a year of 365 days)"
    assert chinese["late_charge"] == "年利率12.5%（一年按365日计）"
    assert (english["starts_on"], chinese["starts_on"]) == ("1 December 2026", "2026年12月1日")
    assert english["notice_address"] == chinese["notice_address"] == "3 Lane, Town"
    assert chinese["supplier_address"] == "上海市某路1号"
    assert (english["governing_law"], chinese["governing_law"]) == (
        "the People's Republic of China",
        "中华人民共和国",
    )
    assert chinese["forum"] == "英格兰和威尔士法院"


def test_an_amount_in_yen_has_no_decimals() -> None:
    facts = Facts(number="K", currency="JPY", price=Decimal(1001), prepayment_ratio=Decimal("0.5"))
    assert words_of(facts, EN)["prepayment"].endswith("JPY 501")


def test_what_is_filled_in_is_not_read_again() -> None:
    words = words_of(FACTS, EN)
    assert fill("With {client}.", words, EN) == "With {price} & Co."


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_a_missing_fact_is_a_gap_nobody_overlooks(name: str) -> None:
    for language in (EN, ZH):
        text = fill(f"x {{{name}}} y", {}, language)
        assert has_gap(text)
        assert gap(name, language) in text
        assert "".join(piece for piece, _gap in split_gaps(text)) == text
        assert [piece for piece, is_gap in split_gaps(text) if is_gap] == [gap(name, language)]


def test_the_gap_is_worded_in_the_language_of_the_text() -> None:
    assert fill("{terms_days}", {}, EN) == "[to be filled: payment terms in days]"
    assert fill("{terms_days}", {}, ZH) == "［待填：账期（日）］"


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Within {terms_days} days.", []),
        ("Within {term_days} days and {price} {nonsense}.", ["term_days", "nonsense"]),
        ("A lone } brace", ["}"]),
        ("An open {terms_days", ["{"]),
        ("{}", [""]),
        ("{ price }", [" price "]),
        ("{price!r} {price.real} {0}", ["price!r", "price.real", "0"]),
    ],
)
def test_what_no_contract_knows_is_found(text: str, unknown: list[str]) -> None:
    assert unknown_placeholders(text) == unknown


def test_a_late_charge_by_preset_is_stated_so_that_it_can_be_computed() -> None:
    facts = Facts(number="K", currency="CNY", late_kind="PRESET", late_preset="cn_sale_default")
    assert "1.3 times" in words_of(facts, EN)["late_charge"]
    assert "1.3倍" in words_of(facts, ZH)["late_charge"]
    other = Facts(
        number="K",
        currency="USD",
        late_kind="PRESET",
        late_preset="us_new_york",
        preset_names={EN: "New York 9%"},
    )
    assert words_of(other, EN)["late_charge"] == "the rate of this rule: New York 9%"
    nothing = Facts(number="K", currency="CNY")
    assert "late_charge" not in words_of(nothing, EN)


def test_a_note_without_translation_is_said_as_it_stands() -> None:
    assert in_language("Norway", ZH) == "Norway"
    assert in_language("Norway / 挪威", ZH) == "挪威"
    assert in_language("Norway / 挪威", EN) == "Norway"
    assert in_language("England and Wales", ZH) == "英格兰和威尔士"


def test_a_prepayment_that_was_kept_is_said_as_a_sum() -> None:
    facts = replace(FACTS, price=Decimal(100000), prepayment_kept=Decimal(36000))
    english, chinese = words_of(facts, EN), words_of(facts, ZH)
    assert english["prepayment"] == "CNY 36,000.00"
    assert chinese["prepayment"] == "人民币36,000.00元"
    assert english["prepayment_percent"] == "36%"
