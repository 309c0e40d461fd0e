"""Amounts in Chinese capital numerals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.words import renminbi_in_words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "人民币零元整"),
        ("0.05", "人民币伍分"),
        ("0.50", "人民币伍角整"),
        ("1.00", "人民币壹元整"),
        ("10", "人民币壹拾元整"),
        ("1.10", "人民币壹元壹角整"),
        ("1.07", "人民币壹元零柒分"),
        ("980.00", "人民币玖佰捌拾元整"),
        ("1409.50", "人民币壹仟肆佰零玖元伍角整"),
        ("6007.14", "人民币陆仟零柒元壹角肆分"),
        ("10005.07", "人民币壹万零伍元零柒分"),
        ("107000.53", "人民币壹拾万柒仟元伍角叁分"),
        ("16409.02", "人民币壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "人民币叁佰贰拾伍元零肆分"),
        ("457320.37", "人民币肆拾伍万柒仟叁佰贰拾元叁角柒分"),
        ("100000000", "人民币壹亿元整"),
        ("100000001", "人民币壹亿零壹元整"),
        ("1000010000", "人民币壹拾亿零壹万元整"),
        ("1000000000000", "人民币壹万亿元整"),
        ("1000200000000", "人民币壹万零贰亿元整"),
    ],
)
def test_it_writes_as_cheques_do(amount: str, words: str) -> None:
    assert renminbi_in_words(Decimal(amount)) == words


@pytest.mark.parametrize("amount", ["-1", "0.001", "1E+16"])
def test_it_refuses_what_is_no_amount_in_yuan(amount: str) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        renminbi_in_words(Decimal(amount))


@given(st.integers(min_value=0, max_value=10**18 - 1))
def test_the_words_read_back_as_the_amount(cents: int) -> None:
    words = renminbi_in_words(Decimal(cents) / 100)
    assert _read(words) == cents
    assert "零零" not in words


def _read(words: str) -> int:
    """The amount in fen that capital numerals say."""
    text = words.removeprefix("人民币").removesuffix("整")
    yuan, _sign, rest = text.rpartition("元") if "元" in text else ("", "", text)
    jiao = fen = 0
    if "角" in rest:
        digit, rest = rest.split("角")
        jiao = "零壹贰叁肆伍陆柒捌玖".index(digit[-1])
    if "分" in rest:
        fen = "零壹贰叁肆伍陆柒捌玖".index(rest[-2])
    return _integer(yuan) * 100 + jiao * 10 + fen


def _integer(text: str) -> int:
    total = 0
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        if unit in text:
            head, text = text.rsplit(unit, 1)
            total += _integer(head) * size
    digit = 0
    for character in text:
        if character in "拾佰仟":
            total += (digit or 1) * 10 ** ("拾佰仟".index(character) + 1)
            digit = 0
        elif character != "零":
            digit = "零壹贰叁肆伍陆柒捌玖".index(character)
    return total + digit
