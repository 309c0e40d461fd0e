"""Versions: the same text is one version, what is kept stays, and differences are readable."""

import datetime as dt
import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.utils import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from contracts.models import Contract, ContractVersion
from contracts.selectors.texts import contract_content
from contracts.selectors.versions import compared, read_content
from contracts.services import create_contract
from contracts.services.clauses import move_clause, write_clause
from contracts.services.lines import change_line
from contracts.services.versions import (
    PRINT_VERSION,
    UnableToFreeze,
    freeze_version,
    print_version,
    version_content,
    version_pdf,
)
from contracts.tasks import print_frozen_version
from core.audit import canonical_json
from core.models import AuditEvent, Document, OutboxItem
from tests.contracts.texts import make_draft, make_line
from tests.factories import NOW, make_client, make_creditor

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(days=3)


@pytest.fixture(autouse=True)
def _kept_here(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def freeze(contract: Contract, reason: str = "", at: dt.datetime = NOW) -> ContractVersion:
    return freeze_version(contract=contract, reason=reason, actor=None, at=at)


def test_a_version_is_the_whole_text_with_its_hash() -> None:
    contract = make_draft()
    make_line(contract, description="Website")
    version = freeze(contract, "For the review")
    assert (version.number, contract.version_number) == (1, 1)
    assert version.sha256 == hashlib.sha256(version.content.encode()).hexdigest()
    content = version_content(version)
    assert canonical_json(content) == version.content
    assert content["lines"][0]["description"] == "Website"
    assert content["terms"]["price"] == "106"
    assert len(content["clauses"]) == contract.clauses.count()
    assert not any("{" in clause["body"] + clause["body_zh"] for clause in content["clauses"])
    contract.refresh_from_db()
    assert contract.version_number == 1
    event = AuditEvent.objects.get(action="contracts.freeze_version")
    assert version.sha256 in event.payload


def test_the_same_text_is_the_same_version() -> None:
    contract = make_draft()
    line = make_line(contract)
    first = freeze(contract)
    assert freeze(contract, "again", LATER) == first
    assert freeze(Contract.objects.get(pk=contract.pk)) == first
    change_line(line=line, quantity=Decimal(2), actor=None, at=NOW)
    second = freeze(contract)
    assert second.number == 2
    change_line(line=line, quantity=Decimal(1), actor=None, at=NOW)
    third = freeze(contract)
    assert (third.number, third.sha256) == (3, first.sha256)


def test_a_contract_that_says_nothing_has_no_version() -> None:
    contract = create_contract(
        creditor=make_creditor(),
        client=make_client(),
        number="E-1",
        currency="CNY",
        actor=None,
        at=NOW,
    )
    with pytest.raises(UnableToFreeze):
        freeze(contract)


def test_a_draft_says_what_is_missing_in_its_own_language() -> None:
    content = contract_content(make_draft(template="Design contract"))
    bodies = "".join(clause["body"] for clause in content["clauses"])
    assert "[to be filled: contract price]" in bodies
    assert "［待填：合同总价］" in "".join(clause["body_zh"] for clause in content["clauses"])


@pytest.mark.parametrize(("language", "other"), [("en", "_zh"), ("zh-hans", "")])
def test_a_contract_in_one_language_says_nothing_in_the_other(language: str, other: str) -> None:
    content = contract_content(make_draft(language=language))
    for clause in content["clauses"]:
        assert clause[f"body{other}"] == clause[f"heading{other}"] == ""


@given(st.decimals(min_value="0.0001", max_value="9999", places=4))
def test_a_figure_has_one_spelling_however_it_is_stored(figure: Decimal) -> None:
    from contracts.selectors.texts import _num

    assert _num(figure) == _num(figure.normalize()) == _num(figure.quantize(Decimal("0.000001")))


# --- kept for good --------------------------------------------------------------------------


def test_the_pdf_is_promised_with_the_version_and_kept_once() -> None:
    version = freeze(make_draft())
    item = OutboxItem.objects.get(task=PRINT_VERSION)
    assert item.args == {"version_id": version.pk}
    print_frozen_version(**item.args)
    version.refresh_from_db()
    document = version.document
    assert document is not None
    assert document.original_name.startswith("T-1_v1")
    print_version(version_id=version.pk, at=LATER)
    version.refresh_from_db()
    assert version.document == document
    assert Document.objects.count() == 1


def test_the_pdf_is_the_same_before_and_after_it_is_kept() -> None:
    contract = make_draft()
    version = freeze(contract)
    before = version_pdf(version)
    make_line(contract, description="Comes later")
    kept = print_version(version_id=version.pk, at=LATER)
    assert version_pdf(kept) == before


def test_a_version_is_not_edited_even_by_hand() -> None:
    version = freeze(make_draft())
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE contracts_contractversion SET content = '{}' WHERE id = %s", [version.pk]
        )


def test_the_pdf_of_a_version_is_not_exchanged() -> None:
    version = freeze(make_draft())
    print_version(version_id=version.pk, at=NOW)
    with pytest.raises(IntegrityError):
        ContractVersion.objects.filter(pk=version.pk).update(document=None)


def test_a_text_that_does_not_match_its_hash_is_not_read() -> None:
    version = freeze(make_draft())
    version.content = version.content.replace("T-1", "T-2")
    with pytest.raises(ValueError, match="hash"):
        version_content(version)


# --- differences ----------------------------------------------------------------------------


def test_two_versions_are_compared_in_words() -> None:
    contract = make_draft(language="en")
    line = make_line(contract, description="Website")
    old = freeze(contract)
    change_line(line=line, quantity=Decimal(2), actor=None, at=NOW)
    clause = contract.clauses.get(kind="CHANGES")
    body = clause.body.replace("five working days", "ten working days")
    texts = {"heading": clause.heading, "body": body}
    write_clause(contract=contract, clause=clause, kind="CHANGES", **texts, actor=None, at=NOW)
    move_clause(clause=clause, places=-1, actor=None, at=NOW)
    new = freeze(contract)
    sections = compared(read_content(old), read_content(new))
    assert [section.name for section in sections] == ["Terms", "Services and price", "Clauses"]
    (row,) = sections[1].rows
    quantity = row.fields[0]
    assert (row.label, row.how, quantity.name) == ("Website", "Changed", "Quantity")
    assert [(piece.kind, piece.text) for piece in quantity.pieces] == [
        ("removed", "1"),
        ("added", "2"),
    ]
    total = next(field for field in row.fields if field.name == "Total")
    assert [piece.text for piece in total.pieces] == ["106.00", "212.00"]
    reworded = next(row for row in sections[2].rows if row.label == "Changes")
    changed = [p for p in reworded.fields[-1].pieces if p.kind != "same"]
    assert [(piece.kind, piece.text) for piece in changed] == [
        ("removed", "five"),
        ("added", "ten"),
    ]
    assert compared(read_content(new), read_content(new)) == []
    assert compared(read_content(new), contract_content(Contract.objects.get(pk=contract.pk))) == []
