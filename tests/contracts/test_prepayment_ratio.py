"""The required prepayment: the largest claim, its reason in words, frozen; and a worse grade."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from clients.models import Client
from contracts.models import Contract, GradeTerms, ServiceType
from contracts.rules.prepayment import (
    ReasonCode,
    Required,
    both_reasons,
    percent_text,
    reason_in,
    required_amount,
    required_ratio,
)
from contracts.selectors.terms import effects, terms_for, terms_of, worsened, worsened_contracts
from contracts.services import create_contract
from contracts.services.prepayment import (
    UnableToSetTerms,
    demand_prepayment,
    freeze_prepayment,
    set_grade_terms,
)
from contracts.states import ContractState, PrepaymentKind
from core.states import Role
from tests.factories import NOW, count_queries, make_client, make_creditor, make_user, signed_in

ratios = st.none() | st.decimals(0, 1, places=4)
pytestmark = pytest.mark.django_db


# --- Rules ---------------------------------------------------------------------------------------


@given(base=ratios, grade=ratios, demanded=ratios, is_own=st.booleans())
def test_it_is_the_largest_of_the_three_and_names_one_that_is(
    base: Decimal | None, grade: Decimal | None, demanded: Decimal | None, is_own: bool
) -> None:
    found = required_ratio(base, grade, demanded, is_own=is_own)
    claims = {
        ReasonCode.SERVICE: base or Decimal(0),
        ReasonCode.CLIENT if is_own else ReasonCode.GRADE: grade or Decimal(0),
        ReasonCode.DEMAND: demanded or Decimal(0),
    }
    assert found.ratio == max(claims.values())
    if found.ratio:
        assert claims[found.code] == found.ratio
    else:
        assert found.code == ReasonCode.NONE


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_reason_has_words_in_both_languages(code: ReasonCode) -> None:
    words = {
        "service": "Training",
        "service_zh": "培训",
        "grade": "D",
        "grade_zh": "D",
        "reason": "Paid late twice",
    }
    kept = both_reasons(Required(Decimal("0.125"), code), **words)
    english, chinese = reason_in(kept, "en"), reason_in(kept, "zh-hans")
    assert english != chinese
    assert english.isascii() or "“" in english
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
    assert "{" not in kept
    if code != ReasonCode.NONE:
        assert "12.5%" in english
        assert "12.5%" in chinese


def test_amounts_are_rounded_once_and_percents_are_plain() -> None:
    assert required_amount(Decimal("100.01"), Decimal("0.333"), "EUR") == Decimal("33.30")
    assert required_amount(Decimal(101), Decimal("0.5"), "JPY") == Decimal(51)
    assert required_amount(None, Decimal("0.5"), "JPY") == 0
    assert [percent_text(Decimal(r)) for r in ("0", "1", "0.3", "0.125")] == [
        "0%",
        "100%",
        "30%",
        "12.5%",
    ]


# --- Freezing ------------------------------------------------------------------------------------


def service(ratio: str = "0.2") -> ServiceType:
    return ServiceType.objects.create(
        code="svc-test", name="Training", name_zh="培训", prepayment_ratio=Decimal(ratio)
    )


def draft(client: Client | None = None, **fields: Any) -> Contract:
    return create_contract(
        creditor=make_creditor(),
        client=client or client_of("C"),
        number=fields.pop("number", f"K-{Contract.objects.count()}"),
        currency="CNY",
        amount=fields.pop("amount", Decimal(1000)),
        actor=None,
        at=NOW,
        **fields,
    )


def client_of(grade: str, **fields: Any) -> Client:
    client = make_client()
    Client.objects.filter(pk=client.pk).update(grade=grade, **fields)
    client.refresh_from_db()
    return client


def freeze(contract: Contract) -> Contract:
    return freeze_prepayment(contract=contract, actor=None, at=NOW)


def move(contract: Contract, state: str) -> None:
    Contract.objects.filter(pk=contract.pk).update(state=state)
    contract.refresh_from_db()


def test_the_start_policy_is_there_for_every_grade() -> None:
    rows = GradeTerms.objects.order_by("grade")
    assert [(r.grade, r.prepayment_ratio, r.max_terms_days) for r in rows] == [
        ("A", Decimal(0), 60),
        ("B", Decimal("0.1"), 45),
        ("C", Decimal("0.3"), 30),
        ("D", Decimal("0.5"), 15),
        ("E", Decimal(1), 0),
        ("U", Decimal("0.3"), 30),
    ]


@pytest.mark.parametrize(
    ("grade", "own", "base", "demanded", "ratio", "words"),
    [
        ("A", None, None, None, "0", "No prepayment"),
        ("D", None, None, None, "0.5", "grade (D)"),
        ("D", "0.1", None, None, "0.1", "set for this client"),
        ("A", None, "0.2", None, "0.2", "Training"),
        ("B", None, "0.2", "0.4", "0.4", "New market"),
        ("E", None, "0.2", "0.4", "1", "grade (E)"),
        ("U", None, None, None, "0.3", "unrated"),
    ],
)
def test_the_ratio_and_its_reason_are_frozen_into_the_contract(
    grade: str, own: str | None, base: str | None, demanded: str | None, ratio: str, words: str
) -> None:
    client = client_of(grade, deposit_ratio=Decimal(own) if own else None)
    contract = draft(client, service_type=service(base) if base else None)
    if demanded:
        demand_prepayment(
            contract=contract,
            ratio=Decimal(demanded),
            reason="New market",
            actor=make_user(Role.MANAGER),
            at=NOW,
        )
    freeze(contract)
    contract.refresh_from_db()
    assert contract.prepayment_ratio == Decimal(ratio)
    assert words in reason_in(contract.prepayment_reason, "en")
    assert reason_in(contract.prepayment_reason, "zh-hans") != reason_in(
        contract.prepayment_reason, "en"
    )


def test_what_has_gone_out_is_frozen_and_a_recalled_contract_thaws() -> None:
    client = client_of("D")
    contract = freeze(draft(client))
    move(contract, ContractState.SENT)
    Client.objects.filter(pk=client.pk).update(grade="A")
    assert freeze(Contract.objects.get(pk=contract.pk)).prepayment_ratio == Decimal("0.5")
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(prepayment_ratio=Decimal(0))
    move(contract, ContractState.DRAFT)
    assert (contract.prepayment_ratio, contract.prepayment_reason) == (None, "")
    assert freeze(Contract.objects.get(pk=contract.pk)).prepayment_ratio == 0


@pytest.mark.parametrize(
    ("ratio", "reason", "kind", "field"),
    [
        ("0", "x", None, "ratio"),
        ("-0.1", "x", None, "ratio"),
        ("1.01", "x", None, "ratio"),
        ("0.4", " ", None, "reason"),
        ("0.2001", "x", PrepaymentKind.EARNEST, "ratio"),
    ],
)
def test_a_demand_that_makes_no_sense_is_refused(
    ratio: str, reason: str, kind: PrepaymentKind | None, field: str
) -> None:
    contract = draft()
    with pytest.raises(UnableToSetTerms) as refused:
        demand_prepayment(
            contract=contract, ratio=Decimal(ratio), reason=reason, kind=kind, actor=None, at=NOW
        )
    assert refused.value.field == field
    contract.refresh_from_db()
    assert contract.demanded_ratio is None


def test_a_demand_is_made_of_a_draft_only_and_taken_back_there() -> None:
    contract = draft()
    demand = {"contract": contract, "actor": None, "at": NOW}
    demand_prepayment(ratio=Decimal("0.9"), reason="Large", **demand)  # type: ignore[arg-type]
    assert terms_of(Contract.objects.get(pk=contract.pk)).ratio == Decimal("0.9")
    demand_prepayment(ratio=None, reason="", **demand)  # type: ignore[arg-type]
    contract.refresh_from_db()
    assert (contract.demanded_ratio, contract.demanded_reason) == (None, "")
    move(contract, ContractState.ACTIVE)
    with pytest.raises(UnableToSetTerms):
        demand_prepayment(ratio=Decimal("0.9"), reason="x", **demand)  # type: ignore[arg-type]


# --- A grade that worsened -----------------------------------------------------------------------


def in_force(grade: str = "B", **fields: Any) -> Contract:
    contract = freeze(draft(client_of(grade), **fields))
    move(contract, ContractState.ACTIVE)
    return contract


def test_a_worse_grade_shows_its_effect_and_changes_nothing() -> None:
    contract = in_force()
    before = Contract.objects.values().get(pk=contract.pk)
    assert worsened(contract) is None
    Client.objects.filter(pk=contract.client_id).update(grade="D")
    contract = Contract.objects.get(pk=contract.pk)
    found = worsened(contract)
    assert found is not None
    assert (found.frozen_amount, found.now_amount, found.difference) == tuple(
        map(Decimal, (100, 500, 400))
    )
    assert len(found.options) == 3
    assert "527-528" in found.options[0][1]
    assert Contract.objects.values().get(pk=contract.pk) == before
    assert terms_for(client=contract.client).max_terms_days == 15


def test_a_better_grade_or_an_ended_contract_has_no_effect() -> None:
    better, ended = in_force("D"), in_force("B")
    Client.objects.filter(pk=better.client_id).update(grade="A")
    Client.objects.filter(pk=ended.client_id).update(grade="E")
    move(ended, ContractState.COMPLETED)
    for contract in (better, ended):
        assert worsened(Contract.objects.get(pk=contract.pk)) is None
    assert not worsened_contracts(user=make_user(Role.MANAGER)).exists()


def test_the_list_agrees_with_each_contract_and_is_ones_own() -> None:
    sales = make_user(Role.SALES)
    contract, other = in_force(), in_force()
    Client.objects.filter(pk=contract.client_id).update(grade="D", owner=sales)
    Client.objects.filter(pk=other.client_id).update(deposit_ratio=Decimal("0.2"))
    found = list(worsened_contracts(user=make_user(Role.MANAGER)))
    assert {(one.contract.pk, one.now) for one in effects(found)} == {
        (contract.pk, Decimal("0.5")),
        (other.pk, Decimal("0.2")),
    }
    assert all((w := worsened(one.contract)) and w.now == one.now for one in effects(found))
    assert list(worsened_contracts(user=sales)) == [contract]


# --- Pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_managers_read_the_terms_and_demand_more_on_pages(language: str) -> None:
    manager = make_user(Role.MANAGER, language=language)
    page = signed_in(manager)
    shown = page.get("/contracts/terms/").content.decode()
    assert "/credit/policy/" in shown  # where they are edited
    assert page.get(f"/contracts/terms/{GradeTerms.objects.get(grade='C').pk}/").status_code == 404

    contract = draft()
    url = f"/contracts/{contract.pk}/prepayment/"
    assert page.get(url).status_code == 200
    assert page.post(url, {"ratio": "60", "kind": "PREPAYMENT", "reason": ""}).status_code == 200
    answer = page.post(url, {"ratio": "60", "kind": "PREPAYMENT", "reason": "Large order"})
    assert answer.status_code == 302
    contract.refresh_from_db()
    assert contract.demanded_ratio == Decimal("0.6")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_of_worse_grades_reads_as_many_statements_for_many(language: str) -> None:
    page = signed_in(make_user(Role.MANAGER, language=language))

    def worse_one() -> Contract:
        contract = in_force()
        Client.objects.filter(pk=contract.client_id).update(grade="E")
        return contract

    first = worse_one()
    assert first.number in page.get("/contracts/terms/worse/").content.decode()
    few = count_queries(lambda: page.get("/contracts/terms/worse/"))
    for _ in range(4):
        worse_one()
    assert count_queries(lambda: page.get("/contracts/terms/worse/")) == few


def test_grade_terms_out_of_range_are_refused() -> None:
    row = GradeTerms.objects.get(grade="A")
    for ratio, days, field in (("1.1", 1, "prepayment_ratio"), ("0.1", 400, "max_terms_days")):
        with pytest.raises(UnableToSetTerms) as refused:
            set_grade_terms(
                terms=row,
                prepayment_ratio=Decimal(ratio),
                max_terms_days=days,
                actor=None,
                at=NOW,
            )
        assert refused.value.field == field
