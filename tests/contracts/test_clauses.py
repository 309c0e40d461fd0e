"""Clauses of a draft: from the library at their place, own wordings, order, what is refused."""

from typing import Any

import pytest

from contracts.models import Clause, Contract, ContractClause
from contracts.services.clauses import (
    UnableToChangeClauses,
    add_clause,
    move_clause,
    remove_clause,
    renew_clause,
    write_clause,
)
from contracts.services.library import add_clause_version, save_clause
from contracts.states import ClauseKind, ContractLanguage, ContractState, PrepaymentKind
from tests.contracts.texts import make_draft
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def of_kind(contract: Contract, kind: str) -> ContractClause:
    return contract.clauses.get(kind=kind)


def library(code: str) -> Clause:
    return Clause.objects.get(code=code)


def numbered(contract: Contract) -> bool:
    return [one.position for one in contract.clauses.all()] == list(
        range(1, contract.clauses.count() + 1)
    )


def test_a_clause_of_the_library_takes_its_usual_place() -> None:
    contract = make_draft()
    suspension = of_kind(contract, "SUSPENSION")
    place = suspension.position
    remove_clause(clause=suspension, actor=None, at=NOW)
    assert numbered(contract)
    added = add_clause(contract=contract, clause=library("suspension"), actor=None, at=NOW)
    assert ContractClause.objects.get(pk=added.pk).position == place
    assert numbered(contract)
    assert added.version is not None
    assert "{suspension_days}" in added.body


def test_the_same_clause_is_not_added_twice() -> None:
    contract = make_draft()
    with pytest.raises(UnableToChangeClauses, match="already"):
        add_clause(contract=contract, clause=library("payment"), actor=None, at=NOW)


def test_a_clause_out_of_use_is_not_added() -> None:
    clause = save_clause(clause=library("term"), is_active=False, actor=None, at=NOW)
    with pytest.raises(UnableToChangeClauses, match="no longer in use"):
        add_clause(contract=make_draft(), clause=clause, actor=None, at=NOW)


def test_own_wording_stands_at_the_end_and_is_of_no_version() -> None:
    contract = make_draft()
    row = write_clause(
        contract=contract,
        kind=ClauseKind.OTHER,
        heading="Travel",
        body="Travel is paid at cost.\r\n\r\n  Receipts are enclosed. ",
        heading_zh="差旅",
        body_zh="差旅费用据实报销。",
        actor=None,
        at=NOW,
    )
    assert row.position == contract.clauses.count()
    assert row.version is None
    assert row.body == "Travel is paid at cost.\nReceipts are enclosed."


def test_a_library_clause_worded_anew_is_no_longer_that_version() -> None:
    contract = make_draft()
    clause = of_kind(contract, "PAYMENT")
    texts = {name: getattr(clause, name) for name in ("heading", "heading_zh", "body", "body_zh")}
    same = write_clause(
        contract=contract, clause=clause, kind="PAYMENT", **texts, actor=None, at=NOW
    )
    assert same.version is not None
    texts["body"] = "Pay within {terms_days} days."
    row = write_clause(
        contract=contract, clause=clause, kind="PAYMENT", **texts, actor=None, at=NOW
    )
    assert row.version is None
    assert of_kind(contract, "PAYMENT").body == "Pay within {terms_days} days."


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"body": "Within {term_days} days."}, "body"),
        ({"body_zh": "{无}日内"}, "body_zh"),
        ({"body": "A lone {"}, "body"),
        ({"body": "x" * 20_001}, "body"),
        ({"heading": " "}, "heading"),
        ({"body_zh": ""}, "body_zh"),
        ({"kind": "NONSENSE"}, "kind"),
    ],
)
def test_it_refuses_a_wording_that_cannot_stand(changed: dict[str, str], field: str) -> None:
    contract = make_draft()
    before = contract.clauses.count()
    texts: dict[str, Any] = {"kind": "OTHER", "heading": "H", "heading_zh": "标"}
    texts |= {"body": "B", "body_zh": "文"}
    with pytest.raises(UnableToChangeClauses) as refused:
        write_clause(contract=contract, actor=None, at=NOW, **(texts | changed))
    assert refused.value.field == field
    assert contract.clauses.count() == before


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (ContractLanguage.EN, {"heading": "H", "body": "B"}),
        (ContractLanguage.ZH, {"heading_zh": "标", "body_zh": "文"}),
    ],
)
def test_a_contract_in_one_language_needs_that_one_only(
    language: str, texts: dict[str, Any]
) -> None:
    contract = make_draft(language=language)
    row = write_clause(contract=contract, kind="OTHER", **texts, actor=None, at=NOW)
    assert row.pk


def test_clauses_move_and_letters_cite_the_late_charge_where_it_stands() -> None:
    contract = make_draft(language=ContractLanguage.EN)
    late = of_kind(contract, "LATE_CHARGE")
    contract.refresh_from_db()
    assert contract.late_charge_clause == f"clause {late.position}"
    move_clause(clause=late, places=-2, actor=None, at=NOW)
    contract.refresh_from_db()
    assert contract.late_charge_clause == f"clause {late.position - 2}"
    assert numbered(contract)
    remove_clause(clause=late, actor=None, at=NOW)
    contract.refresh_from_db()
    assert contract.late_charge_clause == ""


def test_a_citation_written_by_hand_is_left_alone() -> None:
    contract = make_draft(language=ContractLanguage.EN)
    Contract.objects.filter(pk=contract.pk).update(late_charge_clause="section 9 (b)")
    move_clause(clause=of_kind(contract, "LATE_CHARGE"), places=1, actor=None, at=NOW)
    contract.refresh_from_db()
    assert contract.late_charge_clause == "section 9 (b)"


def test_a_newer_wording_of_the_library_is_taken_over_when_asked() -> None:
    contract = make_draft()
    clause = of_kind(contract, "CHANGES")
    with pytest.raises(UnableToChangeClauses, match="newest"):
        renew_clause(clause=clause, actor=None, at=NOW)
    texts = {"heading": "Changes", "heading_zh": "变更", "body": "New.", "body_zh": "新。"}
    add_clause_version(clause=library("changes"), actor=None, at=NOW, **texts)
    clause.refresh_from_db()
    assert clause.body != "New."
    renew_clause(clause=clause, actor=None, at=NOW)
    clause.refresh_from_db()
    assert (clause.body, clause.version and clause.version.number) == ("New.", 2)


def test_only_a_draft_is_rewritten() -> None:
    contract = make_draft()
    clause = of_kind(contract, "PAYMENT")
    Contract.objects.filter(pk=contract.pk).update(state=ContractState.SENT)
    for act in (
        lambda: add_clause(contract=contract, clause=library("term"), actor=None, at=NOW),
        lambda: remove_clause(clause=clause, actor=None, at=NOW),
        lambda: move_clause(clause=clause, places=1, actor=None, at=NOW),
        lambda: renew_clause(clause=clause, actor=None, at=NOW),
        lambda: write_clause(contract=contract, kind="OTHER", actor=None, at=NOW),
    ):
        with pytest.raises(UnableToChangeClauses, match="draft"):
            act()


def test_a_clause_removed_meanwhile_is_told() -> None:
    contract = make_draft()
    clause = of_kind(contract, "PAYMENT")
    stale = ContractClause.objects.get(pk=clause.pk)
    remove_clause(clause=clause, actor=None, at=NOW)
    with pytest.raises(UnableToChangeClauses, match="meanwhile"):
        move_clause(clause=stale, places=1, actor=None, at=NOW)


def test_a_template_with_earnest_money_makes_a_contract_with_earnest_money() -> None:
    assert make_draft(template="Design contract").prepayment_kind == PrepaymentKind.EARNEST
    assert make_draft(number="T-2").prepayment_kind == PrepaymentKind.PREPAYMENT
