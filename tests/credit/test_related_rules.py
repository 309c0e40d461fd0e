"""Related clients, the rules: keys that do not depend on how a fact is written, and points."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.rules.related import (
    ENOUGH,
    Sign,
    address_key,
    domain_key,
    fold,
    name_rest,
    next_state,
    payer_key,
    person_key,
    phone_key,
    points_of,
    registration_key,
    total,
)
from credit.selectors.related import collectors, mail_providers
from credit.states import RELATED_TRANSITIONS, RelatedSign, RelatedState

S, K = RelatedState, RelatedSign
KEYS: list[Callable[[str], str]] = [
    fold,
    name_rest,
    person_key,
    payer_key,
    address_key,
    phone_key,
    domain_key,
    registration_key,
]
#: Texts that look like what people write, so that hypothesis meets the rules and not only noise.
PIECES = st.sampled_from(
    [
        *("有限公司", "集团", "贸易", "上海", "市", "浦东", "新区", "江", "省", "苏", "世纪大道"),
        *("号", "号楼", "室", "路", "栋", "Co.", "Ltd", "GmbH", "The", "S.A.", "&", ",", ".", "("),
        *(")", "（", "）", "-", "Street", "Straße", "Hauptstr.", "No.", "12", "１２", "3", "+86"),
        *("021", "转", "ext", "x", "4", "acme", "ACME", "é", "İ", "ß", "Zhang", "张", "伟", "先生"),
        *("Mr.", "@", "qq.com", "一", "z"),
    ]
)
# The first draw builds a table of characters, which is slow on a busy machine.
TEXTS = st.one_of(
    st.text(max_size=40),
    st.lists(st.one_of(PIECES, st.just(" ")), max_size=12).map("".join),
)


@pytest.mark.parametrize("key", KEYS)
@given(text=TEXTS)
def test_the_key_of_a_key_is_itself(key: Callable[[str], str], text: str) -> None:
    once = key(text)
    assert key(once) == once


@pytest.mark.parametrize("key", KEYS)
@given(text=st.text(alphabet=st.characters(max_codepoint=126, min_codepoint=32), max_size=40))
def test_width_and_case_make_no_difference(key: Callable[[str], str], text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if c != " " else "　" for c in text)
    assert key(wide) == key(text) == key(text.upper())


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        (name_rest, "Acme Trading Co., Ltd.", "ACME G.m.b.H."),
        (name_rest, "远东（上海）有限公司", "远东贸易有限责任公司"),
        (name_rest, "The Kestrel Group plc", "Kestrel S.à r.l."),
        (address_key, "上海市浦东新区世纪大道100号", "上海浦东世纪大道１００号"),
        (address_key, "浙江省杭州市西湖区文三路1号2幢502室", "杭州市西湖区文三路1号2号楼502"),
        (address_key, "中国广东省深圳市南山区科苑路8号", "深圳南山科苑路8号"),
        (address_key, "12 Main Street, London", "Main St. 12, LONDON"),
        (address_key, "Hauptstraße 5, 10115 Berlin", "Hauptstr. 5, Berlin 10115"),
        (phone_key, "+86 21 6888 8888", "(021) 68888888 转 801"),
        (phone_key, "+44 20 7946 0018", "020 7946 0018 ext. 12"),
        (phone_key, "１３８ ００１３ ８０００", "+86-138-0013-8000"),
        (person_key, "Mr. Zhang Wei", "WEI Zhang"),
        (person_key, "张 伟", "张伟先生"),
        (person_key, "John Smith先生", "Smith, John"),
        (registration_key, "9133 0200-MA0DEM0X1K", "91330200ma0dem0x1k"),
        (domain_key, "ap@Acme.example", "sales@acme.example"),
    ],
)
def test_what_people_write_differently_is_the_same(
    key: Callable[[str], str], one: str, other: str
) -> None:
    assert key(one) == key(other) != ""


@pytest.mark.parametrize(
    ("key", "one", "other"),
    [
        (name_rest, "Northern Lights Ltd", "Southern Lights Ltd"),
        (name_rest, "上海远东贸易有限公司", "上海远西贸易有限公司"),
        (address_key, "上海市浦东新区世纪大道100号", "上海市浦东新区世纪大道101号"),
        (address_key, "12 Main Street, London", "12 Main Street, Leeds"),
        (phone_key, "+86 21 6888 8888", "+86 21 6888 8889"),
        (person_key, "Zhang Wei", "Zhang Wen"),
    ],
)
def test_what_is_different_stays_different(key: Callable[[str], str], one: str, other: str) -> None:
    assert key(one) != key(other)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (name_rest, "贸易有限公司"),
        (address_key, "上海市浦东新区"),
        (address_key, "London"),
        (phone_key, "12345"),
        (person_key, "Zhang"),
        (person_key, "00先生"),
        (registration_key, "none"),
        (lambda text: domain_key(text, mail_providers()), "somebody@qq.com"),
        (lambda text: payer_key(text, collectors()), "支付宝(中国)网络技术有限公司"),
    ],
)
def test_what_everybody_has_says_nothing(key: Callable[[str], str], text: str) -> None:
    assert key(text) == ""


def sign(kind: RelatedSign, key: str = "abc", likeness: float = 1.0) -> Sign:
    return Sign(kind, key, points_of(kind, key, likeness), "l", "r")


def test_one_strong_sign_or_two_weak_ones_suffice() -> None:
    for kind in (K.REGISTRATION, K.MAIL_DOMAIN, K.PHONE, K.PAYER, K.NAME):
        assert total([sign(kind)]) >= ENOUGH, kind
    for weak in (sign(K.LEGAL_REPRESENTATIVE), sign(K.ADDRESS), sign(K.NAME, likeness=0.9)):
        assert total([weak]) < ENOUGH
    assert total([sign(K.ADDRESS), sign(K.LEGAL_REPRESENTATIVE)]) >= ENOUGH
    # The same kind twice is not twice as sure, and there is an end to it.
    assert total([sign(K.ADDRESS), sign(K.ADDRESS, "def")]) == total([sign(K.ADDRESS)])
    assert total([sign(kind) for kind in K]) == 100


def test_a_name_of_two_characters_says_less() -> None:
    short, long = sign(K.LEGAL_REPRESENTATIVE, "张伟"), sign(K.LEGAL_REPRESENTATIVE, "欧阳修文")
    assert short.points < long.points


@given(st.floats(0, 1), st.floats(0, 1))
def test_names_more_alike_never_say_less(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert points_of(K.NAME, "x", low) <= points_of(K.NAME, "x", high)


def test_signs_lead_where_the_states_allow() -> None:
    strong, weak = [sign(K.PHONE)], [sign(K.ADDRESS)]
    assert next_state(None, strong, set()) == S.PROPOSED
    assert next_state(None, weak, set()) is None
    assert next_state(S.PROPOSED, weak, set()) == S.WITHDRAWN
    assert next_state(S.PROPOSED, strong, set()) is None
    assert next_state(S.WITHDRAWN, strong, set()) == S.PROPOSED
    assert next_state(S.CONFIRMED, [], set()) is None
    assert next_state(S.DISMISSED, strong, {(K.PHONE.value, "abc")}) is None
    assert next_state(S.DISMISSED, strong, {(K.PHONE.value, "other")}) == S.PROPOSED
    for state in S:
        for signs in (strong, weak, []):
            to = next_state(state, signs, set())
            assert to is None or to in RELATED_TRANSITIONS[state]
