"""Each kind of amendment is proposed with its own form."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser

from contracts.models import Amendment, Contract, ScheduleEntry
from contracts.states import AmendmentKind, ContractState
from core.models import User
from core.states import Role
from tests.contracts.amendment_pages.cast import entries, in_force, proposed, url
from tests.contracts.cast import at_state
from tests.contracts.test_amendments import DAY, amounts, invoice, line
from tests.factories import TODAY, make_user, signed_in

pytestmark = pytest.mark.django_db


def test_a_contract_in_force_offers_the_kinds(contract: Contract, web: Browser) -> None:
    assert url(contract) in web.get(f"/contracts/{contract.pk}/").content.decode()
    page = web.get(url(contract)).content.decode()
    for kind in AmendmentKind:
        assert url(contract, kind.lower()) in page
    assert web.get(url(contract, "nonsense")).status_code == 404
    assert signed_in(make_user(Role.SALES)).get(url(contract)).status_code == 404


@pytest.mark.parametrize("state", [ContractState.SIGNED, ContractState.SUSPENDED])
def test_what_is_signed_or_suspended_is_amended_too(state: ContractState) -> None:
    contract = at_state(state)
    page = signed_in(make_user(Role.MANAGER)).get(f"/contracts/{contract.pk}/")
    assert url(contract) in page.content.decode()


def test_a_draft_is_not(web: Browser, sales: User) -> None:
    contract = at_state(ContractState.DRAFT, owner=sales)
    assert url(contract) not in web.get(f"/contracts/{contract.pk}/").content.decode()
    assert "Only a contract in force" in web.get(url(contract)).content.decode()
    told = web.post(url(contract, "extension"), {"reason": "x", "do": "preview"})
    assert told.status_code == 200
    assert not Amendment.objects.exists()


def test_an_extension(contract: Contract, web: Browser) -> None:
    later = TODAY + 210 * DAY  # 60 days more
    build, second = line(contract, 1), entries(contract)[1]
    changed = {
        "ends_on": later.isoformat(),
        f"line_{build.pk}_deliver_on": (TODAY + 45 * DAY).isoformat(),
        f"entry_{second.pk}": (TODAY + 90 * DAY).isoformat(),
    }
    amendment = proposed(web, contract, "extension", **changed)
    assert (amendment.kind, amendment.days_longer) == ("EXTENSION", 60)
    contract.refresh_from_db()
    assert contract.ends_on != later  # nothing yet
    in_force(amendment)
    contract.refresh_from_db()
    assert contract.ends_on == later
    assert line(contract, 1).deliver_on == TODAY + 45 * DAY
    assert [one.due_on for one in entries(contract)] == [TODAY + 30 * DAY, TODAY + 90 * DAY]
    assert entries(contract)[1].pk == second.pk
    assert amounts(contract) == [Decimal(500), Decimal(500)]


def test_a_later_payment_alone_counts_as_days_given(contract: Contract, web: Browser) -> None:
    second = entries(contract)[1]
    data = {f"entry_{second.pk}": (TODAY + 460 * DAY).isoformat()}
    amendment = proposed(web, contract, "extension", **data)
    assert amendment.days_longer == 400
    page = signed_in(make_user(Role.FINANCE)).get(f"/contracts/amendments/{amendment.pk}/")
    assert "It is approved by: Administrator" in page.content.decode()


@pytest.mark.parametrize(
    ("changed", "after"),
    [
        ({"how": "PERCENT", "scope": "REST", "percent": "10"}, "900"),
        ({"how": "AMOUNT", "scope": "REST", "off": "99.99"}, "900.01"),
        ({"how": "PERCENT", "scope": "CHOSEN", "percent": "50", "pick": 2}, "800"),
        ({"how": "AMOUNT", "scope": "CHOSEN", "off": "33.33", "pick": 2}, "966.67"),
        ({"how": "PRICES", "price": "350"}, "950"),
    ],
)
def test_a_discount(contract: Contract, web: Browser, changed: dict[str, Any], after: str) -> None:
    train = line(contract, 2)
    if changed.pop("pick", None):
        changed[f"pick_{train.pk}"] = "on"
    if "price" in changed:
        changed[f"price_{train.pk}"] = changed.pop("price")
    amendment = proposed(web, contract, "discount", **changed)
    assert amendment.price_after == Decimal(after)
    in_force(amendment)
    contract.refresh_from_db()
    assert contract.amount == Decimal(after)
    assert sum(amounts(contract)) == Decimal(after)
    assert contract.schedule.count() == 2


def test_a_discount_on_what_is_open_leaves_what_is_invoiced(
    contract: Contract, web: Browser
) -> None:
    invoice(contract, 1)
    amendment = proposed(web, contract, "discount", how="PERCENT", scope="REST", percent="20")
    assert amendment.price_after == Decimal(900)  # 20% of the 500 that are open
    in_force(amendment)
    assert amounts(contract) == [Decimal(500), Decimal(400)]


def test_another_schedule(contract: Contract, web: Browser) -> None:
    first, second = entries(contract)
    page = web.get(url(contract, "schedule")).content.decode()
    assert "CN¥1,000.00</strong> is not invoiced yet" in page
    amendment = proposed(
        web,
        contract,
        "schedule",
        **{
            f"entry_{first.pk}_amount": "250",
            f"entry_{second.pk}_remove": "on",
            "new_0_due_on": (TODAY + 70 * DAY).isoformat(),
            "new_0_amount": "500.00",
            "new_0_label": "Later",
            "new_1_due_on": (TODAY + 50 * DAY).isoformat(),
            "new_1_amount": "250",
        },
    )
    in_force(amendment)
    assert [(one.due_on, one.amount, one.label) for one in entries(contract)] == [
        (TODAY + 30 * DAY, Decimal(250), ""),
        (TODAY + 50 * DAY, Decimal(250), ""),
        (TODAY + 70 * DAY, Decimal(500), "Later"),
    ]
    assert entries(contract)[0].pk == first.pk


def test_a_milestone_stays_one(contract: Contract, web: Browser) -> None:
    train = line(contract, 2)
    first, second = entries(contract)
    # A contract in force is not rewritten; only this test is.
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('dunwell.amending', 'on', true)")
        ScheduleEntry.objects.filter(pk=second.pk).update(kind="MILESTONE", line=train, due_on=None)
        cursor.execute("SELECT set_config('dunwell.amending', 'off', true)")
    amendment = proposed(
        web,
        contract,
        "schedule",
        **{f"entry_{first.pk}_amount": "300", f"entry_{second.pk}_amount": "700"},
    )
    in_force(amendment)
    found = contract.schedule.get(pk=second.pk)
    assert (found.kind, found.line_id, found.amount) == ("MILESTONE", train.pk, Decimal(700))


def test_another_scope(contract: Contract, web: Browser) -> None:
    build, train = line(contract, 1), line(contract, 2)
    amendment = proposed(
        web,
        contract,
        "scope",
        **{
            f"line_{build.pk}_description": "Build and host",
            f"line_{build.pk}_quantity": "2",
            f"remove_{train.pk}": "on",
            "new_0_description": "Support",
            "new_0_unit_price": "300",
            "follow": "NEW",
            "follow_on": (TODAY + 120 * DAY).isoformat(),
        },
    )
    assert amendment.price_after == Decimal(1500)
    in_force(amendment)
    assert list(contract.lines.values_list("description", flat=True)) == [
        "Build and host",
        "Support",
    ]
    assert amounts(contract) == [Decimal(500), Decimal(500), Decimal(500)]
    assert entries(contract)[2].due_on == TODAY + 120 * DAY
