"""The register of the United Kingdom: what is asked, what is understood, and what is refused."""

from __future__ import annotations

import base64
import datetime as dt
import json
import ssl
import time
from collections.abc import Iterator
from decimal import Decimal
from http.client import HTTPSConnection
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import https
from credit.rules.companies_house import (
    company_number,
    facts_of,
    figures_of,
    is_same_name,
    names_of,
)
from credit.rules.providers import Found
from credit.services.companies_house import HOST, ProviderIsBusy, UnableToLookUp
from credit.states import AdverseKind, ReportFigure
from tests.credit.register_server import KEY, Register, opened, response


@pytest.fixture
def register() -> Iterator[Register]:
    with opened() as one:
        yield one


def told(name: str) -> Any:
    return json.loads(response(name))


def by_name(found: Found) -> dict[str, str]:
    return {one.name: one.text or str(one.number) for one in found.figures}


# --- What is asked ----------------------------------------------------------------------------


def test_a_company_is_asked_for_by_its_number_with_the_key_as_user_name(
    register: Register,
) -> None:
    found = register.adapter().look_up(" 9999001 ")
    assert register.asked == [
        "/company/09999001",
        "/company/09999001/filing-history?items_per_page=35",
        "/company/09999001/insolvency",
        "/company/09999001/charges?items_per_page=100",
    ]
    assert set(register.signed) == {"Basic " + base64.b64encode(f"{KEY}:".encode()).decode()}
    assert found.number == "09999001"
    assert [one.path for one in found.answers] == register.asked[:2]
    assert found.answers[0].body == response("sound-profile")


def test_every_connection_is_checked_https_to_the_register() -> None:
    connection = https.connect(HOST, 1)
    assert isinstance(connection, HTTPSConnection)
    assert (connection.host, connection.port) == ("api.company-information.service.gov.uk", 443)
    context = vars(connection)["_context"]
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("01234567", "01234567"),
        ("1234567", "01234567"),
        ("sc 123456", "SC123456"),
        ("OC-305555", "OC305555"),
        ("IP12345R", "IP12345R"),
        ("R1234567", "R1234567"),
        ("91310000MA1K4BXY5C", None),
        ("DE123456789", None),
        ("ZZ123456", None),
        ("GB123456789", None),
        ("123456789", None),
        ("٠١٢٣٤٥٦٧", None),
        ("../company/1", None),
        ("", None),
    ],
)
def test_a_number_has_a_form_of_the_united_kingdom_or_is_none(
    text: str, number: str | None
) -> None:
    assert company_number(text) == number


def test_a_number_of_another_country_is_refused_before_anything_is_sent(
    register: Register,
) -> None:
    with pytest.raises(UnableToLookUp, match="91310000MA1K4BXY5C"):
        register.adapter().look_up("91310000MA1K4BXY5C")
    assert register.asked == register.hosts == []


# --- What is understood -----------------------------------------------------------------------


def test_a_company_in_order_has_figures_and_nothing_against_it(register: Register) -> None:
    found = register.adapter().look_up("09999001")
    assert found.name == "BRAMBLE & WICK TRADING LIMITED"
    assert found.former_names == ("BRAMBLE TRADING LIMITED",)
    assert found.facts == ()
    assert by_name(found) == {
        "COMPANY_STATUS": "active",
        "COMPANY_TYPE": "ltd",
        "INCORPORATED_ON": "2015-03-11",
        "ADDRESS": "1 Nowhere Lane, Exampleton, ZZ1 1ZZ, England",
        "INDUSTRY": "46900, 62020",
        "ACCOUNTS_UP_TO": "2026-03-31",
        "ACCOUNTS_TYPE": "total-exemption-full",
        "ACCOUNTS_DUE": "2027-12-31",
        "STATEMENT_DUE": "2027-03-24",
        "LATEST_FILING": "2026-05-20",
    }


def test_a_company_in_liquidation_shows_its_cases_charges_and_what_is_late(
    register: Register,
) -> None:
    register.company = "troubled"
    found = register.adapter().look_up("09999002")
    said = [(one.kind, one.dated_on, dict(one.details)) for one in found.facts]
    assert said == [
        (
            "INSOLVENCY",
            dt.date(2026, 3, 27),
            {"case": "creditors-voluntary-liquidation", "number": "2"},
        ),
        (
            "INSOLVENCY",
            dt.date(2019, 2, 1),
            {"case": "corporate-voluntary-arrangement", "number": "1", "ended_on": "2021-02-01"},
        ),
        ("ACCOUNTS_LATE", dt.date(2026, 3, 31), {"flag": "overdue"}),
        ("STATEMENT_LATE", dt.date(2026, 7, 14), {"flag": "overdue"}),
        ("OFFICE", None, {"flag": "undeliverable"}),
        (
            "CHARGE",
            dt.date(2022, 5, 5),
            {
                "charge": "099990020003",
                "status": "outstanding",
                "holders": ["Exampleton Invoice Finance Ltd"],
                "what": "All freehold land of the company",
            },
        ),
        (
            "CHARGE",
            dt.date(2016, 1, 20),
            {
                "charge": "2",
                "status": "part-satisfied",
                "holders": ["Bank of Nowhere plc", "Nowhere Trustees Ltd"],
                "what": "Debenture",
            },
        ),
    ]
    assert by_name(found)["CHARGES_OPEN"] == "2"
    assert by_name(found)["CHARGES_DONE"] == "1"
    assert by_name(found)["INSOLVENCY_CASES"] == "2"
    assert "Made Up Person" not in str(found.figures) + str(found.facts)


def test_a_dissolved_company_is_said_to_be_gone(register: Register) -> None:
    register.company = "dissolved"
    (fact,) = register.adapter().look_up("09999003").facts
    assert (fact.kind, fact.dated_on) == (AdverseKind.DISSOLVED, dt.date(2025, 11, 4))


@pytest.mark.parametrize(
    ("changed", "kinds"),
    [
        ({"company_status_detail": "active-proposal-to-strike-off"}, ["STRIKE_OFF"]),
        ({"company_status": "administration"}, ["INSOLVENCY"]),
        ({"has_insolvency_history": True}, ["INSOLVENCY"]),
        ({"links": {"insolvency": "/x"}}, ["INSOLVENCY"]),
        ({"accounts": {"next_accounts": {"overdue": True}}}, ["ACCOUNTS_LATE"]),
        ({"accounts": {"overdue": True}}, ["ACCOUNTS_LATE"]),
        ({"registered_office_is_in_dispute": True}, ["OFFICE"]),
        ({"accounts": {"overdue": "yes"}}, []),
        ({"company_status": None, "accounts": [], "links": 3}, []),
    ],
)
def test_each_sign_of_trouble_is_a_fact_by_itself(
    changed: dict[str, Any], kinds: list[str]
) -> None:
    profile = told("sound-profile") | changed
    assert [one.kind for one in facts_of(profile, {}, {})] == kinds


def test_charges_beyond_the_listed_ones_are_counted() -> None:
    charges = {
        "total_count": 250,
        "satisfied_count": 200,
        "items": [{"status": "outstanding", "charge_number": n} for n in range(1, 31)],
    }
    facts = facts_of({}, {}, charges)
    assert len(facts) == 21
    assert facts[-1].details == {"more": 30}
    (figure, _done) = figures_of({}, {}, {}, charges)
    assert (figure.name, figure.number) == ("CHARGES_OPEN", Decimal(50))


def test_nothing_at_all_is_no_error() -> None:
    assert figures_of({}, {}, {}, {}) == ()
    assert facts_of({}, {}, {}) == ()
    assert names_of({}) == ("", ())


WORDS = st.sampled_from(
    sorted(
        {
            name
            for kept in ("sound", "troubled")
            for part in ("profile", "filings")
            for name in told(f"{kept}-{part}")
        }
        | {"cases", "items", "dates", "type", "date", "status", "charge_number", "name", "number"}
        | {"persons_entitled", "particulars", "description", "overdue", "due_on", "created_on"}
    )
)
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.sampled_from(
        ["2026-01-01", "2026-13-01", "outstanding", "liquidation", "a\x00b", "9" * 500]
    ),
)
JSON = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=6),
    max_leaves=20,
)
OBJECT = st.dictionaries(WORDS, JSON, max_size=8)


@settings(max_examples=50)
@given(profile=OBJECT, filings=OBJECT, insolvency=OBJECT, charges=OBJECT)
def test_whatever_comes_is_read_without_an_error_and_fits_the_tables(
    profile: Any, filings: Any, insolvency: Any, charges: Any
) -> None:
    names_of(profile)
    for figure in figures_of(profile, filings, insolvency, charges):
        assert (figure.number is None) != (figure.text == "")
        assert len(figure.text) <= 300
        assert figure.name in ReportFigure.values
        assert "\x00" not in figure.text
    for fact in facts_of(profile, insolvency, charges):
        assert fact.details
        assert "\\u0000" not in json.dumps(dict(fact.details))
        assert fact.kind in AdverseKind.values


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("Bramble & Wick Trading Ltd.", "BRAMBLE AND WICK TRADING LIMITED", True),
        ("The Reed Company Plc", "REED COMPANY PUBLIC LIMITED COMPANY", True),
        ("O'Hara Ltd", "OHARA LIMITED", True),
        ("Bramble Ltd", "BRAMBLE HOLDINGS LIMITED", False),
        ("Bramble Ltd", "BRAMBLE LLP", False),
        ("", "", False),
    ],
)
def test_names_are_compared_by_what_they_say(ours: str, theirs: str, *, same: bool) -> None:
    assert is_same_name(ours, theirs) is same


# --- What goes wrong --------------------------------------------------------------------------


def test_a_company_that_is_not_there_is_a_lasting_no(register: Register) -> None:
    register.status = 404
    with pytest.raises(UnableToLookUp, match="knows no company"):
        register.adapter().look_up("09999001")
    assert len(register.asked) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_a_lasting_no_that_names_the_setting(
    register: Register, status: int
) -> None:
    register.status = status
    with pytest.raises(UnableToLookUp, match="COMPANIES_HOUSE_KEY"):
        register.adapter().look_up("09999001")


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_register_is_to_be_asked_again(register: Register, status: int) -> None:
    register.status = status
    with pytest.raises(ProviderIsBusy, match=str(status)):
        register.adapter().look_up("09999001")


def test_a_redirect_is_not_followed(register: Register) -> None:
    register.status, register.location = 302, f"http://127.0.0.1:{register.port}/elsewhere"
    with pytest.raises(UnableToLookUp, match="302"):
        register.adapter().look_up("09999001")
    assert register.asked == ["/company/09999001"]


@pytest.mark.parametrize(
    "body",
    [
        b"<html>maintenance</html>",
        b"[1, 2]",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"company_name": "cut o',
        b"",
        b"9" * 10_000,
    ],
)
def test_garbage_is_refused_in_words(register: Register, body: bytes) -> None:
    register.body = body
    with pytest.raises(UnableToLookUp, match="cannot be read"):
        register.adapter().look_up("09999001")


@pytest.mark.parametrize("says_length", [True, False])
def test_an_answer_that_is_too_large_is_not_taken_in(
    register: Register, *, says_length: bool
) -> None:
    register.body, register.says_length = b'{"x": "' + b"y" * 5000 + b'"}', says_length
    with pytest.raises(UnableToLookUp, match="larger"):
        register.adapter(most_bytes=4096).look_up("09999001")


@pytest.mark.parametrize("says_length", [True, False])
def test_a_register_that_drips_is_left_after_a_while(
    register: Register, *, says_length: bool
) -> None:
    register.pause, register.says_length = 0.03, says_length
    begun = time.monotonic()
    with pytest.raises(ProviderIsBusy, match="in time"):
        register.adapter(seconds=0.3).look_up("09999001")
    assert time.monotonic() - begun < 10
    assert len(register.asked) == 1


def test_an_answer_shorter_than_it_says_is_asked_for_again(register: Register) -> None:
    register.more_length = 10
    with pytest.raises(ProviderIsBusy, match="in time"):
        register.adapter(seconds=2).look_up("09999001")


def test_no_server_at_all_is_to_be_asked_again(register: Register) -> None:
    port = register.port
    register.port = 1
    with pytest.raises(ProviderIsBusy):
        register.adapter(seconds=1).look_up("09999001")
    register.port = port
