"""A price that changes after a prepayment was asked for: text, request and hold agree."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from contracts.letters import agreement_paper
from contracts.models import Amendment, Contract
from contracts.selectors.amendments import is_current
from contracts.selectors.prepaid import prepayment_effect
from contracts.selectors.texts import contract_content
from contracts.selectors.versions import read_content
from contracts.services.amendments import (
    Changes,
    UnableToAmend,
    accept_amendment,
    approve_amendment,
    propose_amendment,
)
from contracts.states import AcceptedHow, AmendmentKind, ContractLanguage, PrepaymentKind
from core.states import Role
from payments.selectors.prepayments import delivery_hold
from payments.services import UnableToRelease, end_prepayment
from payments.states import ReleaseKind
from tests.contracts.cast import SCAN
from tests.factories import NOW, TODAY, make_user, signed_in
from tests.payments.prepaid import (
    ask,
    dated,
    entries_of,
    make_contract,
    prepaid_entry,
    receive,
    release,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def proposed(contract: Contract, price: int) -> Amendment:
    """A new sum, approved; it waits for the client."""
    row = propose_amendment(
        contract=contract,
        kind=AmendmentKind.DISCOUNT,
        changes=Changes(price=Decimal(price)),
        reason="Agreed on the telephone",
        actor=make_user(Role.SALES),
        at=NOW,
    )
    return approve_amendment(amendment=row, actor=make_user(Role.ADMIN), at=NOW)


def accepted(amendment: Amendment) -> Contract:
    accept_amendment(
        amendment=amendment,
        how=AcceptedHow.PAPER,
        name="王芳",
        data=SCAN,
        filename="signed.pdf",
        at=NOW,
        actor=None,
    )
    return Contract.objects.select_related("creditor", "client").get(pk=amendment.contract_id)


def amended(contract: Contract, price: int) -> Contract:
    return accepted(proposed(contract, price))


def in_text(contract: Contract) -> Decimal:
    """The prepayment that the contract names."""
    return Decimal(contract_content(contract)["terms"]["prepayment_amount"])


@pytest.mark.parametrize("is_paid", [True, False])
def test_what_was_asked_for_stays_in_the_text_and_in_the_request(is_paid: bool) -> None:
    contract = make_contract()
    prepayment = ask(contract)
    if is_paid:
        receive(prepayment)
    contract = amended(contract, 900)
    prepayment.refresh_from_db()
    assert in_text(contract) == prepayment.amount == contract.prepayment_agreed == Decimal(500)
    assert contract.prepayment_ratio == Decimal("0.5")
    hold = delivery_hold(contract)
    if is_paid:
        assert hold is None
    else:
        assert hold is not None
        assert (hold.unasked, hold.missing) == (Decimal(0), Decimal(500))


def test_what_was_not_asked_for_follows_the_price() -> None:
    contract = amended(make_contract(), 900)
    hold = delivery_hold(contract)
    assert hold is not None
    assert in_text(contract) == contract.prepayment_agreed == hold.unasked == Decimal(450)
    assert contract.prepayment_kept is None


def test_a_request_that_was_cancelled_holds_nothing() -> None:
    contract = make_contract()
    end_prepayment(prepayment=ask(contract), reason="Wrong", on=TODAY, actor=None, at=NOW)
    assert in_text(amended(contract, 900)) == Decimal(450)


def test_an_entry_of_the_schedule_stays_and_the_text_says_the_same() -> None:
    contract = make_contract(entries=[prepaid_entry("500.00"), dated("500.00")])
    contract = amended(contract, 900)
    assert [one.amount for one in entries_of(contract)] == [Decimal(500), Decimal(400)]
    assert in_text(contract) == Decimal(500)
    with pytest.raises(UnableToAmend, match="to be paid before the work"):
        proposed(contract, 450)


def test_more_asked_for_than_agreed_does_not_become_agreed() -> None:
    contract = make_contract()
    ask(contract, "700.00")
    assert in_text(amended(contract, 900)) == Decimal(500)


def test_a_higher_price_asks_for_its_part_and_a_lower_one_forgets_what_nobody_asked_for() -> None:
    contract = make_contract()
    receive(ask(contract))
    contract = amended(contract, 1200)
    hold = delivery_hold(contract)
    assert hold is not None
    assert (in_text(contract), hold.unasked) == (Decimal(600), Decimal(100))
    contract = amended(contract, 900)
    assert in_text(contract) == Decimal(500)
    assert delivery_hold(contract) is None
    contract = amended(contract, 950)
    assert in_text(contract) == Decimal(500), "kept above the ratio of the new price, too"
    contract = amended(contract, 1100)
    assert (in_text(contract), contract.prepayment_kept) == (Decimal(550), None)


def test_a_price_below_what_was_asked_for_needs_money_to_go_back_first() -> None:
    contract = make_contract()
    prepayment = ask(contract)
    receive(prepayment)
    with pytest.raises(UnableToAmend, match=r"Return what is too much"):
        proposed(contract, 400)
    assert not Amendment.objects.exists()
    release(prepayment, "100.00")
    contract = amended(contract, 400)
    assert in_text(contract) == Decimal(400)
    assert delivery_hold(contract) is None


def test_a_security_deposit_is_no_part_of_the_price() -> None:
    contract = make_contract(kind=PrepaymentKind.DEPOSIT)
    receive(ask(contract))
    assert in_text(amended(contract, 400)) == Decimal(500)


def test_asked_for_while_the_client_reads_the_change_is_outdated() -> None:
    contract = make_contract()
    amendment = proposed(contract, 900)
    assert is_current(amendment)
    ask(contract)
    assert not is_current(amendment)
    with pytest.raises(UnableToAmend, match="moved on"):
        accepted(amendment)
    contract.refresh_from_db()
    assert (contract.amount, contract.prepayment_kept) == (Decimal(1000), None)


def test_money_that_comes_in_while_the_client_reads_changes_nothing_of_the_text() -> None:
    contract = make_contract()
    prepayment = ask(contract)
    amendment = proposed(contract, 900)
    receive(prepayment)
    assert is_current(amendment)
    assert in_text(accepted(amendment)) == Decimal(500)


def test_the_database_keeps_what_was_agreed() -> None:
    contract = make_contract()
    receive(ask(contract))
    amendment = proposed(contract, 900)
    for rows, fields in (
        (Contract.objects.filter(pk=contract.pk), {"prepayment_kept": 1}),
        (Amendment.objects.filter(pk=amendment.pk), {"prepaid_asked": 1}),
        (Amendment.objects.filter(pk=amendment.pk), {"prepaid_received": 1}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**fields)


def paper_of(amendment: Amendment) -> dict[str, str]:
    """What the agreement says of the prepayment, by language."""
    paper = agreement_paper(
        json.loads(amendment.base.content),
        json.loads(amendment.version.content),
        number=amendment.number,
        versions=(1, 2),
        sha256=amendment.version.sha256,
        created="2026-06-15",
        signed_on=None,
        prepaid=(amendment.prepaid_asked, amendment.prepaid_received),
        is_draft=False,
        has_logo=False,
    )
    return {words.tag: words.text for words in paper.prepayment}


def test_the_agreement_and_the_pages_say_what_was_asked_for_and_came_in() -> None:
    contract = make_contract(language=ContractLanguage.BOTH)
    receive(ask(contract), "200.00")
    user = signed_in(make_user(Role.MANAGER))
    form = {"how": "PRICE", "price": "900", "new_price": "900", "reason": "x", "do": "preview"}
    user.post(f"/contracts/{contract.pk}/amend/discount/", form)
    amendment = proposed(contract, 900)
    said = paper_of(amendment)
    assert "stays at CNY 500.00" in said["en"]
    assert "asked for CNY 500.00 before the work and had received CNY 200.00" in said["en"]
    assert "仍为人民币500.00元" in said["zh-Hans"]
    assert "已收到人民币200.00元" in said["zh-Hans"]
    page = user.get(f"/contracts/amendments/{amendment.pk}/").content.decode()
    assert "as agreed. The new price does not change it" in page
    assert "had come in when this was proposed" in page


def test_earnest_money_above_a_fifth_of_the_new_price_is_said() -> None:
    contract = make_contract(ratio="0.2", kind=PrepaymentKind.EARNEST)
    receive(ask(contract, "200.00", clause="3"), "200.00")
    amendment = proposed(contract, 900)
    said = paper_of(amendment)
    assert any("not as earnest money" in text or "不产生定金" in text for text in said.values())
    sentences = prepayment_effect(
        read_content(amendment.base),
        read_content(amendment.version),
        asked=amendment.prepaid_asked,
        received=amendment.prepaid_received,
    )
    assert "180.00" in sentences[-1]
    assert in_text(accepted(amendment)) == Decimal(200)


def test_only_a_fifth_of_the_price_is_forfeited() -> None:
    contract = make_contract(ratio="0.2", kind=PrepaymentKind.EARNEST)
    prepayment = ask(contract, "200.00")
    receive(prepayment, "200.00")
    amended(contract, 900)
    with pytest.raises(UnableToRelease, match=r"180\.00 is left"):
        release(prepayment, "180.01", ReleaseKind.FORFEITED)
    release(prepayment, "100.00", ReleaseKind.TWICE)
    with pytest.raises(UnableToRelease, match=r"80\.00 is left"):
        release(prepayment, "80.01", ReleaseKind.FORFEITED)
    release(prepayment, "80.00", ReleaseKind.FORFEITED)
    release(prepayment, "20.00", ReleaseKind.REFUND)


def test_where_the_price_stays_nothing_is_said() -> None:
    contract = make_contract(entries=[prepaid_entry("500.00"), dated("500.00")])
    terms = contract_content(contract)
    assert prepayment_effect(terms, terms, asked=Decimal(500), received=Decimal(0)) == []
