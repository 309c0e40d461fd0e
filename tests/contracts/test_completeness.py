"""What is missing or weak: each rule by itself, the words, and the click that closes it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from clients.services import save_contact
from clients.states import Grade
from contracts.models import Clause, Contract
from contracts.rules.completeness import Facts, Gap, GapCode, Relative, gaps, is_covered
from contracts.selectors.completeness import (
    completeness_facts,
    contract_gaps,
    gaps_of_many,
    open_blocking,
)
from contracts.selectors.gap_words import gap_reason, gap_sentence
from contracts.services import UnableToFillGap, create_contract, fill_gap
from contracts.services.clauses import remove_clause
from contracts.states import ClauseKind, ContractState, Severity
from tests.contracts.cast import at_state, graded, our_company, pay_in, whole_draft
from tests.factories import (
    NOW,
    TODAY,
    count_queries,
    make_client,
    make_creditor,
    make_invoice,
)

ON = dt.date(2026, 6, 15)
WHOLE = Facts(
    contract_id=1,
    state="DRAFT",
    currency="CNY",
    creditor_country="CN",
    client_country="CN",
    price=Decimal("10000.00"),
    starts_on=dt.date(2026, 7, 1),
    ends_on=dt.date(2026, 12, 31),
    signed_on=None,
    terms_days=30,
    late_charge_kind="RATE",
    late_charge_rate=Decimal(12),
    acceptance_days=7,
    suspension_days=15,
    has_notice_address=True,
    has_law=True,
    has_forum=True,
    has_our_data=True,
    prepayment_kind="PREPAYMENT",
    prepayment_ratio=None,
    has_scan=False,
    grade="C",
    screening_outcome="",
    screened_until=None,
    on_credit_hold=False,
    credit_limit=None,
    limit_currency="CNY",
    service_ratio=Decimal("0.3"),
    client_ratio=Decimal("0.3"),
    demanded_ratio=None,
    max_terms_days=30,
    lines=1,
    undated_lines=0,
    first_delivery_on=dt.date(2026, 9, 1),
    last_delivery_on=dt.date(2026, 9, 1),
    entries=2,
    scheduled=Decimal("10000.00"),
    scheduled_prepayment=Decimal("3000.00"),
    instalments=0,
    clause_kinds=frozenset(ClauseKind.values),
    is_accepted=False,
    is_taken_in=False,
)


def without(*kinds: str) -> frozenset[str]:
    return frozenset(ClauseKind.values) - set(kinds)


def found(on: dt.date = ON, **facts: Any) -> dict[GapCode, Gap]:
    return {gap.code: gap for gap in gaps(replace(WHOLE, **facts), on)}


def test_a_whole_contract_lacks_only_its_signature() -> None:
    assert {code: gap.severity for code, gap in found().items()} == {
        GapCode.UNSIGNED: Severity.ADVICE
    }


B, W, A = Severity.BLOCKING, Severity.WARNING, Severity.ADVICE
RULES: list[tuple[dict[str, Any], GapCode, Severity]] = [
    ({"price": None, "lines": 0}, GapCode.NO_PRICE, B),
    ({"undated_lines": 1}, GapCode.NO_DELIVERY_DATE, B),
    ({"entries": 0, "scheduled": Decimal(0)}, GapCode.NO_PAYMENT_DATE, B),
    ({"scheduled": Decimal("9999.99")}, GapCode.SCHEDULE_MISMATCH, B),
    ({"last_delivery_on": dt.date(2027, 1, 1)}, GapCode.DATES_OUT_OF_ORDER, B),
    ({"first_delivery_on": dt.date(2026, 6, 30)}, GapCode.DATES_OUT_OF_ORDER, B),
    ({"signed_on": dt.date(2026, 6, 16)}, GapCode.DATES_OUT_OF_ORDER, B),
    ({"prepayment_kind": "EARNEST"}, GapCode.EARNEST_ABOVE_CAP, B),
    ({"late_charge_kind": "NONE", "late_charge_rate": None}, GapCode.NO_LATE_CHARGE, B),
    ({"clause_kinds": without("LATE_CHARGE")}, GapCode.NO_LATE_CHARGE, B),
    ({"suspension_days": None}, GapCode.NO_SUSPENSION, B),
    ({"clause_kinds": without("SUSPENSION")}, GapCode.NO_SUSPENSION, B),
    ({"clause_kinds": without("ACCEPTANCE")}, GapCode.NO_ACCEPTANCE, B),
    ({"has_notice_address": False}, GapCode.NO_NOTICE_ADDRESS, B),
    ({"clause_kinds": without("NOTICES")}, GapCode.NO_NOTICE_ADDRESS, B),
    ({"has_law": False}, GapCode.NO_LAW, W),
    ({"has_forum": False, "client_country": "DE"}, GapCode.NO_LAW, B),
    ({"on_credit_hold": True}, GapCode.CREDIT_HOLD, B),
    (
        {"blocked_relatives": (Relative("Gone Ltd", ("Same phone number",), is_confirmed=False),)},
        GapCode.RELATED_BLOCKED,
        W,
    ),
    ({"credit_limit": Decimal("6999.99")}, GapCode.OVER_LIMIT, B),
    (
        {"credit_limit": Decimal(1), "limit_currency": "JPY"},
        GapCode.LIMIT_CURRENCY,
        Severity.WARNING,
    ),
    ({"state": "SIGNED"}, GapCode.UNSIGNED, B),
    ({"starts_on": ON}, GapCode.UNSIGNED, W),
    ({"grade": "U"}, GapCode.CLIENT_UNSCREENED, W),
    ({"screening_outcome": "REJECTED"}, GapCode.CLIENT_UNSCREENED, W),
    (
        {"screening_outcome": "ACCEPTED", "screened_until": ON - dt.timedelta(days=1)},
        GapCode.CLIENT_UNSCREENED,
        W,
    ),
    ({"rate_level": Decimal("11.99")}, GapCode.RATE_ABOVE_LEVEL, W),
    ({"demanded_ratio": Decimal("0.4")}, GapCode.LOW_PREPAYMENT, W),
    ({"terms_days": 31}, GapCode.LONG_TERMS, W),
    ({"has_our_data": False}, GapCode.OUR_DATA_MISSING, W),
    ({"clause_kinds": without("PREPAYMENT")}, GapCode.NO_PREPAYMENT_CLAUSE, W),
    ({"clause_kinds": without("PAYMENT")}, GapCode.NO_PAYMENT_CLAUSE, W),
    ({"clause_kinds": without("ACCELERATION"), "instalments": 2}, GapCode.NO_ACCELERATION, W),
    ({"acceptance_days": None}, GapCode.NO_DEEMED_ACCEPTANCE, A),
    ({"clause_kinds": without("CHANGES")}, GapCode.NO_CHANGE_CLAUSE, A),
    ({"clause_kinds": without("RECORDING")}, GapCode.NO_RECORDING_CONSENT, A),
    ({"clause_kinds": without("DATA")}, GapCode.NO_PERSONAL_DATA, A),
]


def _id(value: object) -> str:
    # Sets are written in another order by each process, and the names of tests are compared.
    return "-".join(sorted(value)) if isinstance(value, dict) else str(value)


@pytest.mark.parametrize(("change", "code", "severity"), RULES, ids=_id)
def test_each_gap_is_named_alone_with_its_severity(
    change: dict[str, Any], code: GapCode, severity: Severity
) -> None:
    read = found(**change)
    assert read[code].severity == severity
    assert set(read) <= {code, GapCode.UNSIGNED}


def test_every_gap_has_a_rule_here_a_sentence_and_a_reason_in_both_languages() -> None:
    assert {code for _change, code, _severity in RULES} == set(GapCode)
    for change, code, _severity in RULES:
        facts = replace(WHOLE, **change)
        gap = {one.code: one for one in gaps(facts, ON)}[code]
        for language in ("en", "zh-hans"):
            with translation.override(language):
                sentence, why = gap_sentence(gap, facts), gap_reason(gap)
            assert sentence
            assert why
            assert "%(" not in sentence


def test_earnest_money_of_exactly_a_fifth_is_allowed() -> None:
    earnest: dict[str, Any] = {
        "prepayment_kind": "EARNEST",
        "scheduled_prepayment": Decimal("2000.00"),
    }
    assert GapCode.EARNEST_ABOVE_CAP not in found(**earnest)
    assert GapCode.EARNEST_ABOVE_CAP in found(
        **{**earnest, "scheduled_prepayment": Decimal("2001.00")}
    )


def test_the_limit_counts_what_is_owed_and_what_the_contract_adds_on_credit() -> None:
    at: dict[str, Any] = {"credit_limit": Decimal("7500.00"), "open_balance": Decimal("500.00")}
    assert GapCode.OVER_LIMIT not in found(**at)
    assert found(**{**at, "open_balance": Decimal("500.01")})[
        GapCode.OVER_LIMIT
    ].measure == Decimal("7500.01")
    # A contract in force adds nothing: its invoices are in the balance.
    assert GapCode.OVER_LIMIT not in found(**at, state="ACTIVE", has_scan=True)
    # What is prepaid in full adds nothing, however much the client owes.
    prepaid: dict[str, Any] = {
        "scheduled_prepayment": Decimal("10000.00"),
        "credit_limit": Decimal(0),
    }
    assert GapCode.OVER_LIMIT not in found(**prepaid, open_balance=Decimal(900))


def test_a_paper_contract_is_judged_by_its_scan() -> None:
    bare: dict[str, Any] = {
        "is_taken_in": True,
        "state": "SIGNED",
        "has_scan": True,
        "clause_kinds": frozenset[str](),
        "price": None,
        "late_charge_kind": "NONE",
        "late_charge_rate": None,
        "suspension_days": None,
        "acceptance_days": None,
        "has_notice_address": False,
    }
    read = found(**bare)
    assert {gap.severity for gap in read.values()} == {Severity.WARNING}
    assert GapCode.NO_RECORDING_CONSENT not in read
    # Who is on hold stays on hold, and without the scan nothing is proven.
    assert found(**bare, on_credit_hold=True)[GapCode.CREDIT_HOLD].severity == Severity.BLOCKING
    assert found(**{**bare, "has_scan": False})[GapCode.UNSIGNED].severity == Severity.BLOCKING
    # With clauses on record the record is judged, wherever it came from.
    written = found(**{**bare, "clause_kinds": frozenset({"OTHER"})})
    assert written[GapCode.NO_LATE_CHARGE].severity == Severity.BLOCKING


def test_an_override_covers_what_is_no_worse_than_what_was_seen() -> None:
    seen = Gap(GapCode.OVER_LIMIT, B, measure=Decimal("120000.00"))
    assert seen.key == "OVER_LIMIT:120000"
    worse = replace(seen, measure=Decimal("120000.01"))
    milder = replace(seen, measure=Decimal("90000"))
    assert is_covered(seen, [seen.key])
    assert is_covered(milder, [seen.key])
    assert not is_covered(worse, [seen.key])
    assert not is_covered(seen, ["CREDIT_HOLD", "OVER_LIMIT_OTHER:999999999"])
    assert is_covered(Gap(GapCode.CREDIT_HOLD, B), ["CREDIT_HOLD"])


def test_a_field_without_its_clause_is_told_apart_from_an_empty_field() -> None:
    for change, sentence, field in (
        ({"suspension_days": None}, "Nothing lets us suspend", "suspension_days"),
        ({"clause_kinds": without("SUSPENSION")}, "but no clause allows it", ""),
    ):
        facts = replace(WHOLE, **change)
        gap = found(**change)[GapCode.NO_SUSPENSION]
        assert sentence in gap_sentence(gap, facts)
        assert gap.field == field


@pytest.mark.parametrize("state", ["ACTIVE", "SUSPENDED", "COMPLETED"])
@pytest.mark.parametrize("outcome", ["", "REJECTED"])
def test_a_contract_in_force_is_not_flagged_for_the_screening(state: str, outcome: str) -> None:
    facts = replace(WHOLE, state=state, has_scan=True, grade="U", screening_outcome=outcome)
    assert GapCode.CLIENT_UNSCREENED not in {gap.code for gap in gaps(facts, ON)}


def test_a_screening_counts_through_its_last_day_whatever_the_grade() -> None:
    facts = replace(WHOLE, grade="U", screening_outcome="CONDITIONAL", screened_until=ON)
    assert GapCode.CLIENT_UNSCREENED not in {gap.code for gap in gaps(facts, ON)}
    later = {gap.code for gap in gaps(facts, ON + dt.timedelta(days=1))}
    assert GapCode.CLIENT_UNSCREENED in later


@pytest.mark.parametrize(
    ("outcome", "until", "words"),
    [
        ("", None, "not screened"),
        ("REJECTED", None, "rejected in its screening"),
        ("ACCEPTED", ON - dt.timedelta(days=1), "ran out on 14 Jun 2026"),
    ],
)
def test_each_lack_of_a_screening_has_its_words(
    outcome: str, until: dt.date | None, words: str
) -> None:
    facts = replace(WHOLE, grade="U", screening_outcome=outcome, screened_until=until)
    gap = next(one for one in gaps(facts, ON) if one.code == GapCode.CLIENT_UNSCREENED)
    assert words in gap_sentence(gap, facts)


def test_what_blocks_comes_first() -> None:
    order = [gap.severity for gap in gaps(replace(WHOLE, clause_kinds=frozenset(), grade="U"), ON)]
    assert order == sorted(order, key=list(Severity).index)
    assert set(order) == set(Severity)


# --- On the database ---------------------------------------------------------------------------

db = pytest.mark.django_db


def codes(contract: Contract, severity: Severity = Severity.BLOCKING) -> set[str]:
    return {one.gap.code for one in contract_gaps(contract, TODAY) if one.gap.severity == severity}


@db
def test_a_contract_from_a_template_with_lines_and_schedule_is_whole() -> None:
    contract = whole_draft()
    assert codes(contract) == set()
    assert codes(contract, Severity.WARNING) == {"UNSIGNED"}  # it starts today


@db
def test_the_facts_are_read_as_they_are() -> None:
    contract = whole_draft()
    (facts,) = completeness_facts([contract.pk], TODAY)
    assert (facts.lines, facts.entries, facts.undated_lines) == (1, 2, 0)
    assert (facts.price, facts.scheduled) == (Decimal("10000.00"), Decimal("10000.00"))
    assert facts.scheduled_prepayment == Decimal("5000.00")
    assert (facts.grade, facts.creditor_country, facts.client_country) == ("C", "CN", "CN")
    assert facts.last_delivery_on == TODAY + dt.timedelta(days=90)
    assert ClauseKind.SUSPENSION in facts.clause_kinds
    assert not facts.is_taken_in
    assert not facts.is_accepted
    # Agreed at 12%, four times the one-year LPR of 3.00 is the level.
    assert facts.rate_level == Decimal("12.00")


@db
def test_open_balances_and_the_limit_are_joined_from_the_room_above() -> None:
    contract = whole_draft()
    graded(contract.client, credit_limit=Decimal(6000))
    make_invoice(contract.client, contract.creditor, "1000.00")
    assert "OVER_LIMIT" not in codes(contract)  # 1,000 owed and 5,000 on credit
    make_invoice(contract.client, contract.creditor, "0.01")
    assert "OVER_LIMIT" in codes(contract)
    pay_in(contract, prepaid=Decimal(1))
    assert "OVER_LIMIT" not in codes(contract)


@db
def test_ten_contracts_take_as_many_queries_as_one() -> None:
    first = whole_draft()
    graded(first.client, credit_limit=Decimal(100))
    more = [whole_draft(number=f"K-{n}", client=first.client) for n in range(2, 5)]
    keys = [first.pk, *(one.pk for one in more)]
    one = count_queries(lambda: gaps_of_many(keys[:1], TODAY))
    many = count_queries(lambda: gaps_of_many(keys, TODAY))
    assert one == many <= 9
    stopped = open_blocking(keys, TODAY)
    assert set(stopped) == set(keys)
    assert {gap.code for gap, _sentence in stopped[first.pk]} == {"OVER_LIMIT"}


@db
@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (ClauseKind.LATE_CHARGE, GapCode.NO_LATE_CHARGE),
        (ClauseKind.SUSPENSION, GapCode.NO_SUSPENSION),
        (ClauseKind.ACCEPTANCE, GapCode.NO_ACCEPTANCE),
        (ClauseKind.NOTICES, GapCode.NO_NOTICE_ADDRESS),
        (ClauseKind.LAW, GapCode.NO_LAW),
        (ClauseKind.PAYMENT, GapCode.NO_PAYMENT_CLAUSE),
        (ClauseKind.PREPAYMENT, GapCode.NO_PREPAYMENT_CLAUSE),
        (ClauseKind.CHANGES, GapCode.NO_CHANGE_CLAUSE),
        (ClauseKind.RECORDING, GapCode.NO_RECORDING_CONSENT),
        (ClauseKind.DATA, GapCode.NO_PERSONAL_DATA),
    ],
)
def test_one_click_adds_the_clause_that_closes_the_gap(kind: ClauseKind, code: GapCode) -> None:
    contract = whole_draft()
    for clause in contract.clauses.filter(kind=kind):
        remove_clause(clause=clause, actor=None, at=NOW)
    assert code in {one.gap.code for one in contract_gaps(contract, TODAY)}
    fill_gap(contract=contract, gap=code, actor=None, at=NOW)
    assert code not in {one.gap.code for one in contract_gaps(contract, TODAY)}
    assert contract.clauses.filter(kind=kind).count() == 1
    with pytest.raises(UnableToFillGap, match="closed already"):
        fill_gap(contract=contract, gap=code, actor=None, at=NOW)


@db
def test_clicks_make_a_bare_draft_whole_but_for_its_figures() -> None:
    client = graded(make_client(country="CN", address="1 Renmin Road"))
    save_contact(client=client, name="Li Lei", email="li@client.example", actor=None, at=NOW)
    contract = create_contract(
        creditor=our_company(),
        client=client,
        number="B-1",
        currency="CNY",
        language="both",
        actor=None,
        at=NOW,
    )
    for one in contract_gaps(contract, TODAY):
        if one.gap.fix:
            fill_gap(contract=contract, gap=one.gap.code, actor=None, at=NOW)
    contract.refresh_from_db()
    assert {one.gap.code for one in contract_gaps(contract, TODAY)} == {"NO_PRICE", "UNSIGNED"}
    assert (contract.late_charge_kind, contract.late_charge_preset) == ("PRESET", "cn_sale_default")
    assert (contract.suspension_days, contract.acceptance_days) == (15, 7)
    assert contract.notice_email == "li@client.example"
    assert "中华人民共和国" in contract.governing_law


@db
def test_what_only_a_person_knows_is_not_clicked_away() -> None:
    contract = create_contract(
        creditor=make_creditor(country="FR"),
        client=graded(make_client(), Grade.C),
        number="B-2",
        currency="EUR",
        actor=None,
        at=NOW,
    )
    fill_gap(contract=contract, gap="NO_NOTICE_ADDRESS", actor=None, at=NOW)
    assert "NO_NOTICE_ADDRESS" in codes(contract)  # no contact, no address
    assert contract.clauses.filter(kind=ClauseKind.NOTICES).exists()
    with pytest.raises(UnableToFillGap, match="only known to you"):
        fill_gap(contract=contract, gap="NO_NOTICE_ADDRESS", actor=None, at=NOW)
    with pytest.raises(UnableToFillGap, match="No clause closes this"):
        fill_gap(contract=contract, gap="NO_PRICE", actor=None, at=NOW)


@db
def test_only_a_draft_is_completed_and_a_missing_standard_is_named() -> None:
    sent = at_state(ContractState.SENT)
    with pytest.raises(UnableToFillGap, match="Only a draft"):
        fill_gap(contract=sent, gap="NO_LAW", actor=None, at=NOW)
    contract = whole_draft(number="K-9")
    contract.clauses.filter(kind=ClauseKind.DATA).delete()
    Clause.objects.filter(kind=ClauseKind.DATA).update(is_standard=False)
    with pytest.raises(UnableToFillGap, match="no standard clause"):
        fill_gap(contract=contract, gap="NO_PERSONAL_DATA", actor=None, at=NOW)
