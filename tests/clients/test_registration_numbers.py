"""Registration numbers: what holds, what is found, and in which words."""

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Client
from clients.rules import companies_house, uscc, vat
from clients.rules.registration import Fault, Scheme, check_registration, compact
from clients.selectors import registration_remark
from core.states import Role
from tests.factories import make_client, make_user, signed_in

# Of the state's register, as printed on licences and yearly reports.
KNOWN_CHINESE = (
    "91110000600037341L",
    "91350100M000100Y43",  # the standard's own example
    "91100000100003962T",
    "914403001922038216",
    "9144030071526726XG",
    "91330100799655058B",
    "91440300100012316L",
    "91110000710929498G",
    "11100000000013127D",
)
KNOWN_VAT = (
    ("AT", "ATU13585627"),
    ("BE", "BE 0403.019.261"),
    ("BG", "BG 175 074 752"),
    ("CY", "CY-10259033P"),
    ("CZ", "CZ 25123891"),
    ("DE", "DE 136,695 976".replace(",", "")),
    ("DK", "DK 13585628"),
    ("EE", "EE 100 931 558"),
    ("GR", "EL 094259216"),
    ("EL", "EL 094259216"),
    ("ES", "ES B-58378431"),
    ("FI", "FI 20774740"),
    ("FR", "FR 40 303 265 045"),
    ("HR", "HR 33392005961"),
    ("HU", "HU-12892312"),
    ("IE", "IE 6433435F"),
    ("IE", "IE 6433435OA"),
    ("IE", "IE 8D79739I"),
    ("IT", "IT 00743110157"),
    ("LT", "LT 119511515"),
    ("LU", "LU 150 274 42"),
    ("LV", "LV 4000 3521 600"),
    ("MT", "MT 1167-9112"),
    ("NL", "NL004495445B01"),
    ("PL", "PL 8567346215"),
    ("PT", "PT 501 964 843"),
    ("RO", "RO 185 472 90"),
    ("SE", "SE 556188840401"),
    ("SI", "SI 5022 3054"),
    ("SK", "SK 202 274 96 19"),
    ("GB", "GB 980 7806 84"),
)
KNOWN_BRITISH = (
    *("00445790", "SC095000", "NI000001", "OC301540", "SO300001", "NC000001"),
    *("FC012345", "R0000001", "IP12345R", "SP1234RS", "LP003456", "RC000012"),
)

# The first draw builds a table of characters, which is slow on a busy machine.

_bodies = st.builds(
    lambda head, region, rest: head + region + rest,
    st.text(uscc.ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(uscc.ALPHABET, min_size=9, max_size=9),
)


@st.composite
def sound_codes(draw: st.DrawFn) -> str:
    """A code in which everything fits."""
    authority = draw(st.sampled_from(sorted(uscc.AUTHORITIES)))
    kind = draw(st.sampled_from(uscc.AUTHORITIES[authority]))
    province = draw(st.sampled_from(sorted(uscc.PROVINCES)))
    place = draw(st.text("0123456789", min_size=4, max_size=4))
    organisation = draw(st.text(uscc.ALPHABET, min_size=8, max_size=8))
    organisation += uscc.organisation_check_character(organisation)
    body = authority + kind + province + place + organisation
    return body + uscc.check_character(body)


@pytest.mark.parametrize("number", KNOWN_CHINESE)
def test_known_chinese_codes_hold(number: str) -> None:
    assert check_registration("CN", number).holds


@given(code=sound_codes())
def test_a_code_in_which_everything_fits_holds(code: str) -> None:
    assert check_registration("CN", code).holds
    spaced = f" {code[:2]}-{code[2:8]} {code[8:].lower()} "
    assert check_registration("cn", spaced).holds


@given(code=sound_codes(), place=st.integers(0, 17), other=st.sampled_from(uscc.ALPHABET + "IOSVZ"))
def test_any_single_character_changed_is_found(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 :]
    assert check_registration("CN", changed).holds == (changed == code)


@given(body=_bodies)
def test_the_check_character_it_asks_for_is_the_one_that_holds(body: str) -> None:
    right = uscc.check_character(body)
    wrong = next(c for c in uscc.ALPHABET if c != right)
    found = check_registration("CN", body + wrong)
    assert (found.fault, found.allowed, found.place) == (Fault.CHECK, right, 18)
    assert check_registration("CN", body + right).fault != Fault.CHECK


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("9111000060003734L", Fault.LENGTH),
        ("110108011111111", Fault.OLD_LICENCE),
        ("9111000060003734OL", Fault.CHARACTER),
        ("91A10000600037341L", Fault.CHARACTER),
        ("91110000600037341M", Fault.CHECK),
    ],
)
def test_what_is_wrong_with_a_chinese_code_is_named(number: str, fault: Fault) -> None:
    assert check_registration("CN", number).fault == fault


def _with_check(body: str) -> str:
    return body + uscc.check_character(body)


def test_a_code_whose_parts_cannot_be_is_found_though_its_check_character_fits() -> None:
    good = "91110000600037341"
    assert check_registration("CN", _with_check("B" + good[1:])).fault == Fault.AUTHORITY
    assert check_registration("CN", _with_check("9199" + good[4:])).fault == Fault.REGION
    found = check_registration("CN", _with_check(good[:-1] + "2"))
    assert (found.fault, found.allowed) == (Fault.ORGANISATION, "1")


@pytest.mark.parametrize(("country", "number"), KNOWN_VAT)
def test_known_vat_numbers_hold_with_their_prefix(country: str, number: str) -> None:
    found = check_registration(country, number)
    assert (found.scheme, found.fault) == (Scheme.VAT, None)


def test_every_country_of_the_union_has_a_format_and_a_known_number() -> None:
    assert len(vat.FORMATS) == 29
    assert {vat.FORMATS["GR" if c == "EL" else c].prefix for c, _n in KNOWN_VAT} == {
        one.prefix for code, one in vat.FORMATS.items() if code != "XI"
    }


@pytest.mark.parametrize(("country", "number"), KNOWN_VAT)
def test_a_changed_digit_of_a_vat_number_is_found(country: str, number: str) -> None:
    """The last digit, or with the Dutch, whose end counts their businesses, the one before it."""
    bare = compact(number)
    place = max(place for place, c in enumerate(bare.partition("B0")[0]) if c.isdecimal())
    sound = [
        digit
        for digit in "0123456789"
        if check_registration(country, bare[:place] + digit + bare[place + 1 :]).holds
    ]
    assert sound == [bare[place]]


def test_a_number_of_another_kind_is_not_judged() -> None:
    for country, number in (("DE", "HRB 12345"), ("US", "12-3456789"), ("", "123"), ("CN", "")):
        found = check_registration(country, number)
        assert (found.scheme, found.fault, found.holds) == (None, None, False)
        assert registration_remark(country, number).sentence == ""


def test_a_vat_number_without_its_prefix_is_known_when_it_passes() -> None:
    assert check_registration("BE", "0403.019.261").holds
    assert check_registration("DE", "136695975").scheme is None


@pytest.mark.parametrize("number", KNOWN_BRITISH)
def test_known_forms_of_uk_numbers_hold(number: str) -> None:
    found = check_registration("GB", number)
    assert (found.scheme, found.fault) == (Scheme.UK_COMPANY, None)


@pytest.mark.parametrize(
    ("number", "fault", "allowed"),
    [
        ("7592231", Fault.LENGTH, "07592231"),
        ("SC95000", Fault.LENGTH, "SC095000"),
        ("123456789", Fault.LENGTH, ""),
        ("XX123456", Fault.PREFIX, ""),
        ("SC12345A", Fault.FORMAT, ""),
        ("0000000A", Fault.FORMAT, ""),
    ],
)
def test_what_is_wrong_with_a_uk_number_is_named(number: str, fault: Fault, allowed: str) -> None:
    found = check_registration("UK", number)
    assert (found.fault, found.allowed) == (fault, allowed)


@given(prefix=st.sampled_from(sorted(companies_house.PREFIXES)), digits=st.integers(1, 9999))
def test_leading_zeros_that_it_gives_back_hold(prefix: str, digits: int) -> None:
    short = f"{prefix}{digits}"
    padded = companies_house.padded(short)
    assert padded is not None
    assert check_registration("GB", padded).holds


@given(number=st.text(max_size=24), country=st.sampled_from([*vat.FORMATS, "CN", "UK", "US", "??"]))
def test_no_text_breaks_it_and_every_fault_has_its_sentence(number: str, country: str) -> None:
    remark = registration_remark(country, number)
    assert bool(remark.sentence) == (remark.checked.scheme is not None)
    assert "%(" not in remark.sentence + remark.meaning


@pytest.mark.parametrize(
    ("language", "country", "number", "words"),
    [
        ("en", "CN", "91110000600037341M", "it would be “L”, not “M”"),
        ("zh-hans", "CN", "91110000600037341M", "应为“L”"),
        ("en", "CN", "9111000060003734OL", "Probably the digit 0 is meant."),
        ("zh-hans", "DE", "DE1366", "DE999999999"),
        ("en", "GB", "7592231", "With its leading zeros it would be 07592231."),
    ],
)
def test_it_says_what_would_be_right(language: str, country: str, number: str, words: str) -> None:
    with translation.override(language):
        assert words in registration_remark(country, number).sentence


def test_a_sound_number_says_what_it_stands_for() -> None:
    meaning = registration_remark("CN", KNOWN_CHINESE[0]).meaning
    assert "company, registered in Beijing (region 110000)" in meaning
    assert meaning.endswith("60003734-1")
    assert registration_remark("GB", "SC095000").meaning == "company, register of Scotland"
    with translation.override("zh-hans"):
        assert "北京" in registration_remark("CN", KNOWN_CHINESE[0]).meaning


# --- On the pages --------------------------------------------------------------------------------


@pytest.fixture
def web(db: None) -> Browser:
    return signed_in(make_user(Role.FINANCE))


def _form(**fields: str) -> dict[str, str]:
    given = {"code": "K-1", "legal_name": "Muster", "kind": "COMPANY", "country": "cn"}
    return given | {"language": "en", "time_zone": "Asia/Shanghai"} | fields


def test_a_wrong_number_is_kept_and_remarked_on(web: Browser) -> None:
    data = _form(registration_number="91110000600037341M")
    response = web.post(reverse("clients:new"), data, follow=True)
    assert Client.objects.get().registration_number == "91110000600037341M"
    assert "it would be “L”, not “M”" in response.content.decode()
    edit = reverse("clients:edit", args=[Client.objects.get().pk])
    assert "it would be “L”, not “M”" in web.get(edit).content.decode()


def test_a_sound_number_is_saved_without_a_warning(web: Browser) -> None:
    client = make_client(country="CN")
    data = _form(registration_number=KNOWN_CHINESE[0])
    response = web.post(reverse("clients:edit", args=[client.pk]), data, follow=True)
    page = response.content.decode()
    assert [str(one) for one in response.context["messages"]] == ["Saved."]
    assert "registered in Beijing" in page
