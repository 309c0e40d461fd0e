"""The preview, and what is refused before anything is written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from contracts.models import Amendment, Contract
from contracts.services import create_contract, take_in_signed
from core.models import AuditEvent, User
from tests.contracts.amendment_pages.cast import entries, filled, in_force, proposed, url
from tests.contracts.cast import SCAN
from tests.contracts.test_amendments import DAY, amounts, invoice, line, propose
from tests.factories import NOW, TODAY, make_client, make_creditor

pytestmark = pytest.mark.django_db


def previewed(web: Browser, contract: Contract, kind: str, **changed: Any) -> Any:
    """What the page shows for it."""
    return web.post(
        url(contract, kind), {**filled(web, contract, kind, **changed), "do": "preview"}
    )


def test_the_preview_shows_the_difference_the_price_and_who_may_approve(
    contract: Contract, web: Browser
) -> None:
    told = previewed(web, contract, "discount", how="PERCENT", scope="REST", percent="10")
    page = told.content.decode()
    assert "CN¥1,000.00</del>" in page
    assert "CN¥900.00</ins>" in page
    assert "Manager · Administrator" in page
    assert "Unit price" in page
    assert not Amendment.objects.exists()
    assert contract.versions.count() == 0


def test_nothing_is_proposed_that_was_not_looked_at(contract: Contract, web: Browser) -> None:
    data = filled(web, contract, "discount", how="PERCENT", scope="REST", percent="10")
    told = web.post(url(contract, "discount"), {**data, "do": "propose"})
    assert told.context["preview"]  # shown instead
    assert not Amendment.objects.exists()
    data["percent"] = "50"  # changed after the look
    data["seen"] = told.context["seen"]
    again = web.post(url(contract, "discount"), {**data, "do": "propose"})
    assert "not what you looked at" in again.content.decode()
    assert not Amendment.objects.exists()


@pytest.mark.parametrize(
    ("kind", "changed", "field", "words"),
    [
        ("extension", {"reason": "", "ends_on": "2031-01-01"}, "reason", "required"),
        ("extension", {}, None, "Nothing would be different"),
        ("extension", {"ends_on": "2020-01-01"}, "ends_on", "moves a day later"),
        ("extension", {"ends_on": ""}, "ends_on", "moves a day later"),
        ("extension", {"ends_on": "2090-01-01"}, "ends_on", "twenty years"),
        ("extension", {"ends_on": "tomorrow"}, "ends_on", "valid date"),
        ("extension", {"LINE1": "2031-01-01"}, "LINE1", "after the contract ends"),
        ("discount", {"percent": "0"}, "percent", "above 0"),
        ("discount", {"percent": "100"}, "percent", "below 100"),
        ("discount", {"percent": "-5"}, "percent", "above 0"),
        ("discount", {"how": "AMOUNT", "off": "-1"}, "off", "above zero"),
        ("discount", {"how": "AMOUNT", "off": "0.001"}, "off", "decimals"),
        ("discount", {"how": "AMOUNT", "off": "1000"}, "off", "Less than"),
        ("discount", {"how": "AMOUNT", "off": "1e30"}, "off", "digits"),
        ("discount", {"how": "PRICES"}, "how", "new price"),
        ("discount", {"how": "PRICES", "PRICE2": "401"}, "PRICE2", "lowers the price"),
        ("discount", {"scope": "CHOSEN", "percent": "5"}, "scope", "Tick"),
        ("schedule", {"ENTRY2_amount": "499"}, "ENTRY2_amount", "not invoiced yet is"),
        ("schedule", {"ENTRY2_amount": "-500"}, "ENTRY2_amount", "above zero"),
        ("schedule", {"ENTRY2_amount": "500.001"}, "ENTRY2_amount", "above zero"),
        ("schedule", {"ENTRY1_due_on": "2020-01-01"}, "ENTRY1_due_on", "before the contract"),
        ("schedule", {"new_0_amount": "5"}, "new_0_due_on", "which day"),
        ("scope", {"LINE1_quantity": "0"}, "LINE1_quantity", "more than zero"),
        ("scope", {"LINE1_unit_price": "-1"}, "LINE1_unit_price", "zero or more"),
        ("scope", {"LINE1_description": ""}, "LINE1_description", "cannot be empty"),
        ("scope", {"new_0_description": "x"}, "new_0_unit_price", "price of one unit"),
        (
            "scope",
            {"new_0_description": "x", "new_0_unit_price": "1", "new_0_tax_percent": "150"},
            "new_0_tax_percent",
            "between 0 and 100",
        ),
        ("scope", {"LINE1_unit_price": "700", "follow": "NEW"}, "follow_on", "which day"),
        ("scope", {"LINE1_unit_price": "0", "LINE2_unit_price": "0"}, "follow", "cannot take"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_nothing_is_written(
    contract: Contract,
    web: Browser,
    kind: str,
    changed: dict[str, str],
    field: str | None,
    words: str,
) -> None:
    def named(name: str) -> str:
        for place in (1, 2):
            pk, entry = line(contract, place).pk, entries(contract)[place - 1].pk
            ending = "_deliver_on" if name == f"LINE{place}" else ""
            name = name.replace(f"LINE{place}", f"line_{pk}{ending}")
            name = name.replace(f"ENTRY{place}", f"entry_{entry}")
            name = name.replace(f"PRICE{place}", f"price_{pk}")
        return name

    data = {named(name): value for name, value in changed.items()}
    before = AuditEvent.objects.count()
    told = previewed(web, contract, kind, **data)
    errors = told.context["form"].errors
    where = named(field) if field else "__all__"
    assert words in " ".join(errors.get(where, [])), errors
    assert not Amendment.objects.exists()
    assert contract.versions.count() == 0
    assert AuditEvent.objects.count() == before
    assert amounts(contract) == [Decimal(500), Decimal(500)]


def test_what_is_invoiced_is_not_offered_and_not_moved(contract: Contract, web: Browser) -> None:
    invoice(contract, 1)
    first, second = entries(contract)
    form = web.get(url(contract, "schedule")).context["form"]
    assert f"entry_{first.pk}_amount" not in form.fields
    assert f"entry_{second.pk}_amount" in form.fields
    # Typed in all the same, it counts for nothing.
    told = previewed(
        web,
        contract,
        "schedule",
        **{f"entry_{first.pk}_amount": "1", f"entry_{second.pk}_amount": "999"},
    )
    assert "CN¥500.00" in " ".join(told.context["form"].errors[f"entry_{second.pk}_amount"])


def test_a_second_open_amendment_is_refused_with_the_reason(
    contract: Contract, web: Browser
) -> None:
    data = filled(web, contract, "discount", how="PERCENT", scope="REST", percent="10")
    first = propose(contract)
    page = web.get(url(contract)).content.decode()
    assert f"/contracts/amendments/{first.pk}/" in page
    web.post(url(contract, "discount"), {**data, "do": "preview"})
    told = web.post(url(contract, "discount"), {**data, "seen": "x", "do": "propose"})
    assert "Another amendment is open" in str(told.context["form"].non_field_errors())
    assert Amendment.objects.count() == 1
    assert url(contract) not in web.get(f"/contracts/{contract.pk}/").content.decode()


def test_a_contract_with_one_sum_and_no_lines_is_made_cheaper(sales: User, web: Browser) -> None:
    contract = create_contract(
        creditor=make_creditor(),
        client=make_client(owner=sales),
        number="P-1",
        currency="CNY",
        amount=Decimal(1000),
        starts_on=TODAY - DAY,
        ends_on=TODAY + 30 * DAY,
        actor=None,
        at=NOW,
    )
    take_in_signed(
        contract=contract,
        signed_on=TODAY - DAY,
        name="Li Lei",
        data=SCAN,
        filename="s.pdf",
        actor=None,
        at=NOW,
    )
    assert url(contract, "scope") not in web.get(url(contract)).content.decode()
    amendment = proposed(web, contract, "discount", how="AMOUNT", off="100")
    in_force(amendment)
    contract.refresh_from_db()
    assert contract.amount == Decimal(900)
